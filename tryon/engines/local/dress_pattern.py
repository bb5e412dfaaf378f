"""A dress read as a top and a skirt, a jumpsuit as a top and trousers, which meet at the waist."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, GarmentAnalysis, GarmentPart
from tryon.engines.local.bottoms_pattern import BottomPattern, read_bottom_pattern, with_leg_parts
from tryon.engines.local.pattern import Pattern, read_pattern

OVERLAP: Final = 0.02
"""Of the height: how far seat and legs of a jumpsuit reach into each other."""
WAIST_STEPS: Final = 9
"""Points along the waist where the two parts meet."""
SLEEVES: Final = (GarmentPart.LEFT_SLEEVE, GarmentPart.RIGHT_SLEEVE)


@dataclass(frozen=True, slots=True)
class DressPattern:
    upper: Pattern
    """From neck to waist; its hem is the waist."""
    lower: BottomPattern
    """From the waist down."""

    @property
    def has_legs(self) -> bool:
        return not self.lower.is_skirt


def read_dress_pattern(garment: GarmentAnalysis) -> DressPattern:
    return DressPattern(read_pattern(upper_part(garment)), read_bottom_pattern(lower_part(garment)))


def upper_part(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The product as if it were cut off at its waist, with the points of a top."""
    waist = round(garment.points["waist_middle"][1])
    parts = garment.parts.copy()
    below = parts[waist:]
    below[~np.isin(below, SLEEVES)] = GarmentPart.OUTSIDE
    points = {f"hem_{place}": garment.points[f"waist_{place}"] for place in (*SIDES, "middle")}
    return replace(garment, parts=parts, points={**garment.points, **points})


def lower_part(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The product as if it began at its waist, with the points of a bottom and without sleeves that hang beside it."""
    opacity = np.where(np.isin(garment.parts, SLEEVES), np.float32(0), garment.opacity)
    right, left = (np.asarray(garment.points[f"waist_{side}"]) for side in SIDES)
    line = right + (left - right) * np.linspace(0.0, 1.0, WAIST_STEPS)[:, None]
    return replace(garment, opacity=opacity.astype(np.float32), neckline=line.astype(np.float32), category="bottoms")


def without_legs(garment: GarmentAnalysis) -> GarmentAnalysis:
    """A jumpsuit down to a little below its crotch, where its legs lie over it; a dress as it is."""
    if "crotch" not in garment.points:
        return garment
    parts = with_leg_parts(garment).parts
    legs = np.isin(parts, SLEEVES) & ~np.isin(garment.parts, SLEEVES)
    legs[: round(garment.points["crotch"][1] + OVERLAP * len(parts))] = False
    return replace(garment, parts=np.where(legs, np.uint8(GarmentPart.OUTSIDE), garment.parts))


def legs_alone(garment: GarmentAnalysis) -> GarmentAnalysis:
    """A jumpsuit's legs, labelled as limbs, and nothing else of it."""
    parts = with_leg_parts(garment).parts
    legs = np.isin(parts, SLEEVES) & ~np.isin(garment.parts, SLEEVES)
    return replace(garment, parts=np.where(legs, parts, np.uint8(GarmentPart.OUTSIDE)))
