"""Where a bared forearm meets the hand that came out of a long sleeve: its outline goes over into the hand's own."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis, Points
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import bits, blurred, depth, grown

SEARCH_UNITS: Final = 0.34
"""How far from the forearm's middle line its hand is looked for."""
PAST_CUFF: Final = (0.03, 0.05, 0.08, 0.12, 0.16)
"""Stations past the old cuff at which the hand's two edges are looked for."""
WHOLE: Final = 0.8
"""The first of them counts where both edges are seen and the hand is about as wide as at the widest: cuffs lie aslant.
"""
HAND_WIDTHS: Final = (0.09, 0.34)
"""Units: what is narrower is a finger or a sliver of a hand, what is wider is more than a hand."""
BEFORE: Final = (0.16, 0.12, 0.09, 0.065, 0.045)
"""So many stations before the hand's first row the forearm begins to go over into it: the first of these that stays
under the old sleeve, where it lies close above a bunched cuff."""
WITHIN_PX: Final = 1.5
STEPS: Final = 11
OVERLAP: Final = 0.06
"""Stations before that by which its outline reaches into the tube of the arm."""

FARTHEST: Final = 1.5
STRIP_STEP: Final = 0.02
"""Stations: the end of a sleeve whose hand is hidden is looked for from the first upwards, in steps."""
STRIP_WIDTHS: Final = (0.03, 0.11)
"""Units: what is narrower is the rim of something, what is wider holds an arm that is seen; wrists are 0.14 wide."""
STRIP_LENGTH: Final = 0.09
"""Stations over which it stays a strip; the corner of a cuff that is seen aslant does not."""

LONG_SLEEVE: Final = 0.6
"""Sleeves that end at a later station come down to the hand."""
RIM_UNITS: Final = 0.06
HAND_UNITS: Final = 0.22
"""What passed for hand so near to the old cuff is compared with the hand's colour farther away from it, up to here."""


def hand_edges(arm: Arm, labels: LabelMap, unit: float) -> tuple[float, Points, Points] | None:
    """The station where the hand is first seen below the old cuff, and its outer and inner edge there."""
    start = max(arm.cuff, float(ARM_STATIONS[-3]))
    along = (arm.path[-1] - arm.path[-3]) * np.float32(10.0)
    steps = np.arange(-SEARCH_UNITS * unit, SEARCH_UNITS * unit)[:, None]
    height, width = labels.shape
    found = []
    for past in PAST_CUFF:
        station = start + past
        middle = arm.path[-1] + along * np.float32(station - 1.0)
        spots = middle + steps * arm.outward[-1]
        x, y = np.rint(spots).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        hand = np.zeros(len(steps), bool)
        hand[inside] = np.isin(labels[y[inside], x[inside]], (BodyLabel.HAND, BodyLabel.ARM))
        runs = np.flatnonzero(np.diff(np.concatenate([[False], hand, [False]]).astype(int))).reshape(-1, 2)
        if not len(runs):
            continue
        first, last = max(runs, key=lambda run: run[1] - run[0])
        if first > 0 and last < len(hand) and HAND_WIDTHS[0] * unit < last - first < HAND_WIDTHS[1] * unit:
            found.append((last - first, station, spots[last - 1].astype(np.float32), spots[first].astype(np.float32)))
    widest = max((across for across, *_ in found), default=0)
    return next(((station, outer, inner) for across, station, outer, inner in found if across >= WHOLE * widest), None)


def hidden_hand_edges(arm: Arm, labels: LabelMap, unit: float) -> tuple[float, Points, Points] | None:
    """The same of a sleeve's end from which no hand comes that is seen: it goes behind the thigh with the sleeve, of
    which a strip is left that is narrower than an arm. None where the sleeve ends otherwise, as in a pocket."""
    found = None
    for station in np.arange(FARTHEST, min(arm.cuff, 1.0), -STRIP_STEP):
        strip = _strip_behind(arm, labels, unit, float(station))
        if found is None:
            found = strip
        elif strip is None:
            return None
        elif found[0] - strip[0] >= STRIP_LENGTH:
            return found
    return None


def _strip_behind(arm: Arm, labels: LabelMap, unit: float, station: float) -> tuple[float, Points, Points] | None:
    """The station with the outer and the inner edge of the old sleeve there, where it is a strip beside the bottom."""
    along = (arm.path[-1] - arm.path[-3]) * np.float32(10.0)
    spots = arm.path[-1] + along * np.float32(station - 1.0)
    spots = spots + np.arange(-SEARCH_UNITS * unit, SEARCH_UNITS * unit)[:, None] * arm.outward[-1]
    x, y = np.rint(spots).astype(int).T
    height, width = labels.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    met = np.full(len(spots), BodyLabel.BACKGROUND, np.uint8)
    met[inside] = labels[y[inside], x[inside]]
    strip = np.flatnonzero(met == BodyLabel.TOP)
    if not len(strip) or np.isin(met, (BodyLabel.HAND, BodyLabel.ARM)).any():
        return None
    first, last = int(strip[0]), int(strip[-1])
    if not STRIP_WIDTHS[0] * unit < last + 1 - first < STRIP_WIDTHS[1] * unit or first == 0 or last + 1 == len(met):
        return None
    beside = met[first - 1] == BodyLabel.BOTTOM and met[last + 1] == BodyLabel.BACKGROUND
    return (station, spots[last].astype(np.float32), spots[first].astype(np.float32)) if beside else None


def wrist_outline(arm: Arm, labels: LabelMap, unit: float) -> tuple[float, Points] | None:
    """The station at which the forearm goes over into the hand, and the closed outline from there to the hand."""
    found = hand_edges(arm, labels, unit) or hidden_hand_edges(arm, labels, unit)
    if found is None:
        return None
    station, *hand = found
    ways = [_over_into(arm, station, hand, before) for before in BEFORE]
    return next((way for way in ways if _is_covered(way[1], arm, labels)), ways[-1])


def _over_into(arm: Arm, station: float, hand: list[Points], before: float) -> tuple[float, Points]:
    """The station `before` that of the hand's two edges, and the closed outline that leads to them from there."""
    start = min(station - before, 0.95)
    share = np.linspace(-OVERLAP / (station - start), 1.0, STEPS, dtype=np.float32)[:, None]
    gone = np.maximum(share, 0.0)
    eased = gone * gone * (3 - 2 * gone)
    sides = []
    for edge, way, half in zip(hand, (arm.outward, arm.inward), (arm.bare_outer, arm.bare_inner), strict=True):
        stations = start + (station - start) * share[:, 0]
        middle = np.stack([np.interp(stations, ARM_STATIONS, arm.path[:, i]) for i in (0, 1)], axis=1)
        middle += (arm.path[-1] - arm.path[-3]) * 10.0 * np.maximum(stations - 1.0, 0.0)[:, None]
        own = middle + way[-1] * np.interp(stations, ARM_STATIONS, half)[:, None]
        sides.append(own + (edge - own[-1]) * eased)
    return start, np.vstack([sides[0], sides[1][::-1]]).astype(np.float32)


def _is_covered(outline: Points, arm: Arm, labels: LabelMap) -> bool:
    """Whether an outline of `_over_into` lies under the old clothes; in a step of theirs its edge would have a step."""
    inwards = np.vstack([-arm.outward[-1:]] * STEPS + [-arm.inward[-1:]] * STEPS)
    spots = np.rint(outline + inwards * np.float32(WITHIN_PX)).astype(int)
    height, width = labels.shape
    x, y = spots[(spots >= 0).all(axis=1) & (spots[:, 0] < width) & (spots[:, 1] < height)].T
    return bool((labels[y, x] != BodyLabel.BACKGROUND).all())


def cuff_on_hands(person: PersonAnalysis, photo: Linear, figure: Figure, cloth: Opacity) -> Opacity:
    """0..1 on hands beside the cuff of a long sleeve that `cloth`, the new garment, leaves bare: its shadow and rim."""
    found = np.zeros(person.labels.shape, np.float32)
    reach = 1.5 * HAND_UNITS * figure.unit
    for arm in figure.arms.values():
        if arm.cuff > LONG_SLEEVE:
            end = arm.path[-1] + (arm.path[-1] - arm.path[-3]) * 10.0 * (arm.cuff - 1.0)
            (left, upper), (right, lower) = (np.maximum(np.rint(end + way), 0).astype(int) for way in (-reach, reach))
            box = np.s_[upper:lower, left:right]
            labels = person.labels[box]
            top = (labels == BodyLabel.TOP) & (cloth[box] < 0.5)
            hand = labels == BodyLabel.HAND
            if top.any() and hand.any():
                found[box] = np.maximum(found[box], _beside_cuff(hand, top, photo[box], figure.unit))
    return found


def _beside_cuff(hand: NDArray[np.bool_], top: NDArray[np.bool_], photo: Linear, unit: float) -> Opacity:
    """Fading out on the `hand`; 1 on the rim that passed for hand, being nearer to the cuff in colour."""
    away, light = depth(1 - bits(top)), np.sqrt(photo)
    near = hand & (away < RIM_UNITS * unit)
    sigma = HAND_UNITS * unit / 2
    skin = _mean(light, hand & ~near & (away < HAND_UNITS * unit), sigma)
    cuff = _mean(light, top & (depth(bits(top)) > 2), sigma)
    like_cuff = ((light - cuff) ** 2).sum(axis=2) < ((light - skin) ** 2).sum(axis=2)
    crumbs = blurred(grown(bits(near & like_cuff), 1).astype(np.float32), 0.8)
    fading = np.clip(1 - away / np.float32(RIM_UNITS * unit), 0.0, 1.0)
    return np.asarray(np.maximum(crumbs, fading) * hand, np.float32)


def _mean(light: NDArray[np.float32], where: NDArray[np.bool_], sigma: float) -> NDArray[np.float32]:
    """The mean of `light` around each pixel of what is `where`."""
    weight = where.astype(np.float32)
    total = np.dstack([light * weight[..., None], weight])
    step = max(1, int(sigma / 4))
    small = cv2.resize(total, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / step)
    mean = small[..., :3] / np.maximum(small[..., 3:], 1e-4)
    return np.asarray(cv2.resize(mean, (light.shape[1], light.shape[0])), np.float32)
