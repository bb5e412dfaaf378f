"""Gives the single layer at the end of a sheer sleeve the cloth's own colour, and its end one line.

The last of chiffon is one layer, through which the pale ground of the product's picture shows. On a body a hand is
behind it: left as it is, the sleeve would end in white scraps, and in the teeth that the cut-out left
where one could hardly be told from the other.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.raster import bits, blurred, box_of, opened

SLEEVES: Final = (GarmentPart.LEFT_SLEEVE, GarmentPart.RIGHT_SLEEVE)
END: Final = 0.22
"""Of a sleeve's height: its end."""
COLOURED: Final = 22.0
"""RGB, 8 bit, between a colour's highest and lowest channel: of grey cloth nobody can say what makes it paler."""
DEEP: Final = 80.0
"""RGB: so far is that colour from white at least; nearer to it, light and folds make cloth as pale."""
PLAIN: Final = 14.0
"""RGB: median distance of plain cloth's pixels from their median colour."""
SEEN_THROUGH: Final = (0.15, 0.85)
"""Share of white that shows through one layer; with more it is white cloth."""
OFF_THE_LINE: Final = 16.0
"""RGB: so far a layer's colour is from the line between the cloth's and white."""
USUAL: Final = (0.03, 0.6)
"""Of the rows in which one layer is seen: less are highlights; with more the part ends in a band of another colour."""
STAYS: Final = 0.15
"""Share of its paleness that is left: one layer looks lighter than two."""
SOFT_PX: Final = 1.0
EVERY: Final = 4
LEAST_READ: Final = 60
"""Of so many rows and columns one is read to know the cloth's colour; and how many pixels must be left."""
TEETH: Final = 0.08
"""Of a sleeve's height: teeth are looked for so far up from its end."""


def with_whole_sheer_ends(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The garment with the ground taken out of what it shows through at the ends of plain sleeves, and
    without teeth there."""
    picture, opacity, parts = garment.picture, garment.opacity, garment.parts
    for part in SLEEVES:
        cloth = _plain_colour(picture[::EVERY, ::EVERY][parts[::EVERY, ::EVERY] == part])
        if cloth is None:
            continue
        rows, columns = box_of(parts == part)
        rows = slice(rows.stop - max(8, round(END * (rows.stop - rows.start))), rows.stop)
        beside = ~np.isin(parts[rows, columns], (part, GarmentPart.OUTSIDE))
        own = (parts[rows, columns] == part) & (opacity[rows, columns] > 0.5)
        whole = _without_teeth(own, round(TEETH / END * own.shape[0])) & ~beside
        clear = _without_ground(picture[rows, columns].astype(np.float32), whole, cloth)
        if clear is None:
            continue
        if picture is garment.picture:
            picture, opacity, parts = picture.copy(), opacity.copy(), parts.copy()
        picture[rows, columns] = clear
        filled = blurred(whole.astype(np.float32), SOFT_PX) * whole
        opacity[rows, columns] = np.where(beside, opacity[rows, columns], np.maximum(opacity[rows, columns], filled))
        parts[rows, columns][whole] = part
    return replace(garment, picture=picture, opacity=opacity, parts=parts)


def _plain_colour(pixels: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """The colour of plain, coloured cloth; None of other cloth, or of next to none."""
    if len(pixels) < LEAST_READ:
        return None
    colour = np.median(pixels, axis=0).astype(np.float32)
    plain = np.median(np.abs(pixels - colour).max(axis=1)) < PLAIN
    told = np.ptp(colour) > COLOURED and np.linalg.norm(255.0 - colour) > DEEP
    return colour if plain and told else None


def _without_ground(
    colour: NDArray[np.float32], own: NDArray[np.bool_], cloth: NDArray[np.float32]
) -> NDArray[np.uint8] | None:
    """The colours (h, w, 3) of a part's end without the white that shows through; None where none does."""
    way = 255.0 - cloth
    share = ((colour - cloth) @ way) / float(way @ way)
    near = np.linalg.norm(colour - cloth - share[..., None] * way, axis=2) < OFF_THE_LINE
    pale = own & near & (share > SEEN_THROUGH[0]) & (share < SEEN_THROUGH[1])
    layer = opened(pale, 1)
    among = float(layer.sum()) / max(1.0, float(own[layer.any(axis=1)].sum()))
    if not USUAL[0] < among < USUAL[1]:
        return None
    # The rim of a layer is as pale as it is.
    zone = blurred(cv2.dilate(bits(layer), np.ones((5, 5), np.uint8)).astype(np.float32), SOFT_PX)
    taken = zone * np.clip(share, 0.0, 1.0) * (1 - STAYS) * near
    return np.clip(np.rint(colour - taken[..., None] * way), 0, 255).astype(np.uint8)


def _without_teeth(own: NDArray[np.bool_], deep: int) -> NDArray[np.bool_]:
    """A sleeve's end (h, w) with its last `deep` rows ending in one line between its corners."""
    end = own.copy()
    end[: max(0, len(own) - deep)] = False
    corners = cv2.findNonZero(bits(end))
    hull = np.zeros(own.shape, np.uint8)
    if corners is not None:
        cv2.fillConvexPoly(hull, cv2.convexHull(corners), 1)
    return own | (hull > 0)
