"""What a strap in a product's picture looks like: its width, and its colour or pattern."""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture, Strap
from tryon.engines.local.raster import Bits, box_of

LEAST_WIDTH: Final = 0.011
"""Of the chest's width: thinner straps, such as cords of three millimetres, would not be seen."""
WHOLE: Final = 0.7
"""Of the strap's width: rows in which less is left were lost to a ground of the same colour, and show no pattern."""
WITHIN: Final = 0.8
"""Of a row's width that is looked at: at the edges colours mix with the ground."""
ACROSS_PX: Final = 9
"""Samples of the pattern across the strap: as many pixels as a broad one has in a photo."""
LEAST_ROWS: Final = 24
"""Rows of a pattern at least; fewer would be seen to repeat."""
LEAST_PX: Final = 4.0
"""Width of a strap in the product's picture in which its pattern is seen: thinner ones mix with the ground."""
PATTERNED: Final = 28.0
"""8-bit lightness by which a strap's colours differ at least (standard deviation) where it has a pattern: folds, ribs
and the roundness of plain straps stay below."""


class Shown(NamedTuple):
    """A product's picture in which straps are looked at."""

    opacity: Opacity
    """As it was cut out, before gaps in straps were closed."""
    colours: Picture
    """Of its stripes: the picture that belongs to it."""
    plain: Picture
    """In which thin threads were given one colour."""
    chest: float
    """Width in its pixels."""


class _Runs(NamedTuple):
    """The widest run of cloth in each row of a strap's piece that has one, downwards."""

    rows: NDArray[np.intp]
    first: NDArray[np.intp]
    size: NDArray[np.intp]
    """Pixels."""
    cover: NDArray[np.float32]
    """Pixels, soft edges counted by their opacity."""


def look_at_strap(piece: Bits, shown: Shown) -> Strap | None:
    """Width and looks of the strap that lies in `piece`, a mask of any size; None where too little of it is there."""
    piece = np.asarray(cv2.resize(piece, shown.opacity.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)
    window = box_of(piece, 1)
    runs = _widest_runs((shown.opacity * piece)[window])
    if len(runs.rows) < 3:
        return None
    # A strap that leans is cut aslant by a row.
    lean = np.polyfit(runs.rows, runs.first + runs.size / 2, 1)[0]
    upright = 1.0 / float(np.hypot(1.0, lean))
    width = float(np.median(runs.cover))
    colours = _colours(shown.colours[window], runs, width)
    light = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY).astype(np.float32)
    patterned = len(colours) >= LEAST_ROWS and width > LEAST_PX and float(light.std()) > PATTERNED
    return Strap(
        max(width * upright / shown.chest, LEAST_WIDTH),
        np.median(_colours(shown.plain[window], runs, width).reshape(-1, 3), axis=0).astype(np.float32),
        # Rows are farther apart along a strap that leans.
        _square(colours, width * upright, len(colours) / upright) if patterned else None,
    )


def _widest_runs(opacity: Opacity) -> _Runs:
    solid = np.pad(opacity > 0.5, ((0, 0), (1, 1))).astype(np.int8)
    turns = np.diff(solid, axis=1)
    rows, first = np.nonzero(turns == 1)
    size = np.nonzero(turns == -1)[1] - first
    # The widest run of each row comes first of its row.
    order = np.lexsort((-size, rows))
    rows, at = np.unique(rows[order], return_index=True)
    first, size = first[order][at], size[order][at]
    sums = np.pad(np.cumsum(opacity, axis=1), ((0, 0), (1, 0)))
    beyond = np.minimum(first + size + 1, opacity.shape[1])
    cover = sums[rows, beyond] - sums[rows, np.maximum(first - 1, 0)]
    return _Runs(rows, first, size, cover.astype(np.float32))


def _colours(picture: Picture, runs: _Runs, width: float) -> Picture:
    """(rows, ACROSS_PX, 3) from the foot up, of the rows in which the strap is whole."""
    whole = (runs.size > WHOLE * width) & (runs.size < width / WHOLE + 1)
    if not whole.any():
        whole[:] = True
    shares = 0.5 + WITHIN * (np.linspace(0.0, 1.0, ACROSS_PX) - 0.5)
    columns = runs.first[whole, None] + shares[None] * (runs.size[whole, None] - 1)
    rows = np.broadcast_to(runs.rows[whole, None], columns.shape)
    return picture[rows, np.rint(columns).astype(np.intp)][::-1]


def _square(colours: Picture, width: float, length: float) -> Picture:
    """The pattern with as many pixels along the strap as the same length has across it."""
    rows = max(round(length * ACROSS_PX / max(width, 1.0)), 2)
    return np.asarray(cv2.resize(colours, (ACROSS_PX, rows), interpolation=cv2.INTER_AREA), np.uint8)
