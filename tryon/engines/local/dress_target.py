"""Where a dress must lie on this body: its upper part as a top down to the waist, from there on a skirt or trousers."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import GarmentAnalysis, PersonAnalysis
from tryon.engines.local.bottoms_pattern import COLUMNS
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.bottoms_target import BottomTarget, hang_skirt
from tryon.engines.local.dress_pattern import DressPattern, upper_part
from tryon.engines.local.figure import SIDES, TORSO_LEVELS, Figure
from tryon.engines.local.target import Target, place_garment
from tryon.engines.local.torso_target import FLAT_PER_FRONT

WAIST_LEVEL: Final = 0.66
"""Torso level of the natural waist."""
LOOSEST_WAIST: Final = 1.35
"""Most dresses laid flat are at most this many times as wide at the waist as the body is in front view."""
CHEST_LEVEL: Final = 0.3
SEAMS_WITHIN: Final = 0.93
"""A dress is cut closer than the top for which a product's shoulders are laid on the body's: it is so much shorter."""


@dataclass(frozen=True, slots=True)
class DressTarget:
    upper: Target
    """From neck to waist; its hem is the waist."""
    lower: BottomTarget
    whole: Target
    """The same as one outline down to the hem; of a jumpsuit down to the crotch."""


def place_dress(
    person: PersonAnalysis, figure: Figure, stance: Stance, garment: GarmentAnalysis, pattern: DressPattern,
    options: TryOnOptions,
) -> DressTarget:  # fmt: skip
    """Place both parts on the figure; `person` wears old clothes all of one piece."""
    upper = place_garment(person, figure, upper_part(garment), pattern.upper, options, ends_at=WAIST_LEVEL)
    waist = upper.hem[np.linspace(0, len(upper.hem) - 1, COLUMNS).round().astype(int)]
    lower = hang_skirt(figure, stance, pattern.lower, waist, _scale(figure, pattern, upper))
    return DressTarget(upper, lower, _whole(upper, lower))


def _scale(figure: Figure, pattern: DressPattern, upper: Target) -> float:
    """Photo pixels per garment pixel along the skirt: the least that shoulders, chest and waist tell, for a product's
    widths are misread as too narrow rather than too wide."""
    chest, waist = (
        float(np.interp(level, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"]))
        for level in (CHEST_LEVEL, WAIST_LEVEL)
    )
    flat_waist = float(np.linalg.norm(pattern.lower.ribs.seat[0, -1] - pattern.lower.ribs.seat[0, 0]))
    by_chest = FLAT_PER_FRONT * chest / pattern.upper.chest_width
    return SEAMS_WITHIN * min(upper.scale, by_chest, LOOSEST_WAIST * waist / flat_waist)


def _whole(upper: Target, lower: BottomTarget) -> Target:
    seat = lower.ribs.seat
    edges = {"right": seat[:, 0], "left": seat[:, -1]}
    sides = {side: np.vstack([upper.sides[side][:-1], edges[side]]).astype(np.float32) for side in SIDES}
    return replace(upper, sides=sides, hem=seat[-1].astype(np.float32))
