"""Where trousers or a skirt must lie on this body: their ribs, placed in the person's photo.

The outline of what is worn now is kept where the new garment would fall there anyway; where it would not, the body
and the product's own width decide. Length and flare are always the product's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import SIDES, PersonAnalysis, Points, Side
from tryon.engines.local.bottoms_length import (
    OLD_HEM_REACH,
    crotch_station,
    hem_stations,
    keeps_old_hem,
    scale_by_hips,
    shortness,
    with_slack,
)
from tryon.engines.local.bottoms_pattern import COLUMNS, SKIRT_ROWS, BottomPattern, Ribs, leg_shares
from tryon.engines.local.bottoms_seat import (
    COVER_PX,
    NARROWED,
    USUAL_WAIST_LEVEL,
    from_under_top,
    half_at,
    place_seat,
    usual_waist_width,
    waist_level,
    waist_row,
)
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg, Stance
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.raster import smoothed_row
from tryon.engines.local.rays import Widths

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

SHORTS_STAND_OFF: Final = 0.2
"""Natural logarithm: old shorts so much wider than the new trousers have no say at all."""

SKIN_TIGHT: Final = 1.03
"""The tightest trousers are this much wider than the leg."""

LEG_ROOM: Final = 0.88
"""Share of the way to the other leg that a trouser leg may fill where no gap is seen to tell."""
GAP_SEEN: Final = 0.97
"""An outline that ends before this share of the way to the other leg was a leg's own."""
PARTING: Final = 0.12
"""Stations from the crotch to where the gap between legs that nothing joins is fully open."""
PARTS_BY: Final = 0.45
"""Half the gap between two legs grows at most by so much a pixel below the crotch: cloth parts in a wedge."""
SHORTS_PART_BY: Final = 0.48
"""The same of shorts, which stand off the thighs."""
SPILL: Final = 0.45
"""Share of what finds no room inside that stands out on the other side; the rest hangs in folds."""

GAP_SHOWS: Final = 1.25
"""Standing, the legs of shorts gape more than laid flat."""
GAPES: Final = 0.055
"""Half the gap between the hems of shorts, at least, in leg lengths: with less they look like a skirt."""

HEM_TILTS: Final = 0.35
"""Share of what the hem of flat shorts hangs lower at the inner side than at the outer that shows on a body."""
HEM_BOWS: Final = 0.05
"""The hem of shorts runs round the thigh: seen from above, its middle lies lower by so much of the leg's width."""

CLEAR_OF_HEM: Final = 0.05
"""Stations above the old hem in which its outline is not trusted."""

SKIRT_FLARE: Final = 0.72
"""Share of a skirt's flat flare that shows when it hangs."""
SKIRT_WAIST_SHOWS: Final = 0.80
CALM_ROWS: Final = 1.2
"""Rows over which a skirt's sides are averaged (standard deviation)."""
LONGEST_SKIRT: Final = 0.96


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
    short: bool = False
    """The legs end so far above the ankles that they gape."""
    apart_in_one: bool = False
    """Legs are laid where a skirt was."""

    @property
    def hem_lines(self) -> list[Points]:
        if not self.ribs.legs:
            return [self.ribs.seat[-1]]
        return [leg[-1] for leg in self.ribs.legs.values()]


def place_bottom(
    person: PersonAnalysis, figure: Figure, stance: Stance, pattern: BottomPattern, options: TryOnOptions,
    waist: Points | None = None,
) -> BottomTarget:  # fmt: skip
    """Place the ribs on the figure; trousers hang from `waist`, (COLUMNS, 2), where their upper edge is known."""
    if pattern.is_skirt:
        return _place_skirt(figure, stance, pattern)
    shows = FLAT_SHOWS[options.fit]
    scale = scale_by_hips(figure, stance, pattern)
    stance, longer = with_slack(figure, stance, pattern, scale)
    hems = hem_stations(person, stance, longer, scale)
    keeps = all(keeps_old_hem(person, leg, hems[side]) for side, leg in stance.legs.items())
    beyond = any(leg.old_end < hems[side] - OLD_HEM_REACH and not keeps for side, leg in stance.legs.items())
    legs: dict[Side, Points] = {}
    # The leg nearer to the camera is laid last, over the other one.
    for side in sorted(SIDES, key=lambda side: side == stance.front_leg):
        legs[side] = _place_leg(stance, side, pattern, hems[side], shows, scale)
    if waist is None:
        waist = waist_row(figure, stance, waist_level(figure, stance, pattern, scale))
    seat = place_seat(figure, stance, waist, {side: leg[0] for side, leg in legs.items()})
    length = np.mean([np.linalg.norm(leg[-1, 1] - leg[0, 1]) for leg in legs.values()])
    along = float(length) / max(pattern.inseam, 1.0)
    return BottomTarget(Ribs(seat, legs), along, hems, keeps, beyond, shortness(pattern) > 0.5, stance.in_one)


# ---- legs


def _place_leg(
    stance: Stance, side: Side, pattern: BottomPattern, hem: float, shows: float, by_hips: float
) -> Points:  # fmt: skip
    """(LEG_ROWS, 3, 2) of one leg; the scale `by_hips` tells how wide shorts are, their length that of trousers."""
    leg = stance.legs[side]
    start = crotch_station(leg, stance)
    stations = start + (hem - start) * leg_shares()
    source = pattern.ribs.legs[side]
    length = (hem - stations[0]) * leg.length
    by_length = length / max(float(np.linalg.norm(source[-1, 1] - source[0, 1])), 1.0)
    short = shortness(pattern)
    scale = by_hips**short * by_length ** (1 - short)
    flat = np.linalg.norm(source[:, 0] - source[:, 2], axis=1).astype(np.float32)
    outer, inner = _leg_halves(leg, stations, flat * np.float32(scale * shows), stance.in_one)
    # Between the short legs of one product there is its own gap, however near the wearer's are.
    middle = _at(leg.to_middle, stations)
    own = _half_gap(pattern) * np.float32(GAP_SHOWS * scale)
    inner = np.minimum(inner, middle - np.maximum(own, GAPES * leg.length * leg_shares()) * np.float32(short))
    parts_by = PARTS_BY + (SHORTS_PART_BY - PARTS_BY) * short
    inner = np.maximum(inner, middle - parts_by * (stations - stations[0]) * leg.length).astype(np.float32)
    path = _along(leg.path, stations)
    outward = _along(leg.outward, stations)
    ribs = np.stack([path + outward * outer[:, None], path, path - outward * inner[:, None]], axis=1)
    ribs[0, 2] = stance.crotch
    ribs[:, 1] = (ribs[:, 0] + ribs[:, 2]) / 2
    across = ribs[:, 0] - ribs[:, 2]
    down = np.stack([across[:, 1], -across[:, 0]], axis=1) * (-1.0 if side == "right" else 1.0)
    ribs[:, 1] -= down * (HEM_BOWS * short * leg_shares()[:, None])
    tilt = float(source[-1, 2, 1] - source[-1, 0, 1]) * HEM_TILTS * short * scale / 2
    ribs[:, :, 1] += np.outer(leg_shares(), np.asarray([-tilt, 0.0, tilt]))
    return ribs.astype(np.float32)


def _half_gap(pattern: BottomPattern) -> Widths:
    """(LEG_ROWS,) half the gap between the product's legs, in its pixels."""
    left, right = (pattern.ribs.legs[side][:, 2, 0] for side in ("left", "right"))
    return np.maximum(left - right, 0.0).astype(np.float32) / 2


def _leg_halves(leg: Leg, stations: Widths, wanted: Widths, in_one: bool) -> tuple[Widths, Widths]:
    """Pixels from the leg's path to both edges of the new trousers, which want to be `wanted` wide."""
    bare_outer, bare_inner = _at(leg.bare_outer, stations), _at(leg.bare_inner, stations)
    wanted = np.maximum(wanted, SKIN_TIGHT * (bare_outer + bare_inner))
    # At the old hem itself shoes and shadows confuse the outline: the last clear width above it is carried down.
    clear = np.minimum(stations, leg.old_end - CLEAR_OF_HEM) if leg.old_end > CLEAR_OF_HEM else stations
    outer = _known(_at(leg.outer, clear), bare_outer * 1.2)
    inner = _known(_at(leg.inner, clear), bare_inner * 1.2)
    width = outer + inner
    comparable = (_at(leg.worn, stations) > 0.3).astype(np.float32) * np.float32(not in_one)
    if leg.old_end < stations[-1] - OLD_HEM_REACH:
        # Old shorts tell the width at the seat; what hangs below would show their hem as a step, and where they stand
        # off wider than long trousers hang, a bulge.
        comparable *= np.clip(1.0 - (stations - stations[0]) / SHORTS_TELL, 0.0, 1.0)
        comparable *= np.clip(1.0 - np.log(np.maximum(width / wanted, 1.0)) / SHORTS_STAND_OFF, 0.0, 1.0)
    width_new, alike = _agreed(width, wanted, comparable)
    aside = (outer - inner) / 2 * alike + (bare_outer - bare_inner) / 2 * (1 - alike)
    aside = _hanging(aside, width_new, leg, stations, alike)
    new_outer, new_inner = width_new / 2 + aside, width_new / 2 - aside
    # Legs that touch share the room between them; what finds none stands out on the other side.
    room = _room_inside(leg, stations, inner, alike)
    spill = np.maximum(new_inner - np.maximum(room, bare_inner), 0.0)
    return (new_outer + spill * SPILL + COVER_PX).astype(np.float32), (new_inner - spill + COVER_PX).astype(np.float32)


def _hanging(aside: Widths, width: Widths, leg: Leg, stations: Widths, alike: Widths) -> Widths:
    """Pixels from the leg's path outwards to the trousers' middle, moved from `aside` to where cloth hangs straight
    down from the seat to the hem, as far as its `width` leaves the leg covered and no old outline counts (`alike`)."""
    path, outward = _along(leg.path, stations), _along(leg.outward, stations)
    middle = path + outward * aside[:, None]
    share = ((stations - stations[0]) / max(float(stations[-1] - stations[0]), 1e-3))[:, None]
    straight = middle[0] + (middle[-1] - middle[0]) * share
    wished = aside + ((straight - middle) * outward).sum(axis=1) * (1 - alike)
    least = SKIN_TIGHT * _at(leg.bare_outer, stations) - width / 2
    most = width / 2 - SKIN_TIGHT * _at(leg.bare_inner, stations)
    free = np.clip(wished, np.minimum(least, aside), np.maximum(most, aside))
    return np.where(most > least, free, aside).astype(np.float32)


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


# ---- skirts


def _place_skirt(figure: Figure, stance: Stance, pattern: BottomPattern) -> BottomTarget:
    source = pattern.ribs.seat
    level = stance.waist_level if not stance.waist_hidden else USUAL_WAIST_LEVEL
    waist = waist_row(figure, stance, level)
    width = usual_waist_width(figure, stance, level)
    scale = float(width / (SKIRT_WAIST_SHOWS * np.linalg.norm(source[0, -1] - source[0, 0])))
    if stance.waist_hidden:
        # Where it comes out from under the top it is no wider than that: its flare would end there as a shelf.
        worn = sum(half_at(figure, side, stance.waist_level) for side in SIDES)
        share = (stance.waist_level - level) * figure.torso_length / (pattern.rise * scale)
        ratio = np.interp(share, np.linspace(0.0, 1.0, SKIRT_ROWS), source[:, -1, 0] - source[:, 0, 0])
        flare = _flare(width, float(ratio / (source[0, -1, 0] - source[0, 0, 0])))
        width = float(np.clip(width - (flare - worn), NARROWED * width, width))
    target = hang_skirt(figure, stance, pattern, waist, scale, width)
    if stance.waist_hidden:
        target = replace(target, ribs=Ribs(from_under_top(target.ribs.seat, figure, stance), {}))
    return target


def _flare(waist_width: float, ratio: float) -> float:
    """Width of a hanging skirt where the flat one is `ratio` times as wide as at its waist."""
    return waist_width * (1 + (ratio - 1) * SKIRT_FLARE)


def hang_skirt(
    figure: Figure, stance: Stance, pattern: BottomPattern, waist: Points, scale: float, width: float | None = None
) -> BottomTarget:  # fmt: skip
    """A skirt that hangs from the (COLUMNS, 2) upper edge `waist`, `scale` photo pixels long per garment pixel; its
    flare follows the `width` of the waist, which is as wide as its edge where not given."""
    source = pattern.ribs.seat
    waist_width = float(np.linalg.norm(waist[-1] - waist[0])) if width is None else width
    flat_waist = float(np.linalg.norm(source[0, -1] - source[0, 0]))
    start = figure.level_of(waist[COLUMNS // 2]) * figure.torso_length
    longest = _down(figure, _skirt_end(stance, LONGEST_SKIRT)) - start
    length = min(pattern.rise * scale, longest)
    grid = np.empty((SKIRT_ROWS, COLUMNS, 2), np.float32)
    for i, share in enumerate(np.linspace(0.0, 1.0, SKIRT_ROWS)):
        ratio = float(np.linalg.norm(source[i, -1] - source[i, 0])) / flat_waist
        flare = _flare(waist_width, ratio)
        grid[i] = _skirt_row(figure, stance, start + length * float(share), flare)
    grid = _calm_sides(grid, figure)
    for i, share in enumerate(np.linspace(0.0, 1.0, SKIRT_ROWS)):
        grid[i, :, 1] += (source[i, :, 1] - source[i, COLUMNS // 2, 1]) * np.float32(scale * share)
    grid[0] = waist
    ends = {side: float(np.interp(grid[-1, 2, 1], leg.path[:, 1], LEG_STATIONS)) for side, leg in stance.legs.items()}
    return BottomTarget(Ribs(grid, {}), length / pattern.rise, ends, False, True)


def _calm_sides(grid: Points, figure: Figure) -> Points:
    """The rows (SKIRT_ROWS, COLUMNS, 2) with sides that are smooth lines: a hand beside the hips, or where the body's
    measure goes over from hips to legs, must not make them bulge."""
    out, along = grid @ figure.across, grid @ figure.down
    middle = smoothed_row(out[:, COLUMNS // 2], CALM_ROWS)
    calm = np.empty_like(out)
    for column in range(COLUMNS):
        away = (out[:, column] - out[:, COLUMNS // 2]).astype(np.float32).reshape(1, -1)
        calm[:, column] = middle + smoothed_row(cv2.medianBlur(away, 5), CALM_ROWS)
    return (calm[..., None] * figure.across + along[..., None] * figure.down).astype(np.float32)


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
