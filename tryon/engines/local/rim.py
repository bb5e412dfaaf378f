"""The garment's rim: a soft edge just inside the cut, and garment colours carried over it to the outside."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.ground import Mask, lab_of
from tryon.engines.local.raster import length

RIM_PX = 2.5
"""Pixels this near the cut mix garment and ground, by the lens, by JPEG and by scaling."""
RIDGE_WINDOW_PX = 7
RING_PX = 3
"""Width of the rings compared across the rim, at half size."""
NO_RIM = 100.0
"""Stands for "not on the rim"."""


def opacity_from_mask(body: Mask) -> Opacity:
    """Opacity that rises over two pixels, half a pixel inside the cut, so that no ground shines through."""
    padded = np.pad(body, 1, mode="edge").astype(np.uint8)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.clip((inside - 0.6) / 1.8, 0, 1).astype(np.float32)


def spread_inner_colours(picture: Picture, body: Mask) -> Picture:
    """The picture with every pixel outside the garment's inner part given the nearest inner colour.

    A strap thinner than twice RIM_PX has no inner part; there the middle line of the strap counts as inner.
    """
    if not body.any():
        return picture
    padded = np.pad(body, 1, mode="edge").astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    window = np.ones((RIDGE_WINDOW_PX, RIDGE_WINDOW_PX), np.uint8)
    inner = (body & (depth >= np.minimum(RIM_PX, 0.75 * cv2.dilate(depth, window)))).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(1 - inner, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    border = np.nonzero(inner - cv2.erode(inner, np.ones((3, 3), np.uint8)))  # Only these are nearest to anything.
    colour_of = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    colour_of[labels[border]] = picture[border]
    spread = cv2.copyTo(picture, inner, np.take(colour_of, labels, axis=0))
    # Nearest colours alone make streaks; a light blur along the outside hides them and leaves the inside as it is.
    return cv2.copyTo(picture, inner, cv2.GaussianBlur(spread, (0, 0), 1.2)).astype(np.uint8, copy=False)


def step_across_rim(picture: Picture, body: Mask) -> NDArray[np.float32]:
    """Lab distance between the ring inside the rim and the ring outside, at the inner ring, NO_RIM elsewhere; at half
    the picture's size, for it is an average over several pixels."""
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    lab = lab_of(cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False))
    core = cv2.resize(body.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    window = np.ones((2 * RING_PX + 1, 2 * RING_PX + 1), np.uint8)
    inner = (core > 0) & (cv2.erode(core, window) == 0)
    outer = (core == 0) & (cv2.dilate(core, window) > 0)
    means = []
    for ring in (inner.astype(np.uint8), outer.astype(np.uint8)):
        weight = np.maximum(cv2.blur(ring.astype(np.float32), (11, 11)), np.float32(1e-3))
        means.append(cv2.divide(cv2.blur(cv2.copyTo(lab, ring), (11, 11)), cv2.merge([weight] * 3)))
    apart = np.asarray(means[0] - means[1], np.float32)
    return np.where(inner, length(apart), NO_RIM).astype(np.float32)
