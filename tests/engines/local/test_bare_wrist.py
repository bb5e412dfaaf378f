"""Where bared forearms meet hands."""

import numpy as np
import pytest

from tests.engines.local.test_bare_arm import UNIT, hanging_arm
from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.bare_wrist import hand_edges, wrist_outline
from tryon.engines.local.figure_arms import Arm

WRIST = 340
"""Row of the wrist of the arm, at station 1, where a long sleeve ends."""


def long_sleeved() -> Arm:
    arm = hanging_arm()
    return Arm(
        arm.path, arm.outward, arm.inward, arm.outer, arm.inner, arm.bare_outer, arm.bare_inner,
        np.ones_like(arm.covered), 1.0, arm.length,
    )  # fmt: skip


def hand_at(left: int, right: int) -> LabelMap:
    labels = np.full((450, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[40:WRIST, 150:250] = BodyLabel.TOP
    labels[WRIST:400, left:right] = BodyLabel.HAND
    return labels


@pytest.mark.parametrize(("left", "right"), [(180, 220), (170, 230), (190, 236)])
def test_the_forearm_ends_as_wide_as_the_hand_and_where_it_is(left: int, right: int) -> None:
    found = wrist_outline(long_sleeved(), hand_at(left, right), UNIT)
    assert found is not None
    start, outline = found
    assert start < 0.95
    half = len(outline) // 2
    assert outline[half - 1, 0] == pytest.approx(right, abs=1.5)
    assert outline[half, 0] == pytest.approx(left, abs=1.5)
    assert outline[half, 1] > WRIST


def test_a_finger_is_no_hand_and_no_hand_none() -> None:
    assert hand_edges(long_sleeved(), hand_at(198, 206), UNIT) is None
    assert wrist_outline(long_sleeved(), hand_at(0, 0), UNIT) is None


def test_a_hand_under_a_slanting_cuff_is_seen_whole() -> None:
    labels = hand_at(180, 220)
    labels[WRIST : WRIST + 24, 180:198] = BodyLabel.TOP
    found = hand_edges(long_sleeved(), labels, UNIT)
    assert found is not None
    assert found[2][0] == pytest.approx(180, abs=1.5)


def test_the_forearm_widens_below_the_narrow_sleeve_that_hid_it_not_beside_it() -> None:
    arm, labels = long_sleeved(), hand_at(168, 232)
    half = int(max(arm.bare_outer[-4:].max(), arm.bare_inner[-4:].max())) + 1
    middle = round(float(arm.path[-1, 0]))
    labels[40 : WRIST - 14] = BodyLabel.BACKGROUND
    labels[40 : WRIST - 14, middle - half : middle + half] = BodyLabel.TOP
    found = wrist_outline(arm, labels, UNIT)
    assert found is not None
    x, y = np.rint(found[1]).astype(int).T
    outside = (labels[y, x] == BodyLabel.BACKGROUND) & (np.abs(x - middle) > half)
    assert not outside.any()


def behind_the_thigh(slope: float) -> LabelMap:
    """A sleeve that goes on beyond the wrist and behind trousers, whose edge comes out by `slope` pixels a row."""
    labels = hand_at(0, 0)
    labels[WRIST:410, 150:220] = BodyLabel.TOP
    for row in range(WRIST, 410):
        labels[row, : round(200 + slope * (row - WRIST))] = BodyLabel.BOTTOM
    return labels


def test_a_forearm_whose_hand_is_hidden_goes_behind_the_thigh_with_its_sleeve() -> None:
    labels = behind_the_thigh(0.15)
    found = wrist_outline(long_sleeved(), labels, UNIT)
    assert found is not None
    _, outline = found
    half = len(outline) // 2
    assert outline[half - 1, 0] == pytest.approx(219, abs=1.5)
    x, y = np.rint(outline[half]).astype(int)
    assert y > WRIST + 40
    assert (labels[y, x - 2], labels[y, x]) == (BodyLabel.BOTTOM, BodyLabel.TOP)


def test_the_corner_of_a_cuff_above_a_pocket_hides_no_hand_behind_a_thigh() -> None:
    assert wrist_outline(long_sleeved(), behind_the_thigh(1.0), UNIT) is None
