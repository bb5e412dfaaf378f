"""The rough cut-out on a small picture: everything that is garment, rims within a few pixels, shadows still on it."""

import cv2
import numpy as np

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import Picture
from tryon.engines.local.ground import Ground, Lab, Mask, UnitBox
from tryon.engines.local.likeness import (
    SHADOW_DEPTH,
    Likeness,
    flat_parts,
    flood,
    grown,
    outer_frame,
    reaching_the_frame,
    smooth_lab_of,
    steps_of,
    sure_garment,
)
from tryon.engines.local.minimum_cut import minimum_cut
from tryon.engines.local.rim import NO_RIM, step_across_rim

CLEAR_STEP = 22.0
"""Lab, across the rim."""
STRAP_SHARE = 0.03
"""Of the longer side: the shortest thing that counts as a strap."""
LEAST_SURE = 0.03
"""Of the picture: with less of it surely garment, the ground has flowed over a pale one."""
PALEST_CLOTH = -2.0
"""Lab L below the ground."""
STRAP_WIDTH_SHARE = 0.016
"""Of the longer side: the widest strap that needs this care."""
HANGING_BESIDE = 0.35
"""How much of a strap may lie right beside the body."""
THIN_DEPTH = 6.0
"""Lab L by which a thin line is darker than both its sides; a cast shadow is broad and does not do that."""
SLIT_SHARE = 0.012
"""Of the longer side: half the widest slit that is closed."""
PALE_PIECE_SHARE = 0.02
"""The same for pieces at the rim that a watershed lost: pale flowers of a print, threads over a hole."""


def cut_roughly(picture: Picture, ground: Ground, box: UnitBox) -> Mask:
    """What either of two ways takes for garment: the watershed loses pale garments on pale grounds, the minimum cut
    loses stripes and lace, and neither often takes ground for garment, cast shadows excepted."""
    lab = smooth_lab_of(picture)
    surface = ground.colours(lab.shape[0], lab.shape[1], box)
    likeness = Likeness.of(lab, surface, ground)
    flat = flat_parts(steps_of(lab))
    outside = reaching_the_frame(likeness.ground & flat)
    sure = sure_garment(likeness.colourful, likeness.dark, outside)
    if sure.sum() < LEAST_SURE * sure.size:
        # Off-white on white: the same light as a shadow's, and the ground flowed in. Here no shadow is ground.
        outside = reaching_the_frame(likeness.ground & flat & (likeness.lightness > PALEST_CLOTH))
        sure = sure_garment(likeness.colourful, likeness.dark, outside)
    if not sure.any():
        raise GarmentNotFound(reason="nothing_on_the_ground")
    body = ~reaching_the_frame(~flood(lab, likeness, outside, sure), gap_share=0)
    if _is_clearly_cut(picture, body):
        body = _without_slits(body, outside, PALE_PIECE_SHARE)
    elif outside.any():
        body |= _minimum_cut(lab - surface, likeness, outside, sure)
    return body | straps(body, striking_lines(lab, likeness))


def _is_clearly_cut(picture: Picture, body: Mask) -> bool:
    """Whether nine tenths of the watershed's rim are a strong step. There a minimum cut, which takes a third of the
    whole cut-out's time, adds cast shadows and the ground in narrow gaps, and nothing else."""
    step = step_across_rim(picture, body)
    rim = step[step < NO_RIM]
    return bool(len(rim) and np.percentile(rim, 10) > CLEAR_STEP)


def _minimum_cut(difference: Lab, likeness: Likeness, outside: Mask, sure: Mask) -> Mask:
    """GrabCut over the deviation from the ground. It finds white cotton on white where no threshold does, but it
    takes cast shadows for garment, and narrow gaps as well."""
    guess = np.where(outside, cv2.GC_PR_BGD, cv2.GC_PR_FGD).astype(np.uint8)
    guess[sure] = cv2.GC_FGD
    guess[outer_frame(guess.shape) & likeness.ground] = cv2.GC_BGD
    if ((guess & 1) == 1).all():
        return sure
    features = np.clip(difference * (2.2, 4.0, 4.0) + (225, 128, 128), 0, 255).astype(np.uint8)
    return _without_slits(minimum_cut(features, guess), outside)


def _without_slits(body: Mask, outside: Mask, share: float = SLIT_SHARE) -> Mask:
    """Holes filled and slits closed where the ground does not reach: stripes and print of the ground's colour."""
    size = 2 * round(share * max(body.shape)) + 1
    closed = cv2.morphologyEx(body.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)).astype(bool)
    return ~reaching_the_frame(~(body | (closed & ~outside)), gap_share=0)


def striking_lines(lab: Lab, likeness: Likeness) -> Mask:
    """Where straps may be: what is thin and dark, colourful or clearly darker than the ground."""
    lightness = np.ascontiguousarray(lab[..., 0])
    size = 2 * round(STRAP_WIDTH_SHARE * max(lightness.shape) / 2) + 3
    thin = cv2.morphologyEx(lightness, cv2.MORPH_BLACKHAT, np.ones((size, size), np.uint8))
    striking = (thin > THIN_DEPTH) | (likeness.chroma > 12) & likeness.colourful
    return np.asarray(striking | (likeness.lightness < -1.4 * SHADOW_DEPTH), bool)


def straps(body: Mask, striking: Mask) -> Mask:
    """Thin things that hang on the body: a minimum cut saves their long rims by losing them."""
    joined = cv2.morphologyEx((striking & ~body).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    touched = np.zeros(count, bool)
    touched[labels[grown(body, 2) & (joined > 0)]] = True
    length = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    touched &= length > STRAP_SHARE * max(body.shape)
    # A strap hangs on the body by its end; a dark line all along the body is its contact shadow.
    beside = grown(body, max(3, round(0.5 * STRAP_WIDTH_SHARE * max(body.shape))))
    beside &= joined > 0
    touched &= np.bincount(labels[beside], minlength=count) < HANGING_BESIDE * stats[:, cv2.CC_STAT_AREA]
    return touched.take(labels)
