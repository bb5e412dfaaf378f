"""A garment's outline as two paths, one for each of the wearer's sides, in a frame where both sides look alike.

In a side's frame u runs outward from the garment's middle and y down, so that a path goes from the top over the
shoulder and the sleeve, if there is one, down to the hem, turning clockwise where the outline is convex.
"""

import itertools
from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.ground import Mask

Path = NDArray[np.float32]
"""(n, 2) of u and y, or of x and y, in pixels, evenly spaced."""
SideName = Literal["left", "right"]

SAMPLES = 360
"""Points on each side's path: about three pixels apart on a mask of 512 px."""
CURVE_SAMPLES = 41
"""Points on a neckline or a waistline."""
SMOOTHING_SAMPLES = 1.2


class Gap(NamedTuple):
    """A hollow of a path: between two points of its hull, with the point farthest inside."""

    start: int
    deepest: int
    end: int
    depth: float


@dataclass(frozen=True, slots=True)
class Side:
    name: SideName
    path: Path
    middle: float
    """x of the garment's middle."""

    @property
    def sign(self) -> int:
        """The wearer's left lies at the picture's right."""
        return 1 if self.name == "left" else -1

    def to_picture(self, point: NDArray[np.floating] | tuple[float, float]) -> tuple[float, float]:
        return (float(self.middle + self.sign * point[0]), float(point[1]))


@dataclass(frozen=True, slots=True)
class Outline:
    mask: Mask
    middle: float
    top: float
    """y of the outline's top at the middle: back neckline, or the front's where no back is seen."""
    bottom: float
    """y of the hem at the middle."""
    height: float
    left: Side
    right: Side


def read_outline(mask: Mask) -> Outline:
    """The outline of the mask's largest part, holes ignored. The mask must not be empty."""
    contours, _ = cv2.findContours(np.pad(mask, 1).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=cv2.contourArea)[:, 0].astype(np.float32) - 1
    middle = middle_of(mask)
    upper, lower = _middle_points(contour, middle)
    # findContours runs counter-clockwise on the screen: from the top over the picture's left, the wearer's right.
    ring = np.roll(contour, -upper, axis=0)
    bottom = (lower - upper) % len(contour)
    right, left = ring[: bottom + 1], np.concatenate([ring[bottom:], ring[:1]])[::-1]
    rows = contour[:, 1]
    return Outline(
        mask,
        middle,
        float(contour[upper, 1]),
        float(contour[lower, 1]),
        float(np.ptp(rows)) + 1,
        _side("left", left, middle),
        _side("right", right, middle),
    )


def middle_of(mask: Mask) -> float:
    """x of the garment's axis: the median over its rows of the middle between their outermost pixels."""
    rows = np.flatnonzero(mask.any(axis=1))
    rows = rows[len(rows) // 8 : max(len(rows) // 8 + 1, len(rows) * 7 // 8)]
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - 1 - mask[rows, ::-1].argmax(axis=1)
    return float(np.median((first + last) / 2))


def turns(path: Path, arm: int) -> NDArray[np.float32]:
    """Degrees the path turns at each point, over arms of so many samples; positive where the outline is convex."""
    padded = np.pad(path, ((arm, arm), (0, 0)), mode="reflect", reflect_type="odd")
    before, after = path - padded[: len(path)], padded[2 * arm :] - path
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return np.degrees(np.arctan2(cross, (before * after).sum(axis=1))).astype(np.float32)


def gaps(path: Path) -> list[Gap]:
    """The hollows of a side's path against its hull, deepest first."""
    closed = np.concatenate([path, [[path[:, 0].min() - 1, path[-1, 1]], [path[:, 0].min() - 1, path[0, 1]]]])
    hull = cv2.convexHull(closed.astype(np.float32), returnPoints=False)[:, 0]
    # Both ends belong to the hull, whatever hangs lower than the hem or stands higher than the neckline.
    hull = sorted({*hull[hull < len(path)].tolist(), 0, len(path) - 1})
    found = []
    for start, end in itertools.pairwise(hull):
        if end - start < 3:
            continue
        distance = distance_from_chord(path[start : end + 1], path[start], path[end])
        deepest = int(np.argmin(distance))
        found.append(Gap(int(start), int(start) + deepest, int(end), float(-distance[deepest])))
    return sorted(found, key=lambda gap: -gap.depth)


def distance_from_chord(points: Path, start: NDArray[np.float32], end: NDArray[np.float32]) -> NDArray[np.float32]:
    """Signed distance of each point from the straight line, positive on the outer side of a clockwise path."""
    along = end - start
    length = max(float(np.hypot(*along)), 1e-6)
    return ((points[:, 1] - start[1]) * -along[0] + (points[:, 0] - start[0]) * along[1]) / length


def resample(points: NDArray[np.floating], count: int) -> Path:
    """The polyline with `count` evenly spaced points."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    where = np.linspace(0, along[-1], count)
    return np.stack([np.interp(where, along, points[:, k]) for k in (0, 1)], axis=-1).astype(np.float32)


def _middle_points(contour: Path, middle: float) -> tuple[int, int]:
    """Indices of the highest and the lowest contour point at the garment's middle."""
    near = np.flatnonzero(np.abs(contour[:, 0] - middle) <= 1.0)
    if not len(near):
        near = np.argsort(np.abs(contour[:, 0] - middle))[:2]
    return int(near[np.argmin(contour[near, 1])]), int(near[np.argmax(contour[near, 1])])


def _side(name: SideName, points: Path, middle: float) -> Side:
    path = resample(points, SAMPLES)
    kernel = cv2.getGaussianKernel(2 * round(3 * SMOOTHING_SAMPLES) + 1, SMOOTHING_SAMPLES).astype(np.float32)
    path = np.concatenate([path[:1], cv2.filter2D(path, -1, kernel, borderType=cv2.BORDER_REPLICATE)[1:-1], path[-1:]])
    sign = 1 if name == "left" else -1
    frame = np.stack([(path[:, 0] - middle) * sign, path[:, 1]], axis=-1).astype(np.float32)
    return Side(name, frame, middle)
