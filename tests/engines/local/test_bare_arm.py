"""The outline of bared arms."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.bare_arm import arm_opacity, as_seen_below, goes_behind, up_to_the_cloth
from tryon.engines.local.figure_arms import ARM_STATIONS, BARE_ARM, Arm
from tryon.engines.local.pattern import SleeveOutline
from tryon.engines.local.target import Target

UNIT = 200.0
HEM = 160
"""Row at which the sleeve of the arm below ends, at station 0.4."""


def hanging_arm() -> Arm:
    """An arm that hangs straight down at column 200, its outer side to the right, in a sleeve down to HEM."""
    rows = 40 + 300 * ARM_STATIONS
    path = np.stack([np.full_like(rows, 200.0), rows], axis=1).astype(np.float32)
    right = np.tile(np.asarray([1.0, 0.0], np.float32), (len(path), 1))
    half = (BARE_ARM * UNIT).astype(np.float32)
    covered = (rows < HEM).astype(np.float32)
    return Arm(path, right, -right, half, half, half, half, covered, 0.4, 300.0)


def in_sleeve(aside: int) -> LabelMap:
    labels = np.full((400, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[40:HEM, 140:260] = BodyLabel.TOP
    labels[HEM:345, 180 + aside : 220 + aside] = BodyLabel.ARM
    return labels


@pytest.mark.parametrize("aside", [-30, -8, 0, 8])
def test_a_bared_arm_runs_on_from_the_seen_one_below_the_hem(aside: int) -> None:
    arm = as_seen_below(hanging_arm(), in_sleeve(aside), UNIT)
    just_above = (ARM_STATIONS > 0.35) & (ARM_STATIONS < 0.45)
    np.testing.assert_allclose(arm.bare_outer[just_above], 20 + aside, atol=1.5)
    np.testing.assert_allclose(arm.bare_inner[just_above], 20 - aside, atol=1.5)


def test_it_keeps_its_width_at_the_shoulder() -> None:
    arm = as_seen_below(hanging_arm(), in_sleeve(8), UNIT)
    assert arm.bare_outer[0] == pytest.approx(BARE_ARM[0] * UNIT, abs=0.5)


def test_a_seam_s_dark_rim_does_not_hide_the_seen_edge() -> None:
    labels = in_sleeve(6)
    labels[HEM:345, 226] = BodyLabel.TOP
    arm = as_seen_below(hanging_arm(), labels, UNIT)
    assert np.interp(0.4, ARM_STATIONS, arm.bare_outer) == pytest.approx(26, abs=1.5)


def test_an_arm_of_which_the_body_hides_a_part_all_along_goes_behind_it() -> None:
    labels = in_sleeve(0)
    assert not goes_behind(hanging_arm(), labels, UNIT)
    labels[HEM:345, 140:206] = BodyLabel.TOP
    assert goes_behind(hanging_arm(), labels, UNIT)


@pytest.mark.parametrize(("gap", "closed"), [(6, True), (30, False)])
def test_a_slit_between_an_arm_and_the_new_top_is_closed_and_a_gap_is_not(gap: int, closed: bool) -> None:
    labels = np.full((400, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[40:345, 60:225] = BodyLabel.TOP
    needed = labels == BodyLabel.TOP
    needed[:, : 175 - gap] = False
    where = np.zeros(labels.shape, np.float32)
    where[40:345, 175:225] = 1.0
    wider = up_to_the_cloth(hanging_arm(), where, labels, needed, UNIT)
    assert (wider[150:250, 175 - gap : 175].min() > 0.5) == closed
    assert not wider[:, 230:].any()
    assert (wider >= where).all()


def test_a_bridge_of_the_old_top_in_the_gap_beside_an_arm_is_no_skin() -> None:
    labels = np.full((400, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[40:345, 60:167] = BodyLabel.TOP
    labels[196:204, 167:175] = BodyLabel.TOP
    needed = labels == BodyLabel.TOP
    needed[:, :167] = False
    where = np.zeros(labels.shape, np.float32)
    where[40:345, 175:225] = 1.0
    assert (up_to_the_cloth(hanging_arm(), where, labels, needed, UNIT) == where).all()


def test_a_sleeve_cut_aslant_hides_the_arm_above_its_cuff_and_nothing_below() -> None:
    """A short sleeve that is hardly longer inside than its armpit: its ribs spread from there like a fan."""
    steps = np.linspace(0, 1, 9, dtype=np.float32)[:, None]
    outer = np.asarray([225, 60], np.float32) + steps * np.asarray([15, 80], np.float32)
    inner = np.asarray([180, 180], np.float32) + steps * np.asarray([-4, 12], np.float32)
    target = SimpleNamespace(bare_shoulders=False, sleeves={"left": SleeveOutline(outer, inner)})
    arm = hanging_arm()
    opacity = arm_opacity(arm, in_sleeve(0), cast(Target, target), "left", UNIT)
    rows, columns = np.indices(opacity.shape)
    across, inside = outer[-2] - inner[-2], np.abs(columns - 200) < 14
    below = ((columns - inner[-2, 0]) * -across[1] + (rows - inner[-2, 1]) * across[0]) / np.hypot(*across)
    assert opacity[inside & (below > 4) & (rows < 330)].min() > 0.9
    assert opacity[inside & (below < -4)].max() < 0.1


def test_a_long_bridge_with_background_at_both_its_ends_is_no_skin() -> None:
    labels = np.full((400, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[40:345, 60:167] = BodyLabel.TOP
    labels[40:345, 175:225] = BodyLabel.ARM
    labels[150:250, 167:175] = BodyLabel.TOP
    needed = labels == BodyLabel.TOP
    needed[:, :167] = False
    where = np.zeros(labels.shape, np.float32)
    where[40:345, 175:225] = 1.0
    assert (up_to_the_cloth(hanging_arm(), where, labels, needed, UNIT) == where).all()


def test_an_arm_as_wide_beside_the_old_top_as_where_it_is_free_is_no_wider_than_seen() -> None:
    """The arm becomes slimmer than usual by a seventh below the hem; the old top lies beside it on 40 rows."""
    labels, usual = in_sleeve(0), hanging_arm()
    slim = np.interp(np.arange(400), usual.path[:, 1], usual.bare_inner)
    slim *= np.interp(np.arange(400), [HEM + 30, HEM + 60], [1.0, 0.86])
    away = np.abs(np.arange(400)[None] - 200)
    seen = (away < slim[:, None]) & (np.arange(400)[:, None] >= HEM) & (np.arange(400)[:, None] < 345)
    labels[HEM:] = BodyLabel.BACKGROUND
    labels[220:260, 140:200] = BodyLabel.TOP
    labels[seen] = BodyLabel.ARM
    arm = as_seen_below(usual, labels, UNIT)
    rows = arm.path[:, 1]
    beside = (rows > 222) & (rows < 258)
    assert (arm.bare_inner[beside] <= slim[np.rint(rows[beside]).astype(int)] + 2).all()
