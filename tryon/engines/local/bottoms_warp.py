"""Carries the ribs of trousers or a skirt onto their place: one spline for the seat, one for each leg.

Seat and leg share knots around the crotch, so that they meet; two legs never share one map, for they may cross.
"""

from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, Opacity, Points, Side
from tryon.engines.local.bottoms_pattern import COLUMNS, Ribs
from tryon.engines.local.raster import polygon_opacity
from tryon.engines.local.spline import FloatMap, dense_map, fit_spline
from tryon.engines.local.warp import Warp

STIFFNESS: Final = 2e-5
SHARED_ROWS: Final = 3
"""Rows of each leg that the seat's map knows, and of the seat that a leg's map knows."""
MARGIN: Final = 0.16
"""Of a rib's width: how far the map may be used beyond it. The product's own opacity draws the edge."""
OPENS_RIBS: Final = 9
"""At the crotch a leg's map may fold beyond its inner edge: only from so many of 14 ribs on has it all that room."""
PAST_THE_HEM: Final = 0.6
"""Ribs: a frayed hem hangs lower than its named points."""


def carry_bottom(source: Ribs, placed: Ribs, height: int, width: int) -> Warp:
    """Maps for a frame of (height, width); the legs stand where a top has its sleeves, the hind leg first."""
    seat = dense_map(fit_spline(seat_knots(placed), seat_knots(source), STIFFNESS), height, width)
    legs, areas = carry_legs(source, placed, height, width)
    return Warp(seat, seat_area(placed, (height, width)), legs, areas)


def carry_legs(source: Ribs, placed: Ribs, height: int, width: int) -> tuple[dict[Side, FloatMap], dict[Side, Opacity]]:
    """Of each leg its map and where it may be used, the hind leg first."""
    legs, areas = {}, {}
    for side in placed.legs:
        pairs = (_leg_knots(placed, side), _leg_knots(source, side))
        legs[side] = dense_map(fit_spline(*pairs, STIFFNESS), height, width)
        areas[side] = _leg_area(placed.legs[side], (height, width))
    return legs, areas


def seat_knots(ribs: Ribs) -> Points:
    """The seat's grid and the beginning of the legs, but not their inner edges: those part at once in the product and
    may touch on the body, which would tear the map."""
    begun = [ribs.legs[side][1:SHARED_ROWS, :2].reshape(-1, 2) for side in SIDES if side in ribs.legs]
    return np.vstack([ribs.seat.reshape(-1, 2), *begun]).astype(np.float32)


def _leg_knots(ribs: Ribs, side: Side) -> Points:
    """The leg's ribs, and above it the seat's half of its own side."""
    half = slice(0, COLUMNS // 2 + 1) if side == "right" else slice(COLUMNS // 2, COLUMNS)
    above = ribs.seat[-1 - SHARED_ROWS : -1, half].reshape(-1, 2)
    return np.vstack([ribs.legs[side].reshape(-1, 2), above]).astype(np.float32)


def seat_area(placed: Ribs, shape: tuple[int, int]) -> Opacity:
    """The seat with room at its sides and above; below it goes on a little under the legs, of skirts past the hem."""
    grid = placed.seat
    across = (grid[:, -1] - grid[:, 0]) * np.float32(MARGIN / 2)
    step = grid[-1] - grid[-2]
    end = grid[-1] + step * np.float32(PAST_THE_HEM)
    rise = grid[0] - (grid[1] - grid[0]) * np.float32(0.5)
    right = [*(grid[:, 0] - across), end[0] - across[-1]]
    left = [*(grid[:, -1] + across), end[-1] + across[-1]]
    ring = [*rise, *left, *end[::-1], *right[::-1]]
    return polygon_opacity(shape, np.asarray(ring, np.float32), 0.0)


def _leg_area(leg: Points, shape: tuple[int, int]) -> Opacity:
    across = leg[:, 0] - leg[:, 2]
    opens = np.clip(np.arange(len(leg), dtype=np.float32) / np.float32(OPENS_RIBS), 0.0, 1.0)[:, None]
    outer, inner = leg[:, 0] + across * np.float32(MARGIN), leg[:, 2] - across * np.float32(MARGIN) * opens
    on = (leg[-1, 1] - leg[-2, 1]) * np.float32(PAST_THE_HEM)
    ring = np.vstack([outer, outer[-1:] + on, inner[-1:] + on, inner[::-1]])
    return polygon_opacity(shape, ring.astype(np.float32), 0.0)
