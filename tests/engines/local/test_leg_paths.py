"""The legs' middle lines, moved to where legs are seen."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bottoms_stance import BARE_LEG, LEG_STATIONS
from tryon.engines.local.leg_paths import centred_paths

LENGTH = 400.0
HALF = (BARE_LEG * LENGTH).astype(np.float32)


def line(x: float) -> NDArray[np.float32]:
    return np.stack([np.full_like(LEG_STATIONS, x), 20 + LEG_STATIONS * np.float32(LENGTH)], axis=1)


def legs(*stripes: tuple[int, int], label: BodyLabel = BodyLabel.BOTTOM) -> NDArray[np.uint8]:
    labels = np.zeros((500, 300), np.uint8)
    for start, end in stripes:
        labels[20:, start:end] = label
    return labels


def below_knee(labels: NDArray[np.uint8], right: float, left: float) -> tuple[float, float]:
    moved = centred_paths(labels, {"right": line(right), "left": line(left)}, LEG_STATIONS, HALF, LENGTH)
    return tuple(float(moved[side][30, 0]) for side in ("right", "left"))  # type: ignore[index, return-value]


def test_joints_beside_the_legs_are_put_right() -> None:
    assert below_knee(legs((90, 130), (150, 190)), 125, 155) == pytest.approx((110, 170), abs=2)


def test_bare_legs_that_touch_are_told_apart() -> None:
    touching = legs((90, 190), label=BodyLabel.LEG)
    assert below_knee(touching, 130, 150) == pytest.approx((115, 165), abs=2)


def test_a_skirt_tells_nothing() -> None:
    assert below_knee(legs((60, 240)), 130, 160) == (130, 160)


def test_a_leg_behind_the_other_moves_nothing() -> None:
    apart = legs((90, 130), (150, 190))
    apart[200:, 150:] = BodyLabel.BACKGROUND
    right, left = below_knee(apart, 112, 168)
    assert (right, left) == pytest.approx((110, 170), abs=3)


def test_nothing_is_moved_far() -> None:
    right, left = below_knee(legs((20, 60), (240, 280)), 120, 180)
    assert right > 120 - 0.11 * LENGTH
    assert left < 180 + 0.11 * LENGTH


def test_bare_ankles_below_trousers_lead_the_legs_to_them() -> None:
    ankles = legs((90, 130), (150, 190))
    first = int(20 + 0.96 * LENGTH)
    ankles[first:] = BodyLabel.BACKGROUND
    ankles[first:, 110:135] = ankles[first:, 170:195] = BodyLabel.LEG
    moved = centred_paths(ankles, {"right": line(110), "left": line(170)}, LEG_STATIONS, HALF, LENGTH)
    assert moved["right"][41, 0] > 114
    assert moved["left"][41, 0] > 174
    ankles[first:, 130:140] = ankles[first:, 190:200] = BodyLabel.SHOES
    moved = centred_paths(ankles, {"right": line(110), "left": line(170)}, LEG_STATIONS, HALF, LENGTH)
    assert moved["right"][41, 0] == pytest.approx(110, abs=1)
