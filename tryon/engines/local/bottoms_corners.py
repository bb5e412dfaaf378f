"""A waistband has no corners that stand off: beside the top above it, or under its hem, it comes out in a curve."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity
from tryon.engines.local.raster import among, bits, blurred, grown, pieces_of, resized
from tryon.engines.local.rays import Widths

ROUND_UNITS: Final = 0.3
"""Radius of that curve: what stands off by a tenth of it comes out over more than four tenths."""
ABOVE_UNITS: Final = 0.15
BELOW_UNITS: Final = 0.4
"""From above to below the old bottom's upper edge such corners are looked for."""
EDGE_PX: Final = 0.9
BESIDE: Final = (
    BodyLabel.TOP, BodyLabel.MIDRIFF, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.CARRIED, BodyLabel.HAIR,
)  # fmt: skip
"""What a waistband goes on to."""
LIMBS: Final = (BodyLabel.ARM, BodyLabel.HAND, BodyLabel.CARRIED)
CLEAR_UNITS: Final = 0.05
"""What reaches so near to an arm is no corner."""


def with_round_corners(opacity: Opacity, labels: LabelMap, edge: Widths, unit: float) -> Opacity:
    """The new cloth's `opacity` without the corners of its waistband; `edge` is the row of the old bottom's upper edge
    in each column, all in the labels' pixels."""
    radius = ROUND_UNITS * unit
    level = float(np.median(edge))
    first, last = (int(np.clip(level + off, 0, len(labels))) for off in (-ABOVE_UNITS * unit, BELOW_UNITS * unit))
    upper, lower = max(0, int(first - 2 * radius)), min(len(labels), int(last + 2 * radius))
    if last - first < 2:
        return opacity
    window, inside = np.s_[upper:lower], np.s_[first - upper : last - upper]
    # However short the cloth is, its hem is no corner of the waistband; and beyond the picture all goes on.
    hanging = np.logical_or.accumulate(opacity[window] > 0.5, axis=0)
    whole = bits(hanging | among(labels[window], BESIDE))
    margin = round(radius / 2) + 1
    wide = cv2.copyMakeBorder(whole[::2, ::2], *(4 * (margin,)), cv2.BORDER_REPLICATE)
    core = cv2.distanceTransform(wide, cv2.DIST_L2, 5) >= radius / 2
    if not core.any():
        return opacity
    away = cv2.distanceTransform(bits(~core), cv2.DIST_L2, 5)[margin:-margin, margin:-margin]
    kept = resized(away, whole.shape) <= radius / 2
    limbs = grown(bits(among(labels[window], LIMBS)), round(CLEAR_UNITS * unit)) > 0
    for area, corner in pieces_of((whole > 0) & ~kept):
        if (limbs[area] & corner).any():
            kept[area][corner] = True
    curved = opacity.copy()
    curved[first:last] = np.minimum(opacity[first:last], blurred(kept.astype(np.float32), EDGE_PX)[inside])
    return curved
