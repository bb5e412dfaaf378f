"""The continued bottom garment made of the bottom alone: no sleeve, hand or wall that was seen before or beside it.

Under the hem of the old top, the bottom is mirrored upwards; column by column, what the mirror shows may be the sleeve
or the hand that hung before it. There the bottom goes on sideways, from where it is seen.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity
from tryon.engines.local.continued import continued
from tryon.engines.local.linear import Linear, to_linear, to_srgb
from tryon.engines.local.raster import Bits, bits, box_of, grown, shrunk, smoothed_row

MIXED_PX: Final = 2
"""So far into the bottom its pixels show something of what is beside it, too."""
AROUND_PX: Final = 48
"""What is seen of the bottom within this distance is continued."""
SLIVER_UNITS: Final = 0.04
"""What of the bottom is narrower than twice this beside a hand or a sleeve, or less high, tells nothing about its
outline."""
ABOVE_UNITS: Final = 0.15
"""Its first rows, so many, tell how wide it is above them."""
CALM_UNITS: Final = 0.02
"""Standard deviation over which its outline is averaged, row by row."""


def with_bottom_alone(light: Linear, shown: Bits, needed: NDArray[np.bool_]) -> Linear:
    """`light` (h, w, 3), which is the bottom where it is `shown`, with the bottom in all that is `needed`."""
    known = shrunk(shown, MIXED_PX)
    # A bridge to a hand that is too narrow to be known as the bottom stays as it was.
    rim = (known == 0) & (grown(known, MIXED_PX + 1) > 0)
    lacking = needed & ((shown == 0) | rim)
    box = box_of(lacking, AROUND_PX)
    if not lacking.any() or not known[box].any():
        return light
    whole = to_linear(continued(to_srgb(light[box]), known[box], lacking[box]))
    mended = light.copy()
    mended[box][lacking[box]] = whole[lacking[box]]
    return mended


def as_wide_as_seen(below: Opacity, labels: LabelMap, unit: float) -> Opacity:
    """`below`, the opacity of the bottom under the old top, no wider than the bottom is seen to be: beside a sleeve its
    outline goes on between the places above and below that sleeve where it meets the background, and above all that is
    seen of it straight up."""
    bottom = labels == BodyLabel.BOTTOM
    rows = np.flatnonzero(bottom.any(axis=1))
    if not rows.size or not below.any():
        return below
    part = np.s_[min(int(rows[0]), int(below.any(axis=1).argmax())) : rows[-1] + 1]
    solid, length = bits(bottom[part]), 2 * round(SLIVER_UNITS * unit) + 1
    for kernel in (np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8)):
        solid = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, kernel), np.uint8)
    narrowed = below.copy()
    for way in (np.s_[:, :], np.s_[:, ::-1]):
        within = _within(solid[way], labels[part][way], CALM_UNITS * unit, ABOVE_UNITS * unit)
        narrowed[part][way] = np.minimum(narrowed[part][way], within)
    return narrowed


def _within(bottom: Bits, labels: LabelMap, calm: float, reach: float) -> Opacity:
    """1 up to where the bottom ends towards the last column, where it meets the background, and between such rows.

    Above the bottom, where an arm hides how wide it is in its first `reach` rows, up to where it is seen there."""
    height, width = bottom.shape
    seen = np.flatnonzero(bottom.any(axis=1))
    last = width - 1 - bottom[seen][:, ::-1].argmax(axis=1)
    inside = last < width - 2
    free = inside & (labels[seen, np.where(inside, last + 2, last)] == BodyLabel.BACKGROUND)
    first = seen < seen[0] + reach
    if not (free & first).any():
        within = np.ones(bottom.shape, np.float32)
        above = float(last[first].max()) + 1.0 - np.arange(width, dtype=np.float32)
        within[: seen[0]] = np.clip(above, 0.0, 1.0)
        if not free.any():
            return within
    edge = np.maximum(last, np.interp(seen, seen[free], last[free]))
    edge = smoothed_row(np.interp(np.arange(height), seen, edge), max(calm, 0.8))
    ends = np.clip(edge[:, None] + 1.0 - np.arange(width, dtype=np.float32), 0.0, 1.0).astype(np.float32)
    return ends if (free & first).any() else np.minimum(ends, within)
