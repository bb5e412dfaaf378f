"""Legs in the shade of the old hem, which the eyes often take for a part of it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.raster import bits, pieces_of
from tryon.engines.local.relabelling import hanging_on, near_edge, redrawn_by_colour

BAND_UNITS: Final = 0.7
"""How far from the edge between leg and bottom the colours are asked."""
HEM_SHADE_UNITS: Final = 0.45
ASIDE_UNITS: Final = 0.055
"""So far above a leg that is seen, and beside it, it may go on in the shade of a hem."""
SOFT_PX: Final = 2.5
"""Pixels decide together with their neighbours so far away (standard deviation)."""
STRAY: Final = 0.04
ENCLOSED: Final = 0.7
"""A piece this small, as a share of the bottom, that lies so much of it just above a leg, is leg too."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def legs_in_shade(labels: LabelMap, lab: Field, knees: float, unit: float) -> LabelMap:
    """What is taken for the bottom but has the colours of the legs beside it is a leg in the hem's shade."""
    rows = np.arange(labels.shape[0])[:, None]
    bottom, leg = labels == BodyLabel.BOTTOM, labels == BodyLabel.LEG
    near = near_edge(bottom, leg, BAND_UNITS * unit) & bottom
    shins, thighs = near & (rows > knees), near & (rows <= knees) & _above_legs(leg, knees, unit)
    for area, above in ((shins, bottom & (rows < knees)), (thighs, bottom & ~near)):
        taught = {BodyLabel.BOTTOM: above, BodyLabel.LEG: leg}
        redrawn = redrawn_by_colour(labels, lab, area, taught, {}, SOFT_PX)
        labels = hanging_on(redrawn, labels, BodyLabel.LEG)
    left = labels == BodyLabel.BOTTOM
    if left.sum() == bottom.sum():
        return labels
    labels, most = labels.copy(), STRAY * left.sum()
    for window, piece in pieces_of(left):
        if piece.sum() < most and float(thighs[window][piece].mean()) > ENCLOSED:
            labels[window][piece] = BodyLabel.LEG
    return labels


def _above_legs(leg: Mask, knees: float, unit: float) -> Mask:
    """Just above a leg that goes on to below its knee or to the frame's end: not beside a finger taken for one."""
    whole = np.zeros_like(leg)
    for window, piece in pieces_of(leg):
        whole[window] |= piece & (window[0].stop > min(knees, len(leg) - 2))
    up, aside = max(2, round(HEM_SHADE_UNITS * unit)), round(ASIDE_UNITS * unit)
    over = cv2.dilate(bits(whole), np.ones((up, 2 * aside + 1), np.uint8), anchor=(aside, 0))
    return np.asarray(over > 0, np.bool_)
