"""Where trousers and skirts meet arms, hands and the top: drawn scenes, a unit being 100 pixels."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.bottoms_beside_arms import SLIT_UNITS, up_to_arms
from tryon.engines.local.bottoms_corners import with_round_corners
from tryon.engines.local.bottoms_hands import without_foreign_rim
from tryon.engines.local.bottoms_skin import skin_in, with_own_rims, with_thighs
from tryon.engines.local.bottoms_trimmings import without_trimmings

UNIT = 100.0
DENIM, SHADE = (60, 90, 150), 0.45


def hip() -> LabelMap:
    """(200, 200) an old bottom in the middle, an arm that touches its right edge at column 140."""
    labels = np.zeros((200, 200), np.uint8)
    labels[:, 60:140] = BodyLabel.BOTTOM
    labels[20:180, 140:170] = BodyLabel.ARM
    return labels


@pytest.mark.parametrize("touches", [True, False])
def test_cloth_that_ends_a_thread_short_of_an_arm_goes_on_to_it_where_the_old_one_touched_it(touches: bool) -> None:
    labels = hip()
    narrow = 140 - int(SLIT_UNITS * 2 * UNIT)
    if not touches:
        labels[:, narrow:140] = BodyLabel.BACKGROUND
    cloth = np.zeros(labels.shape, np.float32)
    cloth[:, 60:narrow] = 1.0
    closed = up_to_arms(cloth, labels, 2 * UNIT)
    assert (closed[60:140, narrow:140].mean() > 0.8) == touches
    assert closed[:, :60].max() == 0.0


def test_a_wide_gap_beside_an_arm_stays() -> None:
    cloth = np.zeros((200, 200), np.float32)
    cloth[:, 60:125] = 1.0
    assert up_to_arms(cloth, hip(), UNIT)[:, 128:138].max() < 0.1


def test_the_pointed_end_of_a_wide_gap_stays_as_it_is() -> None:
    rows, columns = np.indices((200, 200))
    cloth = ((columns >= 60) & (columns < 144 - np.clip((rows - 90) * 0.4, 0, 24))).astype(np.float32)
    assert (up_to_arms(cloth, hip(), 2 * UNIT) == cloth).all()


def photo(skin: tuple[int, int, int], labels: LabelMap) -> NDArray[np.float32]:
    """8-bit Lab of denim and of an arm whose inner rim, 6 pixels wide, lies in shade."""
    picture = np.full((*labels.shape, 3), 235, np.uint8)
    picture[:, 60:140] = DENIM
    picture[20:180, 140:170] = skin
    picture[20:180, 140:146] = (np.asarray(skin) * SHADE).astype(np.uint8)
    return cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)


@pytest.mark.parametrize("skin", [(235, 200, 180), (180, 125, 95), (95, 60, 45)])
def test_the_shaded_edge_of_an_arm_is_no_cloth(skin: tuple[int, int, int]) -> None:
    labels = hip()
    lab = photo(skin, labels)
    assert (without_foreign_rim(labels, lab, 2 * UNIT) == labels).all()
    wrong = labels.copy()
    wrong[60:120, 140:148] = BodyLabel.BOTTOM
    found = with_own_rims(wrong, lab, UNIT)
    assert (found[60:120, 141:147] == BodyLabel.ARM).mean() > 0.9
    assert (found[:, 60:140] == BodyLabel.BOTTOM).all()


def test_cloth_in_the_hue_of_skin_is_not_taken_for_an_arm() -> None:
    labels = hip()
    labels[60:120, 140:148] = BodyLabel.BOTTOM
    lab = photo((190, 160, 130), labels)
    lab[:, 60:140] = cv2.cvtColor(np.full((1, 1, 3), (200, 168, 138), np.uint8), cv2.COLOR_RGB2Lab)[0, 0]
    assert (with_own_rims(labels, lab, UNIT) == labels).all()
    assert (with_thighs(labels, skin_in(labels, lab), UNIT) == labels).all()


def test_thighs_that_the_frame_cuts_off_below_a_skirt_are_legs() -> None:
    labels = hip()
    lab = photo((200, 150, 120), labels)
    lab[160:, 70:130] = cv2.cvtColor(np.full((1, 1, 3), (205, 150, 120), np.uint8), cv2.COLOR_RGB2Lab)[0, 0]
    found = with_thighs(labels, skin_in(labels, lab), UNIT)
    assert (found[165:, 75:125] == BodyLabel.LEG).all()
    assert (found[:155, 60:140] == BodyLabel.BOTTOM).all()


@pytest.mark.parametrize("arm_beside", [False, True])
def test_a_waistband_wider_than_the_top_above_it_has_no_corner_that_stands_off(arm_beside: bool) -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:100, 100:200] = BodyLabel.TOP
    labels[100:, 85:200] = BodyLabel.BOTTOM
    if arm_beside:
        labels[:, 60:84] = BodyLabel.ARM
    cloth = (labels == BodyLabel.BOTTOM).astype(np.float32)
    curved = with_round_corners(cloth, labels, np.full(300, 100.0, np.float32), UNIT)
    assert (curved[100:103, 85:92].max() < 0.5) != arm_beside
    assert curved[100:, 104:198].min() > 0.9
    assert curved[150:, 87:].max(axis=1).min() > 0.9
    assert (curved[150:, 88] > 0.9).all()


def test_a_waistband_begins_as_wide_as_the_top_that_comes_out_of_it() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:100, 100:200] = BodyLabel.TOP
    labels[100:, 70:200] = BodyLabel.BOTTOM
    cloth = (labels == BodyLabel.BOTTOM).astype(np.float32)
    curved = with_round_corners(cloth, labels, np.full(300, 100.0, np.float32), UNIT)
    assert curved[101:105, :92].max() < 0.5
    assert curved[250:, 72:198].min() > 0.9
    ends = (curved[101:140] > 0.5).argmax(axis=1)
    assert (np.diff(ends) <= 0).all()
    assert ends[0] > 92


@pytest.mark.parametrize("striped", [True, False])
def test_a_stripe_along_trousers_that_runs_out_below_the_hand_is_no_finger(striped: bool) -> None:
    skin = (110, 70, 50)
    labels = np.zeros((240, 200), np.uint8)
    labels[:, 60:120] = BodyLabel.BOTTOM
    labels[20:160, 110:150] = BodyLabel.HAND
    labels[160:, 120:130] = BodyLabel.HAND
    picture = np.full((240, 200, 3), 235, np.uint8)
    picture[labels == BodyLabel.BOTTOM] = 30
    picture[labels == BodyLabel.HAND] = skin
    picture[160:, 120:130] = (220, 190, 150) if striped else skin
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    found = without_trimmings(labels, lab, UNIT)
    assert (found[170:, 121:129] == BodyLabel.BOTTOM).all() == striped
    assert (found[:155] == labels[:155]).all()
