"""Ground that shows inside the rough cut-out: between sleeve and body, between legs, between straps, through holes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.ground import Mask
from tryon.engines.local.likeness import FAINT_STEP, Likeness, depth_of, grown, reaching_the_frame
from tryon.engines.local.raster import connected, holding, opened

GAP_AREA_SHARE = 0.0006
"""Of the garment's area: the smallest piece of ground inside it that is cut out."""
LARGEST_GAP = 0.25
"""Of the garment's area: between two straight legs; a larger piece is the garment itself."""
HOLE_AREA_SHARE = 0.006
"""The same for a piece with garment all around: smaller ones are labels, buttons and print of the ground's colour."""
END_REACH = 0.03
"""Of the longer side: half the width of the narrow end of a gap, and how far around it the garment's colour is read."""
END_SHARE = 0.4
"""Of the garment's difference from the ground: less is ground in shade, or tinted by JPEG."""
END_LIMIT = 16.0
"""Lab: the same in absolute terms."""
ALL_ENDS_SHARE = 0.003
"""Of the garment's area: with more of them, they are a pattern."""
END_CONTRAST = 30.0
"""Lab: only where the garment is surely no ground."""
END_AREA_SHARE = 0.002
"""Of the garment's area: the largest end; stripes of the ground's colour are larger."""
STRAP_SHARE = 0.02
"""Of the longer side: half the width of the widest strap."""
LOOP_REACH = 0.03
"""Of the longer side: how far around a loop's ground its strap is looked for."""
MOST_SOLID = 0.55
"""Share of a loop's surroundings that may be broader than a strap: where it is sewn on."""
LOOP_SHADE = 3.0
"""Lab L by which the ground in a loop may be shaded."""
LOOP_SHARE = 0.42
"""Of the strap's own difference from the ground: how much of it JPEG may carry over the ground in its loop."""
LOOP_AREA_SHARE = 0.0006
"""Of the garment's area: the smallest loop."""
FRAMED_SHARE = 0.7
"""Of what frames a piece of ground: how much must be clearly different from the ground."""
FRAMED_BY_STRIPES = 0.4
"""The same where the piece is the ground's very colour: of a striped frame only every other stripe is different."""
PALE_SHADOW = -14.0
"""Lab L: between sleeve and body the ground lies in shadow and is not flat; darker than this it may be garment."""
STEEPEST_SHADOW = 1.6
"""Lab L a pixel, of the shadow between sleeve and body."""
UPRIGHT = 2.5
"""A gap that a cuff nearly closes is so many times as high as wide; pale prints and panels mostly are not."""
EXACT = (1.5, 2.0)
"""Lab L and chroma: so like the ground is what lies in such a gap without shadow."""
MOUTH_SHADE = 3.0
"""Lab L: as much the narrow mouth of such a gap is darkened by the cloth on both sides."""
RIM_OF_GAPS_PX = 4
"""Between the flat ground in a gap and the garment lies a slope so wide."""
OPENED_PX = 2
"""Ground that is no wider than about twice this is noise at the garment's edges."""


def find_gaps(body: Mask, steps: NDArray[np.float32], flat: Mask, likeness: Likeness) -> Mask:
    """Pieces of ground inside the rough cut-out.

    A piece must be of the ground's colour, be framed by something clearly different, and its loss must not tear the
    garment apart: a white band across a shirt on a white ground fulfils the first two. With garment all around it
    must be flat, too, and hardly shaded: a pale face in a print fulfils all the rest.
    """
    if _is_clear(body, likeness):
        flat = flat | (steps < STEEPEST_SHADOW)
    ground_like = likeness.ground & body & (flat | (likeness.lightness > PALE_SHADOW)) & (likeness.lightness < 1.2)
    solid = opened(ground_like, OPENED_PX)
    # Ground flows in from outside through the mouth of a gap; into a pale part of the garment it would cross an edge.
    flowing = reaching_the_frame(~body | (ground_like & flat), gap_share=0.0015) & body
    pieces, sizes = connected(solid, connectivity=4)
    reached = np.bincount(pieces[flowing], minlength=len(sizes)) > 0.3 * sizes
    at_mouth = solid & reached.take(pieces)
    partly = opened(flowing & ~at_mouth, OPENED_PX)
    found = _framed(at_mouth, body, flat, likeness) | _framed(partly, body, flat, likeness)
    found |= _in_loops(body, likeness)
    found |= _behind_narrow_mouths(ground_like & ~found, flat, body, likeness)
    return found | _framed(solid & ~at_mouth & ~partly, body, flat, likeness, enclosed=True)


def _behind_narrow_mouths(ground_like: Mask, flat: Mask, body: Mask, likeness: Likeness) -> Mask:
    """Large, upright gaps of the very ground whose mouth a cuff nearly closes: too narrow for the ground to flow in,
    and hanging together with pale cloth that is like ground in shadow."""
    lightness, chroma = EXACT
    grey = ground_like & (likeness.chroma < chroma)
    core = opened(grey & (np.abs(likeness.lightness) < lightness), OPENED_PX)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=4)
    telling = stats[:, cv2.CC_STAT_HEIGHT] > UPRIGHT * stats[:, cv2.CC_STAT_WIDTH]
    telling &= stats[:, cv2.CC_STAT_AREA] > HOLE_AREA_SHARE * body.sum()
    telling[0] = False
    if not telling.any():
        return np.zeros_like(body)
    mouth = body & (likeness.chroma < chroma) & (np.abs(likeness.lightness) < MOUTH_SHADE)
    open_ = reaching_the_frame(~body | mouth, gap_share=0) & body
    reached = np.bincount(pieces[open_], minlength=len(telling)) > 0.5 * stats[:, cv2.CC_STAT_AREA]
    found = _framed((telling & reached)[pieces], body, flat, likeness)
    _, opened_to = cv2.connectedComponents(open_.astype(np.uint8), connectivity=4)
    return grown(holding(opened_to, found), RIM_OF_GAPS_PX) & ground_like


def _framed(candidates: Mask, body: Mask, flat: Mask, likeness: Likeness, *, enclosed: bool = False) -> Mask:
    """The candidates' connected pieces that pass for gaps, or, where enclosed, for holes."""
    if not candidates.any():
        return candidates
    count, labels, stats, _ = cv2.connectedComponentsWithStats(candidates.astype(np.uint8), connectivity=4)
    shares = stats[:, cv2.CC_STAT_AREA] / max(float(body.sum()), 1.0)
    different = (np.abs(likeness.lightness) + likeness.chroma) > FAINT_STEP
    found = np.zeros(body.shape, bool)
    for index in np.flatnonzero((shares >= GAP_AREA_SHARE) & (shares <= LARGEST_GAP) & (np.arange(count) > 0)):
        left, top, width, height, _ = stats[index]
        view = np.s_[max(0, top - 9) : top + height + 9, max(0, left - 9) : left + width + 9]
        gap = labels[view] == index
        if enclosed and not _is_hole(gap, float(shares[index]), flat[view], likeness, view):
            continue
        ring = grown(gap, 8) & ~grown(gap, 4) & body[view]
        framed = ring.any() and different[view][ring].mean() > _framed_share(gap, flat[view], likeness, view)
        if framed and not _tears(body, gap, view):
            found[view] |= gap
    return found


def _is_clear(body: Mask, likeness: Likeness) -> bool:
    """Whether hardly any of the garment could be taken for its ground, gaps in shadow not counted."""
    inner = depth_of(body) > 4
    alike = np.abs(likeness.lightness) + likeness.chroma < 1.3 * FAINT_STEP
    pale = inner & alike & (likeness.lightness > 1.2)
    alike_in_shadow = inner & alike & ~pale
    return bool(pale.sum() < 0.01 * inner.sum() and alike_in_shadow.sum() < 0.08 * inner.sum())


def _framed_share(gap: Mask, flat: Mask, likeness: Likeness, view: tuple[slice, ...]) -> float:
    lightness, chroma = likeness.lightness[view][gap], likeness.chroma[view][gap]
    exact = abs(float(np.median(lightness))) < 0.6 and float(np.percentile(chroma, 80)) < 1.5
    return FRAMED_BY_STRIPES if exact and float(flat[gap].mean()) > 0.9 else FRAMED_SHARE


def _is_hole(gap: Mask, share: float, flat: Mask, likeness: Likeness, view: tuple[slice, ...]) -> bool:
    lightness, chroma = likeness.lightness[view][gap], likeness.chroma[view][gap]
    hardly_shaded = abs(float(np.median(lightness))) < 1.5 and float(np.median(chroma)) < 2.0
    return share > HOLE_AREA_SHARE and hardly_shaded and float(flat[gap].mean()) > 0.9


def _in_loops(body: Mask, likeness: Likeness) -> Mask:
    """Ground inside the loops of straps: JPEG tints it with the strap's colour, but by far less than the strap, and
    nearly all that surrounds it is as narrow as a strap."""
    side = max(body.shape)
    reach = np.ones((2 * round(LOOP_REACH * side) + 1,) * 2, np.uint8)
    unlike = np.abs(likeness.lightness) + likeness.chroma
    pale = (np.abs(likeness.lightness) < LOOP_SHADE) & (unlike < LOOP_SHARE * cv2.dilate(unlike, reach)) & body
    strap = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(STRAP_SHARE * side) + 1,) * 2)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pale.astype(np.uint8), connectivity=4)
    found = np.zeros(body.shape, bool)
    large = stats[:, cv2.CC_STAT_AREA] >= LOOP_AREA_SHARE * body.sum()
    for index in np.flatnonzero(large & (np.arange(count) > 0)):
        left, top, width, height, _ = stats[index]
        margin = len(reach)
        view = np.s_[max(0, top - margin) : top + height + margin, max(0, left - margin) : left + width + margin]
        loop = labels[view] == index
        if (grown(loop, 2) & ~body[view]).any():
            continue
        rest = body[view] & ~loop
        around = cv2.dilate(loop.astype(np.uint8), reach).astype(bool) & rest
        thick = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_OPEN, strap)
        if around.any() and thick[around].mean() < MOST_SOLID:
            found[view] |= loop
    return found


def ends_of_gaps(body: Mask, likeness: Likeness) -> Mask:
    """The pointed ends of the gaps between sleeve and body, which are too narrow for anything to be found in them.

    Nothing where the garment itself has pieces of the ground's colour.
    """
    if not _is_clear(body, likeness):
        return np.zeros_like(body)
    side = max(body.shape)
    size = 2 * round(END_REACH * side) + 1
    outside = (~body).astype(np.uint8)
    # What a brush of that size can't reach from outside lies in a narrow gap.
    broad = cv2.morphologyEx(outside, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    mouths = grown((outside & ~broad) > 0, 3) & body
    unlike = np.abs(likeness.lightness) + likeness.chroma
    nearby = cv2.dilate(unlike, np.ones((size, size), np.uint8))
    pale = body & (unlike < np.minimum(END_SHARE * nearby, END_LIMIT)) & (nearby > END_CONTRAST)
    pieces, sizes = connected(pale, connectivity=4)
    small = (sizes < END_AREA_SHARE * body.sum()).take(pieces)
    ends = holding(pieces, mouths & pale & small)
    return ends if ends.sum() < ALL_ENDS_SHARE * body.sum() else np.zeros_like(body)


def _tears(body: Mask, gap: Mask, view: tuple[slice, ...]) -> bool:
    rest = body.copy()
    rest[view] &= ~gap
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest[::2, ::2].astype(np.uint8), connectivity=8)
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
    return len(areas) > 1 and bool(areas[1] > 0.06 * areas[0])
