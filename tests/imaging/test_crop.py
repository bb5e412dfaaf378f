from random import Random

import pytest

from tryon.imaging.box import Box
from tryon.imaging.crop import ASPECT, ROOM_ABOVE, ROOM_SIDES, SAFE, portrait_around


def test_a_small_person_in_a_wide_room_gets_a_portrait_around_them() -> None:
    box = portrait_around(2000, 1500, Box(0.45, 0.3, 0.55, 0.9))
    assert box is not None
    left, top, right, bottom = box
    assert (right - left) / (bottom - top) == pytest.approx(ASPECT, abs=0.01)
    assert left < 900
    assert right > 1100
    assert top < 450
    assert bottom > 1350


@pytest.mark.parametrize(
    "person",
    [Box(0.0, 0.3, 0.1, 0.9), Box(0.9, 0.3, 1.0, 0.9), Box(0.4, 0.0, 0.6, 0.3), Box(0.4, 0.7, 0.6, 1.0)],
)
def test_at_an_edge_it_stays_inside_and_cuts_nothing_off(person: Box) -> None:
    box = portrait_around(2000, 1500, person)
    assert box is not None
    left, top, right, bottom = box
    assert 0 <= left <= person.left * 2000
    assert 0 <= top <= person.top * 1500
    assert person.right * 2000 <= right <= 2000
    assert person.bottom * 1500 <= bottom <= 1500


def test_a_person_from_head_to_toe_in_a_narrow_photo_keeps_head_and_toes() -> None:
    box = portrait_around(1000, 2000, Box(0.2, 0.2, 0.8, 0.85))
    assert box is not None
    assert box[1] <= 400
    assert box[3] >= 1700


def test_a_picture_that_the_person_fills_is_left_alone() -> None:
    assert portrait_around(800, 1000, Box(0.05, 0.02, 0.95, 1.0)) is None


def test_where_there_is_room_the_person_has_air() -> None:
    box = portrait_around(2000, 1500, Box(0.45, 0.3, 0.55, 0.8))
    assert box is not None
    assert box[0] <= 900 - ROOM_SIDES * 750
    assert box[1] <= 450 - ROOM_ABOVE * 750 + 1


@pytest.mark.parametrize(
    ("width", "height", "person"),
    [
        (1000, 1600, Box(0.1, 0.1, 0.9, 0.85)),
        (1000, 1500, Box(0.05, 0.05, 0.95, 0.85)),
        (2000, 1000, Box(0.3, 0.03, 0.68, 0.95)),
        (1400, 600, Box(0.4, 0.04, 0.6, 0.96)),
    ],
)
def test_air_is_given_up_before_the_proportions_are(width: int, height: int, person: Box) -> None:
    box = portrait_around(width, height, person)
    assert box is not None
    left, top, right, bottom = box
    assert (right - left) / (bottom - top) == pytest.approx(ASPECT, abs=0.01)
    assert left <= person.left * width
    assert top <= person.top * height
    assert right >= person.right * width
    assert bottom >= person.bottom * height


def test_a_little_air_stays_even_where_there_is_no_room_for_the_proportions() -> None:
    box = portrait_around(1000, 2400, Box(0.1, 0.2, 0.9, 0.8))
    assert box is not None
    assert (box[0], box[2]) == (0, 1000)
    assert box[1] == pytest.approx(480 - SAFE * 1440, abs=1)
    assert box[3] == pytest.approx(1920 + SAFE * 1440, abs=1)


def test_nothing_of_anybody_anywhere_is_cut_off() -> None:
    chance = Random(4)
    cropped = 0
    for _ in range(3000):
        width, height = chance.randint(128, 5000), chance.randint(128, 5000)
        (left, right), (top, bottom) = sorted(chance.random() for _ in "ab"), sorted(chance.random() for _ in "ab")
        box = portrait_around(width, height, Box(left, top, right, bottom))
        if box is None:
            continue
        cropped += 1
        assert 0 <= box[0] <= left * width + 0.5
        assert 0 <= box[1] <= top * height + 0.5
        assert right * width - 0.5 <= box[2] <= width
        assert bottom * height - 0.5 <= box[3] <= height
        safe = 2 * SAFE * (bottom - top) * height
        fits = (right - left) * width + safe <= min(width, height * ASPECT)
        if fits and (bottom - top) * height + safe <= min(height, width / ASPECT):
            assert abs((box[2] - box[0]) - ASPECT * (box[3] - box[1])) < 2
    assert cropped > 1000
