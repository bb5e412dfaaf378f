"""Two legs are seen as two: the gap between them, the line where they touch, and their one length."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, PersonAnalysis
from tryon.engines.local.bottoms_composite import line_between_legs
from tryon.engines.local.bottoms_dressing import dress_bottom, lower_box, tidied_for_bottom
from tryon.engines.local.bottoms_hands import without_cloth_hands, without_foreign_rim, without_scraps_of_midriff
from tryon.engines.local.bottoms_labels import _without_strays
from tryon.engines.local.bottoms_length import ANKLE, hem_stations
from tryon.engines.local.bottoms_pattern import read_bottom_pattern, with_leg_parts
from tryon.engines.local.bottoms_pockets import with_whole_waist
from tryon.engines.local.bottoms_stance import LEG_STATIONS, measure_stance
from tryon.engines.local.dressing import crop_person
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.garment import analyse_garment

STANDING = "avatars/2.png"
UNIT = 100.0


@cache
def trousers() -> GarmentAnalysis:
    return analyse_garment(picture_of("clothes/pants/1_front.jpg"), "bottoms")


def in_a_skirt_to_the_frame() -> PersonAnalysis:
    """Somebody whose old bottom goes on between the legs down to where the frame ends, above the knees."""
    person = person_of(STANDING)
    points = person.pose.points
    end = int(points[23:25, 1].mean() + 0.8 * (points[25:27, 1].mean() - points[23:25, 1].mean()))
    labels = person.labels[:end].copy()
    bottom = labels == BodyLabel.BOTTOM
    between = np.logical_or.accumulate(bottom, axis=1) & np.logical_or.accumulate(bottom[:, ::-1], axis=1)[:, ::-1]
    gap = between & (labels == BodyLabel.BACKGROUND)
    labels[gap] = BodyLabel.BOTTOM
    picture, matte = person.picture[:end].copy(), person.matte[:end].copy()
    picture[gap], matte[gap] = np.median(picture[bottom], axis=0).astype(np.uint8), 1.0
    return replace(person, picture=picture, matte=matte, labels=labels)


def test_trousers_over_a_skirt_that_the_frame_cuts_off_have_two_legs() -> None:
    person = in_a_skirt_to_the_frame()
    made = dress_bottom(person.picture, person, trousers(), TryOnOptions(), lambda stage, percent: None)
    assert made.target.apart_in_one
    right, left = (made.target.ribs.legs[side][:, 2] for side in ("right", "left"))
    row = made.visible.shape[0] - 3
    first, last = (float(np.interp(row, edge[:, 1], edge[:, 0])) for edge in (right, left))
    assert last - first > 6
    assert made.visible[row, round((first + last) / 2)] < 0.1


def test_a_waist_is_filled_up_at_its_sides_and_not_between_the_legs() -> None:
    labels = np.full((120, 200), BodyLabel.BOTTOM, np.uint8)
    opacity = np.zeros(labels.shape, np.float32)
    opacity[:, 20:95] = opacity[:, 105:180] = 1.0
    opacity[:30, 20:180] = 1.0
    edge = np.zeros(200, np.float32)
    wider = with_whole_waist(opacity, labels, edge, UNIT, flared=False, crotch=30.0)
    assert wider[32:60, 98:102].max() < 0.1
    assert wider[32:40, 16:20].min() > 0.9
    assert with_whole_waist(opacity, labels, edge, UNIT, flared=False)[36, 100] > 0.9


def test_what_fills_up_a_waist_joins_no_two_hems() -> None:
    labels = np.full((120, 200), BodyLabel.BOTTOM, np.uint8)
    opacity = np.zeros(labels.shape, np.float32)
    opacity[:40, 20:97] = opacity[:41, 103:180] = 1.0
    wider = with_whole_waist(opacity, labels, np.zeros(200, np.float32), UNIT, flared=False, crotch=10.0)
    assert wider[15:50, 98:102].max() < 0.1
    assert wider[43:, 30:170].max() < 0.1


def test_a_line_parts_legs_that_touch_and_only_those() -> None:
    hind, fore = np.zeros((2, 300, 200), np.float32)
    hind[50:, 20:100], fore[50:, 100:180] = 1.0, 1.0
    cloth = np.zeros_like(hind)
    cloth[10:, 20:180] = 1.0
    gain = line_between_legs(hind, fore, cloth, UNIT)
    assert gain[200, 99:101].max() < 0.65
    assert gain[200, [30, 60, 140, 170]].min() > 0.98
    assert gain[:51].min() > 0.95
    fore[:, 100:120] = cloth[51:, 100:120] = 0.0
    assert line_between_legs(hind, fore, cloth, UNIT).min() > 0.95


def test_what_closes_a_narrow_gap_between_legs_has_the_line_in_its_middle() -> None:
    hind, fore = np.zeros((2, 300, 200), np.float32)
    hind[50:, 20:97], fore[50:, 103:180] = 1.0, 1.0
    cloth = np.zeros_like(hind)
    cloth[10:, 20:180] = 1.0
    gain = line_between_legs(hind, fore, cloth, UNIT)
    assert abs(int(gain[200].argmin()) - 100) <= 1


@pytest.mark.parametrize("ends", [(0.75, 0.88), (0.88, 0.75)])
def test_an_old_hem_counts_on_both_legs_or_on_none(ends: tuple[float, float]) -> None:
    person = person_of(STANDING)
    person = crop_person(person, lower_box(person))
    stance = measure_stance(person, measure_figure(person))
    sides = dict(zip(("right", "left"), ends, strict=True))
    legs = {side: replace(stance.legs[side], old_end=end) for side, end in sides.items()}  # type: ignore[index]
    pattern = read_bottom_pattern(trousers())
    found = hem_stations(person, replace(stance, legs=legs), pattern, 1.0)
    assert found == {"right": ANKLE, "left": ANKLE}
    legs = {side: replace(leg, old_end=0.9) for side, leg in legs.items()}
    assert hem_stations(person, replace(stance, legs=legs), pattern, 1.0) == {"right": 0.9, "left": 0.9}
    skirt = replace(stance, legs=legs, in_one=True)
    assert hem_stations(person, skirt, pattern, 1.0) == {"right": ANKLE, "left": ANKLE}


def test_the_old_waistband_is_measured_from_the_body_s_middle_line_at_its_own_height() -> None:
    _, person, figure = tidied_for_bottom(person_of(STANDING))
    stance = measure_stance(person, figure)
    x = float(figure.at_level(stance.waist_level)[0])
    row = int(np.median(stance.edge[int(x) - 5 : int(x) + 6]) + 0.06 * figure.unit)
    worn = np.flatnonzero(person.labels[row] == BodyLabel.BOTTOM)
    assert x - worn[0] == pytest.approx(stance.waist_seen["right"].half, abs=0.06 * figure.unit)
    assert worn[-1] - x == pytest.approx(stance.waist_seen["left"].half, abs=0.06 * figure.unit)
    assert len(LEG_STATIONS) == len(stance.legs["left"].path)


def test_ground_left_between_the_legs_of_a_product_is_no_cloth() -> None:
    garment = trousers()
    crotch = np.asarray(garment.points["crotch"])
    hems = np.mean([garment.points[f"hem_inner_{side}"] for side in ("right", "left")], axis=0)
    x, y = (crotch + (hems - crotch) * 0.6).astype(int)
    opacity = garment.opacity.copy()
    assert opacity[y - 3 : y + 3, x - 1 : x + 2].max() < 0.1
    opacity[y - 3 : y + 3, x - 1 : x + 2] = 1.0
    cleaned = with_leg_parts(replace(garment, opacity=opacity)).opacity
    assert cleaned[y - 3 : y + 3, x - 1 : x + 2].max() < 0.1
    assert (cleaned <= opacity).all()
    assert (opacity - cleaned).sum() < 0.01 * opacity.sum()


def test_the_old_bottom_s_colour_along_an_arm_goes_with_it() -> None:
    labels = np.full((200, 200), BodyLabel.BOTTOM, np.uint8)
    labels[:, 100:150], labels[:, 150:] = BodyLabel.ARM, BodyLabel.BACKGROUND
    picture = np.full((200, 200, 3), 255, np.uint8)
    picture[:, 102:150] = (200, 150, 130)
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    found = without_foreign_rim(labels, lab, 150.0)
    assert (found[10:190, 100:102] == BodyLabel.BOTTOM).mean() > 0.9
    assert (found[:, 104:] == labels[:, 104:]).all()


def test_the_shaded_edge_of_an_arm_beside_a_white_skirt_is_no_skirt() -> None:
    labels = np.full((200, 200), BodyLabel.BOTTOM, np.uint8)
    labels[:, 100:150], labels[:, 150:] = BodyLabel.ARM, BodyLabel.BACKGROUND
    picture = np.full((200, 200, 3), 245, np.uint8)
    picture[:, 100:150] = (170, 120, 95)
    picture[:, 100:102] = (75, 48, 38)
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    assert (without_foreign_rim(labels, lab, 150.0) == labels).all()


def test_scraps_of_a_midriff_are_the_waistband_and_a_strip_of_it_is_skin() -> None:
    labels = np.full((200, 200), BodyLabel.BOTTOM, np.uint8)
    labels[:60] = BodyLabel.TOP
    labels[60:72, 150:160] = BodyLabel.MIDRIFF
    labels[20:60, 30:32] = BodyLabel.MIDRIFF  # between arm and top, above the waistband
    found = without_scraps_of_midriff(labels, 100.0)
    assert (found[60:72, 150:160] == BodyLabel.BOTTOM).all()
    assert (found[20:58, 30:32] == BodyLabel.MIDRIFF).all()
    labels[60:66, 40:160] = BodyLabel.MIDRIFF
    assert (without_scraps_of_midriff(labels, 100.0) == labels).all()


def test_a_thread_of_the_bottom_along_the_far_side_of_an_arm_is_that_arm_s_rim() -> None:
    labels = np.full((300, 300), BodyLabel.BACKGROUND, np.uint8)
    labels[100:, 40:150], labels[:, 170:220] = BodyLabel.BOTTOM, BodyLabel.ARM
    before = labels.copy()
    labels[120:160, 220:222] = before[120:160, 220:222] = BodyLabel.BOTTOM
    labels[200:240, 220:240] = before[200:240, 220:240] = BodyLabel.BOTTOM
    found = _without_strays(labels, before, np.full((300, 300), np.inf, np.float32), 280.0, 100.0)
    assert (found[120:160, 220:222] == BodyLabel.ARM).all()
    assert (found[200:240, 220:240] == BodyLabel.BOTTOM).all()


def test_shade_at_a_hem_that_hangs_on_no_arm_is_no_hand() -> None:
    person = person_of(STANDING)
    unit = measure_figure(person).unit
    bottom = np.argwhere(person.labels == BodyLabel.BOTTOM)
    y, x = bottom[int(0.95 * len(bottom))]
    labels = person.labels.copy()
    labels[y : y + 4, x : x + 10] = BodyLabel.HAND
    lab = cv2.cvtColor(person.picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    assert (without_cloth_hands(labels, lab, person, unit)[y : y + 4, x : x + 10] != BodyLabel.HAND).all()


def test_what_a_hand_hides_of_one_leg_is_as_wide_as_it_is_on_the_other() -> None:
    person = person_of(STANDING)
    person = crop_person(person, lower_box(person))
    figure = measure_figure(person)
    stance = measure_stance(person, figure)
    leg, other = stance.legs["left"], stance.legs["right"]
    at = int(np.flatnonzero((LEG_STATIONS > 0.3) & np.isfinite(leg.outer) & np.isfinite(other.outer))[0])
    x, y = (leg.path[at] + leg.outward[at] * leg.outer[at]).astype(int)
    labels = person.labels.copy()
    half = round(0.1 * figure.unit)
    labels[y - half : y + half, x - half // 2 : x + 2 * half] = BodyLabel.HAND
    hidden = measure_stance(replace(person, labels=labels), figure).legs["left"]
    told = hidden.bare_outer[at] * max(other.outer[at] / other.bare_outer[at], 1.0)
    assert hidden.outer[at] == pytest.approx(told, abs=1.0)
    assert np.isfinite(hidden.outer[at])
