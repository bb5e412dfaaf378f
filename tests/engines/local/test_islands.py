"""Small pieces of an arm that passed for the old top are the arm's again; what is worn stays the top's."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, LabelMap, Picture
from tryon.engines.local.islands import with_skin_islands

UNIT = 100.0
PLACE = np.s_[60:70, 84:92]

Scene = tuple[Picture, LabelMap]


@pytest.fixture
def scene() -> Scene:
    """A blue top, an arm apart from it, and a piece in the arm that is named after the top."""
    labels = np.full((120, 120), BodyLabel.BACKGROUND, np.uint8)
    labels[:, 20:60], labels[20:, 78:98] = BodyLabel.TOP, BodyLabel.ARM
    picture = np.full((120, 120, 3), 230, np.uint8)
    picture[labels == BodyLabel.TOP], picture[labels == BodyLabel.ARM] = (40, 60, 170), (190, 130, 105)
    noise = np.random.default_rng(1).normal(0, 4, picture.shape)
    labels[PLACE] = BodyLabel.TOP
    return cv2.add(picture, noise, dtype=cv2.CV_8U), labels


def named(scene: Scene) -> LabelMap:
    picture, labels = scene
    person = replace(person_of("people/1_posture.jpg"), picture=picture, labels=labels)
    return with_skin_islands(person, UNIT).labels


def test_a_piece_of_skin_in_an_arm_is_no_piece_of_the_top(scene: Scene) -> None:
    assert (named(scene)[PLACE] == BodyLabel.ARM).all()


def test_a_piece_of_the_top_s_own_colour_stays_the_top_s(scene: Scene) -> None:
    scene[0][PLACE] = (40, 60, 170)
    np.testing.assert_array_equal(named(scene), scene[1])


def test_what_hangs_on_the_top_stays_its_own(scene: Scene) -> None:
    scene[1][62:68, 58:90] = BodyLabel.TOP
    np.testing.assert_array_equal(named(scene), scene[1])


def test_what_is_beside_no_arm_stays_the_top_s(scene: Scene) -> None:
    picture, labels = scene
    labels[labels == BodyLabel.ARM] = BodyLabel.BOTTOM
    labels[100:, 100:] = BodyLabel.ARM
    picture[100:, 100:] = (190, 130, 105)
    np.testing.assert_array_equal(named(scene), labels)
