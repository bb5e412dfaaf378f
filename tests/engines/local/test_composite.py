"""The finished picture: the product's colours, and nothing touched that need not be."""

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import dressed, garment_of, person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.checks import colour_error
from tryon.engines.local.dressing import dress_top

PAIRS = [
    ("people/3_posture.jpg", "shirts/1_front.jpg"),
    ("people/3_posture.jpg", "jackets/4_front.jpg"),
    ("people/1_posture.jpg", "shirts/4_front.jpg"),
    ("people/2_posture.jpg", "shirts/3_front.jpg"),
]


@pytest.mark.parametrize(("person", "garment"), PAIRS)
def test_every_pixel_outside_the_edit_is_byte_equal(person: str, garment: str) -> None:
    made, photo = dressed(person, garment), picture_of(person)
    assert np.array_equal(made.picture[~made.edited], photo[~made.edited])
    assert 0.02 < made.edited.mean() < 0.6


@pytest.mark.parametrize(("person", "garment"), PAIRS)
def test_the_product_s_colour_survives(person: str, garment: str) -> None:
    made = dressed(person, garment)
    left, upper, right, lower = made.box
    assert colour_error(made.picture[upper:lower, left:right], made) <= 5.0


@pytest.mark.parametrize(("person", "garment"), PAIRS)
def test_face_and_hands_are_the_photo_s(person: str, garment: str) -> None:
    made, photo = dressed(person, garment), picture_of(person)
    labels = person_of(person).labels
    for label, share in ((BodyLabel.HEAD, 1.0), (BodyLabel.HAND, 0.92)):
        area = cv2.erode((labels == label).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        same = np.abs(made.picture[area].astype(int) - photo[area]).max(axis=1) <= 6
        assert same.mean() >= share - 0.02


def test_background_far_from_the_person_is_untouched() -> None:
    made, photo = dressed("people/1_posture.jpg", "jackets/1_front.jpg"), picture_of("people/1_posture.jpg")
    near = cv2.dilate((person_of("people/1_posture.jpg").matte > 0.1).astype(np.uint8), np.ones((41, 41), np.uint8)) > 0
    near |= cv2.dilate(_visible(made), np.ones((25, 25), np.uint8)) > 0
    assert np.array_equal(made.picture[~near], photo[~near])


def _visible(made) -> np.ndarray:  # type: ignore[no-untyped-def,type-arg]
    whole = np.zeros(made.edited.shape, np.uint8)
    left, upper, right, lower = made.box
    whole[upper:lower, left:right] = made.visible > 0.01
    return whole


def test_a_larger_photo_gives_a_picture_of_its_own_size_and_the_same_look() -> None:
    person, garment = "people/3_posture.jpg", "shirts/1_front.jpg"
    photo = picture_of(person)
    large = cv2.resize(photo, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    made = dress_top(large, person_of(person), garment_of(garment), TryOnOptions(), lambda stage, percent: None)
    assert made.picture.shape == large.shape
    assert np.array_equal(made.picture[~made.edited], large[~made.edited])
    small = cv2.resize(made.picture, photo.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(small - dressed(person, garment).picture).mean() < 2.5


def test_the_same_pictures_give_the_same_result() -> None:
    person, garment = "people/2_posture.jpg", "shirts/3_front.jpg"
    again = dress_top(
        picture_of(person), person_of(person), garment_of(garment), TryOnOptions(), lambda stage, percent: None
    )
    assert np.array_equal(again.picture, dressed(person, garment).picture)
