"""From the cut-out of a hat to a GarmentAnalysis: where crown, brim and front edge are."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.cutout import CutOut
from tryon.engines.local.ground import Mask

Floats = NDArray[np.float32]
HatKind = Literal["beanie", "cap", "brimmed", "band"]

BAND_HEIGHT: Final = 0.55
"""Height over width: a strip lower than this that is broad up to its top goes around the head and leaves it bare."""
BROAD_TOP: Final = 0.75
"""Of the largest width, a little below the upper edge."""
CROWN_FROM: Final = 0.38
"""Of the height: above, every crown widens; below, one that widens again has a brim."""
STEP: Final = 0.04
WIDENS: Final = 0.045
"""A brim begins where the width grows by more than the second share within the first share of the height."""
BRIM: Final = 1.15
"""A brim is at least so much wider than the crown."""
TIP_AT: Final = 0.96
NARROW_TIP: Final = 0.87
"""Of the height; there the lower edge of a beanie is nearly as broad as its crown, and a visor is not."""
LEAST_FILLED: Final = 0.45
"""Of the box around it: less is no hat seen from the front."""
AS_WIDE: Final = 0.995
"""Of the widest row: a pixel more or less says nothing."""
MOST_GAPS: Final = 0.2
"""Of the rows."""
TALLEST: Final = 1.9
"""Height over width."""


def read_hat(cut: CutOut) -> GarmentAnalysis:
    """Raises GarmentNotFound where this is no hat seen from the front."""
    mask = cut.opacity > 0.5
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    tall, wide = len(rows), len(columns)
    if cut.frame_cuts:
        raise GarmentNotFound(reason="cut_by_the_frame")
    if tall > TALLEST * wide or mask.sum() < LEAST_FILLED * tall * wide or _is_open(mask):
        raise GarmentNotFound(reason="not_a_hat_from_the_front")
    return GarmentAnalysis(
        picture=cut.picture,
        opacity=cut.opacity,
        parts=np.where(cut.opacity > 0, GarmentPart.TORSO, GarmentPart.OUTSIDE).astype(np.uint8),
        category="headwear",
        sleeve="none",
        points=_points(mask, int(rows[0]), int(rows[-1])),
        neckline=np.empty((0, 2), np.float32),
        quality=cut.quality,
    )


def _is_open(mask: Mask) -> bool:
    """Whether many rows show gaps, as between sleeves and a body."""
    rows = mask[mask.any(axis=1)]
    edges = np.abs(np.diff(rows.astype(np.int8), axis=1)).sum(axis=1)
    return float((edges > 2).mean()) > MOST_GAPS


def kind_of(hat: GarmentAnalysis) -> HatKind:
    if "top_left" in hat.points:
        return "band"
    if "brim_left" in hat.points:
        return "brimmed"
    return "cap" if "visor" in hat.points else "beanie"


def _points(mask: Mask, top: int, bottom: int) -> dict[str, tuple[float, float]]:
    """crown_left and crown_right, where the hat is as wide as the head; top and front, highest and lowest in the
    middle; and, by which its kind is known, brim_left and brim_right, visor, or the upper corners of a band."""
    spans = np.array([_span(row) for row in mask[top : bottom + 1]], np.float32)
    widths = spans[:, 1] - spans[:, 0]
    tall, widest = len(widths), float(widths.max())
    if tall < BAND_HEIGHT * widest and widths[round(0.2 * tall)] > BROAD_TOP * widest:
        base = _first_widest(widths)
        corners = spans[round(0.2 * tall)]
        return _named(mask, top, spans, base) | {
            "top_right": (float(corners[0]), float(top)),
            "top_left": (float(corners[1]), float(top)),
        }
    brim = _brim_begins(widths)
    if brim is not None and widest > BRIM * widths[brim]:
        broadest = spans[int(np.argmax(widths))]
        level = float(top + int(np.argmax(widths)))
        return _named(mask, top, spans, brim) | {
            "brim_right": (float(broadest[0]), level),
            "brim_left": (float(broadest[1]), level),
        }
    base = _first_widest(widths)
    named = _named(mask, top, spans, base)
    if widths[round(TIP_AT * (tall - 1))] < NARROW_TIP * widest:
        named["visor"] = named["front"]
    return named


def _named(mask: Mask, top: int, spans: Floats, base: int) -> dict[str, tuple[float, float]]:
    right, left = (float(value) for value in spans[base])
    middle = (left + right) / 2
    column = np.flatnonzero(mask[:, round(middle)])
    return {
        "crown_right": (right, float(top + base)),
        "crown_left": (left, float(top + base)),
        "top": (middle, float(column[0] if len(column) else top)),
        "front": (middle, float(column[-1] if len(column) else top + len(spans) - 1)),
    }


def _first_widest(widths: Floats) -> int:
    """The highest row in which the hat is as wide as anywhere: a straight edge is so in many rows."""
    return int(np.argmax(widths >= AS_WIDE * widths.max()))


def _brim_begins(widths: Floats) -> int | None:
    """The row, from the top, below which the outline spreads into a brim."""
    reach = max(1, round(STEP * len(widths)))
    for row in range(round(CROWN_FROM * len(widths)), len(widths) - reach):
        if widths[row + reach] > (1 + WIDENS) * widths[row]:
            return row
    return None


def _span(row: Mask) -> tuple[int, int]:
    """First and last column of the longest run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
    if not len(edges):
        return 0, 0
    starts, ends = edges[::2], edges[1::2] - 1
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])
