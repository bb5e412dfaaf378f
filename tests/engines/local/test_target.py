"""Placing a garment: its own length, neckline and sleeves, on this body."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from tests.engines.local.drawn import without_shoulders
from tests.engines.local.scenes import garment_of, person_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import SIDES, BodyLabel
from tryon.engines.local.dressing import crop_person, working_box
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.figure_neck import beside_hair, between_slopes, neck_between_hair, neck_roots, seen_neck
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.pattern import Pattern, SleeveOutline, read_pattern
from tryon.engines.local.removal import Undressed
from tryon.engines.local.shoulder_target import WIDENED, place_neck, shoulder_line, to_bare_shoulder, with_own_widths
from tryon.engines.local.sleeve_target import CLOTH_UNITS
from tryon.engines.local.target import Target, place_garment
from tryon.engines.local.under_jacket import between_fronts, with_top_kept
from tryon.engines.local.worn_width import COVER_PX, CUTS, SKIN_TIGHT, worn_half_width

USUAL = TryOnOptions()
PEOPLE = ("people/1_posture.jpg", "people/3_posture.jpg")


def _placed(person: str, garment: str, options: TryOnOptions = USUAL) -> tuple[Figure, Target]:
    whole = person_of(person)
    near = crop_person(whole, working_box(whole))
    figure = measure_figure(near)
    product = garment_of(garment)
    return figure, place_garment(near, figure, product, read_pattern(product), options)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_wearer_s_left_is_at_the_picture_s_right(person: str) -> None:
    _, target = _placed(person, "shirts/3_front.jpg")
    for place in (target.neck, target.shoulder, target.armpit):
        assert place["right"][0] < place["left"][0]
    assert (target.sides["right"][:, 0] < target.sides["left"][:, 0]).all()
    assert (np.diff(target.hem[:, 0]) > 0).all()


@pytest.mark.parametrize("person", PEOPLE)
def test_neck_shoulder_armpit_and_hem_follow_each_other_downwards(person: str) -> None:
    figure, target = _placed(person, "jackets/1_front.jpg")
    for side in SIDES:
        levels = [figure.level_of(p) for p in (target.neck[side], target.shoulder[side], target.armpit[side])]
        assert levels == sorted(levels)
        assert levels[2] < target.hem_level
    assert figure.chin[1] < target.neckline[:, 1].max() < figure.at_level(0.3)[1]


def test_a_short_sleeve_ends_above_the_elbow_and_a_long_one_at_the_wrist() -> None:
    figure, short = _placed("people/3_posture.jpg", "shirts/3_front.jpg")
    _, long = _placed("people/3_posture.jpg", "jackets/1_front.jpg")
    for side in SIDES:
        arm = figure.arms[side].path
        assert short.sleeves[side].middle[-1][1] < arm[10][1] + 0.1 * figure.unit
        assert abs(long.sleeves[side].middle[-1][1] - arm[-1][1]) < 0.25 * figure.unit


@pytest.mark.parametrize("sleeve", ["short", "none"])
@pytest.mark.parametrize("person", PEOPLE)
def test_an_off_shoulder_edge_lies_below_the_shoulders(person: str, sleeve: str) -> None:
    whole = person_of(person)
    near = crop_person(whole, working_box(whole))
    figure = measure_figure(near)
    drawn = without_shoulders(sleeve)
    product = analyse_garment(drawn.picture, "tops")
    target = place_garment(near, figure, product, read_pattern(product), USUAL)
    assert target.bare_shoulders
    for side in SIDES:
        edge = np.vstack([target.neck[side], target.shoulder_line[side], target.shoulder[side]])
        levels = [figure.level_of(point) for point in edge]
        assert 0.0 < min(levels) < max(levels) < 0.3
        assert figure.level_of(target.armpit[side]) > max(levels)
        beside = np.linalg.norm(figure.arms[side].path - target.shoulder[side], axis=1).min()
        assert sleeve == "none" or beside < 0.3 * figure.unit


@pytest.mark.parametrize("person", PEOPLE)
def test_rows_of_an_off_shoulder_top_stay_level(person: str) -> None:
    whole = person_of(person)
    near = crop_person(whole, working_box(whole))
    figure = measure_figure(near)
    product = analyse_garment(without_shoulders().picture, "tops")
    pattern = read_pattern(product)
    target = place_garment(near, figure, product, pattern, TryOnOptions(tuck=False))
    for side in SIDES:
        parts = []
        for way in (pattern, target):
            edge, armpit, hem = (float(p[1]) for p in (way.shoulder[side], way.armpit[side], way.sides[side][-1]))
            parts.append((armpit - edge) / (hem - edge))
        assert parts[0] == pytest.approx(parts[1], abs=0.08)


def test_a_narrow_strap_is_no_broader_for_a_broad_one_beside_it() -> None:
    pattern = read_pattern(garment_of("shirts/3_front.jpg"))
    left = pattern.neck["left"]
    pattern = replace(pattern, sleeves={}, shoulder={**pattern.shoulder, "left": left + np.float32(8.0)})
    placed = {side: np.asarray([x, 0.0], np.float32) for side, x in (("right", 0.0), ("left", 100.0))}
    aside = {side: point + np.float32(60.0) for side, point in placed.items()}
    neck, shoulder = with_own_widths(pattern, placed, aside, 1.0)
    own = float(np.linalg.norm(pattern.shoulder["left"] - pattern.neck["left"]))
    assert np.linalg.norm(shoulder["left"] - neck["left"]) == pytest.approx(WIDENED * own, rel=1e-3)
    assert (neck["left"] + shoulder["left"]) / 2 == pytest.approx((placed["left"] + aside["left"]) / 2)


def test_a_shoulder_under_hair_is_no_lower_than_the_arm_beside_it() -> None:
    hair, body = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    hair[20:60, :52] = True
    body[30:, 52:70] = True
    assert beside_hair(body, hair, 50.0, 100.0, (25.0, 45.0)) == pytest.approx(30.0)
    assert beside_hair(body, np.zeros_like(hair), 50.0, 100.0, (25.0, 45.0)) == pytest.approx(45.0)


def test_a_long_tee_is_longer_than_a_denim_jacket() -> None:
    _, tee = _placed("people/3_posture.jpg", "shirts/4_front.jpg")
    _, jacket = _placed("people/3_posture.jpg", "jackets/1_front.jpg")
    assert tee.hem_level > jacket.hem_level


def test_tucking_in_ends_the_top_at_the_waistband() -> None:
    _, hanging = _placed("people/3_posture.jpg", "shirts/1_front.jpg", TryOnOptions(tuck=False))
    figure, tucked = _placed("people/3_posture.jpg", "shirts/1_front.jpg", TryOnOptions(tuck=True))
    assert not hanging.tucked
    assert tucked.tucked
    assert tucked.waist_line is not None
    assert abs(figure.level_of(tucked.waist_line.mean(axis=0)) - tucked.waistband_level) < 0.25


def test_slim_is_narrower_than_regular_and_oversized_wider() -> None:
    bare, flat = np.full(5, 100.0), np.full(5, 150.0)
    slim, regular, oversized = (worn_half_width(bare, flat, fit).mean() for fit in CUTS)
    assert 100 <= slim < regular < oversized < 150


def test_the_fit_is_seen_on_close_clothes_too() -> None:
    """On somebody in a tee the same product is narrower in a slim fit and wider oversized."""
    slim, regular, oversized = (
        np.ptp(_placed("people/3_posture.jpg", "shirts/3_front.jpg", TryOnOptions(fit=fit))[1].hem[:, 0])
        for fit in CUTS
    )
    assert slim <= regular < 0.97 * oversized


def test_a_bare_person_s_garment_is_measured_on_the_body() -> None:
    """Without an old top to fill, the torso still ends up about as wide as the shoulders."""
    whole = person_of("people/3_posture.jpg")
    labels = np.where(whole.labels == BodyLabel.TOP, BodyLabel.MIDRIFF, whole.labels).astype(np.uint8)
    person = replace(whole, labels=labels)
    near = crop_person(person, working_box(whole))
    figure, product = measure_figure(near), garment_of("shirts/3_front.jpg")
    target = place_garment(near, figure, product, read_pattern(product), TryOnOptions())
    width = target.sides["left"][4][0] - target.sides["right"][4][0]
    assert 0.7 * figure.unit < width < 1.5 * figure.unit


def test_a_sleeve_lies_on_the_shoulder_s_roundness() -> None:
    """Near its head no cloth stands off the shoulder, however wide the sleeve is cut."""
    figure, target = _placed("people/3_posture.jpg", "jackets/1_front.jpg")
    for side, sleeve in target.sleeves.items():
        arm = figure.arms[side]
        for point in sleeve.outer[:3]:
            away = np.linalg.norm(arm.path - point, axis=1)
            assert away.min() < arm.bare_outer[away.argmin()] * SKIN_TIGHT + 2 * CLOTH_UNITS * figure.unit


def test_a_sleeve_s_width_is_measured_across_it() -> None:
    """Ribs that run aslant, as near an armhole, are longer than the sleeve is wide."""
    steps = np.linspace(0, 120, 13)[:, None] * np.array([[0.0, 1.0]])
    sleeve = SleeveOutline(
        outer=(np.array([40.0, 0.0]) + steps).astype(np.float32),
        inner=(np.array([0.0, 60.0]) + steps).astype(np.float32),
    )
    assert sleeve.half_widths == pytest.approx(20.0, abs=0.1)


def test_an_open_jacket_leaves_what_is_worn_under_it() -> None:
    figure, target = _placed("people/3_posture.jpg", "jackets/1_front.jpg")
    area = between_fronts(target, figure, (900, 900))
    middle, outside = figure.at_level(0.6), target.sides["left"][4] + np.array([4.0, 0.0])
    assert area[round(float(middle[1])), round(float(middle[0]))] == 1
    assert area[round(float(outside[1])), round(float(outside[0]))] == 0
    everywhere = np.ones((900, 900), np.float32)
    kept = with_top_kept(Undressed(np.zeros((900, 900, 3), np.float32), everywhere, everywhere, everywhere), area)
    assert kept.opacity == pytest.approx(1 - area)


def test_a_bare_shoulder_carries_its_neck_point_however_low_the_other_one_is() -> None:
    labels = np.full((200, 200), BodyLabel.BACKGROUND, np.uint8)
    labels[80:, :100] = BodyLabel.TOP
    labels[60:, 100:] = BodyLabel.ARM
    labels[52:60, 140:] = BodyLabel.HAIR
    person = replace(person_of(PEOPLE[0]), labels=labels)
    assert to_bare_shoulder(person, np.asarray([150, 75], np.float32), 10.0) == pytest.approx(-15 - COVER_PX)
    assert np.isinf(to_bare_shoulder(person, np.asarray([50, 75], np.float32), 10.0))
    assert np.isinf(to_bare_shoulder(person, np.asarray([150, 150], np.float32), 10.0))
    labels[70:] = BodyLabel.TOP
    assert np.isinf(to_bare_shoulder(person, np.asarray([150, 75], np.float32), 10.0))


def test_a_neck_seen_on_both_sides_tells_more_than_the_chin() -> None:
    labels = np.full((200, 200), BodyLabel.BACKGROUND, np.uint8)
    labels[60:120, 70:110] = BodyLabel.NECK
    labels[60:120, 110:114] = BodyLabel.HAIR
    labels[120:] = BodyLabel.TOP
    person = replace(person_of(PEOPLE[0]), labels=labels)
    chin = np.asarray([130, 50], np.float32)
    seen = seen_neck(person, labels != BodyLabel.BACKGROUND, chin, 115.0, 100.0)
    assert seen == pytest.approx(91.5)
    labels[60:120, 114:160] = BodyLabel.HAIR
    assert seen_neck(person, labels != BodyLabel.BACKGROUND, chin, 115.0, 100.0) is None


def test_between_hair_a_neck_of_a_neck_s_width_tells_its_middle_and_a_narrower_one_does_not() -> None:
    labels = np.full((200, 200), BodyLabel.HAIR, np.uint8)
    labels[60:120, 76:107] = BodyLabel.NECK
    labels[120:] = BodyLabel.TOP
    chin = np.asarray([130, 50], np.float32)
    assert neck_between_hair(labels, chin, 115.0, 100.0) == pytest.approx(91.5)
    narrow = labels.copy()
    narrow[60:120, 95:107] = BodyLabel.HAIR
    assert neck_between_hair(narrow, chin, 115.0, 100.0) is None
    collared = labels.copy()
    collared[60:120, 107:] = BodyLabel.TOP
    assert neck_between_hair(collared, chin, 115.0, 100.0) is None


def test_a_turned_head_takes_the_neck_s_root_along_only_where_the_slopes_do_too() -> None:
    labels = np.zeros((300, 300), np.uint8)
    slopes = np.asarray([(30, 160), (120, 90), (120, 20), (180, 20), (180, 90), (270, 160), (270, 300), (30, 300)])
    cv2.fillPoly(labels, [slopes.astype(np.int32)], int(BodyLabel.TOP))
    cv2.circle(labels, (100, 60), 40, int(BodyLabel.HEAD), -1)
    person = replace(person_of(PEOPLE[0]), labels=labels)
    level, middle = np.float32((1, 0)), np.float32((150, 160))
    assert between_slopes(labels, labels > 0, middle, level, 200.0) == pytest.approx(0.0, abs=1.5)
    roots = neck_roots(person, labels > 0, np.float32((100, 100)), middle, level, 200.0)
    assert (roots["left"] + roots["right"])[0] / 2 == pytest.approx(150.0, abs=1.5)
    labels[:, 190:] = np.where(labels[:, 190:] > 0, BodyLabel.HAIR, 0)
    assert between_slopes(labels, labels > 0, middle, level, 200.0) is None


def test_the_neck_is_as_uneven_as_the_shoulders_it_stands_on() -> None:
    person = replace(person_of(PEOPLE[0]), labels=np.zeros((300, 300), np.uint8))
    girdle, nowhere = np.asarray([0.96, -0.28], np.float32), np.zeros((300, 300), bool)
    roots = neck_roots(person, nowhere, np.float32((150, 60)), np.float32((150, 150)), girdle, 100.0)
    slope = (roots["left"] - roots["right"]) / np.linalg.norm(roots["left"] - roots["right"])
    assert slope == pytest.approx(girdle, abs=0.01)


def test_hair_on_both_neck_points_leaves_their_height_to_the_shoulders_beside_it() -> None:
    labels = np.zeros((800, 800), np.uint8)
    labels[300:, 100:700] = BodyLabel.TOP
    labels[100:360, 270:530] = BodyLabel.HAIR
    person = replace(person_of(PEOPLE[0]), labels=labels)
    roots = {side: np.float32((400 + sign * 90, 290)) for side, sign in (("left", 1), ("right", -1))}
    tips = {side: np.float32((400 + sign * 220, 300)) for side, sign in (("left", 1), ("right", -1))}
    figure = cast(Figure, SimpleNamespace(unit=400.0, neck_root=roots, shoulder_tip=tips))
    pattern = cast(
        Pattern,
        SimpleNamespace(
            neck_width=180.0, shoulder_width=440.0, chest_width=400.0, sleeves={"left": 1}, bare_shoulders=False
        ),
    )
    placed = place_neck(person, figure, pattern, tips, 1.0)
    assert placed["left"][1] > 292
    labels[:, :] = BodyLabel.HAIR
    hidden = place_neck(replace(person, labels=labels), figure, pattern, tips, 1.0)
    assert hidden["left"][1] == pytest.approx(290, abs=1)


def test_a_shoulder_under_hair_runs_on_from_where_it_is_seen_and_not_along_the_hair_s_end() -> None:
    labels = np.zeros((800, 800), np.uint8)
    labels[300:, 100:700] = BodyLabel.TOP
    labels[100:330, 380:520] = BodyLabel.HAIR
    person = replace(person_of(PEOPLE[0]), labels=labels)
    figure = cast(Figure, SimpleNamespace(unit=400.0))
    neck, tip = (np.asarray([x, 300], np.float32) for x in (420, 640))
    line = shoulder_line(person, figure, neck, tip)
    assert np.abs(line[:, 1] - 300).max() <= COVER_PX + 1


def test_a_neck_s_steep_side_is_no_shoulder_and_an_opening_is_not_narrower_than_a_neck() -> None:
    labels = np.zeros((800, 800), np.uint8)
    ring = [(340, 100), (460, 100), (460, 240), (530, 400), (340, 400)]
    cv2.fillPoly(labels, [np.asarray(ring, np.int32)], int(BodyLabel.NECK))
    labels[335:, 100:340] = BodyLabel.NECK
    labels[400:, 100:700] = BodyLabel.TOP
    person = replace(person_of(PEOPLE[0]), labels=labels)
    points = {side: np.float32((400 + sign * 90, 340)) for side, sign in (("left", 1), ("right", -1))}
    tips = {side: np.float32((400 + sign * 220, 400)) for side, sign in (("left", 1), ("right", -1))}
    figure = cast(Figure, SimpleNamespace(unit=400.0, neck_root=points, shoulder_tip=tips))
    placed = {}
    for width, expected in ((50.0, 0.36 * 400), (125.0, 1.3 * 125), (150.0, 0.46 * 400), (240.0, 240.0)):
        pattern = SimpleNamespace(bare_shoulders=False, sleeves={"left": None}, neck_width=width)
        placed = place_neck(person, figure, cast(Pattern, pattern), tips, 1.0)
        assert placed["left"][0] - placed["right"][0] == pytest.approx(expected, abs=1), width
    assert placed["left"][1] > 325
