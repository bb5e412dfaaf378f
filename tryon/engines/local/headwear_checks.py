"""Looks at a head with a new hat."""

from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Picture
from tryon.engines.local.checks import CHANGED, Limits
from tryon.engines.local.head_checks import HEAD_LIMITS, kept_face, part_of, seat
from tryon.engines.local.headwear_dressing import DressedHat
from tryon.engines.local.linear import difference, to_lab

ENOUGH_PX: Final = 100

HEADWEAR_LIMITS: Final[Limits] = {**HEAD_LIMITS, "hair_left": (0.0, 0.05)}


def score_hat(photo: Picture, dressed: DressedHat, garment: GarmentAnalysis) -> dict[str, float]:
    before, after = part_of(photo, dressed.box), part_of(dressed.picture, dressed.box)
    return {
        "face_identical": kept_face(before, after, dressed.person, dressed.cover),
        "outside_identical": float(np.array_equal(photo[~dressed.edited], dressed.picture[~dressed.edited])),
        "colour_error": _colour_error(after, dressed, garment),
        "hair_left": _hair_left(before, after, dressed),
        **seat(dressed.person, dressed.target.head),
    }


def _colour_error(after: Picture, dressed: DressedHat, garment: GarmentAnalysis) -> float:
    """CIEDE2000 between the product's median colour and the worn hat's."""
    shown, product = dressed.hat > 0.95, garment.opacity > 0.95
    if shown.sum() < ENOUGH_PX or product.sum() < ENOUGH_PX:
        return 99.0
    wanted = np.median(to_lab(garment.picture[product]), axis=0)
    return difference(wanted, np.median(to_lab(after[shown]), axis=0))


def _hair_left(before: Picture, after: Picture, dressed: DressedHat) -> float:
    """Share of the hair above a hat's crown that still stands there; 0 for bands, which leave it."""
    if dressed.target.kind == "band":
        return 0.0
    rows = np.indices(dressed.hat.shape)[0]
    high = (dressed.person.labels == BodyLabel.HAIR) & (rows < dressed.target.top[1]) & (dressed.hat < 0.5)
    if high.sum() < ENOUGH_PX:
        return 0.0
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    return float(1.0 - changed[high].mean())
