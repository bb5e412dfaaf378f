"""Dresses and jumpsuits on openvto's people: how they are read, how long they hang, what they bare and what goes."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.errors import LowQuality
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, PersonAnalysis, Picture
from tryon.engines.local.bottoms_stance import measure_stance
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.dress_checks import score_in_one
from tryon.engines.local.dress_dressing import DressedInOne, all_in_one, dress_in_one
from tryon.engines.local.dress_pattern import read_dress_pattern
from tryon.engines.local.dress_target import place_dress
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.person import require_dressable

STANDING, CROPPED = "avatars/2.png", "people/3_posture.jpg"
BODICE = [(190, 40), (225, 95), (275, 95), (310, 40), (330, 45), (345, 150), (325, 260)]
"""A tank's outline from the picture's left shoulder over the neckline to the right side's waist."""
WAIST = 260
SLIT = [(250, 560), (262, 760), (238, 760)]


def drawn(*outlines: list[tuple[int, int]]) -> Picture:
    picture = np.full((800, 500, 3), 240, np.uint8)
    for outline in outlines:
        cv2.fillPoly(picture, [np.array(outline, np.int32)], (170, 40, 60))
    return picture


def whole(lower: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [*BODICE, *lower, (175, WAIST), (155, 150), (170, 45)]


def with_hem_at(row: int) -> Picture:
    return drawn(whole([(360, row), (140, row)]))


@cache
def dress(row: int) -> GarmentAnalysis:
    return analyse_garment(with_hem_at(row), "dresses")


@cache
def jumpsuit() -> GarmentAnalysis:
    legs = whole([(345, 400), (350, 760), (285, 760), (250, 370), (215, 760), (150, 760), (155, 400)])
    return analyse_garment(drawn(legs), "dresses")


@cache
def worn(person: str, row: int) -> DressedInOne:
    return put_on(person_of(person), dress(row))


def put_on(person: PersonAnalysis, garment: GarmentAnalysis) -> DressedInOne:
    return dress_in_one(person.picture, person, garment, TryOnOptions(), lambda stage, percent: None)


MINI, MIDI = 480, 690


def test_the_waist_of_a_dress_is_its_narrowest_place() -> None:
    garment = dress(MIDI)
    top = 40
    assert garment.points["waist_middle"][1] * _scale(garment) == pytest.approx(WAIST - top, abs=12)
    assert garment.points["hem_left"][1] > 1.6 * garment.points["waist_left"][1]
    assert garment.sleeve == "none"
    assert not read_dress_pattern(garment).has_legs


def _scale(garment: GarmentAnalysis) -> float:
    return (MIDI - 40) / garment.picture.shape[0]


def test_a_jumpsuit_has_legs_and_a_slit_skirt_has_none() -> None:
    assert read_dress_pattern(jumpsuit()).has_legs
    slit = with_hem_at(760)
    cv2.fillPoly(slit, [np.array(SLIT, np.int32)], (240, 240, 240))
    assert not read_dress_pattern(analyse_garment(slit, "dresses")).has_legs


def test_a_dress_passes_every_check_and_leaves_nothing_of_the_old_clothes() -> None:
    made, photo = worn(STANDING, MINI), picture_of(STANDING)
    scores = score_in_one(photo, made, dress(MINI))
    refuse_if_ugly(scores)
    assert scores["old_top_left"] < 0.02
    assert scores["colour_error"] < 4.0
    assert np.array_equal(made.picture[~made.edited], photo[~made.edited])


def test_how_far_a_dress_reaches_is_the_product_s_own() -> None:
    person = all_in_one(person_of(STANDING))
    figure = measure_figure(person)
    stance = measure_stance(person_of(STANDING), figure)
    placed = (
        place_dress(person, figure, stance, dress(row), read_dress_pattern(dress(row)), TryOnOptions())
        for row in (MINI, MIDI)
    )
    mini, midi = (np.mean(list(target.lower.hems.values())) for target in placed)
    assert 0.1 < mini < 0.5 < midi < 0.97


def test_cloth_is_one_piece_from_the_shoulders_to_the_hem() -> None:
    seen = (worn(STANDING, MINI).visible > 0.5).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(seen)
    assert stats[1:, cv2.CC_STAT_AREA].max() > 0.98 * seen.sum()


def test_a_short_dress_bares_legs_where_trousers_were() -> None:
    made = worn(STANDING, MINI)
    left, upper, right, lower = made.box
    leg = made.stance.legs["left"]
    shin = np.rint(leg.path[28:34]).astype(int)
    colour = made.picture[upper:lower, left:right][shin[:, 1], shin[:, 0]].mean(axis=0)
    assert colour[0] > colour[1] + 10 > colour[2] + 10


def test_legs_are_not_made_up_where_no_skin_is_seen() -> None:
    person = person_of(STANDING)
    labels = person.labels.copy()
    labels[np.isin(labels, (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.HAND, BodyLabel.ARM, BodyLabel.LEG))] = 0
    with pytest.raises(LowQuality) as refusal:
        put_on(replace(person, labels=labels, skin_lab=None), dress(MINI))
    assert refusal.value.reason == "no_skin_seen"


def test_a_dress_runs_out_of_a_photo_that_ends_at_the_thighs() -> None:
    person = person_of(CROPPED)
    hips = int(person.pose.points[23:25, 1].max())
    part = np.s_[: hips + int(0.12 * hips)]
    person = replace(person, picture=person.picture[part], matte=person.matte[part], labels=person.labels[part])
    require_dressable(person, "dresses")
    made = put_on(person, dress(MIDI))
    refuse_if_ugly(score_in_one(person.picture, made, dress(MIDI)))
    assert (made.visible[-3:] > 0.5).any()


def test_between_the_legs_of_a_jumpsuit_the_background_is_seen() -> None:
    made = put_on(person_of(STANDING), jumpsuit())
    refuse_if_ugly(score_in_one(picture_of(STANDING), made, jumpsuit()))
    row = made.visible[int(np.mean([leg.path[-10, 1] for leg in made.stance.legs.values()]))] > 0.5
    inside = np.flatnonzero(row)
    assert not row[inside[0] : inside[-1]].all()
