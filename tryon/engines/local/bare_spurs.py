"""Corners of the old top that passed for an arm: between strap or armhole and shoulder they stand out like thorns."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Opacity
from tryon.engines.local.figure import Figure
from tryon.engines.local.raster import bits, grown

ROUND_PX: Final = 1
"""So far outside of its rounded outline a shoulder is still this shoulder."""
BELOW_TIP_UNITS: Final = 0.05
"""Spurs lie on the slope of the shoulders, down to this far below their ends."""


def spurs(labels: LabelMap, rounded: Opacity, figure: Figure) -> NDArray[np.bool_]:
    """(h, w) what is labelled arm on the slope of the shoulders, but stands out of the body's `rounded` outline."""
    out = (labels == BodyLabel.ARM) & (grown(bits(rounded > 0.5), ROUND_PX, round_=True) == 0)
    lowest = max(float((figure.shoulder_tip[side] - figure.shoulder_middle) @ figure.down) for side in SIDES)
    rows, columns = np.nonzero(out)
    spots = np.stack([columns, rows], axis=1) - figure.shoulder_middle
    out[rows, columns] = spots @ figure.down < lowest + BELOW_TIP_UNITS * figure.unit
    return out
