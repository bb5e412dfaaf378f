"""The gap between body and sleeve of an arm that is held away: its edge is a calm line.

Inside a bent elbow the cloth of a sleeve crowds and folds, and the edge it has there in the bent picture is torn; cloth
ends there in a curve.
"""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Side
from tryon.engines.local.raster import Bits, bits, blurred, box_of, depth

TOOTH_UNITS: Final = 0.035
"""Teeth of cloth in a gap, and of a gap in the cloth, narrower than twice this are none."""
BESIDE_UNITS: Final = 0.3
"""A gap is looked for so far around its sleeve."""
CALM_SHARE: Final = 0.5
"""Standard deviation, as a share of that, by which the rest is evened."""
STEEP: Final = 1.6
"""Opacity per standard deviation across an evened edge, a pixel or two wide."""
OPEN_END: Final = 4
"""A gap that is open below keeps the corners of hem and cuff: so many times that above its end nothing is evened."""


def with_calm_gaps(opacity: Opacity, sleeves: Mapping[Side, Opacity], unit: float) -> Opacity:
    """The garment's `opacity` with calm edges of what is open between its body and each of the `sleeves`, as they were
    laid out; `unit` in pixels."""
    radius = max(1, round(TOOTH_UNITS * unit))
    laid, calm = [(side, sleeve > 0.5) for side, sleeve in sleeves.items()], opacity
    for side, whole in laid:
        # The gap lies beside the sleeve.
        box = box_of(whole, round(BESIDE_UNITS * unit))
        solid = opacity[box] > 0.5
        body = solid & ~np.logical_or.reduce([sleeve[box] for _, sleeve in laid])
        gap = _between(solid, whole[box] & solid, body, side, radius)
        if not gap.any():
            continue
        inner = box_of(gap > 0, 4 * radius)
        near = _depth(gap[inner] == 0) <= 2 * radius
        closed = _depth(_depth(solid[inner]) <= radius) > radius
        even = _depth(_depth(closed) <= radius) <= radius
        sigma = CALM_SHARE * radius
        edge = np.clip((blurred(even.astype(np.float32), sigma) - 0.5) * STEEP * sigma + 0.5, 0.0, 1.0)
        calm = calm if calm is not opacity else opacity.copy()
        window = calm[box][inner]
        window[near] = 1.0 - edge[near]
    return calm


def _depth(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Pixels from each pixel of the mask to the nearest outside it."""
    return depth(bits(mask))


def _between(
    solid: NDArray[np.bool_], sleeve: NDArray[np.bool_], body: NDArray[np.bool_], side: Side, radius: int
) -> Bits:
    """1 in what is open between sleeve and body, along the picture's rows; not at its open lower end."""
    inwards = slice(None) if side == "right" else slice(None, None, -1)
    after = np.maximum.accumulate(sleeve[:, inwards], axis=1)[:, inwards]
    before = np.maximum.accumulate(body[:, inwards][:, ::-1], axis=1)[:, ::-1][:, inwards]
    gap = bits(~solid & after & before)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(gap, connectivity=4)
    for piece in range(1, count):
        x, _, width, _ = stats[piece, :4]
        last = int(stats[piece, 1] + stats[piece, 3]) - 1
        across = np.s_[x : x + width]
        if last + 1 == len(gap) or (~solid[last + 1, across] & (pieces[last, across] == piece)).any():
            end = np.s_[max(0, last - OPEN_END * radius) : last + 1, across]
            gap[end][pieces[end] == piece] = 0
    return gap
