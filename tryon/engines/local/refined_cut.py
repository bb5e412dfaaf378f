"""Moves the rough cut-out's rim onto the garment's true edge, off the cast shadow and out of the gaps."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.clear_rim import NO_SHADOW, cut_where_clear, darkens_inwards
from tryon.engines.local.gaps import ends_of_gaps, find_gaps
from tryon.engines.local.ground import Ground, Mask, UnitBox
from tryon.engines.local.likeness import (
    DEEP_SHARE,
    FAINT_STEP,
    Likeness,
    depth_of,
    flat_parts,
    flood,
    grown,
    reaching_the_frame,
    smooth_lab_of,
    steps_of,
    sure_garment,
)
from tryon.engines.local.pattern_rim import with_pattern_rim
from tryon.engines.local.raster import opened, pieces_holding
from tryon.engines.local.rim import NO_RIM, step_across_rim
from tryon.engines.local.rough_cut import straps, striking_lines
from tryon.engines.local.steady_contour import steady

SOFT_BEGIN = 0.6
"""How sharp a cast shadow's beginning may be, as a share of the garment's edge at which it ends."""
MANY_PIXELS = 40
BAND_PX = 2.2
"""Pixels of the rough cut-out within which the true rim is looked for."""
SHADOW_REACH = 0.06
"""Of the longer side: how far from the rim a cast shadow is looked for."""
STEEPEST_RAMP = 2.4
"""Lab L a pixel: shadows under a hem fall by about 2, the hem's own edge by 4 and more."""
LEAST_FALL = 0.2
"""Lab L a pixel by which a shadow darkens towards the garment."""
SHADOW_CHROMA = 7.0
"""Lab: a shadow has the ground's hue; light reflected by the garment tints it by less than this."""
SHADOW_MOUTH = 0.002
"""Of the longer side: half the narrowest piece of shadow that is followed."""

NO_STRAP_SHARE = 0.03
"""Of the longer side: half the width of what is broader than straps, whose dashes of print would come apart."""


def refine(picture: Picture, rough: Mask, ground: Ground, box: UnitBox) -> Mask:
    """The rough cut-out without gaps and cast shadow, its rim moved onto the colour step by watershed."""
    lab = smooth_lab_of(picture)
    likeness = Likeness.of(lab, ground.colours(lab.shape[0], lab.shape[1], box), ground)
    scale = max(lab.shape) / max(rough.shape)
    soft = cv2.resize(rough.astype(np.float32), lab.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    body = cv2.GaussianBlur(soft, (0, 0), 0.6 * scale) > 0.5
    striking = striking_lines(lab, likeness)
    body |= straps(body, striking)
    steps = steps_of(lab)
    gaps = find_gaps(body, steps, flat_parts(steps), likeness)
    body &= ~gaps
    band = BAND_PX * scale
    depth = depth_of(body)
    in_shadow = ~likeness.colourful & (likeness.lightness < 0) & (depth < DEEP_SHARE * max(lab.shape))
    sure = sure_garment(likeness.colourful & body, likeness.dark & body, ~body)
    sure |= (likeness.lightness < NO_SHADOW) & opened(body, round(NO_STRAP_SHARE * max(lab.shape)))
    fine = flood(lab, likeness, depth_of(~body) > band, ((depth > band) & ~in_shadow) | (sure & body))
    fine |= _wrongly_lost(body & ~fine, depth > band, body, steps)
    fine |= straps(fine, striking) & body
    fine &= ~_narrow(gaps, band)
    fine &= ~ends_of_gaps(fine, likeness)
    shadow = _cast_shadow(fine | body, likeness, steps)
    fine = cut_where_clear(fine & ~shadow, likeness, steps)
    fine = with_pattern_rim(fine, likeness, steps, gaps, float(ground.noise[0]))
    return _smooth(fine, body & ~shadow, picture)


def _narrow(gaps: Mask, band: float) -> Mask:
    """The gaps too narrow for a flood to begin in them: it would close them again."""
    if not gaps.any():
        return gaps
    return gaps & ~pieces_holding(gaps, depth_of(gaps) > 2 * band)


def _cast_shadow(body: Mask, likeness: Likeness, steps: NDArray[np.float32]) -> Mask:
    """What is left of the cast shadow at the rim: grey, changing slowly from pixel to pixel, darker and darker towards
    the garment, whose edge at last is a sharp one."""
    depth = depth_of(body)
    ramp = (depth < SHADOW_REACH * max(body.shape)) & (likeness.lightness < 0) & (steps < STEEPEST_RAMP)
    ramp &= (likeness.chroma < SHADOW_CHROMA) & (_fall_inwards(depth, likeness.lightness) > LEAST_FALL)
    reached = reaching_the_frame(~body | ramp, gap_share=SHADOW_MOUTH) & body
    # The ramp's last pixels before the garment belong to the edge's own slope.
    reached = grown(reached, 2) & body & (likeness.chroma < SHADOW_CHROMA)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(reached.astype(np.uint8), connectivity=4)
    shadow = np.zeros(body.shape, bool)
    for index in np.flatnonzero((stats[:, cv2.CC_STAT_AREA] > MANY_PIXELS) & (np.arange(count) > 0)):
        left, top, width, height, _ = stats[index]
        view = np.s_[max(0, top - 5) : top + height + 5, max(0, left - 5) : left + width + 5]
        part = labels[view] == index
        if darkens_inwards(part, depth[view], likeness.lightness[view]) and _ends_sharply(
            part, body[view], steps[view]
        ):
            shadow[view] |= part
    return shadow


def _fall_inwards(depth: NDArray[np.float32], lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lab L a pixel by which it gets darker away from the rim; about 0 on the even cloth behind a leak."""
    smooth, way = cv2.GaussianBlur(lightness, (0, 0), 2.0), cv2.GaussianBlur(depth, (0, 0), 3.0)
    slopes = [
        cv2.Sobel(layer, cv2.CV_32F, dx, dy, scale=1 / 8) for layer in (smooth, way) for dx, dy in ((1, 0), (0, 1))
    ]
    fall = -(slopes[0] * slopes[2] + slopes[1] * slopes[3])
    return np.asarray(fall / np.maximum(cv2.magnitude(slopes[2], slopes[3]), 0.2), np.float32)


def _ends_sharply(part: Mask, body: Mask, steps: NDArray[np.float32]) -> bool:
    sharp = cv2.dilate(steps, np.ones((5, 5), np.uint8))
    ring = grown(part, 2) & ~part
    inner, outer = sharp[ring & body], sharp[ring & ~body]
    return bool(
        len(inner) > 0 and len(outer) > 0 and np.median(inner) > max(STEEPEST_RAMP, np.median(outer) / SOFT_BEGIN)
    )


def _wrongly_lost(lost: Mask, deep: Mask, body: Mask, steps: NDArray[np.float32]) -> Mask:
    """What the watershed took off the rough cut-out though it is no cast shadow: a shadow begins softly and ends at
    the garment's sharp edge; a pale sleeve begins with an edge and ends nowhere."""
    sharp = cv2.dilate(steps, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lost.astype(np.uint8), connectivity=4)
    reaching_deep = np.bincount(labels[deep & lost], minlength=count) > MANY_PIXELS
    wrong = np.zeros(lost.shape, bool)
    for index in np.flatnonzero(reaching_deep):
        left, top, width, height, _ = stats[index]
        view = np.s_[max(0, top - 4) : top + height + 4, max(0, left - 4) : left + width + 4]
        part = labels[view] == index
        ring = grown(part, 3) & ~part
        inner, outer = sharp[view][ring & body[view] & ~lost[view]], sharp[view][ring & ~body[view]]
        if len(outer) and (not len(inner) or np.median(outer) > SOFT_BEGIN * np.median(inner)):
            wrong[view] |= part
    return wrong


def _smooth(fine: Mask, rough: Mask, picture: Picture) -> Mask:
    """Without the teeth of a watershed line; where the garment is hardly told from its ground, the rough cut-out with
    its outline calmed."""
    smooth = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), 1.6) > 0.5
    faint = (step_across_rim(picture, fine) < FAINT_STEP).astype(np.float32)
    if not faint.any():
        return smooth
    near = cv2.resize(cv2.blur(faint, (13, 13)), fine.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.02
    return steady(np.where(near, rough, smooth), near)


def rim_contrast(picture: Picture, body: Mask) -> float:
    """How clearly the rim is seen: 1 where even the faintest fifth of it steps by 12 Lab units."""
    step = step_across_rim(picture, body)
    rim = step < NO_RIM
    return float(np.clip(np.percentile(step[rim], 20) / 12, 0, 1)) if rim.any() else 0.0
