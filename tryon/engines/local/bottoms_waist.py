"""The old bottom's upper edge: where it comes out from under the top, and how far it is seen to the sides."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, PersonAnalysis, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.one_piece import cloth_goes_on
from tryon.engines.local.raster import largest_piece, smoothed_row
from tryon.engines.local.rays import Widths

BELOW_EDGE_UNITS: Final = (0.015, 0.03, 0.045)
"""Depths below the old bottom's upper edge at which its width is measured: farther down are the hips already."""
BEFORE_END_PX: Final = 3
"""What lies so near beyond the waistband's end may lie before it."""
HIDES_ITS_END: Final = (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.CARRIED, BodyLabel.HAIR)
ENDS_UNITS: Final = 0.05
STEEP: Final = 1.0
"""Where the edge falls or rises by more than so much of the way, over this length, the waistband has ended: it goes on
along a sleeve or at the hem of a jacket."""
ABOVE_PX: Final = 3
CURVE_DEGREE: Final = 3
CURVE_POINTS: Final = 12
EVEN_UNITS: Final = 0.06
MOVES_UNITS: Final = 0.06
"""Of what the edge differs from such a curve that is averaged over so much (standard deviation); it moves by no more
than the last."""
STEP_UNITS: Final = 0.07
"""The photo's own step from the top's colour to the bottom's is looked for so far above the edge and below it."""
BESIDE_STEP_UNITS: Final = 0.05
"""Beyond that, so far, the colours on both sides are learnt: of each column with its neighbours within half as far."""
STEP: Final = 28.0
"""8-bit Lab: colours must be so far apart to tell an edge: more than a top's shadow on its own cloth."""
UNCLEAR: Final = 0.2
"""Share of the way between the two colours that the pixels may be off, on average, where one step explains them."""
MIXED_PX: Final = 2
"""So many pixels at an edge mix the colours of both sides."""
CLEAR_SHARE: Final = 0.5
"""Share of the waistband where the step must be clear."""
LOOP_UNITS: Final = 0.03
"""What interrupts the waistband over less than this is a loop or a crease."""


def upper_edge(person: PersonAnalysis, figure: Figure) -> Widths:
    """The row in every column where the old bottom comes out from under the top, or from bare skin."""
    width = person.labels.shape[1]
    columns, rows = _waistband(person.labels, figure)
    if not columns.size:
        return np.full(width, float(figure.at_level(0.9)[1]), np.float32)
    edge = np.interp(np.arange(width), columns, rows).astype(np.float32)
    size = max(3, int(0.04 * figure.unit) | 1)
    return cv2.GaussianBlur(edge.reshape(1, -1), (size, 1), 0).ravel()


def with_fair_waist(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person with the old bottom's upper edge a fair curve: the teeth that a pattern, creases or a mesh put
    there would be those of the new waistband."""
    columns, rows = _waistband(person.labels, figure)
    if len(columns) < CURVE_POINTS:
        return person
    before, rows = rows, rows + step_from_edge(person, columns, rows, figure.unit)
    place = (columns - columns.mean()) / np.ptp(columns)
    curve = np.polyval(np.polyfit(place, rows, CURVE_DEGREE), place)
    known, rest = np.zeros(person.labels.shape[1], np.float32), np.zeros(person.labels.shape[1], np.float32)
    known[columns], rest[columns] = 1.0, rows - curve
    sigma = EVEN_UNITS * figure.unit
    fair = curve + smoothed_row(rest, sigma)[columns] / np.maximum(smoothed_row(known, sigma)[columns], 1e-3)
    # What of the old bottom is left above the new one is seen; that a top ends a little higher is not.
    fair -= np.std(rows - fair)
    labels = person.labels.copy()
    for column, row, step, line in zip(columns, before, rows, np.rint(fair).astype(int), strict=True):
        if abs(line - step) > MOVES_UNITS * figure.unit or line < 0:
            continue
        above = person.labels[max(row - ABOVE_PX, 0), column]
        part = labels[min(row, line) : max(row, line), column]
        part[(part == above) | (part == BodyLabel.BOTTOM)] = BodyLabel.BOTTOM if line < row else above
    return replace(person, labels=labels)


def step_from_edge(
    person: PersonAnalysis, columns: NDArray[np.intp], rows: NDArray[np.intp], unit: float
) -> NDArray[np.intp]:  # fmt: skip
    """Pixels from the old bottom's upper edge, `rows` in `columns`, down to where the photo's own colours change from
    those above to those below; nothing where they are alike or no single step explains what is seen.

    Labels were decided by neighbourhoods, so that a bright seam or shade at the edge could move it by a few pixels.
    """
    reach, beside = round(STEP_UNITS * unit), max(2, round(BESIDE_STEP_UNITS * unit))
    steady = cv2.medianBlur(rows.astype(np.float32).reshape(1, -1), 5).ravel().astype(np.intp)
    offsets = np.arange(-reach - beside, reach + beside)
    at = np.clip(steady + offsets[:, None], 0, len(person.labels) - 1)
    lab = cv2.cvtColor(person.picture[at, columns[None]], cv2.COLOR_RGB2Lab).astype(np.float32)
    calm = cv2.blur(lab, (beside | 1, 1))
    above, below = (np.median(part, axis=0) for part in (calm[:beside], calm[-beside:]))
    apart = np.linalg.norm(below - above, axis=1)
    along, calm = (below - above) / np.maximum(apart, 1.0)[:, None], calm[beside:-beside]
    place = ((calm - above) * along).sum(axis=2)
    share = np.clip(place, 0.0, apart) / np.maximum(apart, 1.0)
    # Whatever of the colour below lies above a cut is off, and of that above what lies below it.
    off = np.vstack([np.zeros_like(share[:1]), np.cumsum(share, axis=0)])
    off = off + np.vstack([np.cumsum((1 - share)[::-1], axis=0)[::-1], np.zeros_like(share[:1])])
    best = off.argmin(axis=0)
    clear = (apart > STEP) & (off.min(axis=0) < UNCLEAR * len(share)) & (best > 0) & (best < len(share))
    # A border of a third colour has two edges: what changes sides must look like what is on that side.
    clear &= _unlike_new_side(calm + along * (share * apart - place)[..., None], reach, best) < STEP / 2
    if clear.mean() < CLEAR_SHARE:
        return np.zeros_like(rows)
    moved = steady + best - reach - rows
    return np.rint(np.interp(columns, columns[clear], moved[clear])).astype(np.intp)


def _unlike_new_side(colours: NDArray[np.float32], old: int, new: NDArray[np.intp]) -> NDArray[np.float32]:
    """(columns,) how far what lies between the rows `old` and `new` is from what lies beyond the row `old`."""
    rows = np.arange(len(colours))[:, None]
    up = new < old
    moved = np.where(up, (rows >= new + MIXED_PX) & (rows < old), (rows >= old) & (rows < new - MIXED_PX))
    beyond = np.where(up, rows >= old, rows < old)
    means = [
        (colours * part[..., None]).sum(axis=0) / np.maximum(part.sum(axis=0), 1)[:, None] for part in (moved, beyond)
    ]
    return np.where(moved.any(axis=0), np.linalg.norm(means[0] - means[1], axis=1), 0.0).astype(np.float32)


def _waistband(labels: LabelMap, figure: Figure) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Columns, and the rows of the old bottom's upper edge in them, from the body's middle to where it turns away to
    either side; none where it is not seen."""
    bottom = largest_piece(labels == BodyLabel.BOTTOM)
    columns = np.flatnonzero(bottom.any(axis=0))
    columns = columns[np.abs(columns - figure.hip_middle[0]) < 1.1 * figure.unit]
    rows = bottom[:, columns].argmax(axis=0)
    above = labels[np.maximum(rows - ABOVE_PX, 0), columns]
    valid = np.isin(above, (BodyLabel.TOP, BodyLabel.MIDRIFF)) & (rows < figure.at_level(1.7)[1])
    if valid.sum() < 5:
        return columns[:0], rows[:0]
    columns, rows = columns[valid], rows[valid]
    step = max(2, round(ENDS_UNITS * figure.unit))
    apart = np.maximum(columns[step:] - columns[:-step], step)
    steep = np.abs(rows[step:] - rows[:-step]) > STEEP * apart
    middle = int(np.searchsorted(columns, figure.hip_middle[0]))
    before, behind = np.flatnonzero(steep[: max(middle - step, 0)]), np.flatnonzero(steep[middle:])
    first = int(before[-1]) + step if before.size else 0
    last = middle + int(behind[0]) + 1 if behind.size else len(columns)
    return (columns[first:last], rows[first:last]) if last - first > 2 * step else (columns, rows)


def cut_through_cloth(person: PersonAnalysis, figure: Figure, edge: Widths) -> bool:
    """Whether the old bottom's upper edge is a line drawn through one cloth, a dress's."""
    y = at_axis(edge, figure)
    rows = np.s_[: round(y + 0.5 * figure.unit)]
    lab = cv2.cvtColor(np.ascontiguousarray(person.picture[rows]), cv2.COLOR_RGB2Lab).astype(np.float32)
    return cloth_goes_on(person.labels[rows], lab, figure, y)


@dataclass(frozen=True, slots=True)
class WaistEnd:
    """One end of the old waistband."""

    half: float
    """Pixels from the body's middle line as far as it is seen."""
    clear: bool
    """Nothing lies before its end: it is seen where it turns away."""


def waist_seen(person: PersonAnalysis, figure: Figure, edge: Widths) -> dict[Side, WaistEnd]:
    """The ends of the old waistband, right below its upper `edge`, which rises to its sides; loops do not end it."""
    level = figure.level_of(np.asarray([figure.hip_middle[0], at_axis(edge, figure)], np.float32))
    height, width = person.labels.shape
    x, bridge = int(figure.at_level(float(level))[0]), max(1, round(LOOP_UNITS * figure.unit))
    if not 0 < x < width - 1:
        return {}
    found: dict[Side, list[WaistEnd]] = {side: [] for side in SIDES}
    for below in BELOW_EDGE_UNITS:
        rows = np.rint(edge + below * figure.unit).astype(int)
        along = np.where(
            (rows >= 0) & (rows < height), person.labels[np.clip(rows, 0, height - 1), np.arange(width)], 0
        )
        for side, ray in (("right", along[x::-1]), ("left", along[x:])):
            gaps = np.convolve(ray != BodyLabel.BOTTOM, np.ones(min(bridge, len(ray))), "valid") >= bridge
            end = int(gaps.argmax()) if gaps.any() else 0
            beyond = ray[end : end + BEFORE_END_PX]
            found[side].append(WaistEnd(end, not np.isin(beyond, HIDES_ITS_END).any()))  # type: ignore[index]
    return {side: sorted(ends, key=lambda end: end.half)[len(ends) // 2] for side, ends in found.items()}


def at_axis(edge: Widths, figure: Figure) -> float:
    """The edge near the body's middle."""
    x = float(figure.hip_middle[0])
    part = edge[max(0, int(x - 0.2 * figure.unit)) : int(x + 0.2 * figure.unit) + 1]
    return float(np.median(part)) if part.size else float(figure.hip_middle[1])
