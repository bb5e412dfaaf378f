"""Where a dress must lie on this body: its upper part as a top down to the waist, from there on a skirt or trousers."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import SIDES, GarmentAnalysis, PersonAnalysis
from tryon.engines.local.bottoms_pattern import COLUMNS
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.bottoms_target import BottomTarget, hang_skirt, place_bottom
from tryon.engines.local.dress_pattern import DressPattern, upper_part
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.shoulder_target import garment_scale
from tryon.engines.local.target import Target, place_garment
from tryon.engines.local.worn_width import FLAT_PER_FRONT

WAIST_LEVEL: Final = 0.66
"""Torso level of the natural waist."""
LOOSEST_WAIST: Final = 1.35
"""Most dresses laid flat are at most this many times as wide at the waist as the body is in front view."""
STEEPEST_HIP: Final = 0.8
"""Outwards per pixel downwards."""
ARMPIT_LEVEL: Final = 0.34
OWN_WAIST: Final = 0.6
WAIST_LEVELS: Final = (0.52, 0.74)
"""Where the armpits of dresses lie, how far the product's waist moves that of the dress, and between which levels."""
CHEST_LEVEL: Final = 0.3
SEAMS_WITHIN: Final = 0.93
"""A dress is cut closer than the top for which a product's shoulders are laid on the body's: it is so much shorter."""


@dataclass(frozen=True, slots=True)
class DressTarget:
    upper: Target
    """From neck to waist; its hem is the waist."""
    lower: BottomTarget
    whole: Target
    """The same as one outline down to the hem or hems."""


def place_dress(
    person: PersonAnalysis, figure: Figure, stance: Stance, garment: GarmentAnalysis, pattern: DressPattern,
    options: TryOnOptions,
) -> DressTarget:  # fmt: skip
    """Place both parts on the figure; `person` wears old clothes all of one piece."""
    level = _waist_level(figure, pattern)
    upper = place_garment(person, figure, upper_part(garment), pattern.upper, options, ends_at=level)
    waist = upper.hem[np.linspace(0, len(upper.hem) - 1, COLUMNS).round().astype(int)]
    if pattern.has_legs:
        lower = place_bottom(person, figure, stance, pattern.lower, options, waist)
    else:
        lower = _eased(hang_skirt(figure, stance, pattern.lower, waist, _scale(figure, pattern)), figure)
    return DressTarget(upper, lower, _whole(upper, lower))


def _scale(figure: Figure, pattern: DressPattern) -> float:
    """Photo pixels per garment pixel along the dress: the least that shoulders, chest and waist tell, for a product's
    widths are misread as too narrow rather than too wide."""
    chest, waist = (
        float(np.interp(level, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"]))
        for level in (CHEST_LEVEL, WAIST_LEVEL)
    )
    flat_waist = float(np.linalg.norm(pattern.lower.ribs.seat[0, -1] - pattern.lower.ribs.seat[0, 0]))
    by_shoulders = garment_scale(figure, pattern.upper)
    by_chest = FLAT_PER_FRONT * chest / pattern.upper.chest_width
    return SEAMS_WITHIN * min(by_shoulders, by_chest, LOOSEST_WAIST * waist / flat_waist)


def _waist_level(figure: Figure, pattern: DressPattern) -> float:
    """Torso level of the dress's waist: the body's, higher or lower where the product's own is."""
    drop = float(np.mean([pattern.lower.ribs.seat[0, 2, 1] - pattern.upper.armpit[side][1] for side in SIDES]))
    own = ARMPIT_LEVEL + drop * _scale(figure, pattern) / figure.torso_length
    return float(np.clip(WAIST_LEVEL + OWN_WAIST * (own - WAIST_LEVEL), *WAIST_LEVELS))


def _eased(lower: BottomTarget, figure: Figure) -> BottomTarget:
    """The skirt widened from the waist no faster than cloth does: hips wider than believed would show as a step."""
    seat = lower.ribs.seat.copy()
    fall = (seat - seat[0]) @ figure.down
    out = seat @ figure.across
    middle = out[:, COLUMNS // 2]
    for column in (0, COLUMNS - 1):
        reach = np.abs(out[0, column] - middle[0]) + STEEPEST_HIP * np.maximum(fall[:, column], 0.0)
        half = np.abs(out[:, column] - middle)
        share = np.minimum(reach / np.maximum(half, 1.0), 1.0)[:, None]
        columns = slice(0, COLUMNS // 2) if column == 0 else slice(COLUMNS // 2 + 1, COLUMNS)
        axis = seat[:, COLUMNS // 2][:, None]
        seat[:, columns] = axis + (seat[:, columns] - axis) * share[..., None]
    return replace(lower, ribs=replace(lower.ribs, seat=seat.astype(np.float32)))


def _whole(upper: Target, lower: BottomTarget) -> Target:
    seat, legs = lower.ribs.seat, lower.ribs.legs
    sides = {}
    for side in SIDES:
        parts = [upper.sides[side][:-1], seat[:, 0 if side == "right" else -1]]
        sides[side] = np.vstack([*parts, legs[side][:, 0]] if legs else parts).astype(np.float32)
    hem = np.vstack([lower.ribs.legs["right"][-1], lower.ribs.legs["left"][-1, ::-1]]) if legs else seat[-1]
    return replace(upper, sides=sides, hem=hem.astype(np.float32), hem_level=np.inf)
