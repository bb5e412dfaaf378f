"""Collar bones, the notch between them and the groove beside the shoulder, placed by the landmarks."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bare_bones import bones_form, notch_of
from tryon.engines.local.bare_chest_tone import BRIGHTER, BRIGHTEST, LESS_RED, less_red, too_bright, with_highlights
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.linear import luminance, to_linear


def _at(field: np.ndarray, figure: Figure, across: float, down: float) -> np.ndarray:
    """The field around a place in units from the shoulders' middle."""
    x, y = np.rint(figure.shoulder_middle + figure.unit * (across * figure.across + down * figure.down)).astype(int)
    reach = max(1, round(0.01 * figure.unit))
    return np.asarray(field[y - reach : y + reach + 1, x - reach : x + reach + 1].mean(axis=(0, 1)))


def test_a_shade_lies_above_the_lit_collar_bone_and_both_are_strong_enough_to_be_seen() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    form = bones_form(figure, person.labels.shape)
    middle, notch = notch_of(figure)
    for sign in (1, -1):
        column = [float(_at(form, figure, middle + sign * 0.2, notch + step)) for step in np.arange(-0.1, 0.16, 0.01)]
        shade = int(np.argmin(column))
        assert column[shade] < -0.25
        assert max(column[shade : shade + 8]) > 0.03
    assert float(_at(form, figure, middle, notch)) < -0.2
    assert np.abs(_at(form, figure, 0.0, 0.7)) < 0.02


def test_the_bones_follow_shoulders_that_are_raised() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    raised = figure.shoulder_tip["left"] - figure.down * np.float32(0.12 * figure.unit)
    other = replace(figure, shoulder_tip={**figure.shoulder_tip, "left": raised})
    height = []
    for body in (figure, other):
        form, (middle, notch) = bones_form(body, person.labels.shape), notch_of(body)
        steps = np.arange(-0.2, 0.1, 0.01)
        height.append(steps[np.argmin([float(_at(form, body, middle + 0.3, notch + step)) for step in steps])])
    assert height[1] < height[0] - 0.03


def test_shades_are_deeper_on_the_side_away_from_the_light() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    form = bones_form(figure, person.labels.shape, 0.25)
    middle, notch = notch_of(figure)
    lit, away = (min(float(_at(form, figure, middle + sign * 0.2, notch + step)) for step in np.arange(-0.1, 0.1, 0.01))
                 for sign in (1, -1))  # fmt: skip
    assert away < lit - 0.05


def test_a_hidden_chest_is_less_red_than_the_rest_and_a_seen_one_is_left_alone() -> None:
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    hidden = np.where(person.labels == BodyLabel.NECK, np.uint8(BodyLabel.TOP), person.labels)
    factor = less_red(replace(person, labels=hidden), figure)
    np.testing.assert_allclose(np.log(_at(factor, figure, 0.0, 0.2)), LESS_RED, atol=1e-3)
    np.testing.assert_allclose(_at(factor, figure, 0.0, -0.3), 1.0, atol=1e-3)
    np.testing.assert_allclose(_at(factor, figure, 0.6, 0.2), 1.0, atol=1e-3)
    seen = less_red(replace(person, labels=np.full_like(hidden, BodyLabel.NECK)), figure)
    np.testing.assert_allclose(seen, 1.0, atol=1e-3)


def test_a_chest_is_not_much_brighter_than_the_brightest_skin_seen() -> None:
    person = person_of("people/3_posture.jpg")
    photo = np.full(person.picture.shape, 0.2, np.float32)
    own = float(np.log(luminance(photo)[0, 0]))
    for shine, most in zip((0.0, 1.0), BRIGHTER, strict=True):
        assert too_bright(person, photo, own + most - 0.1, shine) == 0.0
        np.testing.assert_allclose(too_bright(person, photo, own + most + 0.2, shine), 0.2, atol=1e-3)
    unseen = replace(person, labels=np.zeros_like(person.labels))
    assert too_bright(unseen, to_linear(person.picture), 0.0, 0.0) == 0.0


def test_a_chest_is_no_whiter_than_chests_are_unless_the_rest_is() -> None:
    person = person_of("people/3_posture.jpg")
    for light in (0.65, 0.8):
        photo = np.full(person.picture.shape, light, np.float32)
        own = float(np.log(luminance(photo)[0, 0]))
        np.testing.assert_allclose(0.0 - too_bright(person, photo, 0.0, 0.0), max(own, BRIGHTEST), atol=1e-3)


def test_skin_that_shines_shows_more_of_what_is_lit_than_of_what_is_shaded() -> None:
    form = np.asarray([-0.2, 0.0, 0.2], np.float32)
    np.testing.assert_array_equal(with_highlights(form, 0.0), form)
    shaded, flat, lit = with_highlights(form, 1.0)
    assert flat == 0.0
    assert lit > 2.0 * form[2]
    assert form[0] > shaded > 2.0 * form[0]
