"""The label sewn into the back of a neck: it is seen through the opening, so the front edge runs below it."""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture, Points
from tryon.engines.local.ground import lab_of
from tryon.engines.local.raster import bits, opened

ASIDE: Final = 0.7
DOWN: Final = 1.5
"""Half widths between the neck points: labels are looked for so far to both sides of their middle and below them."""
CENTRED: Final = 0.4
"""A label's middle is at most so far from theirs."""
HANGS: Final = 0.5
"""Its upper edge is at most so far below the upper edge of the back, which it is sewn to."""
WIDTHS: Final = (0.2, 1.1)
HEIGHTS: Final = (0.1, 0.65)
FILLED: Final = 0.75
"""Share of its upright box that a label fills; prints and shadows fill less."""
UNLIKE: Final = (14.0, 28.0, 45.0)
"""CIE Lab distances from the cloth at which it is looked for: folds around a bright label reach the first."""
WRITING: Final = 0.15
"""Half widths; what is written on it is no wider than this."""
RIM: Final = 0.05
"""Half widths: its edge is as blurred as this."""

DEEP_PART: Final = 0.25
"""Of a deep neckline's depth: across so much of its lower end the back is seen."""
SEWN_ON: Final = 0.25
"""Half of that end's width: the band of the back's edge above the label is narrower."""
PALE: Final = 80.0
"""Lab L: labels are white there, buttons and bows are not."""


class Label(NamedTuple):
    """An upright box in pixels of the picture."""

    left: float
    top: float
    right: float
    bottom: float


def find_label(picture: Picture, edge: Points, ends: Points) -> Label | None:
    """The label between the neck points `ends` (2, 2) under the outline's top `edge` (n, 2), or None."""
    half, middle = max(4.0, float(ends[1, 0] - ends[0, 0]) / 2), float(ends[:, 0].mean())
    x0, x1 = max(0, round(middle - ASIDE * half)), round(middle + ASIDE * half)
    columns = np.arange(x0, min(x1, picture.shape[1]))
    top = np.interp(columns, edge[:, 0], edge[:, 1])
    y0 = max(0, int(top.min()))
    y1 = min(picture.shape[0], round(float(ends[:, 1].mean()) + DOWN * half))
    if len(columns) < 8 or y1 - y0 < 8:
        return None
    lab = lab_of(np.ascontiguousarray(picture[y0:y1, x0 : x0 + len(columns)]))
    inside = np.arange(y0, y1)[:, None] > top + 1
    cloth = np.median(lab[inside], axis=0)
    away = np.where(inside, np.linalg.norm(lab - cloth, axis=-1), 0.0)
    # What is written on it has the cloth's colour or any other.
    size = max(3, round(WRITING * half) | 1)
    found: list[Label] = []
    for unlike in UNLIKE:
        closed = cv2.morphologyEx(bits(away > unlike), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(np.asarray(closed, np.uint8), connectivity=4)
        found += [
            Label(float(x0 + x), float(y0 + y), float(x0 + x + w), float(y0 + y + h))
            for x, y, w, h, area in boxes[1:]
            if _is_label((x, y, w, h), area, top - y0, half, middle - x0)
        ]
    return max(found, key=lambda label: (label.right - label.left) * (label.bottom - label.top), default=None)


def label_in_deep_neckline(picture: Picture, curve: Points) -> Label | None:
    """The label under the lowest part of an outline's neckline `curve` (n, 2), where only the back's edge is seen."""
    lowest = float(curve[:, 1].max())
    depth = lowest - float(curve[[0, -1], 1].mean())
    end = curve[curve[:, 1] > lowest - DEEP_PART * depth]
    half, middle = (float(np.ptp(end[:, 0])) / 2, float(np.mean([end[0, 0], end[-1, 0]]))) if depth > 0 else (0.0, 0.0)
    x0, y0 = max(0, round(middle - half)), round(lowest)
    around = picture[y0 : round(lowest + half), x0 : round(middle + half)]
    least = round(HEIGHTS[0] * half)
    if least < 2 or min(around.shape[:2]) < 2 * least:
        return None
    pale = opened(lab_of(np.ascontiguousarray(around))[..., 0] > PALE, least // 2)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(bits(pale), connectivity=4)
    level = np.zeros(around.shape[1])
    found = [box for box in boxes[1:] if _is_label(tuple(box[:4]), int(box[4]), level, half, middle - x0)]
    found = [box for box in found if box[1] < SEWN_ON * half and box[2] > box[3]]
    if len(found) != 1:
        return None
    x, y, w, h = (float(n) for n in found[0][:4])
    return Label(x0 + x, y0 + y, x0 + x + w, y0 + y + h)


def without_label(opacity: Opacity, curve: Points, label: Label) -> tuple[Opacity, Points]:
    """Opacity and neckline (n, 2) without a label and what it hangs on: worn, both are behind the neck."""
    half = (label.right - label.left) / 2
    rim = max(1.0, RIM * 2 * half)
    x = np.arange(opacity.shape[1], dtype=np.float32)
    beside = np.abs(x - (label.left + label.right) / 2) - half
    # Beside the label the edge rises to where it was, as steeply as lace and hems go.
    ends = np.where(beside < 2 * half, label.bottom + rim - np.maximum(beside, 0.0), 0.0)
    rows = np.arange(len(opacity), dtype=np.float32)[:, None]
    left = (opacity * np.clip(rows - ends, 0.0, 1.0)).astype(np.float32)
    lowered = np.maximum(curve[:, 1], np.interp(curve[:, 0], x, ends)).astype(np.float32)
    return left, np.stack([curve[:, 0], lowered], axis=1).astype(np.float32)


def _is_label(box: tuple[int, int, int, int], area: int, top: NDArray[np.floating], half: float, middle: float) -> bool:
    x, y, w, h = box
    if not (WIDTHS[0] * half < w < WIDTHS[1] * half and HEIGHTS[0] * half < h < HEIGHTS[1] * half):
        return False
    hangs = y - float(top[x : x + w].mean())
    return area > FILLED * w * h and abs(x + w / 2 - middle) < CENTRED * half and hangs < HANGS * half


def beside_label(
    label: Label | None, shape: tuple[int, ...], origin: tuple[int, int], half: float
) -> NDArray[np.float32]:
    """1 in a part of the picture whose corner is `origin`, and 0 on the label."""
    beside = np.ones(shape, np.float32)
    if label is not None:
        (x, y), rim = origin, RIM * half
        rows = slice(max(0, int(label.top - rim - y)), max(0, int(label.bottom + rim - y) + 1))
        beside[rows, max(0, int(label.left - rim - x)) : max(0, int(label.right + rim - x) + 1)] = 0.0
    return beside
