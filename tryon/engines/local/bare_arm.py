"""The outline of a bared arm: where it comes out of the old sleeve it goes on exactly as it is seen there."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, Side
from tryon.engines.local.bare_wrist import wrist_outline
from tryon.engines.local.figure_arms import ARM_STATIONS, BARE_ARM, Arm
from tryon.engines.local.raster import bits, blurred, disc, grown, pieces_of, polygon_opacity, tube_outline
from tryon.engines.local.rays import Widths, sample
from tryon.engines.local.sleeve_target import end_of
from tryon.engines.local.target import Target

LOWER_ARM: Final = 12
"""Sleeves that end at a later station are long ones: what is seen below them is the hand."""
SEARCH_UNITS: Final = 0.3
"""How far from its guessed middle line a bare arm is looked for."""
LEAST_WIDTH: Final = 0.5
MOST_WIDTH: Final = 1.6
"""A seen arm is so many times as wide as a usual one, or as this one elsewhere; else it is not wholly seen, or two
things are seen as one."""
IN_SLEEVE: Final = 0.2
"""Stations before the end of the new sleeve at which the arm begins: cuffs may be cut aslant."""
BESIDE_SLEEVE: Final = 0.25
"""A sleeve hides the arm so many times its width beside it, too."""
PAST_WRIST: Final = 0.25
PAST_CUFF: Final = 0.1
"""Stations that an arm is drawn beyond the wrist, and beyond the old cuff where that reached farther."""

EDGE_PX: Final = 0.7
"""Softness of the arm's edge: that of sharp photos. A softer one before a bright wall looks like a pale outline."""
GAP_UNITS: Final = 0.05
"""Gaps up to this wide between arm and new top, where the old one was, are no view of the background."""
INNER_SIDE: Final = 2.2
"""They lie within so many half widths of the arm, at its inner side."""
SLIT: Final = 0.85
"""Share of an opening that is no wider than that: else the whole opening stays, or it would end in a step."""
GAP_GOES_ON: Final = 0.2
"""Share of an opening's rim at which background is seen: it is a part of the gap between arm and body, and closed alone
it would be a stub."""
END: Final = 0.25
MOST_OF_END: Final = 0.5
RIM_PX: Final = 2
"""So much of a long opening is its end, and over so much of its width background is seen there, in a rim so wide, where
it goes on: what is seen of the gap above and below it may be far from all of its rim."""

HAND_SHARE: Final = 9
"""How late the forearm takes over the hand's width: it narrows to the wrist first."""

BELOW_ELBOW: Final = 0.3
"""Share of the forearm over which it keeps its own outline more and more."""

BEHIND: Final = 0.55
"""A forearm of which less of its usual width is seen goes behind the body, or behind a skirt."""

STEP: Final = 0.01
"""Stations between the cuts through the seen arm at which its two edges are read."""
ABOVE_HEM: Final = 0.1
BELOW_HEM: Final = 0.25
"""Stations above and below the one at which the old sleeve seems to end where the seen arm's edges are looked for."""
RIM_UNITS: Final = 0.015
"""So near to the hem an edge is the hem's own rim, and what lies so near beside an edge tells what that meets."""
FIT_UNITS: Final = 0.15
"""The stretch of a seen edge that gives its place and its direction."""
NEAREST_UNITS: Final = 0.06
"""Over this way from the hem what a cut tells about the edge at the hem loses weight."""
LEAST_CUTS: Final = 4
"""An edge read in fewer cuts is no edge."""
STRAY_PX: Final = 2.5
"""Cuts that miss the line through all of them by more are a fold's or a shadow's."""
STEEPEST: Final = 0.2
"""An edge goes aside by at most this share of its way along the arm, measured from the usual arm's edge."""
SEEN_RIM_PX: Final = 1.0
"""An arm ends so far beyond where it is seen to, in the pixels that are half something else."""
WHOLE_ARM: Final = 0.9
"""Beside the old top an arm is wholly seen that is so many times as wide as where it is free."""
OWN_STATIONS: Final = 0.1
"""So close above the hem the arm believed to be under the sleeve still follows the hem's flare."""


def as_seen_below(arm: Arm, labels: LabelMap, unit: float) -> Arm:
    """The arm with the bare half widths that meet what is seen of it where it comes out of the old sleeve."""
    worn = arm.covered > 0.3
    cuff = int(worn.argmin()) if not worn.all() else len(worn)
    if cuff < 3:
        return arm
    if cuff > LOWER_ARM:
        outer, inner = _meeting_the_hand(arm, labels, cuff, unit)
    else:
        outer, inner = _meeting_the_arm(arm, labels, float(ARM_STATIONS[cuff]), unit)
    return replace(arm, bare_outer=outer.astype(np.float32), bare_inner=inner.astype(np.float32))


def arm_opacity(arm: Arm, labels: LabelMap, target: Target, side: Side, unit: float) -> Opacity:
    """Where the arm is bare: from the new sleeve's cuff to the hand, or a little under it."""
    wrist = wrist_outline(arm, labels, unit) if arm.cuff > ARM_STATIONS[LOWER_ARM] else None
    step = 0.5 * (arm.path[-1:] - arm.path[-3:-2]) / (ARM_STATIONS[-1] - ARM_STATIONS[-2])
    path = np.vstack([arm.path, arm.path[-1:] + step * max(PAST_WRIST, arm.cuff - 1.0 + PAST_CUFF)])
    outer, inner = arm.outward * arm.bare_outer[:, None], arm.inward * arm.bare_inner[:, None]
    outer, inner = np.vstack([outer, outer[-1:]]), np.vstack([inner, inner[-1:]])
    shape = labels.shape
    first = 0
    if side in target.sleeves and not target.bare_shoulders:
        # At the shoulder, where torso and sleeve meet, no skin shows beside the cloth.
        first = min(int((end_of(arm, target.sleeves[side]) - IN_SLEEVE > ARM_STATIONS).sum()), LOWER_ARM)
    if wrist is None:
        tube = tube_outline(path[first:], outer[first:], inner[first:])
        return polygon_opacity(shape, tube, EDGE_PX) * (1 - _under_sleeve(target, side, shape))
    seen = first + np.flatnonzero(wrist[0] >= ARM_STATIONS[first:])
    whole = polygon_opacity(shape, tube_outline(path[seen], outer[seen], inner[seen]), EDGE_PX)
    whole = np.maximum(whole, polygon_opacity(shape, wrist[1], EDGE_PX))
    return whole * (1 - _under_sleeve(target, side, shape))


def up_to_the_cloth(arm: Arm, where: Opacity, labels: LabelMap, needed: NDArray[np.bool_], unit: float) -> Opacity:
    """The arm, wider where a slit of background would be left between it and the new top that it lies against."""
    radius = max(1, round(GAP_UNITS * unit / 2))
    reach = arm.inward * (INNER_SIDE * arm.bare_inner)[:, None]
    side = np.vstack([arm.path, (arm.path + reach)[::-1]])
    (left, upper), (right, lower) = side.min(axis=0) - 2 * radius, side.max(axis=0) + 2 * radius
    box = np.s_[max(int(upper), 0) : max(int(lower), 0), max(int(left), 0) : max(int(right), 0)]
    limb, old = bits(where[box] > 0.5), labels[box] == BodyLabel.TOP
    cloth = bits(old & ~needed[box])
    if not limb.any() or not cloth.any():
        return where
    shifted = (side - np.asarray([box[1].start, box[0].start])).astype(np.float32)
    inside = polygon_opacity(limb.shape, shifted, EDGE_PX) > 0.5
    open_ = inside & old & needed[box]
    narrow = cv2.morphologyEx(limb | cloth, cv2.MORPH_CLOSE, disc(radius)) > 0
    slit = np.zeros(limb.shape, np.uint8)
    ground = labels[box] == BodyLabel.BACKGROUND
    for window, piece in pieces_of(open_ & (limb == 0), margin=2):
        rim = (grown(bits(piece), RIM_PX) > 0) & ~piece
        seen = rim & ground[window]
        goes_on = seen.sum() > GAP_GOES_ON * rim.sum() or _at_both_ends(seen, piece, arm)
        if narrow[window][piece].mean() > SLIT and not goes_on:
            slit[window] |= piece
    # Under the cloth's soft edge and the arm's own it goes on, or the background would shine through the seam.
    filled = blurred(grown(slit, 2).astype(np.float32), EDGE_PX)
    wider = where.copy()
    wider[box] = np.maximum(where[box], filled)
    return wider


def _at_both_ends(seen: NDArray[np.bool_], piece: NDArray[np.bool_], arm: Arm) -> bool:
    """Whether background is `seen` at both ends of an opening beside the arm, over most of its width."""
    way = arm.path[-1] - arm.path[0]
    way = way / max(float(np.linalg.norm(way)), 1.0)
    rows, columns = np.nonzero(piece)
    along = columns * way[0] + rows * way[1]
    first, last = along.min(), along.max()
    width = piece.sum() / (last - first + 1.0)
    rows, columns = np.nonzero(seen)
    place = (columns * way[0] + rows * way[1] - first) / (last - first + 1.0)
    return min(int((place < END).sum()), int((place > 1.0 - END).sum())) > MOST_OF_END * RIM_PX * width


def goes_behind(arm: Arm, labels: LabelMap, unit: float) -> bool:
    """Whether the body hides a part of the bare forearm, all along it."""
    bare = (max(0.5, arm.cuff + PAST_CUFF) <= ARM_STATIONS) & (ARM_STATIONS < 0.95)
    if not bare.any():
        return False
    steps = np.linspace(-SEARCH_UNITS, SEARCH_UNITS, 61, dtype=np.float32) * np.float32(unit)
    skin = (labels == BodyLabel.ARM) | (labels == BodyLabel.HAND)
    share = sum(sample(skin, arm.path[bare] + arm.outward[bare] * step) for step in steps) * (steps[1] - steps[0])
    return bool(np.median(share / (2 * BARE_ARM[bare] * unit)) < BEHIND)


def below_elbow(arm: Arm, shape: tuple[int, ...]) -> Opacity:
    """Rising from 0 at the elbow to 1 a little below it, over the whole frame."""
    elbow, end = arm.path[len(arm.path) // 2], arm.path[-1]
    way = (end - elbow) / max(float(np.square(end - elbow).sum()), 1.0)
    rows, columns = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)
    share = (columns - elbow[0]) * way[0] + (rows - elbow[1]) * way[1]
    return np.asarray(np.clip(share / BELOW_ELBOW, 0.0, 1.0), np.float32)


def _under_sleeve(target: Target, side: Side, shape: tuple[int, ...]) -> Opacity:
    """Where the new sleeve hides the arm, cuff excepted; nothing of that lies beyond the line of the cuff."""
    if side not in target.sleeves:
        return np.zeros(shape[:2], np.float32)
    outer, inner = target.sleeves[side].outer[:-1], target.sleeves[side].inner[:-1]
    wide = (outer - inner) * np.float32(BESIDE_SLEEVE)
    upper, lower = outer + wide, inner - wide
    across = upper[-1] - lower[-1]
    onwards = np.asarray([across[1], -across[0]], np.float32)
    onwards *= np.sign(float((upper[-1] - upper[0]) @ onwards))
    beyond = (lower - lower[-1]) @ onwards > 0
    if beyond.any() and not target.bare_shoulders:
        # The ribs of a sleeve that is hardly longer inside than its armpit spread from there: carried on, they would
        # cross, and lie on the arm below the cuff.
        lower = np.stack([lower[-1] + upper[0] - upper[-1], lower[-1]])
    return polygon_opacity(shape, np.vstack([upper, lower[::-1]]).astype(np.float32), 0.8)


# ---- below short sleeves


def _meeting_the_arm(arm: Arm, labels: LabelMap, hem: float, unit: float) -> tuple[Widths, Widths]:
    """Outer and inner half widths that run on from the seen edges below a short sleeve's hem."""
    stations = np.arange(hem - ABOVE_HEM, min(hem + BELOW_HEM, 1.0), STEP)
    cuts = np.asarray([seen_across(arm, labels, float(station), unit) for station in stations], np.float32)
    per_unit = unit / max(arm.length, 1.0)
    outer, inner = (
        _running_on(stations, cuts[:, edge], bare, arm.length, per_unit)
        for edge, bare in enumerate((arm.bare_outer, arm.bare_inner))
    )
    # An edge that is hidden, behind the top or another arm, lies where it makes the arm as wide as usual.
    both = arm.bare_outer + arm.bare_inner
    if outer is None and inner is not None:
        outer = both - inner
    elif inner is None and outer is not None:
        inner = both - outer
    if outer is None or inner is None:
        return arm.bare_outer, arm.bare_inner
    lack = (np.maximum(LEAST_WIDTH * both - outer - inner, 0.0) / 2).astype(np.float32)
    return _no_wider_than_seen(arm, labels, hem + ABOVE_HEM, unit, outer + lack, inner + lack)


def _no_wider_than_seen(
    arm: Arm, labels: LabelMap, start: float, unit: float, outer: Widths, inner: Widths
) -> tuple[Widths, Widths]:
    """The half widths, from a station on those of the arm where it is wholly seen: old cloth beside it hid none of it.

    How wide this arm is tell the stations at which it is free to both sides.
    """
    cuts = {k: _cut_across(arm, labels, float(ARM_STATIONS[k]), unit) for k in np.flatnonzero(start < ARM_STATIONS)}
    seen = {k: cut for k, cut in cuts.items() if cut is not None and not cut.covered and not cut.framed}
    free = [cut.wide for cut in seen.values() if not cut.beside_top]
    whole = min(1.0, WHOLE_ARM * float(np.median(free))) if len(free) >= LEAST_CUTS else 1.0
    outer, inner = outer.copy(), inner.copy()
    for k, cut in seen.items():
        if cut.wide >= whole or not cut.beside_top:
            outer[k], inner[k] = min(outer[k], cut.outer + SEEN_RIM_PX), min(inner[k], cut.inner + SEEN_RIM_PX)
    return outer, inner


def _running_on(
    stations: NDArray[np.float64], edge: Widths, bare: Widths, length: float, per_unit: float
) -> Widths | None:
    """(21,) half widths through one seen edge (pixels at `stations`, NaN where it is not free), in its own direction.

    Upwards they go over into the width at the shoulder.
    """
    free = np.isfinite(edge)
    runs = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(int))).reshape(-1, 2)
    runs = runs[runs[:, 1] - runs[:, 0] >= LEAST_CUTS]
    if not len(runs):
        return None
    start = float(stations[runs[0, 0]]) + RIM_UNITS * per_unit
    end = start + FIT_UNITS * per_unit
    used = free & (stations >= start) & (stations <= end) & (stations <= stations[runs[0, 1] - 1])
    if used.sum() < LEAST_CUTS:
        return None
    own = _without_flare(bare, start)
    usual = np.interp(stations, ARM_STATIONS, own)
    place, slope = _line(stations[used] - start, (edge - usual)[used], NEAREST_UNITS * per_unit)
    slope = float(np.clip(slope, -STEEPEST * length, STEEPEST * length))
    way = np.clip(ARM_STATIONS / start, 0.0, 1.0)
    above = place * way**2 * (3 - 2 * way) + slope * start * (way**3 - way**2)
    below = place + slope * (np.minimum(ARM_STATIONS, end) - start)
    return np.asarray(own + np.where(start > ARM_STATIONS, above, below), np.float32)


def _without_flare(bare: Widths, hem: float) -> Widths:
    """The half widths of the arm with the usual arm's form round the hem, where the hem's flare was measured too."""
    ratio = bare / BARE_ARM
    sure = (hem - OWN_STATIONS > ARM_STATIONS) | (hem + 2 * OWN_STATIONS < ARM_STATIONS)
    return np.asarray(np.interp(ARM_STATIONS, ARM_STATIONS[sure], ratio[sure]) * BARE_ARM, np.float32)


def _line(along: NDArray[np.float64], off: NDArray[np.float64], reach: float) -> tuple[float, float]:
    """Value at 0 and slope of the line through the cuts that agree; those near 0 count most."""
    weight = np.exp(-along / reach)
    slope, place = np.polyfit(along, off, 1, w=weight)
    close = np.abs(off - place - slope * along) < STRAY_PX
    if close.sum() >= LEAST_CUTS and not close.all():
        slope, place = np.polyfit(along[close], off[close], 1, w=weight[close])
    return float(place), float(slope)


def seen_across(arm: Arm, labels: LabelMap, station: float, unit: float) -> tuple[float, float]:
    """Pixels from the arm's middle line, which may miss it, to the seen arm's outer and inner edge; NaN for an edge
    that is hidden, by the old top or by the frame."""
    found = _cut_across(arm, labels, station, unit)
    if found is None:
        return np.nan, np.nan
    # Beside the top the arm is in front of it, unless that hides some of its width.
    hidden = found.framed or (found.wide < 1.0 and found.beside_top)
    return (np.nan if found.covered else found.outer), (np.nan if hidden else found.inner)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is seen of an arm across it."""

    outer: float
    inner: float
    """Pixels from the arm's middle line to its edges."""
    wide: float
    """Times a usual arm's width."""
    covered: bool
    """The top lies beside its outer edge."""
    framed: bool
    """Its inner edge is beyond what was looked at."""
    beside_top: bool
    """The top lies beside its inner edge."""


def _cut_across(arm: Arm, labels: LabelMap, station: float, unit: float) -> Cut | None:
    middle, outward, inward = (
        np.asarray([np.interp(station, ARM_STATIONS, line[:, i]) for i in (0, 1)], np.float32)
        for line in (arm.path, arm.outward, arm.inward)
    )
    middle = middle + (arm.path[-1] - arm.path[-3]) * np.float32(max(station - 1.0, 0.0) * 10)
    steps = np.arange(-SEARCH_UNITS * unit, SEARCH_UNITS * unit)[:, None]
    spots = np.rint(middle + np.where(steps > 0, outward * steps, -inward * steps)).astype(int)
    height, width = labels.shape
    inside = (spots >= 0).all(axis=1) & (spots[:, 0] < width) & (spots[:, 1] < height)
    met = np.full(len(steps), BodyLabel.TOP, np.uint8)
    met[inside] = labels[spots[inside, 1], spots[inside, 0]]
    skin = (met == BodyLabel.ARM) | (met == BodyLabel.HAND)
    runs = np.flatnonzero(np.diff(np.concatenate([[False], skin, [False]]).astype(int))).reshape(-1, 2)
    if not len(runs):
        return None
    first, last = max(runs, key=lambda run: run[1] - run[0])
    outer, inner = float(steps[last - 1, 0]) + 0.5, 0.5 - float(steps[first, 0])
    usual = 2 * float(np.interp(station, ARM_STATIONS, BARE_ARM)) * unit
    own = float(np.interp(station, ARM_STATIONS, arm.bare_outer + arm.bare_inner))
    wide = (outer + inner) / usual
    if not LEAST_WIDTH < wide < MOST_WIDTH * max(own / usual, 1.0):
        return None
    beside = max(3, round(RIM_UNITS * unit))
    # A line of top one pixel wide is the arm's own dark rim.
    covered = bool((met[last : last + beside] == BodyLabel.TOP).all())
    before = bool((met[max(first - beside, 0) : first] == BodyLabel.TOP).all())
    return Cut(outer, inner, wide, covered, first == 0, before)


# ---- below long sleeves


def _meeting_the_hand(arm: Arm, labels: LabelMap, cuff: int, unit: float) -> tuple[Widths, Widths]:
    """Outer and inner half widths that end where, and as wide as, the hand comes out of a long sleeve."""
    station = min(max(float(ARM_STATIONS[min(cuff, len(ARM_STATIONS) - 1)]), arm.cuff), 1.2)
    outer, inner = seen_across(arm, labels, station + PAST_CUFF, unit)
    if np.isnan(outer) and np.isnan(inner):
        return arm.bare_outer, arm.bare_inner
    usual = 2 * float(np.interp(station + PAST_CUFF, ARM_STATIONS, BARE_ARM)) * unit
    outer, inner = (usual - inner if np.isnan(outer) else outer), (usual - outer if np.isnan(inner) else inner)
    taper = np.maximum(BARE_ARM / np.interp(station + PAST_CUFF, ARM_STATIONS, BARE_ARM), 1.0)
    middle, half = (inner - outer) / 2, (inner + outer) / 2
    share = np.clip(ARM_STATIONS / station, 0.0, 1.0) ** HAND_SHARE
    return (
        arm.bare_outer + (half * taper - middle - arm.bare_outer) * share,
        arm.bare_inner + (half * taper + middle - arm.bare_inner) * share,
    )
