"""Straps look as in the product's picture, stand where they are sewn on, and leave whole skin where old ones were."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.local.drawn import blank
from tests.engines.local.scenes import USUAL, person_of
from tryon.engines.local.analysis import SIDES, BodyLabel, GarmentAnalysis, Picture, Strap
from tryon.engines.local.bare_shoulder_target import place_corners
from tryon.engines.local.dressing import dress_top, tidied, tidied_for_top
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.keeping import as_kept_garment, pack_garment, unpack_garment
from tryon.engines.local.linear import to_linear
from tryon.engines.local.pattern import read_pattern
from tryon.engines.local.strap_look import Shown, look_at_strap
from tryon.engines.local.strap_skin import rim_of_straps, with_skin_from_beside
from tryon.engines.local.surroundings import FRINGE_PX
from tryon.engines.local.top_settling import settling_area

PERSON = "people/3_posture.jpg"
RED, DARK, PALE = (170, 30, 40), (25, 25, 25), (150, 185, 225)
WIDTH_PX = 12


def _camisole(back_strands: bool = False) -> GarmentAnalysis:
    """Red, with peaks at x = ±118 on which straps stand that are striped across; `back_strands` meet the edge farther
    in and lower."""
    picture: Picture = np.tile(blank(), (2, 2, 1))
    middle, top = picture.shape[1] // 2, 300
    body = [(-165, 130), (-118, 0), (-60, 70), (0, 120), (60, 70), (118, 0), (165, 130), (165, 440), (-165, 440)]
    cv2.fillPoly(picture, [np.asarray([(middle + x, top + y) for x, y in body], np.int32)], RED)
    for sign in (-1, 1):
        ends = [((118, 6), (122, -150))] + ([((70, 70), (122, -150))] if back_strands else [])
        for (x0, y0), (x1, y1) in ends:
            for step in range(24):
                a, b = (np.asarray((x0, y0)) + (np.asarray((x1, y1)) - (x0, y0)) * (k / 24) for k in (step, step + 1))
                line = [(middle + sign * round(float(x)), top + round(float(y))) for x, y in (a, b)]
                cv2.line(picture, line[0], line[1], PALE if step % 2 else DARK, WIDTH_PX)
    return analyse_garment(picture, "tops")


def test_a_striped_strap_keeps_its_stripes_and_is_kept_with_the_product() -> None:
    garment = as_kept_garment(_camisole())
    assert garment.straps is not None
    pattern = garment.straps["left"].pattern
    assert pattern is not None
    light = pattern.mean(axis=(1, 2))
    assert light.min() < 80
    assert light.max() > 150
    # Stripes of 6.5 pixels on a strap of 12: one change of colour about every half of its width.
    changes = np.count_nonzero(np.diff(light > 100))
    assert 1.2 < changes / (len(pattern) / pattern.shape[1]) < 2.6
    kept = unpack_garment(pack_garment(garment, "1"), "1")
    assert kept is not None
    assert kept.straps is not None
    assert np.array_equal(kept.straps["left"].pattern, pattern)


def test_a_plain_strap_has_no_pattern_however_it_is_rounded() -> None:
    picture = np.full((200, 60, 3), 200, np.uint8)
    across = np.abs(np.linspace(-1, 1, WIDTH_PX))
    picture[:, 20 : 20 + WIDTH_PX] = (120 - 40 * across**2)[None, :, None]
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[:, 20 : 20 + WIDTH_PX] = 1
    strap = look_at_strap(mask, Shown(mask.astype(np.float32), picture, picture, 300.0))
    assert strap is not None
    assert strap.pattern is None
    assert strap.width == pytest.approx(WIDTH_PX / 300, abs=0.004)


def test_a_cord_that_hangs_double_is_as_wide_as_one_thread() -> None:
    shape = (200, 60)
    opacity, piece = np.zeros(shape, np.float32), np.zeros(shape, np.uint8)
    opacity[:, 20:24] = opacity[:, 30:34] = 1.0
    piece[:, 20:34] = 1
    picture = np.full((*shape, 3), 60, np.uint8)
    strap = look_at_strap(piece, Shown(opacity, picture, picture, 200.0))
    assert strap is not None
    assert strap.width == pytest.approx(4 / 200, abs=0.003)


def test_straps_stand_on_the_peaks_and_not_where_their_back_strands_meet_the_edge() -> None:
    garment = _camisole(back_strands=True)
    assert garment.straps is not None
    middle = (garment.points["armpit_left"][0] + garment.points["armpit_right"][0]) / 2
    chest = garment.points["armpit_left"][0] - garment.points["armpit_right"][0]
    assert garment.straps["left"].width * chest == pytest.approx(WIDTH_PX, abs=3.0)
    highest = int(np.flatnonzero((garment.opacity > 0.5).any(axis=1))[0])
    for side in SIDES:
        foot = np.mean([garment.points[f"{point}_{side}"] for point in ("neck", "shoulder")], axis=0)
        assert abs(foot[0] - middle) == pytest.approx(118, abs=10)
        assert foot[1] < highest + 25, "the peak was cut off, or the strap stands below it"


def test_the_stripes_are_seen_on_the_wearer() -> None:
    person, garment = person_of(PERSON), _camisole()
    worn = dress_top(person.picture, person, garment, USUAL, lambda name, percent: None)
    assert garment.straps is not None
    plain = {side: Strap(strap.width, strap.colour) for side, strap in garment.straps.items()}
    other = dress_top(person.picture, person, replace(garment, straps=plain), USUAL, lambda name, percent: None)
    differ = np.abs(worn.cloth.colour.astype(int) - other.cloth.colour).max(axis=2) > 40
    on_straps = worn.cloth.colour[differ & (worn.cloth.opacity > 0.9)].mean(axis=1)
    assert (on_straps < 90).any()
    assert (on_straps > 140).any()


def test_who_leans_wears_straps_that_stand_level_with_the_shoulders() -> None:
    _, _, figure = tidied_for_top(person_of(PERSON))
    pattern = read_pattern(_camisole())
    usual = place_corners(figure, pattern)
    lower = replace(
        figure,
        shoulder_tip={
            side: tip + np.float32([0.0, 0.15 if side == "left" else -0.15]) * np.float32(figure.unit)
            for side, tip in figure.shoulder_tip.items()
        },
    )
    leaning = place_corners(lower, pattern)
    assert leaning["left"][1] - leaning["right"][1] > usual["left"][1] - usual["right"][1] + 0.05 * figure.unit


def test_skin_goes_on_where_a_strap_was() -> None:
    _, person, figure = tidied_for_top(person_of(PERSON))
    labels = np.full(person.labels.shape, BodyLabel.BACKGROUND, np.uint8)
    lowest = int(figure.at_level(0.3)[1])
    rows, unit, column = np.s_[lowest - 60 : lowest], round(figure.unit), labels.shape[1] // 2
    labels[rows, column - unit // 2 : column + unit // 2] = BodyLabel.NECK
    strap = np.s_[rows, column : column + max(unit // 30, 3)]
    labels[strap] = BodyLabel.TOP
    # Skin that grows lighter to one side, and made-up skin of another tone.
    photo = np.full((*labels.shape, 3), 0.3, np.float32)
    photo += np.linspace(0.0, 0.1, labels.shape[1], dtype=np.float32)[None, :, None]
    truth = photo.copy()
    photo[strap] = 0.0
    made = np.full_like(photo, 0.25)
    mended = with_skin_from_beside(made, replace(person, labels=labels), photo, figure)
    assert np.abs(mended[strap] - truth[strap]).max() < 0.02
    rim = rim_of_straps(replace(person, labels=labels), figure)
    assert rim[lowest - 30, column - FRINGE_PX - 1] > 0.9, "the pale line beside a cord of a sharpened photo stays"
    assert rim[lowest - 30, column + unit // 4] == 0.0
    away = mended[rows, column + unit // 4]
    assert np.array_equal(away, made[rows, column + unit // 4])


def test_a_scrap_of_the_old_strap_on_the_shoulder_is_no_part_of_the_head() -> None:
    person = person_of(PERSON)
    labels = person.labels.copy()
    joints = person.pose.points[[11, 12]]
    unit = float(np.hypot(*(joints[0] - joints[1])))
    head = np.flatnonzero((labels == BodyLabel.HEAD).any(axis=0))
    above = int(joints[:, 1].mean() - 0.1 * unit)
    outside = int(head[-1] + 0.1 * unit)
    under_chin = (int(head.mean()), above)
    labels[above - 12 : above + 4, head[0] - 4 : outside + 30] = BodyLabel.NECK
    high = above - round(0.3 * unit)
    for x, y in (under_chin, (outside, above), (outside, high)):
        labels[y - 6 : y, x : x + 8] = BodyLabel.TOP
    found = tidied(replace(person, labels=labels)).labels
    assert found[above - 3, under_chin[0] + 4] == BodyLabel.HEAD
    assert found[above - 3, outside + 4] == BodyLabel.TOP
    assert found[high - 3, outside + 4] == BodyLabel.HEAD


def test_the_picture_s_tone_is_left_where_no_strap_was() -> None:
    _, person, figure = tidied_for_top(person_of(PERSON))
    labels = np.where(person.labels == BodyLabel.TOP, np.uint8(BodyLabel.NECK), person.labels)
    light = to_linear(person.picture)
    assert with_skin_from_beside(light, replace(person, labels=labels), light, figure) is light


def test_a_bodice_on_straps_keeps_its_own_outline_above_the_armpits_and_settles_below() -> None:
    person = person_of(PERSON)
    worn = dress_top(person.picture, person, _camisole(), USUAL, lambda name, percent: None)
    factor = (worn.box[2] - worn.box[0]) / worn.warp.torso.shape[1]
    allowed = settling_area(np.zeros(worn.cloth.opacity.shape, np.uint8), worn.target, worn.figure, factor)
    for side in SIDES:
        x, y = worn.target.armpit[side] * factor
        unit = worn.figure.unit * factor
        assert allowed[round(float(y - 0.22 * unit)), round(float(x))] < 0.05
        # Aside from the arms, which are bare.
        inward = 0.12 * unit * (-1 if side == "left" else 1)
        assert allowed[round(float(y + 0.1 * unit)), round(float(x + inward))] > 0.95
