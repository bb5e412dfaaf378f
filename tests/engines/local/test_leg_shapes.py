"""The outline and roundness of trouser legs: how cloth hangs from the seat, and what old trousers may not do to it."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines.local.scenes import person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import SIDES, BodyLabel, Points, Side
from tryon.engines.local.bottoms_dressing import (
    PINHOLE_UNITS,
    DressedBottom,
    _even_sides,
    _far_wider,
    _light,
    dress_bottom,
    sewn_at_crotch,
)
from tryon.engines.local.bottoms_leg_widths import leg_halves
from tryon.engines.local.bottoms_pattern import Ribs
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg
from tryon.engines.local.bottoms_target import BottomTarget
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.layers import Cloth
from tryon.engines.local.shorts_inside import with_insides

LENGTH = 400.0
UNIT = 100.0
STATIONS = np.linspace(0.15, 0.98, 14).astype(np.float32)


def knock_kneed(worn_half: float, old_end: float) -> Leg:
    """A left leg whose knee stands 30 px inwards, in shorts `worn_half` wide down to `old_end`, bare below."""
    count = len(LEG_STATIONS)
    path = np.stack([300 - 30 * np.sin(np.pi * np.clip(LEG_STATIONS, 0, 1)), LENGTH * LEG_STATIONS], axis=1)
    outward = np.tile(np.asarray([1.0, 0.0], np.float32), (count, 1))
    bare = np.full(count, 24.0, np.float32)
    seen = np.where(old_end > LEG_STATIONS, np.float32(worn_half), bare)
    worn = (old_end > LEG_STATIONS).astype(np.float32)
    middle = np.full(count, 90.0, np.float32)
    return Leg(path.astype(np.float32), outward, seen, seen, middle, bare, bare, worn, old_end, LENGTH)


def middles(wanted: float) -> NDArray[np.float32]:
    """x of the middle of trousers `wanted` wide on that leg."""
    leg = knock_kneed(24.0, 0.0)
    outer, inner = leg_halves(leg, STATIONS, np.full(14, wanted, np.float32), in_one=False)
    return np.interp(STATIONS, LEG_STATIONS, leg.path[:, 0]) + (outer - inner) / 2


def test_wide_trousers_hang_straight_and_tight_ones_follow_the_leg() -> None:
    bend = [np.ptp(middles(wanted) - np.interp(STATIONS, STATIONS[[0, -1]], middles(wanted)[[0, -1]]))
            for wanted in (130.0, 50.0)]  # fmt: skip
    assert bend[0] < 2
    assert bend[1] > 12


def test_old_shorts_that_stand_off_make_no_bulge_at_the_hips() -> None:
    wanted = np.full(14, 70.0, np.float32)
    outer, inner = leg_halves(knock_kneed(50.0, 0.45), STATIONS, wanted, in_one=False)
    assert (outer + inner)[0] == pytest.approx(70.0, abs=5)
    outer, inner = leg_halves(knock_kneed(36.0, 0.45), STATIONS, wanted, in_one=False)
    assert (outer + inner)[0] == pytest.approx(73.0, abs=5)


@cache
def standing() -> DressedBottom:
    person, product = person_of("avatars/2.png"), analyse_garment(picture_of("clothes/pants/1_front.jpg"), "bottoms")
    return dress_bottom(person.picture, person, product, TryOnOptions(), lambda stage, percent: None)


def test_the_gap_is_open_up_to_where_the_product_s_legs_part() -> None:
    made = standing()
    right, left = (made.target.ribs.legs[side][:, 2] for side in ("right", "left"))
    first, last = int(made.target.ribs.crotch[1]), int(min(right[-1, 1], left[-1, 1]))
    rows = np.arange(first, last)
    edges = [np.interp(rows, edge[:, 1], edge[:, 0]) for edge in (right, left)]
    open_rows = rows[edges[1] - edges[0] > 0.06 * made.figure.unit]
    assert open_rows.size
    middle = np.rint(np.mean(edges, axis=0)[open_rows - first]).astype(int)
    assert np.median(made.cloth.opacity[open_rows, middle]) < 0.1


def two_legs(rows: int) -> tuple[BottomTarget, Cloth]:
    """A target and cloth of two straight legs below row 60, with a wedge between them down to the last row."""
    y = np.linspace(60, rows - 1, 14)
    half = (y - 60) * 0.06
    legs: dict[Side, Points] = {}
    for side, sign in zip(SIDES, (-1.0, 1.0), strict=True):
        inner = np.stack([150 + sign * half, y], axis=1)
        outer = np.stack([np.full(14, 150 + sign * 60), y], axis=1)
        legs[side] = np.stack([outer, (outer + inner) / 2, inner], axis=1).astype(np.float32)
    x, height = np.meshgrid(np.linspace(90, 210, 5), np.linspace(10, 60, 7))
    ribs = Ribs(np.stack([x, height], axis=2).astype(np.float32), legs)
    columns, below = np.arange(300)[None], np.arange(rows)[:, None]
    away, wedge = np.abs(columns - 150), np.maximum(below - 60, 0) * 0.06
    opacity = ((away < 60) & (below > 10) & ((below <= 60) | (away >= wedge))).astype(np.float32)
    part = {"right": columns < 150, "left": columns >= 150}
    sleeves = {side: (opacity * (below > 60) * part[side]).astype(np.float32) for side in SIDES}
    colour = np.full((rows, 300, 3), 200, np.uint8)
    cloth = Cloth(colour, opacity, sleeves, colour, np.zeros_like(opacity))
    return BottomTarget(ribs, 1.0, dict.fromkeys(SIDES, 1.0), keeps_hem=False, beyond_old_hem=False), cloth


def test_a_gap_that_the_frame_cuts_off_is_no_hole() -> None:
    target, cloth = two_legs(rows=130)
    gap = (cloth.opacity[61:, 90:210] < 0.5).sum()
    assert 0 < gap < (PINHOLE_UNITS * UNIT * 2) ** 2
    whole = sewn_at_crotch(cloth.opacity, cloth, target, 2 * UNIT, 1.0)
    assert whole[125, 150] < 0.1
    dotted = cloth.opacity.copy()
    dotted[100, 100:104] = 0.0
    assert sewn_at_crotch(dotted, cloth, target, UNIT, 1.0)[100, 101] == 1.0


def test_what_is_left_of_a_gap_as_a_dot_is_closed() -> None:
    target, cloth = two_legs(rows=400)
    dotted = cloth.opacity.copy()
    dotted[60:400, 90:210] = 1.0
    dotted[100:106, 149:152] = 0.0
    assert sewn_at_crotch(dotted, cloth, target, UNIT, 1.0)[103, 150] == 1.0
    dotted[100:160, 145:156] = 0.0
    assert sewn_at_crotch(dotted, cloth, target, UNIT, 1.0)[130, 150] == 0.0


def test_no_skin_shows_between_the_legs_of_shorts_but_the_dark_inside_of_the_cloth() -> None:
    _, cloth = two_legs(rows=200)
    between = (cloth.opacity < 0.5) & (np.arange(300) > 90) & (np.arange(300) < 210)
    between &= np.arange(200)[:, None] > 60
    gain, skin = np.ones((200, 300, 1), np.float32), np.zeros((200, 300), np.float32)
    skin[:, :150] = 1.0
    labels = np.zeros((200, 300), np.uint8)
    labels[:, :150] = BodyLabel.BACKGROUND
    closed, darker = with_insides(cloth, gain, skin, labels, between.astype(np.float32))
    thigh, behind = np.s_[180:195, 145:149], np.s_[180:195, 153:156]
    assert closed.opacity[thigh].min() > 0.95
    assert darker[thigh].max() < 0.5
    assert closed.opacity[behind].max() < 0.1
    assert (darker[cloth.opacity > 0.99] > 0.99).all()
    assert (closed.colour[thigh] == 200).all()


def test_evening_the_sides_leaves_the_gap_its_pointed_end() -> None:
    target, cloth = two_legs(rows=400)
    even = _even_sides(cloth.opacity, cloth, target, 2 * UNIT, 1.0)
    first = int(np.argmax((cloth.opacity[:, 150] < 0.5) & (np.arange(400) > 70)))
    assert np.argmax((even[:, 150] < 0.5) & (np.arange(400) > 70)) < first + 12


def test_what_stands_out_far_is_another_shape() -> None:
    labels = np.full((200, 300), BodyLabel.BACKGROUND, np.uint8)
    labels[:, 100:208], labels[100:, 100:260] = BodyLabel.BOTTOM, BodyLabel.BOTTOM
    cloth = np.zeros(labels.shape, np.float32)
    cloth[:, 100:200] = 1.0
    far = _far_wider(labels, cloth, 14.0)
    assert far[110:, 202].all()
    assert not far[:60].any()


def test_a_leg_is_round_on_old_trousers_that_show_no_shading() -> None:
    _, cloth = two_legs(rows=400)
    black = np.zeros_like(cloth.opacity)
    gain = _light(black, np.ones_like(black), cloth, UNIT)[300, :, 0]
    assert gain[95] < 0.88 * gain[115]
    deep = np.full_like(black, -0.5)
    assert np.abs(_light(deep, np.ones_like(black), cloth, UNIT)[300, 115] / gain[115] - 1) < 0.2
