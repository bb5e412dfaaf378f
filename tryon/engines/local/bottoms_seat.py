"""Where the seat of trousers lies on this body: its waistband, and the hips' outline led over into the legs."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from tryon.engines.local.analysis import Points
from tryon.engines.local.bottoms_pattern import COLUMNS, SEAT_ROWS, BottomPattern
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.figure import TORSO_LEVELS, Figure, Side

COVER_PX: Final = 1.5
"""New cloth reaches so far over the old one's edge, whose colour bleeds."""
USUAL_WAIST_LEVEL: Final = 0.80
WAIST_RANGE: Final = (0.60, 0.90)
"""Torso levels of a waistband that the top hides."""
UNDER_THE_TOP: Final = 0.012
"""A visible waistband begins so much (units) above the old one's edge, behind top or skin."""

BODY_SHAPE: Final = ((0.6, 0.8, 1.0, 1.2), (0.90, 1.0, 1.10, 1.12))
"""Torso levels, and the greatest half width there relative to that at the crotch."""


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


def waist_row(figure: Figure, stance: Stance, level: float) -> Points:
    """(COLUMNS, 2) along the new waistband's upper edge, from the wearer's right to left."""
    centre = figure.at_level(level)
    shares = np.linspace(-1.0, 1.0, COLUMNS)
    halves = [_hip_half(figure, stance, "right" if share < 0 else "left", level) * share for share in shares]
    row = (centre + np.outer(halves, figure.across)).astype(np.float32)
    if not stance.waist_hidden:
        columns = np.clip(np.rint(row[:, 0]).astype(int), 0, len(stance.edge) - 1)
        # Where a jacket hangs before it, the waistband goes on straight behind.
        row[:, 1] = np.minimum(stance.edge[columns], centre[1]) - UNDER_THE_TOP * figure.unit
    return row


def place_seat(figure: Figure, stance: Stance, waist: Points, ends: Mapping[Side, Points]) -> Points:
    """(SEAT_ROWS, COLUMNS, 2) from the waist to the crotch, where its edges meet the legs' first ribs."""
    grid = np.empty((SEAT_ROWS, COLUMNS, 2), np.float32)
    last = np.asarray([ends["right"][0], ends["right"][1], stance.crotch, ends["left"][1], ends["left"][0]], np.float32)
    crotch = figure.level_of(stance.crotch)
    start = figure.level_of(waist[COLUMNS // 2])
    for i, share in enumerate(np.linspace(0.0, 1.0, SEAT_ROWS)):
        row = waist + (last - waist) * np.float32(share)
        level = start + (crotch - start) * share
        for side, column in (("right", 0), ("left", COLUMNS - 1)):
            row[column] = _side_point(figure, stance, side, level, share, waist[column], last[column])  # type: ignore[arg-type]
        row[1], row[3] = (row[0] + row[2]) / 2, (row[4] + row[2]) / 2
        grid[i] = row
    return grid


def _side_point(
    figure: Figure, stance: Stance, side: Side, level: float, share: float, waist: Points, end: Points
) -> Points:
    """On the outline of the hips, led over into the leg's outer edge."""
    sign = 1.0 if side == "left" else -1.0
    crotch = figure.level_of(end)
    off = float(np.dot(end - figure.at_level(crotch), figure.across)) * sign - _hip_half(figure, stance, side, crotch)
    first = float(np.dot(waist - figure.shoulder_middle, figure.down))
    along = first + (crotch * figure.torso_length - first) * share
    half = _hip_half(figure, stance, side, along / figure.torso_length) + off * share**1.5 + COVER_PX * (1 - share)
    return figure.shoulder_middle + figure.down * np.float32(along) + figure.across * np.float32(sign * half)
