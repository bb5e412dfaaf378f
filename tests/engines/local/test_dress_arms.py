"""Bare arms before and beside what is put on."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.composite import compose
from tryon.engines.local.dress_arms import calm_beside
from tryon.engines.local.figure_arms import ARM_STATIONS, BARE_ARM, has_sleeve
from tryon.engines.local.layers import Cloth
from tryon.engines.local.linear import to_linear
from tryon.engines.local.removal import Undressed

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
