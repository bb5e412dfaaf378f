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
from tryon.engines.local.bottoms_leg_widths import SKIN_TIGHT, along_path, at_stations, leg_halves
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
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Stance
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.raster import smoothed_row
from tryon.engines.local.rays import Widths

FLAT_SHOWS: Final = {"slim": 0.76, "regular": 0.82, "oversized": 0.92}
"""Share of a leg's flat width that is seen on a body: cloth that goes around something is narrower than laid flat."""

PARTS_BY: Final = 0.45
"""Half the gap between two legs grows at most by so much a pixel below the crotch: cloth parts in a wedge."""
SHORTS_PART_BY: Final = 0.48
"""The same of shorts, which stand off the thighs."""

GAP_SHOWS: Final = 1.25
"""Standing, the legs of shorts gape more than laid flat."""
GAPES: Final = (0.008, 0.055)
"""Half the gap between the hems of shorts, in leg lengths, where thighs fill it and where they leave room: with less
shorts look like a skirt, and where thighs show beside a wider one like a slit skirt."""

HEM_TILTS: Final = 0.35
"""Share of what the hem of flat shorts hangs lower at the inner side than at the outer that shows on a body."""
HEM_BOWS: Final = 0.05
"""The hem of shorts runs round the thigh: seen from above, its middle lies lower by so much of the leg's width."""

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
    outer, inner = leg_halves(leg, stations, flat * np.float32(scale * shows), stance.in_one)
    # Between the short legs of one product there is its own gap, however near the wearer's are.
    middle = at_stations(leg.to_middle, stations)
    own = _half_gap(pattern) * np.float32(GAP_SHOWS * scale)
    room = middle - SKIN_TIGHT * at_stations(leg.bare_inner, stations)
    gapes = np.clip(room, GAPES[0] * leg.length, GAPES[1] * leg.length) * leg_shares()
    inner = np.minimum(inner, middle - np.maximum(np.minimum(own, room), gapes) * np.float32(short))
    parts_by = PARTS_BY + (SHORTS_PART_BY - PARTS_BY) * short
    inner = np.maximum(inner, middle - parts_by * (stations - stations[0]) * leg.length).astype(np.float32)
    path = along_path(leg.path, stations)
    outward = along_path(leg.outward, stations)
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
    return np.mean([along_path(leg.path, np.asarray([station], np.float32))[0] for leg in stance.legs.values()], axis=0)


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
