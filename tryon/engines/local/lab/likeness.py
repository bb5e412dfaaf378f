"""How alike two pictures are: the structural similarity of Wang et al. (2004), as the try-on field reports it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

WINDOW_PX: Final = 11
SIGMA_PX: Final = 1.5
"""The Gaussian window of the paper; scikit-image's `gaussian_weights=True` gives the same figures."""
C1: Final = (0.01 * 255) ** 2
C2: Final = (0.03 * 255) ** 2

Field = NDArray[np.float64]


def similarity_map(one: Picture, other: Picture) -> Field:
    """SSIM of every pixel's surroundings, (height, width), the mean of the three channels; 1 is equal."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    mean_a, mean_b = _blurred(a), _blurred(b)
    variance_a = _blurred(a * a) - mean_a**2
    variance_b = _blurred(b * b) - mean_b**2
    covariance = _blurred(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + C1) * (2 * covariance + C2)
    alike /= (mean_a**2 + mean_b**2 + C1) * (variance_a + variance_b + C2)
    return np.asarray(alike.mean(axis=2), np.float64)


def similarity(one: Picture, other: Picture, where: NDArray[np.bool_] | None = None) -> float:
    """Mean SSIM of two pictures of one size, at least 11 × 11 pixels, or of their pixels `where` is True.

    The rim of half a window, where the window would hang over the frame, is left out of the mean. NaN where nothing
    is left to compare.
    """
    rim = WINDOW_PX // 2
    inner = np.s_[rim:-rim, rim:-rim]
    field = similarity_map(one, other)[inner]
    if where is not None:
        field = field[where[inner]]
    return float(field.mean()) if field.size else float("nan")


def _blurred(field: Field) -> Field:
    return np.asarray(
        cv2.GaussianBlur(field, (WINDOW_PX, WINDOW_PX), SIGMA_PX, borderType=cv2.BORDER_REFLECT), np.float64
    )
