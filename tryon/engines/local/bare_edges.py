"""Where made-up skin ends before the bottom garment: an edge as soft as a lens makes it, not one cut out along pixels.

The line between old sleeve and trousers was found to the pixel, and what is made up ended there at once.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import bits, blurred, box_of, grown, shrunk

SOFT_PX: Final = 1.1
"""Standard deviation of the edge."""
REACH_PX: Final = 3
"""Farther from the garment nothing of it is mixed in."""
CLEAN_PX: Final = 2
COLOUR_PX: Final = 3.0
"""The garment's own colour is taken so far within its edge, which shows the old sleeve's, and over this deviation."""
LEAST: Final = 0.02


def with_soft_edges(light: Linear, photo: Linear, labels: LabelMap, skin: Opacity) -> Linear:
    """`light` with the colour of the bottom garment mixed into the made-up `skin` just beside it."""
    bottom = labels == BodyLabel.BOTTOM
    near = (grown(bits(bottom), REACH_PX) > 0) & (labels == BodyLabel.TOP) & (skin > 0.5)
    if not near.any():
        return light
    box = box_of(near, 4 * REACH_PX)
    share = blurred(bottom[box].astype(np.float32), SOFT_PX) * skin[box]
    clean = (shrunk(bits(bottom[box]), CLEAN_PX) > 0).astype(np.float32)
    weight = blurred(clean, COLOUR_PX)
    colour = blurred(photo[box] * clean[..., None], COLOUR_PX) / np.maximum(weight, LEAST)[..., None]
    rows, columns = np.nonzero(near[box] & (weight > LEAST))
    soft = light.copy()
    own: NDArray[np.float32] = soft[box][rows, columns]
    soft[box][rows, columns] = own + share[rows, columns][:, None] * (colour[rows, columns] - own)
    return soft
