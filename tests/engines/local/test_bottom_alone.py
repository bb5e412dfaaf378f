"""The bottom continued under the old top: nothing but the bottom, and no wider than it is seen to be."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bottom_alone import as_wide_as_seen, with_bottom_alone
from tryon.engines.local.calm_waist import with_calm_waist
from tryon.engines.local.linear import to_linear
from tryon.engines.local.surroundings import bottom_continued

BLUE, RED = (40, 60, 160), (200, 20, 30)


def trousers_beside_a_sleeve() -> np.ndarray:
    """(160, 120) trousers up to column 79, a sleeve from there to column 99 down to row 99."""
    labels = np.full((160, 120), BodyLabel.BACKGROUND, np.uint8)
    labels[20:, 30:80] = BodyLabel.BOTTOM
    labels[:100, 80:100] = BodyLabel.TOP
    labels[:20, 30:100] = BodyLabel.TOP
    return labels


def test_a_sleeve_beside_the_bottom_is_not_taken_for_it() -> None:
    picture = np.full((160, 120, 3), RED, np.uint8)
    shown = np.zeros((160, 120), np.uint8)
    picture[20:, 30:80], shown[20:, 30:80] = BLUE, 1
    needed = np.zeros(shown.shape, bool)
    needed[40:90, 70:95] = True
    mended = with_bottom_alone(to_linear(picture), shown, needed)
    assert np.abs(mended[needed] - to_linear(np.full((1, 1, 3), BLUE, np.uint8))[0, 0]).max() < 0.02
    np.testing.assert_array_equal(mended[~needed], to_linear(picture)[~needed])


def test_a_narrow_bridge_beside_the_bottom_stays_as_it_is() -> None:
    picture, shown = np.full((160, 120, 3), RED, np.uint8), np.zeros((160, 120), np.uint8)
    picture[20:, 30:80], shown[20:, 30:80] = BLUE, 1
    shown[60:64, 80:110] = 1
    mended = with_bottom_alone(to_linear(picture), shown, np.ones(shown.shape, bool) & (shown > 0))
    np.testing.assert_array_equal(mended[60:64, 84:], to_linear(picture)[60:64, 84:])


def test_where_no_bottom_is_seen_nearby_everything_stays() -> None:
    light = to_linear(np.full((60, 60, 3), RED, np.uint8))
    assert with_bottom_alone(light, np.zeros((60, 60), np.uint8), np.ones((60, 60), bool)) is light


def test_the_bottom_under_a_real_top_shows_none_of_it() -> None:
    person = person_of("people/3_posture.jpg")
    labels = person.labels
    picture = person.picture.copy()
    picture[labels != BodyLabel.BOTTOM] = (255, 0, 255)
    rows, columns = np.nonzero(labels == BodyLabel.BOTTOM)
    needed = np.zeros(labels.shape, bool)
    needed[rows.min() : rows.min() + 60, columns.min() : columns.max()] = True
    needed &= labels != BodyLabel.BOTTOM
    found = bottom_continued(person, to_linear(picture), 3.0, needed)[needed]
    pink = (found[:, 0] > 0.5) & (found[:, 2] > 0.5) & (found[:, 1] < 0.2)
    assert pink.mean() < 0.01


def test_beside_a_sleeve_the_bottom_goes_on_as_wide_as_below_it() -> None:
    below = np.zeros((160, 120), np.float32)
    below[10:140, 20:110] = 1.0
    narrowed = as_wide_as_seen(below, trousers_beside_a_sleeve(), 50.0)
    assert narrowed[30:140, 82:].max() == 0
    assert narrowed[30:140, 30:80].min() == 1


@pytest.mark.parametrize("beside", [BodyLabel.BACKGROUND, BodyLabel.HAND])
def test_above_the_seen_bottom_no_flap_stands_off_it(beside: BodyLabel) -> None:
    labels = np.full((160, 120), beside, np.uint8)
    labels[20:, 30:80] = BodyLabel.BOTTOM
    labels[:20, 20:100] = BodyLabel.TOP
    narrowed = as_wide_as_seen(np.ones(labels.shape, np.float32), labels, 100.0)
    assert narrowed[:20, 32:78].min() == 1
    assert max(narrowed[:20, :27].max(), narrowed[:20, 83:].max()) == 0


def test_the_shade_of_a_hem_wider_than_the_bottom_is_no_bottom() -> None:
    labels = np.full((160, 160), BodyLabel.BACKGROUND, np.uint8)
    labels[:80, 30:130] = BodyLabel.TOP
    labels[80:, 40:120] = BodyLabel.BOTTOM
    labels[80:82, 30:130] = BodyLabel.BOTTOM
    person = replace(person_of("people/3_posture.jpg"), labels=labels)
    calm = with_calm_waist(person, 150.0).labels
    assert not (calm[:, 30:39] == BodyLabel.BOTTOM).any()
    assert (calm[84:, 41:119] == BodyLabel.BOTTOM).all()


def test_trousers_that_widen_below_a_sleeve_widen_evenly_behind_it() -> None:
    labels = trousers_beside_a_sleeve()
    labels[20:40, 80:100] = BodyLabel.BACKGROUND
    labels[100:, 80:90] = BodyLabel.BOTTOM
    narrowed = as_wide_as_seen(np.ones(labels.shape, np.float32), labels, 50.0)
    ends = narrowed.sum(axis=1)
    assert ends[50] < ends[70] < ends[90]


def test_a_bridge_from_the_bottom_to_a_hand_does_not_widen_it() -> None:
    labels = trousers_beside_a_sleeve()
    labels[50:52, 80:110] = BodyLabel.BOTTOM
    narrowed = as_wide_as_seen(np.ones(labels.shape, np.float32), labels, 50.0)
    assert narrowed[48:54, 84:].max() == 0
