"""How long trousers and shorts fall on this body: their scale, where their legs part, and where they end."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, PersonAnalysis, Side
from tryon.engines.local.bottoms_pattern import BottomPattern
from tryon.engines.local.bottoms_seat import USUAL_WAIST_LEVEL, half_at
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg, Stance
from tryon.engines.local.figure import TORSO_LEVELS, Figure

FULL_LENGTH: Final = 1.7
SHORT: Final = 1.4
"""Height by hip width of the product: beyond the first it is meant to reach the ankle, below the second it is shorts
whose length follows from the hips; between them (knee breeches) the one passes into the other."""

ANKLE: Final = 0.985
"""Station at which full-length trousers end where no old hem tells."""

OLD_HEM_REACH: Final = 0.16
"""An old hem this near (stations) is kept: nothing has to be invented under it."""


WIDTH_TELLS: Final = 0.7
"""Share of the say that the hips' width has in the size of a product; the rest is the rise's."""
HIPS_SHOW: Final = 0.86
"""Share of the flat width at the hips that is seen on a body."""
HIPS_OVER_BODY: Final = 1.2
"""What stands out farther over the body than this is an old skirt's flare and no hip."""
SLACK: Final = (0.03, 0.07)
"""Loose shorts part so much (thighs) below the body's own crotch, at least and at most."""
HANGS_LOWER: Final = 0.17
"""What their rise is longer than that makes their legs longer, up to so much (thighs) below the body's own crotch:
legs that part only just above the hem read as a skirt with a slit."""


def shortness(pattern: BottomPattern) -> float:
    """1 of shorts, 0 of what is meant to reach the ankle, and between for knee breeches."""
    shape = (pattern.rise + pattern.inseam) / max(pattern.hip_width, 1.0)
    return float(np.clip((FULL_LENGTH - shape) / (FULL_LENGTH - SHORT), 0.0, 1.0))


def scale_by_hips(figure: Figure, stance: Stance, pattern: BottomPattern) -> float:
    """Photo pixels per garment pixel as hips and rise tell it: each errs, and in different ways."""
    level = (USUAL_WAIST_LEVEL + figure.level_of(stance.crotch)) / 2
    body = {side: float(np.interp(level, TORSO_LEVELS, figure.bare[side])) for side in SIDES}
    hips = sum(min(half_at(figure, side, level), HIPS_OVER_BODY * body[side]) for side in SIDES)
    rise = (figure.level_of(stance.crotch) - USUAL_WAIST_LEVEL) * figure.torso_length
    by_width, by_rise = hips / (HIPS_SHOW * pattern.hip_width), rise / max(pattern.rise, 1.0)
    return float(by_width**WIDTH_TELLS * by_rise ** (1 - WIDTH_TELLS))


def with_slack(figure: Figure, stance: Stance, pattern: BottomPattern, scale: float) -> tuple[Stance, BottomPattern]:
    """The stance with its legs parting where those of the product do, for loose shorts hang lower than the body; and
    the pattern, its legs longer by what hangs lower still."""
    short = shortness(pattern)
    waist = stance.waist_level if not stance.waist_hidden else USUAL_WAIST_LEVEL
    own = waist + pattern.rise * scale / figure.torso_length
    below = (own - figure.level_of(stance.crotch)) * figure.torso_length
    least, most = (share * stance.thigh for share in SLACK)
    lower = float(np.clip(below, least, most))
    longer = min(below, HANGS_LOWER * stance.thigh) - lower
    if longer > 0:
        pattern = replace(pattern, inseam=pattern.inseam + longer * short / scale)
    return replace(stance, crotch=stance.crotch + figure.down * np.float32(lower * short)), pattern


def hem_stations(
    person: PersonAnalysis, stance: Stance, pattern: BottomPattern, scale: float
) -> dict[Side, float]:  # fmt: skip
    """Where on each leg the product ends: both old hems count or none, for trousers have legs of one length. A skirt's
    hem tells only where it reaches the ankles."""
    short = shortness(pattern)
    if short > 0.0:
        crotches = {side: crotch_station(leg, stance) for side, leg in stance.legs.items()}
        own = {side: crotches[side] + pattern.inseam * scale / leg.length for side, leg in stance.legs.items()}
        return {side: float(np.clip(end, 0.0, 0.9) * short + ANKLE * (1 - short)) for side, end in own.items()}
    least = ANKLE if stance.in_one else 1.0 - OLD_HEM_REACH
    old = {side: leg.old_end for side, leg in stance.legs.items()}
    if all(end > least and not _runs_out(person, stance.legs[side], end) for side, end in old.items()):
        return {side: float(end) for side, end in old.items()}
    return dict.fromkeys(old, ANKLE)


def keeps_old_hem(person: PersonAnalysis, leg: Leg, hem: float) -> bool:
    return abs(hem - leg.old_end) < 1e-3 or _runs_out(person, leg, min(hem, leg.old_end))


def _runs_out(person: PersonAnalysis, leg: Leg, station: float) -> bool:
    """The leg leaves the frame before this station."""
    y = float(np.interp(station, LEG_STATIONS, leg.path[:, 1]))
    return y > person.labels.shape[0] - 0.03 * leg.length


def crotch_station(leg: Leg, stance: Stance) -> float:
    return float(np.interp(stance.crotch[1], leg.path[:, 1], LEG_STATIONS))
