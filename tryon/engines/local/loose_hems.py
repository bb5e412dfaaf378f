"""Sheer hems, lace and threads of the old skirt or dress that passed for background and hang beside what is taken off.

A veil lets most of the background through, so neither its own colour nor the old garment's tells it. What does is that
it is not the background as that goes on behind it, and that it touches the garment and nothing that stays.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.linear import Linear, to_linear
from tryon.engines.local.raster import among, bits, blurred, box_of, connected, grown, highest
from tryon.engines.local.surroundings import FRINGE_PX

REACH_UNITS: Final = 0.16
"""A veil hangs down beyond the cloth at most so far."""
CONTRAST: Final = (0.03, 0.12)
"""Difference in the square root of light from which a pixel may belong to a hem, and from which it does."""
HELD_UNITS: Final = 0.08
"""So near to what stays, a strap, a heel or a strand may have been taken for background."""
LARGEST: Final = 0.06
"""Square units above which a piece is no hem: a shadow on the wall, or something that stands there."""
TOUCH_PX: Final = 2
STAYS: Final = (
    BodyLabel.HAND, BodyLabel.CARRIED, BodyLabel.SHOES, BodyLabel.HAIR, BodyLabel.HEAD, BodyLabel.NECK,
)  # fmt: skip


def loose_hems(person: PersonAnalysis, plate: Linear, old: Opacity, unit: float) -> Opacity:
    """0..1 where hems of the `old` garment, given as what is taken off, are left on the background; `plate` is the
    background continued behind it."""
    worn, found = old > 0.5, np.zeros(old.shape, np.float32)
    if not worn.any():
        return found
    box = box_of(worn, round(REACH_UNITS * unit) + FRINGE_PX)
    labels, gone = person.labels[box], bits(worn[box])
    near = (labels == BodyLabel.BACKGROUND) & (grown(gone, round(REACH_UNITS * unit)) > 0)
    # The soft rim of what stays looks like neither it nor the background.
    near &= grown(bits((labels != BodyLabel.BACKGROUND) & (gone == 0)), FRINGE_PX) == 0
    unlike = highest(np.abs(np.sqrt(to_linear(person.picture[box])) - np.sqrt(plate[box])))
    likely = near & (unlike > CONTRAST[0])
    pieces, sizes = connected(likely)
    stays = grown(bits(among(labels, STAYS)), round(HELD_UNITS * unit)) > 0

    def pieces_in(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.bincount(pieces[where], minlength=len(sizes)) > 0

    kept = pieces_in(likely & (unlike > CONTRAST[1])) & pieces_in(grown(gone, TOUCH_PX) > 0) & ~pieces_in(stays)
    kept &= sizes < LARGEST * unit * unit
    kept[0] = False
    if kept.any():
        background = labels == BodyLabel.BACKGROUND
        found[box] = blurred(grown(bits(kept[pieces]), 1).astype(np.float32), 0.8) * background
    return found
