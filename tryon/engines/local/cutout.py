"""Cuts the garment out of its product picture: what is garment, how opaque, and clean colours up to the rim."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.clean_ground import PALE, cut_on_clean_ground
from tryon.engines.local.ground import Ground, Mask, UnitBox, fit_ground, opacity_is_useful
from tryon.engines.local.likeness import grown
from tryon.engines.local.raster import connected, highest
from tryon.engines.local.refined_cut import refine, rim_contrast
from tryon.engines.local.rim import opacity_from_mask, spread_inner_colours
from tryon.engines.local.rough_cut import cut_roughly

WORK_SIDE_PX = 1024
"""Longest side of the cut-out: enough for a print to stay sharp on a shopper's photo."""
LEAST_GROUND = 0.3
"""Of the picture's frame: with less of it ground, the product was not photographed on one."""
BUSIEST_GROUND = 8.0
"""Lab; paper and studio walls stay below 3."""
COARSE_SIDE_PX = 360
MARGIN_SHARE = 0.05
"""Ground kept around the garment for the fine pass, of the box's longer side."""
SMALLEST_SHARE = 0.01
"""A garment smaller than this share of its picture is dust or a logo, or too small to dress anybody in."""


@dataclass(frozen=True, slots=True)
class CutOut:
    picture: Picture
    """Cropped to the garment, longest side at most WORK_SIDE_PX, colours carried past the rim."""
    opacity: Opacity
    frame_cuts: frozenset[str]
    """Which of "left", "top", "right", "bottom" of the product picture cut the garment off."""
    quality: float
    """0..1: how clearly the garment stands out from its ground along the rim."""


def cut_out(picture: Picture, opacity: Opacity | None = None) -> CutOut:
    """Find the one garment of a product picture. Raises GarmentNotFound when there is none, or several."""
    if min(picture.shape[:2]) < 48:
        raise GarmentNotFound(reason="picture_too_small")
    if opacity_is_useful(opacity):
        assert opacity is not None
        return _cut_by_opacity(picture, opacity)
    return _cut_by_ground(picture)


def _cut_by_opacity(picture: Picture, opacity: Opacity) -> CutOut:
    body = _single_garment(opacity > 0.5)
    box = _box_around(body, margin=2)
    left, top, right, bottom = box
    cropped = _shrink(picture[top:bottom, left:right])
    own = opacity * grown(body, 3)
    alpha = cv2.resize(own[top:bottom, left:right], cropped.shape[1::-1], interpolation=cv2.INTER_AREA)
    return _finished(cropped, alpha > 0.5, alpha.astype(np.float32), box, picture.shape[:2], quality=1.0)


def _cut_by_ground(picture: Picture) -> CutOut:
    picture = _without_letterbox(picture)
    ground = fit_ground(picture)
    if ground.border_share < LEAST_GROUND or float(np.linalg.norm(ground.noise)) > BUSIEST_GROUND:
        raise GarmentNotFound(reason="busy_background")
    whole = (0.0, 0.0, 1.0, 1.0)
    small = _shrink(picture, COARSE_SIDE_PX)
    rough = _single_garment(_cut_or_nothing(small, ground, whole))
    box = _scaled_box(rough, picture.shape[:2])
    left, top, right, bottom = box
    height, width = picture.shape[:2]
    unit_box = (left / width, top / height, right / width, bottom / height)
    cropped = _shrink(picture[top:bottom, left:right])
    rough = _rough_of_the_crop(rough, cropped, ground, unit_box)
    body = _single_garment(refine(cropped, rough, ground, unit_box))
    quality = rim_contrast(cropped, body)
    if quality < PALE:
        body = _single_garment(cut_on_clean_ground(cropped, body | _resized(rough, body), body, ground, unit_box))
    return _finished(cropped, body, opacity_from_mask(body), box, picture.shape[:2], quality)


def _cut_or_nothing(small: Picture, ground: Ground, whole: UnitBox) -> Mask:
    """The rough cut-out of the whole picture, pale cloth on a clean ground included; nothing where nothing is seen."""
    try:
        rough = cut_roughly(small, ground, whole)
    except GarmentNotFound:
        nothing = np.zeros(small.shape[:2], bool)
        return cut_on_clean_ground(small, ~_border(nothing.shape), nothing, ground, whole)
    if not rough.any() or rim_contrast(small, rough) >= PALE:
        return rough
    rough = _single_garment(rough)
    return rough | cut_on_clean_ground(small, rough, rough, ground, whole)


def _border(shape: tuple[int, ...]) -> Mask:
    """The margin that product pictures leave around the product."""
    margin = max(1, round(MARGIN_SHARE * max(shape)))
    border = np.ones(shape, bool)
    border[margin:-margin, margin:-margin] = False
    return border


def _rough_of_the_crop(rough: Mask, cropped: Picture, ground: Ground, box: UnitBox) -> Mask:
    """The rough cut-out over the crop; made anew where the garment is too small a part of its picture."""
    height, width = rough.shape
    left, top, right, bottom = (round(v * n) for v, n in zip(box, (width, height, width, height), strict=True))
    if max(right - left, bottom - top) > 0.6 * COARSE_SIDE_PX:
        return rough[top:bottom, left:right]
    return _single_garment(cut_roughly(_shrink(cropped, COARSE_SIDE_PX), ground, box))


def _finished(
    picture: Picture, body: Mask, alpha: Opacity, box: tuple[int, int, int, int], size: tuple[int, ...], quality: float
) -> CutOut:
    clean = spread_inner_colours(picture, body)
    left, top, right, bottom = _box_around(body, margin=2)
    cuts = _frame_cuts(body, box, size)
    crop = np.s_[top:bottom, left:right]
    return CutOut(np.ascontiguousarray(clean[crop]), np.ascontiguousarray(alpha[crop]), cuts, quality)


def _without_letterbox(picture: Picture) -> Picture:
    """Without flat bars around a picture that was pasted on a larger canvas of another colour."""
    frame = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    if np.median(np.abs(frame - frame[0]).max(axis=-1)) > 6:
        return picture
    bars = np.array([*(float(v) for v in picture[0, 0]), 0.0])
    inner = highest(np.asarray(cv2.absdiff(picture, bars))) > 6
    rows, columns = np.flatnonzero(inner.any(axis=1)), np.flatnonzero(inner.any(axis=0))
    if len(rows) < 32 or len(columns) < 32:
        return picture
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = inner[top:bottom, left:right]
    edges = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
    # Only a pasted picture fills its box to all four edges; a garment touches them in places.
    return picture[top:bottom, left:right] if edges.mean() > 0.93 else picture


def _single_garment(mask: Mask) -> Mask:
    """The largest thing, with the larger crumbs beside it. Raises GarmentNotFound for nothing, or two alike."""
    pieces, sizes = connected(mask)
    if len(sizes) < 2:
        raise GarmentNotFound(reason="nothing_on_the_ground")
    areas = sizes[1:]
    order = np.argsort(areas)[::-1]
    largest = float(areas[order[0]])
    if largest < SMALLEST_SHARE * mask.size:
        raise GarmentNotFound(reason="nothing_on_the_ground")
    if len(order) > 1 and areas[order[1]] > 0.45 * largest:
        raise GarmentNotFound(reason="several_garments")
    if largest > 0.97 * mask.size:
        raise GarmentNotFound(reason="no_ground_around_it")
    return pieces == order[0] + 1


def _frame_cuts(body: Mask, box: tuple[int, int, int, int], size: tuple[int, ...]) -> frozenset[str]:
    left, top, right, bottom = box
    shares = {
        "left": body[:, :2].any(axis=1).mean() if left == 0 else 0,
        "top": body[:2].any(axis=0).mean() if top == 0 else 0,
        "right": body[:, -2:].any(axis=1).mean() if right == size[1] else 0,
        "bottom": body[-2:].any(axis=0).mean() if bottom == size[0] else 0,
    }
    return frozenset(side for side, share in shares.items() if share > 0.03)


def _box_around(mask: NDArray[np.bool_], margin: int) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return (
        max(0, int(columns[0]) - margin),
        max(0, int(rows[0]) - margin),
        min(width, int(columns[-1]) + 1 + margin),
        min(height, int(rows[-1]) + 1 + margin),
    )


def _resized(mask: Mask, like: Mask) -> Mask:
    return np.asarray(cv2.resize(mask.astype(np.uint8), like.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _scaled_box(rough: Mask, size: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The rough garment's box with its margin, in pixels of the full picture."""
    left, top, right, bottom = _box_around(rough, round(max(rough.shape) * MARGIN_SHARE))
    fy, fx = size[0] / rough.shape[0], size[1] / rough.shape[1]
    return (int(left * fx), int(top * fy), min(size[1], round(right * fx)), min(size[0], round(bottom * fy)))


def _shrink(picture: Picture, side: int = WORK_SIDE_PX) -> Picture:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(picture)
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
