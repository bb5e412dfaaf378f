"""Where the seat of trousers lies on this body: its waistband, and the hips' outline led over into the legs."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, Points, Side
from tryon.engines.local.bottoms_pattern import COLUMNS, SEAT_ROWS, BottomPattern
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.raster import smoothed_row

ROUNDNESS: Final = (0.94, 1.14)
"""Hips are at most so much narrower and wider than the straight line from waist to thigh."""
SMOOTH_ROWS: Final = 0.8
COVER_PX: Final = 1.5
"""New cloth reaches so far over the old one's edge, whose colour bleeds."""
USUAL_WAIST_LEVEL: Final = 0.80
WAIST_RANGE: Final = (0.60, 0.90)
"""Torso levels of a waistband that the top hides."""
UNDER_THE_TOP: Final = 0.012
"""A visible waistband begins so much (units) above the old one's edge, behind top or skin."""

WIDER_WAIST: Final = 1.35
"""A waistband that is seen is wider than is believed by no more than this."""

SEEN_WHOLE: Final = 0.75
"""An end that is seen nearer to the body's middle than this share of what is believed is none: something hides it."""
HIDDEN_END_UNITS: Final = 0.06
"""So much of a waistband is hidden by an arm or a sleeve before its end: the outline there is the sleeve's."""

LOPSIDED: Final = 0.85
"""One half is narrower than the other by no more than this; an arm before it makes it look so."""

BODY_SHAPE: Final = ((0.6, 0.8, 1.0, 1.2), (0.90, 1.0, 1.10, 1.12))
"""Torso levels, and the greatest half width there relative to that at the crotch."""

NARROWED: Final = 0.75
OPENS: Final = 0.5
"""A skirt whose waist is hidden is narrowed to the top over it by no more than this, and gets wider below it on each
side by no more than this share of the way."""


def half_at(figure: Figure, side: Side, level: float) -> float:
    """Pixels from the axis to the outline at a torso level."""
    seen = figure.silhouette[side]
    width = np.where(np.isfinite(seen), seen, figure.bare[side])
    return float(np.interp(level, TORSO_LEVELS, width))


def _hip_half(figure: Figure, stance: Stance, side: Side, level: float) -> float:
    """The same, without the width of a loose top or jacket that hangs over the hips."""
    leg = stance.legs[side]
    start = int(np.argmax(leg.path[:, 1] >= stance.crotch[1]))
    outer = leg.path[start] + leg.outward[start] * np.nan_to_num(leg.outer[start], nan=leg.bare_outer[start] * 1.2)
    at_crotch = abs(float(np.dot(outer - figure.hip_middle, figure.across)))
    own = at_crotch * float(np.interp(level, *BODY_SHAPE))
    return min(half_at(figure, side, level), own)


def waist_level(figure: Figure, stance: Stance, pattern: BottomPattern, scale: float) -> float:
    if not stance.waist_hidden:
        return stance.waist_level
    own = figure.level_of(stance.crotch) - pattern.rise * scale / figure.torso_length
    return float(np.clip(own, *WAIST_RANGE))


def _waist_half(figure: Figure, stance: Stance, side: Side, level: float) -> float:
    """Half the new waistband's width: where the end of the old one is seen it ends there, too. What lies before that
    end hides little of it."""
    half = _hip_half(figure, stance, side, level)
    end = stance.waist_seen.get(side)
    if stance.waist_hidden or end is None:
        return half
    if stance.of_a_dress:
        # Its upper half hangs over the waistband, whose corners lie behind it.
        return max(min(half, end.half), NARROWED * half)
    if end.clear and end.half > SEEN_WHOLE * half:
        return min(end.half, WIDER_WAIST * half)
    across: Side = "right" if side == "left" else "left"
    other = _hip_half(figure, stance, across, level)
    if across in stance.waist_seen and stance.waist_seen[across].clear:
        other = min(other, stance.waist_seen[across].half)
    least = max(end.half, LOPSIDED * other)
    return max(min(half, least + HIDDEN_END_UNITS * figure.unit), min(least, WIDER_WAIST * half))


def usual_waist_width(figure: Figure, stance: Stance, level: float) -> float:
    """Pixels across the waist as the body tells it: hands in pockets widen what is seen."""
    return sum(_hip_half(figure, stance, side, level) for side in SIDES)


def waist_row(figure: Figure, stance: Stance, level: float) -> Points:
    """(COLUMNS, 2) along the new waistband's upper edge, from the wearer's right to left."""
    centre = figure.at_level(level)
    shares = np.linspace(-1.0, 1.0, COLUMNS)
    halves = [_waist_half(figure, stance, "right" if share < 0 else "left", level) * share for share in shares]
    row = (centre + np.outer(halves, figure.across)).astype(np.float32)
    if not stance.waist_hidden:
        columns = np.clip(np.rint(row[:, 0]).astype(int), 0, len(stance.edge) - 1)
        # Where a jacket hangs before it, the waistband goes on straight behind.
        row[:, 1] = np.minimum(stance.edge[columns], centre[1]) - UNDER_THE_TOP * figure.unit
    return row


def place_seat(figure: Figure, stance: Stance, waist: Points, ends: Mapping[Side, Points]) -> Points:
    """(SEAT_ROWS, COLUMNS, 2) from the waist to the crotch, where its edges meet the legs' first ribs."""
    last = np.asarray([ends["right"][0], ends["right"][1], stance.crotch, ends["left"][1], ends["left"][0]], np.float32)
    shares = np.linspace(0.0, 1.0, SEAT_ROWS)[:, None, None]
    grid = (waist + (last - waist) * shares).astype(np.float32)
    for side, column in (("right", 0), ("left", COLUMNS - 1)):
        grid[:, column] = _side_line(figure, stance, side, waist[column], last[column])  # type: ignore[arg-type]
    grid[:, 1], grid[:, 3] = (grid[:, 0] + grid[:, 2]) / 2, (grid[:, 4] + grid[:, 2]) / 2
    return grid


def _side_line(figure: Figure, stance: Stance, side: Side, waist: Points, end: Points) -> Points:
    """(SEAT_ROWS, 2) on the outline of the hips, led over into the leg's outer edge, without an arm's bumps."""
    sign = 1.0 if side == "left" else -1.0
    shares = np.linspace(0.0, 1.0, SEAT_ROWS)
    levels = figure.level_of(waist) + (figure.level_of(end) - figure.level_of(waist)) * shares
    first, last = (float(np.dot(spot - figure.shoulder_middle, figure.across)) * sign for spot in (waist, end))
    hips = np.asarray([_hip_half(figure, stance, side, float(level)) for level in levels])
    halves = hips + (last - hips[-1]) * shares**1.5 + (first - hips[0]) * (1 - shares) ** 1.5 + COVER_PX * (1 - shares)
    straight = first + (last - first) * shares
    halves = smoothed_row(np.clip(halves, *(straight * share for share in ROUNDNESS)), SMOOTH_ROWS)
    halves[0], halves[-1] = first + COVER_PX, last
    along = np.outer(levels * figure.torso_length, figure.down) + np.outer(sign * halves, figure.across)
    return np.asarray(figure.shoulder_middle + along, np.float32)


def from_under_top(grid: Points, figure: Figure, stance: Stance) -> Points:
    """The rows (SKIRT_ROWS, COLUMNS, 2) of a skirt that is at first no wider than the top it comes out from under."""
    along = (grid[:, COLUMNS // 2] - figure.shoulder_middle) @ figure.down
    below = np.maximum(along - stance.waist_level * figure.torso_length, 0.0)
    middle = grid[:, COLUMNS // 2 : COLUMNS // 2 + 1]
    axis = (middle[:, 0] - figure.shoulder_middle) @ figure.across
    narrower = grid.copy()
    for side, sign, part in (("right", -1.0, np.s_[: COLUMNS // 2]), ("left", 1.0, np.s_[COLUMNS // 2 + 1 :])):
        half = np.abs((grid[:, 0 if sign < 0 else -1] - middle[:, 0]) @ figure.across)
        most = half_at(figure, side, stance.waist_level) - sign * axis + OPENS * below  # type: ignore[arg-type]
        share = np.clip(most / np.maximum(half, 1.0), NARROWED, 1.0)[:, None, None]
        narrower[:, part] = middle + (grid[:, part] - middle) * share
    return narrower.astype(np.float32)
