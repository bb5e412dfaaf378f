"""The named points of trousers, shorts and skirts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Points
from tryon.engines.local.ground import Mask
from tryon.engines.local.outline import CURVE_SAMPLES, Outline, Path, Side, read_outline, resample

LEG_NOTCH = 0.06
"""Of the height: how far the outline must rise between the hems for legs; a skirt's hem waves less."""
LOWEST_CROTCH = 0.62
"""Of the height below the waist: a notch lower than this is where two legs touch, not where they part."""
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
    """The landmarks of a garment worn on the legs, in pixels of the mask. Always a full set."""
    outline = read_outline(mask)
    rise = float(max(outline.left.path[:, 1].max(), outline.right.path[:, 1].max())) - outline.bottom
    has_legs = rise > LEG_NOTCH * outline.height
    crotch, quality = _crotch(outline) if has_legs else ((outline.middle, outline.bottom), 0.9)
    points = {"waist_middle": (outline.middle, outline.top)}
    points |= {"crotch": crotch} if has_legs else {"hem_middle": crotch}
    for side in (outline.left, outline.right):
        points |= _leg(side, outline, crotch) if has_legs else _skirt_side(side, outline)
    return LowerLandmarks(points, _waistline(outline), quality)


def waist_corner(path: Path) -> int:
    """The upper outer corner of the side."""
    return int(np.argmax(0.7 * path[:, 0] - path[:, 1]))


def _crotch(outline: Outline) -> tuple[tuple[float, float], float]:
    if outline.bottom - outline.top <= LOWEST_CROTCH * outline.height:
        return (outline.middle, outline.bottom), 0.9
    # Legs that touch: the seam between them is inside the silhouette.
    return (outline.middle, outline.top + USUAL_CROTCH * outline.height), 0.4


def _leg(side: Side, outline: Outline, crotch: tuple[float, float]) -> dict[str, tuple[float, float]]:
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
