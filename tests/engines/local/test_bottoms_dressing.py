"""Trousers, shorts and skirts on openvto's people: what is worn, what stays, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.errors import LowQuality, PoseNotSupported, UnsupportedCategory
from tryon.engines.local.analysis import SIDES, BodyLabel, GarmentAnalysis, PersonAnalysis
from tryon.engines.local.bottoms_checks import score_bottom
from tryon.engines.local.bottoms_dressing import DressedBottom, dress_bottom
from tryon.engines.local.bottoms_pattern import Ribs
from tryon.engines.local.bottoms_stance import LEG_STATIONS
from tryon.engines.local.bottoms_target import GAPES
from tryon.engines.local.bottoms_warp import carry_legs
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.garment import analyse_garment

STANDING, WALKING, CROPPED, IN_JACKET = (
    "avatars/2.png", "people/2_posture.jpg", "people/3_posture.jpg", "people/4_posture.jpg",
)  # fmt: skip
JEANS, LEGGINGS, WIDE = 1, 2, 3


@cache
def trousers(number: int) -> GarmentAnalysis:
    return analyse_garment(picture_of(f"clothes/pants/{number}_front.jpg"), "bottoms")


@cache
def shorts() -> GarmentAnalysis:
    """The jeans cut off above the knee, on their own light ground."""
    picture = picture_of("clothes/pants/1_front.jpg").copy()
    picture[int(0.50 * len(picture)) :] = np.median(picture[:20].reshape(-1, 3), axis=0).astype(np.uint8)
    return analyse_garment(picture, "bottoms")


@cache
def flared_shorts() -> GarmentAnalysis:
    """Blue ones whose two wide legs nearly touch."""
    picture = np.full((700, 900, 3), 245, np.uint8)
    outline = [[260, 120], [640, 120], [760, 560], [456, 590], [450, 430], [444, 590], [140, 560]]
    cv2.fillPoly(picture, [np.array(outline, np.int32)], (60, 90, 170))
    return analyse_garment(picture, "bottoms")


@cache
def skirt() -> GarmentAnalysis:
    """A red trapeze."""
    picture = np.full((900, 700, 3), 240, np.uint8)
    cv2.fillPoly(picture, [np.array([[250, 80], [450, 80], [600, 800], [100, 800]], np.int32)], (190, 30, 40))
    return analyse_garment(picture, "bottoms")


def put_on(person: PersonAnalysis, garment: GarmentAnalysis) -> DressedBottom:
    return dress_bottom(person.picture, person, garment, TryOnOptions(), lambda stage, percent: None)


@cache
def dressed(person: str, number: int) -> DressedBottom:
    return put_on(person_of(person), trousers(number))


def scores(person: str, number: int) -> Mapping[str, float]:
    return score_bottom(picture_of(person), dressed(person, number), trousers(number))


@pytest.mark.parametrize("person", [STANDING, WALKING, CROPPED, IN_JACKET])
@pytest.mark.parametrize("number", [JEANS, LEGGINGS, WIDE])
def test_trousers_pass_every_check_on_people_who_stand_walk_or_are_cropped(person: str, number: int) -> None:
    found = scores(person, number)
    refuse_if_ugly(found)
    assert found["colour_error"] < 3.0
    assert found["folded"] < 0.005
    assert found["old_top_left"] < 0.02
    assert 0.8 < found["sharpness"] < 1.3


@pytest.mark.parametrize("person", [STANDING, WALKING, CROPPED, IN_JACKET])
def test_nothing_above_the_waist_changes_by_a_single_bit(person: str) -> None:
    made, photo = dressed(person, JEANS), picture_of(person)
    assert np.array_equal(made.picture[~made.edited], photo[~made.edited])
    shoulders = person_of(person).pose.points[11:13, 1].max()
    hips = person_of(person).pose.points[23:25, 1].min()
    waist = int(shoulders + 0.6 * (hips - shoulders))
    assert np.array_equal(made.picture[:waist], photo[:waist])


def test_the_background_beside_the_person_is_untouched() -> None:
    made, photo = dressed(WALKING, JEANS), picture_of(WALKING)
    far = cv2.dilate((person_of(WALKING).matte > 0.05).astype(np.uint8), np.ones((121, 121), np.uint8)) == 0
    assert far.any()
    assert np.array_equal(made.picture[far], photo[far])


@pytest.mark.parametrize("person", [STANDING, WALKING, IN_JACKET])
def test_shoes_and_hands_stay_before_long_trousers(person: str) -> None:
    made = dressed(person, LEGGINGS)
    left, upper, right, lower = made.box
    before, after = (p[upper:lower, left:right].astype(np.int16) for p in (picture_of(person), made.picture))
    changed = np.abs(after - before).max(axis=2) > 12
    for label in (BodyLabel.SHOES, BodyLabel.HAND):
        area = cv2.erode((made.person.labels == label).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        assert area.sum() > 100
        assert changed[area].mean() < 0.12


def test_trousers_of_a_cropped_photo_run_out_of_the_frame() -> None:
    made = dressed(CROPPED, JEANS)
    assert (made.visible[-3:] > 0.5).any()


def test_a_gap_between_the_legs_shows_the_background_again() -> None:
    made = dressed(STANDING, LEGGINGS)
    row = made.visible[int(np.mean([leg.path[-10, 1] for leg in made.stance.legs.values()]))] > 0.5
    inside = np.flatnonzero(row)
    assert not row[inside[0] : inside[-1]].all()


def test_no_thigh_stands_out_between_the_legs_of_shorts() -> None:
    made = put_on(person_of(STANDING), flared_shorts())
    right, left = (made.target.ribs.legs[side][-1, 2] for side in SIDES)
    room = 0.0
    for side, leg in made.stance.legs.items():
        thigh, half = (np.interp(made.target.hems[side], LEG_STATIONS, w) for w in (leg.bare_inner, leg.to_middle))
        room += max(float(half - thigh), GAPES[0] * leg.length)
    assert 0 < left[0] - right[0] < room + 1.0


def test_shorts_bare_the_legs_in_the_person_s_own_skin() -> None:
    person = person_of(STANDING)
    made = put_on(person, shorts())
    long = put_on(person, trousers(JEANS))
    assert made.visible.sum() < 0.75 * long.visible.sum()
    left, upper, right, lower = made.box
    after = made.picture[upper:lower, left:right]
    leg = made.stance.legs["left"]
    shin = np.rint(leg.path[(leg.path[:, 1] > 0).nonzero()[0][28:36]]).astype(int)
    colour = after[shin[:, 1], shin[:, 0]].mean(axis=0)
    assert colour[0] > colour[1] + 10 > colour[2] + 10


def test_bare_legs_are_not_made_up_where_no_skin_is_seen() -> None:
    person = person_of(CROPPED)
    skin = (BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.MIDRIFF, BodyLabel.LEG)
    hidden = np.where(np.isin(person.labels, skin), np.uint8(BodyLabel.TOP), person.labels)
    person = replace(person, skin_lab=None, labels=hidden)
    with pytest.raises(LowQuality) as refusal:
        put_on(person, shorts())
    assert refusal.value.reason == "no_skin_seen"


def test_a_skirt_is_one_piece_that_widens_to_its_hem() -> None:
    made = put_on(person_of(STANDING), skirt())
    refuse_if_ugly(score_bottom(picture_of(STANDING), made, skirt()))
    rows = np.flatnonzero((made.visible > 0.5).any(axis=1))
    upper, lower = (made.visible[rows[int(share * len(rows))]] > 0.5 for share in (0.3, 0.85))
    assert lower.sum() > 1.25 * upper.sum()
    inside = np.flatnonzero(lower)
    assert lower[inside[0] : inside[-1]].all()


def test_a_photo_that_ends_at_the_hips_can_not_wear_trousers() -> None:
    person = person_of(CROPPED)
    hips = int(person.pose.points[23:25, 1].max())
    part = np.s_[: hips + 20]
    cropped = replace(person, picture=person.picture[part], matte=person.matte[part], labels=person.labels[part])
    with pytest.raises(PoseNotSupported) as refusal:
        put_on(cropped, trousers(JEANS))
    assert refusal.value.reason == "thighs_outside"


def test_overalls_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedCategory) as refusal:
        trousers(4)
    assert refusal.value.reason == "overalls"


def test_a_photo_larger_than_it_was_analysed_keeps_its_size_and_its_surroundings() -> None:
    person = person_of(WALKING)
    large = cv2.resize(person.picture, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    made = dress_bottom(large, person, trousers(JEANS), TryOnOptions(), lambda stage, percent: None)
    assert made.picture.shape == large.shape
    assert np.array_equal(made.picture[~made.edited], large[~made.edited])
    refuse_if_ugly(score_bottom(large, made, trousers(JEANS)))


def test_trousers_part_in_a_wedge_below_the_crotch() -> None:
    for person in (STANDING, CROPPED):
        ribs = dressed(person, JEANS).target.ribs
        right, left = ribs.legs["right"], ribs.legs["left"]
        below = (left[:, 2, 1] + right[:, 2, 1]) / 2 - ribs.crotch[1]
        gap = left[:, 2, 0] - right[:, 2, 0]
        near = (below > 0) & (below < 40)
        assert (gap[near] < 1.2 * below[near] + 6).all()


def test_at_the_crotch_a_leg_s_map_is_not_used_beyond_its_inner_edge() -> None:
    rows = np.linspace(100.0, 400.0, 14)
    legs = {}
    for side, outer, inner in (("right", 40.0, 140.0), ("left", 260.0, 160.0)):
        across = [np.full(14, outer), np.full(14, (outer + inner) / 2), np.full(14, inner)]
        legs[side] = np.stack([np.stack([x, rows], axis=1) for x in across], axis=1).astype(np.float32)
    seat = np.stack([np.stack([np.linspace(40, 260, 5), np.full(5, y)], axis=1) for y in np.linspace(20, 100, 6)])
    ribs = Ribs(seat.astype(np.float32), legs)
    _, areas = carry_legs(ribs, ribs, 450, 300)
    assert areas["right"][104, 144:].max() == 0
    assert areas["left"][104, :156].max() == 0
    assert areas["right"][390, 150] == 1
