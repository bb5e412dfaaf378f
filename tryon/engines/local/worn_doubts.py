"""Whether what was cut off a model is one product and all of it: what can't be sold as such is not shown as such."""

from typing import Final, NoReturn

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category
from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.ground import Mask, lab_of
from tryon.engines.local.worn_cutout import Revealed
from tryon.engines.local.worn_landmarks import WornTop

LEAST_UNITS: Final = 0.35
"""Square units: less cloth than this is no garment."""
MOST_HIDDEN: Final = 0.2
"""Of the garment's area: with more of it hidden by hair, hands and bags, too much of the product would be made up."""
MOST_NECKLINE_HIDDEN: Final = 0.47
CUT_OFF: Final = 0.25
"""Units of the picture's lower edge that the product may touch, as a sleeve does."""
AT_THE_FRAME_PX: Final = 3
LOW_NECK: Final = 0.12
"""Units below the shoulder's tip: a neckline that ends so low has lost a strap, or lies off the shoulder."""
WAVY: Final = 0.1
"""Units up and down besides one fall and one rise: a hood, or cloth of the skin's colour."""
MOST_SKIN: Final = 0.05
"""Of the torso's area: more skin than this inside the garment shines through it, or the labels are at a loss."""
MOST_MIDRIFF: Final = 0.02
"""Square units of skin between top and skirt: then they are no dress."""

BULGE: Final = 1.5
"""Times as far to one side of the axis as to the other: something is carried there."""
UNEVEN_ROWS: Final = 0.12
OFF_AXIS: Final = 0.12
"""Units."""
OFF_AXIS_ROWS: Final = 0.065

CENTRE: Final = (-0.1, 0.1)
BESIDE: Final = (0.27, 0.4)
"""Units from the axis: where an open jacket shows what is worn under it, and where the jacket itself."""
LAYERED_ROWS: Final = 0.85
"""Share of the rows from neckline to waist in which the middle differs from both sides: a print covers fewer."""
OTHER_CLOTH: Final = 22.0
"""Lab distance."""
WAIST: Final = 0.75
"""Torso level."""

MESSAGES: Final = {
    "not_on_the_model": "We could not find this product on the model in its picture.",
    "cut_off": "This product's picture ends before the product does. Use a picture that shows all of it.",
    "mostly_hidden": "Hair, hands or a bag hide much of this product in its picture. Use one that shows all of it.",
    "bag": "A bag or a hand can't be told from this product in its picture. Use a picture that shows it alone.",
    "layers": "In this product's picture something is worn over or under it. Use a picture of the product by itself.",
    "neckline_unclear": "We could not make out this product's neckline on the model. Use a picture of it lying flat.",
    "see_through": "We could not tell this product from the skin under it. Use a picture of the product lying flat.",
    "two_pieces": "This product's picture shows a top and a skirt or trousers, not one dress.",
}


def require_one_product(
    person: PersonAnalysis, figure: Figure, revealed: Revealed, category: Category, top: WornTop | None
) -> None:
    """Raise the GarmentNotFound that says why the product in this picture can't be tried on."""
    cloth, unit = revealed.cloth, figure.unit
    if cloth.sum() < LEAST_UNITS * unit**2:
        refuse("not_on_the_model")
    if _is_cut_off(figure, cloth):
        refuse("cut_off")
    if revealed.hidden > MOST_HIDDEN or (top is not None and top.hidden > MOST_NECKLINE_HIDDEN):
        refuse("mostly_hidden")
    if top is None and _bulges(figure, cloth):
        refuse("bag")
    if _skin_inside(person, cloth) > MOST_SKIN:
        refuse("see_through")
    if top is not None and _neckline_is_doubtful(figure, top):
        refuse("neckline_unclear")
    if category == "dresses" and _is_two_pieces(person, figure):
        refuse("two_pieces")
    if top is not None and _is_layered(person, figure, cloth, top):
        refuse("layers")


def refuse(reason: str) -> NoReturn:
    raise GarmentNotFound(MESSAGES[reason], reason=reason)


def _is_cut_off(figure: Figure, cloth: Mask) -> bool:
    """Its lower end is the picture's."""
    return bool(cloth[-AT_THE_FRAME_PX:].any(axis=0).sum() > CUT_OFF * figure.unit)


def _skin_inside(person: PersonAnalysis, cloth: Mask) -> float:
    """Skin enclosed by the garment, as a share of it."""
    contours, _ = cv2.findContours(cloth.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    full = cv2.drawContours(np.zeros(cloth.shape, np.uint8), contours, -1, 1, cv2.FILLED) > 0
    skin = np.isin(person.labels, (BodyLabel.NECK, BodyLabel.ARM, BodyLabel.LEG, BodyLabel.MIDRIFF))
    return float((full & ~cloth & skin).sum()) / max(int(cloth.sum()), 1)


def _is_two_pieces(person: PersonAnalysis, figure: Figure) -> bool:
    """Skin between top and bottom, or another cloth above the waist than below."""
    if (person.labels == BodyLabel.MIDRIFF).sum() > MOST_MIDRIFF * figure.unit**2:
        return True
    lab = lab_of(person.picture)
    top, bottom = (person.labels == label for label in (BodyLabel.TOP, BodyLabel.BOTTOM))
    if not top.any() or not bottom.any():
        return False
    return bool(np.linalg.norm(np.median(lab[top], axis=0) - np.median(lab[bottom], axis=0)) > OTHER_CLOTH)


def _neckline_is_doubtful(figure: Figure, top: WornTop) -> bool:
    low = max(top.neck[side][1] - float(figure.shoulder_tip[side][1]) for side in SIDES)
    y = top.neckline[:, 1]
    wave = float(np.abs(np.diff(y)).sum() - (2 * y.max() - y[0] - y[-1]))
    return low > LOW_NECK * figure.unit or wave > WAVY * figure.unit


def _bulges(figure: Figure, cloth: Mask) -> bool:
    """Over a good part of its height the garment reaches much farther to one side, off its own straight axis."""
    rows = cloth[cloth.any(axis=1)]
    first, last = rows.argmax(axis=1), cloth.shape[1] - 1 - rows[:, ::-1].argmax(axis=1)
    middle = (first + last) / 2
    right, left = np.maximum(np.median(middle) - first, 1.0), np.maximum(last - np.median(middle), 1.0)
    uneven = np.mean(np.maximum(left / right, right / left) > BULGE)
    y = np.arange(len(middle))
    off = np.abs(middle - np.polyval(np.polyfit(y, middle, 1), y)) > OFF_AXIS * figure.unit
    return bool(uneven > UNEVEN_ROWS and off.mean() > OFF_AXIS_ROWS)


def _is_layered(person: PersonAnalysis, figure: Figure, cloth: Mask, top: WornTop) -> bool:
    """An open jacket: from neckline to waist another cloth shows in the middle than on both sides."""
    first = float(top.neckline[:, 1].max()) + 0.06 * figure.unit
    levels = np.arange(figure.level_of(np.asarray([top.neckline[0, 0], first], np.float32)), WAIST, 0.02)
    if len(levels) < 5:
        return False
    lab = lab_of(person.picture)
    middle, right, left = (
        _band(lab, cloth, figure, levels, band) for band in (CENTRE, (-BESIDE[1], -BESIDE[0]), BESIDE)
    )
    apart = np.fmin(np.linalg.norm(middle - right, axis=1), np.linalg.norm(middle - left, axis=1))
    sides = np.linalg.norm(np.nanmedian(right, axis=0) - np.nanmedian(left, axis=0))
    return bool(np.mean(apart > OTHER_CLOTH) > LAYERED_ROWS and sides < OTHER_CLOTH)


def _band(
    lab: NDArray[np.float32], cloth: Mask, figure: Figure, levels: NDArray[np.floating], band: tuple[float, float]
) -> NDArray[np.float32]:
    """(levels, 3) median Lab of the cloth in a band beside the axis; NaN where there is none."""
    aside = np.linspace(*band, 15) * figure.unit
    spots = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    at = np.rint(spots[:, None] + aside[None, :, None] * figure.across).astype(int)
    x, y = np.clip(at[..., 0], 0, cloth.shape[1] - 1), np.clip(at[..., 1], 0, cloth.shape[0] - 1)
    shown = np.where(cloth[y, x][..., None], lab[y, x], np.nan)
    rows = [np.nanmedian(row, axis=0) if np.isfinite(row).any() else np.full(3, np.nan) for row in shown]
    return np.asarray(rows, np.float32)
