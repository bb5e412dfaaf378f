"""Arms before a dress or a top: what is bare below its sleeves is not hidden by it, bare before or not."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, LabelMap, Opacity, PersonAnalysis, Points, Side
from tryon.engines.local.bare_arm import arm_opacity, as_seen_below
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.raster import bits, blurred, connected, grown, opened, polygon_opacity, resized, tube_outline
from tryon.engines.local.rays import Mask, Widths, sample
from tryon.engines.local.target import Target

ROOM: Final = 1.4
"""How much wider than the arm itself its place is in which skin is taken for it."""
LEAST_STATION: Final = 0.25
"""Above this station of the arm a dress lies over the shoulder."""
EMERGING: Final = 0.2
"""Over so much of its length below that an arm comes out from behind the dress, or the dress's side would have a step.
"""
LEAST_EMERGING: Final = 0.12
SHORT_SLEEVE: Final = 0.6
"""Old sleeves that end before this station are short ones; an arm comes out from behind the dress above their hem, but
over no less than so much of its length."""
BELOW_HEM: Final = (0.02, 0.13)
"""Between so many stations below an old short sleeve's hem the seen arm's inner edge is read: two cuts."""
MOST_UNITS: Final = 0.25
"""It lies at most so far from the arm's middle line."""
NEAR_UNITS: Final = 0.08
"""So far beside that line the arm is seen to begin."""
HAND_UNITS: Final = 0.25
"""A hand seen this near to the wrist tells that the arm is before the body, not behind it."""
LEAST_HAND: Final = 0.01
"""Of the squared unit: fewer pixels of it are no hand."""
BEYOND_UNITS: Final = 0.16
"""An old cuff reaches so far over the hand."""
COVERED: Final = 0.6
"""Share of the arm's middle that is under an old sleeve."""
SOFT_PX: Final = 0.9
CUFF_PX: Final = 3
"""So far from the old cuff the hand is made up, too: its rim is not seen through."""
LEAST_HUE: Final = 0.5
DARK: Final = 20.0
"""Skin's hue, 8-bit Lab a and b over the lightness, or over this where it is darker, is at least so much of the arms'
median."""
HOLE_UNITS: Final = 0.08
"""A hole in a bare arm smaller than the square of this is none."""
TEETH_UNITS: Final = 0.03
CALM_UNITS: Final = 0.012
BESIDE_UNITS: Final = 0.05
"""Beside the old cloth, up to so far, an arm's edge has no teeth up to twice so wide, and is calmed over so much."""
RIM_PX: Final = 2
"""So near to the background an arm has its colour too."""
IN_SLEEVE: Final = 0.1
"""Opacity from which a sleeve's rim is there."""


def with_arms_in_front(person: PersonAnalysis, figure: Figure, target: Target) -> PersonAnalysis:
    """Bare arms below the new sleeves under the name of hands: what lies before or beside the garment stays there."""
    shape = person.labels.shape
    before = np.max(
        [
            _tube(
                figure.arms[side],
                _bared(figure, target, side),
                shape,
                ROOM,
                figure.unit,
                _emerging(figure, target, side),
            )
            for side in SIDES
        ],
        axis=0,
    )
    arms = (before > 0.5) & (person.labels == BodyLabel.ARM)
    own = arms.copy()
    own[arms] = _like_most(person.picture[arms])
    own |= arms & _holes(own | (person.labels == BodyLabel.HAND), (HOLE_UNITS * figure.unit) ** 2)
    rim = (grown(bits(person.labels == BodyLabel.BACKGROUND), RIM_PX) > 0) & (grown(bits(own), RIM_PX) > 0)
    arms = calm_beside(own | (arms & rim), person.labels, figure.unit)
    return replace(person, labels=np.where(arms, np.uint8(BodyLabel.HAND), person.labels))


def _holes(skin: Mask, most: float) -> Mask:
    """Holes in the skin of up to `most` pixels: a gleam has the colour of no arm, and no cloth lies amid one."""
    pieces, sizes = connected(~skin, connectivity=4)
    return np.asarray((sizes < most).take(pieces) & ~skin)


def calm_beside(arms: Mask, labels: LabelMap, unit: float) -> Mask:
    """The arms without the teeth that the old cloth's colours leave in their edge: a bare arm's is a calm line."""
    whole = arms | (labels == BodyLabel.HAND)
    radius = max(1, round(TEETH_UNITS * unit))
    calm = opened(whole, radius, round_=True)
    # An arm that hangs behind the old cloth is seen as a strip no wider than a tooth, but longer.
    pieces, sizes = connected(whole & ~calm)
    calm |= (sizes > (3 * radius) ** 2).take(pieces)
    calm = blurred(calm.astype(np.float32), CALM_UNITS * unit) > 0.5
    beside = grown(bits(labels == BodyLabel.TOP), round(BESIDE_UNITS * unit)) > 0
    return np.where(beside, calm & arms, arms)


def _like_most(colours: NDArray[np.uint8]) -> Mask:
    """(n,) which of the arms' (n, 3) RGB colours are theirs, in light or shade; a strip of the old cloth is not."""
    if not len(colours):
        return np.zeros(0, bool)
    lab = cv2.cvtColor(colours[None], cv2.COLOR_RGB2Lab)[0].astype(np.float32)
    hue = (lab[:, 1:] - 128) / np.maximum(lab[:, :1], DARK)
    middle = np.median(hue, axis=0)
    return np.asarray(hue @ middle > LEAST_HUE * float(middle @ middle))


def with_sleeves_over_arms(person: PersonAnalysis, labels: LabelMap, sleeves: Iterable[Opacity]) -> PersonAnalysis:
    """Arms that go by the name of hands have their own again inside the new sleeves; `labels` may be smaller."""
    arms = resized(bits(labels == BodyLabel.ARM), person.labels.shape, cv2.INTER_NEAREST) > 0
    inside = np.zeros(person.labels.shape, bool)
    for sleeve in sleeves:
        inside |= sleeve > IN_SLEEVE
    arms &= inside & (person.labels == BodyLabel.HAND)
    return replace(person, labels=np.where(arms, np.uint8(BodyLabel.ARM), person.labels))


def arms_under_sleeves(person: PersonAnalysis, figure: Figure, target: Target, in_front: Mask) -> Opacity:
    """Where old sleeves hid arms that the new ones leave bare: there the arm is made up before the dress; `in_front` is
    where hands and arms are seen that stay before it."""
    covered = np.zeros(person.labels.shape, np.float32)
    for side in SIDES:
        if _hand_is_seen(person, figure, side):
            sleeve = _bared(figure, target, side) & (figure.arms[side].covered > COVERED)
            arm = as_seen_below(figure.arms[side], person.labels, figure.unit)
            if side not in target.sleeves and 0 < arm.cuff <= SHORT_SLEEVE:
                place = beside_the_dress(arm, in_front, figure.unit, _emerging(figure, target, side))
            else:
                place = _tube(figure.arms[side], sleeve, covered.shape, ROOM, figure.unit)
            if place.any():
                made_up = arm_opacity(arm, person.labels, target, side, figure.unit)
                # Under the cloth's edge the skin goes on, or the background would shine through the seam.
                covered = np.maximum(covered, np.minimum(place, cv2.erode(made_up, np.ones((3, 3), np.uint8))))
    return covered * (grown(bits(person.labels == BodyLabel.TOP), CUFF_PX) > 0)


def beside_the_dress(arm: Arm, in_front: Mask, unit: float, emerging: float) -> Opacity:
    """The place before a sleeveless dress of an arm that was in a short sleeve, as far as that reached: it comes out
    from behind the dress as far as what is seen below lies `in_front` of that, or the dress's side would have a step
    there."""
    below = (arm.cuff + BELOW_HEM[0] < ARM_STATIONS) & (arm.cuff + BELOW_HEM[1] > ARM_STATIONS)
    seen = _far_edge(in_front, arm.path[below], arm.inward[below], unit)
    if not np.isfinite(seen).all():
        return np.zeros(in_front.shape, np.float32)
    # The rim of what is seen shows the old cloth's colour, and goes under the dress.
    inner = np.full_like(arm.bare_inner, max(float(seen.min()) - RIM_PX, 0.0))
    wide = replace(arm, bare_inner=inner, bare_outer=ROOM * arm.bare_outer)
    # The first station below the hem too: there the made-up arm meets the seen one.
    worn = (ARM_STATIONS >= LEAST_STATION) & (np.append([False], arm.covered[:-1] > COVERED) | (arm.covered > COVERED))
    return _tube(wide, worn, in_front.shape, 1.0, unit, emerging, beyond=0.0)


def _far_edge(arms: Mask, starts: Points, rays: Points, unit: float) -> Widths:
    """(n,) pixels from each start along its ray to the far edge of the arm that begins near it; NaN if none does, or it
    has no end there. The middle line of an arm guessed in a wide sleeve may run outside of it."""
    steps = np.arange(0.0, MOST_UNITS * unit, dtype=np.float32)
    inside = sample(arms, starts[:, None] + rays[:, None] * steps[:, None])
    first = inside.argmax(axis=1)
    after = ~inside & (np.arange(len(steps)) > first[:, None])
    met = inside.any(axis=1) & (first < NEAR_UNITS * unit) & after.any(axis=1)
    return np.where(met, after.argmax(axis=1), np.nan).astype(np.float32)


def _emerging(figure: Figure, target: Target, side: Side) -> float:
    """Over which share of its length the arm comes out: below an old short sleeve it is seen, and has done so there."""
    cuff = figure.arms[side].cuff
    if side in target.sleeves or not 0 < cuff <= SHORT_SLEEVE:
        return EMERGING
    return float(np.clip(cuff - LEAST_STATION, LEAST_EMERGING, EMERGING))


def _bared(figure: Figure, target: Target, side: Side) -> Mask:
    """(21,) which stations of the arm lie below the new sleeve, or below the shoulder where there is none."""
    if side not in target.sleeves:
        return np.asarray(LEAST_STATION <= ARM_STATIONS)
    cuff = target.sleeves[side].outer[-1]
    away = np.linalg.norm(figure.arms[side].path - cuff, axis=1)
    return np.asarray(max(LEAST_STATION, float(ARM_STATIONS[away.argmin()])) < ARM_STATIONS)


def _tube(
    arm: Arm, stations: Mask, shape: tuple[int, ...], room: float, unit: float, emerging: float = EMERGING,
    beyond: float = BEYOND_UNITS,
) -> Opacity:  # fmt: skip
    """The arm at these stations and a little `beyond` the last, `room` times as wide as it is."""
    if stations.sum() < 2:
        return np.zeros(shape, np.float32)
    emerged = np.clip((ARM_STATIONS - LEAST_STATION) / emerging, 0.0, 1.0) ** np.float32(0.7)
    bare_inner = arm.bare_inner * emerged
    path, outer, inner = (
        values[stations]
        for values in (arm.path, arm.outward * arm.bare_outer[:, None], arm.inward * bare_inner[:, None])
    )
    way = path[-1] - path[-2]
    end = path[-1:] + way / max(float(np.linalg.norm(way)), 1.0) * np.float32(beyond * unit)
    path = np.vstack([path, end])
    outer, inner = (np.vstack([edge, edge[-1:]]) * np.float32(room) for edge in (outer, inner))
    return polygon_opacity(shape, tube_outline(path, outer, inner), SOFT_PX)


def _hand_is_seen(person: PersonAnalysis, figure: Figure, side: Side) -> bool:
    wrist = person.pose.points[Joint[f"{side.upper()}_WRIST"]]
    rows, columns = np.nonzero(person.labels == BodyLabel.HAND)
    near = np.hypot(columns - wrist[0], rows - wrist[1]) < HAND_UNITS * figure.unit
    return bool(near.sum() > LEAST_HAND * figure.unit**2)
