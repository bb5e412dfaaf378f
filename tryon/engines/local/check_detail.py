"""Whether a product's picture shows enough of it for a photo taken this close."""

from typing import Final

import numpy as np

from tryon.engines.local.analysis import GarmentAnalysis, Picture
from tryon.engines.local.check_view import Judged
from tryon.engines.local.crisp import folds_seen
from tryon.engines.local.warp import Strain

PHONE_PX: Final = 768 * 1024
"""Of a picture on a phone's whole screen."""
FOLDS_COUNT: Final = 0.5
"""The power by which folds that are flatter than usual count: cloth that lost two thirds of their depth to a bright
page passes for paper up to 0.87 pixels, and is one white shape without any body in it where it is a whole dress; other
cloth is fuzzy from a half on."""


def product_detail(photo: Picture, dressed: Judged, strain: Strain, garment: GarmentAnalysis) -> float:
    """Pixels of the product's picture for one of the result's, along a line, where the result has as many as a phone
    shows: below 1 the product is enlarged there, and may look fuzzy beside a sharp person. 1 for any more. Pale cloth
    whose folds are hardly seen has less."""
    factor = (dressed.box[2] - dressed.box[0]) / dressed.warp.torso.shape[1]
    shown_at = (PHONE_PX / (photo.shape[0] * photo.shape[1])) ** 0.5
    density = min(1.0, strain.density / (factor * shown_at))
    return density * folds_seen(garment.picture, np.rint(garment.opacity * 255).astype(np.uint8)) ** FOLDS_COUNT
