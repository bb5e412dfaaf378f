"""A dress on a model: a top down to the model's waist, a skirt from there on."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.bottoms_landmarks import read_below_waist
from tryon.engines.local.figure import Figure
from tryon.engines.local.garment_landmarks import UpperLandmarks
from tryon.engines.local.ground import Mask
from tryon.engines.local.raster import largest_piece
from tryon.engines.local.worn_doubts import refuse

WAIST: Final = 0.64
"""Torso level of a body's narrowest place."""


def with_lower_half(landmarks: UpperLandmarks, figure: Figure, trunk: Mask) -> UpperLandmarks:
    """The landmarks of a top with those of a dress below the waist; `trunk` is the garment without its sleeves.

    Raises GarmentNotFound where legs part below: on a model a jumpsuit can't be told from a top and trousers.
    """
    waist = int(np.clip(figure.at_level(WAIST)[1], 0, len(trunk) - 2))
    below = read_below_waist(largest_piece(trunk[waist:]))
    if "crotch" in below.points:
        refuse("two_pieces")
    points = {name: spot for name, spot in landmarks.points.items() if not name.startswith(("hem", "waist"))}
    points |= {name: (x, y + waist) for name, (x, y) in below.points.items() if not name.startswith("waist")}
    columns = np.flatnonzero(trunk[waist])
    first, last = (float(columns[0]), float(columns[-1])) if columns.size else (0.0, trunk.shape[1] - 1.0)
    points |= {
        "waist_right": (first, float(waist)),
        "waist_left": (last, float(waist)),
        "waist_middle": ((first + last) / 2, float(waist)),
    }
    return replace(landmarks, points=points)
