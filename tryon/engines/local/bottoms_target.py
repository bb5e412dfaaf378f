"""Where trousers or a skirt must lie on this body: their ribs, placed in the person's photo.

The outline of what is worn now is kept where the new garment would fall there anyway; where it would not, the body
and the product's own width decide. Length and flare are always the product's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import PersonAnalysis, Points
from tryon.engines.local.bottoms_pattern import COLUMNS, SEAT_ROWS, SKIRT_ROWS, BottomPattern, Ribs, leg_shares
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg, Stance
from tryon.engines.local.figure import SIDES, TORSO_LEVELS, Figure, Side, Widths

FLAT_SHOWS: Final = {"slim": 0.76, "regular": 0.82, "oversized": 0.92}
"""Share of a leg's flat width that is seen on a body: cloth that goes around something is narrower than laid flat."""

SAME_WIDTH: Final = 0.24
NOT_ALIKE: Final = (0.45, 0.75)
"""Natural logarithm of old width by new: up to the first the old outline is kept, beyond it the difference is reduced
by so much, and between the next two the old outline loses all say."""

MOST_APART: Final = 0.34
"""Nowhere does the new width differ more (natural logarithm) from the product's own."""

SHORTS_TELL: Final = 0.12
"""Stations below the crotch down to which old shorts have a say in the width of long trousers."""

SKIN_TIGHT: Final = 1.03
"""The tightest trousers are this much wider than the leg."""

FULL_LENGTH: Final = 1.7
SHORT: Final = 1.4
"""Height by hip width of the product: beyond the first it is meant to reach the ankle, below the second it is shorts
whose length follows from the hips; between them (knee breeches) the one passes into the other."""

ANKLE: Final = 0.985
"""Station at which full-length trousers end where no old hem tells."""

OLD_HEM_REACH: Final = 0.16
"""An old hem this near (stations) is kept: nothing has to be invented under it."""

LEG_ROOM: Final = 0.88
"""Share of the way to the other leg that a trouser leg may fill where no gap is seen to tell."""
GAP_SEEN: Final = 0.97
"""An outline that ends before this share of the way to the other leg was a leg's own."""
PARTING: Final = 0.12
"""Stations from the crotch to where the gap between legs that nothing joins is fully open."""
SPILL: Final = 0.45
"""Share of what finds no room inside that stands out on the other side; the rest hangs in folds."""

CLEAR_OF_HEM: Final = 0.05
"""Stations above the old hem in which its outline is not trusted."""

COVER_PX: Final = 1.5
USUAL_WAIST_LEVEL: Final = 0.80
WAIST_RANGE: Final = (0.60, 0.90)
"""Torso levels of a waistband that the top hides."""
UNDER_THE_TOP: Final = 0.012
"""A visible waistband begins so much (units) above the old one's edge, behind top or skin."""

SKIRT_FLARE: Final = 0.72
"""Share of a skirt's flat flare that shows when it hangs."""
SKIRT_WAIST_SHOWS: Final = 0.80
LONGEST_SKIRT: Final = 0.96

BODY_SHAPE: Final = ((0.6, 0.8, 1.0, 1.2), (0.90, 1.0, 1.10, 1.12))
"""Torso levels, and the greatest half width there relative to that at the crotch."""


@dataclass(frozen=True, slots=True)
class BottomTarget:
    ribs: Ribs
    scale: float
    """Pixels of the photo per pixel of the garment's picture, along the legs."""
    hems: Mapping[Side, float]
    """Station at which each leg of the new garment ends; of skirts the same height on both legs."""
    keeps_hem: bool
    """The new hem lies on the old one."""
    beyond_old_hem: bool
    """The old bottom ends well above the new hem."""

    @property
    def hem_lines(self) -> list[Points]:
        if not self.ribs.legs:
            return [self.ribs.seat[-1]]
        return [leg[-1] for leg in self.ribs.legs.values()]


def place_bottom(
    person: PersonAnalysis, figure: Figure, stance: Stance, pattern: BottomPattern, options: TryOnOptions
) -> BottomTarget:
    """Place the ribs on the figure."""
    if pattern.is_skirt:
        return _place_skirt(person, figure, stance, pattern)
    shows = FLAT_SHOWS[options.fit]
    scale = _scale_by_hips(figure, stance, pattern)
    hems = {side: _hem_station(person, stance, side, pattern, scale) for side in SIDES}
    keeps = all(_keeps_old_hem(person, leg, hems[side]) for side, leg in stance.legs.items())
    beyond = any(leg.old_end < hems[side] - OLD_HEM_REACH and not keeps for side, leg in stance.legs.items())
    legs: dict[Side, Points] = {}
    # The leg nearer to the camera is laid last, over the other one.
    for side in sorted(SIDES, key=lambda side: side == stance.front_leg):
        legs[side] = _place_leg(stance, side, pattern, hems[side], shows)
    waist = _waist_row(figure, stance, _waist_level(figure, stance, pattern, scale))
    seat = _place_seat(figure, stance, waist, {side: leg[0] for side, leg in legs.items()})
    length = np.mean([np.linalg.norm(leg[-1, 1] - leg[0, 1]) for leg in legs.values()])
    return BottomTarget(Ribs(seat, legs), float(length) / max(pattern.inseam, 1.0), hems, keeps, beyond)


# ---- length


def _scale_by_hips(figure: Figure, stance: Stance, pattern: BottomPattern) -> float:
    """Photo pixels per garment pixel as hips and rise tell it: each errs, and in different ways."""
    level = (USUAL_WAIST_LEVEL + figure.level_of(stance.crotch)) / 2
    hips = sum(_half_at(figure, side, level) for side in SIDES)
    rise = (figure.level_of(stance.crotch) - USUAL_WAIST_LEVEL) * figure.torso_length
    return float(np.sqrt(hips / (0.86 * pattern.hip_width) * rise / max(pattern.rise, 1.0)))


def _hem_station(person: PersonAnalysis, stance: Stance, side: Side, pattern: BottomPattern, scale: float) -> float:
    """Where on this leg the product ends."""
    leg = stance.legs[side]
    own = _crotch_station(leg, stance) + pattern.inseam * scale / leg.length
    shape = (pattern.rise + pattern.inseam) / max(pattern.hip_width, 1.0)
    long = float(np.clip((shape - SHORT) / (FULL_LENGTH - SHORT), 0.0, 1.0))
    if long < 1.0:
        return float(np.clip(own, 0.0, 0.9) * (1 - long) + ANKLE * long)
    old = leg.old_end
    near = old > 1.0 - OLD_HEM_REACH and not _runs_out(person, leg, old)
    return float(old) if near else ANKLE


def _keeps_old_hem(person: PersonAnalysis, leg: Leg, hem: float) -> bool:
    return abs(hem - leg.old_end) < 1e-3 or _runs_out(person, leg, min(hem, leg.old_end))


def _runs_out(person: PersonAnalysis, leg: Leg, station: float) -> bool:
    """The leg leaves the frame before this station."""
    y = float(np.interp(station, LEG_STATIONS, leg.path[:, 1]))
    return y > person.labels.shape[0] - 0.03 * leg.length


def _crotch_station(leg: Leg, stance: Stance) -> float:
    return float(np.interp(stance.crotch[1], leg.path[:, 1], LEG_STATIONS))


# ---- legs


def _place_leg(stance: Stance, side: Side, pattern: BottomPattern, hem: float, shows: float) -> Points:
    """(LEG_ROWS, 3, 2) of one leg."""
    leg = stance.legs[side]
    start = _crotch_station(leg, stance)
    stations = start + (hem - start) * leg_shares()
    source = pattern.ribs.legs[side]
    length = (hem - stations[0]) * leg.length
    scale = length / max(float(np.linalg.norm(source[-1, 1] - source[0, 1])), 1.0)
    flat = np.linalg.norm(source[:, 0] - source[:, 2], axis=1).astype(np.float32)
    outer, inner = _leg_halves(leg, stations, flat * np.float32(scale * shows))
    path = _along(leg.path, stations)
    outward = _along(leg.outward, stations)
    ribs = np.stack([path + outward * outer[:, None], path, path - outward * inner[:, None]], axis=1)
    ribs[0, 2] = stance.crotch
    ribs[:, 1] = (ribs[:, 0] + ribs[:, 2]) / 2
    return ribs.astype(np.float32)


def _leg_halves(leg: Leg, stations: Widths, wanted: Widths) -> tuple[Widths, Widths]:
    """Pixels from the leg's path to both edges of the new trousers, which want to be `wanted` wide."""
    bare_outer, bare_inner = _at(leg.bare_outer, stations), _at(leg.bare_inner, stations)
    wanted = np.maximum(wanted, SKIN_TIGHT * (bare_outer + bare_inner))
    # At the old hem itself shoes and shadows confuse the outline: the last clear width above it is carried down.
    clear = np.minimum(stations, leg.old_end - CLEAR_OF_HEM) if leg.old_end > CLEAR_OF_HEM else stations
    outer = _known(_at(leg.outer, clear), bare_outer * 1.2)
    inner = _known(_at(leg.inner, clear), bare_inner * 1.2)
    width = outer + inner
    comparable = (_at(leg.worn, stations) > 0.3).astype(np.float32)
    if leg.old_end < stations[-1] - OLD_HEM_REACH:
        # Old shorts tell the width at the seat; what hangs below would show their hem as a step.
        comparable *= np.clip(1.0 - (stations - stations[0]) / SHORTS_TELL, 0.0, 1.0)
    width_new, alike = _agreed(width, wanted, comparable)
    aside = (outer - inner) / 2 * alike + (bare_outer - bare_inner) / 2 * (1 - alike)
    new_outer, new_inner = width_new / 2 + aside, width_new / 2 - aside
    # Legs that touch share the room between them; what finds none stands out on the other side.
    room = _room_inside(leg, stations, inner, alike)
    spill = np.maximum(new_inner - np.maximum(room, bare_inner), 0.0)
    return (new_outer + spill * SPILL + COVER_PX).astype(np.float32), (new_inner - spill + COVER_PX).astype(np.float32)


def _room_inside(leg: Leg, stations: Widths, inner: Widths, alike: Widths) -> Widths:
    """Pixels from the leg's path that trousers may reach towards the other leg.

    An old gap is kept where the old outline counts (`alike`); legs that a skirt hid are given one.
    """
    middle = _at(leg.to_middle, stations)
    gap = np.where(inner < GAP_SEEN * middle, inner, middle)
    room = np.maximum(inner * alike + gap * (1 - alike), LEG_ROOM * middle)
    parted = np.clip((stations - stations[0]) / PARTING, 0.0, 1.0) * (1 - alike)
    return (room * (1 - (1 - LEG_ROOM) * parted)).astype(np.float32)


def _agreed(old: Widths, new: Widths, comparable: Widths) -> tuple[Widths, Widths]:
    """The width to take between what is worn and what the product wants, and how alike they are (0..1)."""
    apart = np.log(np.maximum(old, 1.0) / np.maximum(new, 1.0))
    smooth = cv2.GaussianBlur(apart.reshape(1, -1).astype(np.float32), (0, 0), 2.0).ravel()
    kept = np.clip(smooth, -SAME_WIDTH, SAME_WIDTH)
    alike = np.clip((NOT_ALIKE[1] - np.abs(smooth)) / (NOT_ALIKE[1] - NOT_ALIKE[0]), 0.0, 1.0) * comparable
    alike = cv2.GaussianBlur(alike.reshape(1, -1).astype(np.float32), (0, 0), 1.0).ravel()
    shifted = np.log(np.maximum(old, 1.0)) - smooth + kept
    width = np.exp(alike * shifted + (1 - alike) * np.log(new))
    return np.clip(width, new * np.exp(-MOST_APART), new * np.exp(MOST_APART)).astype(np.float32), alike


def _known(seen: Widths, otherwise: Widths) -> Widths:
    """Seen widths, gaps bridged by what is believed, scaled to what is seen."""
    known = np.isfinite(seen)
    if known.sum() < 3:
        return otherwise
    ratio = np.interp(np.arange(len(seen)), np.flatnonzero(known), (seen / otherwise)[known])
    filled = np.where(known, seen, ratio * otherwise).astype(np.float32)
    return cv2.GaussianBlur(filled.reshape(1, -1), (0, 0), 0.7).ravel()


def _at(values: Widths, stations: Widths) -> Widths:
    return np.interp(stations, LEG_STATIONS, values).astype(np.float32)


def _along(points: Points, stations: Widths) -> Points:
    return np.stack([np.interp(stations, LEG_STATIONS, points[:, i]) for i in (0, 1)], axis=1).astype(np.float32)


# ---- seat


def _half_at(figure: Figure, side: Side, level: float) -> float:
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
    return min(_half_at(figure, side, level), own)


def _waist_level(figure: Figure, stance: Stance, pattern: BottomPattern, scale: float) -> float:
    if not stance.waist_hidden:
        return stance.waist_level
    own = figure.level_of(stance.crotch) - pattern.rise * scale / figure.torso_length
    return float(np.clip(own, *WAIST_RANGE))


def _waist_row(figure: Figure, stance: Stance, level: float) -> Points:
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


def _place_seat(figure: Figure, stance: Stance, waist: Points, ends: Mapping[Side, Points]) -> Points:
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


# ---- skirts


def _place_skirt(person: PersonAnalysis, figure: Figure, stance: Stance, pattern: BottomPattern) -> BottomTarget:
    source = pattern.ribs.seat
    level = stance.waist_level if not stance.waist_hidden else USUAL_WAIST_LEVEL
    waist = _waist_row(figure, stance, level)
    scale = float(
        np.linalg.norm(waist[-1] - waist[0]) / (SKIRT_WAIST_SHOWS * np.linalg.norm(source[0, -1] - source[0, 0]))
    )
    return hang_skirt(figure, stance, pattern, waist, scale)


def hang_skirt(figure: Figure, stance: Stance, pattern: BottomPattern, waist: Points, scale: float) -> BottomTarget:
    """A skirt that hangs from the (COLUMNS, 2) upper edge `waist`, `scale` photo pixels long per garment pixel."""
    source = pattern.ribs.seat
    waist_width = float(np.linalg.norm(waist[-1] - waist[0]))
    flat_waist = float(np.linalg.norm(source[0, -1] - source[0, 0]))
    start = figure.level_of(waist[COLUMNS // 2]) * figure.torso_length
    longest = _down(figure, _skirt_end(stance, LONGEST_SKIRT)) - start
    length = min(pattern.rise * scale, longest)
    grid = np.empty((SKIRT_ROWS, COLUMNS, 2), np.float32)
    for i, share in enumerate(np.linspace(0.0, 1.0, SKIRT_ROWS)):
        ratio = float(np.linalg.norm(source[i, -1] - source[i, 0])) / flat_waist
        flare = waist_width * (1 + (ratio - 1) * SKIRT_FLARE)
        grid[i] = _skirt_row(figure, stance, start + length * float(share), flare)
        grid[i, :, 1] += (source[i, :, 1] - source[i, COLUMNS // 2, 1]) * np.float32(scale * share)
    grid[0] = waist
    ends = {side: float(np.interp(grid[-1, 2, 1], leg.path[:, 1], LEG_STATIONS)) for side, leg in stance.legs.items()}
    return BottomTarget(Ribs(grid, {}), length / pattern.rise, ends, False, True)


def _skirt_end(stance: Stance, station: float) -> Points:
    return np.mean([_along(leg.path, np.asarray([station], np.float32))[0] for leg in stance.legs.values()], axis=0)


def _down(figure: Figure, point: Points) -> float:
    return figure.level_of(point) * figure.torso_length


def _skirt_row(figure: Figure, stance: Stance, along: float, flare: float) -> Points:
    """One rib of a skirt: as wide as the product's flare, and never narrower than hips and legs."""
    level = along / figure.torso_length
    centre = figure.shoulder_middle + figure.down * np.float32(along)
    if level > 1.0:
        legs = [np.interp(centre[1], leg.path[:, 1], leg.path[:, 0]) for leg in stance.legs.values()]
        centre = np.asarray([np.mean(legs), centre[1]], np.float32)
    halves = []
    for side, sign in (("right", -1.0), ("left", 1.0)):
        body = _body_half(figure, stance, side, level, centre) * SKIN_TIGHT  # type: ignore[arg-type]
        halves.append(sign * (max(flare / 2, body) + COVER_PX))
    row = np.asarray([halves[0], halves[0] / 2, 0.0, halves[1] / 2, halves[1]], np.float32)
    return (centre + np.outer(row, figure.across)).astype(np.float32)


def _body_half(figure: Figure, stance: Stance, side: Side, level: float, centre: Points) -> float:
    """Pixels from the skirt's axis to the outside of hip or leg."""
    if level <= figure.level_of(stance.crotch):
        return float(np.interp(level, TORSO_LEVELS, figure.bare[side]))
    leg = stance.legs[side]
    x = float(np.interp(centre[1], leg.path[:, 1], leg.path[:, 0]))
    bare = float(np.interp(centre[1], leg.path[:, 1], leg.bare_outer))
    return abs(x - float(centre[0])) + bare
