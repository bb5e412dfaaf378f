"""Where the old trousers end on the shoes: the last rows of their hem that passed for shoe go with them.

Colours are asked in cells and decided with their neighbours, so that the edge between hem and shoe is right to a few
pixels. As long as trousers stay there nobody sees that; where bare ankles or paler trousers take their place, it is a
dark line across the shoe.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.raster import bits, blurred, box_of, grown, pieces_holding, sum_of_channels

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


def _around(colours: Field, where: Mask, sigma: float) -> tuple[Field, Field]:
    """(h, w, 3) mean colour around each pixel of what lies in `where`, and (h, w) how much of that there is."""
    weight = blurred(where.astype(np.float32), sigma)
    seen = blurred(np.where(where[..., None], colours, np.float32(0.0)), sigma)
    return np.asarray(seen / np.maximum(weight, np.float32(1e-4))[..., None], np.float32), weight


def _hanging_on(pieces: Mask, cloth: Mask) -> Mask:
    """What of the pieces hangs together with the cloth: a dark sole or an eyelet does not."""
    return pieces & pieces_holding(pieces | cloth, cloth, connectivity=4)
