"""Makes what is put into a photo look as if its lens had taken it: as soft as the photo, with its grain."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, Picture
from tryon.engines.local.linear import luminance, to_linear
from tryon.engines.local.raster import blurred

REBLUR: Final = 1.0
"""Standard deviation, in pixels, of the blur a photo's edges are compared under."""
EDGES: Final = 0.03
"""Share of the pixels that count as edges: the strongest."""
SHARPEST_SHARE: Final = 0.1
"""Of the edges the sharpest tenth is as soft as the camera makes them; the rest are soft by themselves."""
SOFTNESS: Final = (0.45, 1.8)
"""Pixels: no photo is sharper, and what is softer is out of focus."""
MOST_GRAIN: Final = 2.5
"""8-bit codes."""
SIDE_LIGHT: Final = 0.35
"""How much of the face's difference from side to side is put on what is worn."""
MOST_SIDE_LIGHT: Final = 0.15


def softness_of(picture: Picture) -> float:
    """Standard deviation, in pixels, of the blur at the picture's sharp edges (after Zhuo and Sim, 2011)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    slope, softer = _slope(grey), _slope(blurred(grey, REBLUR))
    edge = slope >= max(float(np.quantile(slope, 1 - EDGES)), 4.0)
    if edge.sum() < 30:
        return SOFTNESS[0]
    ratio = np.quantile(slope[edge] / np.maximum(softer[edge], 1e-3), 1 - SHARPEST_SHARE)
    return float(np.clip(REBLUR / np.sqrt(max(float(ratio) ** 2 - 1, 1e-3)), *SOFTNESS))


def grain_of(picture: Picture, labels: LabelMap) -> float:
    """Standard deviation, in 8-bit codes, of the noise on the face."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = (grey - cv2.medianBlur(grey, 3))[labels == BodyLabel.HEAD]
    return min(1.4826 * float(np.median(np.abs(fine))), MOST_GRAIN) if fine.size > 100 else 0.0


def with_grain(picture: Picture, amount: float, where: Opacity) -> Picture:
    """The same picture with noise where something was put in; the same noise every time."""
    if amount < 0.3:
        return picture
    noise = np.random.default_rng(11).normal(0, amount, picture.shape[:2]).astype(np.float32)
    return np.clip(picture + (noise * where)[..., None], 0, 255).round().astype(np.uint8)


def side_light(picture: Picture, labels: LabelMap) -> NDArray[np.float32]:
    """(width,) gain from the picture's left to its right: a face that is lit from one side lights what it wears so.

    Only the ratio of the face's two halves is used, so no tone of skin darkens anything.
    """
    face = labels == BodyLabel.HEAD
    columns = np.flatnonzero(face.any(axis=0))
    width = picture.shape[1]
    if len(columns) < 10:
        return np.ones(width, np.float32)
    middle, half = (columns[0] + columns[-1]) / 2, max((columns[-1] - columns[0]) / 2, 1)
    light = np.log(luminance(to_linear(picture)) + 0.01)
    x = np.arange(width)
    halves = [np.median(light[face & side]) for side in (x < middle, x >= middle) if (face & side).any()]
    slope = SIDE_LIGHT * float(halves[1] - halves[0]) / 2 if len(halves) == 2 else 0.0
    slope = float(np.clip(slope, -MOST_SIDE_LIGHT, MOST_SIDE_LIGHT))
    return np.exp(slope * np.clip((x - middle) / half, -1, 1)).astype(np.float32)


def _slope(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)).astype(np.float32)
