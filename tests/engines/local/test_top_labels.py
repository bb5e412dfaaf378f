"""Pieces of the old top that pass for hair, skin or bottom: drawn into a real photo's labels, they are found again."""

from dataclasses import replace

import cv2
import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.dressing import crop_person, tidied, with_narrow_neck, working_box
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.shaded_skin import with_skin_in_the_shade
from tryon.engines.local.thin_straps import with_thin_straps
from tryon.engines.local.top_labels import with_belt_loops, with_clear_edges


def _scene() -> tuple[PersonAnalysis, Figure]:
    person = person_of("people/3_posture.jpg")
    small = tidied(crop_person(person, working_box(person)))
    return small, measure_figure(small)


def test_skin_seen_through_a_sleeve_is_sleeve() -> None:
    person, figure = _scene()
    x, y = np.rint(figure.arms["left"].path[7]).astype(int)
    labels = person.labels.copy()
    hole = np.zeros(labels.shape, np.uint8)
    cv2.circle(hole, (int(x), int(y)), 6, 1, -1)
    hole[labels != BodyLabel.TOP] = 0
    labels[hole > 0] = BodyLabel.ARM
    found = with_clear_edges(replace(person, labels=labels), figure).labels
    assert (found[hole > 0] == BodyLabel.TOP).mean() > 0.95


def test_a_green_collar_taken_for_throat_is_a_collar() -> None:
    person, figure = _scene()
    neck = person.labels == BodyLabel.NECK
    top = cv2.dilate((person.labels == BodyLabel.TOP).astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    below_beard = np.arange(len(neck))[:, None] > figure.neck_root["left"][1]
    collar = neck & top & below_beard
    assert collar.sum() > 200
    picture = person.picture.copy()
    picture[collar] = (20, 150, 60)
    found = with_clear_edges(replace(person, picture=picture), figure).labels
    assert (found[collar] == BodyLabel.TOP).mean() > 0.8
    assert (found[neck & ~collar] == BodyLabel.NECK).mean() > 0.9


def test_dark_lines_between_fingers_are_hand_even_where_they_begin_at_a_cuff() -> None:
    person, figure = _scene()
    hand = person.labels == BodyLabel.HAND
    hand[:, : round(float(figure.hip_middle[0]))] = False
    rows, columns = np.nonzero(hand)
    first, middle = int(rows.min()), round(float(columns.mean()))
    cuff, lines = np.zeros(hand.shape, np.uint8), np.zeros(hand.shape, np.uint8)
    cv2.rectangle(cuff, (middle - 20, first), (middle + 20, first + 15), 1, -1)
    for x in (middle - 12, middle, middle + 12):
        cv2.line(lines, (x, first + 10), (x, first + 50), 1, 2)
    picture = person.picture.copy()
    picture[hand & (cuff | lines > 0)] = (30, 30, 36)
    found = with_clear_edges(replace(person, picture=picture), figure).labels
    below = np.arange(len(hand))[:, None] > first + 22
    assert (found[hand & (cuff > 0)] == BodyLabel.TOP).mean() > 0.9
    assert (found[hand & below] == BodyLabel.HAND).mean() > 0.97


def test_a_photo_without_mistakes_keeps_its_labels() -> None:
    person, figure = _scene()
    found = with_clear_edges(person, figure).labels
    assert (found != person.labels).mean() < 0.02


def _with_bare_shoulders(strap: bool, level: float = 0.3) -> tuple[PersonAnalysis, Figure, np.ndarray]:
    """The old top bared down to the breast, or another torso level, with a cord up to each shoulder."""
    person, figure = _scene()
    skin = tuple(int(v) for v in np.median(person.picture[person.labels == BodyLabel.HEAD], axis=0))
    breast = figure.at_level(level)[1]
    bare = (person.labels == BodyLabel.TOP) & (np.arange(len(person.labels))[:, None] < breast)
    labels = np.where(bare, np.uint8(BodyLabel.NECK), person.labels)
    picture, cords = person.picture.copy(), np.zeros(labels.shape, np.uint8)
    picture[bare] = skin
    for sign in (1, -1):
        x = round(float(figure.shoulder_middle[0] + sign * 0.33 * figure.unit))
        cv2.line(cords, (x, round(float(breast))), (x, 0), 1, 3)
    cords = cords * bare
    picture[cords > 0] = (20, 20, 24) if strap else skin
    return replace(person, picture=picture, labels=labels), figure, cords > 0


def test_thin_straps_are_the_tops() -> None:
    person, figure, cords = _with_bare_shoulders(strap=True)
    found = with_thin_straps(person, figure)
    assert (found[cords] == BodyLabel.TOP).mean() > 0.8
    assert (found != person.labels).sum() < 4 * cords.sum()


def test_short_straps_of_a_high_top_are_the_tops_too() -> None:
    person, figure, cords = _with_bare_shoulders(strap=True, level=-0.03)
    assert (with_thin_straps(person, figure)[cords] == BodyLabel.TOP).mean() > 0.8


def test_bare_shoulders_have_no_straps() -> None:
    person, figure, _ = _with_bare_shoulders(strap=False)
    assert (with_thin_straps(person, figure) == person.labels).all()


def _beside_the_neck(height: float) -> tuple[np.ndarray, np.ndarray]:
    """Skin drawn beside the neck, falling outwards from `height` units over its root: what is found, and where."""
    person, figure = _scene()
    root, unit = (figure.neck_root["left"] + figure.neck_root["right"]) / 2, figure.unit
    inner, outer = root[0] + 0.1 * unit, root[0] + 0.4 * unit
    upper, lower = root[1] - height * unit, root[1] - 0.2 * height * unit
    ring = [(inner, upper), (outer, lower), (outer, root[1]), (inner, root[1])]
    slope = np.zeros(person.labels.shape, np.uint8)
    cv2.fillPoly(slope, [np.rint(ring).astype(np.int32)], 1)
    below = np.zeros_like(slope)
    cv2.rectangle(below, (int(inner), int(root[1])), (int(outer) + 9, int(root[1] + 0.2 * unit)), 1, -1)
    labels = np.where(below > 0, np.uint8(BodyLabel.TOP), person.labels)
    labels = np.where(slope > 0, np.uint8(BodyLabel.NECK), labels)
    return with_narrow_neck(replace(person, labels=labels), figure).labels, slope > 0


def test_a_bare_shoulder_beside_the_neck_ends_in_no_corner() -> None:
    found, slope = _beside_the_neck(0.08)
    assert (found[slope] == BodyLabel.NECK).all()


def test_a_hood_of_skin_colour_beside_the_neck_is_a_hood() -> None:
    found, slope = _beside_the_neck(0.3)
    assert (found[slope] == BodyLabel.TOP).mean() > 0.3


def test_skin_in_the_shade_of_hair_is_skin() -> None:
    person, figure = _scene()
    x, y = np.rint((figure.neck_root["left"] + figure.neck_root["right"]) / 2).astype(int)
    spot, hair = np.zeros(person.labels.shape, np.uint8), np.zeros(person.labels.shape, np.uint8)
    cv2.circle(spot, (int(x), int(y)), round(0.12 * figure.unit), 1, -1)
    cv2.circle(hair, (int(x), int(figure.chin[1] - 0.5 * figure.unit)), round(0.2 * figure.unit), 1, -1)
    skin = np.median(person.picture[person.labels == BodyLabel.HEAD], axis=0)
    picture, labels = person.picture.copy(), person.labels.copy()
    ring = cv2.dilate(spot, np.ones((31, 31), np.uint8)) > 0
    picture[ring], labels[ring] = skin, BodyLabel.NECK
    picture[spot > 0], labels[spot > 0] = (0.8 * skin).astype(np.uint8), BodyLabel.HAIR
    picture[hair > 0], labels[hair > 0] = (40, 30, 25), BodyLabel.HAIR
    labels[(person.labels == BodyLabel.HAIR) & (hair == 0)] = BodyLabel.HEAD
    shaded = replace(person, picture=picture, labels=labels)
    found = with_skin_in_the_shade(shaded, figure).labels
    assert (found[spot > 0] == BodyLabel.NECK).mean() > 0.9
    picture[spot > 0] = (60, 44, 38)
    assert (with_skin_in_the_shade(shaded, figure).labels == labels).all()


def test_skin_at_a_cold_shoulder_goes_under_the_sleeve_with_its_rim() -> None:
    person, figure = _scene()
    arm = figure.arms["left"]
    x, y = np.rint(arm.path[5] + arm.outward[5] * 0.7 * arm.outer[5]).astype(int)
    hole = np.zeros(person.labels.shape, np.uint8)
    cv2.circle(hole, (int(x), int(y)), round(0.6 * float(arm.outer[5])), 1, -1)
    labels = np.where(hole > 0, np.uint8(BodyLabel.ARM), person.labels)
    found = with_clear_edges(replace(person, labels=labels), figure).labels
    assert (found[hole > 0] != BodyLabel.ARM).all()


def test_a_speck_of_neck_on_the_top_is_the_top() -> None:
    person, figure = _scene()
    x, y = np.rint(figure.at_level(0.5)).astype(int)
    labels = person.labels.copy()
    labels[y : y + 3, x : x + 3] = BodyLabel.NECK
    found = with_clear_edges(replace(person, labels=labels), figure).labels
    assert (found[y : y + 3, x : x + 3] == BodyLabel.TOP).all()


def test_a_belt_loop_in_the_top_s_colour_stays_on_the_trousers_and_a_broad_corner_or_a_cuff_does_not() -> None:
    person, figure = _scene()
    labels = np.full(person.labels.shape, BodyLabel.BOTTOM, np.uint8)
    waist, (x, _) = 100, np.rint(figure.hip_middle).astype(int)
    labels[:waist] = BodyLabel.TOP
    bottom = labels == BodyLabel.BOTTOM
    long, broad = round(0.2 * figure.unit), round(0.1 * figure.unit)
    loop, corner = np.s_[waist : waist + long, x - 4 : x + 5], np.s_[waist : waist + long, x + 40 : x + 40 + broad]
    cuff = np.s_[waist + 2 * long : waist + 3 * long, x - 4 : x + 5]
    for part in (loop, corner, cuff):
        labels[part] = BodyLabel.TOP
    found = with_belt_loops(labels, bottom, figure)
    assert (found[loop] == BodyLabel.BOTTOM).all()
    assert (found[corner] == BodyLabel.TOP).all()
    assert (found[cuff] == BodyLabel.TOP).all()
    assert (found[:waist] == BodyLabel.TOP).all()
