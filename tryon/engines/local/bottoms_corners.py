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
WORN_ABOVE: Final = (BodyLabel.TOP, BodyLabel.MIDRIFF)
LOOK_UNITS: Final = 0.08
"""The width of what is above the waistband is measured over so much."""
TOUCHES_UNITS: Final = 0.01
"""A waistband that reaches so near to an arm goes on behind it."""
LEAST_ROWS: Final = 3
OFF_UNITS: Final = 0.015
OPENS: Final = 0.4
"""A waistband begins so much farther outside at most, and gets wider on each side by no more than this share of the
way down."""
CLEAR_UNITS: Final = 0.05
"""What reaches so near to an arm is no corner."""


def with_round_corners(opacity: Opacity, labels: LabelMap, edge: Widths, unit: float) -> Opacity:
    """The new cloth's `opacity` without the corners of its waistband; `edge` is the row of the old bottom's upper edge
    in each column, all in the labels' pixels."""
    radius = ROUND_UNITS * unit
    level = float(np.median(edge))
    opacity = _no_wider_than_the_top(opacity, labels, edge, unit)
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


def _no_wider_than_the_top(opacity: Opacity, labels: LabelMap, edge: Widths, unit: float) -> Opacity:
    """The cloth, which begins no wider than the top or the waist above it is seen, and opens below."""
    columns, level = np.arange(labels.shape[1]), float(np.median(edge))
    cloth = opacity[int(np.clip(level, 0, len(labels) - 1))] > 0.5
    if not cloth.any():
        return opacity
    middle = int(np.median(np.flatnonzero(cloth)))
    narrower = opacity.copy()
    for sign in (-1, 1):
        ends = _ends(labels, edge, middle, sign, round(LOOK_UNITS * unit))
        if len(ends) < LEAST_ROWS:
            continue
        side = float(np.median(ends))
        first = int(max(0.0, edge[int(side)] - ABOVE_UNITS * unit))
        if _reaches_an_arm(opacity, labels, int(edge[int(side)]), sign, unit):
            continue
        rows = np.arange(first, min(len(labels), int(edge[int(side)] + BELOW_UNITS * unit)))
        opens = OFF_UNITS * unit + OPENS * np.maximum(rows - edge[int(side)], 0.0)
        inside = np.clip(side * sign + opens[:, None] - sign * columns[None] + 0.5, 0.0, 1.0)
        narrower[rows] = np.minimum(narrower[rows], inside.astype(np.float32))
    return narrower


def _reaches_an_arm(opacity: Opacity, labels: LabelMap, row: int, sign: int, unit: float) -> bool:
    """Whether the cloth goes on behind an arm on this side, in most rows from `row` on."""
    rows = np.arange(row, min(len(labels), row + max(2, round(LOOK_UNITS / 2 * unit))))
    reach = np.arange(1, 2 + max(1, round(TOUCHES_UNITS * unit)))
    touching = []
    for at in rows:
        cloth = np.flatnonzero(opacity[at] > 0.5)
        if cloth.size:
            beyond = np.clip((cloth[-1] if sign > 0 else cloth[0]) + sign * reach, 0, labels.shape[1] - 1)
            touching.append(bool(np.isin(labels[at, beyond], LIMBS).any()))
    return bool(touching) and float(np.mean(touching)) > 0.5


def _ends(labels: LabelMap, edge: Widths, middle: int, sign: int, above: int) -> list[int]:
    """The columns in which top or bare waist end to one side, in rows right above the `edge`."""
    found = []
    for off in range(2, above, 2):
        columns = np.arange(middle, len(edge)) if sign > 0 else np.arange(middle, -1, -1)
        rows = np.clip(edge[columns] - off, 0, len(labels) - 1).astype(int)
        worn = np.isin(labels[rows, columns], WORN_ABOVE)
        if worn.any() and not worn.all():
            found.append(int(columns[len(worn) - 1 - worn[::-1].argmax()]))
    return found
