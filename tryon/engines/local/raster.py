"""OpenCV's operations on whole fields, with the types they keep: what goes in as a field comes out as one."""

from collections.abc import Collection, Iterator
from functools import reduce
from typing import Any, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Points

Field = TypeVar("Field", bound=NDArray[Any])
Bits = NDArray[np.uint8]
"""A mask of zeros and ones."""

MIRROR_PX = 5.0
"""A mirror's line is smoothed by so much, or every stair of the outline would draw a streak."""

TORN_PX = 4.0
"""Where smoothing moves the mirror's line by more than this, two mirrors meet and neither picture fits."""

MIRRORED_PX = 28.0
"""The mirrored picture fades over this distance from the mirror: far from it a repeated detail would be noticed."""


ROW = 256
"""Places are looked up so many at once, for OpenCV's maps are pictures of limited height."""


def blurred(field: Field, sigma: float) -> Field:
    """A Gaussian blur; the border repeats its last values, as if the field went on."""
    return cast(Field, cv2.GaussianBlur(field, (0, 0), max(sigma, 0.3), borderType=cv2.BORDER_REPLICATE))


def smoothed_row(values: NDArray[Any], sigma: float) -> NDArray[np.float32]:
    """A Gaussian blur of a list of numbers."""
    row = np.asarray(values, np.float32).reshape(1, -1)
    return np.asarray(cv2.GaussianBlur(row, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE).ravel(), np.float32)


def resized(field: Field, shape: tuple[int, ...], way: int = cv2.INTER_LINEAR) -> Field:
    """The field enlarged or reduced to (height, width) of `shape`; itself where it has that size already."""
    if field.shape[:2] == tuple(shape[:2]):
        return field
    return cast(Field, cv2.resize(field, (shape[1], shape[0]), interpolation=way))


def reduced(field: Field, factor: float) -> Field:
    """The field at `factor` (≤ 1) times its size, each pixel the mean of those it replaces."""
    return cast(Field, cv2.resize(field, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def taken(
    field: Field, where: NDArray[np.float32], way: int = cv2.INTER_LINEAR, border: int = cv2.BORDER_CONSTANT
) -> Field:
    """The field's values at the (x, y) coordinates held by `where`, (h, w, 2)."""
    return cast(Field, cv2.remap(field, where, None, way, borderMode=border))  # type: ignore[call-overload]


def taken_at(field: NDArray[Any], points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The field's values, (n,) or (n, c), at (n, 2) places x, y, interpolated; the border goes on beyond it."""
    rows = -(-len(points) // ROW)
    where = np.zeros((rows * ROW, 2), np.float32)
    where[: len(points)] = points
    values = taken(field, where.reshape(rows, ROW, 2), border=cv2.BORDER_REPLICATE)
    return np.asarray(values.reshape(rows * ROW, *field.shape[2:])[: len(points)], np.float32)


def highest(field: NDArray[Any]) -> NDArray[Any]:
    """The largest channel (h, w) of a field (h, w, c); many times faster than NumPy's maximum over a short axis."""
    return reduce(np.maximum, (field[..., channel] for channel in range(field.shape[-1])))


def sum_of_channels(field: NDArray[Any]) -> NDArray[Any]:
    """The sum (h, w) of a field's channels (h, w, c); as much faster than NumPy's."""
    return reduce(np.add, (field[..., channel] for channel in range(field.shape[-1])))


def length(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """The Euclidean length (h, w) of a field of vectors (h, w, c)."""
    return np.asarray(np.sqrt(sum_of_channels(field * field)), np.float32)


def box_of(area: NDArray[Any], margin: int = 0) -> tuple[slice, slice]:
    """The window around all that is not 0, `margin` pixels wider; the whole frame where nothing is."""
    left, upper, width, height = cv2.boundingRect(area.view(np.uint8) if area.itemsize == 1 else bits(area != 0))
    if not width:
        return np.s_[0 : area.shape[0], 0 : area.shape[1]]
    return np.s_[max(0, upper - margin) : upper + height + margin, max(0, left - margin) : left + width + margin]


def picked(field: NDArray[Any], at: NDArray[np.intp]) -> NDArray[Any]:
    """The values (n,) or (n, c) of a field (h, w) or (h, w, c) at flat indices of its pixels."""
    return field.reshape(-1, *field.shape[2:]).take(at, axis=0)


def among(labels: Bits, names: Collection[int]) -> NDArray[np.bool_]:
    """Where a label map shows one of the `names`; a table is many times faster than NumPy's sorting."""
    table = np.zeros(256, np.uint8)
    table[list(names)] = 1
    return np.asarray(cv2.LUT(labels, table), np.uint8).view(np.bool_)


def bits(mask: NDArray[np.bool_]) -> Bits:
    return mask.astype(np.uint8)


def disc(radius: int) -> Bits:
    size = 2 * max(radius, 0) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def grown(mask: Bits, radius: int, round_: bool = False) -> Bits:
    """The mask widened by `radius` pixels, by squares or by discs."""
    kernel = disc(radius) if round_ else np.ones((2 * radius + 1,) * 2, np.uint8)
    box, wide = box_of(mask, radius), np.zeros(mask.shape, np.uint8)
    wide[box] = cv2.dilate(mask[box], kernel)
    return wide


def shrunk(mask: Bits, radius: int) -> Bits:
    """The mask narrowed by `radius` pixels; beyond the picture's edge it is taken to go on."""
    return np.asarray(cv2.erode(mask, np.ones((2 * radius + 1,) * 2, np.uint8)), np.uint8)


def opened(mask: NDArray[np.bool_], radius: int, round_: bool = False) -> NDArray[np.bool_]:
    """The mask without what is no wider than about twice `radius` pixels, measured by squares or by discs."""
    narrow = np.zeros(mask.shape, np.bool_)
    if not mask.any():
        return narrow
    kernel = disc(radius) if round_ else np.ones((2 * radius + 1,) * 2, np.uint8)
    box = box_of(mask, radius)
    narrow[box] = cv2.morphologyEx(bits(mask[box]), cv2.MORPH_OPEN, kernel) > 0
    return narrow


def connected(mask: NDArray[np.bool_] | Bits, connectivity: int = 8) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """The number of its connected piece for every pixel, 0 for no piece, and the size of each; that of no piece is 0.

    All of OpenCV's statistics would take four times as long.
    """
    pieces = np.zeros(mask.shape, np.int32)
    if not mask.any():
        return pieces, np.zeros(1, np.intp)
    box = box_of(mask)
    _, pieces[box] = cv2.connectedComponents(mask[box].view(np.uint8), connectivity=connectivity)
    sizes = np.bincount(pieces[box].ravel())
    sizes[0] = 0
    return pieces, sizes


def holding(pieces: NDArray[np.int32], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All pixels of those connected pieces, numbered from 1, of which something lies `where`."""
    held = np.zeros(int(pieces.max()) + 1, np.bool_)
    held[pieces[where]] = True
    held[0] = False
    return held.take(pieces)


def pieces_holding(
    mask: NDArray[np.bool_] | Bits, where: NDArray[np.bool_], connectivity: int = 8
) -> NDArray[np.bool_]:
    """The connected pieces of a mask of which something lies `where`."""
    held = np.zeros(mask.shape, np.bool_)
    if not mask.any():
        return held
    box = box_of(mask)
    _, pieces = cv2.connectedComponents(mask[box].view(np.uint8), connectivity=connectivity)
    held[box] = holding(pieces, where[box])
    return held


def frame_of(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The picture's outermost pixels."""
    frame = np.ones(shape, np.bool_)
    frame[1:-1, 1:-1] = False
    return frame


def largest_piece(mask: NDArray[np.bool_], connectivity: int = 8) -> NDArray[np.bool_]:
    """The largest connected piece; nothing of an empty mask."""
    pieces, sizes = connected(mask, connectivity)
    return mask if len(sizes) < 3 else np.asarray(pieces == int(sizes.argmax()))


def pieces_of(mask: NDArray[np.bool_], margin: int = 0) -> Iterator[tuple[tuple[slice, slice], NDArray[np.bool_]]]:
    """The connected pieces: the window around each, `margin` pixels wider, and the piece in it."""
    if not mask.any():
        return
    rows, columns = box_of(mask, margin)
    count, islands, stats, _ = cv2.connectedComponentsWithStats(bits(mask[rows, columns]))
    for k in range(1, count):
        x, y, width, height = (int(v) for v in stats[k, :4])
        upper, left = max(0, y - margin), max(0, x - margin)
        piece = islands[upper : y + height + margin, left : x + width + margin] == k
        upper, left = upper + rows.start, left + columns.start
        yield np.s_[upper : upper + piece.shape[0], left : left + piece.shape[1]], piece


def depth(mask: Bits) -> NDArray[np.float32]:
    """Pixels from each pixel of the mask to the nearest outside it."""
    return np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 3), np.float32)


def mirrored(texture: NDArray[np.float32], clear: Bits) -> NDArray[np.float32]:
    """The texture (h, w, c) of the clear part mirrored over its border, fading to 0 farther away and where the mirror
    shows no clear part."""
    mirror, weight = half_mirror(clear)
    factor = np.asarray([clear.shape[1] / weight.shape[1], clear.shape[0] / weight.shape[0]], np.float32)
    where = resized((mirror + np.float32(0.5)) * factor - np.float32(0.5), clear.shape)
    shown = taken(clear, where, cv2.INTER_NEAREST)
    weight = blurred((resized(weight, clear.shape) * shown).astype(np.float32), 1.0)
    return np.asarray(taken(texture, where) * weight[..., None], np.float32)


def half_mirror(clear: Bits) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each pixel sees itself over the border of the clear part, (h/2, w/2, 2) in pixels of the half size, and how
    much of that is shown (h/2, w/2, 0..1).

    Found at half size: the mirror's line is smoothed by more than a pixel anyway.
    """
    half = (clear.shape[0] + 1) // 2, (clear.shape[1] + 1) // 2
    small = resized(clear * np.uint8(255), half, cv2.INTER_AREA) > 127
    away, labels = cv2.distanceTransformWithLabels(bits(~small), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    rows, columns = np.nonzero(small)
    # OpenCV numbers the pixels of the clear part row by row, from 1.
    nearest = [np.append(np.float32(0), at.astype(np.float32)) for at in (columns, rows)]
    sharp = [at.take(labels) for at in nearest]
    line = [blurred(at, MIRROR_PX / 2) for at in sharp]
    moved = cv2.max(*(cv2.absdiff(*both) for both in zip(line, sharp, strict=True)))
    weight = np.clip(2.0 - moved * 2 / TORN_PX, 0.0, 1.0) * np.exp(-((away * 2 / MIRRORED_PX) ** 2))
    here = np.arange(half[1], dtype=np.float32), np.arange(half[0], dtype=np.float32)[:, None]
    mirror = cv2.merge([2 * at - own for at, own in zip(line, here, strict=True)])
    return np.asarray(mirror, np.float32), weight.astype(np.float32)


def tube_outline(path: Points, outer: Points, inner: Points) -> Points:
    """The closed outline of a limb, down its outer side and up its inner side; both (n, 2) from the middle line."""
    return np.vstack([path + outer, (path + inner)[::-1]]).astype(np.float32)


def polygon_opacity(shape: tuple[int, ...], outline: Points, soft_px: float = 1.0) -> Opacity:
    """A polygon as a smooth opacity."""
    canvas, whole = np.zeros(shape[:2], np.uint8), np.zeros(shape[:2], np.float32)
    cv2.fillPoly(canvas, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    box = box_of(canvas, int(4 * soft_px) + 2)
    soft = cv2.GaussianBlur(canvas[box], (0, 0), soft_px) if soft_px > 0 else canvas[box]
    whole[box] = soft * np.float32(1 / 255)
    return whole
