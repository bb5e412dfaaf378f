"""How sure an armpit is that a sleeve hides depends on how far its edge had to be traced."""

import numpy as np

from tryon.engines.local.inner_edge import uncover_armpit
from tryon.engines.local.outline import Side
from tryon.engines.local.shoulders import Shoulder
from tryon.engines.local.sleeves import SideShape

MIDDLE = 150.0
MASK = np.zeros((400, 300), bool)
MASK[20:380, 20:280] = True
EDGES = np.zeros(MASK.shape, np.float32)
EDGES[:, int(MIDDLE) + 88] = 4.0


def side_with_notch(row: float) -> SideShape:
    """A sleeve that lies on the body down to a notch on this row."""
    path = np.array([[20, 20], [90, 40], [128, 370], [90, row], [88, 380], [0, 380]], np.float32)
    return SideShape(Side("left", path, MIDDLE), path[3], 3, path[4], 4, True, 2, 2)


def test_the_longer_the_hidden_edge_the_less_sure_is_the_armpit() -> None:
    tip = np.array([90, 40], np.float32)
    shoulder = Shoulder(np.array([40, 20], np.float32), 0, tip, 1, False, 1.0)
    high, low = (uncover_armpit(side_with_notch(row), shoulder, MASK, EDGES) for row in (220.0, 350.0))
    assert high.hidden_edge is not None
    assert low.hidden_edge is not None
    assert high.quality > low.quality + 0.1


def test_a_short_hidden_edge_is_straight_whatever_a_print_beside_it_shows() -> None:
    tip = np.array([90, 40], np.float32)
    shoulder = Shoulder(np.array([40, 20], np.float32), 0, tip, 1, False, 1.0)
    printed = np.zeros(MASK.shape, np.float32)
    printed[:, int(MIDDLE) + 88] = 1.4
    printed[:, int(MIDDLE) + 70] = 2.4
    edge = uncover_armpit(side_with_notch(220.0), shoulder, MASK, printed).hidden_edge
    assert edge is not None
    assert np.abs(edge[:, 0] - 88).max() < 5
