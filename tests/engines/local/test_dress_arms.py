"""Bare arms before and beside what is put on."""

from dataclasses import replace

import cv2
import numpy as np

from tests.engines.local.scenes import garment_of, person_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bottoms_composite import in_front_of_bottom
from tryon.engines.local.composite import compose
from tryon.engines.local.dress_arms import calm_beside
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.figure_arms import ARM_STATIONS, BARE_ARM, has_sleeve
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
    front = in_front_of_bottom(labels)[10]
    assert front[20] < 0.3
    assert front[24:37].min() > 0.95
    labels[:, 20:40] = BodyLabel.HAND
    assert in_front_of_bottom(labels)[10, 23:37].min() > 0.95


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
