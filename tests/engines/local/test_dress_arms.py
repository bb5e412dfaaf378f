"""Bare arms before and beside what is put on."""

from dataclasses import replace

import cv2
import numpy as np

from tests.engines.local.scenes import garment_of, person_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bottoms_composite import kept_before_bottom
from tryon.engines.local.composite import compose
from tryon.engines.local.dress_arms import beside_the_dress, calm_beside, with_arms_in_front
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.figure_arms import ARM_STATIONS, BARE_ARM, Arm, has_sleeve
from tryon.engines.local.layers import Cloth
from tryon.engines.local.linear import to_linear
from tryon.engines.local.pattern import read_pattern
from tryon.engines.local.removal import Undressed, with_bare_torso
from tryon.engines.local.target import place_garment

UNIT = 200.0


def test_an_arm_behind_a_sleeveless_dress_is_in_no_sleeve() -> None:
    rows = 40 + 300 * ARM_STATIONS
    path = np.stack([np.full_like(rows, 200.0), rows], axis=1).astype(np.float32)
    right = np.tile(np.asarray([1.0, 0.0], np.float32), (len(path), 1))
    half = (BARE_ARM * UNIT).astype(np.float32)
    labels = np.full((400, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[40:345, 100:208] = BodyLabel.TOP
    labels[40:345, 208:225] = BodyLabel.ARM
    assert not has_sleeve(labels, path, right, half, np.ones_like(half))
    labels[40:140, 208:225] = BodyLabel.TOP
    assert has_sleeve(labels, path, right, half, np.ones_like(half))


def test_an_arm_s_edge_has_no_teeth_beside_the_old_cloth() -> None:
    labels = np.full((300, 200), BodyLabel.TOP, np.uint8)
    labels[:, 140:] = BodyLabel.BACKGROUND
    arm = np.zeros(labels.shape, bool)
    arm[:, 100:140] = True
    toothed = arm.copy()
    toothed[100:106, 94:100] = toothed[200:203, 96:100] = True
    labels[toothed] = BodyLabel.ARM
    calm = calm_beside(toothed, labels, UNIT)
    assert not calm[:, :99].any()
    assert calm[5:-5, 102:].sum() == arm[5:-5, 102:].sum()
    sliver = np.zeros(labels.shape, bool)
    sliver[:, 134:140] = True
    assert calm_beside(sliver, labels, UNIT)[20:-20, 135:140].all()


def test_no_cloth_shows_on_an_arm_that_lies_before_it_where_the_old_sleeve_ended() -> None:
    shape = (60, 60)
    labels = np.full(shape, BodyLabel.HAND, np.uint8)
    person = replace(person_of("people/3_posture.jpg"), labels=labels)
    photo = np.full((*shape, 3), 120, np.uint8)
    white, full, none = np.full((*shape, 3), 255, np.uint8), np.ones(shape, np.float32), np.zeros(shape, np.float32)
    skin = np.tile(np.linspace(1, 0, 60, dtype=np.float32)[:, None], (1, 60))
    undressed = Undressed(to_linear(np.full((*shape, 3), 100, np.uint8)), skin, skin, none)
    made = compose(photo, person, undressed, Cloth(white, full, {}, white, none), full, False, 40.0)
    assert made.picture.max() <= 120


def test_beside_the_old_bottom_an_arm_gives_up_the_rim_that_shows_its_colour() -> None:
    labels = np.full((20, 60), BodyLabel.BOTTOM, np.uint8)
    labels[:, 20:40] = BodyLabel.ARM
    labels[:, 40:] = BodyLabel.BACKGROUND
    kept = kept_before_bottom(labels)[10]
    assert not kept[20:22].any()
    assert kept[22:37].all()
    labels[:, 20:40] = BodyLabel.HAND
    assert kept_before_bottom(labels)[10, 21:37].all()


def test_no_skin_is_made_up_beside_the_person() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    target = place_garment(
        person, figure, garment_of("shirts/4_front.jpg"), read_pattern(garment_of("shirts/4_front.jpg")), TryOnOptions()
    )
    photo, everywhere = to_linear(person.picture), np.ones(person.labels.shape, bool)
    _, skin = with_bare_torso(photo, person, photo, figure, target, everywhere)
    beside = cv2.erode((person.labels == BodyLabel.BACKGROUND).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert skin.max() > 0.5
    assert skin[beside].max() < 0.02


def test_a_gleam_on_a_bare_arm_before_the_garment_makes_no_hole_in_it() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    garment = garment_of("shirts/4_front.jpg")
    target = replace(place_garment(person, figure, garment, read_pattern(garment), TryOnOptions()), sleeves={})
    path, shape = np.rint(figure.arms["left"].path).astype(np.int32), person.labels.shape
    arm = cv2.polylines(np.zeros(shape, np.uint8), [path[8:]], False, 1, round(0.18 * figure.unit)) > 0
    spot = cv2.circle(np.zeros(shape, np.uint8), [int(at) for at in path[14]], 3, 1, -1) > 0
    picture = person.picture.copy()
    picture[arm], picture[spot] = (200, 150, 125), (225, 235, 255)
    labels = np.where(arm, np.uint8(BodyLabel.ARM), person.labels)
    found = with_arms_in_front(replace(person, picture=picture, labels=labels), figure, target).labels
    assert (found[spot] == BodyLabel.HAND).all()


def test_a_hand_beside_which_the_old_clothes_are_taken_off_has_a_calm_edge() -> None:
    labels = np.full((120, 120), BodyLabel.TOP, np.uint8)
    labels[:, :60] = BodyLabel.HAND
    for row in range(0, 120, 14):
        labels[row : row + 6, 60:65] = BodyLabel.HAND
    photo = np.where((labels == BodyLabel.HAND)[..., None], np.uint8(180), np.uint8(20)) * np.ones(3, np.uint8)
    person = replace(person_of("people/3_posture.jpg"), labels=labels, matte=np.ones(labels.shape, np.float32))
    none, white = np.zeros(labels.shape, np.float32), np.full((*labels.shape, 3), 255, np.uint8)
    wall = np.full(photo.shape, 0.8, np.float32)
    taken_off = cv2.dilate((labels == BodyLabel.TOP).astype(np.float32), np.ones((5, 5)))
    undressed = Undressed(wall, taken_off, none, none)
    made = compose(photo, person, undressed, Cloth(white, none, {}, white, none), none + 1, False, 250.0)
    edge = (made.picture[20:100, :, 0] < 200).sum(axis=1)
    assert np.ptp(edge) <= 3


HEM = 0.4


def in_a_short_sleeve() -> Arm:
    """A left arm that hangs straight down, its upper part in a sleeve."""
    path = np.stack([np.full_like(ARM_STATIONS, 100.0), 40 + 300 * ARM_STATIONS], axis=1).astype(np.float32)
    outward = np.tile(np.asarray([1.0, 0.0], np.float32), (len(path), 1))
    half = (BARE_ARM * UNIT).astype(np.float32)
    covered = (ARM_STATIONS <= HEM).astype(np.float32)
    return Arm(path, outward, -outward, half, half, half, half, covered, HEM, 300.0)


def test_above_an_old_short_sleeve_s_hem_an_arm_comes_out_from_behind_the_dress_without_a_step() -> None:
    arm, seen = in_a_short_sleeve(), np.zeros((400, 200), bool)
    seen[160:340, 84:125] = True
    inner = (beside_the_dress(arm, seen, UNIT, 0.15)[120:160, :100] > 0.5).sum(axis=1)
    assert inner[0] <= 3
    assert 12 <= inner[-1] <= 16
    assert np.abs(np.diff(inner)).max() <= 2


def test_an_arm_that_is_not_seen_below_its_old_short_sleeve_cuts_nothing_out_of_the_dress() -> None:
    assert not beside_the_dress(in_a_short_sleeve(), np.zeros((400, 200), bool), UNIT, 0.15).any()


def test_an_arm_seen_a_little_beside_its_middle_line_comes_out_all_the_same() -> None:
    arm, seen = in_a_short_sleeve(), np.zeros((400, 200), bool)
    seen[160:340, 78:92] = True
    inner = (beside_the_dress(arm, seen, UNIT, 0.15)[120:160, :100] > 0.5).sum(axis=1)
    assert 18 <= inner[-1] <= 23
    seen[:, :92] = False
    seen[160:340, 40:70] = True
    assert not beside_the_dress(arm, seen, UNIT, 0.15).any()
