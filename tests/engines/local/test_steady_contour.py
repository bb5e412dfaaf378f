"""Outlines that are calmed where they were guessed, and kept where they were seen."""

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.steady_contour import steady

SIDE = 600
Mask = NDArray[np.bool_]


def _sheet() -> tuple[Mask, Mask]:
    """A sheet of cloth with teeth along its left and right sides and a hole in it, and the same without the teeth."""
    rows, columns = np.indices((SIDE, SIDE))
    teeth = np.where((rows // 7) % 2 == 0, 0, 5)
    hole = (rows - 300) ** 2 + (columns - 300) ** 2 < 30**2
    tall = (rows > 80) & (rows < 520)
    straight = tall & (columns > 150) & (columns < 450) & ~hole
    return tall & (columns > 150 + teeth) & (columns < 450 - teeth) & ~hole, straight


def _ragged(mask: Mask, columns: slice) -> float:
    """How far the side's course wanders, in pixels (standard deviation), away from the corners."""
    return float(mask[140:460, columns].sum(axis=1).std())


LEFT, RIGHT = slice(100, 200), slice(400, 500)


def test_a_ragged_side_becomes_calm_where_it_is_unclear_and_stays_where_it_is_clear() -> None:
    toothed, _ = _sheet()
    unclear = np.zeros_like(toothed)
    unclear[:, LEFT] = True
    calm = steady(toothed, unclear)
    assert _ragged(toothed, LEFT) > 2
    assert _ragged(calm, LEFT) < 0.7
    assert np.array_equal(calm[:, RIGHT], toothed[:, RIGHT])


def test_the_garment_keeps_its_size_and_its_holes() -> None:
    toothed, straight = _sheet()
    calm = steady(toothed, np.ones_like(toothed))
    assert abs(int(calm.sum()) - int(toothed.sum())) < 0.01 * toothed.sum()
    assert not calm[290:310, 290:310].any()
    assert straight[300, 200]
    assert calm[300, 200]


def test_an_outline_seen_clearly_all_round_is_left_alone() -> None:
    toothed, _ = _sheet()
    assert np.array_equal(steady(toothed, np.zeros_like(toothed)), toothed)
