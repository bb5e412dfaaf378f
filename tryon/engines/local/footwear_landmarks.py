"""From a product picture of shoes to a GarmentAnalysis: one shoe from the side, or one or two from the front."""

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, Opacity, Picture
from tryon.engines.local.cutout import BUSIEST_GROUND, LEAST_GROUND
from tryon.engines.local.ground import Mask, fit_ground, opacity_is_useful
from tryon.engines.local.linear import to_lab
from tryon.engines.local.raster import bits, blurred, disc, reduced
from tryon.engines.local.refined_cut import refine
from tryon.engines.local.rim import opacity_from_mask, spread_inner_colours
from tryon.engines.local.rough_cut import cut_roughly

WORK_SIDE_PX: Final = 900
COARSE_SIDE_PX: Final = 360
LEAST_SHARE: Final = 0.01
"""Of the picture: a smaller shoe is dust or a logo."""
PAIR: Final = 0.6
"""Of the larger shoe's area: what is smaller beside it is no second shoe."""

FROM_THE_SIDE: Final = 1.2
FROM_THE_FRONT: Final = 0.88
"""Width over height: low shoes from the side are wider, shoes and boots from the front narrower."""
SHAFT: Final = 1.35
"""A boot from the side is at the sole this many times as wide as its shaft, and reaches out to one side of it."""
TOE_AHEAD: Final = 0.12
"""Of the sole's length, from the shaft's middle to the sole's."""

SPLIT: Final = (0.36, 0.64)
"""Where two shoes that touch are parted, of their common width."""
ALIKE: Final = 0.78
"""Two shoes of one pair are each other's mirror images by so much (intersection over union)."""

OPENING_WIDTH: Final = 0.72
OPENING_DEPTH: Final = 0.34
"""Of a shoe seen from the front: the part of its collar that the ankle fills, of the collar's width."""

INSIDE_AT: Final = 0.22
"""Of the way from collar to toe: where the inside of a low-cut shoe is seen, if it is."""
INSIDE_ENDS: Final = 0.75
INSIDE_LAB: Final = 16.0
INSIDE_SHARE: Final = (0.08, 0.55)
"""Of the shoe's area: what is smaller is a tongue's end, what is larger the shoe itself."""
OWN_COLOUR: Final = (14.0, 0.15)
"""Lab distance, and share of the rest of the shoe that lies within it: such an area is no lining, but a tongue."""
INSIDE_SOFT: Final = 0.012

INSTEP: Final = (0.4, 0.55)
"""Of the way from heel to toe."""
LOW_CUT: Final = 0.21
"""Of its length: lower than this there, a shoe leaves the instep bare."""
LOW_CUT_MESSAGE: Final = "Low-cut shoes can only be tried on from a picture that shows the pair from the front."
VIEW_MESSAGE: Final = (
    "We could not make out how the shoes stand in this product's picture. Use one that shows a shoe from the side or a "
    "pair from the front, before a plain ground."
)

View = Literal["front", "side"]


@dataclass(frozen=True, slots=True)
class ShoeCut:
    picture: Picture
    opacity: Opacity
    shoes: tuple[Mask, ...]
    """One or two, from the picture's left to its right."""


def analyse_shoes(picture: Picture, opacity: Opacity | None = None) -> GarmentAnalysis:
    """Raises GarmentNotFound where no shoes stand on a plain ground, or seen so that they fit no foot in a photo."""
    cut = _cut(picture, opacity)
    views = {view_of(shoe) for shoe in cut.shoes}
    if len(views) != 1 or None in views:
        raise GarmentNotFound(VIEW_MESSAGE, reason="shoe_view")
    front = views == {"front"}
    shoes = cut.shoes if front else (max(cut.shoes, key=lambda shoe: int(shoe.sum())),)
    parts = np.zeros(cut.opacity.shape, np.uint8)
    points: dict[str, tuple[float, float]] = {}
    for shoe, name in zip(shoes, ("right", "left") if len(shoes) == 2 else ("one",), strict=True):
        parts[shoe] = GarmentPart.TORSO
        found = _front_points(shoe) if front else _side_points(shoe)
        if not front and _is_low_cut(shoe, found):
            raise GarmentNotFound(LOW_CUT_MESSAGE, reason="low_cut_from_the_side")
        points |= {f"{place}_{name}": spot for place, spot in found.items()}
        if front:
            parts[_opening(cut.picture, shoe, found)] = GarmentPart.INNER_BACK
    kept = np.where(parts > 0, cut.opacity, np.float32(0)).astype(np.float32)
    return GarmentAnalysis(
        picture=cut.picture,
        opacity=kept,
        parts=parts,
        category="footwear",
        sleeve="none",
        points=points,
        neckline=np.empty((0, 2), np.float32),
    )


def is_seen_from_the_side(garment: GarmentAnalysis) -> bool:
    return "heel_one" in garment.points


def view_of(shoe: Mask) -> View | None:
    """From where one shoe was photographed, or None where that can't be told."""
    rows, columns = np.flatnonzero(shoe.any(axis=1)), np.flatnonzero(shoe.any(axis=0))
    height, width = float(np.ptp(rows) + 1), float(np.ptp(columns) + 1)
    if width > FROM_THE_SIDE * height:
        return "side"
    box = shoe[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    shaft, sole = box[: max(1, round(0.4 * height))], box[round(0.7 * height) :]
    wide = float(np.ptp(np.flatnonzero(sole.any(axis=0))) + 1)
    narrow = float(np.median(shaft.sum(axis=1)))
    ahead = abs(_centre(shaft) - _centre(sole)) / wide
    if wide > SHAFT * narrow and ahead > TOE_AHEAD:
        return "side"
    return "front" if width < FROM_THE_FRONT * height else None


def _centre(mask: Mask) -> float:
    columns = np.flatnonzero(mask.any(axis=0))
    return float(columns[0] + columns[-1]) / 2 if columns.size else 0.0


# ---- cutting out


def _cut(picture: Picture, opacity: Opacity | None) -> ShoeCut:
    if min(picture.shape[:2]) < 48:
        raise GarmentNotFound(reason="picture_too_small")
    scale = min(1.0, WORK_SIDE_PX / max(picture.shape[:2]))
    small = reduced(picture, scale) if scale < 1 else picture
    if opacity is not None and opacity_is_useful(opacity):
        alpha = reduced(opacity, scale) if scale < 1 else opacity
        return _separated(small, alpha > 0.5)
    ground = fit_ground(small)
    if ground.border_share < LEAST_GROUND or float(np.linalg.norm(ground.noise)) > BUSIEST_GROUND:
        raise GarmentNotFound(reason="busy_background")
    coarse = reduced(small, min(1.0, COARSE_SIDE_PX / max(small.shape[:2])))
    whole = (0.0, 0.0, 1.0, 1.0)
    rough = cut_roughly(coarse, ground, whole)
    if not rough.any():
        raise GarmentNotFound(reason="nothing_on_the_ground")
    return _separated(small, refine(small, rough, ground, whole))


def _separated(picture: Picture, body: Mask) -> ShoeCut:
    """One shoe or two; raises GarmentNotFound for none or more."""
    count, islands, stats, _ = cv2.connectedComponentsWithStats(bits(body))
    areas = stats[1:count, cv2.CC_STAT_AREA]
    if not len(areas) or areas.max() < LEAST_SHARE * body.size:
        raise GarmentNotFound(reason="nothing_on_the_ground")
    large = np.flatnonzero(areas > PAIR * areas.max())
    if len(large) > 2:
        raise GarmentNotFound(reason="several_garments")
    shoes = [np.asarray(islands == index + 1) for index in large]
    if len(shoes) == 1:
        shoes = _parted(shoes[0])
    shoes.sort(key=_centre)
    kept = np.logical_or.reduce(shoes)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    window = np.s_[max(0, rows[0] - 2) : rows[-1] + 3, max(0, columns[0] - 2) : columns[-1] + 3]
    body = np.ascontiguousarray(kept[window])
    clean = spread_inner_colours(np.ascontiguousarray(picture[window]), body)
    return ShoeCut(clean, opacity_from_mask(body), tuple(np.ascontiguousarray(shoe[window]) for shoe in shoes))


def _parted(shoe: Mask) -> list[Mask]:
    """Two shoes that touch, parted where the outline is lowest between them; else the one."""
    columns = np.flatnonzero(shoe.any(axis=0))
    first, width = int(columns[0]), int(np.ptp(columns)) + 1
    depth = shoe.sum(axis=0)
    span = np.arange(first + round(SPLIT[0] * width), first + round(SPLIT[1] * width))
    if len(span) < 3:
        return [shoe]
    at = int(span[np.argmin(depth[span])])
    half = min(at - first, first + width - at)
    left, right = shoe[:, at - half : at], shoe[:, at : at + half][:, ::-1]
    alike = float((left & right).sum()) / max(float((left | right).sum()), 1.0)
    if alike < ALIKE or depth[at] > 0.8 * depth.max():
        return [shoe]
    ours, theirs = shoe.copy(), shoe.copy()
    ours[:, at:], theirs[:, :at] = False, False
    return [ours, theirs]


# ---- points


def _front_points(shoe: Mask) -> dict[str, tuple[float, float]]:
    """Collar, toe, and the widest place of a shoe whose toe points to the viewer."""
    rows = np.flatnonzero(shoe.any(axis=1))
    height = len(rows)
    top, low = shoe[: rows[0] + max(2, round(0.12 * height))], shoe.copy()
    low[: rows[-1] - max(2, round(0.2 * height))] = False
    widths = shoe.sum(axis=1)
    widest = int(np.argmax(widths))
    span = np.flatnonzero(shoe[widest])
    collar = np.flatnonzero(top.any(axis=0))
    return {
        "collar": (_centre(top), float(rows[0])),
        "collar_right": (float(collar[0]), float(rows[0])),
        "collar_left": (float(collar[-1]), float(rows[0])),
        "toe": (_centre(low), float(rows[-1])),
        "wide_right": (float(span[0]), float(widest)),
        "wide_left": (float(span[-1]), float(widest)),
    }


def _side_points(shoe: Mask) -> dict[str, tuple[float, float]]:
    """Heel and toe on the sole's line, and both ends of the collar. The toe is where the shoe is lower."""
    rows, columns = np.flatnonzero(shoe.any(axis=1)), np.flatnonzero(shoe.any(axis=0))
    first, last = int(columns[0]), int(columns[-1])
    quarter = max(2, round(0.25 * (last - first)))
    tall = [float(shoe[:, first : first + quarter].sum()), float(shoe[:, last - quarter + 1 : last + 1].sum())]
    toe_left = tall[0] < tall[1]
    bottom = float(rows[-1])
    top = shoe[: rows[0] + max(2, round(0.06 * len(rows)))]
    collar = np.flatnonzero(top.any(axis=0))
    front, back = (collar[0], collar[-1]) if toe_left else (collar[-1], collar[0])
    toe, heel = (first, last) if toe_left else (last, first)
    return {
        "toe": (float(toe), bottom),
        "heel": (float(heel), bottom),
        "collar_front": (float(front), float(rows[0])),
        "collar_back": (float(back), float(rows[0])),
    }


def _is_low_cut(shoe: Mask, points: dict[str, tuple[float, float]]) -> bool:
    """The instep is bare, as in pumps and ballerinas: nobody sees how far the shoe covers it."""
    heel, toe = points["heel"][0], points["toe"][0]
    middle = sorted(round(heel + share * (toe - heel)) for share in INSTEP)
    return bool(np.median(shoe[:, middle[0] : middle[1]].sum(axis=0)) < LOW_CUT * abs(toe - heel))


def _opening(picture: Picture, shoe: Mask, points: dict[str, tuple[float, float]]) -> NDArray[np.bool_]:
    """What of a shoe seen from the front the ankle fills: its inside, where that is seen, else the collar's middle."""
    width = points["collar_left"][0] - points["collar_right"][0]
    canvas = np.zeros(shoe.shape, np.uint8)
    centre = (round(points["collar"][0]), round(points["collar"][1]))
    axes = (max(1, round(OPENING_WIDTH * width / 2)), max(1, round(OPENING_DEPTH * width)))
    cv2.ellipse(canvas, centre, axes, 0, 0, 180, 1, cv2.FILLED)
    return ((canvas > 0) | _inside(picture, shoe, points)) & shoe


def _inside(picture: Picture, shoe: Mask, points: dict[str, tuple[float, float]]) -> NDArray[np.bool_]:
    """An even area about the middle of the upper half that the shoe's own colour encloses: lining and insole."""
    top, bottom = points["collar"][1], points["toe"][1]
    lab = to_lab(blurred(picture, INSIDE_SOFT * (bottom - top)))
    x, y = round(points["collar"][0]), round(top + INSIDE_AT * (bottom - top))
    alike = (np.linalg.norm(lab - lab[y, x], axis=-1) < INSIDE_LAB) & shoe
    islands = cv2.connectedComponents(bits(alike))[1]
    area = np.asarray((islands == islands[y, x]) & (islands > 0))
    lower = area[round(top + INSIDE_ENDS * (bottom - top)) :].any()
    if lower or not INSIDE_SHARE[0] < area.sum() / max(shoe.sum(), 1) < INSIDE_SHARE[1]:
        return np.zeros_like(shoe)
    apart = np.linalg.norm(lab[shoe & ~area] - np.median(lab[area], axis=0), axis=-1)
    if float((apart < OWN_COLOUR[0]).mean()) > OWN_COLOUR[1]:
        return np.zeros_like(shoe)
    # The insole's darker rim is inside as well.
    radius = max(1, round(INSIDE_SOFT * (bottom - top)))
    return np.asarray(cv2.dilate(bits(area), disc(2 * radius)) > 0)
