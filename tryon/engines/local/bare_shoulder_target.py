"""Where a garment without shoulders lies: its upper edge around the upper arms, or around the chest without sleeves."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, Points, Side
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.pattern import SHOULDER_STEPS, Pattern
from tryon.engines.local.worn_width import SKIN_TIGHT

EDGE_STATION: Final = 0.15
"""Station of the arm around which an off-shoulder edge lies: below the shoulder's roundness, above the armpit."""
EDGE_LEVEL: Final = 0.16
"""Torso level of a strapless edge at the sides: a little above the armpits."""
SAG: Final = 0.03
"""Of the edge's width: how far its middle hangs below its ends, for it goes around the body and is seen from above."""


STRAP_TIGHT: Final = 1.12
"""What hangs on straps is held by the chest: laid flat it is so much wider than the chest seen from the front."""
STRAP_ARMPIT: Final = 0.3
"""Torso level of the armpits of what hangs on straps."""
FEET_WITHIN: Final = (0.05, 0.2)
"""Torso levels between which straps stand on it."""
WITH_SHOULDERS: Final = 0.6
"""So much an edge on the chest follows the shoulders' line, where that is not square to the trunk: who puts the weight
on one leg or leans bends in the back. The rest is the trunk's, for the armpits are placed square to it."""
HALTER: Final = 0.65
"""Where the feet are no farther apart than this share of the chest's width, the front reaches up to the throat."""


def place_corners(figure: Figure, pattern: Pattern) -> dict[Side, Points]:
    """Where the outer corners of the upper edge lie: on the outer side of the arms, or at the sides of the chest."""
    if pattern.sleeves:
        return {side: _outside_arm(figure.arms[side]) for side in SIDES}
    if pattern.on_straps:
        return _place_feet(figure, pattern)
    across, placed = _across_the_chest(figure), {}
    for side in SIDES:
        half = SKIN_TIGHT * float(np.interp(EDGE_LEVEL, TORSO_LEVELS, figure.bare[side]))
        sign = 1.0 if side == "left" else -1.0
        placed[side] = (figure.at_level(EDGE_LEVEL) + across * np.float32(sign * half)).astype(np.float32)
    return placed


def _across_the_chest(figure: Figure) -> Points:
    """(2,) the way along a level edge on the chest, from the wearer's right to the left."""
    shoulders = figure.shoulder_tip["left"] - figure.shoulder_tip["right"]
    shoulders = shoulders / max(float(np.hypot(*shoulders)), 1e-3)
    return (figure.across + (shoulders - figure.across) * np.float32(WITH_SHOULDERS)).astype(np.float32)


def strap_scale(figure: Figure, pattern: Pattern) -> float:
    """Photo pixels per garment pixel of what hangs on straps: its chest is this body's."""
    chest = float(np.interp(STRAP_ARMPIT, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"]))
    return STRAP_TIGHT * chest / max(pattern.chest_width, 1e-3)


def foot_level(figure: Figure, pattern: Pattern) -> float:
    """Torso level at which the straps stand on the upper edge, the same on both sides."""
    drop = np.mean([pattern.armpit[side][1] - pattern.shoulder[side][1] for side in SIDES])
    drop *= strap_scale(figure, pattern) / STRAP_TIGHT / figure.torso_length
    apart = pattern.shoulder_width / max(pattern.chest_width, 1e-3)
    return float(np.clip(STRAP_ARMPIT - drop, FEET_WITHIN[0], FEET_WITHIN[1] if apart > HALTER else FEET_WITHIN[0]))


def _place_feet(figure: Figure, pattern: Pattern) -> dict[Side, Points]:
    """The feet of the straps, as far out of the chest's width as in the product."""
    level = foot_level(figure, pattern)
    middle = (pattern.armpit["left"][0] + pattern.armpit["right"][0]) / 2
    across, placed = _across_the_chest(figure), {}
    for side in SIDES:
        share = abs(pattern.shoulder[side][0] - middle) / max(pattern.chest_width / 2, 1e-3)
        half = float(np.interp(STRAP_ARMPIT, TORSO_LEVELS, figure.bare[side])) * min(float(share), 1.0)
        sign = 1.0 if side == "left" else -1.0
        placed[side] = (figure.at_level(level) + across * np.float32(sign * half)).astype(np.float32)
    return placed


def within_sides(figure: Figure, corner: Mapping[Side, Points], sides: Mapping[Side, Points]) -> dict[Side, Points]:
    """The corners no farther out than the sides begin: an arm that hangs there is in front of the garment."""
    placed = {}
    for side in SIDES:
        outward = figure.across * np.float32(1 if side == "left" else -1)
        beyond = float((corner[side] - sides[side][0]) @ outward)
        placed[side] = (corner[side] - outward * np.float32(max(beyond, 0.0))).astype(np.float32)
    return placed


def _outside_arm(arm: Arm) -> Points:
    outward = np.asarray([np.interp(EDGE_STATION, ARM_STATIONS, arm.outward[:, i]) for i in (0, 1)])
    at = np.asarray([np.interp(EDGE_STATION, ARM_STATIONS, arm.path[:, i]) for i in (0, 1)])
    half = SKIN_TIGHT * float(np.interp(EDGE_STATION, ARM_STATIONS, arm.bare_outer))
    return (at + outward / max(float(np.hypot(*outward)), 1e-3) * half).astype(np.float32)


def place_edge_ends(pattern: Pattern, corner: Mapping[Side, Points]) -> dict[Side, Points]:
    """The neck points of such a garment: on its upper edge between the corners, as in the product."""
    right, left = corner["right"], corner["left"]
    apart = max(pattern.shoulder_width, 1e-3)
    sag = np.asarray([0.0, 0.0 if pattern.on_straps else SAG * float(np.hypot(*(left - right)))], np.float32)
    placed = {}
    for side in SIDES:
        share = float(pattern.neck[side][0] - pattern.shoulder["right"][0]) / apart
        placed[side] = (right + (left - right) * np.float32(share) + sag).astype(np.float32)
    return placed


def edge_between(neck: Points, corner: Points) -> Points:
    """(n, 2) the upper edge at SHOULDER_STEPS from neck point to corner."""
    return (neck + (corner - neck) * SHOULDER_STEPS[:, None]).astype(np.float32)
