"""The body's outline under clothes."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import SIDES, BodyLabel
from tryon.engines.local.bare_build import THICKNESS_UNITS, shoulder_slope, under_the_cloth
from tryon.engines.local.figure import measure_figure


def test_clothed_shoulders_and_arms_lie_inside_the_cloth_and_bare_ones_where_they_are_seen() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    clothed = under_the_cloth(figure, np.full_like(person.labels, BodyLabel.TOP))
    bare = under_the_cloth(figure, np.full_like(person.labels, BodyLabel.ARM))
    for side in SIDES:
        lowered = (clothed.shoulder_tip[side] - figure.shoulder_tip[side]) @ figure.down
        np.testing.assert_allclose(lowered, THICKNESS_UNITS * figure.unit, rtol=1e-3)
        np.testing.assert_array_equal(bare.shoulder_tip[side], figure.shoulder_tip[side])
        arm = figure.arms[side]
        worn = under_the_cloth(
            replace(figure, arms={side: replace(arm, covered=np.ones(21, np.float32))}), person.labels
        )
        whole = worn.arms[side].bare_outer + worn.arms[side].bare_inner
        assert (whole < 1.02 * (arm.bare_outer + arm.bare_inner)).all()
        outer = worn.arms[side].bare_outer / arm.bare_outer
        assert outer[8] < outer[12] - 0.1


def test_a_shoulder_s_slope_is_hollow_where_it_is_steep_and_round_over_the_muscle() -> None:
    figure = measure_figure(person_of("people/3_posture.jpg"))
    tip = figure.shoulder_tip["left"]
    for rise, hollow in ((0.2, True), (0.0, False)):
        start = tip - figure.across * (0.3 * figure.unit) - figure.down * np.float32(rise * figure.unit)
        outline = shoulder_slope(figure, start, "left")
        np.testing.assert_allclose(outline[[0, -1]], [start, tip], atol=0.01)
        straight = start + np.linspace(0, 1, 101)[:, None] * (tip - start)
        below = np.stack([np.interp(straight[:, 0], outline[:, 0], outline[:, 1]) - straight[:, 1]])[0] / figure.unit
        assert (below[40] > 0.01) == hollow
        assert below[80] < -0.005


def test_the_neck_s_sides_are_lowered_beside_an_old_collar_if_the_shoulders_are_bared() -> None:
    person = person_of("people/3_posture.jpg")
    figure, worn = measure_figure(person), np.full_like(person.labels, BodyLabel.TOP)
    bared, covered = under_the_cloth(figure, worn), under_the_cloth(figure, worn, bared=False)
    for side in SIDES:
        np.testing.assert_array_equal(covered.neck_root[side], figure.neck_root[side])
        assert (bared.neck_root[side] - figure.neck_root[side]) @ figure.down > 0.02 * figure.unit
