"""Gaps between arm and body: opened where a network doubts and the background's colour is seen, and nowhere else."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Joint
from tryon.engines.local.arm_gaps import with_arm_gaps
from tryon.engines.local.body import Body

Floats = NDArray[np.float32]
SHAPE = (400, 300)
WALL, CLOTH, SKIN = (210, 205, 200), (30, 60, 120), (190, 140, 110)
GAP = np.s_[170:250, 202:214]


def _body() -> Body:
    points = np.zeros((33, 2), np.float32)
    for side, sign in (("LEFT", 1), ("RIGHT", -1)):
        places = {"SHOULDER": (45, 80), "ELBOW": (72, 160), "WRIST": (76, 250), "HIP": (30, 230), "EAR": (12, 40)}
        places |= {"PINKY": (78, 262), "INDEX": (76, 264), "THUMB": (74, 260)}
        for name, (x, y) in places.items():
            points[Joint[f"{side}_{name}"]] = (150 + sign * x, y)
    return Body(points, None, SHAPE)


def _scene(cloth: tuple[int, int, int]) -> tuple[Floats, Floats]:
    """A picture in Lab, and a silhouette without gaps."""
    picture, solid = np.full((*SHAPE, 3), WALL, np.uint8), np.zeros(SHAPE, np.uint8)
    for canvas, colours in ((picture, (cloth, SKIN)), (solid, (1, 1))):
        cv2.rectangle(canvas, (99, 70), (201, 320), colours[0], -1)
        for sign in (1, -1):
            path = np.array([(150 + sign * x, y) for x, y in ((45, 80), (72, 160), (76, 250))])
            cv2.polylines(canvas, [path], False, colours[1], 20)
    solid[100:300, 100:225] = 1
    picture[GAP] = WALL
    picture[250:300, 202:214] = cloth
    noise = np.random.default_rng(1).normal(0.0, 2.0, picture.shape)
    lab = cv2.cvtColor(np.clip(picture + noise, 0, 255).astype(np.uint8), cv2.COLOR_RGB2Lab)
    return lab.astype(np.float32), solid.astype(np.float32)


def _doubt() -> Floats:
    sureness = np.ones(SHAPE, np.float32)
    sureness[190:230, 205:211] = 0.6
    return sureness


def test_a_gap_that_a_network_suspects_is_opened() -> None:
    lab, opacity = _scene(CLOTH)
    found = with_arm_gaps(lab, opacity, _doubt(), _body())
    assert (found[GAP] < 0.5).mean() > 0.5
    outside = np.ones(SHAPE, bool)
    outside[GAP] = False
    assert (found[outside & (opacity > 0.5)] > 0.5).mean() > 0.995


def test_where_no_network_doubts_nothing_is_opened() -> None:
    lab, opacity = _scene(CLOTH)
    assert (with_arm_gaps(lab, opacity, np.ones(SHAPE, np.float32), _body()) == opacity).all()


def test_cloth_of_the_walls_colour_is_never_opened() -> None:
    lab, opacity = _scene(WALL)
    assert (with_arm_gaps(lab, opacity, _doubt(), _body()) > 0.5).sum() == (opacity > 0.5).sum()
