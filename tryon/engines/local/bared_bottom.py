"""The bottom garment's upper end where the old top lay over it: its outline there, and the old hem's line on it."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Opacity, Side
from tryon.engines.local.bare_skin import torso_ring
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.hem_target import old_hem_level
from tryon.engines.local.raster import Bits, bits, blurred, polygon_opacity
from tryon.engines.local.target import Target

LOWEST_LEVEL: Final = 1.5
"""The bottom garment is continued down to this torso level; farther down it was never hidden."""

HANGING_LEVELS: Final = 0.06
"""An old top that ends so far (torso lengths) below the waistband hangs over the bottom, and throws a shadow on it."""

SHADOW_UNITS: Final = 0.06
"""An old hem's thickness and shadow are seen so far below it."""

SEAM_PX: Final = 3
"""The colours of top and bottom run into each other so far, in analysis pixels."""

UNDER_HEM_LEVELS: Final = (0.05, 0.15)
"""Between these levels below the old hem the bottom's own width is read."""

MOST_WIDE: Final = 1.35
"""The bottom is at most so many times as wide as the body believed to be in it."""

ABOVE_LEVELS: Final = 0.05
"""Behind a tucked top the bottom goes on for so much, so that nothing shines through between the two."""


def hem_reach(figure: Figure, target: Target) -> int:
    """Pixels below the old top's edge in which the bottom is not seen as it is."""
    old = old_hem_level(figure)
    hangs = old is not None and old > target.waistband_level + HANGING_LEVELS
    return max(SEAM_PX, round(SHADOW_UNITS * figure.unit)) if hangs else SEAM_PX


def at_old_hem(labels: LabelMap, reach: int) -> Opacity:
    """0..1 on the bottom, fading out, down to `reach` pixels below the old top, and a little up from that edge."""
    top, bottom = bits(labels == BodyLabel.TOP), labels == BodyLabel.BOTTOM
    near = _downwards(top, max(1, round(0.6 * reach))) & bits(bottom)
    seam = np.flipud(_downwards(np.flipud(bits(bottom)), SEAM_PX)) & top
    soft = blurred((near | seam | _downwards(top, 1) & bits(bottom)).astype(np.float32), max(0.25 * reach, 0.8))
    # Upwards the old top is taken off anyway, and what is neither top nor bottom stays.
    return np.where(bottom, np.where(near > 0, np.maximum(soft, 0.9), soft), seam).astype(np.float32)


def _downwards(mask: Bits, reach: int) -> Bits:
    return np.asarray(cv2.dilate(mask, np.ones((reach + 1, 1), np.uint8), anchor=(0, reach)), np.uint8)


def continued_area(figure: Figure, target: Target, shape: tuple[int, ...]) -> Opacity:
    """0..1 where the bottom goes on under the old top: as wide as the body at the waistband, as itself at the hem."""
    start = target.waistband_level - (ABOVE_LEVELS if target.tucked else 0.0)
    halves = {side: _half_width(figure, target, side) for side in SIDES}
    return polygon_opacity(shape, torso_ring(replace(figure, bare=halves), start, LOWEST_LEVEL), 1.0)


def _half_width(figure: Figure, target: Target, side: Side) -> NDArray[np.float32]:
    """Pixels from the axis to the bottom's side at TORSO_LEVELS."""
    half, old = figure.bare[side], old_hem_level(figure)
    if old is not None and old > target.waistband_level + HANGING_LEVELS:
        at = (old + UNDER_HEM_LEVELS[0] < TORSO_LEVELS) & (old + UNDER_HEM_LEVELS[1] > TORSO_LEVELS)
        seen = (figure.silhouette[side] / half)[at]
        wider = float(np.nanmedian(seen)) if np.isfinite(seen).any() else 1.0
        share = np.clip((TORSO_LEVELS - target.waistband_level) / (old - target.waistband_level), 0.0, 1.0)
        share = np.where(old + UNDER_HEM_LEVELS[1] < TORSO_LEVELS, 0.0, share)
        half = (half * (1.0 + (min(max(wider, 1.0), MOST_WIDE) - 1.0) * share)).astype(np.float32)
    # What stands out beside a top that hangs over it would look like a corner that sticks up.
    edge = target.sides[side] - figure.shoulder_middle
    level, aside = edge @ figure.down / figure.torso_length, np.abs(edge @ figure.across)
    beside = (target.hem_level > target.waistband_level) & (level[-1] > TORSO_LEVELS)
    return np.where(beside, np.minimum(half, np.interp(TORSO_LEVELS, level, aside)), half).astype(np.float32)
