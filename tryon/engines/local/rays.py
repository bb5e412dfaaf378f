"""Measures along rays: how far from a middle line a mask reaches, and how to trust what was seen."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Points

Widths = NDArray[np.float32]
Mask = NDArray[np.bool_]


def ray_lengths(mask: Mask, starts: Points, rays: Points, reach: float) -> Widths:
    """(n,) pixels from each start along its ray to the first pixel outside the mask; NaN if that is not met."""
    steps = np.arange(0.0, reach, 1.0, dtype=np.float32)
    along = starts[:, None, :] + rays[:, None, :] * steps[None, :, None]
    inside = sample(mask, along)
    left_mask = ~inside
    met = left_mask.any(axis=1) & inside[:, 0]
    return np.where(met, left_mask.argmax(axis=1), np.nan).astype(np.float32)


def share_along(mask: Mask, path: Points, outward: Points, half: Widths) -> Widths:
    offsets = np.linspace(-0.5, 0.5, 7)
    return np.mean([sample(mask, path + outward * (half * o)[:, None]) for o in offsets], axis=0).astype(np.float32)


def sample(mask: Mask, points: NDArray[np.floating]) -> Mask:
    """Nearest value of the mask at (…, 2) points; beyond the picture the nearest edge pixel."""
    height, width = mask.shape
    x = np.clip(np.rint(points[..., 0]).astype(np.int32), 0, width - 1)
    y = np.clip(np.rint(points[..., 1]).astype(np.int32), 0, height - 1)
    return mask[y, x]


def trusted(lengths: Widths, expected: Widths) -> Widths:
    """Fill gaps by the expectation scaled to what was seen, drop outliers, smooth along the limb."""
    seen = np.isfinite(lengths) & (lengths > 0.45 * expected)
    if seen.sum() < 3:
        return expected.copy()
    ratio = lengths[seen] / expected[seen]
    middle = float(np.median(ratio))
    keep = seen.copy()
    keep[seen] = np.abs(ratio - middle) < 0.5 * middle
    if keep.sum() < 3:
        return (expected * np.clip(middle, 0.6, 2.0)).astype(np.float32)
    index = np.arange(len(lengths))
    filled = np.interp(index, index[keep], (lengths / expected)[keep]) * expected
    return smooth_along(filled.astype(np.float32), 1.0)


def smooth_along(values: Widths, sigma: float) -> Widths:
    smooth = cv2.GaussianBlur(values.reshape(1, -1), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth.ravel(), np.float32)
