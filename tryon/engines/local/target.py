"""Where a top must lie on this body: every landmark of its pattern, placed in the person's photo.

Two sources are weighed. The silhouette of what is worn now gives real edges and folds, so it is kept where a garment
like this one would fall there anyway. Where it would not (other length, other width, no sleeves), the body and the
product's own proportions decide. Length, neckline and sleeve length are always the product's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import SIDES, GarmentAnalysis, PersonAnalysis, Points, Side
from tryon.engines.local.bare_shoulder_target import edge_between, place_edge_ends, within_sides
from tryon.engines.local.collar import CollarMove, collar_move
from tryon.engines.local.figure import Figure
from tryon.engines.local.hem_target import is_tucked_in, place_hem, waist_line, waistband_level
from tryon.engines.local.over_bottom import over_bottom
from tryon.engines.local.pattern import Pattern, SleeveOutline
from tryon.engines.local.shoulder_target import (
    garment_scale,
    place_neck,
    place_shoulders,
    shoulder_line,
    with_own_widths,
)
from tryon.engines.local.sleeve_target import over_bare_arm, place_sleeve
from tryon.engines.local.torso_target import hem_curve, place_sides

USUAL_WAISTBAND_LEVEL = 0.84
"""Where trousers and skirts begin when the old top hides it: a little above the hips."""


@dataclass(frozen=True, slots=True)
class Target:
    scale: float
    """Pixels of the photo per pixel of the garment's picture, along the figure."""
    neck: Mapping[Side, Points]
    shoulder: Mapping[Side, Points]
    shoulder_line: Mapping[Side, Points]
    """(n, 2) along the shoulder's upper edge at SHOULDER_STEPS, from neck to shoulder."""
    armpit: Mapping[Side, Points]
    collar: CollarMove
    neckline: Points
    """(n, 2) front neckline from the wearer's right to the left."""
    waist_line: Points | None
    """(n, 2) the waistband from the wearer's right to the left where the top is tucked in behind it."""
    sides: Mapping[Side, Points]
    hem: Points
    sleeves: Mapping[Side, SleeveOutline]
    hem_level: float
    waistband_level: float
    """Where the bottom garment begins, or would where the old top hides it."""
    bare_shoulders: bool = False
    """Its upper edge goes level around arms or chest: above it everything is bare."""
    has_collar: bool = False
    """Something of it may stand up beside the neck, off the body."""

    @property
    def tucked(self) -> bool:
        """The hem goes behind the waistband."""
        return self.waist_line is not None


def place_garment(
    person: PersonAnalysis, figure: Figure, garment: GarmentAnalysis, pattern: Pattern, options: TryOnOptions,
    ends_at: float | None = None,
) -> Target:  # fmt: skip
    """Place the pattern on the figure; `ends_at` is the torso level of its lower edge where that is not a hem."""
    scale = garment_scale(figure, pattern)
    shoulder = place_shoulders(figure, pattern, scale)
    neck, shoulder = with_own_widths(pattern, place_neck(person, figure, pattern, shoulder, scale), shoulder, scale)
    waistband = waistband_level(person, figure)
    tuck = options.tuck
    if tuck is None:
        # What is worn too large on purpose hangs, whatever the old top does.
        tuck = garment.category == "tops" and options.fit != "oversized" and is_tucked_in(person, figure, waistband)
    hem_level, tucked = place_hem(waistband, figure, pattern, neck, scale, tuck)
    if ends_at is not None:
        hem_level, tucked = ends_at, False
    sides = place_sides(figure, pattern, scale, hem_level, waistband if tucked else None, options.fit)
    if not tucked and ends_at is None:
        sides = over_bottom(person, figure, sides)
    if pattern.bare_shoulders and not pattern.sleeves:
        shoulder = within_sides(figure, shoulder, sides)
        neck = place_edge_ends(pattern, shoulder)
    armpit = {side: sides[side][0] for side in SIDES}
    sleeves = {}
    for side in pattern.sleeves:
        tip, torso = shoulder[side], sides[side]
        sleeve = place_sleeve(figure, side, pattern, garment.sleeve, tip, torso, scale, options.fit)
        sleeves[side] = over_bare_arm(person, sleeve, figure.unit)
    upper_line = {
        side: edge_between(neck[side], shoulder[side])
        if pattern.bare_shoulders
        else shoulder_line(person, figure, neck[side], shoulder[side])
        for side in SIDES
    }
    hem = hem_curve(pattern, sides, scale, tucked)
    begins = USUAL_WAISTBAND_LEVEL if waistband is None else min(waistband, USUAL_WAISTBAND_LEVEL)
    # On a model the opening is foreshortened already, and what lies below the shoulders is upright.
    upright = pattern.on_model or pattern.bare_shoulders
    collar = collar_move(pattern.neck, neck, 0.0 if upright else figure.unit)
    return Target(
        scale=scale,
        neck=neck,
        shoulder=shoulder,
        shoulder_line=upper_line,
        armpit=armpit,
        collar=collar,
        neckline=collar(pattern.neckline),
        waist_line=waist_line(person, figure, waistband) if tucked and waistband is not None else None,
        sides=sides,
        hem=hem,
        sleeves=sleeves,
        hem_level=hem_level,
        waistband_level=begins,
        bare_shoulders=pattern.bare_shoulders,
        has_collar=pattern.has_collar,
    )
