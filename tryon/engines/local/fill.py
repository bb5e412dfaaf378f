"""Fills the unknown part of a field smoothly from the known part, near from near and far from far (pull-push)."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def pull_push(values: Field, weight: Field) -> Field:
    """`values` (h, w) or (h, w, c) where `weight` (h, w, 0..1) is 1, and a smooth continuation where it is 0.

    After Gortler et al., "The Lumigraph" (1996): average down to one pixel, then fill each level from the coarser one.
    """
    flat = values[..., None] if values.ndim == 2 else values
    stack = np.dstack([flat * weight[..., None], weight])
    levels = [stack]
    while min(levels[-1].shape[:2]) > 1:
        height, width = levels[-1].shape[:2]
        levels.append(cv2.resize(levels[-1], ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA))
    filled = levels[-1][..., :-1] / np.maximum(levels[-1][..., -1:], 1e-6)
    for level in levels[-2::-1]:
        coarse = cv2.resize(filled, (level.shape[1], level.shape[0]), interpolation=cv2.INTER_LINEAR)
        coarse = coarse.reshape(level.shape[0], level.shape[1], -1)
        known = np.minimum(level[..., -1:] * 2.0, 1.0)
        own = level[..., :-1] / np.maximum(level[..., -1:], 1e-6)
        filled = own * known + coarse * (1.0 - known)
    return np.asarray(filled.reshape(values.shape), np.float32)


def smooth_known(values: Field, weight: Field, sigma: float) -> Field:
    """Gaussian mean of the known values around every pixel; 0 where none is near. Large sigmas run at low size."""
    step = max(1, int(sigma / 3))
    height, width = weight.shape
    size = (max(1, width // step), max(1, height // step))
    small = cv2.resize(np.dstack([values * weight, weight]), size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(sigma / step, 0.3))
    mean = small[..., 0] / np.maximum(small[..., 1], 1e-4)
    return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
