"""What an old top leaves on trousers and skirts: its hem's line, its ties, and what it hid of them."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.bared_bottom import at_old_hem
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.hanging_ties import hanging_ties, without_ties
from tryon.engines.local.hem_target import is_tucked_in, waist_line, waistband_level
from tryon.engines.local.linear import to_linear
from tryon.engines.local.over_bottom import MOST_UNITS, over_bottom

JEANS, WHITE = (70, 90, 120), (235, 235, 240)


def _drawn(person: PersonAnalysis) -> tuple[PersonAnalysis, int, int]:
    """The person in a flat white top over flat jeans, with the row of the waist and the body's middle column."""
    figure = measure_figure(person)
    waist, middle = round(float(figure.at_level(0.85)[1])), round(float(figure.hip_middle[0]))
    worn = (person.labels == BodyLabel.TOP) | (person.labels == BodyLabel.BOTTOM)
    rows = np.arange(len(worn))[:, None]
    labels = np.where(worn, np.where(rows < waist, BodyLabel.TOP, BodyLabel.BOTTOM), person.labels).astype(np.uint8)
    picture = person.picture.copy()
    picture[labels == BodyLabel.TOP], picture[labels == BodyLabel.BOTTOM] = WHITE, JEANS
    return replace(person, labels=labels, picture=picture), waist, middle


def test_the_edge_between_old_top_and_bottom_fades_out_on_the_bottom_alone() -> None:
    labels = np.full((60, 40), BodyLabel.BACKGROUND, np.uint8)
    labels[:20, 10:30], labels[20:, 10:30] = BodyLabel.TOP, BodyLabel.BOTTOM
    edge = at_old_hem(labels, 10)
    assert edge[21, 20] > 0.85
    assert 0.0 < edge[28, 20] < 0.5
    assert edge[45, 20] == 0
    assert not edge[labels == BodyLabel.BACKGROUND].any()


def test_ties_that_hang_over_jeans_become_jeans() -> None:
    person, waist, middle = _drawn(person_of("people/3_posture.jpg"))
    assert not hanging_ties(person, measure_figure(person).unit).any()
    person.picture[waist : waist + 14, middle : middle + 3] = WHITE
    ties = hanging_ties(person, measure_figure(person).unit)
    assert ties[waist + 6, middle + 1]
    assert not ties[waist + 6, middle - 30]
    plain = without_ties(to_linear(person.picture), person, ties)
    jeans = to_linear(np.full((1, 1, 3), JEANS, np.uint8))[0, 0]
    assert np.abs(plain[waist + 6, middle + 1] - jeans).max() < 0.05


def test_behind_folded_hands_the_waistband_is_at_their_upper_edge() -> None:
    person, waist, middle = _drawn(person_of("people/3_posture.jpg"))
    figure = measure_figure(person)
    labels, half = person.labels.copy(), round(0.7 * figure.unit)
    hands = np.s_[waist - 8 : waist + 12, middle - half : middle + half]
    worn = (labels == BodyLabel.TOP) | (labels == BodyLabel.BOTTOM)
    labels[hands] = np.where(worn[hands], BodyLabel.HAND, labels[hands])
    folded = replace(person, labels=labels)
    level = waistband_level(folded, figure)
    assert level is not None
    upper_edge = np.asarray([figure.at_level(level)[0], waist - 8], np.float32)
    assert abs(level - figure.level_of(upper_edge)) < 0.03
    assert is_tucked_in(folded, figure, level)
    assert waist_line(folded, figure, level).shape[1] == 2


def test_a_tucked_top_ends_nowhere_above_an_uneven_waistband() -> None:
    person, waist, middle = _drawn(person_of("people/3_posture.jpg"))
    figure = measure_figure(person)
    labels = person.labels.copy()
    half = round(0.08 * figure.unit)
    notch = np.s_[waist : waist + round(0.02 * figure.torso_length), middle - half : middle + half]
    labels[notch] = BodyLabel.MIDRIFF
    uneven = replace(person, labels=labels)
    level = waistband_level(uneven, figure)
    assert level is not None
    line = waist_line(uneven, figure, level)
    rows = np.interp(np.arange(middle - half, middle + half), line[:, 0], line[:, 1])
    assert rows.min() >= notch[0].stop - 1
    assert rows.max() < notch[0].stop + 0.06 * figure.torso_length


def test_one_piece_of_cloth_has_no_waistband_to_tuck_into() -> None:
    person, _, _ = _drawn(person_of("people/3_posture.jpg"))
    figure = measure_figure(person)
    apart = is_tucked_in(person, figure, waistband_level(person, figure))
    dress = person.picture.copy()
    dress[person.labels == BodyLabel.TOP] = JEANS
    one = replace(person, picture=dress)
    assert apart
    assert not is_tucked_in(one, figure, waistband_level(one, figure))


def test_a_hanging_top_covers_the_bottom_beside_it_and_is_widened_by_little() -> None:
    person, _, _ = _drawn(person_of("people/3_posture.jpg"))
    figure = measure_figure(person)
    levels = np.linspace(0.4, 1.0, 9)
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    narrow = {"left": 0.3, "right": -0.3}
    sides = {side: (centre + half * figure.unit * figure.across).astype(np.float32) for side, half in narrow.items()}
    wider = over_bottom(person, figure, sides)
    for side in sides:
        moved = np.linalg.norm(wider[side] - sides[side], axis=1)
        assert moved.max() <= (MOST_UNITS + 0.01) * figure.unit
        assert moved[-1] > 1
        assert moved[0] == 0
