"""Where one side's collar or neckline meets the shoulder, and where the shoulder ends."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.outline import Path, distance_from_chord, turns
from tryon.engines.local.sleeves import SideShape

USUAL_NECK = 0.45
"""Half the neck opening's width over half the shoulders' width, in flat tops."""
NARROWEST_NECK, WIDEST_NECK = 0.2, 0.9
NECK_SPREAD = 0.24
SHOULDER_WITHIN = (0.74, 1.28)
"""Where the shoulder point lies, of the armpit's distance from the middle."""
FLATTEST_SHOULDER = 0.055
"""Fall of the outline from its top to the shoulder point, over their distance: less has no shoulder slope, as
off-shoulder tops and puff sleeves standing higher than the neckline."""
OFF_SHOULDER_NECK = 0.8
LEVEL_TOP = 0.05
"""Of the armpit's distance from the middle: a neckline's upper edge that falls less is level."""
RISES_AGAIN = 0.05
"""Of the shoulder's distance from the middle: a rise that no fold in a shoulder seam makes."""
FOOT_HOLLOW = 0.06
"""Of the shoulder's distance from the middle: where the outline runs so far below the straight line from neck point to
shoulder point, that neck point is a collar's upper corner, and the collar's foot is there. Shoulders without one are
hollow by up to 0.02."""
STRAP_WIDTH = 0.2
"""A shoulder narrower than this share of the armpit's distance from the middle is a strap."""


class Shoulder(NamedTuple):
    neck: NDArray[np.float32]
    neck_index: int
    tip: NDArray[np.float32]
    tip_index: int
    is_bare: bool
    """A strap, or no shoulder at all: nothing of the back is seen above the front."""
    quality: float


def read_shoulder(shape: SideShape, height: float) -> Shoulder:
    """Neck and shoulder point of one side, in its frame. Always an answer."""
    path = shape.side.path
    peak = int(np.argmin(path[: max(shape.armpit_index, 2), 1]))
    if not shape.has_sleeve:
        return _sleeveless(shape, path, peak, height)
    tip = _sleeved_tip(shape, path)
    if path[tip, 1] - path[: tip + 1, 1].min() < FLATTEST_SHOULDER * path[tip, 0]:
        neck = _first_at(path, OFF_SHOULDER_NECK * float(path[tip, 0]), tip)
        return Shoulder(path[neck], neck, path[tip], tip, True, 0.7)
    neck, quality = _neck(path, tip, height)
    neck = _collar_foot(path, neck, tip)
    return Shoulder(path[neck], neck, path[tip], tip, False, quality)


def _sleeved_tip(shape: SideShape, path: Path) -> int:
    """The bend between shoulder slope and sleeve: farthest outside the chord from the neck to the sleeve."""
    armpit = float(shape.armpit[0])
    start = _neck_end(path, armpit, shape.cuff_outer_index)
    level = np.flatnonzero((path[:, 1] >= shape.armpit[1]) & (np.arange(len(path)) > start))
    # Only as far down as the armpit: against the cuff, a sleeve's own curve would draw the bend down the arm.
    end = max(min(shape.cuff_outer_index, int(level[0]) if len(level) else shape.cuff_outer_index), start + 2)
    stretch = path[start : end + 1]
    low, high = SHOULDER_WITHIN
    allowed = (stretch[:, 0] > low * armpit) & (stretch[:, 0] < high * armpit) & (stretch[:, 1] < shape.armpit[1])
    if not allowed.any():
        return _first_at(path, 0.92 * armpit, end)
    distance = distance_from_chord(stretch, stretch[0], stretch[-1])
    return start + int(np.argmax(np.where(allowed, distance, -np.inf)))


def _neck_end(path: Path, armpit: float, end: int) -> int:
    """Where the shoulder begins at the earliest: beyond usual necks, and beyond the level top of a wide neckline."""
    usual, widest = (_first_at(path, share * armpit, end) for share in (USUAL_NECK * 0.9, WIDEST_NECK))
    top = path[: widest + 1, 1]
    # A tilted garment's armpit may lie beyond its own middle: then nothing is level with the highest point but itself.
    level = np.flatnonzero(top <= top.min() + LEVEL_TOP * max(armpit, 0.0))
    return max(usual, int(level[-1]))


def _neck(path: Path, tip: int, height: float) -> tuple[int, float]:
    """The sharpest turn between top and shoulder point, near where necks usually are; hollow turns count most,
    for a collar stands on one."""
    reach = float(path[tip, 0])
    low = _first_at(path, NARROWEST_NECK * reach, tip)
    high = _first_at(path, WIDEST_NECK * reach, tip)
    usual = _first_at(path, USUAL_NECK * reach, tip)
    if high - low < 3:
        return usual, 0.3
    spacing = max(float(np.median(np.hypot(*np.diff(path[: tip + 1], axis=0).T))), 1e-3)
    turn = turns(path[: tip + 1], max(2, round(0.025 * height / spacing)))[low:high]
    strength = np.where(turn < 0, -1.8 * turn, turn)
    width = path[low:high, 0] / max(reach, 1e-3)
    prior = np.exp(-0.5 * ((width - USUAL_NECK) / NECK_SPREAD) ** 2)
    best = int(np.argmax(strength * prior))
    if strength[best] < 14:
        return _not_in_a_dip(path, usual, tip), 0.4
    return _not_in_a_dip(path, low + best, tip), float(np.clip(strength[best] / 40, 0.4, 1))


def _not_in_a_dip(path: Path, neck: int, tip: int) -> int:
    """The neck point, or the highest point farther out where the outline rises again: shoulders only fall."""
    highest = neck + int(np.argmin(path[neck : tip + 1, 1]))
    return highest if path[neck, 1] - path[highest, 1] > RISES_AGAIN * path[tip, 0] else neck


def _collar_foot(path: Path, neck: int, tip: int) -> int:
    """The neck point, or the deepest point of the hollow between a collar that stands there and the shoulder."""
    slope = path[neck : tip + 1]
    way = slope[-1] - slope[0]
    hollow = slope[:, 1] - slope[0, 1] - (slope[:, 0] - slope[0, 0]) * (way[1] / max(float(way[0]), 1e-3))
    deepest = int(np.argmax(hollow))
    return neck + deepest if hollow[deepest] > FOOT_HOLLOW * path[tip, 0] else neck


def _sleeveless(shape: SideShape, path: Path, peak: int, height: float) -> Shoulder:
    """Without a sleeve the shoulder is what lies between neckline and armhole: its two upper corners."""
    last = max(shape.armpit_index, peak + 2)
    above = np.flatnonzero(path[:last, 1] < path[peak, 1] + 0.035 * height)
    near = above[np.abs(above - peak) < 60]
    first, final = int(near.min()), int(near.max())
    if path[final, 0] - path[first, 0] < STRAP_WIDTH * shape.armpit[0]:
        return Shoulder(path[first], first, path[final], final, True, 0.8)
    tip = _sleeveless_tip(path, peak, last)
    neck, quality = _neck(path, tip, height)
    return Shoulder(path[neck], neck, path[tip], tip, False, quality)


def _sleeveless_tip(path: Path, peak: int, armpit: int) -> int:
    """The corner where the shoulder turns down into the armhole."""
    stretch = path[peak : armpit + 1]
    if len(stretch) < 4:
        return min(peak + 1, len(path) - 1)
    distance = distance_from_chord(stretch, stretch[0], stretch[-1])
    return peak + int(np.argmax(distance)) if distance.max() > 1 else peak + len(stretch) // 3


def _first_at(path: Path, distance: float, end: int) -> int:
    """The first point that far out, before `end`."""
    out = np.flatnonzero(path[: end + 1, 0] >= distance)
    return int(out[0]) if len(out) else max(0, end - 1)
