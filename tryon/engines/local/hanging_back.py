"""Takes off a product's picture what hangs of its back below the front's hem: the inside of longer tails.

Photographed on nobody, a shirt with a longer back shows the inside of it below its front. Worn, that lies behind the
legs in their shadow; laid over trousers it would be a second, greyer hem.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.cutout import CutOut
from tryon.engines.local.ground import lab_of
from tryon.engines.local.raster import smoothed_row

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

READING_PX: Final = 400
"""Height of the whole picture at which the front's hem is looked for, in its lower half."""
LONGEST: Final = 0.13
"""Of the height: a tail hangs no lower below the front's hem."""
SHORTEST: Final = 0.035
"""Of the height: what hangs less low shows the hem's thickness, and stays."""
POINTED: Final = 0.68
"""At both ends such a tail is at most so high as in its middle: a band along the hem is as high everywhere."""
STEP_SHARE: Final = 0.02
"""Of the height: from one column to the next the torso's lower edge changes by less."""
LEAST_COLUMNS: Final = 60
REACH_PX: Final = 6
"""Cloth so far above and below a place is compared."""
RUN_PX: Final = 2.0
"""Standard deviation along the hem over which it is averaged: prints are shorter."""
CALM_PX: Final = 5.0

WINDOWS: Final = 12
SHADE: Final = (6.0, 22.0)
"""Lab L by which the inside is darker than the front beside it: shade makes it so, while a print is darker by more."""
LEAST_SHADE: Final = 1.5
"""In each of the windows."""
OWN_CLOTH: Final = 70
"""Percentile of lightness: the cloth's own, where it is printed in darker colours."""


def without_hanging_back(cut: CutOut) -> CutOut:
    """The cut-out that ends where the front does, or as it is where no inside of a back is seen below that."""
    factor, start = READING_PX / len(cut.opacity), len(cut.opacity) // 2
    small = cv2.resize(cut.picture[start:], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    solid = np.asarray(cv2.resize(cut.opacity[start:], small.shape[1::-1], interpolation=cv2.INTER_AREA) > 0.5)
    columns, ends = _lower_edge(solid)
    if len(columns) < LEAST_COLUMNS:
        return cut
    light = lab_of(np.asarray(small, np.uint8))[..., 0]
    hem = _front_hem(light, columns, ends)
    if not _is_inside_of_back(light, columns, ends, hem):
        return cut
    line = smoothed_row(hem.astype(np.float32), CALM_PX)
    width = cut.opacity.shape[1]
    x = (np.arange(width) + 0.5) * factor - 0.5
    rows = (np.interp(x, columns, line) + 0.5) / factor - 0.5 + start
    beyond = np.arange(len(cut.opacity), dtype=np.float32)[:, None] - rows.astype(np.float32)
    beside = (x >= columns[0]) & (x <= columns[-1])
    keep = np.where(beside, np.clip(1.0 - beyond, 0.0, 1.0), 1.0)
    return replace(cut, opacity=(cut.opacity * keep).astype(np.float32))


def _lower_edge(solid: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Columns from side to side of what hangs lowest in the middle, and the row at which each ends; sleeves that hang
    beside it end elsewhere."""
    shown = np.asarray(solid.max(axis=0))
    filled = np.flatnonzero(shown)
    if not len(filled):
        return filled, filled
    span = np.arange(filled[0], filled[-1] + 1)
    ends = len(solid) - 1 - solid[::-1, span].argmax(axis=0)
    breaks = np.flatnonzero((np.abs(np.diff(ends)) > STEP_SHARE * READING_PX) | ~shown[span[1:]])
    middle = len(span) // 2
    first = int(breaks[breaks < middle].max(initial=-1)) + 1
    last = int(breaks[breaks >= middle].min(initial=len(span) - 1))
    return span[first : last + 1], ends[first : last + 1]


def _front_hem(light: Floats, columns: Rows, ends: Rows) -> Rows:
    """The row of the line of each column below which the cloth is darkest against what is above it."""
    longest = round(LONGEST * READING_PX)
    top = max(REACH_PX, int(ends.min()) - longest)
    above = cv2.blur(light, (1, REACH_PX), anchor=(0, REACH_PX - 1))[:, columns]
    below = cv2.blur(light, (1, REACH_PX), anchor=(0, 0))[:, columns]
    darker = np.clip(above[:-1] - below[1:], -REACH_PX, 2 * REACH_PX)
    rows = np.arange(len(darker))[:, None]
    known = (rows <= ends - 2) & (rows >= ends - longest)
    gain = np.where(known, cv2.GaussianBlur(darker, (0, 0), sigmaX=RUN_PX, sigmaY=0.5), -float(REACH_PX))
    path = best_path(gain[top:].astype(np.float32))
    return np.asarray(path + top, np.intp)


def best_path(gain: Floats) -> Rows:
    """The row in each column of the path from left to right that gains most, by at most one row up or down a column."""
    across = np.ascontiguousarray(gain.T)
    steps = np.zeros(across.shape, np.int8)
    best = np.full(len(gain) + 2, -np.inf, np.float32)
    best[1:-1] = across[0]
    for column in range(1, len(across)):
        up, down = best[:-2], best[2:]
        here = best[1:-1]
        most = np.maximum(np.maximum(up, down), here)
        steps[column] = np.where(here >= most, 0, (down >= most).astype(np.int8) - (up >= most))
        best[1:-1] = most + across[column]
    path = np.empty(len(across), np.intp)
    path[-1] = int(best[1:-1].argmax())
    for column in range(len(across) - 1, 0, -1):
        path[column - 1] = path[column] + steps[column, path[column]]
    return path


def _is_inside_of_back(light: Floats, columns: Rows, ends: Rows, hem: Rows) -> bool:
    """Whether what hangs below `hem` is lower in its middle than at its ends, and all along a little darker than the
    cloth above it."""
    height = ends - hem
    middle, end = len(height) // 3, max(3, len(height) // 20)
    highest = float(np.median(height[middle:-middle]))
    outer = max(float(np.median(height[:end])), float(np.median(height[-end:])))
    if highest < SHORTEST * READING_PX or outer > POINTED * highest:
        return False
    shades = []
    for window in np.array_split(np.arange(len(columns)), WINDOWS):
        inside = [light[hem[k] + 2 : ends[k] - 1, columns[k]] for k in window]
        front = [light[max(0, 2 * hem[k] - ends[k] - 2) : hem[k] - 1, columns[k]] for k in window]
        if min(sum(map(len, inside)), sum(map(len, front))) < len(window):
            continue
        own = [float(np.percentile(np.concatenate(part), OWN_CLOTH)) for part in (front, inside)]
        shades.append(own[0] - own[1])
    if len(shades) < WINDOWS - 2:
        return False
    return SHADE[0] < float(np.median(shades)) < SHADE[1] and min(shades) > LEAST_SHADE
