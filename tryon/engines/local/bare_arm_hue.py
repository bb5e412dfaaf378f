"""The hue of an arm that was hidden, beside that of its hand, which tells it: yellower, for less blood shows."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.bare_form import eased
from tryon.engines.local.linear import Linear

Floats = NDArray[np.float32]

YELLOWER: Final = np.asarray([0.016, 0.016, -0.032], np.float32)
"""Log light by which the channels of an arm differ from what its hand tells: on 60 forearms and 44 upper arms blue over
green is lower by 0.09 and 0.10 than on the hand (medians; 0.07 to 0.11 in each half of the people), on arms that were
made up from their hands it was lower by 0.04. Without it arms are mauve beside a chest in the neck's hue."""
BEGINS: Final = (0.97, 0.72)
"""From the wrist up it sets in between these stations: the back of the hand is an arm's skin already."""
TELLING_PX: Final = 150.0
"""So many pixels of the arm itself, at the size at which light is drawn, tell its hue."""


def yellower(station: Floats, share: Floats, arm_px: float) -> Floats:
    """(h, w) how much of YELLOWER an arm has, of which so many pixels are seen; `share` is how far the light is its."""
    rise = eased((BEGINS[0] - station) / np.float32(BEGINS[0] - BEGINS[1]))
    return np.asarray(rise * share * np.float32(max(0.0, 1.0 - arm_px / TELLING_PX)), np.float32)


def as_yellow(light: Linear, share: Floats) -> Linear:
    return np.asarray(light * np.exp(YELLOWER * np.minimum(share, 1.0)[..., None]), np.float32)
