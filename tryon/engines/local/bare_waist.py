"""What a short top leaves bare of the waist: no wider than the body, and no more of it than the old dress leaves."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis, Side
from tryon.engines.local.figure import BODY_HALF, TORSO_LEVELS, Figure
from tryon.engines.local.one_piece import is_one_piece
from tryon.engines.local.rays import Widths
from tryon.engines.local.target import Target

BUILD_LEVELS: Final = (0.3, 0.95)
BUILD_PERCENTILE: Final = 15
BUILDS: Final = (0.85, 1.1)
"""How many times as wide as usual the body is under loose cloth is told by where that cloth is narrowest."""
UNDER_HEM: Final = 0.97
FLARE: Final = 0.35
"""Under the hem skin is so many times as wide as the hem, and spreads by at most this share of its way down."""
EASING: Final = 0.12
"""Torso levels over which the narrowed waist goes over into the widths above and below it."""

WAIST_LEVELS: Final = (0.45, 0.86)
"""A dress has its waist where it is narrowest between these levels."""
OVERLAP: Final = 0.03
"""The skirt goes so far (levels) under the new hem."""


def with_bare_waist(figure: Figure, target: Target) -> Figure:
    """The figure with the body's own widths between the new hem and the waistband."""
    start, end = target.hem_level, target.waistband_level
    if not start < end:
        return figure
    bare: dict[Side, Widths] = {}
    for side in SIDES:
        usual = BODY_HALF * np.float32(figure.unit)
        sure = (BUILD_LEVELS[0] < TORSO_LEVELS) & (BUILD_LEVELS[1] > TORSO_LEVELS)
        build = float(np.clip(np.percentile((figure.bare[side] / usual)[sure], BUILD_PERCENTILE), *BUILDS))
        corner = target.hem[-1 if side == "left" else 0]
        hem = abs(float((corner - figure.shoulder_middle) @ figure.across))
        under = UNDER_HEM * hem + FLARE * np.maximum(TORSO_LEVELS - start, 0.0) * figure.torso_length
        narrow = np.minimum(figure.bare[side], np.minimum(build * usual, np.maximum(under, 0.6 * usual)))
        near = np.minimum(TORSO_LEVELS - (start - 0.1 - EASING), end + EASING - TORSO_LEVELS) / EASING
        share = np.clip(near, 0.0, 1.0)
        bare[side] = np.asarray(figure.bare[side] + (narrow - figure.bare[side]) * share, np.float32)
    return replace(figure, bare=bare)


def with_skirt_to_the_waist(person: PersonAnalysis, figure: Figure, target: Target) -> tuple[PersonAnalysis, Target]:
    """The old dress below its waist keeps hanging there as a skirt, where the new top is too short to hide more."""
    begins = target.waistband_level
    if target.tucked or target.hem_level >= begins:
        return person, target
    levels = TORSO_LEVELS[(WAIST_LEVELS[0] < TORSO_LEVELS) & (WAIST_LEVELS[1] > TORSO_LEVELS)]
    width = np.interp(levels, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"])
    waist = max(float(levels[width.argmin()]), target.hem_level - OVERLAP)
    if waist >= begins or not is_one_piece(person, figure, begins):
        return person, target
    rows, columns = np.indices(person.labels.shape, dtype=np.float32)
    x, y = columns - figure.shoulder_middle[0], rows - figure.shoulder_middle[1]
    level = (x * figure.down[0] + y * figure.down[1]) / figure.torso_length
    skirt = (person.labels == BodyLabel.TOP) & (level > waist) & (level < begins + EASING)
    labels = np.where(skirt, np.uint8(BodyLabel.BOTTOM), person.labels)
    return replace(person, labels=labels), replace(target, waistband_level=waist)
