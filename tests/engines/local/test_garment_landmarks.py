"""Landmarks, measured on drawn T-shirts whose points are known."""

from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from tests.engines.local.drawn import Drawn, ribbed_inside_out, t_shirt, without_shoulders
from tryon.engines.local.bottoms_landmarks import read_lower_landmarks
from tryon.engines.local.garment_landmarks import UpperLandmarks, read_upper_landmarks
from tryon.engines.local.landmark_order import put_in_order
from tryon.engines.local.outline import distance_from_chord, gaps, read_outline, turns
from tryon.engines.local.shoulders import read_shoulder
from tryon.engines.local.sleeves import SideShape

HEIGHT = 650.0
"""Of the drawn garment, pixels."""


def read(drawn: Drawn) -> UpperLandmarks:
    return read_upper_landmarks(drawn.picture, drawn.mask)


def errors(drawn: Drawn, landmarks: UpperLandmarks, *parts: str) -> list[float]:
    """Distances from the true points, as shares of the garment's height."""
    names = [name for name in drawn.points if name.startswith(parts)]
    return [float(np.hypot(*np.subtract(landmarks.points[name], drawn.points[name]))) / HEIGHT for name in names]


@pytest.mark.parametrize("sleeve", ["short", "long"])
def test_every_corner_of_a_sleeved_shirt_is_found(sleeve: str) -> None:
    drawn = t_shirt(sleeve=sleeve)
    landmarks = read(drawn)
    assert max(errors(drawn, landmarks, "shoulder", "armpit", "hem", "cuff")) < 0.03
    assert max(errors(drawn, landmarks, "neck")) < 0.03


def test_a_boat_neck_has_shoulders_beyond_its_wide_neckline() -> None:
    drawn = t_shirt(sleeve="long", neck=150)
    landmarks = read(drawn)
    assert max(errors(drawn, landmarks, "shoulder", "neck_left", "neck_right")) < 0.05


def test_an_open_front_is_read_as_if_closed() -> None:
    drawn = t_shirt(sleeve="long")
    gap = np.array([(450, 300), (400, 899), (520, 899)], np.int32)
    parted = drawn.mask & (cv2.fillPoly(np.zeros(drawn.mask.shape, np.uint8), [gap], 1) == 0)
    landmarks = read_upper_landmarks(drawn.picture, parted)
    assert landmarks.is_open
    assert not read(drawn).is_open
    assert max(errors(drawn, landmarks, "hem", "armpit", "cuff")) < 0.03


def test_sleeves_are_named_by_their_length() -> None:
    assert [read(t_shirt(sleeve=kind)).sleeve for kind in ("none", "short", "long")] == ["none", "short", "long"]


def test_a_sleeveless_shirt_has_shoulders_and_armpits_but_no_cuffs() -> None:
    drawn = t_shirt(sleeve="none")
    landmarks = read(drawn)
    assert max(errors(drawn, landmarks, "shoulder", "hem", "neck")) < 0.03
    assert max(errors(drawn, landmarks, "armpit")) < 0.08
    assert not any(name.startswith("cuff") for name in landmarks.points)
    assert not landmarks.sleeves


@pytest.mark.parametrize("sleeve", ["short", "none"])
def test_a_level_upper_edge_leaves_the_shoulders_bare(sleeve: str) -> None:
    drawn = without_shoulders(sleeve)
    landmarks = read(drawn)
    assert landmarks.bare_shoulders
    assert landmarks.sleeve == sleeve
    assert max(errors(drawn, landmarks, "shoulder", "hem", "cuff")) < 0.04
    assert not landmarks.neckline.shows_inner_back


@pytest.mark.parametrize("sleeve", ["none", "short", "long"])
@pytest.mark.parametrize("neck", [72, 150])
def test_what_hangs_on_shoulders_does_not_leave_them_bare(sleeve: str, neck: int) -> None:
    assert not read(t_shirt(sleeve=sleeve, neck=neck)).bare_shoulders


def test_the_seam_of_the_back_s_ribbing_is_not_the_front_s_neckline() -> None:
    lowest = float(read(ribbed_inside_out()).neckline.curve[:, 1].max())
    assert 185 < lowest < 220


def test_left_is_the_wearers_left() -> None:
    points = read(t_shirt()).points
    for part in ("neck", "shoulder", "armpit", "waist", "hem", "cuff_outer", "elbow_inner"):
        assert points[f"{part}_left"][0] > points[f"{part}_right"][0], part


def test_the_front_neckline_is_found_below_the_back_of_the_neck() -> None:
    drawn = t_shirt()
    landmarks = read(drawn)
    assert landmarks.neckline.shows_inner_back
    assert landmarks.points["neck_front"][1] - landmarks.points["neck_back"][1] > 30
    curve = landmarks.neckline.curve
    assert curve[0, 0] < curve[-1, 0]


def test_an_armpit_hidden_behind_the_sleeve_is_traced_inside_the_silhouette() -> None:
    drawn = t_shirt(sleeve="long")
    mask, picture = drawn.mask.copy(), drawn.picture.copy()
    # The gap between sleeve and body is closed with cloth, and only a dark line is left along the sleeve.
    for sign in (-1, 1):
        for y in range(300, 690):
            inner, outer = 192, 192 + (y - 300) * (268 - 192) / (716 - 300)
            columns = np.arange(round(450 + sign * inner), round(450 + sign * outer) + sign, sign)
            mask[y, columns] = True
            picture[y, columns] = (60, 90, 160)
            picture[y, round(450 + sign * inner) - 1 : round(450 + sign * inner) + 2] = (25, 40, 80)
    landmarks = read_upper_landmarks(picture, mask)
    assert landmarks.sleeve == "long"
    for side, sign in (("left", 1), ("right", -1)):
        x, y = landmarks.points[f"armpit_{side}"]
        assert abs(sign * (x - 450) - 192) < 25
        assert 220 < y < 420


def test_turns_are_positive_where_the_outline_is_convex() -> None:
    outline = read_outline(t_shirt().mask)
    path = outline.left.path
    turn = turns(path, 6)
    cuff = int(np.argmax(path[:, 0]))
    armpit = gaps(path)[0].deepest
    assert turn[cuff] > 30
    assert turn[armpit] < -30


def test_distance_from_a_chord_is_positive_outside() -> None:
    points = np.array([[0, 0], [5, 5], [0, 10]], np.float32)
    assert distance_from_chord(points, points[0], points[-1])[1] == pytest.approx(5)


def test_points_out_of_order_are_put_in_order() -> None:
    points = dict(read(t_shirt()).points)
    points |= {"armpit_left": (300.0, 100.0), "hem_right": (700.0, 50.0), "neck_left": (900.0, 120.0)}
    ordered = put_in_order(points, HEIGHT, 450.0)
    assert ordered["armpit_left"][0] > 450 > ordered["hem_right"][0]
    assert ordered["armpit_left"][1] > ordered["shoulder_left"][1]
    assert ordered["hem_right"][1] > ordered["armpit_right"][1]
    assert ordered["neck_left"][0] < ordered["shoulder_left"][0]


@pytest.mark.parametrize("seed", range(6))
def test_any_blob_gets_a_full_and_ordered_set(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = np.zeros((300, 260), bool)
    for _ in range(5):
        x, y, w, h = rng.integers(20, 120, 4)
        mask[y : y + h + 20, x : x + w + 20] = True
    picture = rng.integers(0, 255, (300, 260, 3), dtype=np.uint8)
    points = read_upper_landmarks(picture, mask).points
    assert np.isfinite([*points.values()]).all()
    for side in ("left", "right"):
        assert points[f"shoulder_{side}"][1] < points[f"armpit_{side}"][1] < points[f"hem_{side}"][1]
    assert read_lower_landmarks(mask).points["waist_left"][0] >= read_lower_landmarks(mask).points["waist_right"][0]


def test_trousers_have_a_crotch_between_their_legs() -> None:
    mask = np.zeros((700, 400), bool)
    mask[40:660, 100:300] = True
    mask[280:660, 185:215] = False
    points = read_lower_landmarks(mask).points
    assert points["crotch"] == pytest.approx((199.5, 279), abs=4)
    assert points["hem_inner_left"][0] == pytest.approx(215, abs=6)
    assert points["hem_outer_right"][0] == pytest.approx(100, abs=6)


def test_a_skirt_has_no_crotch() -> None:
    mask = np.zeros((500, 400), bool)
    for y in range(40, 460):
        half = 60 + (y - 40) * 0.25
        mask[y, round(200 - half) : round(200 + half)] = True
    points = read_lower_landmarks(mask).points
    assert "crotch" not in points
    assert points["hem_left"][0] - points["hem_right"][0] > 300


def test_a_garment_so_tilted_that_its_armpit_lies_beyond_its_middle_still_has_shoulders() -> None:
    path = np.float32([(0, 4), (4, 3), (20, 5), (60, 20), (90, 120), (80, 300), (40, 320), (3, 500)])
    side = SimpleNamespace(path=path)
    shape = SimpleNamespace(
        side=side, armpit=np.float32((-20, 200)), armpit_index=6, cuff_outer_index=5, has_sleeve=True
    )
    found = read_shoulder(cast(SideShape, shape), 500.0)
    assert 0 <= found.neck_index <= found.tip_index < len(path)
