"""Where the sides and the hem of a top come to lie: its outline on this body from the armpits down."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Fit
from tryon.engines.local.analysis import SIDES, Points, Side
from tryon.engines.local.bare_shoulder_target import EDGE_LEVEL, STRAP_ARMPIT, place_corners
from tryon.engines.local.figure import BODY_HALF, TORSO_LEVELS, Figure
from tryon.engines.local.figure_arms import ARM_STATIONS
from tryon.engines.local.pattern import HEM_STEPS, SIDE_STEPS, Pattern
from tryon.engines.local.raster import smoothed_row
from tryon.engines.local.worn_width import like_old, worn_half_width

SAME_WIDTH = 0.15
"""A garment whose width is within this share of the old silhouette's fills it exactly; beyond, it differs by so much
less."""

ARMHOLE_WORN = 0.9
"""A hanging arm draws the armhole up: it shows this share of its flat depth."""

LEAST_DROP = 0.06
"""Torso lengths from the corners of a strapless garment's edge down to where its sides begin."""

DEPTH_SHARES = (0.1, 0.6)
"""The armpit of an off-shoulder garment lies between these shares of the way from its upper edge to its hem."""

BLOUSING = 0.7
"""A tucked top leaves the waistband at this slope: outwards per pixel upwards."""

HIDDEN_BY_ARM = 0.3
LEAST_TORSO = 0.85
"""The torso's side stays so far (of its inner half width) inside the middle line of an arm that hangs beside it; a
torso narrower than this share of a usual one would have to be: there the arm is in front."""

WAIST_LEVEL = 0.75
"""Below it the arms hang free of the torso."""

HIDDEN_LEVELS = 0.3
HIDDEN_FROM = 0.6
"""Torso lengths that forearms before the body hide at most, and the level from which on they do; what is hidden higher
up is hidden by upper arms."""

MIDDLE_STEP = 5

MOST_FLARE = 1.07
"""Below this of SIDE_STEPS the torso widens at most so much more than the flat product does."""

OVER_BOTTOM = 1.2
"""A top gives way to the bottom garment below it by at most this share of its width."""

UNDER_ARM = 0.05
"""The torso reaches so far (units) under an arm that hangs against it, for there is no gap between the two."""


def _armpit_level(figure: Figure, pattern: Pattern, side: Side, scale: float, hem_level: float) -> float:
    """How deep the armhole reaches: the product's depth below this side's shoulder, about the body's armpit."""
    drop = float(pattern.armpit[side][1] - pattern.shoulder[side][1]) * scale * ARMHOLE_WORN
    if pattern.on_straps:
        return STRAP_ARMPIT
    if pattern.bare_shoulders and not pattern.sleeves:
        return EDGE_LEVEL + max(drop / figure.torso_length, LEAST_DROP)
    if pattern.bare_shoulders:
        # It hangs from its edge around the arms: as deep as in the product, or its rows would sag in the middle.
        edge = figure.level_of(place_corners(figure, pattern)[side])
        return edge + _depth_share(pattern, side) * (hem_level - edge)
    start = figure.level_of(figure.shoulder_tip[side])
    return float(np.clip(start + drop / figure.torso_length, start + 0.27, start + 0.46))


def _depth_share(pattern: Pattern, side: Side) -> float:
    """How far down the way from its upper edge to the hem the armpit of an off-shoulder garment lies."""
    edge = float(pattern.shoulder[side][1])
    share = (float(pattern.armpit[side][1]) - edge) / max(float(pattern.sides[side][-1][1]) - edge, 1.0)
    return float(np.clip(share, *DEPTH_SHARES))


def place_sides(
    figure: Figure, pattern: Pattern, scale: float, hem_level: float, held_at: float | None, fit: Fit
) -> dict[Side, Points]:
    """Outline of the torso from armpit to hem; a waistband at level `held_at` draws a tucked top in."""
    flat = pattern.half_width() * scale
    placed = {}
    for side in SIDES:
        top_level = _armpit_level(figure, pattern, side, scale, hem_level)
        levels = top_level + (hem_level - top_level) * SIDE_STEPS
        width = _half_width(figure, side, levels, flat, fit)
        if held_at is not None:
            waist = 1.04 * float(np.interp(held_at, TORSO_LEVELS, figure.bare[side]))
            width = np.minimum(width, waist + BLOUSING * np.maximum(held_at - levels, 0.0) * figure.torso_length)
        sign = 1.0 if side == "left" else -1.0
        centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        placed[side] = (centre + np.outer(sign * width, figure.across)).astype(np.float32)
    return placed


def _half_width(
    figure: Figure, side: Side, levels: NDArray[np.floating], flat: NDArray[np.floating], fit: Fit
) -> NDArray[np.floating]:
    """Pixels from the axis to the new garment's side, at torso levels from armpit to hem."""
    own = worn_half_width(np.interp(levels, TORSO_LEVELS, figure.bare[side]), flat, fit)
    dressed = np.interp(levels, TORSO_LEVELS, figure.dressed)
    old = _hanging_straight(_interpolated(figure.silhouette[side], levels), levels)
    kept = like_old(own, old, own * SAME_WIDTH, fit)
    width = np.where(np.isfinite(old) & (dressed > 0.5), kept, own) if dressed.mean() > 0.2 else own
    arm = _interpolated(figure.to_arm[side], levels)
    closing = np.isfinite(arm) & (arm < 1.15 * own) & (levels < WAIST_LEVEL)
    width = np.where(closing, np.maximum(width, np.nan_to_num(arm) + UNDER_ARM * figure.unit), width)
    width = smoothed_row(np.minimum(width, _inside_the_arm(figure, side, levels)), 0.9)
    # A hand or the other garment beside the hem must not flare it: it widens as the product does, and a little.
    flare = np.maximum(flat / max(float(flat[MIDDLE_STEP]), 1.0), 1.0) * MOST_FLARE
    width = np.where(SIDE_STEPS[MIDDLE_STEP] < SIDE_STEPS, np.minimum(width, width[MIDDLE_STEP] * flare), width)
    # Over trousers or a skirt it is as wide as they are, or they would stand out beside its hem.
    seen = np.nan_to_num(np.where(np.isfinite(old), old, arm))
    under = np.where((dressed <= 0.5) & (levels > WAIST_LEVEL), seen, 0.0)
    return np.maximum(width, smoothed_row(np.maximum(width, np.minimum(under, OVER_BOTTOM * width)), 0.9))


def _hanging_straight(old: NDArray[np.floating], levels: NDArray[np.floating]) -> NDArray[np.floating]:
    """The old outline at `levels`, above what is seen of it as wide as there: forearms before the body hide it, and a
    garment that was narrower behind them would bulge where it is widened to it below them."""
    seen = np.flatnonzero(np.isfinite(old))
    below = np.searchsorted(seen, np.arange(len(old)))
    hidden = np.flatnonzero(np.isnan(old) & (below < len(seen)) & (levels > HIDDEN_FROM))
    next_seen = seen[below[hidden]]
    near = levels[next_seen] - levels[hidden] < HIDDEN_LEVELS
    filled = old.copy()
    filled[hidden[near]] = old[next_seen[near]]
    return filled


def _inside_the_arm(figure: Figure, side: Side, levels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Pixels from the axis to the upper arm that hangs beside the torso, infinite where none does."""
    arm, sign = figure.arms[side], 1.0 if side == "left" else -1.0
    upper = arm.path[: len(ARM_STATIONS) // 2 + 1] - figure.shoulder_middle
    reached = upper @ figure.down / figure.torso_length
    offset = sign * (upper @ figure.across) - HIDDEN_BY_ARM * arm.bare_inner[: len(upper)]
    own = LEAST_TORSO * np.interp(levels, TORSO_LEVELS, BODY_HALF) * figure.unit
    limit = np.interp(levels, reached, offset, left=np.inf, right=np.inf)
    return np.where((limit > own) & bool((np.diff(reached) > 0).all()), limit, np.inf)


def _interpolated(values: NDArray[np.float32], levels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Values at torso levels; NaN where the measured levels around are mostly unseen."""
    seen = np.isfinite(values)
    if seen.sum() < 2:
        return np.full(len(levels), np.nan)
    filled = np.interp(levels, TORSO_LEVELS[seen], values[seen])
    near = np.abs(levels[:, None] - TORSO_LEVELS[seen][None, :]).min(axis=1) < 0.08
    return np.where(near, filled, np.nan)


def hem_curve(pattern: Pattern, sides: Mapping[Side, Points], scale: float, tucked: bool) -> Points:
    """The hem: the product's own curve between the ends of the sides, sagging a little like a ring seen from above."""
    right, left = sides["right"][-1], sides["left"][-1]
    line = right + (left - right) * HEM_STEPS[:, None]
    own = pattern.hem[:, 1] - np.linspace(pattern.hem[0, 1], pattern.hem[-1, 1], len(HEM_STEPS))
    sag = 0.02 * float(np.linalg.norm(left - right)) * (1 - (2 * HEM_STEPS - 1) ** 2)
    line[:, 1] += (0.0 if tucked else 1.0) * own * scale + sag
    return line.astype(np.float32)
