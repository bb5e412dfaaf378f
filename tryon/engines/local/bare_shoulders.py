"""Tells tops and dresses that leave the shoulders bare: off-shoulder ones with their sleeves, and strapless ones.

Their upper edge is level from the middle to its outer corners. Every garment that hangs on shoulders falls there.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.outline import Path, distance_from_chord
from tryon.engines.local.shoulders import Shoulder
from tryon.engines.local.sleeves import SideShape, cuff_below

LEVEL: Final = 0.12
"""Of the armpit's distance from the middle: an upper edge that rises and falls less is level, frills included; the
flattest shoulders fall 0.2."""
MIDDLE: Final = 0.6
"""Of the same: within it the edge may dip, as a heart-shaped one does."""
DEEPEST_DIP: Final = 0.3
"""Of the same. Between puff sleeves that stand on the shoulders the neckline lies deeper."""
FARTHEST: Final = 2.2
"""Of the same: sleeves spread out level reach farther than those that hang from the edge."""
NEAREST: Final = 0.86
"""A strapless garment is level out to here: straps and necklines end before."""
BELOW_CORNER: Final = 0.16
"""Of the corner's distance from the middle: so far below its corner a strapless garment's side is looked at."""
STEEP: Final = 0.35
"""Outwards per pixel downwards: there the side of a strapless garment goes down straight, no armhole cuts into it."""
NECK: Final = 0.8
"""Of the corner's distance from the middle: where sleeves begin, seen along the upper edge."""


def with_bare_shoulder(shape: SideShape, height: float) -> tuple[SideShape, Shoulder] | None:
    """The side as that of a garment without shoulders, its cuff below the corner; None where it has a shoulder."""
    corner = _level_corner(shape)
    if corner is None:
        return None
    path = shape.side.path
    if shape.has_sleeve:
        outer, inner, quality = cuff_below(path, corner, shape.armpit_index, height)
        shape = replace(shape, cuff_outer_index=outer, cuff_inner_index=inner, quality=quality)
    else:
        below = _below(path, corner)
        if below is None or not _goes_straight_down(path, corner, below):
            return None
        shape = replace(shape, armpit=path[below], armpit_index=below)
    begins = min(NECK * float(path[corner, 0]), float(shape.armpit[0]) if shape.has_sleeve else np.inf)
    neck = int(np.argmax(path[: corner + 1, 0] >= begins))
    return shape, Shoulder(path[neck], neck, path[corner], corner, True, 0.7)


def _level_corner(shape: SideShape) -> int | None:
    """Where the level upper edge ends; None where it is not level as far out as it has to be."""
    path, reach = shape.side.path, max(float(shape.armpit[0]), 1.0)
    top = float(path[: shape.armpit_index + 1, 1].min())
    outside = path[:, 0] > MIDDLE * reach
    fallen = path[:, 1] > top + np.where(outside, LEVEL, DEEPEST_DIP) * reach
    fallen[shape.armpit_index :] = True
    end = int(np.argmax(fallen)) - 1
    inner = int(np.argmax(path[:, 0] >= MIDDLE * reach))
    if not 2 <= inner < end:
        return None
    # A frill or a round corner falls before the outline turns down.
    far = min(end + max(end // 8, 2), shape.armpit_index)
    corner = inner + int(np.argmax(distance_from_chord(path[inner : far + 1], path[inner], path[far])))
    out = float(path[corner, 0]) / reach
    return corner if (1.0 if shape.has_sleeve else NEAREST) < out < FARTHEST else None


def _below(path: Path, corner: int) -> int | None:
    """The first point of the side so far below the corner that it is the side's, not the corner's."""
    lower = np.flatnonzero(path[:, 1] > path[corner, 1] + BELOW_CORNER * path[corner, 0])
    lower = lower[lower > corner]
    return int(lower[0]) if len(lower) else None


def _goes_straight_down(path: Path, corner: int, below: int) -> bool:
    """Whether the outline goes on downwards from the corner, where an armhole would cut in and come out again."""
    out, down = path[below] - path[corner]
    return bool(abs(out) < STEEP * down)
