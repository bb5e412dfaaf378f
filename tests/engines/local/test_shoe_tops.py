"""Where old trousers end on shoes: no line of them is left on the shoe."""

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.shoe_tops import without_last_rows, without_old_hem

UNIT = 150.0
TROUSERS, SHOE = (30, 30, 45), (225, 220, 205)


def on_a_shoe(trousers: tuple[int, int, int]) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], ...]:
    """Labels whose trousers end at row 100, and a picture whose trousers end at row 104."""
    labels = np.full((200, 200), BodyLabel.BACKGROUND, np.uint8)
    labels[:100, 60:140], labels[100:, 60:140] = BodyLabel.BOTTOM, BodyLabel.SHOES
    picture = np.full((200, 200, 3), 250, np.uint8)
    picture[:104, 60:140], picture[104:, 60:140] = trousers, SHOE
    picture[130:134, 90:94] = trousers
    return labels, picture


def test_the_last_rows_of_a_dark_hem_are_no_shoe() -> None:
    labels, picture = on_a_shoe(TROUSERS)
    found = without_old_hem(labels, cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32), UNIT)
    assert (found[100:104, 64:136] == BodyLabel.BOTTOM).all()
    assert (found[105:] == labels[105:]).all()


def test_a_shoe_of_the_trousers_colour_stays_whole() -> None:
    labels, picture = on_a_shoe(SHOE)
    found = without_old_hem(labels, cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32), UNIT)
    assert (found == labels).all()


def test_a_shoe_that_has_the_trousers_colour_among_others_stays_whole() -> None:
    labels, picture = on_a_shoe(TROUSERS)
    picture[100:, 60:140] = np.where((np.arange(80) // 8 % 2 == 0)[None, :, None], np.uint8(20), np.uint8(240))
    found = without_old_hem(labels, cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32), UNIT)
    assert (found == labels).all()


def test_the_last_rows_of_a_hem_above_a_shoe_of_many_colours_go_with_it() -> None:
    labels, picture = on_a_shoe((60, 90, 150))
    picture[104:, 60:140] = np.where((np.arange(80) // 8 % 2 == 0)[None, :, None], np.uint8(20), np.uint8(240))
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    assert (without_old_hem(labels, lab, UNIT) == labels).all()
    found = without_last_rows(labels, lab, knees=50.0, unit=UNIT)
    assert (found[100:104, 64:136] == BodyLabel.BOTTOM).all()
    assert (found[106:, 66:134] == labels[106:, 66:134]).all()


def test_trousers_colours_beside_the_sole_are_the_shoe_s_own() -> None:
    labels, picture = on_a_shoe((60, 90, 150))
    picture[104:, 60:140] = np.where((np.arange(80) // 8 % 2 == 0)[None, :, None], np.uint8(20), np.uint8(240))
    picture[140:148, 60:140] = (60, 90, 150)
    labels[136:140, 60:140] = BodyLabel.BOTTOM
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    found = without_last_rows(labels, lab, knees=50.0, unit=UNIT)
    assert (found[106:, 66:134] == labels[106:, 66:134]).all()
