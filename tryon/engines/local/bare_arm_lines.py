"""The fine lines of a bared arm, drawn at the photo's own size: the folds of the skin before the elbow.

They are all that is sharp on an arm in soft light, and an arm without anything sharp looks like wax. The broad light of
an arm (`bare_arm_light`) is drawn at a reduced size, which would wash them out.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Points
from tryon.engines.local.bare_arm_light import BENT_ACROSS, bend
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import blurred

Floats = NDArray[np.float32]

FOLDS: Final = (
    ((0.486, -0.60), (0.500, -0.38), (0.506, -0.12), (0.503, 0.16), (0.494, 0.40)),
    ((0.516, -0.34), (0.521, -0.14), (0.520, 0.10)),
)
"""Station and place across of the points that the two folds run through: the long one from the inner side over the
elbow's pit, sagging, and a short one below it."""
DEPTHS: Final = (0.125, 0.06)
"""Log light lost in them: before 39 seen elbows the darkest thin line is 0.06 to 0.12 deep, 0.08 in the median, read
over twice its width."""
LIP: Final = (0.011, 0.35)
"""The skin below a fold stands out: how far below (stations), and its light for what the fold loses."""
WIDTH_UNITS: Final = 0.0045
LIP_WIDER: Final = 1.6
LEAST_WIDTH_PX: Final = 0.8
"""Standard deviation across a fold, how much wider the light below it is, and what no lens shows thinner."""
PER_PX: Final = 3
"""Points of a fold for every pixel of its length."""
STRAIGHTER: Final = 0.5
"""From this bend on the folds lie in one crease at the inner edge, which the pit's shade draws."""


def draw_folds(light: Linear, arm: Arm, slope: Floats, unit: float) -> None:
    """Draw the folds of this arm's elbow into `light`; `slope` is what each channel loses for the log luminance."""
    bent = bend(arm.path)
    strength = 1.0 - min(bent / STRAIGHTER, 1.0)
    sigma = max(LEAST_WIDTH_PX, WIDTH_UNITS * unit)
    for points, depth in zip(FOLDS, DEPTHS, strict=True) if strength > 0 else ():
        stations, places = _along(np.asarray(points), arm.length)
        places = places - BENT_ACROSS * bent
        fading = depth * strength * np.sin(np.linspace(0.0, np.pi, len(stations))) ** 0.7
        fold = _spots(arm, stations, places)
        lip = _spots(arm, stations + LIP[0], places)
        _draw(light, fold, -fading, sigma, slope)
        _draw(light, lip, LIP[1] * fading, LIP_WIDER * sigma, slope)


def _along(points: NDArray[np.float64], length: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stations and places close together along a smooth line through the points."""
    share = np.linspace(0.0, 1.0, len(points))
    # An arm is some seven times as long as it is wide.
    steps = max(8, round(PER_PX * length / 14 * float(np.ptp(points[:, 1]))))
    fine = np.linspace(0.0, 1.0, steps)
    order = min(3, len(points) - 1)
    curve = np.asarray([np.polyval(np.polyfit(share, column, order), fine) for column in points.T], np.float64)
    return curve[0], curve[1]


def _spots(arm: Arm, stations: NDArray[np.float64], places: NDArray[np.float64]) -> Points:
    """(n, 2) pixels of places on the arm."""

    def at(line: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.stack([np.interp(stations, ARM_STATIONS, column) for column in line.T], axis=1)

    outer, inner = arm.outward * arm.bare_outer[:, None], arm.inward * arm.bare_inner[:, None]
    across = np.where(places[:, None] > 0, places[:, None] * at(outer), -places[:, None] * at(inner))
    return np.asarray(at(arm.path) + across, np.float32)


def _draw(light: Linear, spots: Points, depth: NDArray[np.float64], sigma: float, slope: Floats) -> None:
    """Draw a soft line through close `spots`, each so many log units lighter or darker, unless it leaves the frame."""
    margin = int(4 * sigma) + 2
    height, width = light.shape[:2]
    left, upper = np.floor(spots.min(axis=0)).astype(int) - margin
    right, lower = np.ceil(spots.max(axis=0)).astype(int) + margin + 1
    if left < 0 or upper < 0 or right > width or lower > height:
        return
    line = np.zeros((lower - upper, right - left), np.float32)
    column, row = (spots - np.asarray([left, upper], np.float32)).T
    x, y = column.astype(int), row.astype(int)
    for down in (0, 1):
        for aside in (0, 1):
            share = np.abs(1 - down - (row - y)) * np.abs(1 - aside - (column - x))
            np.add.at(line, (y + down, x + aside), (share * depth).astype(np.float32))
    way = float(np.hypot(*np.diff(spots, axis=0).T).sum())
    # Blurred, a line of one point a pixel keeps 1 / (sqrt(2 pi) sigma) of it.
    line = blurred(line, sigma) * np.float32(np.sqrt(2 * np.pi) * sigma * way / len(spots))
    light[upper:lower, left:right] *= np.exp(slope * line[..., None])
