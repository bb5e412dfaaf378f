"""The front neckline: the curve below which the garment covers its wearer."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture, Points
from tryon.engines.local.ground import lab_of
from tryon.engines.local.outline import CURVE_SAMPLES, Outline, resample
from tryon.engines.local.shoulders import Shoulder

DEPTHS = np.linspace(0.1, 2.1, 34)
"""Depths tried, in half widths of the neck opening: from a boat neck to a deep V."""
WIDTHS = (0.5, 0.62, 0.74, 0.87, 1.0)
"""Widths tried, of the distance between the two neck points: a collar covers part of it."""
SHAPES = (0.85, 1.1, 1.5, 2.0, 2.6)
"""Exponents of the super-ellipse: V, rounded V, ellipse, square."""
USUAL_DEPTH = 0.75
"""In half widths of the neck opening."""
WEAKEST_EDGE = 0.24
"""Below this score no curve is an edge, and the outline or a usual depth is taken."""


@dataclass(frozen=True, slots=True)
class Neckline:
    curve: Points
    """(n, 2) in pixels of the mask, from the wearer's right to the left."""
    shows_inner_back: bool
    """The curve lies inside the silhouette: what is above it is the inside of the back."""
    quality: float


def read_neckline(picture: Picture, outline: Outline, left: Shoulder, right: Shoulder) -> Neckline:
    """The best curve between the neck points. Always an answer; `quality` 0..1 says how clearly it was seen."""
    valley = _valley(outline, left, right)
    start, end = outline.right.to_picture(right.neck), outline.left.to_picture(left.neck)
    half = max(4.0, (end[0] - start[0]) / 2)
    dip = float(valley[:, 1].max()) - (start[1] + end[1]) / 2
    if (left.is_bare and right.is_bare) or dip > 0.9 * half:
        return Neckline(valley, False, 0.9)
    curve, score = _best_curve(picture, outline, valley, half)
    if score > WEAKEST_EDGE:
        return Neckline(curve, True, float(np.clip(score / 0.7, 0, 1)))
    if dip > 0.25 * half:
        return Neckline(valley, False, 0.6)
    return Neckline(_usual(valley, half), True, 0.2)


def _valley(outline: Outline, left: Shoulder, right: Shoulder) -> Points:
    """The outline's top between the neck points."""
    ours = [outline.left.to_picture(p) for p in outline.left.path[:left.neck_index + 1]]
    theirs = [outline.right.to_picture(p) for p in outline.right.path[:right.neck_index + 1]][::-1]
    return resample(np.array(theirs + ours, np.float32), CURVE_SAMPLES)


def _usual(valley: Points, half: float) -> Points:
    """A round neckline of the usual depth, where none is seen."""
    t = np.linspace(-1, 1, CURVE_SAMPLES)
    drop = 0.55 * half * np.sqrt(1 - t * t)
    ends = np.interp(t, (-1, 1), (valley[0, 1], valley[-1, 1]))
    x = np.interp(t, (-1, 1), (valley[0, 0], valley[-1, 0]))
    return np.stack([x, np.maximum(ends, np.interp(x, valley[:, 0], valley[:, 1])) + drop], -1).astype(np.float32)


def _best_curve(picture: Picture, outline: Outline, valley: Points, half: float) -> tuple[Points, float]:
    box = _Window.around(picture, valley, half)
    centre = float(valley[[0, -1], 0].mean())
    best, best_score = valley, -1.0
    for shift in (-0.06, 0.0, 0.06):
        curves = _family(valley, centre + shift * half, half)
        scores = box.scores(curves)
        top = int(np.argmax(scores))
        if scores[top] > best_score:
            best, best_score = curves[top], float(scores[top])
    return best.astype(np.float32), best_score


def _family(valley: Points, centre: float, half: float) -> NDArray[np.float32]:
    """(curves, CURVE_SAMPLES, 2): every width, shape and depth, hung up on the outline's top."""
    t = np.linspace(-1, 1, CURVE_SAMPLES)
    width, shape, depth = (a.ravel()[:, None] for a in np.meshgrid(WIDTHS, SHAPES, DEPTHS, indexing="ij"))
    x = centre + t * width * half
    order = np.argsort(valley[:, 0])
    top = np.interp(x, valley[order, 0], valley[order, 1])
    ends = top[:, :1] * (1 - t) / 2 + top[:, -1:] * (1 + t) / 2
    y = ends + depth * half * (1 - np.abs(t) ** shape) ** (1 / shape)
    return np.stack([x, np.maximum(y, top)], axis=-1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Window:
    """The picture around the neck, and how strongly its colour changes across and along."""

    across: NDArray[np.float32]
    down: NDArray[np.float32]
    smooth: NDArray[np.float32]
    origin: tuple[float, float]
    half: float
    valley: Points

    @classmethod
    def around(cls, picture: Picture, valley: Points, half: float) -> "_Window":
        left, right = int(max(0, valley[:, 0].min() - 4)), int(valley[:, 0].max() + 5)
        top, bottom = int(max(0, valley[:, 1].min() - 4)), int(valley[:, 1].max() + 2.4 * half + 6)
        lab = lab_of(np.ascontiguousarray(picture[top:bottom, left:right]))
        smooth = cv2.GaussianBlur(lab, (0, 0), max(0.8, 0.02 * half)).astype(np.float32, copy=False)
        across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
        # Dark cloth has faint edges: the strength of a step is measured against what is usual around it.
        strength = np.sqrt((across**2 + down**2).sum(axis=-1))
        usual = cv2.GaussianBlur(strength, (0, 0), max(3.0, 0.35 * half)) + 0.25
        weight = (1 / usual)[..., None]
        return cls(across * weight, down * weight, smooth, (left, top), half, valley)

    def scores(self, curves: NDArray[np.float32]) -> NDArray[np.float32]:
        """0..about 1: how well each curve follows an edge all along, and how different both its sides are."""
        normals = _normals(curves)
        order = np.argsort(self.valley[:, 0])
        top = np.interp(curves[..., 0], self.valley[order, 0], self.valley[order, 1])
        # Near the outline every curve lies on an edge, the outline's own: that part of it proves nothing.
        inside = np.clip((curves[..., 1] - top) / (0.1 * self.half) - 0.3, 0, 1)
        edge = self._edge(curves, normals) * inside
        steady = 0.4 * edge.mean(axis=1) + 0.6 * np.sort(edge, axis=1)[:, 4:CURVE_SAMPLES // 2].mean(axis=1)
        seen = 0.65 * np.minimum(steady / 2.2, 1) + 0.35 * self._contrast(curves, normals, inside)
        return seen * self._usual(curves)

    def _usual(self, curves: NDArray[np.float32]) -> NDArray[np.float32]:
        """0..1: how usual the depth and the width are; a shallow or a pointed and shallow neckline hardly exists."""
        depth = (curves[:, CURVE_SAMPLES // 2, 1] - 0.5 * (curves[:, 0, 1] + curves[:, -1, 1])) / self.half
        width = (curves[:, -1, 0] - curves[:, 0, 0]) / (2 * self.half)
        quarter = curves[:, CURVE_SAMPLES // 4, 1] - 0.5 * (curves[:, 0, 1] + curves[:, -1, 1])
        pointed = quarter / np.maximum(depth * self.half, 1e-3) < 0.68
        spread = np.where(depth < USUAL_DEPTH, 0.34, 1.1)
        usual = np.exp(-0.5 * ((depth - USUAL_DEPTH) / spread) ** 2) * (0.75 + 0.25 * width)
        return np.where(pointed & (depth < 0.62), 0.7 * usual, usual)

    def _edge(self, curves: NDArray[np.float32], normals: NDArray[np.float32]) -> NDArray[np.float32]:
        across, down = self._at(self.across, curves), self._at(self.down, curves)
        return np.minimum(np.sqrt(((across * normals[..., :1] + down * normals[..., 1:]) ** 2).sum(axis=-1)), 4.0)

    def _contrast(
        self, curves: NDArray[np.float32], normals: NDArray[np.float32], inside: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        offset = max(2.0, 0.07 * self.half)
        # The median, for the letters of a print differ from the cloth only here and there.
        step = self._at(self.smooth, curves + offset * normals) - self._at(self.smooth, curves - offset * normals)
        return np.minimum(np.linalg.norm(np.median(step * inside[..., None], axis=1), axis=-1) / 12, 1)

    def _at(self, layer: NDArray[np.float32], points: NDArray[np.float32]) -> NDArray[np.float32]:
        x = np.clip(np.rint(points[..., 0] - self.origin[0]).astype(int), 0, layer.shape[1] - 1)
        y = np.clip(np.rint(points[..., 1] - self.origin[1]).astype(int), 0, layer.shape[0] - 1)
        return layer[y, x]


def _normals(curves: NDArray[np.float32]) -> NDArray[np.float32]:
    along = np.gradient(curves, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    return np.stack([-along[..., 1], along[..., 0]], axis=-1)
