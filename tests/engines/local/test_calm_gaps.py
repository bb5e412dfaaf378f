"""The gap between a sleeve that is held away and the body ends in calm lines; hem and cuff keep their corners."""

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.calm_gaps import with_calm_gaps

UNIT = 200.0
SHAPE = (300, 300)
ROWS, COLUMNS = np.indices(SHAPE)


def gap(until: int) -> NDArray[np.bool_]:
    return (ROWS >= 80) & (until > ROWS) & (COLUMNS >= 120) & (COLUMNS < 160)


def laid_out(open_: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cloth, a right sleeve left of column 140 and a body right of it, with what is `open_` between them."""
    cloth = (~open_ & (ROWS >= 20) & (ROWS < 260)).astype(np.float32)
    return cloth, cloth * (COLUMNS < 140)


def test_a_torn_edge_inside_a_bent_elbow_becomes_a_calm_line() -> None:
    whole = gap(220)
    torn = whole.copy()
    for row in range(100, 200, 20):
        torn[row : row + 5, 120:134] = False
        torn[row + 10 : row + 14, 110:120] = True
    cloth, sleeve = laid_out(torn)
    calm = with_calm_gaps(cloth, {"right": sleeve}, UNIT)
    edge = (calm[100:200] > 0.5).argmin(axis=1)
    assert np.ptp(edge) <= 2
    assert np.abs(edge - 120).max() <= 2
    assert (calm[:70] == cloth[:70]).all()


def test_where_a_gap_opens_at_the_hem_the_corners_stay() -> None:
    cloth, sleeve = laid_out(gap(300))
    calm = with_calm_gaps(cloth, {"right": sleeve}, UNIT)
    assert (calm[250:] == cloth[250:]).all()


def test_without_sleeves_or_gaps_nothing_changes() -> None:
    cloth, sleeve = laid_out(np.zeros(SHAPE, bool))
    assert (with_calm_gaps(cloth, {"right": sleeve}, UNIT) == cloth).all()
    assert with_calm_gaps(cloth, {}, UNIT) is cloth
