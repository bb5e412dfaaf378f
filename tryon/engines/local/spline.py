"""Thin-plate splines: the smoothest map of the plane that carries given points onto given points."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Points

GRID_STEP_PX = 8
"""A spline is evaluated on a grid this fine and interpolated between: it bends far more slowly than that."""

ROOM_PX = 4

Window = tuple[int, int, int, int]
"""Left, top, right and bottom."""

FloatMap = NDArray[np.float32]
"""(height, width, 2): for every pixel of the target the (x, y) it comes from in the source."""


@dataclass(frozen=True, slots=True)
class Spline:
    """f(p) = affine(p) + sum of weights × U(|p − knot|), U(r) = r² log r² (Duchon 1977)."""

    knots: NDArray[np.float64]
    weights: NDArray[np.float64]
    affine: NDArray[np.float64]
    centre: NDArray[np.float64]
    span: float

    def at(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map (n, 2) points."""
        p = (np.asarray(points, np.float64) - self.centre) / self.span
        bend = _radial(p, self.knots)
        return bend @ self.weights + np.hstack([np.ones((len(p), 1)), p]) @ self.affine


def fit_spline(start: Points, end: Points, stiffness: float = 0.0) -> Spline:
    """The spline that carries `start` onto `end`, both (n, 2); stiffness > 0 lets it miss them to bend less."""
    start64, end64 = np.asarray(start, np.float64), np.asarray(end, np.float64)
    centre = start64.mean(axis=0)
    span = float(np.ptp(start64, axis=0).max()) or 1.0
    knots = (start64 - centre) / span
    n = len(knots)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = _radial(knots, knots) + stiffness * np.eye(n)
    system[:n, n:] = np.hstack([np.ones((n, 1)), knots])
    system[n:, :n] = system[:n, n:].T
    right = np.vstack([end64, np.zeros((3, 2))])
    solution = np.asarray(np.linalg.solve(system + 1e-10 * np.eye(n + 3), right), np.float64)
    return Spline(knots, solution[:n], solution[n:], centre, span)


def dense_map(spline: Spline, height: int, width: int, window: Window | None = None) -> FloatMap:
    """The spline at every pixel of a (height, width) frame, or of a window of it; zeros beyond that."""
    left, top, right, bottom = window or (0, 0, width, height)
    # Samples lie in the middle of GRID_STEP_PX × GRID_STEP_PX blocks, with one block more on each side, so that
    # enlarging interpolates exactly between them.
    blocks = [size // GRID_STEP_PX + 3 for size in (bottom - top, right - left)]
    ys, xs = ((np.arange(count) - 0.5) * GRID_STEP_PX - 0.5 for count in blocks)
    grid = np.stack(np.meshgrid(xs + left, ys + top), axis=-1)
    coarse = spline.at(grid.reshape(-1, 2)).reshape(grid.shape).astype(np.float32)
    size = (blocks[1] * GRID_STEP_PX, blocks[0] * GRID_STEP_PX)
    dense = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
    inside = dense[GRID_STEP_PX : GRID_STEP_PX + bottom - top, GRID_STEP_PX : GRID_STEP_PX + right - left]
    if window is None:
        return np.ascontiguousarray(inside, np.float32)
    whole = np.zeros((height, width, 2), np.float32)
    whole[top:bottom, left:right] = inside
    return whole


def window_of(area: NDArray[np.float32]) -> Window:
    """The part of the frame in which the area is not empty, with room for resampling."""
    left, top, width, height = cv2.boundingRect((area > 0).astype(np.uint8))
    rows, columns = area.shape
    return (
        max(0, left - ROOM_PX), max(0, top - ROOM_PX),
        min(columns, left + width + ROOM_PX), min(rows, top + height + ROOM_PX),
    )  # fmt: skip


def _radial(points: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    squared = (points**2).sum(1)[:, None] + (knots**2).sum(1)[None, :] - 2.0 * points @ knots.T
    squared = np.maximum(squared, 1e-12)
    return squared * np.log(squared)
