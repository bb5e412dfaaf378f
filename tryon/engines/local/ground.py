"""The ground a product was photographed on: a smooth colour surface, and how far each pixel is from it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture

Mask = NDArray[np.bool_]
Lab = NDArray[np.float32]

UnitBox = tuple[float, float, float, float]
"""Left, top, right, bottom in 0..1 of the product picture."""

FIT_SIDE_PX = 224
"""The surface is smooth, so a thumbnail holds all there is to know of it."""
BORDER_SHARE = 0.04
"""Width of the frame the fit starts from, of the picture's shorter side: narrower than most margins."""
FIT_ROUNDS = 6
NOISE_FLOOR = np.array([0.5, 0.4, 0.4], np.float32)
"""Lab; a synthetic ground has no noise at all, and then every JPEG ripple would count as garment."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A quadratic surface of Lab colour over the unit square, and the spread of the ground around it."""

    coefficients: NDArray[np.float32]
    """(6, 3) for the terms of `_terms`, x and y in 0..1 of the picture it was fitted to."""
    noise: NDArray[np.float32]
    """(3,) robust standard deviation in L, a and b."""
    border_share: float
    """How much of the picture's frame shows the ground, 0..1: low where the garment is cut by the frame."""

    def colours(self, height: int, width: int, box: UnitBox = (0, 0, 1, 1)) -> Lab:
        """The surface as (height, width, 3) Lab over `box`: left, top, right, bottom in 0..1 of the picture."""
        left, top, right, bottom = box
        x = np.linspace(left, right, width, dtype=np.float32)
        y = np.linspace(top, bottom, height, dtype=np.float32)[:, None]
        c = self.coefficients
        layers = [
            c[0, k] + c[1, k] * x + c[3, k] * x * x + y * (c[2, k] + c[4, k] * x) + c[5, k] * y * y for k in range(3)
        ]
        return np.stack(layers, axis=-1)


def lab_of(picture: Picture) -> Lab:
    """CIE Lab as float32, L 0..100."""
    lab = cv2.cvtColor(picture.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2Lab)
    return lab.astype(np.float32, copy=False)


def fit_ground(picture: Picture) -> Ground:
    """Fit the surface to the picture's frame, then to everything connected with the frame that agrees with it."""
    small = _thumbnail(picture)
    lab = lab_of(small)
    terms = _terms(*lab.shape[:2])
    frame = _frame(*lab.shape[:2])
    kept = _seed(lab, frame)
    for round_ in range(FIT_ROUNDS):
        coefficients, noise = _least_squares(terms[kept], lab[kept])
        distance = _scaled_distance(lab - terms @ coefficients, noise)
        near = distance < 3.5
        kept = near & frame if round_ < 3 else _connected_to(near, frame)
        if kept.sum() < 24:
            break
    share = float((distance[frame] < 4.5).mean())
    return Ground(coefficients, noise, share)


def deviation(lab: Lab, ground: Lab) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lightness above the ground's (negative in shadow), and chroma distance from the ground as it would look
    at the pixel's own lightness: a shadow dims a tinted ground's chroma with its lightness."""
    own, other = cv2.split(lab), cv2.split(ground)
    dimmed = np.clip(own[0] / np.maximum(other[0], 1), 0.25, 1)
    chroma = cv2.magnitude(*(own[channel] - other[channel] * dimmed for channel in (1, 2)))
    return np.asarray(own[0] - other[0], np.float32), np.asarray(chroma, np.float32)


def _thumbnail(picture: Picture) -> Picture:
    scale = FIT_SIDE_PX / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _terms(height: int, width: int) -> NDArray[np.float32]:
    y, x = np.meshgrid(np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).astype(np.float32)


def _frame(height: int, width: int) -> Mask:
    band = max(2, round(min(height, width) * BORDER_SHARE))
    frame = np.ones((height, width), bool)
    frame[band:-band, band:-band] = False
    return frame


def _seed(lab: Lab, frame: Mask) -> Mask:
    """The frame's pixels near its median colour; where a garment reaches the frame it is the smaller part."""
    colours = lab[frame]
    distance = np.linalg.norm((lab - np.median(colours, axis=0)) * (0.5, 1, 1), axis=-1)
    limit = max(6.0, float(np.percentile(distance[frame], 60)) * 1.5)
    return frame & (distance < limit)


def _least_squares(terms: NDArray[np.float32], colours: Lab) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    # A little ridge on the slopes keeps the surface tame where the ground is seen on one side only.
    ridge = np.diag([0, 1, 1, 4, 4, 4]).astype(np.float64) * 1e-3 * len(terms)
    t = terms.astype(np.float64)
    coefficients = np.linalg.solve(t.T @ t + ridge + np.eye(6) * 1e-9, t.T @ colours)
    residual = colours - t @ coefficients
    noise = 1.4826 * np.median(np.abs(residual), axis=0)
    return coefficients.astype(np.float32), np.maximum(noise, NOISE_FLOOR).astype(np.float32)


def _scaled_distance(residual: Lab, noise: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.sqrt(((residual / noise) ** 2).mean(axis=-1))


def _connected_to(near: Mask, frame: Mask) -> Mask:
    count, labels = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    touching = np.zeros(count, bool)
    touching[labels[frame & near]] = True
    touching[0] = False
    return touching[labels]


def opacity_is_useful(opacity: Opacity | None) -> bool:
    """Whether an alpha channel really cuts something out: some of it clear, some of it solid."""
    if opacity is None:
        return False
    return bool((opacity < 0.05).mean() > 0.02 and (opacity > 0.9).mean() > 0.02)
