"""Takes the ground out of dark sleeves of mesh, net or lace.

In the product's picture the pale ground shows through them, mostly as moiré; an arm would show through far less. So
pale, they look as if they came from another garment.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.raster import among, bits, blurred, box_of, shrunk

SLEEVES: Final = (GarmentPart.LEFT_SLEEVE, GarmentPart.RIGHT_SLEEVE)
RIM_PX: Final = 4
"""So near to their outline sleeves are not read."""
LEAST_PX: Final = 200
DARK: Final = 70.0
"""8-bit grey: the body of such a garment is darker."""
LIGHTER: Final = 2.0
"""Its sleeves are so many times as light as the body."""
GRAIN_PX: Final = 3.0
GRAIN: Final = 0.22
"""Standard deviation of what is coarser than mesh; and how much a mesh varies below it, as a share of its lightness.
Heather and knits stay below 0.2."""
COLOURLESS: Final = 7.0
"""8-bit Lab, distance from grey: dye has more colour than what is seen through black mesh."""
SHOWS_THROUGH: Final = 0.4
"""Share of the paleness that stays: skin is darker than paper, and arms are in their sleeves' shade."""
EVEN_PX: Final = 1.6
EVENED: Final = 0.65
"""Standard deviation and share of the averaging that takes out the moiré."""


def with_dark_mesh(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The garment with its mesh sleeves about as dark as they are on an arm."""
    sleeves, torso = among(garment.parts, SLEEVES), garment.parts == GarmentPart.TORSO
    if not sleeves.any():
        return garment
    box = box_of(sleeves)
    inner = shrunk(bits(sleeves[box]), RIM_PX) > 0
    body = garment.picture[::4, ::4][torso[::4, ::4]]
    if inner.sum() < LEAST_PX or len(body) < LEAST_PX:
        return garment
    dye = np.median(body, axis=0).astype(np.float32)
    grey = float(body.mean())
    if grey > DARK or not _is_mesh(np.ascontiguousarray(garment.picture[box]), inner, grey):
        return garment
    colour = garment.picture[box].astype(np.float32)
    even = colour + (blurred(colour, EVEN_PX) - colour) * EVENED
    share = blurred(sleeves[box].astype(np.float32), 1.0)[..., None] * sleeves[box][..., None]
    picture = garment.picture.copy()
    picture[box] = np.rint(colour + (dye + (even - dye) * SHOWS_THROUGH - colour) * share).clip(0, 255)
    return replace(garment, picture=picture)


def _is_mesh(picture: NDArray[np.uint8], inner: NDArray[np.bool_], body: float) -> bool:
    """Whether sleeves, the `inner` part of a picture, are colourless mesh much lighter than the body's mean grey."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    mean = float(grey[inner].mean())
    if mean < LIGHTER * body or float(np.median(np.hypot(lab[..., 1] - 128, lab[..., 2] - 128)[inner])) > COLOURLESS:
        return False
    fine = np.abs(grey - blurred(grey, GRAIN_PX))
    return float(np.median(fine[inner])) > GRAIN * mean
