"""The light of a bare upper body: round, without edges, and the same on both sides."""

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.bare_form import arm_share, rim_form, shoulder_form, torso_form
from tryon.engines.local.figure import Figure, measure_figure


def _figure() -> tuple[Figure, tuple[int, ...]]:
    person = person_of("people/3_posture.jpg")
    return measure_figure(person), person.labels.shape


def _along(field: np.ndarray, figure: Figure, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """The field on the straight way between two places (across, down) in units from the shoulders' middle."""
    ways = np.linspace(start, end, 120) * figure.unit
    spots = figure.shoulder_middle + ways[:, :1] * figure.across + ways[:, 1:] * figure.down
    columns, rows = np.rint(spots).astype(int).T
    return field[np.clip(rows, 0, field.shape[0] - 1), np.clip(columns, 0, field.shape[1] - 1)]


def test_the_chest_is_brightest_near_its_middle_and_alike_at_both_sides() -> None:
    figure, shape = _figure()
    form = torso_form(figure, shape)
    left, right = (_along(form, figure, (0.0, 0.2), (side * 0.5, 0.2)) for side in (1, -1))
    assert np.abs(left - right).max() < 0.03
    assert left[40:70].mean() > left[-20:].mean()
    assert np.ptp(left) < 0.5


def test_the_form_has_no_edges() -> None:
    figure, shape = _figure()
    form = torso_form(figure, shape)
    steps = max(np.abs(np.diff(form, axis=axis)).max() for axis in (0, 1))
    assert steps * figure.unit < 12


def test_the_arm_s_inner_side_is_no_edge_above_the_armpit() -> None:
    across = np.linspace(-1.4, 1.4, 57, dtype=np.float32)
    above, below = (arm_share(np.full_like(across, station), across) for station in (0.15, 0.5))
    assert above[across < -0.5].max() < 0.05
    assert above[(across > 0.5) & (across < 1.0)].min() > 0.7
    assert below[np.abs(across) < 1.0].min() > 0.95
    assert max(np.abs(np.diff(above)).max(), np.abs(np.diff(below)).max()) < 0.25


def test_a_body_turns_away_at_its_outline_alone() -> None:
    body = np.zeros((100, 100), bool)
    body[20:80, 20:80] = True
    rim = rim_form(body, 100.0)
    assert rim[50, 20] < rim[50, 24] < rim[50, 50]
    assert abs(float(rim[50, 50])) < 0.01


def test_the_throat_is_darker_than_the_chest_and_the_shoulder_s_top_than_neither() -> None:
    figure, shape = _figure()
    form = torso_form(figure, shape)
    throat, chest, shoulder = (
        _along(form, figure, spot, spot)[0] for spot in ((0.0, -0.25), (0.0, 0.2), (0.45, -0.02))
    )
    assert throat < shoulder < chest


def test_light_falls_on_the_shoulder_s_top_and_not_into_the_crease_before_the_armpit() -> None:
    top, crease, forearm = (
        float(shoulder_form(np.asarray([station], np.float32), np.asarray([across], np.float32))[0])
        for station, across in ((0.0, 0.5), (0.17, -0.66), (0.7, 0.0))
    )
    assert crease < -0.3 < 0.1 < top
    assert abs(forearm) < 0.01
