"""Cuts anew along the rim where the garment is clearly unlike its ground and its shadows: no guess is needed there.

Floods and minimum cuts find pale garments; beside a dark or a coloured one they leave strips of shadow and slivers of
ground, and lose what juts out. There it is enough to ask which of the two a pixel is nearer to.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.ground import Mask
from tryon.engines.local.likeness import CHROMA_BLEED_PX, Likeness, depth_of, grown
from tryon.engines.local.raster import connected, opened, pieces_holding, sum_of_channels

Floats = NDArray[np.float32]

INSIDE_SHARE: Final = 0.022
"""Of the longer side: the garment's own colours are read at least so far inside the first cut, beyond any strip of
ground or shadow that was taken for garment."""
AROUND_SHARE: Final = 0.05
"""Of the longer side: half the window in which they are read."""
LEAST_READ: Final = 0.02
"""Share of that window that must be such inside."""
DARKEST_SHADOW: Final = 45.0
"""Lab L by which the darkest line of shadow under a hem is darker than its ground."""
CLEAR: Final = 10.0
"""Lab, over what a shadow explains: the garment around is unlike its ground by at least this."""
UNEVEN: Final = 0.5
"""Of the garment's unlikeness around: with a larger standard deviation it is a pattern."""
ALIKE: Final = 0.4
"""Of the garment's unlikeness around: what is less could be ground."""
PATTERN_SHARE: Final = 0.12
"""Of the longer side: half the window in which a pattern is looked for."""
MOST_ALIKE: Final = 0.012
"""Share of the inside around that may be like the ground; with more, a pattern of the ground's colour is likely, whose
pieces at the rim would be lost."""
HALF_WAY: Final = 0.5
REACH_SHARE: Final = 0.03
"""Of the longer side: how far from the first cut the rim may be moved."""
THIN_PX: Final = 2
"""Half the width of the widest outline, thread or stitch."""
SHADOW_CHROMA: Final = 7.0
LIGHTER: Final = 4.0
"""Lab: a shadow is less coloured than this, and not lighter than the ground."""
BLED: Final = 0.3
"""Of the strongest chroma nearby: so much of it JPEG carries over a strip of ground."""
NO_SHADOW: Final = -55.0
"""Lab L: what is so much darker than the ground is never taken for it."""
PART_SHARE: Final = 0.0006
"""Of the garment's area: smaller things beside it are crumbs."""
DARKENING: Final = -0.45
"""Correlation of lightness with the distance from the rim."""
RIM_PX: Final = 3.0
"""So far the rim is moved without asking what it is that lies there."""
EDGE: Final = 0.6
SHARP: Final = 3.0
"""A piece whose outer edge is so sharp, against its edge to the garment or in Lab L a pixel, is part of the product;
one that grows darker towards the garment, as shadows do, must have both, or SHARPEST."""
SHARPEST: Final = 5.0


def cut_where_clear(body: Mask, likeness: Likeness, steps: NDArray[np.float32]) -> Mask:
    """The garment with its rim half-way between garment and ground wherever it is clear which is which."""
    share, clear = _share_of_garment(body, likeness)
    depth = depth_of(body)
    near = clear & (depth + depth_of(~body) <= REACH_SHARE * max(body.shape))
    if not near.any():
        return body
    garment = share > HALF_WAY
    lost = _reached_from(~body, near & body & ~garment & (likeness.lightness > NO_SHADOW))
    thick = opened(lost & ~_surely_coloured(likeness), THIN_PX)
    lost &= grown(thick, THIN_PX) | (depth <= RIM_PX)
    lost &= ~_with_an_edge_outside(thick, lost, depth, likeness, steps)
    lost &= ~_holding_garment(lost, body, ~likeness.ground)
    gained = _reached_from(body & ~lost, near & ~body & garment & ~likeness.ground)
    return (body & ~lost) | gained


def _share_of_garment(body: Mask, likeness: Likeness) -> tuple[Floats, Mask]:
    """How far each pixel is on the way from ground to garment, 0..1 and beyond, and where that can be told.

    Garment and pixel are compared in what makes them unlike the ground: a blue shirt is bluer than it and a black one
    darker, so that the dark shadow of a blue shirt is no part of it.
    """
    unlike = (
        likeness.chroma,
        np.maximum(likeness.lightness, 0),
        np.maximum(-likeness.lightness - DARKEST_SHADOW, 0),
    )
    half = (max(1, body.shape[1] // 2), max(1, body.shape[0] // 2))
    small = np.stack([cv2.resize(part, half, interpolation=cv2.INTER_AREA) for part in unlike], axis=-1)
    inside = depth_of(cv2.resize(body.astype(np.uint8), half, interpolation=cv2.INTER_NEAREST) > 0)
    usual, clear = _usual_of_garment(small, (inside > INSIDE_SHARE * max(half)).astype(np.float32))
    weights = usual / np.maximum(sum_of_channels(usual * usual), 1.0)[..., None]
    large = cv2.split(cv2.resize(weights, body.shape[::-1], interpolation=cv2.INTER_LINEAR))
    share = sum(weight * part for weight, part in zip(large, unlike, strict=True))
    clear = cv2.resize(clear.astype(np.uint8), body.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return np.asarray(share, np.float32), clear


def _usual_of_garment(unlike: Floats, inside: Floats) -> tuple[Floats, Mask]:
    """What makes the garment around each pixel unlike the ground, (h, w, 3), and where that is clear; at half size, for
    these are averages over many pixels."""
    window = (2 * round(AROUND_SHARE * max(inside.shape)) + 1,) * 2
    read = cv2.blur(inside, window)
    weight = np.maximum(read, 1e-4)
    usual = cv2.blur(unlike * inside[..., None], window) / weight[..., None]
    squared = sum_of_channels(usual * usual)
    share = sum_of_channels(unlike * usual) / np.maximum(squared, 1.0)
    spread = cv2.blur(inside * (share - 1) ** 2, window) / weight
    wide = (2 * round(PATTERN_SHARE * max(inside.shape)) + 1,) * 2
    alike = cv2.blur(opened((inside > 0) & (share < ALIKE), THIN_PX // 2).astype(np.float32), wide)
    alike /= np.maximum(cv2.blur(inside, wide), 1e-4)
    clear = (read > LEAST_READ) & (squared > CLEAR**2) & (spread < UNEVEN**2) & (alike < MOST_ALIKE)
    return usual.astype(np.float32), clear


def _holding_garment(lost: Mask, body: Mask, unlike: Mask) -> Mask:
    """The pieces by which a strap, a bow or a pocket hangs on the rest."""
    pieces, areas = connected(body & ~lost)
    own = np.bincount(pieces[unlike], minlength=len(areas)) > HALF_WAY * areas
    parts = own & (areas > PART_SHARE * areas.max())
    parts[areas.argmax()] = False
    return _reached_from(parts.take(pieces), lost)


def _surely_coloured(likeness: Likeness) -> Mask:
    """What no shadow and no bleeding of JPEG's makes of the ground, however little of the garment's colour it has."""
    window = np.ones((2 * CHROMA_BLEED_PX + 1,) * 2, np.uint8)
    bled = BLED * cv2.dilate(likeness.chroma, window)
    return (likeness.chroma > np.maximum(SHADOW_CHROMA, bled)) | (likeness.lightness > LIGHTER)


def _reached_from(start: Mask, through: Mask) -> Mask:
    """What of `through` hangs together with `start`."""
    return pieces_holding(through, grown(start, 1), connectivity=4)


def _with_an_edge_outside(thick: Mask, lost: Mask, depth: Floats, likeness: Likeness, steps: Floats) -> Mask:
    """The pieces that begin with an edge: metal, pale appliqué, a label. Ground and shadow begin with none."""
    sharp = cv2.dilate(steps, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick.astype(np.uint8), connectivity=4)
    body, kept = depth > 0, np.zeros(lost.shape, bool)
    for index in range(1, count):
        left, top, width, height, _ = stats[index]
        view = np.s_[max(0, top - 6) : top + height + 6, max(0, left - 6) : left + width + 6]
        part = labels[view] == index
        ring = grown(part, 4) & ~part
        inner, outer = sharp[view][ring & body[view] & ~lost[view]], sharp[view][ring & ~body[view]]
        if not len(outer) or not len(inner):
            continue
        edge, limit = float(np.median(outer)), EDGE * float(np.median(inner))
        shadow = darkens_inwards(part, depth[view], likeness.lightness[view])
        if edge > (min(max(limit, SHARP), SHARPEST) if shadow else min(limit, SHARP)):
            kept[view] |= grown(part, THIN_PX + 1) & lost[view]
    return kept


def darkens_inwards(part: Mask, depth: NDArray[np.float32], lightness: NDArray[np.float32]) -> bool:
    shade, deep = lightness[part], depth[part]
    if float(np.ptp(deep)) < 2 or float(np.std(shade)) < 1:
        return False
    return bool(np.corrcoef(deep, shade)[0, 1] < DARKENING)
