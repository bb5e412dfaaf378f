"""The named points of trousers, shorts and skirts."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import UnsupportedCategory
from tryon.engines.local.analysis import Points
from tryon.engines.local.ground import Mask
from tryon.engines.local.outline import CURVE_SAMPLES, Outline, Path, Side, read_outline, resample

Spot = tuple[float, float]

LEG_NOTCH = 0.05
"""Of the height: how long the gap between two legs must be; a skirt's hem waves less."""
BRIDGED = 0.03
"""Of the height: fringes and chains may bridge the gap so far."""
NEAR_MIDDLE = 0.2
"""Of the width: so far from the garment's axis legs part."""
FULL_LENGTH = 1.65
"""Height by width at the hips; what is longer are trousers, what is shorter are shorts."""
LOWEST_CROTCH = 0.5
"""Of trousers' height below the waist: a gap that begins lower is where two legs touch, not where they part."""
LOWEST_SHORTS_CROTCH = 0.92
"""The same of shorts: of very short ones little is below the crotch."""
STRAP_ROWS = 0.08
STRAPS_COVER = 0.7
"""Overalls have straps: in the upper rows they cover less than this share of their own span."""
OVERALLS_MESSAGE = "Overalls and dungarees can't be tried on yet."
USUAL_CROTCH = 0.34
"""Of full-length trousers' height below the waist."""
HIP_BELOW_WAIST = 0.62
"""Of the way from waist to crotch."""
SKIRT_HIP = 0.24
"""Of a skirt's height."""


@dataclass(frozen=True, slots=True)
class LowerLandmarks:
    points: Mapping[str, tuple[float, float]]
    waistline: Points
    """(n, 2) the upper edge, from the wearer's right to the left."""
    quality: float


def read_lower_landmarks(mask: Mask) -> LowerLandmarks:
    """The landmarks of a garment worn on the legs, in pixels of the mask. Always a full set.

    Raises UnsupportedCategory for overalls.
    """
    if _has_straps(mask):
        raise UnsupportedCategory(OVERALLS_MESSAGE, reason="overalls")
    return read_below_waist(mask)


def read_below_waist(mask: Mask) -> LowerLandmarks:
    """The same of what is known to begin at its waist, as the lower part of a dress does."""
    outline = read_outline(mask)
    gap = gap_between_legs(mask, outline)
    has_legs = gap is not None
    crotch, quality = ((outline.middle, outline.bottom), 0.9) if gap is None else _crotch(mask, outline, gap)
    points = {"waist_middle": (outline.middle, outline.top)}
    points |= {"crotch": crotch} if has_legs else {"hem_middle": crotch}
    for side in (outline.left, outline.right):
        points |= _leg(side, crotch) if has_legs else _skirt_side(side, outline)
    return LowerLandmarks(points, _waistline(outline), quality)


def waist_corner(path: Path) -> int:
    """The upper outer corner of the side."""
    return int(np.argmax(0.7 * path[:, 0] - path[:, 1]))


def _has_straps(mask: Mask) -> bool:
    rows = np.flatnonzero(mask.any(axis=1))
    upper = mask[rows[0] + 2 : rows[0] + 2 + max(1, round(STRAP_ROWS * len(rows)))]
    first, last = upper.argmax(axis=1), upper.shape[1] - 1 - upper[:, ::-1].argmax(axis=1)
    return bool(np.median(upper.sum(axis=1) / np.maximum(last - first + 1, 1)) < STRAPS_COVER)


def gap_between_legs(mask: Mask, outline: Outline) -> Spot | None:
    """Where the background between two legs begins, or None of a skirt."""
    rows = np.arange(int(outline.top), mask.shape[0])
    reach = round(NEAR_MIDDLE * mask.shape[1] / 2)
    middle = round(outline.middle)
    first = max(0, middle - reach)
    near = ~mask[rows, first : middle + reach]
    between = (np.cumsum(mask[rows], axis=1) > 0) & (np.cumsum(mask[rows, ::-1], axis=1)[:, ::-1] > 0)
    near &= between[:, first : middle + reach]
    open_ = near.any(axis=1)
    bridge = max(1, round(BRIDGED * outline.height))
    column = np.asarray(open_, np.uint8).reshape(-1, 1)
    closed = cv2.morphologyEx(column, cv2.MORPH_CLOSE, np.ones((2 * bridge + 1, 1), np.uint8)).ravel()
    ends = np.flatnonzero(np.diff(np.concatenate([[0], closed, [0]])))
    runs = ends.reshape(-1, 2)
    if not len(runs):
        return None
    start, stop = max(runs.tolist(), key=lambda run: run[1] - run[0])
    if stop - start < LEG_NOTCH * outline.height or rows[stop - 1] < outline.top + 0.7 * outline.height:
        return None
    return float(first + np.flatnonzero(near[start]).mean()), float(rows[start])


def _crotch(mask: Mask, outline: Outline, gap: Spot) -> tuple[Spot, float]:
    """The crotch and how sure it is. Where legs touch, the seam between them is inside the silhouette."""
    upper = mask[int(outline.top) : int(outline.top + 0.3 * outline.height)]
    is_long = outline.height > FULL_LENGTH * float(np.median(upper.sum(axis=1)))
    share = (gap[1] - outline.top) / outline.height
    if share <= (LOWEST_CROTCH if is_long else LOWEST_SHORTS_CROTCH):
        return gap, 0.9
    return (outline.middle, outline.top + USUAL_CROTCH * outline.height), 0.4


def _leg(side: Side, crotch: tuple[float, float]) -> dict[str, tuple[float, float]]:
    path, waist = side.path, waist_corner(side.path)
    outer, inner = _hem_corners(path, waist)
    hip_y = path[waist, 1] + HIP_BELOW_WAIST * (crotch[1] - path[waist, 1])
    knee_y = 0.5 * (crotch[1] + path[outer, 1])
    fork = np.array([0.0, crotch[1]], np.float32)
    inside = np.concatenate([path[inner:], [fork]])
    frame = {
        "waist": path[waist],
        "hip": _at_height(path[waist : outer + 1], hip_y),
        "knee_outer": _at_height(path[waist : outer + 1], knee_y),
        "knee_inner": _at_height(inside, knee_y),
        "hem_outer": path[outer],
        "hem_inner": path[inner],
    }
    return {f"{name}_{side.name}": side.to_picture(point) for name, point in frame.items()}


def _skirt_side(side: Side, outline: Outline) -> dict[str, tuple[float, float]]:
    path, waist = side.path, waist_corner(side.path)
    hem, _ = _hem_corners(path, waist)
    hip = _at_height(path[waist : hem + 1], float(path[waist, 1]) + SKIRT_HIP * outline.height)
    return {
        f"{name}_{side.name}": side.to_picture(point)
        for name, point in (("waist", path[waist]), ("hip", hip), ("hem", path[hem]))
    }


def _hem_corners(path: Path, waist: int) -> tuple[int, int]:
    """The outer and the inner lower corner."""
    rest = path[waist:]
    outer = waist + int(np.argmax(rest[:, 1] + 0.7 * rest[:, 0]))
    return outer, outer + int(np.argmax(path[outer:, 1] - 0.7 * path[outer:, 0]))


def _at_height(path: Path, y: float) -> NDArray[np.float32]:
    return path[int(np.argmin(np.abs(path[:, 1] - y)))]


def _waistline(outline: Outline) -> Points:
    ours = [outline.left.to_picture(p) for p in outline.left.path[: waist_corner(outline.left.path) + 1]]
    theirs = [outline.right.to_picture(p) for p in outline.right.path[: waist_corner(outline.right.path) + 1]][::-1]
    return resample(np.array(theirs + ours, np.float32), CURVE_SAMPLES)
