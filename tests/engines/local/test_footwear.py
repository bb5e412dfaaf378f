"""Shoes: how they stand in their product picture, and how they sit on a standing person's feet."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.conftest import Analysis
from tryon.demo_products.footwear import from_the_front, from_the_side
from tryon.engines.base import TryOnOptions
from tryon.engines.errors import GarmentNotFound, PoseNotSupported
from tryon.engines.local.analysis import BodyLabel, GarmentPart, Joint, PersonAnalysis, Picture
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.footwear_checks import FOOTWEAR_LIMITS, score_shoes
from tryon.engines.local.footwear_dressing import DressedShoes, dress_shoes
from tryon.engines.local.footwear_landmarks import analyse_shoes, is_seen_from_the_side

ASTRIDE = "people/1_posture.jpg"
"""Feet turned outwards: seen half from the side."""
STANDING = "avatars/2.png"


def _worn(person: PersonAnalysis, product: Picture) -> DressedShoes:
    return dress_shoes(person.picture, person, analyse_shoes(product), TryOnOptions(), lambda stage, percent: None)


@pytest.mark.parametrize("toe_left", [False, True])
def test_one_shoe_from_the_side_has_its_toe_where_it_is_lower(toe_left: bool) -> None:
    found = analyse_shoes(from_the_side(toe_left=toe_left))
    assert is_seen_from_the_side(found)
    assert (found.points["toe_one"][0] < found.points["heel_one"][0]) == toe_left


@pytest.mark.parametrize("apart", [300.0, 232.0])
def test_a_pair_from_the_front_is_told_apart_even_where_the_shoes_nearly_touch(apart: float) -> None:
    found = analyse_shoes(from_the_front(apart=apart))
    assert not is_seen_from_the_side(found)
    assert found.points["toe_right"][0] < found.points["toe_left"][0]
    assert (found.parts == GarmentPart.INNER_BACK).any(), "the ankle goes in at the top"


def test_a_pump_from_the_side_is_refused_for_nobody_sees_how_far_it_covers_the_foot() -> None:
    with pytest.raises(GarmentNotFound) as refusal:
        analyse_shoes(from_the_side("pump"))
    assert refusal.value.reason == "low_cut_from_the_side"


def test_no_shoe_is_found_on_an_empty_ground() -> None:
    with pytest.raises(GarmentNotFound):
        analyse_shoes(np.full((500, 500, 3), 240, np.uint8))


@pytest.mark.parametrize(
    ("name", "product"), [(ASTRIDE, from_the_side()), (ASTRIDE, from_the_front()), (STANDING, from_the_front())]
)
def test_both_feet_wear_the_shoe_and_all_above_the_ankles_is_the_photo_s(
    analysis: Analysis, name: str, product: Picture
) -> None:
    person = analysis(name)
    worn = _worn(person, product)
    scores = score_shoes(person.picture, worn, analyse_shoes(product))
    refuse_if_ugly(scores, FOOTWEAR_LIMITS)
    assert scores["old_shoes_left"] < 0.05
    assert set(worn.targets) == {"left", "right"}
    knees = int(person.pose.points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE], 1].max())
    assert np.array_equal(worn.picture[:knees], person.picture[:knees])


def test_one_product_photo_serves_both_feet_mirrored(analysis: Analysis) -> None:
    person = analysis(ASTRIDE)
    worn = _worn(person, from_the_side())
    feet = worn.feet
    assert feet["left"].turned * feet["right"].turned < 0, "the toes point away from each other"
    for side in ("left", "right"):
        foot = feet[side]  # type: ignore[index]
        _, columns = np.nonzero(worn.visible > 0.5)
        near = columns[np.abs(columns - foot.ankle[0]) < foot.length / 2]
        assert np.sign(near.mean() - foot.ankle[0]) == np.sign(foot.toe[0] - foot.ankle[0])


def test_shoes_from_the_side_do_not_go_on_feet_that_point_at_the_camera(analysis: Analysis) -> None:
    with pytest.raises(PoseNotSupported) as refusal:
        _worn(analysis(STANDING), from_the_side())
    assert refusal.value.reason == "feet_point_at_camera"


def test_feet_that_the_frame_cuts_off_are_refused(analysis: Analysis) -> None:
    person = analysis(STANDING)
    end = int(person.pose.points[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 1].mean())
    cut = replace(person, picture=person.picture[:end], matte=person.matte[:end], labels=person.labels[:end].copy())
    with pytest.raises(PoseNotSupported) as refusal:
        _worn(cut, from_the_front())
    assert refusal.value.reason in ("feet_cut_off", "feet_unclear")


def test_what_is_no_shoe_of_the_old_pair_keeps_its_label(analysis: Analysis) -> None:
    worn = _worn(analysis(STANDING), from_the_front())
    hands = np.isin(worn.person.labels, (BodyLabel.HAND, BodyLabel.HEAD))
    assert not (hands & (worn.cover > 0.5)).any()
