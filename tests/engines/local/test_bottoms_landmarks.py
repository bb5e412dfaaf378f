"""Where legs part, in drawn trousers, shorts and skirts, and what a cut-out leaves between them."""

import cv2
import numpy as np
import pytest

from tryon.engines.errors import UnsupportedCategory
from tryon.engines.local.analysis import GarmentPart
from tryon.engines.local.bottoms_landmarks import read_lower_landmarks
from tryon.engines.local.leftover_ground import clear_leftover_ground

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def _drawn(*polygons: list[tuple[int, int]]) -> Mask:
    canvas = np.zeros((520, 400), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(canvas, [np.array(polygon, np.int32)], 1)
    return canvas.astype(bool)


def _trousers(gap_top: int) -> Mask:
    mask = _drawn([(120, 10), (280, 10), (300, 510), (100, 510)])
    gap = _drawn([(200, gap_top), (212, 511), (188, 511)])
    return mask & ~gap


def test_the_crotch_is_where_the_gap_begins() -> None:
    found = read_lower_landmarks(_trousers(180))
    assert found.points["crotch"][1] == pytest.approx(180, abs=16)
    assert found.quality > 0.8


def test_legs_that_touch_far_down_have_their_crotch_at_the_usual_height() -> None:
    found = read_lower_landmarks(_trousers(400))
    assert found.points["crotch"][1] == pytest.approx(10 + 0.34 * 500, abs=10)
    assert found.quality < 0.5


def test_fringes_between_the_hems_do_not_make_a_skirt_of_trousers() -> None:
    mask = _trousers(180)
    mask[495:505, 100:300] = True
    assert "crotch" in read_lower_landmarks(mask).points


def test_shorts_keep_a_crotch_that_is_low() -> None:
    mask = _drawn([(100, 10), (300, 10), (330, 250), (70, 250)]) & ~_drawn([(200, 170), (212, 251), (188, 251)])
    found = read_lower_landmarks(mask)
    assert found.points["crotch"][1] == pytest.approx(170, abs=16)


def test_a_waving_hem_is_still_a_skirt_s() -> None:
    mask = _drawn([(150, 10), (250, 10), (340, 500), (200, 490), (60, 500)])
    points = read_lower_landmarks(mask).points
    assert "crotch" not in points
    assert {"hem_left", "hem_right", "hem_middle"} <= set(points)


def test_straps_make_overalls() -> None:
    straps = _drawn([(140, 10), (160, 10), (160, 120), (140, 120)], [(240, 10), (260, 10), (260, 120), (240, 120)])
    with pytest.raises(UnsupportedCategory):
        read_lower_landmarks(straps | _drawn([(110, 110), (290, 110), (300, 510), (100, 510)]))


def test_a_pale_wedge_between_dark_legs_is_cleared_and_a_white_stripe_is_not() -> None:
    solid = _trousers(180)
    picture = np.full((*solid.shape, 3), 24, np.uint8)
    picture[185:230, 190:210] = 150
    picture[100:500, 130:138] = 245
    wedge = _drawn([(200, 185), (207, 230), (193, 230)])
    opacity = (solid | wedge).astype(np.float32)
    cleared = clear_leftover_ground(picture, opacity)
    assert cleared[wedge].mean() < 0.4
    assert cleared[100:500, 130:138].min() > 0.9


def test_ground_half_in_shadow_between_the_legs_of_beige_trousers_is_cleared_with_its_shadow() -> None:
    solid = _trousers(180)
    picture = np.full((*solid.shape, 3), (226, 214, 196), np.uint8)
    shadow, strip = _drawn([(190, 181), (195, 181), (195, 250), (190, 250)]), np.zeros_like(solid)
    strip[200:250, 196:199] = True
    picture[shadow], picture[strip] = (120, 121, 124), (214, 214, 216)
    opacity = ((solid | shadow | strip) & ~_drawn([(199, 181), (215, 181), (215, 515), (199, 515)])).astype(np.float32)
    cleared = clear_leftover_ground(picture, opacity)
    assert cleared[shadow].mean() < 0.2
    assert cleared[strip].mean() < 0.2
    assert cleared[200:250, 150:180].min() > 0.9


def test_a_pale_wedge_between_sleeve_and_body_is_cleared_and_a_pale_seam_on_the_shoulder_is_not() -> None:
    parts = np.zeros((600, 500), np.uint8)
    parts[60:560, 150:350] = GarmentPart.TORSO
    parts[60:500, 60:150] = GarmentPart.RIGHT_SLEEVE
    gap = cv2.fillPoly(np.zeros_like(parts), [np.asarray([(150, 260), (162, 500), (138, 500)])], 1) > 0
    wedge = gap & (np.arange(600)[:, None] < 330)
    parts[gap & ~wedge] = GarmentPart.OUTSIDE
    opacity = (parts > 0).astype(np.float32)
    picture = np.full((*parts.shape, 3), 24, np.uint8)
    picture[wedge], picture[60:90, 146:154], picture[100:500, 240:246] = 225, 225, 245
    cleared = clear_leftover_ground(picture, opacity, parts)
    assert cleared[wedge].mean() < 0.4
    assert cleared[60:90].min() >= opacity[60:90].min()
    assert cleared[100:500, 180:320].min() > 0.9


def test_a_chain_at_the_side_of_dark_trousers_is_no_leftover() -> None:
    solid = _trousers(180)
    picture = np.full((*solid.shape, 3), 24, np.uint8)
    chain = np.zeros_like(solid)
    chain[120:134, 100:150] = True
    picture[chain] = 150
    assert clear_leftover_ground(picture, solid.astype(np.float32))[chain & solid].min() > 0.9


def test_grey_ground_in_the_shade_where_the_legs_of_jeans_part_is_cleared_however_dark() -> None:
    solid = _trousers(180)
    picture = np.full((*solid.shape, 3), (84, 112, 148), np.uint8)
    wedge = _drawn([(200, 185), (207, 260), (193, 260)])
    shade = np.repeat(np.linspace(60, 140, 76)[:, None], 20, axis=1).astype(np.uint8)
    picture[185:261, 190:210][wedge[185:261, 190:210]] = shade[wedge[185:261, 190:210]][:, None]
    crease, seam = np.s_[150:175, 190:194], np.s_[100:180, 206:208]
    picture[crease], picture[seam] = (38, 52, 78), (214, 160, 90)
    cleared = clear_leftover_ground(picture, (solid | wedge).astype(np.float32))
    assert cleared[200:250, 199:202].mean() < 0.3
    assert cleared[crease].min() > 0.9
    assert cleared[seam].min() > 0.9


def test_between_the_legs_of_grey_trousers_dark_grey_is_a_crease() -> None:
    solid = _trousers(180)
    picture = np.full((*solid.shape, 3), (92, 94, 97), np.uint8)
    wedge = _drawn([(200, 185), (207, 260), (193, 260)])
    picture[185:261, 190:210] = 60
    cleared = clear_leftover_ground(picture, (solid | wedge).astype(np.float32))
    assert cleared[wedge].min() > 0.9
