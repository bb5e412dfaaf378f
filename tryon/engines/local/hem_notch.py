"""Closes a notch in a top's hem: where a placket or a gathering ends, cloth laid flat parts; worn, it hangs down."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.raster import smoothed_row

WIDEST: Final = 0.2
DEEPEST: Final = 0.16
SHALLOWEST: Final = 0.025
"""Of the hem's width: a wider or deeper opening is a slit or an open front, a shallower one a fold."""
MOST: Final = 2
"""With more notches than these the hem is scalloped."""
SIDES: Final = 0.1
"""Of the hem's width: vents lie so near to the sides."""
SMOOTH: Final = 0.012
"""Of the hem's width: standard deviation that rounds the closed line."""
RIM_PX: Final = 3
"""So near to the edge cloth is darker than its own colour."""


def without_notch(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The garment with the cloth above a notch in its hem going on down to the hem's line."""
    if garment.is_open or not {"hem_left", "hem_right"} <= garment.points.keys():
        return garment
    (left, right), height = ((round(garment.points[name][0]) for name in ("hem_right", "hem_left")), len(garment.parts))
    columns = np.arange(max(0, left), min(garment.parts.shape[1], right))
    width = len(columns)
    if width < 40:
        return garment
    solid = (garment.parts[:, columns] == GarmentPart.TORSO) & (garment.opacity[:, columns] > 0.5)
    ends = (height - 1 - solid[::-1].argmax(axis=0)).astype(np.float32)
    kernel = np.ones((1, 2 * round(WIDEST * width / 2) + 1), np.uint8)
    closed = cv2.morphologyEx(ends[None], cv2.MORPH_CLOSE, kernel).ravel()
    notches, line = _notches(closed - ends, width), smoothed_row(closed, SMOOTH * width)
    if not notches:
        return garment
    picture, opacity, parts = garment.picture.copy(), garment.opacity.copy(), garment.parts.copy()
    # Folds that end at the notch do not go on in it as sharp as they are.
    soft = cv2.blur(garment.picture, (2 * RIM_PX + 1, 1))
    for notch in notches:
        for i in range(notch.start, notch.stop):
            x, end, last = columns[i], int(ends[i]), min(float(line[i]), height - 1.0)
            rows = np.arange(end - RIM_PX + 1, int(last) + 1)
            if len(rows) <= RIM_PX:
                continue
            # As in a mirror: the light goes on without a step.
            picture[rows, x] = soft[np.maximum(2 * (end - RIM_PX) + 1 - rows, 0), x]
            opacity[rows, x] = np.maximum(opacity[rows, x], np.clip(last - rows, 0.0, 1.0))
            parts[rows, x] = GarmentPart.TORSO
    return replace(garment, picture=picture, opacity=opacity, parts=parts)


def _notches(depth: NDArray[np.float32], width: int) -> list[slice]:
    """The columns of each notch, none where the hem is made of them."""
    inside = (depth > 0.5).astype(np.int8)
    starts = np.flatnonzero(np.diff(inside, prepend=0) > 0)
    stops = np.flatnonzero(np.diff(inside, append=0) < 0) + 1
    deepest = [float(depth[a:b].max()) / width for a, b in zip(starts, stops, strict=True)]
    found = [
        slice(int(a), int(b))
        for a, b, deep in zip(starts, stops, deepest, strict=True)
        if SHALLOWEST < deep < DEEPEST and SIDES * width < (a + b) / 2 < (1 - SIDES) * width
    ]
    return found if len(found) <= MOST else []
