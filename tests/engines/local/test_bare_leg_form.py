"""The form and the outline of legs that are made up."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.bare_leg_form import knee_redness, leg_relief
from tryon.engines.local.bare_leg_shape import _in_the_shoe, leg_opacity, under_the_cloth
from tryon.engines.local.bottoms_stance import BARE_LEG, LEG_STATIONS, Leg, Stance, measure_stance
from tryon.engines.local.figure import measure_figure

LENGTH = 400.0
MIDDLE = 150.0


def _leg(trousers: float = 2.0) -> Leg:
    """The wearer's left leg, straight down the picture, in trousers so many times as wide as it is."""
    path = np.stack([np.full(len(LEG_STATIONS), MIDDLE), 20 + LENGTH * LEG_STATIONS], axis=1).astype(np.float32)
    half = (BARE_LEG * LENGTH).astype(np.float32)
    outward = np.tile(np.asarray([1.0, 0.0], np.float32), (len(path), 1))
    worn, room = half * np.float32(trousers), np.full(len(path), 80, np.float32)
    return Leg(path, outward, worn, worn, room, half, half, np.ones_like(half), 0.95, LENGTH)


def _labels() -> LabelMap:
    return np.zeros((520, 300), np.uint8)


def _at(values: np.ndarray, station: float) -> float:
    return float(np.interp(station, LEG_STATIONS, values))


def test_a_kneecap_is_lit_and_has_a_shade_below() -> None:
    station = np.linspace(0.3, 0.8, 101, dtype=np.float32)
    down_the_middle = leg_relief(station, np.zeros_like(station), 0.0)
    cap, below = np.interp((0.46, 0.525), station, down_the_middle)
    assert cap - below > 0.2
    assert station[np.argmin(down_the_middle)] == pytest.approx(0.525, abs=0.02)
    redder = knee_redness(station, np.zeros_like(station))
    assert 0.45 < station[np.argmax(redder)] < 0.52


def test_shades_are_deeper_on_the_side_away_from_the_light() -> None:
    across = np.linspace(-1, 1, 41, dtype=np.float32)
    station = np.full_like(across, 0.25)
    from_outside, from_inside = (leg_relief(station, across, light) for light in (1.0, -1.0))
    inner = across < -0.2
    assert from_outside[inner].min() < from_inside[inner].min() - 0.03


def test_a_shin_is_no_bright_stripe_between_grooves() -> None:
    across = np.linspace(-0.5, 0.5, 41, dtype=np.float32)
    assert np.ptp(leg_relief(np.full_like(across, 0.68), across, 0.0)) < 0.25


def test_a_kneecap_has_no_shade_above_it_that_would_make_it_a_ball() -> None:
    station = np.linspace(0.38, 0.56, 91, dtype=np.float32)
    down_the_middle = leg_relief(station, np.zeros_like(station), 0.0)
    above, below = down_the_middle[station < 0.468].min(), down_the_middle[station > 0.468].min()
    assert above > below + 0.15


def test_the_lower_leg_bows_out_and_its_knee_stands_in() -> None:
    leg = under_the_cloth(_leg(), _labels())
    outer, inner = leg.path[:, 0] + leg.bare_outer - MIDDLE, MIDDLE - leg.path[:, 0] + leg.bare_inner
    assert _at(outer, 0.64) > _at(outer, 0.5) + 2
    assert _at(inner, 0.48) > _at(inner, 0.6) + 4
    assert _at(inner, 0.96) > 1.05 * _at(BARE_LEG * LENGTH, 0.96)


def test_tight_trousers_have_the_leg_s_own_bow() -> None:
    tight, wide = (under_the_cloth(_leg(share), _labels()) for share in (1.02, 2.0))
    assert np.abs(tight.path[:, 0] - MIDDLE).max() < 0.3 * np.abs(wide.path[:, 0] - MIDDLE).max()


def test_a_leg_that_is_seen_from_the_calf_down_keeps_its_outline() -> None:
    leg = replace(_leg(), old_end=0.6)
    assert under_the_cloth(leg, _labels()) is leg


def test_a_leg_is_led_to_the_ankle_that_is_seen() -> None:
    labels = _labels()
    labels[400:425, 155:180] = BodyLabel.LEG
    leg = under_the_cloth(_leg(4.0), labels)
    assert _at(leg.path[:, 0], 0.98) == pytest.approx(167.5, abs=2)
    assert _at(leg.path[:, 0], 0.3) == pytest.approx(MIDDLE, abs=1)


def test_a_leg_stays_within_the_clothes_that_come_off() -> None:
    labels = _labels()
    labels[400:425, 170:195] = BodyLabel.LEG
    worn = _leg(1.3)
    leg = under_the_cloth(worn, labels)
    edge = leg.path[:, 0] + leg.bare_outer
    assert (edge < MIDDLE + worn.outer + 1).all()


def test_a_speck_of_floor_leads_no_leg() -> None:
    labels = _labels()
    labels[400:425, 160:166] = BodyLabel.LEG
    assert _at(under_the_cloth(_leg(), labels).path[:, 0], 0.98) == pytest.approx(MIDDLE, abs=1)


def test_old_cloth_in_a_shoe_s_opening_becomes_leg_and_beside_the_shoe_does_not() -> None:
    labels = _labels()
    labels[410:460, 120:185] = BodyLabel.SHOES
    labels[400:425, 140:175] = BodyLabel.BOTTOM
    labels[400:425, 100:118] = BodyLabel.BOTTOM
    window, inside = _in_the_shoe(labels, _leg(), 1.0)
    whole = np.zeros(labels.shape, np.float32)
    whole[window] = inside
    assert whole[415, 160] == 1
    assert whole[415, 110] == 0
    assert whole[405, 160] == 0


def test_a_leg_ends_round() -> None:
    person = person_of("people/3_posture.jpg")
    stance: Stance = replace(measure_stance(person, measure_figure(person)), legs={"left": _leg(), "right": _leg()})
    opacity = leg_opacity(_labels(), stance, "left", 0.7, 1.0)
    widths = (opacity > 0.5).sum(axis=1)
    last = int(np.flatnonzero(widths)[-1])
    assert last > 20 + LENGTH
    assert widths[last - 1] < 0.7 * widths[int(20 + 0.98 * LENGTH)]
