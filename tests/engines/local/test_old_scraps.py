"""Scraps of the old garment under another name: drawn into a real photo's labels, they are found again."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.dressing import crop_person, tidied, working_box
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.old_scraps import _hanging_on, with_scraps
from tryon.engines.local.raster import among, bits, shrunk

STRIP_UNITS = 0.06


def _scene(wall: bool = True) -> tuple[PersonAnalysis, Figure]:
    person = person_of("people/3_posture.jpg")
    if wall:
        picture = person.picture.copy()
        picture[person.labels == BodyLabel.BACKGROUND] = (214, 208, 200)
        person = replace(person, picture=picture)
    small = tidied(crop_person(person, working_box(person)))
    return small, measure_figure(small)


@pytest.mark.parametrize("name", [BodyLabel.BACKGROUND, BodyLabel.BOTTOM])
def test_a_strip_of_the_top_under_another_name_is_the_top_again(name: BodyLabel) -> None:
    person, figure = _scene()
    top = (person.labels == BodyLabel.TOP).astype(np.uint8)
    reach = 2 * round(STRIP_UNITS * figure.unit) + 1
    strip = (top - cv2.erode(top, np.ones((reach, reach), np.uint8))) > 0
    strip[: int(figure.at_level(0.4)[1])] = strip[int(figure.at_level(0.8)[1]) :] = False
    labels = np.where(strip, np.uint8(name), person.labels)
    found = with_scraps(replace(person, labels=labels), figure.unit, BodyLabel.TOP)
    assert strip.sum() > 500
    assert (found.labels[strip] == BodyLabel.TOP).mean() > 0.8


def test_a_strip_of_a_dress_under_the_name_of_the_arm_is_dress_again() -> None:
    person, figure = _scene()
    dress = among(person.labels, (BodyLabel.TOP, BodyLabel.BOTTOM))
    rows, columns = np.indices(dress.shape)
    check = np.asarray([(203, 160, 140), (112, 84, 80), (238, 222, 214)], np.uint8)
    picture = np.where(dress[..., None], check[(rows // 2 + columns // 3) % 3], person.picture)
    strip = (bits(dress) - shrunk(bits(dress), round(STRIP_UNITS / 2 * figure.unit))) > 0
    strip[: int(figure.at_level(0.5)[1])] = strip[int(figure.at_level(1.1)[1]) :] = False
    labels = np.where(strip, np.uint8(BodyLabel.ARM), person.labels)
    arm = np.s_[: round(0.8 * figure.unit), : round(0.2 * figure.unit)]
    picture[arm], labels[arm] = (226, 186, 166), BodyLabel.ARM
    found = with_scraps(replace(person, picture=picture, labels=labels), figure.unit, BodyLabel.TOP).labels
    beside_top = strip & (person.labels == BodyLabel.TOP)
    assert beside_top.sum() > 500
    assert (found[beside_top] == BodyLabel.TOP).mean() > 0.8
    given = strip & (person.labels == BodyLabel.BOTTOM) & (found != BodyLabel.ARM)
    assert (found[given] == BodyLabel.BOTTOM).mean() > 0.9


@pytest.mark.parametrize(("better", "size", "kept"), [(2.0, 20, True), (1.2, 20, False), (2.0, 6, False)])
def test_a_large_piece_is_a_scrap_if_its_average_says_so(better: float, size: int, kept: bool) -> None:
    worn, likely = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    worn[:, :40] = True
    likely[40 : 40 + size, 40 : 40 + size] = True
    sure, unit = np.zeros_like(likely), 150.0
    found = _hanging_on(worn, likely, sure, np.full(worn.shape, better, np.float32), unit)
    assert (found == (likely & kept)).all()


def test_what_has_the_colours_of_its_own_name_stays() -> None:
    person, figure = _scene()
    found = with_scraps(person, figure.unit, BodyLabel.TOP)
    assert (found.labels != person.labels).sum() < 0.002 * (person.labels == BodyLabel.TOP).sum()


def test_of_a_room_full_of_things_nothing_is_taken_for_the_top() -> None:
    person, figure = _scene(wall=False)
    found = with_scraps(person, figure.unit, BodyLabel.TOP)
    assert (found.labels[person.labels == BodyLabel.BACKGROUND] == BodyLabel.BACKGROUND).all()


def test_what_is_held_beside_the_top_is_none_of_it() -> None:
    person, figure = _scene()
    rows, columns = np.nonzero(person.labels == BodyLabel.HAND)
    picture, held = person.picture.copy(), np.zeros(person.labels.shape, np.uint8)
    cv2.circle(held, (int(np.median(columns)), int(np.median(rows))), round(0.35 * figure.unit), 1, -1)
    held[person.labels != BodyLabel.BACKGROUND] = 0
    picture[held > 0] = (0, 255, 0)
    found = with_scraps(replace(person, picture=picture), figure.unit, BodyLabel.TOP)
    assert held.sum() > 200
    assert (found.labels[held > 0] == BodyLabel.TOP).mean() < 0.02
