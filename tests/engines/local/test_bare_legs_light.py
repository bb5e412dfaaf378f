"""The light on legs that are made up: told by the legs themselves, else by face and top."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.bare_legs import MOST_RELIEF, PALER, TILT, _form, _leg_tone, _tilt
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Stance, measure_stance
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.linear import Linear, to_linear
from tryon.engines.local.skin_tone import SkinTone, learn_tone


@pytest.fixture(scope="module")
def person() -> PersonAnalysis:
    return person_of("people/3_posture.jpg")


@pytest.fixture(scope="module")
def stance(person: PersonAnalysis) -> Stance:
    return measure_stance(person, measure_figure(person))


def _brighter(photo: Linear, where: np.ndarray, towards: float) -> Linear:
    """The light with `where` even in itself, but brighter (log) to the picture's right by so much over its width."""
    lit = photo.copy()
    columns = np.nonzero(where)[1].astype(np.float32)
    share = (columns - columns.mean()) / (columns.max() - columns.min())
    lit[where] = (0.3 * np.exp(towards * share))[:, None]
    return lit


def test_face_and_top_tell_the_light_on_legs_in_trousers(person: PersonAnalysis, stance: Stance) -> None:
    labels = np.where(person.labels == BodyLabel.LEG, np.uint8(BodyLabel.BOTTOM), person.labels)
    clothed = replace(person, labels=labels)
    photo = to_linear(person.picture)
    shown = np.isin(labels, (BodyLabel.HEAD, BodyLabel.TOP))
    right, left = (_tilt(clothed, _brighter(photo, shown, towards), stance) for towards in (2.0, -2.0))
    assert right == pytest.approx(TILT[1])
    assert left == pytest.approx(-TILT[1])
    folds = _brighter(_brighter(photo, shown, 2.0), labels == BodyLabel.BOTTOM, -3.0)
    assert _tilt(clothed, folds, stance) == right


def test_bare_legs_tell_it_better(person: PersonAnalysis, stance: Stance) -> None:
    bare = replace(
        person,
        labels=np.where(person.labels == BodyLabel.BOTTOM, np.uint8(BodyLabel.LEG), person.labels),
    )
    photo = _brighter(to_linear(person.picture), np.isin(person.labels, (BodyLabel.HEAD, BodyLabel.TOP)), 2.0)
    assert _tilt(bare, _brighter(photo, bare.labels == BodyLabel.LEG, -3.0), stance) < 0


def test_legs_are_a_little_darker_than_the_hands_that_tell_their_tone(person: PersonAnalysis) -> None:
    photo = to_linear(person.picture)
    hands, legs = learn_tone(person, photo), _leg_tone(person, photo, of_legs=False)
    assert hands.level - 0.2 < legs.level < hands.level
    assert np.ptp(legs.colour(hands.level)) > (1 - 2 * PALER) * np.ptp(hands.colour(hands.level))


def test_wide_hips_make_wide_thighs_but_no_wide_ankles(person: PersonAnalysis) -> None:
    figure = measure_figure(person)
    usual, heavy = (
        measure_stance(person, replace(figure, bare={side: width * share for side, width in figure.bare.items()}))
        for share in (1.0, 1.6)
    )
    ratio = heavy.legs["left"].bare_outer / usual.legs["left"].bare_outer
    ankle = int(np.searchsorted(LEG_STATIONS, 1.0))
    assert ratio[ankle] < 1.06


def test_hard_light_makes_no_bulbs_of_knees() -> None:
    station, across = np.meshgrid(np.linspace(0, 1, 50), np.linspace(-1, 1, 20), indexing="ij")
    place, box = (station.astype(np.float32), across.astype(np.float32)), (slice(0, 100), slice(0, 40))
    tone = SkinTone(-0.9, MOST_RELIEF, np.zeros(3, np.float32), np.ones(3, np.float32))
    soft, hard, usual = (
        _form(place, box, replace(tone, contrast=contrast), 0.1, 1.0) for contrast in (0.8, 1.5, MOST_RELIEF)
    )
    np.testing.assert_array_equal(hard, usual)
    assert soft.std() < usual.std()
