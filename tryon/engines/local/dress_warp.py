"""Carries a dress onto its place: one spline for trunk and skirt, so that prints and seams go on across the waist."""

import numpy as np

from tryon.engines.local.analysis import GarmentAnalysis
from tryon.engines.local.bottoms_warp import seat_area, seat_knots
from tryon.engines.local.dress_pattern import DressPattern
from tryon.engines.local.dress_target import DressTarget
from tryon.engines.local.spline import dense_map, fit_spline
from tryon.engines.local.warp import STIFFNESS, Warp, carry_sleeves, torso_area, torso_pairs


def carry_dress(garment: GarmentAnalysis, pattern: DressPattern, target: DressTarget, height: int, width: int) -> Warp:
    """Maps for a frame of (height, width)."""
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
