"""Moves the rough cut-out's rim onto the garment's true edge, off the cast shadow and out of the gaps."""

import cv2
import numpy as np

from tryon.engines.local.analysis import Picture
from tryon.engines.local.ground import Ground, Mask, lab_of
from tryon.engines.local.likeness import (
    DEEP_SHARE,
    FAINT_STEP,
    Likeness,
    depth_of,
    flat_parts,
    flood,
    grown,
    step_across,
    sure_garment,
    with_chroma_along_lightness,
)
from tryon.engines.local.rough_cut import UnitBox, straps

GAP_AREA_SHARE = 0.0006
"""Of the garment's area: the smallest piece of ground inside it that is cut out."""
HOLE_AREA_SHARE = 0.006
"""The same for a piece with garment all around: smaller ones are labels, buttons and print of the ground's colour."""
PALE_SHADOW = -14.0
"""Lab L: between sleeve and body the ground lies in shadow and is not flat; darker than this it may be garment."""


def refine(picture: Picture, rough: Mask, ground: Ground, box: UnitBox) -> Mask:
    """The rough cut-out's rim moved onto the colour step, by watershed, and off the cast shadow."""
    lab = with_chroma_along_lightness(lab_of(cv2.GaussianBlur(picture, (0, 0), 0.8)))
    likeness = Likeness.of(lab, ground.colours(*lab.shape[:2], box), ground)
    soft = cv2.resize(rough.astype(np.float32), lab.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    smooth = cv2.GaussianBlur(soft, (0, 0), 0.6 * max(lab.shape) / max(rough.shape)) > 0.5
    smooth |= straps(smooth, lab, likeness)
    ground_like = likeness.ground & (flat_parts(lab) | (likeness.lightness > PALE_SHADOW))
    smooth &= ~gaps(smooth, ground_like, likeness)
    band = 2.2 * max(lab.shape) / max(rough.shape)
    inside, outside = depth_of(smooth), depth_of(~smooth)
    shadowed = ~likeness.colourful & (likeness.lightness < 0) & (inside < DEEP_SHARE * max(lab.shape))
    sure = sure_garment(likeness.colourful & smooth, likeness.dark & smooth, outside > 0)
    garment = (inside > band) & (~shadowed | sure)
    fine = flood(lab, likeness, outside > band, garment | (sure & smooth))
    return _smooth(fine, smooth, picture)


def gaps(body: Mask, ground_like: Mask, likeness: Likeness) -> Mask:
    """Ground inside the rough cut-out: between sleeve and body, between straps, through a large hole.

    It must lie flat and be of the ground's colour, be framed by something clearly different, and its loss must not
    tear the garment apart: a white band across a shirt on a white ground fulfils the first two.
    """
    solid = cv2.morphologyEx((ground_like & body).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    whole = float(body.sum())
    labels_touching_rim = np.bincount(labels[grown(~body, 6)], minlength=count) > 0
    found = np.zeros(body.shape, bool)
    different = (np.abs(likeness.lightness) + likeness.chroma) > FAINT_STEP
    for index in range(1, count):
        left, top, width, height, area = stats[index]
        enclosed = not (labels_touching_rim[index])
        if area < (HOLE_AREA_SHARE if enclosed else GAP_AREA_SHARE) * whole:
            continue
        view = np.s_[max(0, top - 9):top + height + 9, max(0, left - 9):left + width + 9]
        gap = labels[view] == index
        ring = grown(gap, 8) & ~grown(gap, 4) & body[view]
        if ring.any() and different[view][ring].mean() > 0.7 and not _tears(body, gap, view):
            found[view] |= gap
    return found


def _tears(body: Mask, gap: Mask, view: tuple[slice, ...]) -> bool:
    rest = body.copy()
    rest[view] &= ~gap
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest[::2, ::2].astype(np.uint8), connectivity=8)
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
    return len(areas) > 1 and bool(areas[1] > 0.06 * areas[0])


def _smooth(fine: Mask, rough: Mask, picture: Picture) -> Mask:
    """Without the teeth of a watershed line; where the garment is hardly told from its ground, the rough cut-out."""
    smooth = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), 1.6) > 0.5
    faint = step_across(lab_of(picture), fine) < FAINT_STEP
    if not faint.any():
        return smooth
    near = cv2.blur(faint.astype(np.float32), (25, 25)) > 0.02
    return np.where(near, rough, smooth)


def rim_contrast(picture: Picture, body: Mask) -> float:
    """How clearly the rim is seen: 1 where even the faintest fifth of it steps by 12 Lab units."""
    step = step_across(lab_of(picture), body)
    rim = step < 100
    return float(np.clip(np.percentile(step[rim], 20) / 12, 0, 1)) if rim.any() else 0.0
