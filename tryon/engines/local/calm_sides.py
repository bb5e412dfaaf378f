"""Where a sleeve hangs beside the bottom: one calm edge between the two, whatever pattern the sleeve has.

Pixel by pixel, colours decide what is sleeve and what is bottom; a flower in the bottom's colour makes a tooth. The
sleeve is taken off, and every tooth would be seen before what stands there then.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.raster import bits, blurred, box_of, grown, pieces_holding

EVEN_UNITS: Final = 0.02
"""Standard deviation of what evens the edge, about twice as wide as a tooth."""
REACH: Final = 2.0
"""The edge moves by at most so many of these."""

Mask = NDArray[np.bool_]


def with_calm_sides(person: PersonAnalysis, unit: float) -> PersonAnalysis:
    """The same person, with the edge between top and bottom evened; `unit` is the shoulders' width in pixels.

    What is narrower than a tooth and stands alone, such as a tie, stays."""
    sigma = max(1.0, EVEN_UNITS * unit)
    reach = max(1, round(REACH * sigma))
    top, bottom = person.labels == BodyLabel.TOP, person.labels == BodyLabel.BOTTOM
    area = (top | bottom) & (grown(bits(top), reach) > 0) & (grown(bits(bottom), reach) > 0)
    if not area.any():
        return person
    box = box_of(area, round(4 * sigma))
    near, upper, lower = area[box], top[box], bottom[box]
    share = blurred(np.dstack([upper, lower]).astype(np.float32), sigma)
    is_bottom = share[..., 1] > share[..., 0]
    # Of both garments only what hangs on the rest of them is moved.
    to_bottom = near & upper & is_bottom & (cv2.dilate(bits(upper & ~is_bottom), np.ones((3, 3), np.uint8)) > 0)
    to_top = near & lower & ~is_bottom & (cv2.dilate(bits(lower & is_bottom), np.ones((3, 3), np.uint8)) > 0)
    to_bottom = _whole(near & upper & is_bottom, to_bottom)
    to_top = _whole(near & lower & ~is_bottom, to_top)
    labels = person.labels.copy()
    labels[box][to_bottom], labels[box][to_top] = BodyLabel.BOTTOM, BodyLabel.TOP
    return replace(person, labels=labels)


def _whole(moved: Mask, touching: Mask) -> Mask:
    """The pieces of what is `moved` that touch the rest of their garment."""
    return pieces_holding(moved, touching)
