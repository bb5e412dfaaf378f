"""Finds the armpit of a sleeve that lies against the body: its inner edge runs inside the silhouette."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.ground import Mask, lab_of
from tryon.engines.local.outline import Path
from tryon.engines.local.shoulders import Shoulder
from tryon.engines.local.sleeves import ARMHOLE_DEPTH, DEEPEST_ARMHOLE, SideShape

INNERMOST, OUTERMOST = 0.5, 0.95
"""Where a sleeve's inner edge can be, of the silhouette's half width on its row."""
HIDDEN_COST = 0.5
"""What an inner edge hidden over the silhouette's whole height takes off the shape's quality: the longer the line that
is traced, the less sure is the armpit it leads to."""
STRAY_COST = 0.004
"""Per pixel away from the straight line to the expected armpit: enough to choose among equal edges."""

BENT_COST = 60.0
"""The same of a stray by the line's whole length: a short edge is straight, whatever a print beside it shows."""


def uncover_armpit(shape: SideShape, shoulder: Shoulder, mask: Mask, edges: NDArray[np.float32]) -> SideShape:
    """The shape with its true armpit and the hidden inner edge, where the sleeve lies on the body; else as it is."""
    if not shape.has_sleeve:
        return shape
    top, notch = float(shoulder.tip[1]), shape.armpit
    chest = 2 * min(float(notch[0]), float(shoulder.tip[0]) * 1.1)
    if notch[1] - top <= DEEPEST_ARMHOLE * chest:
        return shape
    goal = np.array([min(notch[0] * 1.03, 0.97 * shoulder.tip[0]), top + ARMHOLE_DEPTH * chest], np.float32)
    edge = _trace(shape, mask, edges, goal)
    hidden = float(notch[1] - edge[0, 1]) / max(float(np.ptp(shape.side.path[:, 1])), 1.0)
    return replace(shape, armpit=edge[0], hidden_edge=edge, quality=(1 - HIDDEN_COST * hidden) * shape.quality)


def edge_strength(picture: Picture) -> NDArray[np.float32]:
    """How strongly the picture changes from left to right, against what is usual nearby: about 0..4."""
    smooth = cv2.GaussianBlur(lab_of(picture), (0, 0), 1.2)
    strength = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)).sum(axis=-1)
    return np.minimum(strength / (cv2.blur(strength, (41, 41)) + 0.3), 4.0)


def _trace(shape: SideShape, mask: Mask, edges: NDArray[np.float32], goal: NDArray[np.float32]) -> Path:
    """The strongest edge upward from the notch to the armpit's row, by dynamic programming; armpit first."""
    side, notch = shape.side, shape.armpit
    rows = np.arange(round(float(notch[1])), round(float(goal[1])) - 1, -1)
    widest = int(np.ceil(max(_half_width(mask, side.middle, side.sign, rows).max(), notch[0] + 2)))
    offsets = np.arange(widest + 1)
    columns = np.clip(np.rint(side.middle + side.sign * offsets).astype(int), 0, mask.shape[1] - 1)
    strip = edges[np.clip(rows, 0, mask.shape[0] - 1)][:, columns]
    line = np.interp(rows, (goal[1], notch[1]), (goal[0], notch[0]))
    stray = np.abs(offsets[None] - line[:, None])
    cost = -strip + np.maximum(STRAY_COST * stray**1.5, BENT_COST * (stray / len(rows)) ** 1.5)
    half = _half_width(mask, side.middle, side.sign, rows)[:, None]
    cost[(offsets[None] > OUTERMOST * half) | (offsets[None] < INNERMOST * half)] += 3.0
    found = _cheapest_path(cost, int(np.clip(round(float(notch[0])), 0, widest)))
    path = np.stack([offsets[found], rows], axis=-1).astype(np.float32)
    smooth = cv2.blur(path, (1, 9), borderType=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)
    smooth[0] = notch
    return smooth[::-1].copy()


def _half_width(mask: Mask, middle: float, sign: int, rows: NDArray[np.int_]) -> NDArray[np.float32]:
    inside = mask[np.clip(rows, 0, mask.shape[0] - 1)]
    if sign > 0:
        return np.maximum(mask.shape[1] - 1 - inside[:, ::-1].argmax(axis=1) - middle, 1).astype(np.float32)
    return np.maximum(middle - inside.argmax(axis=1), 1).astype(np.float32)


def _cheapest_path(cost: NDArray[np.float32], start: int) -> NDArray[np.int_]:
    """A column for each row, starting at `start`, moving at most one column a row."""
    total = np.full(cost.shape, np.inf, np.float32)
    total[0, start] = 0
    step = np.zeros(cost.shape, np.int8)
    for row in range(1, len(cost)):
        before = np.pad(total[row - 1], 1, constant_values=np.inf)
        choices = np.stack([before[:-2] + 0.15, before[1:-1], before[2:] + 0.15])
        step[row] = choices.argmin(axis=0) - 1
        total[row] = choices.min(axis=0) + cost[row]
    path = np.empty(len(cost), int)
    path[-1] = int(total[-1].argmin())
    for row in range(len(cost) - 1, 0, -1):
        path[row - 1] = path[row] + step[row, path[row]]
    return path
