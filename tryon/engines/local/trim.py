"""A neckline seen by its trim: a band of a colour that the cloth below has not, around the opening."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture, Points
from tryon.engines.local.ground import lab_of
from tryon.engines.local.raster import bits, blurred, connected, disc, largest_piece

Mask = NDArray[np.bool_]

CELLS: Final = (10.0, 5.0, 5.0)
"""CIE Lab steps in which the cloth's colours are counted."""
GRID: Final = (28, 52, 52)
RARE: Final = 0.01
"""Share of the cloth below which a colour, with its neighbours, is not the cloth's."""
CLOTH: Final = (0.4, 1.1)
"""Between these depths below the neck, in distances between the shoulder points, the cloth is asked for its colours."""
REACH: Final = (0.3, 0.6)
"""So far above and below the neck points a trim is looked for, in the same unit."""
SOFT: Final = 0.008
BORDER: Final = 0.03
"""So much of the trim, from its lower edge up, tells its colour, in distances between the shoulder points."""
CLEAREST: Final = 70
"""Percentile of its difference from the cloth, for its very edge is blurred."""
COLOURS: Final = 60
NOT_NEARER: Final = 1
"""So many samples of the cloth may be nearer: a speck on it is no usual colour."""
SAME_BAND: Final = 0.5
"""Share of the trim's difference from the cloth from which a pixel is trim."""
LEAST_CONTRAST: Final = 12.0
NARROWEST: Final = 0.45
"""An opening is at least so wide and deviates at most so much from the middle, in distances between the neck points."""
ASIDE: Final = 0.25
LEAST_DEPTH: Final = 0.15
"""Of its width."""
THICKEST: Final = 0.3
"""Of the opening's width: the trim, which is even all along for at least so much of it."""
EVEN: Final = (0.45, 2.0)
MOSTLY_EVEN: Final = 0.75
INSIDE: Final = 0.15
INSIDE_PX: Final = 2.0
"""The edge is taken so far inside the trim, as a share of its thickness, but at most so many pixels."""


def opening_in_trim(picture: Picture, mask: Mask, neck: Points, tips: Points) -> Points | None:
    """(n, 2) the lower edge of the opening from left to right where a trim surrounds it, or None.

    `neck` and `tips` are (2, 2): neck points and shoulder points, left one in the picture first.
    """
    span, width = float(tips[1, 0] - tips[0, 0]), float(neck[1, 0] - neck[0, 0])
    y, middle = float(neck[:, 1].min()), float(neck[:, 0].mean())
    if min(span, width) < 8:
        return None
    end = _rows(y, CLOTH, span).stop
    picture, mask = picture[:end], mask[:end]
    lab = blurred(lab_of(np.ascontiguousarray(picture)).astype(np.float32), max(0.8, SOFT * span))
    below = np.zeros(mask.shape, bool)
    below[_rows(y, CLOTH, span), int(tips[0, 0] + 0.1 * span) : int(tips[1, 0] - 0.1 * span)] = True
    cloth = below & mask
    near = np.zeros(mask.shape, bool)
    near[_rows(y, (-REACH[0], REACH[1]), span), max(0, int(tips[0, 0])) : int(tips[1, 0])] = True
    if cloth.sum() < 200:
        return None
    other = near & mask & _unlike(lab, cloth)
    band = largest_piece(other)
    columns = np.flatnonzero(band.any(axis=0))
    if len(columns) < NARROWEST * width:
        return None
    lowest = band.shape[0] - 1 - band[::-1].argmax(axis=0)
    ring = _unlike_enough(lab, cloth, other, band & (_under(band) < BORDER * span))
    hull = _opening(mask & ~np.asarray(cv2.morphologyEx(bits(ring), cv2.MORPH_CLOSE, disc(1))).view(np.bool_), near)
    if hull is None:
        return None
    left, right = hull[:, 0].min(), hull[:, 0].max()
    across = np.arange(int(left), int(right) + 1)
    edge = _lower_edge(hull, across)
    wide = float(right - left)
    if wide < NARROWEST * width or abs((left + right) / 2 - middle) > ASIDE * width:
        return None
    thick = lowest[across] - edge
    if edge.max() - hull[:, 1].min() < LEAST_DEPTH * wide or not _is_even(thick, wide):
        return None
    # A little inside the trim, or a line of what is behind it would be seen along it.
    return np.stack([across, edge + 0.5 + min(INSIDE * float(np.median(thick)), INSIDE_PX)], axis=1).astype(np.float32)


def _rows(start: float, reach: tuple[float, float], unit: float) -> slice:
    return slice(max(0, int(start + reach[0] * unit)), max(1, int(start + reach[1] * unit)))


def _unlike(lab: NDArray[np.float32], cloth: Mask) -> Mask:
    """What has a colour that is rare in the cloth."""
    cells = np.clip(lab / np.asarray(CELLS, np.float32), 0, np.asarray(GRID) - 1).astype(np.int32)
    code = (cells[..., 0] * GRID[1] + cells[..., 1]) * GRID[2] + cells[..., 2]
    share = np.bincount(code[cloth], minlength=int(np.prod(GRID))).reshape(GRID).astype(np.float32) / cloth.sum()
    hues = np.stack([cv2.boxFilter(layer, -1, (5, 5), normalize=False) for layer in share])
    padded = np.pad(hues, ((1, 1), (0, 0), (0, 0)))
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]).ravel()[code] < RARE)


def _under(band: Mask) -> NDArray[np.intp]:
    """How many pixels of the band's column lie below each pixel."""
    return np.asarray(np.cumsum(band[::-1], axis=0)[::-1] - band, np.intp)


def _unlike_enough(lab: NDArray[np.float32], cloth: Mask, other: Mask, border: Mask) -> Mask:
    """What of the `other` colours is at least half as far from all the cloth's usual ones as the trim at its lower
    `border`."""
    usual = lab[cloth]
    usual = usual[:: max(1, len(usual) // COLOURS)]
    away = np.zeros(cloth.shape, np.float32)
    away[other] = np.sqrt(_nearest(lab[other], usual))
    contrast = float(np.percentile(away[border], CLEAREST)) if border.any() else 0.0
    return np.asarray(away > max(SAME_BAND * contrast, LEAST_CONTRAST / 2))


def _nearest(colours: NDArray[np.float32], usual: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) the square of each colour's distance to the nearest of the usual ones."""
    squares = (colours**2).sum(axis=1)[:, None] - 2 * colours @ usual.T + (usual**2).sum(axis=1)
    return np.maximum(np.partition(squares, NOT_NEARER, axis=1)[:, NOT_NEARER], 0.0).astype(np.float32)


def _opening(inside: Mask, near: Mask) -> Points | None:
    """(n, 2) hull of the largest piece that lies wholly above the trim."""
    pieces, sizes = connected(inside, connectivity=4)
    sizes[pieces[inside & ~near]] = 0
    if not sizes.any():
        return None
    spots = np.argwhere(pieces == int(sizes.argmax()))[:, ::-1].astype(np.int32)
    return cv2.convexHull(spots).reshape(-1, 2).astype(np.float32)


def _lower_edge(hull: Points, across: NDArray[np.intp]) -> NDArray[np.float32]:
    canvas = np.zeros((int(hull[:, 1].max()) + 2, int(hull[:, 0].max()) + 2), np.uint8)
    cv2.fillConvexPoly(canvas, hull.astype(np.int32), 1)
    return (canvas.shape[0] - 1 - canvas[::-1, across].argmax(axis=0)).astype(np.float32)


def _is_even(thick: NDArray[np.floating], width: float) -> bool:
    """Whether the trim below the opening is a band: thin, and about equally thick."""
    middle = thick[len(thick) // 6 : -(len(thick) // 6) or None]
    usual = float(np.median(middle))
    even = (middle > EVEN[0] * usual) & (middle < EVEN[1] * usual)
    return 1.5 < usual < THICKEST * width and float(even.mean()) > MOSTLY_EVEN
