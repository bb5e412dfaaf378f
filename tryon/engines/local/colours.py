"""Which colours something has: a smoothed histogram over CIE Lab, learnt from sample pixels of this very photo."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

Floats = NDArray[np.float32]
Bins = NDArray[np.int32]

LIGHTNESS_BINS: Final = 32
CHROMA_BINS: Final = 48
CHROMA_LOW: Final = 72.0
CHROMA_HIGH: Final = 200.0
"""The part of OpenCV's 8-bit a and b (128 = grey) that photographed cloth and skin reach; beyond it is clipped."""
SPREAD_BINS: Final = 1.3
"""Standard deviation of the histogram's smoothing: about 10 units of lightness, 3.5 of chroma."""
ANYTHING: Final = 0.03
"""The share of a thing's pixels whose colour says nothing: highlights, prints, dirt."""
MAX_SAMPLES: Final = 20_000


def colour_bins(picture: Picture) -> Bins:
    """The histogram bin of every pixel, (height, width)."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    return bins_of(lab)


def bins_of(lab: Floats) -> Bins:
    """The histogram bins of OpenCV 8-bit Lab values, (..., 3) to (...)."""
    light = np.clip(lab[..., 0] * (LIGHTNESS_BINS / 256.0), 0, LIGHTNESS_BINS - 1).astype(np.int32)
    scale = CHROMA_BINS / (CHROMA_HIGH - CHROMA_LOW)
    chroma = np.clip((lab[..., 1:] - CHROMA_LOW) * scale, 0, CHROMA_BINS - 1).astype(np.int32)
    return (light * CHROMA_BINS + chroma[..., 0]) * CHROMA_BINS + chroma[..., 1]


class ColourModel:
    """How much likelier each colour is for this thing than by chance, as a table of natural logarithms."""

    def __init__(self, bins: Bins, weights: Floats | None = None) -> None:
        """`bins` are the samples' colours; a model without samples finds every colour equally likely."""
        total = LIGHTNESS_BINS * CHROMA_BINS * CHROMA_BINS
        self.samples = int(bins.size)
        if not self.samples:
            self.histogram = np.full(total, 1.0 / total, np.float32)
        else:
            step = max(1, bins.size // MAX_SAMPLES)
            chosen = None if weights is None else weights.ravel()[::step]
            counts = np.bincount(bins.ravel()[::step], weights=chosen, minlength=total)
            self.histogram = _smooth(counts / counts.sum())
        self._table = _log_odds_table(self.histogram)

    def log_odds(self, bins: Bins) -> Floats:
        """For each colour, log(p(colour | this thing) / p(colour | anything)); at least log(ANYTHING)."""
        return self._table[bins]

    def mixed_with(self, other: "ColourModel") -> "ColourModel":
        """A thing that has this one's and the other's colours, half and half."""
        mixed = ColourModel(np.empty(0, np.int32))
        mixed.samples = self.samples + other.samples
        mixed.histogram = (self.histogram + other.histogram) / 2.0
        mixed._table = _log_odds_table(mixed.histogram)
        return mixed

    def likeness(self, other: "ColourModel") -> float:
        """0..1, how much of their colours two things share (Bhattacharyya coefficient)."""
        return float(np.sqrt(self.histogram * other.histogram).sum())


def _log_odds_table(histogram: Floats) -> Floats:
    return np.log((1.0 - ANYTHING) * histogram * histogram.size + ANYTHING).astype(np.float32)


def _smooth(histogram: NDArray[np.float64]) -> Floats:
    """A Gaussian blur along each of the three axes."""
    cube = histogram.astype(np.float32).reshape(LIGHTNESS_BINS, CHROMA_BINS, CHROMA_BINS)
    for axis in range(3):
        lines = np.ascontiguousarray(np.moveaxis(cube, axis, 0)).reshape(cube.shape[axis], -1)
        lines = np.asarray(cv2.GaussianBlur(lines, (1, 0), 0.01, sigmaY=SPREAD_BINS, borderType=cv2.BORDER_CONSTANT))
        cube = np.moveaxis(lines.reshape(np.moveaxis(cube, axis, 0).shape), 0, axis)
    return np.ascontiguousarray(cube, np.float32).reshape(-1)
