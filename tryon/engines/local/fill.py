"""Fills the unknown part of a field smoothly from the known part, near from near and far from far (pull-push)."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def pull_push(values: Field, weight: Field) -> Field:
    """`values` (h, w) or (h, w, c) where `weight` (h, w, 0..1) is 1, and a smooth continuation where it is 0.

    After Gortler et al., "The Lumigraph" (1996): average down to one pixel, then fill each level from the coarser one.
    """
    levels = [weight]
    while min(levels[-1].shape) > 1:
        levels.append(_halved(levels[-1]))
    if values.ndim == 2:
        return _filled(values, levels)
    # Channel by channel: NumPy is several times slower over a short last axis.
    return np.asarray(cv2.merge([_filled(plane, levels) for plane in cv2.split(values)]), np.float32)


def _halved(plane: Field) -> Field:
    size = ((plane.shape[1] + 1) // 2, (plane.shape[0] + 1) // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _filled(values: Field, weights: Sequence[Field]) -> Field:
    """`values` (h, w), pulled and pushed with the weight of each level, finest first."""
    levels = [values * weights[0]]
    for _ in weights[1:]:
        levels.append(_halved(levels[-1]))
    filled = levels[-1] / np.maximum(weights[-1], 1e-6)
    for level, weight in zip(levels[-2::-1], weights[-2::-1], strict=True):
        coarse = cv2.resize(filled, (level.shape[1], level.shape[0]), interpolation=cv2.INTER_LINEAR)
        known = np.minimum(weight * 2.0, 1.0)
        filled = level / np.maximum(weight, 1e-6) * known + coarse * (1.0 - known)
    return np.asarray(filled, np.float32)


def smooth_known(values: Field, weight: Field, sigma: float) -> Field:
    """Gaussian mean of the known values around every pixel; 0 where none is near. Large sigmas run at low size."""
    step = max(1, int(sigma / 3))
    height, width = weight.shape
    size = (max(1, width // step), max(1, height // step))
    small = cv2.resize(np.dstack([values * weight, weight]), size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(sigma / step, 0.3))
    mean = small[..., 0] / np.maximum(small[..., 1], 1e-4)
    return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
