"""Necks and neckbands: a band of another colour around the opening, and the neck's side behind an old collar."""

from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Picture, Pose
from tryon.engines.local.collar_edge import with_skin_up_to_the_collar
from tryon.engines.local.figure import Figure
from tryon.engines.local.neck_side import neck_sides
from tryon.engines.local.trim import opening_in_trim

NECK = np.asarray([[120, 62], [200, 62]], np.float32)
TIPS = np.asarray([[70, 80], [250, 80]], np.float32)
MASK = np.zeros((320, 320), bool)
MASK[60:310, 70:250] = True


def shirt(band: tuple[int, int, int], thick: int) -> Picture:
    """A striped shirt, its opening an ellipse of depth 45 in a band of that colour and thickness."""
    picture = np.full((320, 320, 3), 255, np.uint8)
    picture[::12] = picture[1::12] = picture[2::12] = picture[3::12] = (30, 30, 70)
    cv2.ellipse(picture, (160, 64), (44 + thick, 45 + thick), 0, 0, 180, band, -1)
    cv2.ellipse(picture, (160, 68), (44, 41), 0, 0, 180, (60, 60, 100), -1)
    return picture


def test_a_neckband_of_another_colour_belongs_to_the_front() -> None:
    opening = opening_in_trim(shirt((240, 190, 40), 9), MASK, NECK, TIPS)
    assert opening is not None
    assert abs(float(opening[:, 1].max()) - 109) < 3
    assert abs(float(opening[0, 0]) - 116) < 5


def test_neither_a_plain_edge_nor_a_whole_yoke_is_a_band() -> None:
    assert opening_in_trim(shirt((255, 255, 255), 9), MASK, NECK, TIPS) is None
    assert opening_in_trim(shirt((240, 190, 40), 60), MASK, NECK, TIPS) is None


def test_the_neck_goes_on_from_where_it_enters_the_old_collar_and_else_from_the_chin() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[20:110, 110:190] = BodyLabel.NECK
    labels[100:300, 60:140] = BodyLabel.TOP
    labels[130:300, 60:250] = BodyLabel.TOP
    roots = {"right": np.float32((95, 130)), "left": np.float32((205, 130))}
    tips = {"right": np.float32((40, 150)), "left": np.float32((260, 150))}
    body = SimpleNamespace(unit=200.0, neck_root=roots, shoulder_tip=tips, chin=np.float32((150, 60)))
    sides = neck_sides(labels, cast(Figure, body))
    assert np.hypot(*(sides["right"][0] - (110, 100))) < 5
    assert (np.diff(sides["right"][:, 1]) > 0).all()
    assert sides["right"][-1][0] <= 95
    assert np.allclose(sides["left"][-1], roots["left"])


def collared(labels: np.ndarray) -> np.ndarray:
    """The labels after the second look at the collar's edge; the mouth is in row 20, the chin in row 60."""
    roots = {"right": np.float32((95, 130)), "left": np.float32((205, 130))}
    body = SimpleNamespace(unit=200.0, neck_root=roots, chin=np.float32((150, 60)))
    pose = Pose(
        points=np.tile(np.float32((150, 20)), (33, 1)),
        visibility=np.ones(33, np.float32),
        presence=np.ones(33, np.float32),
        world=np.zeros((33, 3), np.float32),
        score=1.0,
        body_mask=np.ones((300, 300), np.float32),
    )
    picture, matte = np.zeros((300, 300, 3), np.uint8), np.ones((300, 300), np.float32)
    person = PersonAnalysis(picture, pose, None, matte, labels, None)
    return with_skin_up_to_the_collar(person, cast(Figure, body)).labels


def test_a_jaw_on_the_old_collar_is_neck_and_a_chin_before_the_background_is_not() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:110, 110:190] = BodyLabel.HEAD
    labels[:70, 190:230] = BodyLabel.HEAD
    labels[110:300, 60:250] = BodyLabel.TOP
    labels[80:110, 190:250] = BodyLabel.TOP
    found = collared(labels)
    assert (found[95:110, 110:190] == BodyLabel.NECK).all()
    assert (found[:90, 110:165] == BodyLabel.HEAD).all()
    assert (found[:70, 190:230] == BodyLabel.HEAD).all()


def test_the_upper_rim_of_a_collar_is_no_skin() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[:130, 110:190] = BodyLabel.NECK
    labels[100:300, 60:110] = labels[130:300, 60:250] = labels[100:300, 190:250] = BodyLabel.TOP
    labels[98:100, 190:240] = BodyLabel.NECK
    found = collared(labels)
    assert (found[98:100, 190:240] == BodyLabel.TOP).all()
    assert (found[:130, 110:190] == BodyLabel.NECK).all()
