"""Hair that went behind the old top's shoulders goes on down where the new clothes bare what was behind them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import bits, blurred, box_of, opened

BEHIND_UNITS: Final = 0.16
"""So far hair goes on at most: old shoulders stand so high over those that are bared."""
MEETING: Final = 0.8
"""Share of its width in which hair must meet the new shoulder on that way: else it ended over the old one."""
BELOW_ROOT_UNITS: Final = 0.1
"""Hair that ends on the top farther below the neck's root lies before it."""
RIM_PX: Final = 3
"""Rows at the hair's end that show the top's colours, and in which the label is unsure."""
NARROWEST_UNITS: Final = 0.04
"""Half the width of the narrowest lock that goes on."""


def with_hair_behind(
    light: Linear, behind: Linear, person: PersonAnalysis, photo: Linear, figure: Figure, skin: Opacity, cloth: Opacity
) -> Linear:
    """`light` (h, w, 3), which shows made-up `skin` before what is `behind` it, with the hair of `photo` mirrored
    downwards behind that skin and the new `cloth`, column by column as far as these."""
    root = max(float(side[1]) for side in figure.neck_root.values())
    lowest = int(root + BELOW_ROOT_UNITS * figure.unit)
    hair, top = person.labels == BodyLabel.HAIR, person.labels == BodyLabel.TOP
    ends = hair[: max(lowest, 0)] & _just_above(top)[: max(lowest, 0)]
    if not ends.any():
        return light
    length = round(BEHIND_UNITS * figure.unit)
    rows, (_, columns) = slice(0, lowest + length), box_of(ends)
    hair, top, ends = hair[rows, columns], top[rows, columns], ends[:, columns]
    end = np.where(ends.any(axis=0), len(ends) - 1 - ends[::-1].argmax(axis=0), -1)
    source, found = _mirrored_rows(hair, end, length)
    body = np.maximum(skin[rows, columns], cloth[rows, columns]) > 0.5
    meets = np.asarray((found & body).any(axis=0), np.bool_)
    # It begins under the hair's own last rows, which let a little of it through.
    lock = opened(found & (top | hair) & _mostly(meets, end), max(1, round(NARROWEST_UNITS * figure.unit)))
    seen = found * (1 - skin[rows, columns])
    opacity = (blurred(bits(lock).astype(np.float32), 0.8) * seen)[..., None]
    continued = np.take_along_axis(photo[rows, columns], source[..., None], axis=0)
    laid = light.copy()
    laid[rows, columns] += (continued - behind[rows, columns]) * opacity
    return laid


def _mostly(meets: NDArray[np.bool_], end: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(w,) the columns that are met, of those locks of hair that are met in most of their width."""
    kept, starts = np.zeros_like(meets), np.flatnonzero(np.diff(np.concatenate(([0], end >= 0, [0]))))
    for first, stop in starts.reshape(-1, 2):
        kept[first:stop] = meets[first:stop] & (meets[first:stop].mean() > MEETING)
    return kept


def _just_above(top: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels with the top in one of the next RIM_PX rows."""
    near = np.zeros_like(top)
    for step in range(1, RIM_PX + 1):
        near[:-step] |= top[step:]
    return near


def _mirrored_rows(
    hair: NDArray[np.bool_], end: NDArray[np.intp], length: int
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """(h, w) for each pixel the row of hair above its column's `end` (-1: none) that lies as far above it as the pixel
    below, and where there is one: at most `length` rows down."""
    rows = np.arange(len(hair))[:, None]
    source = np.clip(2 * (end - RIM_PX) - rows, 0, len(hair) - 1)
    below = (end >= 0) & (rows > end - RIM_PX) & (rows <= end + length)
    return source, below & np.take_along_axis(hair, source, axis=0)
