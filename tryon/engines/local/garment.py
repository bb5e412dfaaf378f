"""From a product picture to a GarmentAnalysis: cut out, landmarks, parts.

What only some products need is loaded with the first of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category
from tryon.engines.errors import GarmentNotFound, UnsupportedCategory
from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, Opacity, Picture, Points
from tryon.engines.local.collar_inside import with_collar_closed
from tryon.engines.local.cutout import CutOut, cut_out
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.garment_landmarks import UpperLandmarks, read_upper_landmarks
from tryon.engines.local.garment_parts import label_parts
from tryon.engines.local.ground import Mask
from tryon.engines.local.hanging_back import without_hanging_back
from tryon.engines.local.hem_notch import without_notch
from tryon.engines.local.leftover_ground import clear_leftover_ground
from tryon.engines.local.mesh_sleeves import with_dark_mesh
from tryon.engines.local.neck_label import label_in_deep_neckline, without_label
from tryon.engines.local.sheer_ends import without_sheer_ends
from tryon.engines.local.strap_cut import without_straps
from tryon.engines.local.whole_straps import with_whole_straps
from tryon.engines.local.worn import is_worn

READING_SIDE_PX = 512
"""Longest side on which landmarks are read: a point is then good to about two pixels of the cut-out."""
WORN_MESSAGE = "This product's picture shows somebody wearing it. It needs a picture of the product alone."


def analyse_garment(
    picture: Picture, category: Category, opacity: Opacity | None = None, eyes: Eyes | None = None
) -> GarmentAnalysis:
    """Understand a product picture; `opacity` is its alpha channel where it has one.

    With `eyes`, a picture of somebody wearing the product is told, and clothes are cut off them. Raises
    GarmentNotFound where there is no single garment to be cut out, UnsupportedCategory for what can't be read.
    """
    if category not in READERS and category not in BY_PICTURE:
        raise UnsupportedCategory(reason=category)
    if eyes is not None and is_worn(picture, eyes):
        from tryon.engines.local.worn_garment import WORN, analyse_worn

        if category not in WORN:
            raise GarmentNotFound(WORN_MESSAGE, reason="worn_by_a_person")
        return analyse_worn(picture, category, eyes)
    if category in BY_PICTURE:
        return BY_PICTURE[category](picture, opacity)
    return READERS[category](cut_out(picture, opacity), category)


def _upper(cut: CutOut, category: Category) -> GarmentAnalysis:
    seen = without_hanging_back(cut)
    cut = with_whole_straps(seen)
    small, mask = _for_reading(cut)
    if category == "dresses":
        from tryon.engines.local.dress_landmarks import read_dress_landmarks

        read = read_dress_landmarks(small, mask)
    else:
        read = read_upper_landmarks(small, mask, front_opens=category == "outerwear")
    landmarks = _scaled(read, cut.opacity.shape, mask.shape)
    parts, opacity = label_parts(cut.opacity, landmarks), cut.opacity
    cut = replace(cut, picture=with_collar_closed(cut.picture, parts))
    if landmarks.sleeves:
        opacity = clear_leftover_ground(cut.picture, opacity, parts)
        parts = np.where(opacity > 0, parts, np.uint8(GarmentPart.OUTSIDE))
    whole = GarmentAnalysis(
        picture=cut.picture,
        opacity=opacity,
        parts=parts,
        category=category,
        sleeve=landmarks.sleeve,
        points=landmarks.points,
        neckline=landmarks.neckline.curve,
        is_open=landmarks.is_open,
        quality=landmarks.quality,
        bare_shoulders=landmarks.bare_shoulders,
    )
    if category != "dresses":
        whole = without_notch(whole)
    whole = without_straps(with_dark_mesh(without_sheer_ends(whole)), seen)
    return whole if landmarks.neckline.shows_inner_back else _without_label(whole)


def _without_label(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The product without the label that a deep neckline shows."""
    label = label_in_deep_neckline(garment.picture, garment.neckline)
    if label is None:
        return garment
    opacity, neckline = without_label(garment.opacity, garment.neckline, label)
    front = (garment.points["neck_front"][0], float(neckline[:, 1].max()))
    return replace(garment, opacity=opacity, neckline=neckline, points={**garment.points, "neck_front": front})


def _lower(cut: CutOut, category: Category) -> GarmentAnalysis:
    from tryon.engines.local.bottoms_landmarks import read_lower_landmarks
    from tryon.engines.local.hem_threads import without_threads

    cut = replace(cut, opacity=without_threads(clear_leftover_ground(cut.picture, cut.opacity)))
    _, mask = _for_reading(cut)
    landmarks = read_lower_landmarks(mask)
    names = list(landmarks.points)
    larger = _enlarged(np.array([landmarks.points[name] for name in names]), cut.opacity.shape, mask.shape)
    return GarmentAnalysis(
        picture=cut.picture,
        opacity=cut.opacity,
        parts=np.where(cut.opacity > 0, GarmentPart.TORSO, GarmentPart.OUTSIDE).astype(np.uint8),
        category=category,
        sleeve="none",
        points={name: (float(x), float(y)) for name, (x, y) in zip(names, larger, strict=True)},
        neckline=_enlarged(landmarks.waistline, cut.opacity.shape, mask.shape),
        quality=landmarks.quality,
    )


def _hat(cut: CutOut, category: Category) -> GarmentAnalysis:
    from tryon.engines.local.headwear_landmarks import read_hat

    return read_hat(cut)


def _glasses(picture: Picture, opacity: Opacity | None) -> GarmentAnalysis:
    from tryon.engines.local.eyewear_landmarks import analyse_glasses

    return analyse_glasses(picture, opacity)


def _shoes(picture: Picture, opacity: Opacity | None) -> GarmentAnalysis:
    from tryon.engines.local.footwear_landmarks import analyse_shoes

    return analyse_shoes(picture, opacity)


Reader = Callable[[CutOut, Category], GarmentAnalysis]

READERS: Final[Mapping[Category, Reader]] = {
    "tops": _upper,
    "outerwear": _upper,
    "dresses": _upper,
    "bottoms": _lower,
    "headwear": _hat,
}
"""How the landmarks of each kind of product are read."""

BY_PICTURE: Final[Mapping[Category, Callable[[Picture, Opacity | None], GarmentAnalysis]]] = {
    "eyewear": _glasses,
    "footwear": _shoes,
}
"""What can't be cut out by one outline: the ground is seen through it, or there are two."""


def _for_reading(cut: CutOut) -> tuple[Picture, Mask]:
    """Picture and mask, at most READING_SIDE_PX on their longest side."""
    scale = min(1.0, READING_SIDE_PX / max(cut.opacity.shape))
    mask = cv2.resize(cut.opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 0.5
    small = cv2.resize(cut.picture, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False), mask


def _enlarged(points: NDArray[np.floating], size: tuple[int, ...], read_at: tuple[int, ...]) -> Points:
    """Points read on a picture of one size, in pixels of the same picture in another."""
    factor = np.array([size[1] / read_at[1], size[0] / read_at[0]])
    return ((points + 0.5) * factor - 0.5).astype(np.float32)


def _scaled(landmarks: UpperLandmarks, size: tuple[int, ...], read_at: tuple[int, ...]) -> UpperLandmarks:
    names = list(landmarks.points)
    points = _enlarged(np.array([landmarks.points[name] for name in names]), size, read_at)
    return replace(
        landmarks,
        points={name: (float(x), float(y)) for name, (x, y) in zip(names, points, strict=True)},
        neckline=replace(landmarks.neckline, curve=_enlarged(landmarks.neckline.curve, size, read_at)),
        sleeves={name: _enlarged(polygon, size, read_at) for name, polygon in landmarks.sleeves.items()},
    )
