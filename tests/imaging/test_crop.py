import pytest

from tryon.imaging.crop import ASPECT, Box, portrait_around


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
