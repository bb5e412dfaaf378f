"""The ribs of trousers, shorts and skirts: a seat as a grid, and two legs as ruled surfaces, read in the product."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, GarmentAnalysis, GarmentPart, Opacity, Points, Side
from tryon.engines.local.pattern import SLEEVE_PART

SEAT_ROWS: Final = 7
SKIRT_ROWS: Final = 12
LEG_ROWS: Final = 14
CROTCH_DENSITY: Final = 1.7
"""Power that packs a leg's ribs towards the crotch, where its inner edge turns most."""
COLUMNS: Final = 5
"""Points across the seat: both edges, the axis, and half way between."""

FRONT_DIP: Final = 0.09
"""Of waist to crotch: how much deeper the front's waist edge lies than the back's."""
EDGE_MEDIAN: Final = 0.02
"""Of the height: frays and chains shorter than this do not move the outline."""

GAP_MARGIN: Final = 0.006
"""Of the width: frays that stand out into the gap between two legs up to so far belong to them."""

ROUNDED_HEM: Final = 0.12
"""Of the height: a skirt's hem is rounded off at its sides so far up at most."""


@dataclass(frozen=True, slots=True)
class Ribs:
    """Corresponding points of a garment, in the product's picture or in the photo."""

    seat: Points
    """(rows, COLUMNS, 2) from the waist down to the crotch, of skirts to the hem; from the wearer's right to left."""
    legs: Mapping[Side, Points]
    """(LEG_ROWS, 3, 2) outer edge, middle, inner edge, from the crotch to the hem; none of a skirt."""

    @property
    def crotch(self) -> Points:
        return self.seat[-1, COLUMNS // 2]


@dataclass(frozen=True, slots=True)
class BottomPattern:
    ribs: Ribs
    rise: float
    """Waist to crotch, of skirts waist to hem; pixels of the product's picture."""
    inseam: float
    """Crotch to hem; 0 of skirts."""
    hip_width: float

    @property
    def is_skirt(self) -> bool:
        return not self.ribs.legs


def read_bottom_pattern(garment: GarmentAnalysis) -> BottomPattern:
    """Read the ribs from the cut-out between the named points."""
    edges = _edges(garment)
    waist = _waist_row(garment)
    if "crotch" not in garment.points:
        return _skirt_pattern(garment, waist, edges)
    crotch = np.asarray(garment.points["crotch"], np.float32)
    seat = _seat(waist, np.full(COLUMNS, crotch[1], np.float32), float(crotch[0]), edges, SEAT_ROWS)
    legs = {side: _leg(garment, side, crotch) for side in SIDES}
    lengths = [float(leg[-1, 1, 1] - crotch[1]) for leg in legs.values()]
    width = float(seat[SEAT_ROWS // 2, -1, 0] - seat[SEAT_ROWS // 2, 0, 0])
    return BottomPattern(Ribs(seat, legs), float(crotch[1] - waist[2, 1]), float(np.mean(lengths)), width)


def with_leg_parts(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The same product with its legs labelled as limbs, as sleeves are: what lies below the crotch, left and right; and
    with nothing left of the ground between them, of which shade in the narrow gap is easily taken for cloth."""
    if "crotch" not in garment.points:
        return garment
    garment = replace(garment, opacity=garment.opacity * (1 - _gap(garment)))
    height, width = garment.parts.shape
    rows, columns = np.arange(height)[:, None], np.arange(width)[None]
    below = (garment.parts == GarmentPart.TORSO) & (rows >= garment.points["crotch"][1])
    right = columns < _between_legs(garment, rows)
    parts = garment.parts.copy()
    parts[below & right] = SLEEVE_PART["right"]
    parts[below & ~right] = SLEEVE_PART["left"]
    return replace(garment, parts=parts)


def _gap(garment: GarmentAnalysis) -> Opacity:
    """1 between the legs, well clear of both inner edges."""
    crotch = np.asarray(garment.points["crotch"], np.float32)
    right, left = (_leg(garment, side, crotch)[:, 2] for side in SIDES)
    rows = np.arange(garment.parts.shape[0])
    margin = GAP_MARGIN * garment.parts.shape[1]
    first, last = (
        np.interp(rows, edge[:, 1], edge[:, 0] + sign * margin, left=np.nan, right=np.nan)
        for edge, sign in ((right, 1.0), (left, -1.0))
    )
    columns = np.arange(garment.parts.shape[1])[None]
    return ((columns > first[:, None]) & (columns < last[:, None])).astype(np.float32)


def _between_legs(garment: GarmentAnalysis, rows: NDArray[np.integer]) -> NDArray[np.float32]:
    """x of the line that parts the legs, from the crotch to the middle between the hems, at the given rows."""
    crotch = garment.points["crotch"]
    hems = np.mean([garment.points[f"hem_inner_{side}"] for side in SIDES], axis=0)
    return np.interp(rows, [crotch[1], max(hems[1], crotch[1] + 1)], [crotch[0], hems[0]]).astype(np.float32)


def _edges(garment: GarmentAnalysis) -> NDArray[np.float32]:
    """(height, 2) first and last column of the garment in each row, frays smoothed away."""
    return _row_edges(garment.opacity > 0.5)


def _row_edges(solid: NDArray[np.bool_]) -> NDArray[np.float32]:
    filled = solid.any(axis=1)
    rows = np.arange(len(solid))
    first = solid.argmax(axis=1)
    last = solid.shape[1] - 1 - solid[:, ::-1].argmax(axis=1)
    if filled.sum() < 3:
        return np.stack([first, last], axis=1).astype(np.float32)
    edges = np.stack([np.interp(rows, rows[filled], edge[filled]) for edge in (first, last)], axis=1)
    reach = max(1, round(EDGE_MEDIAN * len(solid) / 2))
    padded = np.pad(edges, ((reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    smooth = np.median(windows, axis=-1).astype(np.float32)
    return cv2.GaussianBlur(smooth, (1, 0), sigmaX=0.01, sigmaY=max(1.0, reach / 2))


def _waist_row(garment: GarmentAnalysis) -> Points:
    """(COLUMNS, 2) along the upper edge."""
    steps = np.linspace(0, len(garment.neckline) - 1, COLUMNS).round().astype(int)
    row = garment.neckline[steps].astype(np.float32).copy()
    row[0], row[-1] = garment.points["waist_right"], garment.points["waist_left"]
    row[COLUMNS // 2] = garment.points["waist_middle"]
    return row


def _seat(waist: Points, ends: NDArray[np.float32], axis_end: float, edges: NDArray[np.float32], rows: int) -> Points:
    """(rows, COLUMNS, 2) from the waist to the heights `ends`, one for each column."""
    grid = np.empty((rows, COLUMNS, 2), np.float32)
    for i, share in enumerate(np.linspace(0.0, 1.0, rows)):
        y = waist[:, 1] + (ends - waist[:, 1]) * share
        at = np.clip(np.rint(y).astype(int), 0, len(edges) - 1)
        outer = (edges[at[0], 0], edges[at[-1], 1])
        middle = waist[COLUMNS // 2, 0] + (axis_end - waist[COLUMNS // 2, 0]) * share
        x = [outer[0], (outer[0] + middle) / 2, middle, (middle + outer[1]) / 2, outer[1]]
        grid[i] = np.stack([x, y], axis=1)
    grid[0] = waist
    return grid


def with_front_edge(ribs: Ribs) -> Ribs:
    """The same ribs from the front's own waist edge: laid flat, the inside of the back shows above it; worn, the body
    is there."""
    seat = ribs.seat.copy()
    dip = np.asarray([0.15, 0.8, 1.0, 0.8, 0.15], np.float32) * np.float32(FRONT_DIP * (seat[-1, 2, 1] - seat[0, 2, 1]))
    seat[0, :, 1] += dip
    return Ribs(seat, ribs.legs)


def leg_shares() -> NDArray[np.float32]:
    """(LEG_ROWS,) where on the way from crotch to hem the ribs lie."""
    return (np.linspace(0.0, 1.0, LEG_ROWS) ** CROTCH_DENSITY).astype(np.float32)


def _leg(garment: GarmentAnalysis, side: Side, crotch: Points) -> Points:
    solid = garment.opacity > 0.5
    rows = np.arange(solid.shape[0])
    right = np.arange(solid.shape[1])[None] < _between_legs(garment, rows)[:, None]
    edges = _row_edges(solid & (right if side == "right" else ~right))
    outer_edge, inner_edge = (edges[:, 0], edges[:, 1]) if side == "right" else (edges[:, 1], edges[:, 0])
    ends = [np.asarray(garment.points[f"hem_{place}_{side}"], np.float32) for place in ("outer", "inner")]
    share = leg_shares()
    lines = []
    for end, edge in zip(ends, (outer_edge, inner_edge), strict=True):
        y = crotch[1] + (end[1] - crotch[1]) * share
        # The last rows of a frayed or rounded hem would draw the edge inwards.
        x = np.interp(np.minimum(y, crotch[1] + (end[1] - crotch[1]) * 0.97), rows, edge)
        lines.append(np.stack([x, y], axis=1))
    outer, inner = lines
    inner[0] = crotch
    return np.stack([outer, (outer + inner) / 2, inner], axis=1).astype(np.float32)


def _without_rounded_hem(edges: NDArray[np.float32], hem: int) -> NDArray[np.float32]:
    """The (height, 2) edges of a skirt going straight down where a hem that hangs lower in its middle rounds them off:
    a rib through its corners, laid as wide as the skirt is, would bend them outwards."""
    straight = edges.copy()
    last = np.s_[max(0, hem - round(ROUNDED_HEM * len(edges))) :]
    straight[last, 0] = np.minimum.accumulate(edges[last, 0])
    straight[last, 1] = np.maximum.accumulate(edges[last, 1])
    return straight


def _skirt_pattern(garment: GarmentAnalysis, waist: Points, edges: NDArray[np.float32]) -> BottomPattern:
    hems = [garment.points[f"hem_{place}"] for place in ("right", "middle", "left")]
    ends = np.interp(np.linspace(0, 2, COLUMNS), [0, 1, 2], [hem[1] for hem in hems]).astype(np.float32)
    grid = _seat(waist, ends, hems[1][0], _without_rounded_hem(edges, int(ends.max())), SKIRT_ROWS)
    width = float(garment.points["hip_left"][0] - garment.points["hip_right"][0])
    return BottomPattern(Ribs(grid, {}), float(hems[1][1] - waist[2, 1]), 0.0, width)
