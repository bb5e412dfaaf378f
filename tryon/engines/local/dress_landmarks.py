"""The named points of dresses, jumpsuits and playsuits: those of a top down to the waist, of a bottom from there on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.bottoms_landmarks import gap_between_legs, read_below_waist
from tryon.engines.local.garment_landmarks import UpperLandmarks, read_upper_landmarks
from tryon.engines.local.ground import Mask
from tryon.engines.local.outline import middle_of, read_outline
from tryon.engines.local.raster import largest_piece

Spots = Mapping[str, tuple[float, float]]

TRUNK_ROWS: Final = (0.2, 0.6)
"""Shares of the height between which the trunk is somewhere as narrow as the body in it."""
LIKE_A_TOP: Final = 1.6
"""In narrowest widths: cut off so far below its upper edge, a dress looks like a top and is read as one."""
SLEEVES_END: Final = 2.2
"""The same for a dress whose sleeves hang lower."""
BELOW_ARMPIT: Final = 0.47
BELOW_NECK: Final = 0.92
"""Chest widths from armpit and from neck down to the natural waist, of dresses laid flat."""
STRAP_SLACK: Final = 0.12
"""Chest widths by which the neck may move the waist from where the armpits have it: straps are of any length."""
WAIST_REACH: Final = 0.25
"""Chest widths around the usual waist in which the narrowest place is looked for."""
STANDS_OUT: Final = 1.05
"""From cuff to cuff, sleeves measure at least so many times the trunk's width."""
LEAST_CHEST: Final = 0.88
TRUNK_BEGINS: Final = 0.94
"""Of the waist's width: the least width of a chest, and where below straps and halters it begins."""
LOWEST_CROTCH: Final = 1.0
"""Chest widths from the waist down to the lowest crotch of a jumpsuit; slits begin lower."""
UNUSUAL: Final = 0.06
"""What the farthest place costs, in chest widths of narrowness."""


def read_dress_landmarks(picture: Picture, mask: Mask) -> UpperLandmarks:
    """The landmarks of a dress, in pixels of the mask: points of a top, with `waist_left`, `waist_right` and
    `waist_middle` at the natural waist, and below it the points of a skirt or of trousers."""
    end = _end_of_upper(mask)
    upper = read_upper_landmarks(picture[:end], mask[:end])
    if upper.sleeves and not _stand_out(upper.points, mask[:end]):
        upper = read_upper_landmarks(picture[:end], mask[:end], sleeveless=True)
    trunk = mask & ~_sleeves(upper, mask.shape)
    points = {name: spot for name, spot in upper.points.items() if not name.startswith(("hem", "waist"))}
    if not upper.sleeves:
        points |= _armpits_on_trunk(trunk, points)
    waist = _waist(trunk, points)
    first, last = _span(trunk, waist)
    chest = max(points["armpit_left"][0] - points["armpit_right"][0], float(last - first))
    below = read_below_waist(_without_slits(largest_piece(trunk[waist:]), LOWEST_CROTCH * chest))
    points |= {name: (x, y + waist) for name, (x, y) in below.points.items() if not name.startswith("waist")}
    points |= {
        "waist_right": (float(first), float(waist)),
        "waist_left": (float(last), float(waist)),
        "waist_middle": ((first + last) / 2, float(waist)),
    }
    return replace(upper, points=points, is_open=False)


def _end_of_upper(mask: Mask) -> int:
    """The row above which a dress looks like a top."""
    rows = np.flatnonzero(mask.any(axis=1))
    top, height = int(rows[0]), len(rows)
    middle = round(middle_of(mask))
    trunk = rows[int(TRUNK_ROWS[0] * height) : int(TRUNK_ROWS[1] * height) + 1]
    # In a deep neckline the middle is empty.
    widths = [width for width in (run_at(mask[y], middle) for y in trunk) if width]
    narrowest = float(np.percentile(widths, 10)) if widths else float(mask.shape[1])
    end = top + LIKE_A_TOP * narrowest
    # Sleeves that hang beside the trunk are not cut through.
    while end < top + SLEEVES_END * narrowest and end < rows[-1]:
        row = mask[int(end)]
        if row.sum() - run_at(row, middle) < 0.1 * narrowest:
            break
        end += 0.05 * narrowest
    return int(min(end, rows[-1])) + 1


def run_at(row: NDArray[np.bool_], column: int) -> int:
    """Length of the row's run of True that holds a column; 0 where there is none."""
    if not row[column]:
        return 0
    gaps = np.flatnonzero(~row)
    after = np.searchsorted(gaps, column)
    first = gaps[after - 1] + 1 if after else 0
    last = gaps[after] if after < len(gaps) else len(row)
    return int(last - first)


def _stand_out(points: Spots, mask: Mask) -> bool:
    """Whether the sleeves reach farther out than the trunk under them does: flowers and ruffles do not."""
    lowest = max(points[f"cuff_{edge}_{side}"][1] for edge in ("outer", "inner") for side in ("left", "right"))
    below = mask[min(int(lowest) + 1, len(mask) - 1) :]
    trunk = max(int(row.sum()) for row in below)
    reach = points["cuff_outer_left"][0] - points["cuff_outer_right"][0]
    return bool(reach > STANDS_OUT * trunk)


def _sleeves(upper: UpperLandmarks, shape: tuple[int, ...]) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    for polygon in upper.sleeves.values():
        cv2.fillPoly(canvas, [np.rint(polygon).astype(np.int32)], 1)
    return cv2.dilate(canvas, np.ones((3, 3), np.uint8)) > 0


def _armpits_on_trunk(trunk: Mask, points: Spots) -> Spots:
    """Without sleeves the armpits are where the trunk begins: what is much narrower are straps and halters."""
    waist = _waist(trunk, points)
    wide = float(np.ptp(_span(trunk, waist)))
    if points["armpit_left"][0] - points["armpit_right"][0] > LEAST_CHEST * wide:
        return {}
    row = next((y for y in range(waist) if trunk[y].any() and np.ptp(_span(trunk, y)) > TRUNK_BEGINS * wide), waist)
    first, last = _span(trunk, row)
    return {"armpit_right": (float(first), float(row)), "armpit_left": (float(last), float(row))}


def _waist(trunk: Mask, points: Spots) -> int:
    """The row of the natural waist: the narrowest one about where waists are."""
    at = {name: np.asarray(spot) for name, spot in points.items()}
    chest = max(float(at["armpit_left"][0] - at["armpit_right"][0]), 8.0)
    by_armpit = float(at["armpit_left"][1] + at["armpit_right"][1]) / 2 + BELOW_ARMPIT * chest
    by_neck = float(at["neck_left"][1] + at["neck_right"][1]) / 2 + BELOW_NECK * chest
    usual = (by_armpit + np.clip(by_neck, by_armpit - STRAP_SLACK * chest, by_armpit + STRAP_SLACK * chest)) / 2
    filled = np.flatnonzero(trunk.any(axis=1))
    rows = np.arange(round(usual - WAIST_REACH * chest), round(usual + WAIST_REACH * chest) + 1)
    rows = rows[(rows >= filled[0]) & (rows < filled[-1] - 0.1 * chest)]
    if not len(rows):
        return int(np.clip(usual, filled[0], filled[-1] - 1))
    widths = np.asarray([np.ptp(_span(trunk, y)) for y in rows], np.float32)
    smooth = cv2.GaussianBlur(widths.reshape(1, -1), (0, 0), max(0.02 * chest, 0.5), borderType=cv2.BORDER_REPLICATE)
    cost = smooth.ravel() / chest + UNUSUAL * ((rows - usual) / (WAIST_REACH * chest)) ** 2
    return int(rows[int(cost.argmin())])


def _without_slits(below: Mask, lowest: float) -> Mask:
    """A skirt's slit begins lower than `lowest` rows below the waist, where no crotch can be: it is filled."""
    gap = gap_between_legs(below, read_outline(below))
    if gap is None or gap[1] < lowest:
        return below
    inside = (np.cumsum(below, axis=1) > 0) & (np.cumsum(below[:, ::-1], axis=1)[:, ::-1] > 0)
    return np.asarray(inside)


def _span(mask: Mask, row: int) -> tuple[int, int]:
    """First and last column of the mask in a row."""
    columns = np.flatnonzero(mask[row])
    return (int(columns[0]), int(columns[-1])) if len(columns) else (0, mask.shape[1] - 1)
