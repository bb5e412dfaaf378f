"""Nothing of the inside of a closed standing collar is seen on a body."""

import numpy as np

from tryon.engines.local.analysis import GarmentPart, LabelMap, Picture
from tryon.engines.local.collar_inside import with_collar_closed

DARK, PALE = (40, 20, 30), (200, 200, 205)
DIP = np.s_[50:60, 90:105]


def _collar(pale_columns: slice, cloth: tuple[int, int, int] = DARK) -> tuple[Picture, LabelMap]:
    """A garment whose collar, 100 px wide and 50 high, is pale from row 22 to 45 in these columns; one wave of its edge
    dips to row 60."""
    picture = np.full((260, 200, 3), cloth, np.uint8)
    parts = np.zeros((260, 200), np.uint8)
    parts[60:250, 10:190] = GarmentPart.TORSO
    parts[20:60, 50:150] = GarmentPart.COLLAR
    picture[22:46, pale_columns] = PALE
    picture[DIP] = PALE
    picture[46:50, 90:105] = PALE
    return picture, parts


def test_the_front_s_cloth_goes_on_where_a_standing_collar_shows_its_paler_inside() -> None:
    closed = with_collar_closed(*_collar(np.s_[60:140]))
    assert (closed[22:46, 62:138] == DARK).all()
    assert (closed[DIP] == DARK).all()


def test_a_label_and_a_collar_of_another_colour_stay() -> None:
    for columns in (np.s_[95:110], np.s_[50:150]):
        picture, parts = _collar(columns)
        if columns.start == 50:
            picture[20:60, 50:150] = PALE
        assert with_collar_closed(picture, parts) is picture


def test_of_pale_cloth_both_sides_look_alike() -> None:
    picture, parts = _collar(np.s_[60:140], cloth=(210, 210, 210))
    assert with_collar_closed(picture, parts) is picture
