"""The edge between a sleeve and the bottom it hangs beside: without teeth, and without losing what is narrow."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.calm_sides import with_calm_sides

UNIT = 100.0


def calm(labels: LabelMap) -> LabelMap:
    return with_calm_sides(replace(person_of("people/1_posture.jpg"), labels=labels), UNIT).labels


def sleeve_beside_trousers() -> LabelMap:
    labels = np.full((120, 100), BodyLabel.BACKGROUND, np.uint8)
    labels[:, 20:50], labels[:, 50:80] = BodyLabel.BOTTOM, BodyLabel.TOP
    return labels


def test_teeth_between_a_sleeve_and_the_bottom_are_evened() -> None:
    labels = sleeve_beside_trousers()
    for row in range(10, 110, 10):
        labels[row : row + 2, 50:53] = BodyLabel.BOTTOM
        labels[row + 5 : row + 7, 47:50] = BodyLabel.TOP
    ends = (calm(labels) == BodyLabel.BOTTOM).sum(axis=1)[12:108]
    assert np.abs(np.diff(ends)).max() <= 1
    assert np.ptp(ends) <= 2


def test_a_straight_edge_stays_where_it_is_up_to_the_background() -> None:
    labels = sleeve_beside_trousers()
    np.testing.assert_array_equal(calm(labels), labels)


def test_a_narrow_tie_before_the_bottom_stays_part_of_the_top() -> None:
    labels = np.full((120, 100), BodyLabel.BOTTOM, np.uint8)
    labels[20:60, 40:42] = BodyLabel.TOP
    np.testing.assert_array_equal(calm(labels), labels)
