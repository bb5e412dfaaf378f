"""Looks at feet in new shoes: what must not have changed, and whether the shoes are seen and the old ones gone."""

from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, GarmentPart, Picture
from tryon.engines.local.checks import CHANGED, ENOUGH_SHOWN, Limits
from tryon.engines.local.footwear_dressing import DressedShoes
from tryon.engines.local.linear import difference, to_lab

ENOUGH_PX: Final = 100

FOOTWEAR_LIMITS: Final[Limits] = {
    "hands_and_hair": (0.97, 1.0),
    "outside_identical": (1.0, 1.0),
    "colour_error": (0.0, 12.0),
    "old_shoes_left": (0.0, 0.10),
    "shoes_shown": (0.5, 1.0),
}


def score_shoes(photo: Picture, dressed: DressedShoes, garment: GarmentAnalysis) -> dict[str, float]:
    """`old_shoes_left` is the share of the old shoes outside trousers that the new picture still shows, `shoes_shown`
    the seen share of the less seen shoe as it was placed, 1 from ENOUGH_SHOWN on."""
    left, upper, right, lower = dressed.box
    before, after = photo[upper:lower, left:right], dressed.picture[upper:lower, left:right]
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    hands = np.isin(dressed.person.labels, (BodyLabel.HAND, BodyLabel.HAIR, BodyLabel.HEAD))
    old = np.logical_or.reduce([foot.shoe & ~foot.cloth for foot in dressed.feet.values()])
    return {
        "hands_and_hair": float(1 - changed[hands].mean()) if hands.sum() > ENOUGH_PX else 1.0,
        "outside_identical": float(np.array_equal(photo[~dressed.edited], dressed.picture[~dressed.edited])),
        "colour_error": _colour_error(after, dressed, garment),
        "old_shoes_left": float((dressed.cover[old] < 0.5).mean()) if old.any() else 0.0,
        "shoes_shown": float(np.clip(min(dressed.shown.values()) / ENOUGH_SHOWN, 0.0, 1.0)),
    }


def _colour_error(after: Picture, dressed: DressedShoes, garment: GarmentAnalysis) -> float:
    """CIEDE2000 between the product's median colour and that of what is seen of it."""
    shown = dressed.visible > 0.95
    product = (garment.parts == GarmentPart.TORSO) & (garment.opacity > 0.95)
    if shown.sum() < ENOUGH_PX or product.sum() < ENOUGH_PX:
        return 99.0
    wanted = np.median(to_lab(garment.picture[product]), axis=0)
    return difference(wanted, np.median(to_lab(after[shown]), axis=0))
