"""Skin that passed for the old bottom: rims of hands, fingers and thighs have another hue than cloth, in any light."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.raster import (
    among,
    bits,
    blurred,
    box_of,
    grown,
    largest_piece,
    opened,
    pieces_holding,
    pieces_of,
    reduced,
    resized,
)
from tryon.engines.local.relabelling import some_of

LIMBS: Final = (BodyLabel.ARM, BodyLabel.HAND)
RIM_UNITS: Final = 0.2
"""So near to an arm or a hand parts of it may have passed for the bottom: fingers are so long."""
MOST_SKIN: Final = 0.05
"""Share of the old bottom's upper half that may have the skin's hue: more is a print, or denim in warm light. Its lower
half may be thighs."""
INNER_UNITS: Final = 0.06
"""Skin and cloth beside it are averaged over so much (standard deviation)."""
LEAST_SEEN: Final = 0.005
"""Share of it around a pixel from which on its mean there counts."""
OTHER_HUE: Final = 0.095
HUE_SHARE: Final = 0.4
"""Skin's and cloth's hues, as shares of lightness, are so far apart where they tell one from the other; of the way from
skin to cloth so much is what both share at an edge. Pale skin is 0.1 from grey, other skin up to 0.3;
beige may be as near to it as 0.09."""
THIGH_UNITS: Final = 0.02
"""Half the width of what is none of a thigh: threads along an edge."""
WIDE_UNITS: Final = 0.15
"""A thigh is wider than this."""
EDGE_ROWS: Final = 4
REDDER: Final = 1.6
OPENS: Final = 0.8
"""Fingertips are farther from the cloth's hue than the rest of the skin by up to so many times the way, and so much of
what they are farther aside of it: redder."""
DARK: Final = 51.0
"""8-bit Lab: a fifth of full lightness. Hues of what is darker are noise."""
COARSE: Final = 4
SPECK_UNITS: Final = 0.008
"""Half the width of the narrowest rim that is given back."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def with_own_rims(labels: LabelMap, lab: Field, unit: float, alike: Mask | None = None) -> LabelMap:
    """The labels with what hangs on an arm or a hand and has its hue, but was named after the bottom, whose hue is
    another, given back to it; `lab` is the picture in 8-bit Lab, `alike` what `skin_in` finds in it."""
    skin, bottom = among(labels, LIMBS), labels == BodyLabel.BOTTOM
    near = bottom & (cv2.distanceTransform(bits(~skin), cv2.DIST_L2, 3) < RIM_UNITS * unit) & skin.any()
    if not near.any():
        return labels
    box = box_of(near, round(2 * INNER_UNITS * unit))
    hues = hues_of(lab[box])
    cloth_alone = largest_piece(bottom) & ~(skin_in(labels, lab) if alike is None else alike)
    own, cloth = (_mean(hues, mask[box], unit) for mask in (skin, cloth_alone))
    theirs = np.zeros(hues.shape[:2], bool)
    at = near[box]
    theirs[at] = _of_skin(hues[at], own[at], cloth[at])
    found = opened(theirs | skin[box], max(1, round(SPECK_UNITS * unit)), round_=True) & theirs
    found = pieces_holding(found, grown(bits(skin[box]), 1) > 0)
    if not found.any():
        return labels
    to_arm, to_hand = (
        cv2.distanceTransform(bits(labels[box] != name), cv2.DIST_L2, 3) for name in (BodyLabel.ARM, BodyLabel.HAND)
    )
    redrawn = labels.copy()
    redrawn[box][found] = np.where(to_hand <= to_arm, np.uint8(BodyLabel.HAND), np.uint8(BodyLabel.ARM))[found]
    return redrawn


def with_thighs(labels: LabelMap, alike: Mask, unit: float) -> LabelMap:
    """The labels with thighs that the frame cuts off, and that passed for the bottom of a skirt above them, as legs;
    `alike` is what `skin_in` finds."""
    thighs = opened(alike, max(1, round(THIGH_UNITS * unit)), round_=True)
    if not thighs[-EDGE_ROWS:].any():
        return labels
    labels = labels.copy()
    for area, piece in pieces_of(thighs):
        if area[0].stop > len(labels) - EDGE_ROWS and piece.shape[1] > WIDE_UNITS * unit:
            labels[area][piece] = BodyLabel.LEG
    return labels


def skin_in(labels: LabelMap, lab: Field) -> Mask:
    """What of the old bottom has the hue of arms and hands, if that is another than the bottom's and it is little."""
    skin, bottom = among(labels, LIMBS), labels == BodyLabel.BOTTOM
    alike = np.zeros(labels.shape, bool)
    if not skin.any() or not bottom.any():
        return alike
    own, cloth = (np.median(hues_of(some_of(lab, mask)), axis=0) for mask in (skin, bottom))
    alike[bottom] = _of_skin(hues_of(lab[bottom]), own, cloth)
    rows = np.nonzero(bottom)[0]
    upper = bottom[: int(np.median(rows)) + 1]
    few = float(alike[: len(upper)][upper].mean()) < MOST_SKIN
    return alike if few else np.zeros_like(alike)


def of_own_hue(colours: Field, usual: Field, bottom: Mask, unit: float) -> Mask:
    """Where the bottom nearby is of another hue than the `usual` skin, and a colour has hardly more of that hue than
    the skin has: an edge in shade."""
    hues, own = hues_of(colours), hues_of(usual)
    return _of_skin(hues, own, _mean(hues, bottom, unit))


def _of_skin(hues: Field, own: Field, cloth: Field) -> Mask:
    """Where `hues` are skin's rather than cloth's, if the two are apart: on the way from one to the other near to the
    skin, or beyond it."""
    way = np.broadcast_to(cloth - own, hues.shape)
    far = np.sqrt((way**2).sum(axis=-1))
    off = hues - own
    along = (off * way).sum(axis=-1) / np.maximum(far, 1e-6)
    aside = np.abs(off[..., 0] * way[..., 1] - off[..., 1] * way[..., 0]) / np.maximum(far, 1e-6)
    inside = (along < HUE_SHARE * far) & (along > -REDDER * far)
    return np.asarray((far > OTHER_HUE) & inside & (aside < HUE_SHARE * far + OPENS * np.maximum(-along, 0.0)))


def hues_of(lab: Field) -> Field:
    """(..., 2) the two hues of 8-bit Lab as shares of its lightness, with which they fade in the shade."""
    return np.asarray((lab[..., 1:] - 128) / np.maximum(lab[..., :1], np.float32(DARK)), np.float32)


def _mean(values: Field, where: Mask, unit: float) -> Field:
    """(h, w, c) mean around each pixel of what lies in `where`; far from it the median of all of that. Found on a small
    picture."""
    usual = np.median(values[where][::7], axis=0).astype(np.float32) if where.any() else np.zeros(2, np.float32)
    known = where.astype(np.float32)
    small = blurred(reduced(np.dstack([values * known[..., None], known]), 1 / COARSE), INNER_UNITS * unit / COARSE)
    mean = (small[..., :2] + usual * np.float32(LEAST_SEEN)) / (small[..., 2:] + np.float32(LEAST_SEEN))
    return resized(np.asarray(mean, np.float32), where.shape)
