"""Where the old trousers end on the shoes: the last rows of their hem that passed for shoe go with them.

Colours are asked in cells and decided with their neighbours, so that the edge between hem and shoe is right to a few
pixels. As long as trousers stay there nobody sees that; where bare ankles or paler trousers take their place, it is a
dark line across the shoe. One mean colour tells plain shoes apart from the hem; those of several colours are told by
all colours of both.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.bottoms_skin import skin_in
from tryon.engines.local.raster import (
    bits,
    blurred,
    box_of,
    disc,
    grown,
    opened,
    pieces_holding,
    pieces_of,
    sum_of_channels,
)
from tryon.engines.local.relabelling import ColourCosts

RIM_UNITS: Final = 0.045
"""So far from the old trousers what was taken for a shoe may be their hem."""
AROUND_UNITS: Final = 0.07
"""Standard deviation over which the colours of shoe and trousers beside that rim are averaged."""
LEAST_KNOWN: Final = 0.01
"""Share of what is around from which on such a colour is known."""
LEAST_APART: Final = 24.0
"""8-bit Lab: shoes and trousers nearer to each other than this leave no line, and can't be told apart."""
SPREADS: Final = 3.0
"""They are also told apart only where that is so many times the standard deviation of the shoe's own colours: black
trainers with white laces have some of the colour of dark trousers themselves."""
HEM_SHARE: Final = 0.4
"""From this share of the way from the shoe's colour to the trousers' on, a pixel is hem: what is mixed is seen too."""
HEM_UNITS: Final = 0.13
"""So much of the trousers above that rim teaches the hem's own colours: washed, stitched or turned up, it may have
others than the legs."""
DEEP_UNITS: Final = 0.06
"""So far below the trousers such a hem may go on, where it hangs aslant."""
CLEARLY: Final = 1.0
"""Natural logarithms by which the hem's colours must be likelier than the shoe's."""
SOFT_PX: Final = 0.7
EDGE_UNITS: Final = 0.012
"""Below the hem so much is its shadow and what the lens has mixed of it: of neither colour."""
SPIKE_UNITS: Final = 0.02
"""What of the shoe would stand up beside the hem, thinner than twice this, was the hem's corner."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def without_old_hem(labels: LabelMap, lab: Field, unit: float) -> LabelMap:
    """The labels with what has the colour of the trousers, right beside them, taken off the shoes; `lab` is the picture
    in 8-bit Lab."""
    shoes, bottom = labels == BodyLabel.SHOES, labels == BodyLabel.BOTTOM
    reach = max(2, round(RIM_UNITS * unit))
    rim = shoes & (grown(bits(bottom), reach, round_=True) > 0)
    if not rim.any():
        return labels
    box = box_of(rim, round(3 * AROUND_UNITS * unit))
    rim, colours, sigma = rim[box], lab[box], AROUND_UNITS * unit
    shoe, shoe_known = _around(colours, shoes[box] & ~rim, sigma)
    cloth, cloth_known = _around(colours, bottom[box], sigma)
    way = cloth - shoe
    apart = sum_of_channels(way * way)
    share = sum_of_channels((colours - shoe) * way) / np.maximum(apart, 1.0)
    off = np.where(shoes[box] & ~rim, sum_of_channels((colours - shoe) ** 2), np.float32(0.0))
    spread = blurred(off, sigma) / np.maximum(shoe_known, np.float32(1e-4))
    known = (shoe_known > LEAST_KNOWN) & (cloth_known > LEAST_KNOWN)
    known &= apart > np.maximum(LEAST_APART**2, SPREADS**2 * spread)
    hem = _hanging_on(rim & known & (share > HEM_SHARE), bottom[box])
    redrawn = labels.copy()
    redrawn[box][hem] = BodyLabel.BOTTOM
    return redrawn


def without_last_rows(labels: LabelMap, lab: Field, knees: float, unit: float) -> LabelMap:
    """The labels with what lies right below the trousers and has more of their hem's colours than of the shoe's taken
    off the shoes, and the shadow below it; `knees` is the row below which no piece of trousers begins."""
    shoes, legs = labels == BodyLabel.SHOES, _from_above(labels == BodyLabel.BOTTOM, knees)
    if not (shoes.any() and legs.any()):
        return labels
    reach = max(2, round(DEEP_UNITS * unit))
    box = box_of(shoes, reach + round(HEM_UNITS * unit))
    rim = shoes[box] & _below(legs[box], reach, aslant=True)
    if not rim.any():
        return labels
    perhaps = labels.copy()
    perhaps[box][rim] = BodyLabel.BOTTOM
    ankle = skin_in(perhaps, lab)[box]
    hem = _hem_on(shoes[box], legs[box], rim & ~ankle, lab[box], unit)
    redrawn = labels.copy()
    redrawn[box][hem] = BodyLabel.BOTTOM
    return redrawn


def _hem_on(shoes: Mask, legs: Mask, rim: Mask, lab: Field, unit: float) -> Mask:
    """What of the shoes is the last rows of the legs' hem, which lie in the `rim` below them, or its shadow."""
    near = grown(bits(legs), max(2, round(DEEP_UNITS * unit)), round_=True) > 0
    hem = legs & (grown(bits(rim), round(HEM_UNITS * unit), round_=True) > 0)
    cloth, shoe = ColourCosts.of(lab, hem), ColourCosts.of(lab, shoes & ~near)
    if cloth is None or shoe is None or cloth.looks_like(shoe):
        return np.zeros_like(shoes)
    likelier = rim & (shoe.at(lab, SOFT_PX) - cloth.at(lab, SOFT_PX) > CLEARLY)
    seen = legs | _hanging_on(likelier, legs)
    hem = shoes & (seen | _below(seen, max(1, round(EDGE_UNITS * unit))))
    left = shoes & ~hem
    spikes = left & near & ~opened(left, max(1, round(SPIKE_UNITS * unit)), round_=True)
    return hem | _hanging_on(spikes, hem)


def _from_above(bottom: Mask, knees: float) -> Mask:
    """The pieces of the bottom that begin above the knees: others are parts of the shoes."""
    legs = np.zeros_like(bottom)
    for area, inside in pieces_of(bottom):
        if area[0].start <= knees:
            legs[area] |= inside
    return legs


def _below(cloth: Mask, rows: int, aslant: bool = False) -> Mask:
    """What lies no more than so many rows below the cloth, or `aslant` no farther below and beside it."""
    upwards = disc(rows) if aslant else np.ones((2 * rows + 1, 1), np.uint8)
    upwards[rows + 1 :] = 0
    return np.asarray(cv2.dilate(bits(cloth), upwards) > 0)


def _around(colours: Field, where: Mask, sigma: float) -> tuple[Field, Field]:
    """(h, w, 3) mean colour around each pixel of what lies in `where`, and (h, w) how much of that there is."""
    weight = blurred(where.astype(np.float32), sigma)
    seen = blurred(np.where(where[..., None], colours, np.float32(0.0)), sigma)
    return np.asarray(seen / np.maximum(weight, np.float32(1e-4))[..., None], np.float32), weight


def _hanging_on(pieces: Mask, cloth: Mask) -> Mask:
    """What of the pieces hangs together with the cloth: a dark sole or an eyelet does not."""
    return pieces & pieces_holding(pieces | cloth, cloth, connectivity=4)
