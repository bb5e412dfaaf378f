"""The folds before a bared elbow."""

import numpy as np

from tests.engines.local.test_bare_arm import UNIT, hanging_arm
from tryon.engines.local.bare_arm_lines import DEPTHS, draw_folds
from tryon.engines.local.linear import Linear

SLOPE = np.asarray([0.9, 1.0, 1.1], np.float32)


def _even() -> Linear:
    return np.full((450, 400, 3), 0.3, np.float32)


def test_a_straight_arm_has_thin_folds_at_its_elbow_and_nothing_else_is_changed() -> None:
    arm, light = hanging_arm(), _even()
    draw_folds(light, arm, SLOPE, UNIT)
    drawn = np.log(light[..., 1] / 0.3)
    rows = np.flatnonzero(np.abs(drawn).max(axis=1) > 0.01)
    elbow = arm.path[10, 1]
    assert abs(rows.mean() - elbow) < 0.05 * arm.length
    assert np.ptp(rows) < 0.12 * arm.length
    assert -1.2 * DEPTHS[0] < drawn.min() < -0.6 * DEPTHS[0]
    # Half as dark again within a few pixels: a line, no smudge.
    row, column = np.unravel_index(drawn.argmin(), drawn.shape)
    assert (drawn[[row - 4, row + 4], column] > 0.4 * drawn.min()).all()
    # Shade is redder than light.
    assert np.log(light[row, column, 2] / 0.3) < drawn.min() < np.log(light[row, column, 0] / 0.3)


def test_folds_lie_on_the_arm() -> None:
    arm, light = hanging_arm(), _even()
    draw_folds(light, arm, SLOPE, UNIT)
    columns = np.flatnonzero((light != np.float32(0.3)).any(axis=(0, 2)))
    middle = arm.path[10, 0]
    half = max(arm.bare_outer[10], arm.bare_inner[10])
    assert middle - half < columns.min()
    assert columns.max() < middle + half


def test_an_elbow_outside_the_frame_has_none() -> None:
    arm, light = hanging_arm(), _even()[:170]
    draw_folds(light, arm, SLOPE, UNIT)
    np.testing.assert_array_equal(light, _even()[:170])
