"""The old bottom's sides, inner legs and boots: labels that are put right before anything is dressed."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.bottoms_boots import over_boots
from tryon.engines.local.bottoms_dressing import lower_box
from tryon.engines.local.bottoms_labels import tidy_edges
from tryon.engines.local.bottoms_sides import with_clear_sides
from tryon.engines.local.bottoms_stance import BARE_LEG, LEG_STATIONS, Stance, bare_halves, measure_stance
from tryon.engines.local.dressing import crop_person
from tryon.engines.local.figure import Figure, measure_figure

STANDING = "avatars/2.png"


@cache
def scene() -> tuple[PersonAnalysis, Figure, Stance]:
    person = person_of(STANDING)
    person = crop_person(person, lower_box(person))
    figure = measure_figure(person)
    tidy = tidy_edges(person, figure)
    return tidy, figure, measure_stance(tidy, figure)


def cleared(labels: LabelMap) -> LabelMap:
    person, figure, _ = scene()
    lab = cv2.cvtColor(person.picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    return with_clear_sides(labels, lab, replace(person, labels=labels), figure)


def near(mask: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3) < reach


def test_a_strip_of_top_beside_the_waistband_is_a_loop_or_a_pocket() -> None:
    person, figure, _ = scene()
    bottom = person.labels == BodyLabel.BOTTOM
    row = int(figure.at_level(1.15)[1])
    first = int(np.flatnonzero(bottom[row])[0])
    strip = np.zeros_like(bottom)
    strip[row : row + round(0.12 * figure.unit), first : first + round(0.04 * figure.unit)] = True
    strip &= bottom
    assert strip.sum() > 50
    found = cleared(np.where(strip, np.uint8(BodyLabel.TOP), person.labels))
    assert (found[strip] == BodyLabel.BOTTOM).mean() > 0.9


def test_background_between_hand_and_hip_is_no_cloth() -> None:
    person, figure, _ = scene()
    hand, bottom, outside = (person.labels == name for name in (BodyLabel.HAND, BodyLabel.BOTTOM, BodyLabel.BACKGROUND))
    gap = outside & near(hand, 0.15 * figure.unit) & near(bottom, 0.08 * figure.unit)
    assert gap.sum() > 100
    found = cleared(np.where(gap, np.uint8(BodyLabel.BOTTOM), person.labels))
    clear = cv2.erode(gap.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert (found[clear] == BodyLabel.BACKGROUND).mean() > 0.8


def test_an_inner_leg_taken_for_a_gap_is_leg_again() -> None:
    person, figure, stance = scene()
    knee = int(np.mean([leg.path[20, 1] for leg in stance.legs.values()]))
    inside = np.zeros(person.labels.shape, bool)
    left, right = sorted(float(leg.path[20, 0]) for leg in stance.legs.values())
    inside[knee - round(0.3 * figure.unit) : knee, int(left) + 2 : int(right) - 2] = True
    inner = inside & (person.labels == BodyLabel.BOTTOM)
    assert inner.sum() > 200
    found = cleared(np.where(inner, np.uint8(BodyLabel.BACKGROUND), person.labels))
    assert (found[inner] == BodyLabel.BOTTOM).mean() > 0.8
    assert not ((found == BodyLabel.BOTTOM) & (person.labels == BodyLabel.BACKGROUND)).sum() > 50


def test_labels_without_mistakes_stay() -> None:
    person, _, _ = scene()
    assert (cleared(person.labels) != person.labels).mean() < 0.002


@pytest.mark.parametrize("begins", [0.8, 0.94])
def test_wide_trousers_fall_over_boots_and_narrow_ones_are_tucked_in(begins: float) -> None:
    person, _, stance = scene()
    leg = stance.legs["left"]
    top, hem, foot = (int(np.interp(s, LEG_STATIONS, leg.path[:, 1])) for s in (begins, 0.98, 1.08))
    x, half = int(leg.path[-1, 0]), max(4, round(0.05 * leg.length))
    labels = np.where(person.labels == BodyLabel.SHOES, np.uint8(BodyLabel.BACKGROUND), person.labels)
    labels[top:foot, x - half : x + half] = BodyLabel.SHOES
    booted = replace(person, labels=labels)
    for width, over in ((half * 2, True), (half // 3, False)):
        cloth = np.zeros(labels.shape, np.float32)
        cloth[:hem, x - width : x + width] = 1.0
        found, closed = over_boots(booted, cloth, stance, 1.0)
        shaft = found.labels[top : hem - 2, x - half : x + half]
        assert (shaft == (BodyLabel.BOTTOM if over else BodyLabel.SHOES)).all()
        assert (found.labels[hem + 4 : foot, x - half : x + half] == BodyLabel.SHOES).all()
        assert (closed >= cloth).all()


def test_a_made_up_thigh_begins_as_wide_as_the_knee_is_seen() -> None:
    expected = np.interp(LEG_STATIONS, [0.0, 0.5, 1.15], [50.0, 30.0, 16.0]).astype(np.float32)
    bare = LEG_STATIONS > 0.45
    outer = np.where(bare, expected * 0.8, expected * 1.6).astype(np.float32)
    inner = np.where(bare, expected * 1.1, expected * 1.6).astype(np.float32)
    found = bare_halves(outer, inner, np.full_like(expected, 200.0), expected, bare)
    first = int(np.flatnonzero(bare)[0])
    for widths, seen in zip(found, (outer, inner), strict=True):
        assert abs(float(widths[first] - seen[first])) < 1.0
        assert np.abs(np.diff(widths[: first + 2])).max() < 2.5
        assert widths[4] > widths[first]


def test_a_broad_ankle_makes_no_broad_knee_and_a_broad_calf_does() -> None:
    """What is seen of a leg is a third wider than usual: below a long skirt a lifted foot, below shorts the leg."""
    expected = (BARE_LEG * 480).astype(np.float32)
    knee = int(np.argmin(np.abs(LEG_STATIONS - 0.5)))
    wider = {}
    for hem in (0.88, 0.6):
        bare = hem < LEG_STATIONS
        seen = np.where(bare, 1.35 * expected, 70).astype(np.float32)
        outer, _ = bare_halves(seen, seen, np.full_like(expected, 200.0), expected, bare)
        wider[hem] = outer[knee] / expected[knee]
    assert wider[0.88] < 1.2
    assert wider[0.6] > 1.25
