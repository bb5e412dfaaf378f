"""Cuts a pale garment anew where its ground is clean: there, even faint cloth is told from what lies beside it.

A ground without noise, as product pictures mostly have, shows a white sleeve by a difference of one Lab unit. The
surface that is fitted to the whole picture is too stiff to see that; the ground right beside the garment is not.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.fill import pull_push
from tryon.engines.local.gaps import GAP_AREA_SHARE, HOLE_AREA_SHARE, MOUTH_SHADE
from tryon.engines.local.ground import Ground, Lab, Mask, UnitBox, lab_of
from tryon.engines.local.likeness import FAINT_STEP, depth_of, grown, reaching_the_frame, steps_of
from tryon.engines.local.raster import bits, blurred, connected, disc, holding, largest_piece, opened, reduced, resized
from tryon.engines.local.rim import step_across_rim
from tryon.engines.local.steady_contour import steady

Floats = NDArray[np.float32]

PALE: Final = 0.9
"""Of `rim_contrast`: a garment that stands out more clearly needs no second cut."""

FAR_SHARE: Final = 0.014
"""Of the longer side: from so far outside the first cut, all is taken for ground."""

BESIDE_SHARE: Final = 0.06
"""Of the longer side: the ground that far around the garment is looked at."""

LEAST_BESIDE_PX: Final = 200
SMALLER: Final = 4
"""The ground is continued under the garment on a picture so many times smaller."""

CLEANEST: Final = (0.42, 0.6)
"""Lab L and chroma: 95 of 100 pixels of a clean ground are no farther from their surroundings."""

LEAST_UNLIKE: Final = (0.5, 3.0)
"""The same of what is no ground; the chroma that JPEG carries out of a print is less."""

NOISES: Final = 3.0
"""That many times the ground's noise is no ground either."""

FLAT_STEP: Final = 0.2
"""Lab a pixel: ground steps by less, and every edge of cloth by more."""

DEEP_SHARE: Final = 0.05
"""Of the longer side: the first cut has no ground so deep inside it."""

LEAK_SHARE: Final = 0.006
"""Of the longer side: half the widest gap in a faint edge that the ground does not flow through."""

RIM_PX: Final = 4
"""Between the flat ground and the garment lies a slope so wide; it is cut half-way up."""

AROUND_PX: Final = 25
"""Window in which the garment's own difference from the ground is read; STRIKING (Lab) is enough of it."""
STRIKING: Final = 40.0

MOST_ALIKE: Final = 0.03
"""Of the garment: where there was no first cut, no more of it may look like the ground."""

RIPPLE_PX: Final = 8
RIPPLES: Final = (2.5, 8.0)
"""So far from an edge JPEG's blocks reach, and so much lightness and chroma (Lab) they carry over the ground."""

GAP_CHROMA: Final = 2.0
"""Lab: a gap has the ground's hue more exactly than white cloth, which the dyes beside it tint."""

OWN_SHARE: Final = 0.4
"""Of the garment's usual difference from the ground: right around a gap there is more of it (measured: 0.6 to 1.4), and
around a shaded piece of white cloth in a pattern of another colour less (0.2)."""

SHADOW_RISE: Final = 0.35
MOST_SHADOW: Final = 0.12
"""A shadow's outer edge is darker than the ground by less than this share of what lies farther in; with more of the
rim like that, the cut has followed shadows instead of the garment."""

NOTCH_SHARE: Final = 0.004
TOOTH_SHARE: Final = 0.008
"""Of the longer side: half the width of the widest notch and of the widest tooth that are noise of a faint edge."""


def cut_on_clean_ground(picture: Picture, held: Mask, body: Mask, ground: Ground, box: UnitBox) -> Mask:
    """The garment as everything that the clean ground does not flow into; `body`, the first cut, where the ground is
    not clean, or shadows lie on it. Outside `held` there is hardly anything of the garment."""
    lab = lab_of(np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), np.uint8))
    away = depth_of(~held) / max(held.shape)
    beside = (away > FAR_SHARE) & (away < BESIDE_SHARE)
    if beside.sum() < LEAST_BESIDE_PX:
        return body
    steps = steps_of(lab)
    flat = steps < max(FLAT_STEP, 2 * float(np.percentile(steps[beside], 90)))
    # What `held` lacks of the garment has an edge that even ground of many shades does not flow over.
    open_ = reaching_the_frame(flat & (away > 0), LEAK_SHARE)
    lightness, chroma = _unlike_nearby_ground(lab, (away > FAR_SHARE) & open_, ground, box)
    noise = [float(np.percentile(np.abs(field[beside & open_]), 95)) for field in (lightness, chroma)]
    if noise[0] > CLEANEST[0] or noise[1] > CLEANEST[1]:
        return body
    light_limit, chroma_limit = (max(least, NOISES * found) for least, found in zip(LEAST_UNLIKE, noise, strict=True))
    like = (np.abs(lightness) < light_limit) & (chroma < chroma_limit)
    like &= depth_of(body) < DEEP_SHARE * max(body.shape)
    cut = largest_piece(~_flowing(like, flat, _beside_striking(lightness, chroma)))
    if not body.any() and (like & cut).sum() > MOST_ALIKE * cut.sum():
        return body
    cut &= ~_gaps(like & cut, cut, body, lightness, chroma)
    cut &= ~_mouths(cut, body, (np.abs(lightness) < MOUTH_SHADE) & (chroma < chroma_limit))
    cut, shadow = _half_way(cut, lightness, chroma)
    return body if shadow > MOST_SHADOW else _calm(cut, picture)


def _unlike_nearby_ground(lab: Lab, far: Mask, ground: Ground, box: UnitBox) -> tuple[Floats, Floats]:
    """How much lighter, and how differently coloured, each pixel is than the ground nearest to it."""
    height, width = far.shape
    rest = np.asarray(lab - ground.colours(height, width, box), np.float32)
    known = far.astype(np.float32)
    small, share = reduced(cv2.copyTo(rest, bits(far)), 1 / SMALLER), reduced(known, 1 / SMALLER)
    mean = np.asarray(small / np.maximum(share, 1e-3)[..., None], np.float32)
    nearby = blurred(pull_push(mean, (share > 0.5).astype(np.float32)), 3.0)
    lightness, *hue = cv2.split(rest - resized(nearby, far.shape))
    return np.asarray(lightness, np.float32), np.asarray(cv2.magnitude(*hue), np.float32)


def _beside_striking(lightness: Floats, chroma: Floats) -> Mask:
    """Ground that JPEG ripples beside a strong edge."""
    striking = bits(np.abs(lightness) + chroma > STRIKING / 2)
    near = cv2.dilate(striking, np.ones((2 * RIPPLE_PX + 1,) * 2, np.uint8)) > 0
    return near & (np.abs(lightness) < RIPPLES[0]) & (chroma < RIPPLES[1])


def _flowing(like: Mask, flat: Mask, rippled: Mask) -> Mask:
    """Ground that hangs together with the picture's frame: flat up to the foot of the garment's edge."""
    even = opened(like & flat, RIM_PX - 1)
    outside = reaching_the_frame(even, LEAK_SHARE)
    for _ in range(round(LEAK_SHARE * max(like.shape))):
        outside |= grown(outside, 1) & even
    for _ in range(RIM_PX - 1):
        outside |= grown(outside, 1) & like
    for _ in range(RIPPLE_PX):
        outside |= grown(outside, 1) & rippled
    return outside


def _gaps(like: Mask, cut: Mask, body: Mask, lightness: Floats, chroma: Floats) -> Mask:
    """Ground with garment all around it, where the first cut had opened it: of the ground's very hue, and with the
    garment's usual colours right around it. White cloth that shade has made like the ground is neither."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(bits(like), connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA]
    opened_before = np.bincount(pieces[~body], minlength=count) > 0.5 * area
    unlike = np.abs(lightness) + chroma
    level = np.minimum(_level(cut, unlike), STRIKING)
    found = np.zeros(like.shape, bool)
    for index in np.flatnonzero(opened_before & (area > GAP_AREA_SHARE * body.sum()) & (np.arange(count) > 0)):
        left, top, width, height, _ = stats[index]
        view = np.s_[max(0, top - 9) : top + height + 9, max(0, left - 9) : left + width + 9]
        gap = pieces[view] == index
        around = grown(gap, 2 * RIM_PX) & ~grown(gap, RIM_PX) & (cut & ~like)[view]
        if np.median(chroma[view][gap]) > GAP_CHROMA:
            continue
        if not around.any() or np.median(unlike[view][around]) > OWN_SHARE * np.median(level[view][around]):
            found[view] |= gap
    return found


def _mouths(cut: Mask, body: Mask, shaded: Mask) -> Mask:
    """Narrow shaded ground at which a large gap ends, where the first cut had opened that, too: left, it would tie a
    sleeve to the body."""
    inside = ~cut & ~reaching_the_frame(~cut, gap_share=0)
    pieces, sizes = connected(inside, connectivity=4)
    gaps = np.asarray((sizes > HOLE_AREA_SHARE * body.sum()).take(pieces), np.bool_)
    if not gaps.any():
        return gaps
    _, pieces = cv2.connectedComponents(bits(gaps | (cut & ~body & shaded)), connectivity=4)
    return holding(pieces, gaps)


def _half_way(cut: Mask, lightness: Floats, chroma: Floats) -> tuple[Mask, float]:
    """The cut with its rim half-way between ground and garment, and how much of that rim is the edge of a shadow."""
    unlike = np.abs(lightness) + chroma
    level = _level(cut, unlike)
    cut = cut & ~((depth_of(cut) < RIM_PX) & (level > FAINT_STEP) & (unlike < 0.5 * np.minimum(level, STRIKING)))
    depth, level = depth_of(cut), _level(cut, unlike)
    inner = (depth > 1).astype(np.float32)
    own, darker = (cv2.blur(field * inner, (5, 5)) for field in (unlike, lightness))
    faint = own < SHADOW_RISE * np.minimum(level, STRIKING) * cv2.blur(inner, (5, 5))
    rim = cut & (depth <= 1.5)
    return cut, float((rim & faint & (darker < 0)).sum() / max(int(rim.sum()), 1))


def _level(cut: Mask, unlike: Floats) -> Floats:
    """How unlike the ground the garment farther inside is; 0 where little of it is seen."""
    core = (depth_of(cut) > RIM_PX + 1).astype(np.float32)
    seen = cv2.blur(core, (AROUND_PX, AROUND_PX))
    return np.asarray(cv2.blur(unlike * core, (AROUND_PX, AROUND_PX)) / np.maximum(seen, 0.02), np.float32)


def _calm(cut: Mask, picture: Picture) -> Mask:
    """Its edge without teeth; where garment and ground are hardly told apart, without what noise makes of it too."""
    smooth = cv2.GaussianBlur(cut.astype(np.float32), (0, 0), 1.6) > 0.5
    faint = (step_across_rim(picture, smooth) < FAINT_STEP).astype(np.float32)
    near = cv2.resize(cv2.blur(faint, (13, 13)), cut.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.02
    notchless = cv2.morphologyEx(bits(smooth), cv2.MORPH_CLOSE, disc(round(NOTCH_SHARE * max(cut.shape))))
    toothless = cv2.morphologyEx(notchless, cv2.MORPH_OPEN, disc(round(TOOTH_SHARE * max(cut.shape))))
    calm = steady(largest_piece(np.where(near, toothless > 0, smooth)), near)
    return _without_pinholes(calm)


def _without_pinholes(cut: Mask) -> Mask:
    """The cut without openings too small for the gap between sleeve and body."""
    pieces, sizes = connected(~cut, connectivity=4)
    return cut | (sizes < GAP_AREA_SHARE * cut.sum()).take(pieces)
