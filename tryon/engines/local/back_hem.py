"""Cuts off the inside of a back that hangs below the front's hem: on a body it is behind, where hips and legs hide it.

Laid flat, a top with a longer back shows a crescent of its own inside below the front: the same cloth in the front's
shade, deepest in the middle. Worn in front, it would be a second hem.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.cutout import CutOut
from tryon.engines.local.raster import smoothed_row

READING_SIDE_PX: Final = 320
STRIPS: Final = 16
"""Across the hem: the shade is read in each."""
LONGEST: Final = 0.2
"""Of the garment's height: a back hangs so far below the front at most."""
SHORTEST: Final = 0.035
"""Of the height, in the middle: less is a hem that is turned up, or its shadow."""
BAND: Final = 0.02
"""Of the height: the light above and below a possible front hem is read over so much."""
SHADE: Final = (0.05, 0.3)
"""Log of light: the inside is darker than the front above it by so much; what is darker still is other cloth."""
ALIKE: Final = 9.0
"""Lab: the cloth's hue is the same inside."""
SHADED_STRIPS: Final = 0.8
"""Share of the strips in which it must be so."""
LEAST_READ: Final = 12
LIGHTER: Final = 60
"""Pixels, and percentile, of what is compared."""
TAPERS: Final = 0.7
"""Of the depth in the middle: towards its ends the crescent is shallower. A ribbed band is as deep everywhere."""
STEP_SHARE: Final = 0.05
"""Of the width: from one column to the next a hem rises by less; a sleeve's end beside it does not."""
EVERY: Final = 3
MOST_SLOPE: Final = 3
"""The line is sought in every third column, and rises or falls by at most so many pixels from one to the next."""
PRINT: Final = 0.03
"""Of the width: half that of the pieces of a print that are overlooked."""
BENT: Final = 0.004
"""Log of light that a line must gain for each pixel that it rises or falls against the cloth's end."""
EDGE_PX: Final = 1.2
"""Softness of the cut."""

Floats = NDArray[np.float32]


def without_back_hem(cut: CutOut) -> CutOut:
    """The cut-out without the inside of the back below the front's hem; the same where none is seen."""
    scale = min(1.0, READING_SIDE_PX / max(cut.opacity.shape))
    solid = cv2.resize(cut.opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 0.5
    small = cv2.resize(cut.picture, solid.shape[::-1], interpolation=cv2.INTER_AREA)
    columns, ends = _hem(solid)
    height = int(np.ptp(np.flatnonzero(solid.any(axis=1)))) if solid.any() else 0
    if len(columns) < 4 * STRIPS or height < READING_SIDE_PX // 4:
        return cut
    # Nothing farther up is looked at.
    top = max(0, int(ends.min() - 2.2 * LONGEST * height))
    small, solid, ends = small[top:], solid[top:], ends - top
    lab = np.asarray(cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)
    ground = _ground_of_the_print(lab[..., 0], solid)
    front = _front_hem(ground, columns[::EVERY], ends[::EVERY], height)
    front = np.interp(columns, columns[::EVERY], front).astype(np.float32)
    if not _is_a_back(lab, columns, front, ends, height):
        return cut
    x = (np.arange(cut.opacity.shape[1]) + 0.5) * scale - 0.5
    line = np.interp(x, columns, smoothed_row(front, 2.0) + top) / scale
    beyond = (x >= columns[0] - 1) & (x <= columns[-1] + 1)
    rows = np.arange(cut.opacity.shape[0], dtype=np.float32)[:, None]
    kept = np.clip((line[None] - rows) / EDGE_PX, 0.0, 1.0)
    return replace(cut, opacity=np.where(beyond[None], cut.opacity * kept, cut.opacity).astype(np.float32))


def _ground_of_the_print(light: Floats, solid: NDArray[np.bool_]) -> Floats:
    """The lightness without the darker pieces of a print."""
    size = max(3, round(2 * PRINT * solid.shape[1]))
    return np.asarray(cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)), np.float32)


def _hem(solid: NDArray[np.bool_]) -> tuple[NDArray[np.int_], Floats]:
    """The columns (n,) whose cloth ends in the hem, around the garment's middle, and the row (n,) at which it does."""
    height, width = solid.shape
    columns = np.flatnonzero(solid.any(axis=0))
    ends = (height - 1 - solid[::-1, columns].argmax(axis=0)).astype(np.float32)
    breaks = np.flatnonzero((np.abs(np.diff(ends)) > STEP_SHARE * width) | (np.diff(columns) > 1)) + 1
    middle = int(np.searchsorted(columns, columns.mean())) if len(columns) else 0
    edges = np.concatenate([[0], breaks, [len(columns)]])
    here = int(np.searchsorted(edges, middle, side="right")) - 1
    part = slice(int(edges[here]), int(edges[here + 1])) if len(columns) else slice(0, 0)
    return columns[part], ends[part]


def _front_hem(light: Floats, columns: NDArray[np.int_], ends: Floats, height: int) -> Floats:
    """The row of each column at which the front most likely ends: the steady line along which the light falls most."""
    band, reach = max(2, round(BAND * height)), round(LONGEST * height)
    up = np.arange(reach)
    rows = np.rint(ends[None] - up[:, None]).astype(int)
    logs = np.log(np.maximum(light, 1.0))
    sums = np.cumsum(np.pad(logs, ((band + 1, band), (0, 0)), mode="edge"), axis=0)
    here = np.clip(rows, 0, light.shape[0] - 1) + band
    x = columns[None]
    above = (sums[here, x] - sums[here - band, x]) / band
    below = (sums[here + band, x] - sums[here, x]) / band
    fall = cv2.blur(np.clip(above - below, -0.1, 0.2).astype(np.float32), (max(3, len(columns) // 24), 1))
    fall[: band // 2] = -0.02
    path = _steadiest(fall, ends)
    return np.asarray(ends - path, np.float32)


def _steadiest(fall: Floats, ends: Floats) -> NDArray[np.int64]:
    """(n,) the row of `fall` (rows, n), counted up from `ends`, of the line without steps that falls most in all."""
    reach, n = fall.shape
    up = np.arange(reach)
    best, came = fall[:, 0].copy(), np.zeros((n, reach), np.int64)
    moves = np.arange(-MOST_SLOPE, MOST_SLOPE + 1)
    for i in range(1, n):
        drop = round(float(ends[i] - ends[i - 1]))
        options = np.full((len(moves), reach), -np.inf, np.float32)
        for k, move in enumerate(moves):
            before = up - drop + move
            fits = (before >= 0) & (before < reach)
            options[k, fits] = best[before[fits]] - BENT * abs(move)
        choice = options.argmax(axis=0)
        came[i] = np.clip(up - drop + moves[choice], 0, reach - 1)
        best = np.where(np.isfinite(options.max(axis=0)), options.max(axis=0), best.min() - 1.0) + fall[:, i]
    path = np.zeros(n, np.int64)
    path[-1] = int(best.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = came[i, path[i]]
    return path


def _is_a_back(lab: Floats, columns: NDArray[np.int_], front: Floats, ends: Floats, height: int) -> bool:
    """Whether what lies between the lines is the inside of a back."""
    depth = ends - front
    n = len(columns)
    ends_of_it = np.concatenate([depth[: n // 20 + 1], depth[n - n // 20 - 1 :]])
    middle, sides = float(np.median(depth[n // 3 : 2 * n // 3])), float(np.median(ends_of_it))
    if middle < SHORTEST * height or sides > TAPERS * middle:
        return False
    read = [
        _step(lab, columns[strip], front[strip], depth[strip]) for strip in np.array_split(np.arange(n), STRIPS)[1:-1]
    ]
    seen = [step for step in read if step is not None]
    if len(seen) < STRIPS // 2:
        return False
    shades, hues = np.asarray(seen).T
    within = (shades > SHADE[0]) & (shades < SHADE[1])
    return bool(within.mean() >= SHADED_STRIPS and np.median(hues) < ALIKE)


def _step(lab: Floats, columns: NDArray[np.int_], front: Floats, depth: Floats) -> tuple[float, float] | None:
    """By how much (log of light) the cloth is darker below the line than above it in these columns, and how differently
    coloured; None where too little is seen. The lighter part of both is read: the cloth's ground, not its print."""
    over, under = [], []
    for x, edge, deep in zip(columns, np.rint(front).astype(int), np.rint(depth).astype(int), strict=True):
        over.append(lab[max(0, edge - deep) : edge - 1, x])
        under.append(lab[edge + 2 : edge + deep - 1, x])
    bright = []
    for part in (np.concatenate(over), np.concatenate(under)):
        if len(part) < LEAST_READ:
            return None
        bright.append(part[part[:, 0] >= np.percentile(part[:, 0], LIGHTER)].mean(axis=0))
    above, below = bright
    shade = np.log(max(float(above[0]), 1.0) / max(float(below[0]), 1.0))
    return float(shade), float(np.hypot(*(above - below)[1:]))
