"""Hems: threads that hang from a product's, a skirt's that is rounded, and legs in the shade of an old one."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis
from tryon.engines.local.bottoms_pattern import LEG_ROWS, Ribs, read_bottom_pattern
from tryon.engines.local.bottoms_removal import beside_trousers
from tryon.engines.local.bottoms_target import BottomTarget
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.hem_shade import legs_in_shade
from tryon.engines.local.hem_threads import without_threads

UNIT = 100.0
SKIN, CLOTH = (190, 150, 130), (240, 240, 245)


def trousers(*threads: tuple[int, int]) -> NDArray[np.float32]:
    """Two straight legs, with threads of 60 pixels at these columns and of these widths."""
    opacity = np.zeros((520, 320), np.float32)
    opacity[10:440, 60:150] = opacity[10:440, 170:260] = opacity[10:150, 60:260] = 1.0
    for column, width in threads:
        opacity[440:500, column : column + width] = 1.0
    return opacity


def test_threads_below_a_hem_are_cut_off_and_nothing_else() -> None:
    cut = without_threads(trousers((62, 5), (252, 6)))
    assert cut[446:].max() < 0.5
    assert cut[:436].tolist() == trousers()[:436].tolist()


def test_a_garment_of_fringe_keeps_it() -> None:
    fringed = trousers(*((column, 5) for column in range(62, 250, 12)))
    assert without_threads(fringed).tolist() == fringed.tolist()


def test_straight_hems_stay() -> None:
    assert without_threads(trousers()).tolist() == trousers().tolist()


def rounded_skirt() -> GarmentAnalysis:
    picture = np.full((900, 700, 3), 240, np.uint8)
    outline = [[250, 80], [450, 80], [600, 740], [560, 790], [450, 820], [250, 820], [140, 790], [100, 740]]
    cv2.fillPoly(picture, [np.array(outline, np.int32)], (190, 30, 40))
    return analyse_garment(picture, "bottoms")


def test_the_last_rib_of_a_rounded_skirt_is_as_wide_as_the_skirt() -> None:
    seat = read_bottom_pattern(rounded_skirt()).ribs.seat
    widths = seat[:, -1, 0] - seat[:, 0, 0]
    assert widths[-1] == pytest.approx(500, abs=16)
    assert np.diff(widths).min() > -1.0


def scene() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A white skirt down to row 200 and two bare legs, of which one was taken for the skirt down to row 235."""
    labels = np.zeros((500, 300), np.uint8)
    picture = np.full((500, 300, 3), 120, np.uint8)
    for start in (90, 160):
        labels[200:450, start : start + 40] = BodyLabel.LEG
        picture[200:450, start : start + 40] = SKIN
    labels[40:200, 70:220] = BodyLabel.BOTTOM
    picture[40:200, 70:220] = CLOTH
    labels[200:235, 160:200] = BodyLabel.BOTTOM
    return labels, cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)


def test_a_leg_taken_for_the_hem_above_it_is_leg_again() -> None:
    labels, lab = scene()
    found = legs_in_shade(labels, lab, 260.0, UNIT)
    assert (found[204:235, 162:198] == BodyLabel.LEG).mean() > 0.95
    assert (found[40:196, 72:218] == BodyLabel.BOTTOM).all()


def test_a_finger_taken_for_leg_makes_no_leg_beside_it() -> None:
    labels, lab = scene()
    labels[120:130, 222:230] = BodyLabel.LEG
    lab[100:140, 205:220] = lab[300, 100]
    found = legs_in_shade(labels, lab, 260.0, UNIT)
    assert (found[100:140, 205:220] == BodyLabel.BOTTOM).all()


def laid_trousers(hem: float) -> BottomTarget:
    """Legs from row 150 to row 430, 40 pixels apart, that end at this station."""
    rows = np.linspace(150, 430, LEG_ROWS, dtype=np.float32)
    legs = {
        side: np.stack([np.stack([np.full_like(rows, x), rows], axis=1) for x in columns], axis=1)
        for side, columns in (("right", (60, 100, 140)), ("left", (260, 220, 180)))
    }
    return BottomTarget(Ribs(np.zeros((2, 5, 2), np.float32), legs), 1.0, {"right": hem, "left": hem}, False, False)  # type: ignore[arg-type]


def test_no_made_up_leg_stands_out_beside_narrow_trousers_but_below_their_hem() -> None:
    cloth = np.zeros((520, 320), np.float32)
    cloth[150:430, 60:140] = cloth[150:430, 180:260] = 1.0
    cloth[300:310, 90:110] = 0.0  # a hole, through which the leg is seen
    beside = beside_trousers(cloth, laid_trousers(0.95), UNIT)
    assert all(part.all() for part in (beside[200:420, :60], beside[200:420, 260:], beside[200:420, 140:180]))
    assert not beside[cloth > 0.5].any()
    assert not beside[300:310, 90:110].any()
    assert not beside[430:].any()


def test_legs_beside_shorts_are_seen() -> None:
    assert not beside_trousers(trousers(), laid_trousers(0.4), UNIT).any()
