"""Sleeves beside a bottom of their own colour: the edge between them is looked for where the sleeve can end.

Of a suit or a knitted set colour says nothing about what is sleeve and what is skirt. But a sleeve reaches about as far
to the inner side of its arm as to the outer one, where the background shows how far; and the photo has some edge there
between the two, a shadow at least. In a pattern that edge drowns: what was found before stands.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import LabelMap
from tryon.engines.local.body import ARMS
from tryon.engines.local.hems import Ends
from tryon.engines.local.places import below_hem
from tryon.engines.local.scene import Scene, Thing

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

FIRST: Final = 0.6
"""Where on the arm, 0 to 2 from shoulder to wrist, a bottom can begin beside it."""
LONG: Final = 1.3
"""Sleeves that end before this hang beside no bottom."""
PAST: Final = 0.15
"""A sleeve may reach so far past its end: joints are not placed to the pixel."""
BINS: Final = 24
"""Pieces of the arm's length in which the sleeve's width is measured."""
WIDEST: Final = 0.3
"""Shoulder widths from the arm's line to the sleeve's edge, at most."""
CORE: Final = 0.25
"""Of the outer half's width: so far outwards of the arm's line all is sleeve. Joints are not placed to the pixel, and
may lie on the sleeve's inner edge."""
NONE: Final = 1.3
"""Of the outer half's width: from here on, inwards, nothing is sleeve."""
PLAIN: Final = 12.0
BUSY_PX: Final = 7
"""8-bit lightness by which the sleeve differs from its mean around, up to which it has no pattern."""
MEASURED: Final = 90.0
"""Percent of the outer half's pixels that are inside its width: the rest are spots."""
LEAST_PX: Final = 6


def with_sleeves_apart(scene: Scene, ends: Ends, best: LabelMap) -> LabelMap:
    """`best`, the Thing of every pixel, with the inner edges of long sleeves drawn anew below the top's hem."""
    if not ends.one_colour or ends.hem is None:
        return best
    best = best.copy()
    across, _ = scene.body.frame
    below = below_hem(scene, ends) > 0.5
    light = cv2.cvtColor(scene.picture, cv2.COLOR_RGB2Lab)[..., 0].astype(np.float32)
    busy = np.abs(light - cv2.blur(light, (BUSY_PX, BUSY_PX)))
    for side, (distance, position) in scene.arms.items():
        if ends.cuffs[side] < LONG:
            continue
        outwards = (across if side == "left" else -across) - _line(scene, side, position)
        sleeve = (best == Thing.TOP) & scene.person & (distance < WIDEST)
        sleeve &= (position > FIRST) & (position < ends.cuffs[side])
        outer = sleeve & (outwards > 0)
        half = _outer_half(distance, position, outer)
        if half is None:
            continue
        core = outer & (distance > CORE * half)
        if not core.any() or float(busy[core].mean()) > PLAIN:
            continue
        doubted = below & (position > FIRST) & (position < ends.cuffs[side] + PAST) & (distance < WIDEST) & scene.person
        doubted &= ((best == Thing.TOP) | (best == Thing.BOTTOM)) & ((outwards < 0) | (distance <= CORE * half))
        _draw_anew(scene, best, doubted, doubted & (outwards < 0) & (distance > NONE * half))
    return best


def _line(scene: Scene, side: str, position: Floats) -> Floats:
    """(h, w) shoulder widths across, on this arm's side of the torso's axis, of the arm's line at `position`."""
    body = scene.body
    joints = body.points[list(ARMS[side])] - body.neck
    own = (joints[:, 0] * body.down[1] - joints[:, 1] * body.down[0]) / body.width
    own = own if side == "left" else -own
    return np.interp(position, (0.0, 1.0, 2.0), own).astype(np.float32)


def _outer_half(distance: Floats, position: Floats, outer: Mask) -> Floats | None:
    """(h, w) how far the sleeve reaches outwards from the arm's line at `position`; None where it is not seen."""
    where = position[outer]
    widths = np.full(BINS, np.nan, np.float32)
    number = np.clip((where / 2.0 * BINS).astype(int), 0, BINS - 1)
    for k in range(BINS):
        found = distance[outer][number == k]
        if len(found) > LEAST_PX:
            widths[k] = np.percentile(found, MEASURED)
    known = np.isfinite(widths)
    if not known.any():
        return None
    filled = np.interp(np.arange(BINS), np.flatnonzero(known), widths[known])
    filled = cv2.medianBlur(filled.astype(np.float32)[None], 5)[0]
    return np.interp(position, (np.arange(BINS) + 0.5) * 2.0 / BINS, filled).astype(np.float32)


def _draw_anew(scene: Scene, best: LabelMap, doubted: Mask, bottom: Mask) -> None:
    """What is doubted goes, up to the photo's nearest edge, to the sleeve or to the bottom, in place."""
    if not doubted.any() or not (best == Thing.BOTTOM).any():
        return
    markers = best.astype(np.int32) + 1
    markers[~scene.person] = len(Thing) + 1
    markers[doubted] = 0
    markers[bottom] = Thing.BOTTOM + 1
    flooded = cv2.watershed(cv2.medianBlur(scene.picture, 3), markers)
    for thing in (Thing.TOP, Thing.BOTTOM):
        best[doubted & (flooded == thing + 1)] = thing
