"""Where each shoe must lie: over the foot's outline, as large as feet of this body are, turned as the foot is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import SIDES, GarmentAnalysis, Points, Side
from tryon.engines.local.footwear_feet import Foot
from tryon.engines.local.footwear_landmarks import is_seen_from_the_side

MOST_TURNED: Final = 0.62
"""Share of a foot's length seen from the side, up to which a shoe seen from the front looks right on it."""
LEAST_TURNED: Final = 0.2
"""The same from which a shoe seen from the side does."""
WIDTH: Final = 0.375
"""A shoe's width over its length."""
WIDTH_RANGE: Final = (0.33, 0.43)
"""The old shoe tells the new one's width within this range, for sandals and loafers differ."""
TURNED_WIDTH: Final = 0.35
"""Shoe lengths by which a foot that is seen from its side looks wider than its shoe."""
HEIGHT_RANGE: Final = (0.86, 1.18)
"""How much a low shoe seen from the front may be stretched along the foot, for cameras stand higher or lower."""
LOW: Final = 2.3
"""Height over width, seen from the front, of what is no boot."""
COLLAR_ABOVE_ANKLE: Final = 0.02
"""Shoe lengths from the ankle's joint up to a low shoe's collar."""
MOST_LEAN: Final = 22.0
SHAFT_LEAN: Final = 6.0
"""Degrees by which low shoes and boots seen from the front may lean aside with the foot."""
SHAFT_BY_ANKLE: Final = 0.6
MOST_ASIDE: Final = 0.18
"""Share of the way from a boot's shaft to the ankle's middle that the boot is moved, and the most in shoe lengths."""
MOST_SLOPE: Final = 0.16
"""Of a sole's line seen from the side: a nearer toe stands lower in the photo."""
TOE_BY_ANKLE: Final = 0.6

TURN_MESSAGE: Final = (
    "This product's picture shows the shoe from the side, and your feet point at the camera. Use a photo with your "
    "feet turned to the side."
)
FACE_MESSAGE: Final = (
    "This product's picture shows the shoes from the front, and your feet are turned to the side. Use a photo with "
    "your feet pointing at the camera."
)


@dataclass(frozen=True, slots=True)
class ShoeTarget:
    to_product: NDArray[np.float32]
    """(2, 3) from the photo into the product's picture."""
    name: str
    """Which of the product's shoes: "one", "left" or "right"."""
    collar: Points
    """(2,) the middle of the shoe's upper end in the photo."""
    toe: Points
    width: float
    """Pixels."""


def place_shoes(feet: Mapping[Side, Foot], garment: GarmentAnalysis) -> dict[Side, ShoeTarget]:
    """Raises PoseNotSupported where the feet are seen from another side than the product."""
    turned = [abs(foot.turned) for foot in feet.values()]
    if is_seen_from_the_side(garment):
        if min(turned) < LEAST_TURNED:
            raise PoseNotSupported(TURN_MESSAGE, reason="feet_point_at_camera")
        return {side: _from_the_side(feet[side], garment) for side in SIDES}
    if max(turned) > MOST_TURNED:
        raise PoseNotSupported(FACE_MESSAGE, reason="feet_turned_aside")
    return {side: _from_the_front(side, feet[side], garment) for side in SIDES}


def _from_the_front(side: Side, foot: Foot, garment: GarmentAnalysis) -> ShoeTarget:
    name = side if f"toe_{side}" in garment.points else "one"
    point = {key: np.asarray(garment.points[f"{key}_{name}"]) for key in ("collar", "toe", "wide_left", "wide_right")}
    own_width = float(point["wide_left"][0] - point["wide_right"][0])
    own_height = float(point["toe"][1] - point["collar"][1])
    tip, width = _tip_and_width(foot)
    way = tip - foot.ankle
    natural = float(np.linalg.norm(way)) + COLLAR_ABOVE_ANKLE * foot.length
    height = own_height / own_width * width
    if own_height < LOW * own_width:
        height = float(np.clip(height, HEIGHT_RANGE[0] * natural, HEIGHT_RANGE[1] * natural))
    most = MOST_LEAN if own_height < LOW * own_width else SHAFT_LEAN
    lean = np.radians(np.clip(np.degrees(np.arctan2(-way[0], way[1])), -most, most))
    down = np.asarray([-np.sin(lean), np.cos(lean)])
    across = np.asarray([down[1], -down[0]])
    if most == SHAFT_LEAN:
        # A shaft stands around the ankle, however far the toes point aside.
        aside = SHAFT_BY_ANKLE * (foot.ankle[0] - (tip - down * natural)[0])
        tip = np.asarray([tip[0] + np.clip(aside, -MOST_ASIDE * foot.length, MOST_ASIDE * foot.length), tip[1]])
    collar = tip - down * height
    # One shoe of a pair stands for both: the other foot's is its mirror image.
    mirror = -1.0 if name == "one" and side == "left" else 1.0
    source = np.asarray([point["collar"], point["toe"], point["collar"] + (own_width * mirror, 0.0)])
    placed = np.asarray([collar, tip, collar + across * width])
    return ShoeTarget(_affine(placed, source), name, collar.astype(np.float32), tip.astype(np.float32), width)


def _tip_and_width(foot: Foot) -> tuple[NDArray[np.float64], float]:
    """The lowest place of what is worn now, and how wide a shoe is there."""
    rows = np.flatnonzero(foot.shoe.any(axis=1))
    low = float(np.percentile(np.nonzero(foot.shoe)[0], 99.5))
    lower = foot.shoe[int(low - 0.3 * (low - rows[0])) : int(low) + 1]
    columns = np.nonzero(lower)[1]
    x = float(np.percentile(columns, 2) + np.percentile(columns, 98)) / 2
    seen = float(np.percentile(foot.shoe[rows].sum(axis=1), 92))
    low_width, high_width = (share * foot.length for share in WIDTH_RANGE)
    seen -= abs(foot.turned) * TURNED_WIDTH * foot.length
    return np.asarray([x, low]), float(np.clip(seen, low_width, high_width))


def _from_the_side(foot: Foot, garment: GarmentAnalysis) -> ShoeTarget:
    """The sole on the floor where the old one is, the collar below the ankle, the toe where the foot points."""
    point = {key: np.asarray(garment.points[f"{key}_one"]) for key in ("toe", "heel", "collar_front", "collar_back")}
    own = float(point["toe"][0] - point["heel"][0])
    shown = min(1.0, abs(foot.turned) + WIDTH * float(np.sqrt(1 - foot.turned**2))) * foot.length
    rows, columns = np.nonzero(foot.shoe)
    sign = 1.0 if foot.turned > 0 else -1.0
    collar = (point["collar_front"] + point["collar_back"]) / 2
    ahead = float(point["toe"][0] - collar[0]) / own
    # Two places for the toe: as far before the ankle as the product's, and at the end of what is worn now.
    by_ankle = float(foot.ankle[0]) + sign * ahead * shown
    ends = (np.percentile(columns, 2), np.percentile(columns, 98))
    by_shoe = float(np.mean(ends)) + sign * shown / 2
    low = float(np.percentile(rows, 99.5))
    toe = np.asarray([TOE_BY_ANKLE * by_ankle + (1 - TOE_BY_ANKLE) * by_shoe, low])
    slope = float(foot.toe[1] - foot.heel[1]) / max(abs(float(foot.toe[0] - foot.heel[0])), 1.0)
    heel = toe - np.asarray([sign * shown, float(np.clip(slope, 0.0, MOST_SLOPE)) * shown])
    scale = foot.length / abs(own)
    source = np.asarray([point["heel"], point["toe"], point["heel"] - (0.0, 100.0)])
    placed = np.asarray([heel, toe, heel - (0.0, 100.0 * scale)])
    back = _affine(source, placed)
    upper = (back[:, :2] @ collar + back[:, 2]).astype(np.float32)
    return ShoeTarget(_affine(placed, source), "one", upper, toe.astype(np.float32), WIDTH * foot.length)


def _affine(here: NDArray[np.floating], there: NDArray[np.floating]) -> NDArray[np.float32]:
    """(2, 3) that carries three points to three others."""
    square = np.column_stack([here, np.ones(3)])
    return np.asarray(np.linalg.solve(square, there).T, np.float32)
