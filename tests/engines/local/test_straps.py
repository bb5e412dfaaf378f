"""Thin straps are taken off the product and laid over this body's shoulders, whose outline sleeved cloth follows."""

import functools
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np

from tests.engines.local.drawn import blank, t_shirt
from tests.engines.local.scenes import dressed, person_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import SIDES, BodyLabel, GarmentAnalysis, Picture
from tryon.engines.local.dressing import Dressed, dress_top
from tryon.engines.local.figure import Figure
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.keeping import as_kept_garment, pack_garment, unpack_garment
from tryon.engines.local.raster import bits, grown
from tryon.engines.local.shoulder_edge import with_arms_in_sleeves, with_seen_shoulders
from tryon.engines.local.strap_cut import without_straps
from tryon.engines.local.strap_layer import strap_path
from tryon.engines.local.target import Target

PERSON = "people/3_posture.jpg"
RED = (170, 30, 40)
STRAP_PX, CHEST_PX = 14, 330


@functools.cache
def _camisole(left_strap: bool = True) -> GarmentAnalysis:
    picture: Picture = blank().copy()
    height, width = picture.shape[:2]
    middle, top = width // 2, height // 4
    half = CHEST_PX // 2
    body = [(-half, 120), (-half + 45, 40), (-half + 65, 25), (0, 110), (half - 65, 25), (half - 45, 40), (half, 120)]
    ring = [(middle + x, top + 40 + y) for x, y in [*body, (half, 420), (-half, 420)]]
    cv2.fillPoly(picture, [np.asarray(ring, np.int32)], RED)
    for sign in (-1, 1) if left_strap else (-1,):
        x = middle + sign * (half - 58)
        cv2.line(picture, (x, top + 80), (x + sign * 8, top - 60), RED, STRAP_PX)
    return analyse_garment(picture, "tops")


def _chest(garment: GarmentAnalysis) -> float:
    return garment.points["armpit_left"][0] - garment.points["armpit_right"][0]


@functools.cache
def _worn() -> Dressed:
    person = person_of(PERSON)
    return dress_top(person.picture, person, _camisole(), TryOnOptions(), lambda name, percent: None)


def test_straps_are_taken_off_and_their_width_and_colour_kept() -> None:
    garment = _camisole()
    assert garment.straps is not None
    highest = int(np.flatnonzero((garment.opacity > 0.5).any(axis=1))[0])
    assert highest > 100, "the cut-out was cropped to the straps' ends, which are gone"
    for side in SIDES:
        strap = garment.straps[side]
        assert abs(strap.width * _chest(garment) - STRAP_PX) < 1.0
        assert np.abs(strap.colour - RED).max() < 12
        assert abs(garment.points[f"neck_{side}"][1] - highest) < 30


def test_straps_are_kept_with_the_product() -> None:
    garment = as_kept_garment(_camisole())
    kept = unpack_garment(pack_garment(garment, "1"), "1")
    assert kept is not None
    assert garment.straps is not None
    assert kept.straps is not None
    for side in SIDES:
        assert kept.straps[side].width == garment.straps[side].width
        assert np.array_equal(kept.straps[side].colour, garment.straps[side].colour)


def test_a_strap_that_was_lost_is_the_other_s_mirror_image() -> None:
    garment = _camisole(left_strap=False)
    assert garment.straps is not None
    right, left = (np.mean([garment.points[f"{p}_{side}"][0] for p in ("neck", "shoulder")]) for side in SIDES[::-1])
    middle = (garment.points["armpit_right"][0] + garment.points["armpit_left"][0]) / 2
    assert abs((right + left) / 2 - middle) < 8


def test_what_hangs_on_shoulders_is_left_as_it_is() -> None:
    garment = analyse_garment(t_shirt().picture, "tops")
    assert without_straps(garment) is garment


def test_straps_run_from_the_edge_to_the_body_s_outline_and_end_there() -> None:
    worn = _worn()
    factor = (worn.box[2] - worn.box[0]) / worn.warp.torso.shape[1]
    rows, columns = (np.flatnonzero(line) for line in ((worn.cloth.opacity > 0.5).any(axis=i) for i in (1, 0)))
    assert columns.size
    for side in SIDES:
        path = strap_path(worn.target, worn.figure, side) * factor
        foot, over = path[4], path[-1]
        assert foot[1] > over[1]
        assert rows[0] > over[1] - 1
        for x, y in path[4:28]:
            assert worn.cloth.opacity[round(float(y)), round(float(x))] > 0.5


def test_a_corner_at_the_shoulder_is_taken_off_and_skin_beside_it_covered() -> None:
    worn = dressed(PERSON, "shirts/3_front.jpg")
    factor = (worn.box[2] - worn.box[0]) / worn.warp.torso.shape[1]
    unit = worn.figure.unit * factor
    tip = worn.target.shoulder["left"] * factor
    x, y = (round(float(v)) for v in tip)
    body = (worn.person.matte > 0.5)[:, x]
    edge = int(np.flatnonzero(body[max(0, y - round(0.2 * unit)) :])[0]) + max(0, y - round(0.2 * unit))
    cloth = worn.cloth.opacity.copy()
    reach = round(0.04 * unit)
    cloth[edge - round(0.07 * unit) : edge + reach, x - reach : x + reach] = 1.0
    seen = with_seen_shoulders(cloth, worn.person, worn.target, worn.figure, factor)
    assert seen[edge - round(0.05 * unit), x] < 0.1
    assert seen[edge + reach, x] > 0.9


def test_new_cloth_does_not_lie_on_an_old_strap_that_stands_up_from_the_shoulder() -> None:
    unit, rows = 200.0, np.indices((200, 260))[0]
    body = rows >= 80
    strap = np.zeros_like(body)
    strap[62:120, 120:138] = True
    labels = np.where(body, np.uint8(BodyLabel.ARM), np.uint8(BodyLabel.BACKGROUND))
    labels[strap] = BodyLabel.TOP
    person = replace(person_of(PERSON), labels=labels, matte=(body | strap).astype(np.float32))
    ends = {"left": np.asarray([60, 80], np.float32), "right": np.asarray([20, 80], np.float32)}
    target = SimpleNamespace(
        bare_shoulders=False, has_collar=False, sleeves={}, neck=ends,
        shoulder={"left": np.asarray([200, 80], np.float32), "right": np.asarray([10, 80], np.float32)},
    )  # fmt: skip
    figure = SimpleNamespace(unit=unit, arms={side: SimpleNamespace(cuff=0.0) for side in SIDES})
    cloth = (rows >= 68).astype(np.float32)
    seen = with_seen_shoulders(cloth, person, cast(Target, target), cast(Figure, figure), 1.0)
    upper = (seen[:, 70:190] > 0.5).argmax(axis=0)
    # On the strap it would lie as high as it was laid out: 68.
    assert np.ptp(upper) <= 4
    assert upper.min() > 74


def test_a_wide_sleeve_begins_on_the_shoulder_without_a_step() -> None:
    worn = dressed(PERSON, "shirts/3_front.jpg")
    factor = (worn.box[2] - worn.box[0]) / worn.warp.torso.shape[1]
    unit = worn.figure.unit * factor
    x, y = (round(float(v)) for v in worn.target.shoulder["left"] * factor)
    wide = grown(bits(worn.person.matte > 0.5), round(0.06 * unit)) > 0
    cloth = np.where(wide, np.float32(1.0), np.float32(0.0))
    seen = with_seen_shoulders(cloth, worn.person, worn.target, worn.figure, factor)
    rows = slice(y, y + round(0.3 * unit))
    middle = x - round(0.1 * unit)
    end = (seen[rows, middle:] <= 0.5).argmax(axis=1)
    # Nothing but the slope of shoulder and arm: a step would be as wide as the sleeve stands out.
    assert np.abs(np.diff(end))[round(0.08 * unit) :].max() < 0.02 * unit
    assert end[-1] == (~wide[rows, middle:]).argmax(axis=1)[-1]


def test_no_bare_arm_sticks_out_beside_a_long_sleeve() -> None:
    worn = dressed(PERSON, "shirts/3_front.jpg")
    factor = (worn.box[2] - worn.box[0]) / worn.warp.torso.shape[1]
    arm = worn.figure.arms["left"]
    long = replace(worn.target.sleeves["left"], outer=arm.path[4:17] + 5, inner=arm.path[4:17] - 5)
    target = replace(worn.target, sleeves={"left": long})
    inside, below = (
        tuple(np.rint((arm.path[i] + arm.outward[i] * arm.bare_outer[i]) * factor).astype(int)) for i in (9, 18)
    )
    labels = np.full(worn.person.labels.shape, BodyLabel.BACKGROUND, np.uint8)
    cloth = np.zeros(labels.shape, np.float32)
    for x, y in (inside, below):
        labels[y - 3 : y + 4, x - 3 : x + 4] = BodyLabel.ARM
        cloth[y - 20 : y + 20, x - 30 : x - 3] = 1.0
    person = replace(worn.person, labels=labels, matte=np.ones_like(cloth))
    seen = with_arms_in_sleeves(cloth, person, target, worn.figure, factor)
    assert seen[inside[1], inside[0]] > 0.9
    assert seen[below[1], below[0]] < 0.1
