"""Where a new bottom begins: the old one's upper edge as a fair line, its ends, and what hangs out from under a top."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.bottoms_pattern import COLUMNS, SKIRT_ROWS
from tryon.engines.local.bottoms_pockets import with_whole_waist
from tryon.engines.local.bottoms_seat import OPENS, from_under_top, half_at, place_seat, waist_row
from tryon.engines.local.bottoms_stance import measure_stance
from tryon.engines.local.bottoms_waist import upper_edge, with_fair_waist
from tryon.engines.local.figure import Figure, measure_figure


def _parted(drop: float = 0.0) -> tuple[PersonAnalysis, Figure, int, int]:
    """A person whose top and bottom meet in a level line, that row and the body's middle column; beside the hips a
    sleeve's edge goes down steeply by `drop` units."""
    person = person_of("people/3_posture.jpg")
    figure = measure_figure(person)
    waist, middle = round(float(figure.at_level(0.85)[1])), round(float(figure.hip_middle[0]))
    height, width = person.labels.shape
    labels, half = np.zeros((height, width), np.uint8), round(0.5 * figure.unit)
    rows, columns = np.mgrid[0:height, 0:width]
    body = np.abs(columns - middle) < half
    beside = np.clip((columns - middle - 0.35 * figure.unit) * 4.0, 0.0, drop * figure.unit)
    labels[body] = np.where(rows < waist + beside, BodyLabel.TOP, BodyLabel.BOTTOM)[body]
    return replace(person, labels=labels), figure, waist, middle


def test_the_waistband_ends_where_its_edge_goes_down_along_a_sleeve() -> None:
    person, figure, waist, middle = _parted(drop=0.6)
    edge = upper_edge(person, figure)
    assert np.abs(edge[middle : middle + round(0.9 * figure.unit)] - waist).max() < 0.08 * figure.unit


def test_teeth_of_the_old_waistband_become_a_fair_line_that_leaves_none_of_it_above() -> None:
    person, figure, waist, middle = _parted(drop=0.6)
    tooth, half = round(0.02 * figure.unit), round(0.3 * figure.unit)
    labels = person.labels.copy()
    for column in range(middle - half, middle + half, 4 * tooth):
        labels[waist : waist + tooth, column : column + 2 * tooth] = BodyLabel.TOP
    fair = with_fair_waist(replace(person, labels=labels), figure).labels
    first = (fair[:, middle - half : middle + half] == BodyLabel.BOTTOM).argmax(axis=0)
    assert np.ptp(first) <= 2
    assert abs(float(np.median(first)) - waist) <= tooth / 2 + 1
    sleeve = np.s_[:, middle + round(0.45 * figure.unit) :]
    assert np.array_equal(fair[sleeve], labels[sleeve])


def _in_colours(person: PersonAnalysis, border: int = 0) -> PersonAnalysis:
    """The person with a white top over black trousers, a dark green border of so many rows between them."""
    picture = np.full_like(person.picture, 128)
    picture[person.labels == BodyLabel.TOP], picture[person.labels == BodyLabel.BOTTOM] = 235, 30
    bottom = person.labels == BodyLabel.BOTTOM
    below = np.vstack([np.zeros_like(bottom[:border]), bottom[: len(bottom) - border]])
    picture[bottom & ~below] = (20, 90, 60)
    return replace(person, picture=picture)


def test_a_strip_of_the_old_waistband_that_passed_for_the_top_goes_with_it() -> None:
    person, figure, waist, middle = _parted()
    strip, half = round(0.05 * figure.unit), round(0.3 * figure.unit)
    labels = person.labels.copy()
    labels[waist : waist + strip][labels[waist : waist + strip] > 0] = BodyLabel.TOP
    fair = with_fair_waist(replace(_in_colours(person), labels=labels), figure).labels
    first = (fair[:, middle - half : middle + half] == BodyLabel.BOTTOM).argmax(axis=0)
    assert np.abs(first - waist).max() <= 1


def test_a_border_along_the_hem_stays_with_the_top() -> None:
    person, figure, waist, middle = _parted()
    border, half = round(0.05 * figure.unit), round(0.3 * figure.unit)
    labels = person.labels.copy()
    labels[waist : waist + border][labels[waist : waist + border] > 0] = BodyLabel.TOP
    fair = with_fair_waist(replace(_in_colours(person, border), labels=labels), figure).labels
    first = (fair[:, middle - half : middle + half] == BodyLabel.BOTTOM).argmax(axis=0)
    assert np.abs(first - waist - border).max() <= 1


def test_a_curved_waistband_keeps_its_curve() -> None:
    person, figure, waist, middle = _parted()
    columns = np.arange(person.labels.shape[1])
    curve = waist + 0.3 * (columns - middle) ** 2 / figure.unit
    body = person.labels > 0
    rows = np.arange(len(person.labels))[:, None]
    labels = np.where(body, np.where(rows < curve, BodyLabel.TOP, BodyLabel.BOTTOM), 0).astype(np.uint8)
    fair = with_fair_waist(replace(person, labels=labels), figure).labels
    assert np.mean(fair != labels) < 0.0005


def test_a_waist_that_is_filled_up_goes_over_into_the_hips_without_a_tooth() -> None:
    labels = np.zeros((200, 200), np.uint8)
    labels[50:, 40:160] = BodyLabel.BOTTOM
    opacity = np.zeros(labels.shape, np.float32)
    opacity[45:, 48:152] = 1.0
    edge = np.full(200, 50, np.float32)
    wider = with_whole_waist(opacity, labels, edge, 100.0, flared=False)
    assert (wider >= opacity).all()
    side = (wider[60:] > 0.5).argmax(axis=1)
    assert side[0] <= 42
    assert np.abs(np.diff(side)).max() <= 1


def test_a_skirt_comes_out_from_under_a_top_no_wider_than_that() -> None:
    person, figure, _, _ = _parted()
    stance = replace(measure_stance(person, figure), waist_hidden=True, waist_level=1.0)
    share = np.linspace(-1.0, 1.0, COLUMNS)
    along = np.linspace(0.8, 1.8, SKIRT_ROWS) * figure.torso_length
    centre = figure.shoulder_middle + np.outer(along, figure.down)
    wide = 0.9 * figure.unit
    grid = (centre[:, None] + (share[:, None] * figure.across * wide)[None]).astype(np.float32)
    narrower = from_under_top(grid, figure, stance)
    halves = (narrower[:, -1] - centre) @ figure.across
    at_hem = int(np.searchsorted(along, figure.torso_length))
    limit = max(half_at(figure, "left", 1.0) + OPENS * (along[at_hem] - figure.torso_length), 0.75 * wide)
    assert halves[at_hem] <= limit + 1
    assert abs(halves[-1] - wide) < 1


def _flaring(rises: float) -> tuple[PersonAnalysis, Figure]:
    """A person in a skirt whose waistband rises by `rises` units to its sides, and flares from there on."""
    person, figure, waist, middle = _parted()
    rows, columns = np.mgrid[0 : len(person.labels), 0 : person.labels.shape[1]]
    aside = np.abs(columns - middle) / figure.unit
    edge = waist - rises * figure.unit * (aside / 0.4) ** 2
    below = (rows - waist) / figure.unit + rises
    labels = np.where((rows < edge) & (aside < 0.38), BodyLabel.TOP, BodyLabel.BACKGROUND)
    labels[(rows >= edge) & (aside < 0.4 + 0.5 * np.maximum(below, 0.0))] = BodyLabel.BOTTOM
    matte = (labels != BodyLabel.BACKGROUND).astype(np.float32)
    person = replace(person, labels=labels.astype(np.uint8), matte=matte)
    return person, measure_figure(person)


def test_a_waistband_that_rises_to_its_sides_stands_off_at_no_corner() -> None:
    person, figure = _flaring(rises=0.15)
    stance = measure_stance(person, figure)
    for end in stance.waist_seen.values():
        assert end.clear
        assert abs(end.half / figure.unit - 0.4) < 0.035
    row = waist_row(figure, stance, stance.waist_level)
    assert np.ptp(row[[0, -1], 0]) < 0.87 * figure.unit
    seat = place_seat(figure, stance, row, {side: leg.path[:2].repeat(2, 0) for side, leg in stance.legs.items()})
    assert np.ptp(seat[0, [0, -1], 0]) < np.ptp(row[[0, -1], 0]) + 4


def test_a_sleeve_beside_the_waistband_makes_it_no_wider() -> None:
    person, figure, waist, middle = _parted()
    labels = person.labels.copy()
    first, last = (round(middle + at * figure.unit) for at in (0.3, 0.5))
    labels[waist - round(0.5 * figure.unit) : waist + round(0.6 * figure.unit), first:last] = BodyLabel.TOP
    person = replace(person, labels=labels, matte=(labels > 0).astype(np.float32))
    figure = measure_figure(person)
    stance = measure_stance(person, figure)
    assert not stance.waist_seen["left"].clear
    row = waist_row(figure, stance, stance.waist_level)
    assert row[-1, 0] - middle < 0.45 * figure.unit
