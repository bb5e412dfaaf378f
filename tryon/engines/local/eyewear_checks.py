"""Looks at a face with new glasses."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, Picture
from tryon.engines.local.eyewear_dressing import DressedGlasses
from tryon.engines.local.head_checks import kept_face, part_of, seat
from tryon.engines.local.linear import difference, to_lab
from tryon.engines.local.raster import bits, disc

ENOUGH_PX: Final = 60
"""A rim thinner than a pixel nowhere shows its own colour."""


def score_glasses(photo: Picture, dressed: DressedGlasses, garment: GarmentAnalysis) -> dict[str, float]:
    before, after = part_of(photo, dressed.box), part_of(dressed.picture, dressed.box)
    return {
        "face_identical": kept_face(before, after, dressed.person, dressed.cover),
        "outside_identical": float(np.array_equal(photo[~dressed.edited], dressed.picture[~dressed.edited])),
        "colour_error": _colour_error(after, dressed, garment),
        **seat(dressed.person, dressed.target.head),
    }


def _colour_error(after: Picture, dressed: DressedGlasses, garment: GarmentAnalysis) -> float:
    """CIEDE2000 between the median colours of the product's frame and of the worn one; 0 where the rims are so thin
    that no pixel shows them alone."""
    shown = cv2.erode(bits(dressed.frame > 0.95), disc(1)) > 0
    product = (garment.parts == GarmentPart.TORSO) & (garment.opacity > 0.95)
    if shown.sum() < ENOUGH_PX or product.sum() < ENOUGH_PX:
        return 0.0
    wanted = np.median(to_lab(garment.picture[product]), axis=0)
    return difference(wanted, np.median(to_lab(after[shown]), axis=0))
