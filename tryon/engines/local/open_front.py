"""An outer garment photographed open down the front: its gap, found and closed for reading the landmarks."""

from typing import Final

import numpy as np

from tryon.engines.local.ground import Mask
from tryon.engines.local.outline import middle_of

LEAST_DEPTH: Final = 0.2
"""Of the garment's height: fronts that part over less are a shirt's tails or a vent."""

WIDEST_START: Final = 0.25
"""Of the garment's width: where fronts part the gap is narrow; below a hem it is at once as wide as between cuffs."""

LEAST_JUMP: Final = 0.05
"""Of the garment's width: a gap that widens by so much from row to row has come to the fronts' lower corners."""


def close_front(mask: Mask) -> tuple[Mask, bool]:
    """The mask with the gap between its fronts filled, and whether there is one."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    middle, width = round(middle_of(mask)), float(np.ptp(columns))
    covered = np.flatnonzero(mask[:, middle])
    if not covered.size:
        return mask, False
    below = mask[covered[-1] + 1 : rows[-1] + 1]
    left, right = below[:, :middle], below[:, middle + 1 :]
    parted = left.any(axis=1) & right.any(axis=1)
    start = middle - left[:, ::-1].argmax(axis=1)
    stop = middle + 1 + right.argmax(axis=1)
    gap = (stop - start).astype(np.float32)
    ended = np.flatnonzero(~parted | (np.diff(gap, append=np.inf) > LEAST_JUMP * width))
    length = int(ended[0]) + 1 if ended.size else 0
    if length < LEAST_DEPTH * np.ptp(rows) or gap[0] > WIDEST_START * width:
        return mask, False
    closed = mask.copy()
    for row in range(length):
        closed[covered[-1] + 1 + row, start[row] : stop[row]] = True
    return closed, True
