"""Shoes: how they stand in their product picture, and how they sit on a standing person's feet."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, cached_property

import numpy as np
import pytest

from tests.engines.local.conftest import Analysis
from tryon.demo_products import footwear
from tryon.engines.base import TryOnOptions
from tryon.engines.errors import GarmentNotFound, PoseNotSupported
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, GarmentPart, Joint, PersonAnalysis, Picture
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.footwear_checks import FOOTWEAR_LIMITS, score_shoes
from tryon.engines.local.footwear_dressing import DressedShoes, dress_shoes
from tryon.engines.local.footwear_landmarks import analyse_shoes, is_seen_from_the_side


class Shoes:
    """A product picture, and what is read in it. Drawing a pair takes seconds; nobody changes it."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    @cached_property
    def read(self) -> GarmentAnalysis:
        return analyse_shoes(self.picture)


@cache
def _pair(kind: footwear.Kind, apart: float) -> Shoes:
    return Shoes(footwear.from_the_front(kind, apart=apart))


@cache
def _one(kind: footwear.Kind) -> Shoes:
    return Shoes(footwear.from_the_side(kind))


def from_the_front(kind: footwear.Kind = "sneaker", apart: float = 300.0) -> Shoes:
    return _pair(kind, apart)


def from_the_side(kind: footwear.Kind = "sneaker") -> Shoes:
    return _one(kind)


ASTRIDE = "people/1_posture.jpg"
"""Feet turned outwards: seen half from the side."""
STANDING = "avatars/2.png"
WALKING = "people/2_posture.jpg"
"""The left foot is behind the right leg."""


def _worn(person: PersonAnalysis, product: Shoes) -> DressedShoes:
    return dress_shoes(person.picture, person, product.read, TryOnOptions(), lambda stage, percent: None)


@pytest.mark.parametrize("toe_left", [False, True])
def test_one_shoe_from_the_side_has_its_toe_where_it_is_lower(toe_left: bool) -> None:
    picture = from_the_side().picture
    found = analyse_shoes(np.ascontiguousarray(picture[:, ::-1]) if toe_left else picture)
    assert is_seen_from_the_side(found)
    assert (found.points["toe_one"][0] < found.points["heel_one"][0]) == toe_left


@pytest.mark.parametrize("apart", [300.0, 232.0])
def test_a_pair_from_the_front_is_told_apart_even_where_the_shoes_nearly_touch(apart: float) -> None:
    found = from_the_front(apart=apart).read
    assert not is_seen_from_the_side(found)
    assert found.points["toe_right"][0] < found.points["toe_left"][0]
    assert (found.parts == GarmentPart.INNER_BACK).any(), "the ankle goes in at the top"


def test_a_tongue_between_laces_is_no_opening() -> None:
    found = from_the_front("sneaker").read
    height = found.points["toe_left"][1] - found.points["collar_left"][1]
    rows = np.nonzero(found.parts == GarmentPart.INNER_BACK)[0]
    assert rows.max() - found.points["collar_left"][1] < 0.2 * height


def test_a_pump_from_the_side_is_refused_for_nobody_sees_how_far_it_covers_the_foot() -> None:
    with pytest.raises(GarmentNotFound) as refusal:
        _ = from_the_side("pump").read
    assert refusal.value.reason == "low_cut_from_the_side"


def test_no_shoe_is_found_on_an_empty_ground() -> None:
    with pytest.raises(GarmentNotFound):
        analyse_shoes(np.full((500, 500, 3), 240, np.uint8))


@pytest.mark.parametrize(
    ("name", "draw"), [(ASTRIDE, from_the_side), (ASTRIDE, from_the_front), (STANDING, from_the_front)]
)
def test_both_feet_wear_the_shoe_and_all_above_the_ankles_is_the_photo_s(
    analysis: Analysis, name: str, draw: Callable[[], Shoes]
) -> None:
    person, product = analysis(name), draw()
    worn = _worn(person, product)
    scores = score_shoes(person.picture, worn, product.read)
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


def test_a_leg_before_the_other_foot_is_kept(analysis: Analysis) -> None:
    person = analysis(WALKING)
    product = from_the_front()
    worn = _worn(person, product)
    scores = score_shoes(person.picture, worn, product.read)
    refuse_if_ugly(scores, FOOTWEAR_LIMITS)
    assert scores["legs_kept"] > 0.99
    far = worn.feet["left"]
    assert not (far.shoe & worn.feet["right"].cloth).any(), "the trousers before it are no part of the shoe"


def test_a_leg_that_changed_is_seen_whatever_the_labels_say(analysis: Analysis) -> None:
    person = analysis(STANDING)
    product = from_the_front()
    worn = _worn(person, product)
    knee, ankle = person.pose.points[[Joint.LEFT_KNEE, Joint.LEFT_ANKLE]]
    painted = worn.picture.copy()
    top, bottom = (int(knee[1] + (ankle[1] - knee[1]) * share) for share in (0.2, 0.5))
    painted[top:bottom, int(min(knee[0], ankle[0])) - 40 : int(max(knee[0], ankle[0])) + 40] = 250
    scores = score_shoes(person.picture, replace(worn, picture=painted), product.read)
    assert scores["legs_kept"] < FOOTWEAR_LIMITS["legs_kept"][0]


def test_a_foot_whose_toes_were_not_found_is_refused(analysis: Analysis) -> None:
    person = analysis(STANDING)
    heel, toe = person.pose.points[[Joint.LEFT_HEEL, Joint.LEFT_FOOT]]
    hidden = replace(person, matte=person.matte.copy(), labels=person.labels.copy())
    rows, columns = np.indices(person.labels.shape)
    reach = float(np.linalg.norm(toe - heel))
    toes = np.hypot(columns - toe[0], rows - toe[1]) < 0.6 * reach
    hidden.matte[toes], hidden.labels[toes] = 0.0, BodyLabel.BACKGROUND
    with pytest.raises(PoseNotSupported) as refusal:
        _worn(hidden, from_the_front())
    assert refusal.value.reason == "feet_unclear"
