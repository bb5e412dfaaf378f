"""Moves the rough cut-out's rim onto the garment's true edge, off the cast shadow and out of the gaps."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.ground import Ground, Mask, UnitBox, lab_of
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
from tryon.engines.local.rough_cut import straps

GAP_AREA_SHARE = 0.0006
"""Of the garment's area: the smallest piece of ground inside it that is cut out."""
LARGEST_GAP = 0.12
HOLE_AREA_SHARE = 0.006
"""The same for a piece with garment all around: smaller ones are labels, buttons and print of the ground's colour."""
SOFT_BEGIN = 0.6
"""How sharp a cast shadow's beginning may be, as a share of the garment's edge at which it ends."""
STEEPEST_SHADOW = 1.6
"""Lab L a pixel, of the shadow between sleeve and body."""
MANY_PIXELS = 40
BAND_PX = 2.2
"""Pixels of the rough cut-out within which the true rim is looked for."""
FRAMED_SHARE = 0.7
"""Of what frames a piece of ground: how much must be clearly different from the ground."""
FRAMED_BY_STRIPES = 0.4
"""The same where the piece is the ground's very colour: of a striped frame only every other stripe is different."""
RING_PX = 3
"""Width of the rings compared across the rim, at half size."""
NO_RIM = 100.0
PALE_SHADOW = -14.0
"""Lab L: between sleeve and body the ground lies in shadow and is not flat; darker than this it may be garment."""


def refine(picture: Picture, rough: Mask, ground: Ground, box: UnitBox) -> Mask:
    """The rough cut-out without gaps and cast shadow, its rim moved onto the colour step by watershed."""
    lab = smooth_lab_of(picture)
    likeness = Likeness.of(lab, ground.colours(lab.shape[0], lab.shape[1], box), ground)
    scale = max(lab.shape) / max(rough.shape)
    soft = cv2.resize(rough.astype(np.float32), lab.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    body = cv2.GaussianBlur(soft, (0, 0), 0.6 * scale) > 0.5
    body |= straps(body, lab, likeness)
    steps = steps_of(lab)
    flat = steps < STEEPEST_SHADOW if _is_clear(body, likeness) else flat_parts(lab)
    body &= ~gaps(body, flat, likeness)
    band = BAND_PX * scale
    depth = depth_of(body)
    in_shadow = ~likeness.colourful & (likeness.lightness < 0) & (depth < DEEP_SHARE * max(lab.shape))
    sure = sure_garment(likeness.colourful & body, likeness.dark & body, ~body)
    fine = flood(lab, likeness, depth_of(~body) > band, ((depth > band) & ~in_shadow) | (sure & body))
    fine |= _wrongly_lost(body & ~fine, depth > band, body, steps)
    fine |= straps(fine, lab, likeness) & body
    return _smooth(fine, body, picture)


def _is_clear(body: Mask, likeness: Likeness) -> bool:
    """Whether hardly any of the garment could be taken for its ground, gaps in shadow not counted."""
    inner = depth_of(body) > 4
    alike = np.abs(likeness.lightness) + likeness.chroma < 1.3 * FAINT_STEP
    pale = inner & alike & (likeness.lightness > 1.2)
    alike_in_shadow = inner & alike & ~pale
    return bool(pale.sum() < 0.01 * inner.sum() and alike_in_shadow.sum() < 0.08 * inner.sum())


def _wrongly_lost(lost: Mask, deep: Mask, body: Mask, steps: NDArray[np.float32]) -> Mask:
    """What the watershed took off the rough cut-out though it is no cast shadow: a shadow begins softly and ends at
    the garment's sharp edge; a pale sleeve begins with an edge and ends nowhere."""
    sharp = cv2.dilate(steps, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lost.astype(np.uint8), connectivity=4)
    reaching_deep = np.bincount(labels[deep & lost], minlength=count) > MANY_PIXELS
    wrong = np.zeros(lost.shape, bool)
    for index in np.flatnonzero(reaching_deep):
        left, top, width, height, _ = stats[index]
        view = np.s_[max(0, top - 4):top + height + 4, max(0, left - 4):left + width + 4]
        part = labels[view] == index
        ring = grown(part, 3) & ~part
        inner, outer = sharp[view][ring & body[view] & ~lost[view]], sharp[view][ring & ~body[view]]
        if len(outer) and (not len(inner) or np.median(outer) > SOFT_BEGIN * np.median(inner)):
            wrong[view] |= part
    return wrong


def gaps(body: Mask, flat: Mask, likeness: Likeness) -> Mask:
    """Ground inside the rough cut-out: between sleeve and body, between straps, through a large hole.

    It must be of the ground's colour, be framed by something clearly different, and its loss must not tear the
    garment apart: a white band across a shirt on a white ground fulfils the first two. With garment all around it
    must be flat, too, and hardly shaded: a pale face in a print fulfils all the rest.
    """
    ground_like = likeness.ground & body & (flat | (likeness.lightness > PALE_SHADOW)) & (likeness.lightness < 1.2)
    solid = cv2.morphologyEx(ground_like.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    whole = float(body.sum())
    # Ground flows in from outside through the mouth of a gap; into a pale part of the garment it would cross an edge.
    flowing = reaching_the_frame(~body | (ground_like & flat), gap_share=0.0015) & body
    reached = np.bincount(labels[flowing], minlength=count)
    at_rim = reached > 0.3 * stats[:, cv2.CC_STAT_AREA]
    found = np.zeros(body.shape, bool)
    different = (np.abs(likeness.lightness) + likeness.chroma) > FAINT_STEP
    for index in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= GAP_AREA_SHARE * whole):
        left, top, width, height, area = stats[index]
        view = np.s_[max(0, top - 9):top + height + 9, max(0, left - 9):left + width + 9]
        gap = labels[view] == index
        if index == 0 or area > LARGEST_GAP * whole:
            continue
        if not at_rim[index] and not _is_hole(gap, area / whole, flat[view], likeness, view):
            continue
        ring = grown(gap, 8) & ~grown(gap, 4) & body[view]
        framed = ring.any() and different[view][ring].mean() > _framed_share(gap, flat[view], likeness, view)
        if framed and not _tears(body, gap, view):
            found[view] |= gap
    return found


def _framed_share(gap: Mask, flat: Mask, likeness: Likeness, view: tuple[slice, ...]) -> float:
    lightness, chroma = likeness.lightness[view][gap], likeness.chroma[view][gap]
    exact = abs(float(np.median(lightness))) < 0.6 and float(np.percentile(chroma, 80)) < 1.5
    return FRAMED_BY_STRIPES if exact and float(flat[gap].mean()) > 0.9 else FRAMED_SHARE


def _is_hole(gap: Mask, share: float, flat: Mask, likeness: Likeness, view: tuple[slice, ...]) -> bool:
    lightness, chroma = likeness.lightness[view][gap], likeness.chroma[view][gap]
    hardly_shaded = abs(float(np.median(lightness))) < 1.5 and float(np.median(chroma)) < 2.0
    return share > HOLE_AREA_SHARE and hardly_shaded and float(flat[gap].mean()) > 0.9


def _tears(body: Mask, gap: Mask, view: tuple[slice, ...]) -> bool:
    rest = body.copy()
    rest[view] &= ~gap
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest[::2, ::2].astype(np.uint8), connectivity=8)
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
    return len(areas) > 1 and bool(areas[1] > 0.06 * areas[0])


def _smooth(fine: Mask, rough: Mask, picture: Picture) -> Mask:
    """Without the teeth of a watershed line; where the garment is hardly told from its ground, the rough cut-out."""
    smooth = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), 1.6) > 0.5
    faint = (_step_across_rim(picture, fine) < FAINT_STEP).astype(np.float32)
    if not faint.any():
        return smooth
    near = cv2.resize(cv2.blur(faint, (13, 13)), fine.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.02
    return np.where(near, rough, smooth)


def rim_contrast(picture: Picture, body: Mask) -> float:
    """How clearly the rim is seen: 1 where even the faintest fifth of it steps by 12 Lab units."""
    step = _step_across_rim(picture, body)
    rim = step < NO_RIM
    return float(np.clip(np.percentile(step[rim], 20) / 12, 0, 1)) if rim.any() else 0.0


def _step_across_rim(picture: Picture, body: Mask) -> NDArray[np.float32]:
    """Lab distance between the ring inside the rim and the ring outside, at the inner ring, NO_RIM elsewhere; at half
    the picture's size, for it is an average over several pixels."""
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    lab = lab_of(cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False))
    core = cv2.resize(body.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    window = np.ones((2 * RING_PX + 1, 2 * RING_PX + 1), np.uint8)
    inner = (core > 0) & (cv2.erode(core, window) == 0)
    outer = (core == 0) & (cv2.dilate(core, window) > 0)
    means = []
    for ring in (inner.astype(np.float32), outer.astype(np.float32)):
        weight = np.maximum(cv2.blur(ring, (11, 11)), 1e-3)
        means.append(cv2.blur(lab * ring[..., None], (11, 11)) / weight[..., None])
    apart = means[0] - means[1]
    return np.where(inner, np.sqrt((apart * apart).sum(axis=-1)), NO_RIM).astype(np.float32)
