"""Background seen through a hand is no hand; where it could be skin, everything stays as it was named."""

import cv2
import numpy as np
import pytest

from tryon.engines.local.analysis import BodyLabel, LabelMap, Picture
from tryon.engines.local.hand_gaps import without_ground_in_hands

WIDTH = 200.0
SKINS = ((236, 200, 180), (176, 120, 92), (84, 54, 42))
SHAPE = (300, 300)


def scene(skin: tuple[int, int, int], ground: Picture) -> tuple[Picture, LabelMap]:
    """A hand that makes a ring of thumb and finger, named a hand as a whole."""
    labels = np.zeros(SHAPE, np.uint8)
    cv2.ellipse(labels, (150, 150), (34, 48), 0, 0, 360, int(BodyLabel.HAND), -1)
    picture = ground.copy()
    picture[labels == BodyLabel.HAND] = skin
    picture[labels == BodyLabel.HAND] += (
        np.random.default_rng(1).integers(-4, 5, ((labels > 0).sum(), 3)).astype(np.uint8)
    )
    cv2.circle(picture, (150, 156), 12, tuple(int(v) for v in ground[156, 150]), -1)
    return cv2.GaussianBlur(picture, (0, 0), 0.8), labels


def even(colour: tuple[int, int, int]) -> Picture:
    return np.full((*SHAPE, 3), colour, np.uint8)


@pytest.mark.parametrize("skin", SKINS)
def test_the_ring_of_thumb_and_finger_is_open_on_every_skin(skin: tuple[int, int, int]) -> None:
    picture, labels = scene(skin, even((214, 222, 230)) if sum(skin) < 600 else even((120, 128, 140)))
    found = without_ground_in_hands(picture, labels, WIDTH)
    ring = np.hypot(*(np.indices(SHAPE) - np.asarray([156, 150])[:, None, None])) < 10
    assert (found[ring] == BodyLabel.BACKGROUND).all()
    outside = (labels == BodyLabel.HAND) & (np.hypot(*(np.indices(SHAPE) - np.asarray([156, 150])[:, None, None])) > 16)
    assert (found[outside] == BodyLabel.HAND).mean() > 0.99


def test_a_hand_before_a_wall_of_its_own_colour_stays_whole() -> None:
    picture, labels = scene((214, 180, 160), even((220, 190, 172)))
    assert (without_ground_in_hands(picture, labels, WIDTH) == labels).all()


def test_an_uneven_background_opens_no_hand() -> None:
    noisy = np.random.default_rng(2).integers(0, 256, (*SHAPE, 3)).astype(np.uint8)
    picture, labels = scene((176, 120, 92), noisy)
    assert (without_ground_in_hands(picture, labels, WIDTH) == labels).all()


def test_a_nail_s_gleam_stays_a_part_of_the_hand() -> None:
    picture, labels = scene((176, 120, 92), even((240, 240, 240)))
    cv2.circle(picture, (150, 156), 20, (176, 120, 92), -1)
    cv2.circle(picture, (140, 130), 1, (240, 240, 240), -1)
    assert (without_ground_in_hands(picture, labels, WIDTH) == labels)[110:190, 130:170].all()


def test_light_that_shines_on_a_pale_hand_before_a_pale_wall_makes_no_hole() -> None:
    picture, labels = scene((206, 180, 168), even((238, 232, 230)))
    away = np.hypot(*(np.indices(SHAPE) - np.asarray([156, 150])[:, None, None])) / 30.0
    shine = np.clip(1.6 - 1.6 * away, 0.0, 1.0)[..., None] * (labels == BodyLabel.HAND)[..., None]
    picture = np.rint(np.asarray((206, 180, 168)) * (1 - shine) + np.asarray((238, 232, 230)) * shine).astype(np.uint8)
    picture[labels == BodyLabel.BACKGROUND] = (238, 232, 230)
    assert (without_ground_in_hands(picture, labels, WIDTH) == labels)[120:190, 130:170].all()
