"""Evens the rim of a cut-out: a hem is one smooth line and an edge has no stairs, whatever shadows hung on it."""

from typing import Final

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentPart, LabelMap
from tryon.engines.local.raster import blurred, frame_of, largest_piece, pieces_holding, smoothed_row

Rim = NDArray[np.uint8]
"""(h, w) opacity of the garment's picture, 0..255."""

COURSE_SHARE: Final = 0.045
"""The hem's course is what remains after smoothing by so much of the picture's width (standard deviation)."""

BITE_SHARE: Final = 0.03
"""A bite into the rim is lower than this share of the picture's width, about as high as wide stripes are."""

RUN_SHARE: Final = 0.14
"""The hem is read against its neighbours over this share of the picture's width."""

RANK: Final = 0.25
"""Of the places along such a run, this share at least ends where the cloth does; below hangs what the cut-out took for
cloth: a shadow, the ground."""

CORNER_SHARE: Final = 0.06
"""A hem's corners may be round over so much of the width; the line is carried on through them."""

STEP_SHARE: Final = 0.05
"""From one column to the next a hem rises by less than this share of the width."""

MOST_TRIMMED_SHARE: Final = 0.014
"""More than this share of the width is a fringe or a tail, which belongs to the product."""

STAIRS_SHARE: Final = 0.0022
"""Stairs of the outline narrower than this (standard deviation, share of the width) are noise."""

STEEPNESS: Final = 2.2
"""Opacity per standard deviation across the evened edge: steeper than the blur, so that it stays one pixel soft."""

PIXEL_STAIRS_PX: Final = 6.0
"""Standard deviation along the outline over which the stairs of a small picture's pixels are averaged."""

MOST_MOVED_PX: Final = 0.8
"""Those stairs stand out of a straight line by less; more is shape, and stays."""

FINER: Final = 3
"""The outline is followed on pixels this many times finer, for it runs between the picture's pixels."""


def without_pixel_stairs(opacity: Rim, size: tuple[int, int]) -> Rim:
    """The opacity enlarged to `size` (width, height), with the outline that the stairs of its pixels stand for."""
    fine = (opacity > 127).astype(np.uint8).repeat(FINER, axis=0).repeat(FINER, axis=1)
    outlines, tree = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    enlarged = np.zeros((size[1], size[0]), np.uint8)
    scale = np.asarray([size[0] / fine.shape[1], size[1] / fine.shape[0]], np.float32)
    # A hole is drawn after what it lies in, and before what lies in it.
    for index in sorted(range(len(outlines)), key=lambda i: -len(outlines[i])):
        points = (_calm_outline(outlines[index][:, 0].astype(np.float32)) + 0.5) * scale - 0.5
        is_hole = tree[0, index, 3] >= 0
        cv2.fillPoly(enlarged, [np.rint(points * 16).astype(np.int32)], 0 if is_hole else 255, cv2.LINE_AA, 4)
    return enlarged


def _calm_outline(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """A closed outline (n, 2) of the finer picture, averaged along itself but moved by no more than pixels' stairs."""
    sigma = PIXEL_STAIRS_PX * FINER
    reach = min(round(3 * sigma), len(points))
    closed = np.pad(points, ((reach, reach), (0, 0)), mode="wrap")
    calm = np.stack([smoothed_row(closed[:, axis], sigma)[reach : reach + len(points)] for axis in (0, 1)], axis=1)
    way = calm - points
    length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    return np.asarray(points + way * np.minimum(1.0, MOST_MOVED_PX * FINER / length), np.float32)


def even_rim(opacity: Rim, parts: LabelMap) -> Rim:
    """The opacity with its hem drawn as a line and its other edges without stairs."""
    trimmed = _trim_hem(opacity, parts)
    solid = (trimmed > 127).astype(np.float32)
    soft = blurred(solid, STAIRS_SHARE * opacity.shape[1])
    even = np.clip((soft - 0.5) * STEEPNESS + 0.42, 0.0, 1.0)
    return np.asarray(np.minimum(np.rint(even * 255), np.maximum(trimmed, 255 * solid)), np.uint8)


def without_bites(opacity: Rim, parts: LabelMap) -> tuple[Rim, LabelMap]:
    """Opacity and parts without the teeth of a side whose white stripes passed for the ground: low bites into the rim
    that have cloth right above and right below."""
    solid = (opacity > 127).astype(np.uint8)
    height = 2 * max(1, round(BITE_SHARE * opacity.shape[1] / 2)) + 1
    kernel = np.ones((height, 1), np.uint8)
    padded = cv2.copyMakeBorder(solid, height, height, 0, 0, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[height:-height]
    # A hole inside is openwork.
    bites = (closed > solid) & pieces_holding(1 - solid, frame_of(solid.shape), connectivity=4)
    beside = cv2.dilate(np.where(parts <= GarmentPart.RIGHT_SLEEVE, parts, np.uint8(0)), kernel)
    bites &= beside > 0
    return np.where(bites, np.uint8(255), opacity), np.where(bites, beside, parts)


def _trim_hem(opacity: Rim, parts: LabelMap) -> Rim:
    """Without what hangs below the torso's smooth lower edge by a little."""
    height, width = opacity.shape
    # Crumbs beside the cuffs may be labelled like the torso.
    torso = largest_piece((parts == GarmentPart.TORSO) & (opacity > 127), connectivity=4)
    columns = np.flatnonzero(torso.any(axis=0))
    run = 2 * round(RUN_SHARE * width / 2) + 1
    if len(columns) < 2 * run:
        return opacity
    span = np.arange(columns[0], columns[-1] + 1)
    ends = np.interp(span, columns, height - 1 - torso[::-1, columns].argmax(axis=0)).astype(np.float32)
    along = _along_the_hem(ends, STEP_SHARE * width)
    span, ends = span[along], ends[along]
    if len(span) < 2 * run:
        return opacity
    line = _hem_line(_without_corners(ends, round(CORNER_SHARE * width)), width, run)
    rows = np.arange(height, dtype=np.float32)[:, None]
    beyond = np.clip(rows - line[None, :], 0.0, 1.0) * _small_lumps(ends - line, MOST_TRIMMED_SHARE * width)
    trimmed = opacity.copy()
    part = opacity[:, span]
    under = (parts[:, span] == GarmentPart.TORSO) | (opacity[:, span] <= 127)
    trimmed[:, span] = np.where(under, np.rint(part * (1 - beyond)), part).astype(np.uint8)
    return trimmed


def _along_the_hem(ends: NDArray[np.float32], step: float) -> slice:
    """The columns that end in the hem: beside it the torso may end at a shoulder, high above."""
    breaks = np.flatnonzero(np.abs(np.diff(ends)) > step) + 1
    starts, stops = np.concatenate([[0], breaks]), np.concatenate([breaks, [len(ends)]])
    longest = int((stops - starts).argmax())
    return slice(int(starts[longest]), int(stops[longest]))


def _small_lumps(surplus: NDArray[np.floating], most: float) -> NDArray[np.bool_]:
    """The columns of every lump below the line that nowhere hangs lower than `most`. A lump is trimmed whole or not at
    all: trimmed halfway up, the side of a leg's or a flared skirt's own hem would end in a step."""
    _, lumps = cv2.connectedComponents((surplus > 0).astype(np.uint8).reshape(1, -1))
    lumps = lumps.ravel()
    lowest = np.zeros(int(lumps.max()) + 1)
    np.maximum.at(lowest, lumps, surplus)
    return np.asarray((lowest[lumps] < most) & (lumps > 0))


def _without_corners(ends: NDArray[np.float32], corner: int) -> NDArray[np.float32]:
    """The row at which each column ends, as if the hem went on straight to both sides of the cloth."""
    kernel = np.ones((1, corner), np.uint8)
    filled = cv2.morphologyEx(ends.reshape(1, -1), cv2.MORPH_CLOSE, kernel).ravel()
    straight = ends.copy()
    straight[:corner], straight[-corner:] = filled[:corner], filled[-corner:]
    return straight


def _hem_line(ends: NDArray[np.floating], width: int, run: int) -> NDArray[np.float32]:
    """The row at which the cloth ends, column by column: the hem's course, lowered to where most cloth ends."""
    median = cv2.medianBlur(ends.astype(np.float32).reshape(1, -1), 5).ravel()
    # Mirrored through its end points, a sloping hem goes on sloping: flat padding would nick both corners.
    beyond = min(run, len(median) - 1)
    course = smoothed_row(np.pad(median, beyond, mode="reflect", reflect_type="odd"), COURSE_SHARE * width)
    course = course[beyond:-beyond]
    padded = np.pad(median - course, run // 2, mode="edge")
    usual = np.quantile(sliding_window_view(padded, run), RANK, axis=1)
    return course + smoothed_row(usual, run / 6)
