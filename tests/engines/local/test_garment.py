"""The whole way from a product picture to its analysis, on openvto's garments."""

import cv2
import numpy as np
import pytest

from tests.engines.local.drawn import t_shirt
from tests.engines.local.scenes import garment_of, picture_of
from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import GarmentPart
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.garment import analyse_garment

FRAYED = {"jackets/2_front.jpg"}
"""Torn cuffs: no two are alike."""
SHORT = ["shirts/2_front.jpg", "shirts/3_front.jpg", "shirts/4_front.jpg"]
LONG = [
    "jackets/1_front.jpg",
    "jackets/2_front.jpg",
    "jackets/3_front.jpg",
    "jackets/4_front.jpg",
    "shirts/1_front.jpg",
]
TORSO_POINTS = ("neck", "shoulder", "armpit", "waist", "hem")
SLEEVE_POINTS = ("elbow_outer", "elbow_inner", "cuff_outer", "cuff_inner")


@pytest.mark.parametrize("name", SHORT + LONG)
def test_every_upper_garment_has_all_its_points_in_a_wearable_order(name: str) -> None:
    garment = garment_of(name)
    assert garment.sleeve == ("short" if name in SHORT else "long")
    point = garment.points
    for part in (*TORSO_POINTS, *SLEEVE_POINTS):
        assert point[f"{part}_left"][0] > point[f"{part}_right"][0], part
    height, width = garment.opacity.shape
    assert all(-3 <= x <= width + 3 and -3 <= y <= height + 3 for x, y in point.values())
    for side, sign in (("left", 1), ("right", -1)):
        assert point[f"shoulder_{side}"][1] < point[f"armpit_{side}"][1] < point[f"waist_{side}"][1]
        assert point[f"waist_{side}"][1] < point[f"hem_{side}"][1]
        assert sign * (point[f"cuff_outer_{side}"][0] - point[f"armpit_{side}"][0]) > 0
    assert point["neck_back"][1] <= point["neck_front"][1] < point["armpit_left"][1]


@pytest.mark.parametrize("name", SHORT + LONG)
def test_both_sides_of_a_straight_garment_agree(name: str) -> None:
    garment = garment_of(name)
    middle = 0.5 * (garment.points["hem_left"][0] + garment.points["hem_right"][0])
    width = garment.opacity.shape[1]
    parts = ("shoulder", "armpit") if name in FRAYED else ("shoulder", "armpit", "cuff_outer")
    for part in parts:
        left, right = garment.points[f"{part}_left"], garment.points[f"{part}_right"]
        assert abs((left[0] - middle) - (middle - right[0])) < 0.06 * width, part
        assert abs(left[1] - right[1]) < 0.06 * width, part


@pytest.mark.parametrize("name", SHORT + LONG)
def test_the_parts_cover_the_garment_and_the_sleeves_lie_on_their_sides(name: str) -> None:
    garment = garment_of(name)
    visible = garment.opacity > 0.5
    assert (garment.parts[visible] != GarmentPart.OUTSIDE).all()
    columns = np.arange(garment.opacity.shape[1])
    share = {part: float((garment.parts[visible] == part).mean()) for part in GarmentPart}
    centre = {
        part: float((np.broadcast_to(columns, visible.shape)[visible & (garment.parts == part)]).mean())
        for part in (GarmentPart.LEFT_SLEEVE, GarmentPart.TORSO, GarmentPart.RIGHT_SLEEVE)
    }
    assert centre[GarmentPart.RIGHT_SLEEVE] < centre[GarmentPart.TORSO] < centre[GarmentPart.LEFT_SLEEVE]
    assert 0.5 < share[GarmentPart.TORSO] < 0.93
    assert share[GarmentPart.LEFT_SLEEVE] == pytest.approx(share[GarmentPart.RIGHT_SLEEVE], rel=0.35)
    assert 0.001 < share[GarmentPart.INNER_BACK] < 0.06


def test_a_shirts_standing_collar_is_a_part_of_its_own() -> None:
    collar = {
        name: int((garment_of(name).parts == GarmentPart.COLLAR).sum())
        for name in ("jackets/1_front.jpg", "shirts/3_front.jpg")
    }
    assert collar["jackets/1_front.jpg"] > 2000
    assert collar["shirts/3_front.jpg"] == 0


def test_the_neckline_runs_from_the_wearers_right_to_the_left_through_the_opening() -> None:
    garment = garment_of("shirts/4_front.jpg")
    assert garment.neckline[0, 0] < garment.neckline[-1, 0]
    deepest = garment.neckline[np.argmax(garment.neckline[:, 1])]
    assert deepest == pytest.approx(garment.points["neck_front"], abs=1)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_trousers_have_waist_crotch_and_hems(number: int) -> None:
    garment = analyse_garment(picture_of(f"clothes/pants/{number}_front.jpg"), "bottoms")
    point = garment.points
    assert point["waist_left"][1] < point["hip_left"][1] < point["crotch"][1] < point["hem_inner_left"][1]
    assert point["hem_outer_right"][0] < point["hem_inner_right"][0] < point["hem_inner_left"][0]


def test_a_garment_alone_is_not_taken_for_a_person(eyes: Eyes) -> None:
    analyse_garment(picture_of("clothes/jackets/2_front.jpg"), "outerwear", eyes=eyes)


def test_a_shirt_is_no_shoe() -> None:
    with pytest.raises(GarmentNotFound) as refused:
        analyse_garment(t_shirt().picture, "footwear")
    assert refused.value.reason == "shoe_view"


def test_what_was_seen_is_worth_more_than_what_was_guessed() -> None:
    plain = analyse_garment(t_shirt().picture, "tops")
    cushion = np.full((500, 500, 3), 240, np.uint8)
    cv2.ellipse(cushion, (250, 250), (150, 180), 0, 0, 360, (40, 80, 160), -1)
    assert plain.quality > 1.5 * analyse_garment(cushion, "tops").quality


@pytest.mark.parametrize("name", ["shirts/1_front.jpg", "jackets/1_front.jpg", "jackets/2_front.jpg"])
def test_a_turned_down_collars_opening_is_a_point_between_its_corners(name: str) -> None:
    garment = garment_of(name)
    point, curve = garment.points, garment.neckline
    width = point["neck_left"][0] - point["neck_right"][0]
    # It hangs on the collar's upper corners, above the neck points, and reaches down to the first button.
    assert curve[[0, -1], 1].max() < point["neck_left"][1]
    assert point["neck_front"][1] - curve[[0, -1], 1].mean() > 0.5 * width
    quarter = curve[len(curve) // 4, 0] - curve[0, 0]
    assert curve[len(curve) // 4, 1] < curve[0, 1] + 0.95 * (point["neck_front"][1] - curve[0, 1])
    assert quarter > 0.1 * width
    assert (garment.parts == GarmentPart.COLLAR).sum() > 1000


def test_a_stand_up_collar_stays_in_front_of_the_neck() -> None:
    garment = garment_of("jackets/3_front.jpg")
    point = garment.points
    width = point["neck_left"][0] - point["neck_right"][0]
    assert point["neck_front"][1] < point["neck_left"][1] + 0.2 * width
