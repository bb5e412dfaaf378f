"""The shadow that a bag throws on the clothes behind it belongs to them: it would stay as a pale patch below the bag.

Like the bag it has none of the clothes' own colours. But it begins at the bag's edge and fades out without one, and its
hue is the cloth's.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.raster import bits, depth, grown, opened, pieces_holding, pieces_of

EDGE: Final = 5.0
"""8-bit lightness that changes over a 150th of the shoulder width: a shadow's at most so much, a thing's edge more."""
SMOOTH_PX: Final = 0.8
HUE: Final = 6.0
"""8-bit Lab a and b by which shaded cloth differs from the cloth around it."""
AROUND: Final = 0.25
"""Shoulder widths beyond the thing in which that cloth is looked at, and the deepest shadow."""
THIN: Final = 0.02
"""Shoulder widths: half the width of crumbs that remain between the shadow and the thing."""
HANGING: Final = 0.6
"""Share of such a crumb's rim that is shadow or cloth at least."""
MOST: Final = 0.4
"""Share of a thing that can be its shadow; if it is more, the thing has no edges that could be seen."""

Mask = NDArray[np.bool_]


def without_shadow(lab: NDArray[np.float32], thing: Mask, cloth: Mask, width: float) -> Mask:
    """The (h, w) `thing` without what of it is `cloth` in its shadow.

    `lab` is the picture, 8-bit Lab (0..255 each), where the shoulders are `width` pixels, about 150, wide; `cloth` the
    clothes and the thing itself.
    """
    beyond = cloth & ~thing
    reach = max(2, round(AROUND * width))
    size = (2 * reach + 1,) * 2
    share = cv2.blur(beyond.astype(np.float32), size)
    known = thing & (share > 0)
    if not known.any():
        return thing
    around = cv2.blur(np.where(beyond[..., None], lab, np.float32(0)), size) / np.maximum(share, 1e-5)[..., None]
    light = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (0, 0), SMOOTH_PX)
    steep = np.hypot(*(cv2.Scharr(light, cv2.CV_32F, *way, scale=1 / 32) for way in ((1, 0), (0, 1)))) * width / 150
    shaded = known & (steep < EDGE) & (lab[..., 0] < around[..., 0])
    shaded &= (np.abs(lab[..., 1:] - around[..., 1:]) < HUE).all(axis=-1) & (depth(bits(~beyond)) < reach)
    start = (grown(bits(thing), 1) > 0) & beyond & (steep < EDGE)
    shadow = shaded & pieces_holding(shaded | start, start, connectivity=4)
    found = shadow | _crumbs(thing & ~shadow, shadow, beyond, width)
    return thing & ~found if found.sum() < MOST * thing.sum() else thing


def _crumbs(rest: Mask, shadow: Mask, beyond: Mask, width: float) -> Mask:
    """Thin pieces of the `rest` of a thing that are the shadow's own rim; a handle hangs on hand and thing."""
    found = np.zeros_like(rest)
    for area, piece in pieces_of(rest & ~opened(rest, max(1, round(THIN * width)), round_=True), 2):
        rim = (grown(bits(piece), 1) > 0) & ~piece
        if shadow[area][rim].any() and float((shadow | beyond)[area][rim].mean()) > HANGING:
            found[area] |= piece
    return found
