"""Trousers, shorts and skirts cut off a model: cloth under hands and under the top's hem, and their landmarks."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, PersonAnalysis
from tryon.engines.local.bottoms_landmarks import LowerLandmarks, read_lower_landmarks
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.ground import Mask
from tryon.engines.local.worn_cutout import BEFORE, Revealed, between, with_cloth

USUAL_WAIST: Final = 0.84
"""Torso level of a waistband that the top hangs over."""
SURE: Final = 0.6
"""Quality of landmarks from which the crotch was seen as the end of the gap between the legs."""


def reveal_bottom(person: PersonAnalysis, figure: Figure, stance: Stance, cloth: Mask) -> Revealed:
    """The garment with cloth under hands and bags, and up to the waist where a top hangs over it."""
    hidden = np.isin(person.labels, BEFORE) & ~cloth & between(cloth)
    if stance.waist_hidden:
        hidden |= _up_to_the_waist(figure, stance, cloth) & ~cloth
    return with_cloth(person, cloth, hidden, figure.unit)


def _up_to_the_waist(figure: Figure, stance: Stance, cloth: Mask) -> Mask:
    """Between the usual waist and where the garment comes out from under the top."""
    levels = np.linspace(USUAL_WAIST, max(stance.waist_level, USUAL_WAIST) + 0.05, 8)
    rows = cloth[int(np.clip(figure.at_level(stance.waist_level + 0.08)[1], 0, len(cloth) - 1))]
    columns = np.flatnonzero(rows)
    ring = []
    for side, sign in zip(SIDES, (-1.0, 1.0), strict=True):
        half = np.interp(levels, TORSO_LEVELS, figure.bare[side])
        centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        line = centre + np.outer(sign * half, figure.across)
        if columns.size:
            # No wider than the garment is seen to be just below.
            line[:, 0] = np.clip(line[:, 0], columns[0], columns[-1])
        ring.append(line)
    canvas = np.zeros(cloth.shape, np.uint8)
    cv2.fillPoly(canvas, [np.rint(np.vstack([ring[0], ring[1][::-1]])).astype(np.int32)], 1)
    return canvas > 0


def read_worn_bottom(cloth: Mask, stance: Stance, corner: tuple[int, int]) -> LowerLandmarks:
    """The landmarks in pixels of `cloth`, which was cut out of the photo at `corner`; legs that touch part where the
    model's do."""
    found = read_lower_landmarks(cloth)
    if "crotch" not in found.points or found.quality > SURE:
        return found
    crotch = (float(stance.crotch[0] - corner[0]), float(stance.crotch[1] - corner[1]))
    return replace(found, points={**found.points, "crotch": crotch}, quality=SURE)
