"""A picture continued over its unknown part: broad colours filled in, texture mirrored at the known part's border."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.fill import pull_push
from tryon.engines.local.raster import Bits, blurred, half_mirror, reduced, taken, taken_at

TEXTURE_PX: Final = 6.0
"""Detail finer than this (standard deviation) is texture, weave or print and is mirrored; the rest goes on broadly."""


def continued(picture: Picture, known: Bits, needed: NDArray[np.bool_]) -> Picture:
    """The picture (h, w, 3) where it is `known`, continued where it is not and `needed`; anything elsewhere.

    Where mirrors meet, the broad colour alone goes on. All but the texture's own pixels is found at half size.
    """
    at = np.flatnonzero(needed & (known == 0))
    if not at.size or not known.any():
        return picture
    share = reduced(known.astype(np.float32), 0.5)
    broad = pull_push(reduced(picture, 0.5).astype(np.float32), share)
    # Only known pixels may count in the mean, or the unknown would shine through as a halo.
    own = reduced(cv2.bitwise_and(picture, picture, mask=known), 0.5).astype(np.float32)
    counted = np.maximum(blurred(share, TEXTURE_PX / 2), np.float32(1e-3))
    mean = np.asarray(cv2.divide(blurred(own, TEXTURE_PX / 2), cv2.merge([counted] * 3)), np.float32)
    mirror, weight = half_mirror(known)
    seen = taken(share, mirror) > 0.5
    weight = blurred((weight * seen).astype(np.float32), 0.5)
    size = np.asarray([known.shape[1] / share.shape[1], known.shape[0] / share.shape[0]], np.float32)
    rows, columns = np.divmod(at, known.shape[1])
    here = (np.stack([columns, rows], axis=-1).astype(np.float32) + np.float32(0.5)) / size - np.float32(0.5)
    there = taken_at(mirror, here)
    texture = taken_at(picture, (there + np.float32(0.5)) * size - np.float32(0.5)) - taken_at(mean, there)
    colour = taken_at(broad, here) + texture * taken_at(weight, here)[:, None]
    whole = np.array(picture, order="C")
    whole.reshape(-1, 3)[at] = np.clip(np.rint(colour), 0, 255)
    return whole
