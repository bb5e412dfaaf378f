"""The old bottom's upper edge: where it comes out from under the top, and how far it is seen to the sides."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.one_piece import cloth_goes_on
from tryon.engines.local.raster import largest_piece
from tryon.engines.local.rays import Widths

BELOW_EDGE_UNITS: Final = (0.03, 0.06, 0.09)
"""Depths below the old bottom's upper edge at which its width is measured."""
LOOP_UNITS: Final = 0.03
"""What interrupts the waistband over less than this is a loop or a crease."""


def upper_edge(person: PersonAnalysis, figure: Figure) -> Widths:
    """The row in every column where the old bottom comes out from under the top, or from bare skin."""
    bottom = largest_piece(person.labels == BodyLabel.BOTTOM)
    width = bottom.shape[1]
    reach = 1.1 * figure.unit
    columns = np.flatnonzero(bottom.any(axis=0))
    columns = columns[np.abs(columns - figure.hip_middle[0]) < reach]
    rows = bottom[:, columns].argmax(axis=0)
    above = person.labels[np.maximum(rows - 3, 0), columns]
    limit = figure.at_level(1.7)[1]
    valid = np.isin(above, (BodyLabel.TOP, BodyLabel.MIDRIFF)) & (rows < limit)
    usual = float(figure.at_level(0.9)[1])
    if valid.sum() < 5:
        return np.full(width, usual, np.float32)
    edge = np.interp(np.arange(width), columns[valid], rows[valid]).astype(np.float32)
    size = max(3, int(0.04 * figure.unit) | 1)
    return cv2.GaussianBlur(edge.reshape(1, -1), (size, 1), 0).ravel()


def cut_through_cloth(person: PersonAnalysis, figure: Figure, edge: Widths) -> bool:
    """Whether the old bottom's upper edge is a line drawn through one cloth, a dress's."""
    y = at_axis(edge, figure)
    rows = np.s_[: round(y + 0.5 * figure.unit)]
    lab = cv2.cvtColor(np.ascontiguousarray(person.picture[rows]), cv2.COLOR_RGB2Lab).astype(np.float32)
    return cloth_goes_on(person.labels[rows], lab, figure, y)


def waist_seen(person: PersonAnalysis, figure: Figure, edge: Widths) -> dict[Side, float]:
    """Pixels from the body's middle to the ends of the old waistband as far as it is seen; loops do not end it."""
    x, bridge = int(figure.hip_middle[0]), max(1, round(LOOP_UNITS * figure.unit))
    found: dict[Side, list[int]] = {side: [] for side in SIDES}
    for below in BELOW_EDGE_UNITS:
        y = int(at_axis(edge, figure) + below * figure.unit)
        if not (0 <= y < len(person.labels) and 0 < x < person.labels.shape[1]):
            continue
        worn = person.labels[y] == BodyLabel.BOTTOM
        for side, ray in (("right", worn[x::-1]), ("left", worn[x:])):
            gaps = np.convolve(~ray, np.ones(bridge), "valid") >= bridge
            found[side].append(int(gaps.argmax()) if gaps.any() else 0)  # type: ignore[index]
    return {side: float(np.median(ends)) for side, ends in found.items() if ends}


def at_axis(edge: Widths, figure: Figure) -> float:
    """The edge near the body's middle."""
    x = float(figure.hip_middle[0])
    part = edge[max(0, int(x - 0.2 * figure.unit)) : int(x + 0.2 * figure.unit) + 1]
    return float(np.median(part)) if part.size else float(figure.hip_middle[1])
