"""Guesses from a product's silhouette what kind of product it is, for folders whose names do not tell.

Outerwear is not told from tops: a silhouette does not show what is worn over what. Hats are not told at all.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category
from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.bottoms_landmarks import gap_between_legs
from tryon.engines.local.cutout import cut_out
from tryon.engines.local.dress_landmarks import run_at
from tryon.engines.local.eyewear_landmarks import analyse_glasses
from tryon.engines.local.footwear_landmarks import analyse_shoes
from tryon.engines.local.ground import Mask
from tryon.engines.local.outline import Outline, read_outline

READING_SIDE_PX: Final = 512
STRAIGHT_TOP: Final = 0.74
"""A waistband is at least so wide as the garment a tenth of its height below; a neckline or a collar is narrower."""
UNBROKEN: Final = 0.97
"""Share of its own span that a waistband fills; straps and ruffles leave gaps."""
SLEEVE_ENDS: Final = 0.8
"""Where sleeves end, a silhouette narrows to less than this share within a few rows; trousers and skirts do not."""
CROTCH: Final = (0.35, 0.87)
"""Of the height: a gap that begins higher is an open front, one that begins lower a shirt's rounded hem."""
LEGS_SHARE: Final = 0.65
"""Legs are together at least so wide as what is just above the crotch; two sleeves below a hem are not."""
BESIDE_CROTCH: Final = 0.04
"""Of the height: so far above and below the crotch the two are compared."""
LONG_FOR_TRUNK: Final = 2.8
"""Lengths in narrowest trunk widths from which on an upper garment is a dress. Tops measured 1.0 to 2.7, dresses 2.9
to 5.4."""
HEM_ROWS: Final = 0.85
"""Share of the height below which a hem's own curve narrows the silhouette."""
TRUNK_ROWS: Final = (0.30, 0.65)
"""Shares of the height between which the trunk's width is read."""


WIDE: Final = 1.8
"""Width over height from which on a silhouette may be glasses; garments laid flat measured up to 1.5."""


def guess_category(picture: Picture, opacity: Opacity | None = None) -> Category | None:
    """Tops, bottoms, dresses, glasses or a pair of shoes; None where no single product lies on a plain ground."""
    try:
        cut = cut_out(picture, opacity)
    except GarmentNotFound as refusal:
        return "footwear" if refusal.reason == "several_garments" and _is_pair_of_shoes(picture, opacity) else None
    height, width = cut.opacity.shape
    if width > WIDE * height and _is_pair_of_glasses(picture, opacity):
        return "eyewear"
    scale = min(1.0, READING_SIDE_PX / max(cut.opacity.shape))
    return _by_silhouette(cv2.resize(cut.opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 0.5)


def _is_pair_of_shoes(picture: Picture, opacity: Opacity | None) -> bool:
    """Two things that are each other's mirror image, and stand like shoes seen from the front."""
    try:
        return "toe_left" in analyse_shoes(picture, opacity).points
    except GarmentNotFound:
        return False


def _is_pair_of_glasses(picture: Picture, opacity: Opacity | None) -> bool:
    """Two lenses and a bridge."""
    try:
        analyse_glasses(picture, opacity)
    except GarmentNotFound:
        return False
    return True


def _by_silhouette(mask: Mask) -> Category:
    rows = np.flatnonzero(mask.any(axis=1))
    spans = np.asarray([np.ptp(np.flatnonzero(mask[y])) + 1 for y in rows], np.float32)
    outline = read_outline(mask)
    gap = gap_between_legs(mask, outline)
    if _has_waistband(mask[rows], spans) and (gap is not None or not _has_sleeves(spans)):
        return "bottoms"
    if gap is not None and _parts_legs(mask, gap[1], outline):
        return "dresses"
    length = outline.bottom - float(rows[0])
    return "dresses" if length > LONG_FOR_TRUNK * _trunk_width(mask, rows, outline.middle) else "tops"


def _parts_legs(mask: Mask, crotch: float, outline: Outline) -> bool:
    """Whether a gap from this row down parts legs. Sleeves that hang below a hem leave one too, and so does an open
    front."""
    around = round(BESIDE_CROTCH * outline.height)
    above, below = (int(mask[min(int(crotch) + step, len(mask) - 1)].sum()) for step in (-around, around))
    return CROTCH[0] < (crotch - outline.top) / outline.height < CROTCH[1] and below > LEGS_SHARE * above


def _has_waistband(rows: Mask, spans: NDArray[np.float32]) -> bool:
    """A straight, unbroken upper edge nearly as wide as what hangs from it."""
    first, tenth = max(len(spans) // 50, 1), len(spans) // 10
    upper = slice(first, 2 * first + 1)
    filled = float(np.median(rows[upper].sum(axis=1) / spans[upper]))
    return bool(np.median(spans[:first]) > STRAIGHT_TOP * spans[tenth] and filled > UNBROKEN)


def _has_sleeves(spans: NDArray[np.float32]) -> bool:
    step = max(len(spans) // 25, 1)
    spans = spans[: int(HEM_ROWS * len(spans))]
    above, below = spans[:-step], spans[step:]
    return bool((below < SLEEVE_ENDS * above).any())


def _trunk_width(mask: Mask, rows: NDArray[np.integer], middle: float) -> float:
    first, last = (int(share * len(rows)) for share in TRUNK_ROWS)
    widths = [width for width in (run_at(mask[y], round(middle)) for y in rows[first:last]) if width]
    return float(np.percentile(widths, 5)) if widths else float(mask.shape[1])
