"""Decides anew, near the edge between two things, which of them a pixel shows: by their own fine colours."""

import itertools
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.raster import picked, pieces_holding

HUE_FINE: Final = 8.0
"""8-bit Lab: hues this near to grey are told apart finely, colourful ones coarsely."""
RARE: Final = 1e-5
"""Likelihood of a colour that was never seen."""
UNLIKELY: Final = 9.0
ALIKE: Final = 1.9
"""Natural logarithms by which a thing's own colours must explain it better than the rival's do: 1.3 at most where
both are of one cloth, in whatever light; 2.5 and more where they are two."""
MARGIN: Final = 0.6
"""Natural logarithms by which another label must be likelier."""
HUE_SLACK: Final = 4
"""Cells of hue, each about one of 8-bit Lab near grey, by which what is seen in a gap may differ from the rest."""
LEAST_SAMPLES: Final = 120
SAMPLES: Final = 30000
"""More pixels of one thing than about so many tell nothing new."""
MEDIAN_PX: Final = 7
"""What was redrawn is evened out by the median over a square of this side."""
Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def redrawn_by_colour(
    labels: LabelMap, lab: Field, area: Mask, taught: Mapping[BodyLabel, Mask], further: Mapping[BodyLabel, Field],
    soft: float, about: BodyLabel = BodyLabel.BOTTOM,
) -> LabelMap:  # fmt: skip
    """Decide anew, in `area`, between the labels that are taught; `further` adds to the cost of a label.

    Nothing changes where the colours of `about` are not known.
    """
    if not area.any():
        return labels
    y, x = np.nonzero(area)
    box = np.s_[y.min() : y.max() + 1, x.min() : x.max() + 1]
    index = colour_cells(lab[box])
    costs: dict[BodyLabel, Field] = {}
    tables: dict[BodyLabel, tuple[NDArray[np.int32], Field]] = {}
    for label, mask in taught.items():
        samples = colour_cells(some_of(lab, mask))
        if label == BodyLabel.SHOES and len(samples):
            # What was taken for shoes may be the trousers over them.
            samples = samples[_cost_of_bins(colour_cells(lab[taught[BodyLabel.BOTTOM]]))[samples] > UNLIKELY]
        if len(samples) < LEAST_SAMPLES:
            continue
        table = _cost_of_bins(samples)
        tables[label] = (samples, table)
        costs[label] = cv2.GaussianBlur(table[index], (0, 0), soft)
        if label in further:
            costs[label] += further[label][box]
    if about not in costs or len(costs) < 2:
        return labels
    names = np.asarray(list(costs), np.uint8)
    stack = np.stack(list(costs.values()))
    own = np.full(stack.shape[1:], np.inf, np.float32)
    for label, cost in costs.items():
        np.copyto(own, cost, where=labels[box] == label)
    best = names[stack.argmin(axis=0)]
    change = area[box] & np.isfinite(own) & (own - stack.min(axis=0) > MARGIN)
    for one, other in itertools.combinations(tables, 2):
        if _look_alike(*tables[one], *tables[other]):
            change &= ~(np.isin(best, (one, other)) & np.isin(labels[box], (one, other)))
    if not change.any():
        return labels
    redrawn = labels.copy()
    redrawn[box] = np.where(change, best, labels[box])
    upper, left = max(int(y.min()) - MEDIAN_PX, 0), max(int(x.min()) - MEDIAN_PX, 0)
    wide = np.s_[upper : y.max() + MEDIAN_PX, left : x.max() + MEDIAN_PX]
    medians = cv2.medianBlur(redrawn[wide], MEDIAN_PX)
    beside = cv2.dilate((redrawn != labels)[wide].astype(np.uint8), np.ones((MEDIAN_PX, MEDIAN_PX), np.uint8)) > 0
    redrawn[wide] = np.where(area[wide] & beside & np.isin(medians, names), medians, redrawn[wide])
    return redrawn


def some_of(lab: Field, mask: Mask) -> Field:
    """(n, 3) the colours of evenly chosen pixels of the mask."""
    at = np.flatnonzero(mask)
    return picked(lab, at[:: max(1, len(at) // SAMPLES)])


def colour_costs(samples: Field) -> Field:
    """(cells,) minus the log likelihood of the colours in each of `colour_cells` among those of the (n, 3) samples."""
    return _cost_of_bins(colour_cells(samples))


class ColourCosts:
    """The colours of one thing, and how unlikely others are among them."""

    def __init__(self, samples: NDArray[np.int32], table: Field | None = None) -> None:
        self.samples = samples
        self.table = _cost_of_bins(samples) if table is None else table

    @classmethod
    def of(cls, lab: Field, mask: Mask) -> "ColourCosts | None":
        """The colours of a part of a picture in 8-bit Lab; None where too little of it is seen."""
        samples = colour_cells(some_of(lab, mask))
        return cls(samples) if len(samples) >= LEAST_SAMPLES else None

    @property
    def variety(self) -> float:
        """Natural logarithm of about how many colours the thing has: their mean cost among themselves."""
        return float(self.table[self.samples].mean())

    def at(self, lab: Field, soft: float) -> Field:
        """(h, w) minus the log likelihood of each pixel, decided with its neighbours so far away."""
        return np.asarray(cv2.GaussianBlur(self.table[colour_cells(lab)], (0, 0), max(soft, 0.3)), np.float32)

    def tolerant(self) -> "ColourCosts":
        """The same thing seen in a little more or less light, or of a slightly different hue beside other things."""
        planes = self.table.reshape(16, 64, 64)
        wide = np.stack([cv2.erode(plane, np.ones((2 * HUE_SLACK + 1,) * 2, np.uint8)) for plane in planes])
        padded = np.pad(wide, ((1, 1), (0, 0), (0, 0)), constant_values=np.inf)
        return ColourCosts(self.samples, np.minimum(np.minimum(padded[:-2], padded[2:]), wide).ravel())

    def looks_like(self, other: "ColourCosts") -> bool:
        return _look_alike(self.samples, self.table, other.samples, other.table)


def same_colours(lab: Field, one: Mask, other: Mask) -> bool:
    """Whether the colours of two regions can't be told apart; False where too little of either is seen."""
    samples = [colour_cells(some_of(lab, mask)) for mask in (one, other)]
    if min(len(found) for found in samples) < LEAST_SAMPLES:
        return False
    costs = [_cost_of_bins(found) for found in samples]
    return _look_alike(samples[0], costs[0], samples[1], costs[1])


def _look_alike(own: NDArray[np.int32], own_cost: Field, other: NDArray[np.int32], other_cost: Field) -> bool:
    """Two things of one colour can't be told apart by it: white shoes under white shorts."""
    apart = float(np.mean(other_cost[own] - own_cost[own])), float(np.mean(own_cost[other] - other_cost[other]))
    return min(apart) < ALIKE


def hanging_on(redrawn: LabelMap, labels: LabelMap, name: BodyLabel) -> LabelMap:
    """Without the new pieces that do not hang on what was `name` before: a bag, a worn spot, a print."""
    named = redrawn == name
    return np.where(named & ~pieces_holding(named, labels == name), labels, redrawn)


def near_edge(bottom: Mask, others: Mask, reach: float) -> Mask:
    """Pixels of either within `reach` of the edge between them."""
    if not (bottom.any() and others.any()):
        return np.zeros(bottom.shape, bool)
    grown = cv2.dilate(bottom.astype(np.uint8), np.ones((3, 3), np.uint8))
    edge = grown & cv2.dilate(others.astype(np.uint8), np.ones((3, 3), np.uint8))
    if not edge.any():
        return np.zeros(bottom.shape, bool)
    away = cv2.distanceTransform(1 - edge, cv2.DIST_L2, 3)
    return np.asarray((away <= max(reach, 3.0)) & (bottom | others))


def colour_cells(lab: Field) -> NDArray[np.int32]:
    """The colour cell of every pixel: coarse in lightness, fine in hue."""
    light = np.clip(lab[..., 0] / 16, 0, 15).astype(np.int32)
    hue = np.arcsinh((lab[..., 1:] - 128) / HUE_FINE) * HUE_FINE * 1.25 + 32
    cells = np.clip(hue, 0, 63).astype(np.int32)
    return (light * 64 + cells[..., 0]) * 64 + cells[..., 1]


def _cost_of_bins(samples: NDArray[np.int32]) -> Field:
    """(cells,) minus the log likelihood of each colour cell, told by samples."""
    counts = np.bincount(samples.ravel(), minlength=16 * 64 * 64).reshape(16, 64, 64).astype(np.float32)
    flat = cv2.GaussianBlur(np.ascontiguousarray(counts.transpose(1, 2, 0)), (0, 0), 0.9)
    spread = 0.6 * flat + 0.2 * np.roll(flat, 1, axis=2) + 0.2 * np.roll(flat, -1, axis=2)
    likely = spread.transpose(2, 0, 1).ravel() / max(float(counts.sum()), 1.0)
    return -np.log(likely + RARE).astype(np.float32)
