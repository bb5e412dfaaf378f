"""Whether a logo can be made out where it stands: judged along its outline, where an eye looks for its shape."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon.imaging.trim import FAINT

CORE: Final = 0.85
"""A pixel this much as opaque as the most opaque one beside it belongs to the shape, not to its smoothed edge."""
CLEAR: Final = 0.2
"""A pixel this much as opaque as the shape beside it lies outside of the shape."""
FAINTEST: Final = 0.1
"""Parts of a logo with this much of its most opaque part's opacity are nothing to be made out."""
REACHES: Final = (1, 2, 3)
"""Pixels from the shape to its outside: an edge is smoothed over one or two."""
SOFT_REACHES: Final = (6, 12, 18, 24, 30)
"""The same for a logo that fades out all around."""
CARRIES_ITSELF: Final = 0.5
"""A part with this much inner edge for its outer one (a badge with its own ground, a photo) needs no other ground."""
_AROUND: Final = ((0, 1), (1, 0), (1, 1), (1, -1))

Indices = NDArray[np.intp]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Outline:
    """Pairs of pixels, as flat indices of the logo's picture."""

    inside: Indices
    outside: Indices
    """Of each pixel just inside the visible edge, the one just outside."""
    part: Indices
    """Which connected part of the logo it bounds."""
    inner_ends: tuple[Indices, Indices]
    """Neighbours within the logo, between which it may have edges of its own."""
    inner_part: Indices

    @classmethod
    def of(cls, alpha: NDArray[np.uint8]) -> "Outline":
        """`alpha` (height × width) needs a transparent rim of max(REACHES) pixels, or the border is no edge."""
        core = core_of(alpha)
        _, parts = cv2.connectedComponents(_is_seen(alpha).astype(np.uint8), connectivity=8)
        first, second = _edges(alpha, core, REACHES)
        if len(first) < np.sqrt(core.sum()):
            first, second = _edges(alpha, core, SOFT_REACHES)
        inner = [_inner_pairs(core, step) for step in _AROUND]
        ends = _joined([pair[0] for pair in inner]), _joined([pair[1] for pair in inner])
        labels = parts.ravel().astype(np.intp)
        return cls(first, second, labels[first], ends, labels[ends[0]])

    def weak_share(self, seen: Image.Image, needed: float) -> float:
        """Share of the outline, 0 to 1, whose lightness differs from what is just outside by less than `needed`.

        `seen` is the picture (RGB) with the logo on it; lightness is L* of CIELAB, 0 to 100. Parts that carry their
        own contrast, in lightness or in colour, count as outline without weakness.
        """
        if not len(self.inside):
            return 0.0
        lab = _lab(seen)
        weak = np.abs(lab[self.inside, 0] - lab[self.outside, 0]) < needed
        strong = np.linalg.norm(lab[self.inner_ends[0]] - lab[self.inner_ends[1]], axis=1) >= needed
        count = int(self.part.max()) + 1
        edges = np.bincount(self.part, minlength=count)
        inner = np.bincount(self.inner_part[strong], minlength=count)[:count] * len(REACHES)
        carried = inner >= CARRIES_ITSELF * edges
        return float((weak & ~carried[self.part]).mean())

    def contrast(self, seen: Image.Image) -> float:
        """The mean difference in lightness across the outline, 0 to 100."""
        if not len(self.inside):
            return 0.0
        lightness = _lab(seen)[:, 0]
        return float(np.abs(lightness[self.inside] - lightness[self.outside]).mean())


def core_of(alpha: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where the logo is itself: not its outside, nor the pixels over which its edges are smoothed."""
    nearby = cv2.dilate(alpha, np.ones((5, 5), np.uint8))
    return np.asarray((alpha >= CORE * nearby) & _is_seen(alpha), bool)


def _is_seen(alpha: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(alpha > max(FAINT, FAINTEST * int(alpha.max())), bool)


def _edges(alpha: NDArray[np.uint8], core: NDArray[np.bool_], reaches: tuple[int, ...]) -> tuple[Indices, Indices]:
    pairs = [_pairs(alpha, core, step, reach) for step in _AROUND for reach in reaches]
    return _joined([pair[0] for pair in pairs]), _joined([pair[1] for pair in pairs])


def _pairs(
    alpha: NDArray[np.uint8], core: NDArray[np.bool_], step: tuple[int, int], reach: int
) -> tuple[Indices, Indices]:
    """Shape and outside, `reach` steps apart, both ways."""
    one, other = _shifted(alpha.shape, step, reach)
    level, shape = alpha.ravel().astype(np.float32), core.ravel()
    forth = shape[one] & (level[other] < CLEAR * level[one])
    back = shape[other] & (level[one] < CLEAR * level[other])
    return _joined([one[forth], other[back]]), _joined([other[forth], one[back]])


def _inner_pairs(core: NDArray[np.bool_], step: tuple[int, int]) -> tuple[Indices, Indices]:
    one, other = _shifted(core.shape, step, 2)
    shape = core.ravel()
    both = shape[one] & shape[other]
    return one[both], other[both]


def _shifted(shape: tuple[int, ...], step: tuple[int, int], reach: int) -> tuple[Indices, Indices]:
    """The flat indices of all pixels that have a neighbour there, and of those neighbours."""
    height, width = shape
    index = np.arange(height * width).reshape(height, width)
    down, across = step[0] * reach, step[1] * reach
    left = max(0, -across)
    right = width - max(0, across)
    one = index[: max(0, height - down), left:right]
    other = index[down:, max(0, across) : width + min(0, across)]
    return one.ravel(), other.ravel()


def _joined(pieces: list[Any]) -> Indices:
    return np.concatenate(pieces).astype(np.intp)


def _lab(seen: Image.Image) -> Floats:
    """One row for each pixel."""
    lab = cv2.cvtColor(np.asarray(seen.convert("RGB"), np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return np.asarray(lab, np.float32).reshape(-1, 3)
