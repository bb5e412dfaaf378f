"""Stripes and other trimmings along the old bottom's side seam that passed for the hand that hangs before them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.raster import bits, blurred, grown, opened, pieces_of
from tryon.engines.local.relabelling import ColourCosts

BROAD_UNITS: Final = 0.05
"""Half the width of what is surely hand: fingers that lie together, the palm, the wrist."""
LEAST_UNITS: Final = 0.04
"""A trimming has at least the square of this."""
FOREIGN: Final = 7.0
"""Minus the natural logarithm of how often the hand itself has a colour, from which on it is not the hand's."""
FOREIGN_SHARE: Final = 0.45
"""Share of a trimming that has such colours; fingers, their nails and rings have fewer."""
LONG_UNITS: Final = 0.3
EDGE_ROWS: Final = 4
"""A trimming is longer than any finger, or runs out of the frame."""
CALM_UNITS: Final = 0.015
"""Standard deviation that evens the border between a trimming and the fingers before it."""
HELD: Final = 0.25
"""Share of its rim that lies at the bottom."""
SOFT_PX: Final = 0.8

Field = NDArray[np.float32]


def without_trimmings(labels: LabelMap, lab: Field, unit: float) -> LabelMap:
    """The labels with narrow pieces of hand beside the bottom given to it, if the rest of that hand has not their
    colours; `lab` is the picture in 8-bit Lab."""
    hands = labels == BodyLabel.HAND
    found = labels
    for area, hand in pieces_of(hands, 2):
        broad = opened(hand, max(1, round(BROAD_UNITS * unit)), round_=True)
        own = ColourCosts.of(lab[area], broad)
        if own is None:
            continue
        foreign = own.at(lab[area], SOFT_PX) > FOREIGN
        narrow = hand & (grown(bits(broad), 2) == 0)
        bottom = labels[area] == BodyLabel.BOTTOM
        for part, piece in pieces_of(narrow, 1):
            rim = (grown(bits(piece), 1) > 0) & ~piece
            if piece.sum() < (LEAST_UNITS * unit) ** 2 or bottom[part][rim].mean() < HELD:
                continue
            if foreign[part][piece].mean() > FOREIGN_SHARE and _goes_on(
                piece, area[0].start + part[0].start, labels, unit
            ):
                stripe = piece & (blurred(foreign[part].astype(np.float32), CALM_UNITS * unit) > 0.5)
                found = found.copy() if found is labels else found
                found[area][part][stripe] = BodyLabel.BOTTOM
    return found


def _goes_on(piece: NDArray[np.bool_], first: int, labels: LabelMap, unit: float) -> bool:
    """Whether a piece, whose window begins in the row `first`, is longer than a finger or runs out of the frame."""
    rows = np.flatnonzero(piece.any(axis=1))
    return bool(first + rows[-1] >= len(labels) - EDGE_ROWS or np.ptp(rows) > LONG_UNITS * unit)
