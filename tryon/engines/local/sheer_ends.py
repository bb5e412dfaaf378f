"""Ends plain cloth at its front's hem, where the picture shows the inside of its back below: of wide, sheer sleeves,
through which the paper shines, and of blouses whose back hangs a little lower here and there.

Worn, hand and legs are in front of that; as it is in the picture it makes pale scraps and ragged hems.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.ground import lab_of
from tryon.engines.local.hanging_back import READING_PX, Rows, best_path
from tryon.engines.local.raster import smoothed_row

Floats = NDArray[np.float32]

ENDS: Final[Mapping[GarmentPart, tuple[str, str]]] = {
    GarmentPart.LEFT_SLEEVE: ("cuff_outer_left", "cuff_inner_left"),
    GarmentPart.RIGHT_SLEEVE: ("cuff_outer_right", "cuff_inner_right"),
    GarmentPart.TORSO: ("hem_left", "hem_right"),
}
"""The corners between which each part ends."""

LONGEST: Final = 0.125
"""Of the picture's height: the inside is seen no farther below the front's hem."""
ABOVE_PX: Final = 5
SEAM_PX: Final = 6
"""The hem is a line darker than the mean of so much cloth above it, which ends so far above the line's middle."""
DARKEST: Final = 10.0
"""Lab L: a darker line is a seam of another colour."""
LEAST_COLUMNS: Final = 10
CALM_PX: Final = 2.0

SEAM: Final = (5.0, 3.0)
"""Lab L by which that line is darker on the mean, and in four of five places (measured: 5.8 and 3.5; stitched hems of
opaque cloth up to 4.2, edges in prints more)."""
PLAIN: Final = 7.0
"""Lab L: standard deviation in cloth that is not printed."""
PALER: Final = 4.0
SHEER: Final = 0.15
OPAQUE: Final = 0.05
"""Lab L by which sheer cloth is paler, and the share of it below the hem, at least, and above it, at most."""
UNEVEN_SEAM: Final = 6.0
"""Lab L by which the hem of a torso is darker in four of five places (measured: 8 and more; hems that are sewn in
the cloth's own colour up to 2)."""
UNEVEN: Final = 2.0
LOWEST: Final = 0.045
"""What hangs below it there is uneven: its higher places are so many times as high as its lower ones, and no higher
than this share of the picture's height. A waistband is higher, and as high everywhere."""


def without_sheer_ends(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The product with sleeves and torso that end at their front's hem, where their inside is seen below it."""
    if garment.on_model or garment.is_open:
        return garment
    height = len(garment.opacity)
    ends = {part: names for part, names in ENDS.items() if garment.points.keys() >= set(names)}
    if not ends:
        return garment
    highest = min(garment.points[name][1] for names in ends.values() for name in names)
    factor, start = READING_PX / height, max(0, round(highest - 2 * LONGEST * height))
    small = cv2.resize(garment.picture[start:], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    light = lab_of(np.asarray(small, np.uint8))[..., 0]
    size = light.shape[::-1]
    parts = cv2.resize(garment.parts[start:], size, interpolation=cv2.INTER_NEAREST)
    solid = np.asarray(cv2.resize(garment.opacity[start:], size, interpolation=cv2.INTER_AREA) > 0.5)
    for part, (one, other) in ends.items():
        corners = [garment.points[name][0] * factor for name in (one, other)]
        columns = np.arange(max(0, round(min(corners)) + 2), min(round(max(corners)) - 1, size[0]))
        cloth = solid & (parts == part)
        if len(columns) >= LEAST_COLUMNS and cloth[:, columns].any(axis=0).all():
            hem = _front_hem(light, cloth, columns)
            inside = _is_uneven if part == GarmentPart.TORSO else _is_sheer
            if inside(light, cloth, columns, hem):
                garment = _ended(garment, part, columns / factor, hem / factor + start)
    return garment


def _front_hem(light: Floats, cloth: NDArray[np.bool_], columns: Rows) -> Rows:
    """The row in each column of the darkest line across the end of the `cloth`."""
    ends = _ends(cloth, columns)
    longest = round(LONGEST * READING_PX)
    above = cv2.blur(light, (1, ABOVE_PX), anchor=(0, ABOVE_PX - 1))
    darker = np.zeros_like(light)
    darker[SEAM_PX:] = above[:-SEAM_PX] - light[SEAM_PX:]
    gain = cv2.GaussianBlur(np.clip(darker, -PALER, DARKEST), (0, 0), sigmaX=1.5, sigmaY=0.5)[:, columns]
    rows = np.arange(len(light))[:, None]
    known = (rows < ends) & (rows >= ends - longest) & cloth[:, columns]
    top = max(0, int(ends.min()) - longest)
    return best_path(np.where(known, gain, -2 * PALER)[top:].astype(np.float32)) + top


def _ends(cloth: NDArray[np.bool_], columns: Rows) -> Rows:
    return np.asarray(len(cloth) - 1 - cloth[::-1, columns].argmax(axis=0), np.intp)


def _is_sheer(light: Floats, cloth: NDArray[np.bool_], columns: Rows, hem: Rows) -> bool:
    """Whether `hem` is a line darker than the plain cloth above it, and much below it is paler than that."""
    ends, rows = _ends(cloth, columns), np.arange(len(light))[:, None]
    below = light[:, columns][cloth[:, columns] & (rows > hem + 1) & (rows < ends)]
    above = _above(light, cloth, columns, hem)
    if min(len(above), len(below)) < 3 * len(columns) or float(above.std()) > PLAIN:
        return False
    line = _line(light, columns, hem)
    if float(line.mean()) < SEAM[0] or float(np.percentile(line, 20)) < SEAM[1]:
        return False
    pale = float(np.median(above)) + PALER
    return float((below > pale).mean()) > SHEER and float((above > pale).mean()) < OPAQUE


def _is_uneven(light: Floats, cloth: NDArray[np.bool_], columns: Rows, hem: Rows) -> bool:
    """Whether `hem` is a clear line in plain cloth, and what hangs below it is low, and lower in some places."""
    height = _ends(cloth, columns) - hem
    low, high = np.percentile(height, (15, 85))
    if not UNEVEN * max(float(low), 1.0) < float(high) < LOWEST * READING_PX:
        return False
    above = _above(light, cloth, columns, hem)
    plain = len(above) > 3 * len(columns) and float(above.std()) < PLAIN
    return plain and float(np.percentile(_line(light, columns, hem), 20)) > UNEVEN_SEAM


def _above(light: Floats, cloth: NDArray[np.bool_], columns: Rows, hem: Rows) -> Floats:
    """(n,) the lightness of the cloth right above the hem, as high as what is below it."""
    rows = np.arange(len(light))[:, None]
    reach = np.maximum(_ends(cloth, columns) - hem, SEAM_PX) + 2
    return light[:, columns][cloth[:, columns] & (rows < hem - 2) & (rows >= hem - reach)]


def _line(light: Floats, columns: Rows, hem: Rows) -> Floats:
    """(n,) Lab L by which the hem is darker than the cloth above it, column by column."""
    rows = np.maximum(hem[:, None] - SEAM_PX - np.arange(ABOVE_PX), 0)
    return np.asarray(light[rows, columns[:, None]].mean(axis=1) - light[hem, columns], np.float32)


def _ended(
    garment: GarmentAnalysis, part: GarmentPart, columns: NDArray[np.floating], hem: NDArray[np.floating]
) -> GarmentAnalysis:
    """The product with one part that ends at the line (`columns`, `hem`), in its own pixels."""
    height, width = garment.opacity.shape
    line = smoothed_row(hem.astype(np.float32), CALM_PX)
    rows = np.interp(np.arange(width), columns, line).astype(np.float32)
    keep = np.clip(rows - np.arange(height, dtype=np.float32)[:, None] + 1.0, 0.0, 1.0)
    own = garment.parts == part
    opacity = np.where(own, garment.opacity * keep, garment.opacity).astype(np.float32)
    points = dict(garment.points)
    # A sleeve is as long as it was: its slanting end shows a little more of the hand.
    for name in (*ENDS[part], "hem_middle") if part == GarmentPart.TORSO else ():
        x, y = points[name]
        points[name] = (x, min(y, float(np.interp(x, columns, line))))
    parts = np.where(opacity > 0, garment.parts, np.uint8(GarmentPart.OUTSIDE))
    return replace(garment, opacity=opacity, parts=parts, points=points)
