"""A closer look at both hands: their own outline, finger by finger, cut from what is beside them.

The labels of a whole person are found on a small picture, where a finger is two pixels wide, a shaded one has the
colour of no skin, and tan cloth has that of every skin. A hand is small, so that each one can be looked at again more
closely: what was found of it teaches its colours, what is far from it those of the rest, and the photo's own edges
decide between them (`cv2.grabCut`).
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, Picture, Pose
from tryon.engines.local.body import Body, Window
from tryon.engines.local.minimum_cut import minimum_cut
from tryon.engines.local.raster import among, bits, connected, depth, grown, pieces_holding, resized
from tryon.engines.local.skin import hand_outline

WIDTH_PX: Final = 180.0
"""Hands are looked at so large that the shoulders would be this wide: fingers are 9 pixels then."""
AROUND: Final = 0.3
"""Shoulder widths around the hand's joints that are looked at."""
REACH: Final = 0.10
"""Shoulder widths from the joints' outline, and from what was found of the hand, up to which more of it can be."""
LEAST: Final = 0.01
"""Squared shoulder widths: with less of a hand found, there is none that could teach its colours."""
SURE: Final = 0.03
"""Shoulder widths inside what was found, from where it stands, if it has the hand's colour."""
DARKENED: Final = np.asarray((0.4, 1.0, 1.0), np.float32)
"""Fingers shade each other: of a colour's distance (8-bit Lab), lightness counts less than hue."""
LIKE: Final = 13.0
"""A distance within one hand; pixels this near to its median are its, unless they are much nearer to something else."""
NEARER: Final = 0.7
UNLIKE: Final = 18.0
"""From here on a pixel outside the joints' outline can be taken from the hand."""
HUES_APART: Final = 0.1
TOWARDS: Final = 0.5
DARK: Final = 8.0
"""Hue: 8-bit Lab a and b over a lightness that counts as `DARKENED` says, and as this at least. Where skin and a cloth
are so far apart, a hand's pixel lies at least this share of the way from the cloth's hue."""
HOLE: Final = 0.06
"""Shoulder widths: rings and shaded knuckles leave holes smaller than the square of this."""
SMOOTH_PX: Final = 1.0
LEAST_PX: Final = 12
BEHIND: Final = 0.5
"""Of the silhouette's opacity: less is background, and stays it."""
BESIDE: Final = (
    BodyLabel.TOP, BodyLabel.BOTTOM, BodyLabel.CARRIED, BodyLabel.LEG, BodyLabel.SHOES, BodyLabel.MIDRIFF,
    BodyLabel.HAIR,
)  # fmt: skip
"""What a piece of a hand may have been taken for."""

Mask = NDArray[np.bool_]


def with_whole_hands(picture: Picture, pose: Pose, matte: Opacity, labels: LabelMap) -> LabelMap:
    """The labels with both hands cut along the photo's edges."""
    labels = labels.copy()
    whole = Body.of(pose, None, (labels.shape[0], labels.shape[1]))
    for side in ("left", "right"):
        outline = hand_outline(whole, side)
        if not outline.any():
            continue
        window = Window.around(outline, round(AROUND * whole.width), outline.size)
        scale = min(1.0, WIDTH_PX / whole.width)
        window = Window(window.left, window.top, window.right, window.bottom, scale)
        part = labels[window.part]
        if min(part.shape) * scale < LEAST_PX:
            continue
        body = Body.of(pose, None, _size(part.shape, scale), window)
        small = resized(part, body.shape, cv2.INTER_NEAREST)
        found = _cut(window.view(picture), small, window.view(matte) > BEHIND, hand_outline(body, side), body.width)
        if found is not None:
            _put_back(part, matte[window.part], small, found)
    return labels


def _size(shape: tuple[int, ...], scale: float) -> tuple[int, int]:
    """As OpenCV rounds it."""
    return round(shape[0] * scale), round(shape[1] * scale)


def _cut(picture: Picture, labels: LabelMap, person: Mask, outline: Mask, width: float) -> Mask | None:
    """Where the hand is, at this size; None where too little of one was found."""
    hand = labels == BodyLabel.HAND
    if hand.sum() < LEAST * width**2:
        return None
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32) * DARKENED
    unlike = np.linalg.norm(lab - np.median(lab[hand], axis=0), axis=-1)
    reach = round(REACH * width)
    near = (grown(bits(outline), reach, True) > 0) | (grown(bits(hand), reach, True) > 0)
    free = (among(labels, BESIDE) | hand) & person
    seeds = np.full(labels.shape, cv2.GC_BGD, np.uint8)
    seeds[near & free] = cv2.GC_PR_BGD
    seeds[near & free & (unlike < LIKE) & (unlike < NEARER * _to_others(lab, labels, near))] = cv2.GC_PR_FGD
    skin = hand | (labels == BodyLabel.ARM)
    seeds[skin & near] = cv2.GC_PR_FGD
    seeds[skin & (unlike < LIKE) & ((depth(bits(skin)) > SURE * width) | ~hand)] = cv2.GC_FGD
    if not ((seeds & 1) == 0).any():
        return None
    cut = minimum_cut(picture, seeds) & near & (labels != BodyLabel.ARM) & ~_in_shade(lab, labels, hand, near)
    doubted = (unlike > UNLIKE) & (grown(bits(outline), reach // 2, True) == 0)
    return _hanging_together(cut | hand & ~doubted, hand, width)


def _to_others(lab: NDArray[np.float32], labels: LabelMap, near: Mask) -> NDArray[np.float32]:
    """(h, w) how far each pixel's colour is from the nearest median colour of what is around the hand."""
    nearest = np.full(labels.shape, np.inf, np.float32)
    for name in (BodyLabel.BACKGROUND, *BESIDE):
        around = (labels == name) & ~near
        if around.sum() > LEAST_PX**2:
            np.minimum(nearest, np.linalg.norm(lab - np.median(lab[around], axis=0), axis=-1), out=nearest)
    return nearest


def _in_shade(lab: NDArray[np.float32], labels: LabelMap, hand: Mask, near: Mask) -> Mask:
    """Cloth of its own hue in the hand's shadow: as dark as a hand, but no more coloured than it is farther away."""
    hue = cv2.blur((lab[..., 1:] - 128) / np.maximum(lab[..., :1], DARK), (3, 3))
    skin, shade = np.median(hue[hand], axis=0), np.zeros(labels.shape, bool)
    for name in BESIDE:
        around = (labels == name) & ~near
        if around.sum() > LEAST_PX**2:
            cloth = np.median(hue[around], axis=0)
            way = skin - cloth
            if float(np.linalg.norm(way)) > HUES_APART:
                shade |= (labels == name) & ((hue - cloth) @ way < TOWARDS * float(way @ way))
    return shade


def _hanging_together(cut: Mask, hand: Mask, width: float) -> Mask:
    """The cut without what does not hang on the hand, its small holes filled."""
    cut = pieces_holding(cut, hand)
    holes, sizes = connected(~cut, connectivity=4)
    return cut | (sizes < (HOLE * width) ** 2).take(holes)


def _put_back(part: LabelMap, matte: Opacity, small: LabelMap, found: Mask) -> None:
    """The hand named anew in `part`, in place; what it was given too much goes to what is beside it."""
    change = found != (small == BodyLabel.HAND)
    if not change.any():
        return
    large = cv2.GaussianBlur(resized(found.astype(np.float32), part.shape), (0, 0), SMOOTH_PX) > 0.5
    area = resized(grown(bits(change), 2), part.shape, cv2.INTER_NEAREST) > 0
    part[area & large & (matte > BEHIND) & among(part, BESIDE)] = BodyLabel.HAND
    lost, beside = area & ~large & (part == BodyLabel.HAND), among(part, BESIDE)
    if lost.any() and beside.any():
        _, nearest = cv2.distanceTransformWithLabels(bits(~beside), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
        names = np.zeros(int(nearest.max()) + 1, np.uint8)
        names[nearest[beside]] = part[beside]
        part[lost] = names[nearest[lost]]
