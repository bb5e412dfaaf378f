"""How well a pixel's colour fits the samples of one thing around it: what person and background are told apart by."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

FAR: Final = 4
"""Times the reach: what is asked where the nearer surroundings hold no sample."""
FAR_SHARE: Final = 0.02
"""What the farther samples count beside the nearer ones: they decide only where there are no others."""
LEAST: Final = 1e-5
"""Share of a window: with less of it sampled nothing is known."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One Gaussian a pixel, with independent channels."""

    likely: Floats
    """(h, w) log likelihood of each pixel's colour; meaningless where nothing is known."""
    mean: tuple[Floats, ...]
    """(h, w) for each channel, the samples' mean around the pixel."""
    known: Mask
    """Whether there are samples around the pixel."""


def fit_nearby(lab: Floats, samples: Mask, reach: int, noise: Floats) -> Fit:
    """Compare each pixel of `lab` (h, w, 3) with the samples within `reach` pixels; `noise` (3,) is added to the
    colours' variance."""
    weight = samples.astype(np.float32)
    total = _around(weight, reach)
    known = total > LEAST
    total = np.maximum(total, np.float32(LEAST))
    unlike, means = np.zeros(samples.shape, np.float32), []
    for channel, least in enumerate(noise):
        plane = np.ascontiguousarray(lab[..., channel])
        own = plane * weight
        mean = _around(own, reach) / total
        variance = np.maximum(_around(own * plane, reach) / total - mean * mean, 0.0) + least
        away = plane - mean
        unlike += away * away / variance + np.log(variance)
        means.append(mean)
    return Fit(np.float32(-0.5) * unlike, tuple(means), known)


def _around(field: Floats, reach: int) -> Floats:
    """The mean of a field in a window of `reach` pixels to each side, and a little of that in a wider one."""
    near, far = (cv2.blur(field, (2 * radius + 1,) * 2) for radius in (reach, FAR * reach))
    return np.asarray(near + np.float32(FAR_SHARE) * far, np.float32)
