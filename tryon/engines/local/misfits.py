"""Pieces of the labelled person that can't be what they were taken for, by where they lie and what they hang on.

Colour and place decide pixel by pixel; a piece as a whole knows more. Skin is no part of the hair, a shirt does not
begin on a throat, and trousers do not lie on a bare arm.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.hems import Ends
from tryon.engines.local.palette import Palette
from tryon.engines.local.raster import among, bits, connected, depth, pieces_of
from tryon.engines.local.scene import MIN_SAMPLES, Scene, Thing, above

Mask = NDArray[np.bool_]

MAIN: Final = 0.1
"""Share of all its pixels from which a piece of cloth is a garment of its own, not a misfit."""
ON_ARM: Final = 0.13
ON_HAND: Final = 0.2
"""Shoulder widths from a bare arm's line, and from a hand's, that show arm or hand."""
MOSTLY: Final = 0.6
THROAT: Final = 0.35
"""Shoulder widths to each side of the torso's axis where a throat can be."""
BESIDE_FACE: Final = 0.06
"""Face heights from the face's outline within which skin may be an ear or the jaw."""
LOWEST_HAIR: Final = 0.8
"""Torso lengths below the shoulders down to which hair is followed."""
HAIR_AHEAD: Final = 1.0
"""Natural logarithms by which hair must explain a pixel better than the top does."""
HAIR_UNLIKE_TOP: Final = 0.5
"""Likeness of the colours of hair and top up to which hair can be followed over the top."""
THING: Final = 0.03, 0.01
"""Shoulder widths, and squared ones: what is carried and nowhere broader than twice the first, nor larger than the
second, is the rim of a sleeve or a hand."""
LOCK: Final = 0.04
"""Shoulder widths: a lock of hair that is followed is at least so wide."""


def without_misfits(scene: Scene, models: Palette, ends: Ends, best: LabelMap) -> LabelMap:
    """`best`, the Thing of every pixel, with such pieces given to what they lie on."""
    best = best.copy()
    _cloth_on_bare_arms(scene, ends, best)
    _top_on_the_throat(scene, best)
    if models[Thing.HAIR].samples > MIN_SAMPLES:
        _skin_in_the_hair(scene, best)
        _hair_over_the_top(scene, models, best)
    return best


def without_thin_things(labels: LabelMap, width: float) -> LabelMap:
    """The BodyLabels, with crumbs of what is carried given to what they lie on; shoulders are `width` pixels wide."""
    labels = labels.copy()
    for box, piece in pieces_of(labels == BodyLabel.CARRIED, round(THING[0] * width)):
        if piece.sum() < THING[1] * width**2 and float(depth(bits(piece)).max()) < THING[0] * width:
            part = labels[box]
            beside = ~among(part, (BodyLabel.CARRIED, BodyLabel.BACKGROUND))
            _, nearest = cv2.distanceTransformWithLabels(bits(~beside), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
            names = np.zeros(int(nearest.max()) + 1, np.uint8)
            names[nearest[beside]] = part[beside]
            part[piece] = names[nearest[piece]]
    return labels


def _share(pieces: NDArray[np.int32], sizes: NDArray[np.intp], place: Mask) -> NDArray[np.float64]:
    """How much of each piece lies in a place; nothing of what is no piece."""
    share = np.bincount(pieces[place], minlength=len(sizes)) / np.maximum(sizes, 1)
    share[0] = 0.0
    return np.asarray(share)


def _cloth_on_bare_arms(scene: Scene, ends: Ends, best: LabelMap) -> None:
    """Small pieces of the bottom on bare arms and hands: skin in glaring light or deep shade."""
    bare = np.logical_or(*((d < ON_ARM) & (at > ends.cuffs[side] + 0.1) for side, (d, at) in scene.arms.items()))
    place = bare | scene.hands | (scene.hand < ON_HAND)
    pieces, sizes = connected((best == Thing.BOTTOM) & scene.person, connectivity=4)
    misfit = (sizes < MAIN * sizes[1:].sum()) & (_share(pieces, sizes, place) > MOSTLY)
    misfit &= np.bincount(pieces[_beside(best == Thing.SKIN)], minlength=len(sizes)) > 0
    best[misfit[pieces]] = Thing.SKIN


def _beside(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _top_on_the_throat(scene: Scene, best: LabelMap) -> None:
    """Pieces of the top on the throat that hang on no garment: a beard's shade, a necklace."""
    across, down = scene.body.frame
    throat = (np.abs(across) < THROAT) & (down < 0.05) & ~above(scene, float(scene.body.chin[1]) - 2.0)
    pieces, sizes = connected((best == Thing.TOP) & scene.person, connectivity=4)
    misfit = (sizes < MAIN * sizes[1:].sum()) & (_share(pieces, sizes, throat) > MOSTLY)
    best[misfit[pieces]] = Thing.SKIN


def _skin_in_the_hair(scene: Scene, best: LabelMap) -> None:
    """Skin beside the head that hangs on neither face, throat nor shoulder is light on the hair, or shines through."""
    across, down = scene.body.frame
    body = (scene.head < BESIDE_FACE) | (down > 0.0) | ((np.abs(across) < 0.12) & (down > -0.4))
    pieces, sizes = connected((best == Thing.SKIN) & scene.person, connectivity=4)
    misfit = _share(pieces, sizes, body) == 0.0
    misfit &= np.bincount(pieces[_beside(best == Thing.HAIR)], minlength=len(sizes)) > 0
    misfit[0] = False
    best[misfit[pieces]] = Thing.HAIR


def _hair_over_the_top(scene: Scene, models: Palette, best: LabelMap) -> None:
    """Long hair is followed down over the chest, where place alone speaks for the top."""
    if models[Thing.HAIR].likeness(models[Thing.TOP]) > HAIR_UNLIKE_TOP:
        return
    across, down = scene.body.frame
    ahead = models[Thing.HAIR].log_odds(scene.bins) - models[Thing.TOP].log_odds(scene.bins)
    side = max(3, round(LOCK * scene.body.width))
    lock = cv2.blur(ahead, (side, side)) > HAIR_AHEAD
    lock &= (best == Thing.TOP) & (np.abs(across) < 0.6) & (down < LOWEST_HAIR) & (down > -0.3)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    lock = cv2.morphologyEx(lock.astype(np.uint8), cv2.MORPH_OPEN, disc) > 0
    hair = best == Thing.HAIR
    pieces, sizes = connected(lock | hair, connectivity=4)
    hanging = np.bincount(pieces[hair], minlength=len(sizes)) > 0
    hanging[0] = False
    best[hanging[pieces] & lock] = Thing.HAIR
