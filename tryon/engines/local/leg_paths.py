"""The middle lines of the legs, moved from the joints' lines to the middle of the legs that are seen.

The joints of legs that stand close, cross or turn are often found several centimetres beside them. Where the two legs
show apart, or bare and touching, their own outlines tell better.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Points, Side
from tryon.engines.local.raster import among, smoothed_row
from tryon.engines.local.rays import Widths

LIMB: Final = (BodyLabel.LEG, BodyLabel.BOTTOM)
REACH: Final = 0.22
"""Leg lengths beside the joints' lines in which a leg is looked for."""
WIDTHS: Final = (0.035, 0.30)
"""Leg lengths: what is narrower is no leg, what is wider not one alone."""
TWO_WIDE: Final = 3.0
"""Bare legs that touch are at least so many times as wide together as half of one is believed to be."""
TOUCHING: Final = 0.75
"""What was two legs in the row above is one of them alone, if less than this of their width is left."""
MOST_ASIDE: Final = 0.10
"""Leg lengths that a middle line is moved at most."""
TOLD_STATIONS: Final = (0.25, 1.03)
"""Above them cloth and below them shoes confuse the outline."""
CLOTH_ENDS: Final = 0.95
"""Below this station only bare ankles tell: cloth lies on shoes."""
BESIDE_PX: Final = 3
"""A row in which a shoe is so near to a leg tells nothing about its middle."""
ALIKE: Final = 1.6
"""Two legs side by side differ less in width."""
LEAST_STATIONS: Final = 4
EVEN_STATIONS: Final = 2.0
"""Standard deviation, in stations, that evens out what single rows tell."""


def centred_paths(
    labels: LabelMap, paths: Mapping[Side, Points], stations: Widths, half: Widths, size: float
) -> dict[Side, Points]:
    """The (n, 2) middle lines of both legs at `stations`, moved sideways to where the legs are seen.

    `half` is the believed half width of a bare leg at each station, `size` the length of a leg, both in pixels.
    """
    lines = paths["right"], paths["left"]
    told = {BodyLabel.LEG: _nothing(stations), BodyLabel.BOTTOM: _nothing(stations)}
    both = 0
    for k in np.flatnonzero((stations >= TOLD_STATIONS[0]) & (stations <= TOLD_STATIONS[1])):
        y = int((lines[0][k, 1] + lines[1][k, 1]) / 2)
        xs = lines[0][k, 0], lines[1][k, 0]
        if not 0 <= y < len(labels) or xs[0] > xs[1]:
            continue
        first = max(0, int(xs[0] - REACH * size))
        row = labels[y, first : int(xs[1] + REACH * size)]
        runs = [run for run in _runs(among(row, LIMB)) if run[1] - run[0] > WIDTHS[0] * size]
        if any((row[max(0, start - BESIDE_PX) : end + BESIDE_PX] == BodyLabel.SHOES).any() for start, end in runs):
            continue
        bare = all((row[start:end] == BodyLabel.LEG).all() for start, end in runs)
        if not bare and stations[k] > CLOTH_ENDS:
            continue
        least = max(TOUCHING * both, TWO_WIDE * float(half[k])) if both or bare else np.inf
        middles, both = _middles(runs, least, WIDTHS[1] * size, both)
        told[BodyLabel.LEG if bare else BodyLabel.BOTTOM][k] = np.asarray(middles, np.float32) + first
    # Cloth that stands off a leg tells less about its middle than the leg itself.
    seen = leg = told[BodyLabel.LEG]
    if np.isfinite(leg).sum() < 2 * LEAST_STATIONS:
        seen = np.where(np.isfinite(leg), leg, told[BodyLabel.BOTTOM])
    aside = [_moved(seen[:, i] - line[:, 0], stations, MOST_ASIDE * size) for i, line in enumerate(lines)]
    return {
        side: (line + np.outer(away, [1.0, 0.0])).astype(np.float32)
        for side, line, away in zip(SIDES, lines, aside, strict=True)
    }


def _middles(runs: list[tuple[int, int]], least: float, most: float, both: int) -> tuple[tuple[float, float], int]:
    """The middles of two legs in a row with these (start, end), NaN where they can't be told, and the width of both
    where they show apart, else as it was.

    Touching legs are together at least, and one of them at most, so many pixels wide.
    """
    widths = [end - start for start, end in runs]
    if len(runs) == 2 and max(widths) < min(ALIKE * min(widths), most):
        return (sum(runs[0]) / 2, sum(runs[1]) / 2), sum(widths)
    if len(runs) == 1 and least < widths[0] < 2 * most:
        start, end = runs[0]
        return ((3 * start + end) / 4, (start + 3 * end) / 4), both
    return (np.nan, np.nan), both


def _nothing(stations: Widths) -> Widths:
    return np.full((len(stations), 2), np.nan, np.float32)


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(start, end) of what is True in a row."""
    steps = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(steps[::2], steps[1::2], strict=True)]


def _moved(away: Widths, stations: Widths, most: float) -> Widths:
    """Pixels to move a line at every station: as told where known, from nothing at the hip, and on below."""
    known = np.isfinite(away)
    if known.sum() < LEAST_STATIONS:
        return np.zeros_like(away)
    spots, values = np.concatenate([[0.0], stations[known]]), np.concatenate([[0.0], away[known]])
    return np.clip(smoothed_row(np.interp(stations, spots, values), EVEN_STATIONS), -most, most).astype(np.float32)
