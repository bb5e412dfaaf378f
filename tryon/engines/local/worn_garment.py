"""From a product picture that shows a model wearing the product to a GarmentAnalysis, as if the product lay there."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.base import Category
from tryon.engines.errors import EngineRefusal, GarmentNotFound, SeveralPeople
from tryon.engines.local.analysis import (
    BodyLabel,
    GarmentAnalysis,
    GarmentPart,
    Opacity,
    PersonAnalysis,
    Picture,
    Points,
)
from tryon.engines.local.bottoms_stance import measure_stance
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.garment_landmarks import UpperLandmarks
from tryon.engines.local.garment_parts import label_parts
from tryon.engines.local.ground import Mask
from tryon.engines.local.pattern import SLEEVE_PART
from tryon.engines.local.person import ANALYSIS_SIDE_PX, analyse_person, require_dressable
from tryon.engines.local.raster import bits, grown
from tryon.engines.local.rim import opacity_from_mask, spread_inner_colours
from tryon.engines.local.worn_bottom import read_worn_bottom, reveal_bottom
from tryon.engines.local.worn_cutout import Revealed, find_cloth, reveal_top, torso_area
from tryon.engines.local.worn_doubts import require_one_product
from tryon.engines.local.worn_dress import with_lower_half
from tryon.engines.local.worn_ends import with_sleeves_ending, without_legs
from tryon.engines.local.worn_landmarks import filled, read_neck, read_worn_landmarks, sleeve_areas

WORN: Final[dict[Category, tuple[BodyLabel, ...]]] = {
    "tops": (BodyLabel.TOP,),
    "outerwear": (BodyLabel.TOP,),
    "dresses": (BodyLabel.TOP, BodyLabel.BOTTOM),
    "bottoms": (BodyLabel.BOTTOM,),
}
"""Which labels of a model show a product of each kind."""
NEAR_UNITS: Final = 0.06
"""Cloth farther than this from where torso and sleeves are is a shadow or a piece of something else."""
MARGIN_PX: Final = 4

SEVERAL_MESSAGE: Final = "This product's picture shows several people. Use a picture of one person wearing the product."
POSE_MESSAGE: Final = (
    "We can't cut this product off the model in its picture. Use a picture of one person standing upright, seen from "
    "the front, with arms beside the body, or of the product alone."
)


def analyse_worn(picture: Picture, category: Category, eyes: Eyes) -> GarmentAnalysis:
    """The product a model wears. Raises GarmentNotFound where it can't be cut off them."""
    factor = ANALYSIS_SIDE_PX / max(picture.shape[:2])
    if factor < 1:
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    person = _model(picture, category, eyes)
    figure = measure_figure(person)
    cloth = find_cloth(person, figure, WORN[category])
    if not cloth.any():
        raise GarmentNotFound(reason="not_on_the_model")
    return _lower(person, figure, cloth) if category == "bottoms" else _upper(person, figure, cloth, category)


def _model(picture: Picture, category: Category, eyes: Eyes) -> PersonAnalysis:
    """The model, who must stand as a shopper would have to."""
    try:
        person = analyse_person(picture, eyes)
        require_dressable(person, category)
    except EngineRefusal as refusal:
        message = SEVERAL_MESSAGE if refusal.code == SeveralPeople.code else POSE_MESSAGE
        raise GarmentNotFound(message, reason=f"model_{refusal.reason}") from refusal
    return person


def _upper(person: PersonAnalysis, figure: Figure, cloth: Mask, category: Category) -> GarmentAnalysis:
    figure = with_sleeves_ending(person, figure, cloth)
    if category == "dresses":
        cloth = without_legs(figure, cloth)
    top = read_neck(person, figure, cloth)
    torso = torso_area(figure, cloth, top)
    body = grown(bits(torso), round(NEAR_UNITS * figure.unit)) > 0
    if category == "dresses":
        body[int(figure.hip_middle[1]) :] = True
    limbs = sleeve_areas(figure, cloth)
    near = np.logical_or.reduce([body, *limbs.values()])
    revealed = reveal_top(person, cloth & near, torso, figure.unit)
    require_one_product(person, figure, revealed, category, top)
    beside = {side: limb & ~torso for side, limb in limbs.items()}
    trunk = revealed.cloth & ~np.logical_or.reduce([np.zeros_like(torso), *beside.values()])
    landmarks = read_worn_landmarks(figure, revealed.cloth, trunk, top)
    if category == "dresses":
        trunk &= ~filled(list(landmarks.sleeves.values()), trunk.shape)
        landmarks = with_lower_half(landmarks, figure, trunk)
    picture, opacity, window = _cropped(revealed)
    moved = _moved(landmarks, np.asarray([window[1].start, window[0].start], np.float32))
    parts = label_parts(opacity, moved)
    middle = float(figure.hip_middle[0]) - window[1].start
    columns = np.arange(parts.shape[1])[None]
    for side, area in beside.items():
        own = columns > middle if side == "left" else columns < middle
        parts[(parts == GarmentPart.TORSO) & (area | ~(body | limbs[side]))[window] & own] = SLEEVE_PART[side]
    return GarmentAnalysis(
        picture=picture,
        opacity=opacity,
        parts=parts,
        category=category,
        sleeve=moved.sleeve,
        points=moved.points,
        neckline=moved.neckline.curve,
        quality=moved.quality,
        on_model=True,
    )


def _lower(person: PersonAnalysis, figure: Figure, cloth: Mask) -> GarmentAnalysis:
    stance = measure_stance(person, figure)
    revealed = reveal_bottom(person, figure, stance, cloth)
    require_one_product(person, figure, revealed, "bottoms", None)
    picture, opacity, window = _cropped(revealed)
    landmarks = read_worn_bottom(revealed.cloth[window], stance, (window[1].start, window[0].start))
    return GarmentAnalysis(
        picture=picture,
        opacity=opacity,
        parts=np.where(opacity > 0, GarmentPart.TORSO, GarmentPart.OUTSIDE).astype(np.uint8),
        category="bottoms",
        sleeve="none",
        points=landmarks.points,
        neckline=landmarks.waistline,
        quality=landmarks.quality,
        on_model=True,
    )


def _cropped(revealed: Revealed) -> tuple[Picture, Opacity, tuple[slice, slice]]:
    """Picture and opacity around the garment, and that window of the photo."""
    rows, columns = (np.flatnonzero(revealed.cloth.any(axis=axis)) for axis in (1, 0))
    top, left = max(0, int(rows[0]) - MARGIN_PX), max(0, int(columns[0]) - MARGIN_PX)
    window = (slice(top, int(rows[-1]) + MARGIN_PX + 1), slice(left, int(columns[-1]) + MARGIN_PX + 1))
    cloth = np.ascontiguousarray(revealed.cloth[window])
    clean = spread_inner_colours(np.ascontiguousarray(revealed.picture[window]), cloth)
    return np.ascontiguousarray(clean), opacity_from_mask(cloth), window


def _moved(landmarks: UpperLandmarks, corner: Points) -> UpperLandmarks:
    x, y = (float(value) for value in corner)
    return replace(
        landmarks,
        points={name: (px - x, py - y) for name, (px, py) in landmarks.points.items()},
        neckline=replace(landmarks.neckline, curve=landmarks.neckline.curve - corner),
        sleeves={side: polygon - corner for side, polygon in landmarks.sleeves.items()},
    )
