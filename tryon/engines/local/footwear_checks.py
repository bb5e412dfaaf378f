"""Looks at feet in new shoes: what must not have changed, and whether the shoes are seen and the old ones gone."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, GarmentAnalysis, GarmentPart, Joint, Picture, Side
from tryon.engines.local.checks import CHANGED, ENOUGH_SHOWN, Limits
from tryon.engines.local.footwear_dressing import DressedShoes
from tryon.engines.local.footwear_target import TURNED_WIDTH
from tryon.engines.local.linear import difference, to_lab
from tryon.engines.local.rays import Mask

ENOUGH_PX: Final = 100

FOOTWEAR_LIMITS: Final[Limits] = {
    "hands_and_hair": (0.97, 1.0),
    "outside_identical": (1.0, 1.0),
    "colour_error": (0.0, 12.0),
    "old_shoes_left": (0.0, 0.10),
    "shoes_shown": (0.5, 1.0),
    "legs_kept": (0.95, 1.0),
    "shoe_size": (0.6, 1.6),
}
LEAST_WIDTH: Final = 0.25
"""Shoe lengths: no old shoe is narrower."""
SHIN_HALF: Final = 0.08
ABOVE_ANKLE: Final = 0.5
"""Shoe lengths around the line from knee to ankle, and above the ankle, where legs are no matter what labels say."""


def score_shoes(photo: Picture, dressed: DressedShoes, garment: GarmentAnalysis) -> dict[str, float]:
    """`old_shoes_left` is the share of the old shoes outside trousers that the new picture still shows, `shoes_shown`
    the seen share of the less seen shoe as it was placed, 1 from ENOUGH_SHOWN on. `legs_kept` is the share of
    both shins, by the joints alone, that is as it was or behind a new shaft, of the less kept one; `shoe_size` how many
    times as wide as the old shoe the new one is, of the one that differs more."""
    left, upper, right, lower = dressed.box
    before, after = photo[upper:lower, left:right], dressed.picture[upper:lower, left:right]
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    hands = np.isin(dressed.person.labels, (BodyLabel.HAND, BodyLabel.HAIR, BodyLabel.HEAD))
    old = np.logical_or.reduce([foot.shoe & ~foot.cloth for foot in dressed.feet.values()])
    return {
        "hands_and_hair": float(1 - changed[hands].mean()) if hands.sum() > ENOUGH_PX else 1.0,
        "outside_identical": float(np.array_equal(photo[~dressed.edited], dressed.picture[~dressed.edited])),
        "colour_error": _colour_error(after, dressed, garment),
        "old_shoes_left": float((dressed.cover[old] < 0.5).mean()) if old.any() else 0.0,
        "shoes_shown": float(np.clip(min(dressed.shown.values()) / ENOUGH_SHOWN, 0.0, 1.0)),
        "legs_kept": min(_kept_shin(changed & (dressed.visible < 0.5), dressed, side) for side in SIDES),
        "shoe_size": max((_size(dressed, side) for side in SIDES), key=lambda size: abs(float(np.log(size)))),
    }


def _kept_shin(changed: Mask, dressed: DressedShoes, side: Side) -> float:
    points, foot = dressed.person.pose.points, dressed.feet[side]
    knee, ankle = (points[Joint[f"{side.upper()}_{name}"]] for name in ("KNEE", "ANKLE"))
    long = max(float(np.linalg.norm(ankle - knee)), 1.0)
    end = ankle + (knee - ankle) * min(ABOVE_ANKLE * foot.length / long, 0.9)
    canvas = np.zeros(changed.shape, np.uint8)
    spots = np.rint(np.asarray([knee, end])).astype(np.int32)
    cv2.polylines(canvas, [spots], False, 1, max(1, round(2 * SHIN_HALF * foot.length)))
    shin = canvas > 0
    return float(1 - changed[shin].mean()) if shin.sum() > ENOUGH_PX else 1.0


def _size(dressed: DressedShoes, side: Side) -> float:
    """The new shoe's width over the old one's; a foot hidden by the other leg tells nothing."""
    foot = dressed.feet[side]
    old = foot.shoe
    rows = np.flatnonzero(old.any(axis=1))
    if not rows.size:
        return 1.0
    # A foot that points aside is seen longer than wide.
    width = float(np.percentile(old[rows].sum(axis=1), 92)) - TURNED_WIDTH * abs(foot.turned) * foot.length
    return dressed.targets[side].width / max(width, LEAST_WIDTH * foot.length)


def _colour_error(after: Picture, dressed: DressedShoes, garment: GarmentAnalysis) -> float:
    """CIEDE2000 between the product's median colour and that of what is seen of it."""
    shown = dressed.visible > 0.95
    product = (garment.parts == GarmentPart.TORSO) & (garment.opacity > 0.95)
    if shown.sum() < ENOUGH_PX or product.sum() < ENOUGH_PX:
        return 99.0
    wanted = np.median(to_lab(garment.picture[product]), axis=0)
    return difference(wanted, np.median(to_lab(after[shown]), axis=0))
