"""Carries a dress onto its place: one spline for trunk and skirt, so that prints and seams go on across the waist.

The legs of a jumpsuit have maps of their own, as those of trousers do.
"""

from dataclasses import replace

import numpy as np

from tryon.engines.local.analysis import GarmentAnalysis
from tryon.engines.local.bottoms_dressing import sewn_at_crotch
from tryon.engines.local.bottoms_warp import carry_legs, seat_area, seat_knots
from tryon.engines.local.dress_pattern import DressPattern, legs_alone, without_legs
from tryon.engines.local.dress_target import DressTarget
from tryon.engines.local.enlarging import enlarged_warp
from tryon.engines.local.layers import Cloth, lay_out
from tryon.engines.local.spline import dense_map, fit_spline
from tryon.engines.local.warp import STIFFNESS, Warp, carry_sleeves, torso_area, torso_pairs


def carry_dress(garment: GarmentAnalysis, pattern: DressPattern, target: DressTarget, height: int, width: int) -> Warp:
    """Maps of trunk, skirt and sleeves for a frame of (height, width); of a jumpsuit down to the crotch."""
    placed, source = torso_pairs(garment, pattern.upper, target.upper)
    # The first row of the lower part is the waist, which the upper part has already.
    below = len(target.lower.ribs.seat[0])
    placed = np.vstack([placed, seat_knots(target.lower.ribs)[below:]])
    source = np.vstack([source, seat_knots(pattern.lower.ribs)[below:]])
    trunk = dense_map(fit_spline(placed, source, STIFFNESS), height, width)
    area = np.maximum(
        torso_area(garment, pattern.upper, target.upper, (height, width)),
        seat_area(target.lower.ribs, (height, width)),
    )
    return Warp(trunk, area, *carry_sleeves(pattern.upper, target.upper, height, width))


def lay_out_dress(
    garment: GarmentAnalysis,
    pattern: DressPattern,
    target: DressTarget,
    warp: Warp,
    shape: tuple[int, ...],
    unit: float,
) -> Cloth:
    """The dress in a frame of `shape`, enlarged from that of `warp`; `unit` is the body's there."""
    upper = lay_out(without_legs(garment), enlarged_warp(warp, shape))
    if not pattern.has_legs:
        return upper
    maps = carry_legs(pattern.lower.ribs, target.lower.ribs, *warp.torso.shape[:2])
    legs = lay_out(legs_alone(garment), enlarged_warp(Warp(warp.torso, warp.torso_area, *maps), shape))
    share = legs.opacity[..., None]
    colour = np.rint(upper.colour * (1 - share) + legs.colour * share).astype(np.uint8)
    opacity = (1 - (1 - upper.opacity) * (1 - legs.opacity)).astype(np.float32)
    factor = shape[1] / warp.torso.shape[1]
    opacity = sewn_at_crotch(opacity, legs, target.lower, unit / factor, factor)
    return replace(upper, colour=colour, opacity=opacity)
