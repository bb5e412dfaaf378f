"""How wide a garment is when worn, seen from the front: by the body, the flat product, the old clothes and the fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Fit

Widths = NDArray[np.floating]

COVER_PX: Final = 1.5
"""The new garment stands out so much beyond the old silhouette, to hide the old garment's edge."""

SKIN_TIGHT: Final = 1.03
"""The closest-fitting garment is so many times as wide as the body."""

FLAT_PER_FRONT: Final = 1.22
"""A close-fitting garment laid flat is this much wider than the body seen from the front, for it goes around it."""


@dataclass(frozen=True, slots=True)
class _Cut:
    spare: float
    """Share of a garment's spare width that shows in front view; the rest folds away or lies behind."""
    room: float
    """Width it has beyond the closest fit whatever the product, as a share of the body's."""
    below: float
    above: float
    """How far it follows narrower and wider old clothes, of the slack that a regular fit has."""


CUTS: Final[Mapping[Fit, _Cut]] = {
    "slim": _Cut(spare=0.30, room=0.0, below=1.0, above=0.0),
    "regular": _Cut(spare=0.50, room=0.0, below=1.0, above=1.0),
    "oversized": _Cut(spare=0.72, room=0.2, below=0.0, above=1.0),
}


def worn_half_width(bare: Widths, flat: Widths, fit: Fit) -> Widths:
    """Half width a garment shows when worn, from the body's half width and the flat garment's."""
    cut = CUTS[fit]
    return bare * (SKIN_TIGHT + cut.room) + np.maximum(flat - FLAT_PER_FRONT * bare, 0.0) * cut.spare


def like_old(own: Widths, old: Widths, slack: Widths, fit: Fit) -> Widths:
    """The old clothes' width where the garment's own differs from it by at most `slack` pixels, else nearer to it by so
    much: real edges and folds are worth a little width."""
    cut = CUTS[fit]
    return np.clip(old + COVER_PX, own - slack * cut.below, own + slack * cut.above)
