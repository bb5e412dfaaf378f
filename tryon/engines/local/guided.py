"""The guided filter: smooths a map so that its edges fall on the edges of a picture.

After He, Sun and Tang, "Guided Image Filtering" (2013) and "Fast Guided Filter" (2015): within each window the result
is a linear function of the picture's three channels; the windows' functions are averaged.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


Planes = list[Floats]
"""A field's channels, (height, width) each: several times faster to reckon with than one field of three channels."""


class GuidedFilter:
    """Filters any number of maps along the edges of one picture; what depends on the picture alone is done once."""

    def __init__(self, guide: Floats, radius: int, epsilon: float) -> None:
        """`guide` is (height, width, 3) in 0..1; contrast below about sqrt(`epsilon`) does not count as an edge."""
        self._guide: Planes = list(cv2.split(guide))
        self._size = (2 * radius + 1, 2 * radius + 1)
        self._mean = [self._box(plane) for plane in self._guide]
        self._inverse = _inverse_symmetric(self._covariance(), epsilon)

    def smooth(self, source: Floats) -> Floats:
        """`source` (height, width), smoothed along the guide's edges."""
        slopes, offset = self.coefficients(source)
        return _applied(slopes, offset, self._guide)

    def coefficients(self, source: Floats) -> tuple[Planes, Floats]:
        """The linear functions: three slopes and the offset, (height, width) each.

        Enlarged and applied to a larger version of the guide, they give a larger result with that version's edges.
        """
        mean = self._box(source)
        shared = [self._box(one * source) - own * mean for one, own in zip(self._guide, self._mean, strict=True)]
        slopes = [
            self._inverse[a] * shared[0] + self._inverse[b] * shared[1] + self._inverse[c] * shared[2]
            for a, b, c in ((0, 1, 2), (1, 3, 4), (2, 4, 5))
        ]
        offset = mean - (slopes[0] * self._mean[0] + slopes[1] * self._mean[1] + slopes[2] * self._mean[2])
        return [self._box(slope) for slope in slopes], self._box(offset)

    def _box(self, values: Floats) -> Floats:
        return np.asarray(cv2.blur(values, self._size, borderType=cv2.BORDER_REFLECT), np.float32)

    def _covariance(self) -> list[Floats]:
        """The six different entries of the symmetric 3 × 3 matrix in each window: 00 01 02 11 12 22."""
        guide, mean = self._guide, self._mean
        pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
        return [self._box(guide[a] * guide[b]) - mean[a] * mean[b] for a, b in pairs]


def enlarge(coefficients: tuple[Planes, Floats], guide: Floats) -> Floats:
    """Apply the linear functions of a small guide to a large version of it, (height, width, 3) in 0..1."""
    size = (guide.shape[1], guide.shape[0])
    *slopes, offset = (
        np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)
        for part in (*coefficients[0], coefficients[1])
    )
    return _applied(slopes, offset, list(cv2.split(guide)))


def _applied(slopes: Planes, offset: Floats, guide: Planes) -> Floats:
    return np.asarray(slopes[0] * guide[0] + slopes[1] * guide[1] + slopes[2] * guide[2] + offset, np.float32)


def _inverse_symmetric(entries: list[Floats], epsilon: float) -> list[Floats]:
    """Inverse of symmetric 3 × 3 matrices with `epsilon` added on the diagonal, in the same six entries."""
    a, b, c, d, e, f = entries
    a, d, f = a + epsilon, d + epsilon, f + epsilon
    first, second, third = d * f - e * e, c * e - b * f, b * e - c * d
    scale = 1.0 / np.maximum(a * first + b * second + c * third, 1e-12)
    return [first * scale, second * scale, third * scale, (a * f - c * c) * scale, (b * c - a * e) * scale,
            (a * d - b * b) * scale]  # fmt: skip
