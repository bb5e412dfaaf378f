"""Hair that went behind the old top's shoulders."""

from types import SimpleNamespace
from typing import cast

import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.hair_behind import with_hair_behind

DARK, WALL = 0.1, 0.9
ROOTS = {"right": np.float32((110, 110)), "left": np.float32((190, 110))}
FIGURE = cast(Figure, SimpleNamespace(unit=200.0, neck_root=ROOTS))


def behind(hair_ends: int, shoulder: int) -> np.ndarray:
    """(300, 300) what lies behind the body, where hair ends on the old top in that row, before a wall; the new
    shoulder begins in the row `shoulder`."""
    labels = np.zeros((300, 300), np.uint8)
    labels[:hair_ends, 190:230] = BodyLabel.HAIR
    labels[hair_ends:250, 60:240] = BodyLabel.TOP
    photo = np.full((300, 300, 3), WALL, np.float32)
    photo[labels == BodyLabel.HAIR] = DARK
    person = cast(PersonAnalysis, SimpleNamespace(labels=labels))
    cloth = np.zeros((300, 300), np.float32)
    cloth[shoulder:] = 1.0
    wall = np.full_like(photo, WALL)
    return with_hair_behind(wall, wall, person, photo, FIGURE, np.zeros_like(cloth), cloth)[..., 0]


def test_hair_that_went_behind_an_old_shoulder_goes_on_a_little() -> None:
    found = behind(90, shoulder=110)
    assert np.allclose(found[90:110, 195:225], DARK, atol=0.02)
    assert np.allclose(found[135:], WALL)
    assert np.allclose(found[:, :185], WALL)
    assert np.allclose(found[:, 235:], WALL)


def test_hair_that_ends_on_the_chest_lies_before_the_top_and_does_not_go_on() -> None:
    assert np.allclose(behind(180, shoulder=190), WALL)


def test_hair_that_ends_far_above_the_new_shoulder_was_cut_there() -> None:
    assert np.allclose(behind(90, shoulder=150), WALL)
