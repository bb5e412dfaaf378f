"""What is left open between sleeve and body where the two lie against each other."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from tryon.engines.local.analysis import Opacity
from tryon.engines.local.raster import bits, grown, pieces_of

BEAD_UNITS: Final = 0.12
"""A gap beside a hanging arm is longer than this (side of its square, in units)."""


def without_beads(opacity: Opacity, sleeves: Iterable[Opacity], unit: float) -> Opacity:
    """The garment's `opacity` with small holes between a sleeve and the body closed: a slit that is shut in places
    would show the background as a row of dots. Holes in torso or sleeve alone are the cloth's own. `unit` in pixels."""
    laid = [sleeve > 0.5 for sleeve in sleeves]
    if not laid:
        return opacity
    sleeve, solid = np.logical_or.reduce(laid), opacity > 0.5
    closed = opacity.copy()
    for window, piece in pieces_of(~solid, margin=2):
        if piece.sum() > (BEAD_UNITS * unit) ** 2:
            continue
        rim = (grown(bits(piece), 2) > 0) & ~piece & solid[window]
        if (rim & sleeve[window]).any() and (rim & ~sleeve[window]).any():
            closed[window][grown(bits(piece), 1) > 0] = 1.0
    return closed
