"""The new garment as layers over the photo: its colour, and the opacity of back, torso and sleeves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import (
    SIDES,
    GarmentAnalysis,
    GarmentPart,
    LabelMap,
    Opacity,
    Picture,
    Side,
)
from tryon.engines.local.continued import TEXTURE_PX, continued
from tryon.engines.local.crisp import enlarged_crisply, with_usual_folds
from tryon.engines.local.even_rim import even_rim, without_bites, without_pixel_stairs
from tryon.engines.local.pattern import SLEEVE_PART
from tryon.engines.local.raster import MIRRORED_PX, among, bits, blurred, box_of, connected, disc, grown, shrunk
from tryon.engines.local.sleeve_gaps import SEAM_SHARE, SOLID, with_closed_armholes, with_torso_beside_sleeves
from tryon.engines.local.spline import FloatMap
from tryon.engines.local.warp import Warp

OVERLAP_SHARE: Final = 0.012
"""Torso and sleeve reach this share of the garment's width into each other, so that no gap opens at the armhole."""

OVERSAMPLING: Final = 1.25
"""The garment is scaled down to this many times the result's resolution before it is warped: sharp, no moiré."""

ENLARGED_BELOW: Final = 1.05
MOST_ENLARGED: Final = 3.0
"""A product picture with fewer pixels than this a pixel of the photo, across or down, is enlarged before it is warped,
to draw its outline without stairs, at most so many times."""

NECKLINE_PX: Final = 1.8
"""Standard deviation that evens out the stairs of the neckline, in pixels of the product's picture."""

CRUMB_SHARE: Final = 0.004
"""A piece of cloth apart from the rest and smaller than this share of it is dirt of the cut-out."""

LEAST_SOLID_PX: Final = 200
"""Cloth of fewer pixels is not narrowed by its rim, or nothing would be left to take colours from."""


@dataclass(frozen=True, slots=True)
class Cloth:
    """The garment in the person's frame."""

    colour: Picture
    """(h, w, 3) torso and sleeves, flattened; the garment's nearest colour where it is transparent."""
    opacity: Opacity
    """Torso and sleeves together."""
    sleeves: Mapping[Side, Opacity]
    back_colour: Picture
    back: Opacity
    """The inside of the garment's back, to lie behind the neck."""


def lay_out(garment: GarmentAnalysis, warp: Warp) -> Cloth:
    """Warp the garment's picture and its parts."""
    picture, planes, shrink = _prepared(garment, warp)
    torso_map = warp.torso * shrink + (shrink - 1) / 2
    shown = (warp.torso_area > 0) | np.logical_or.reduce([area > 0 for area in warp.sleeve_area.values()])
    part = box_of(shown, 1)
    colour, torso, back = (
        _framed(_remap(plane, torso_map[part]), part, shown.shape)
        for plane in (picture, planes["torso"], planes["back"])
    )
    back_colour = colour
    opacity = torso * np.float32(1 / 255) * warp.torso_area
    sleeves: dict[Side, Opacity] = {}
    for side in warp.sleeves:
        box = box_of(warp.sleeve_area[side])
        sleeve_map = warp.sleeves[side][box] * shrink + (shrink - 1) / 2
        mask = _remap(planes[side], sleeve_map) * np.float32(1 / 255) * warp.sleeve_area[side][box]
        sleeves[side] = np.zeros_like(opacity)
        sleeves[side][box] = mask
        blend, under = mask[..., None], colour[box]
        colour = colour.copy()
        colour[box] = np.where(blend > 0, np.rint(under * (1 - blend) + _remap(picture, sleeve_map) * blend), under)
        opacity[box] = 1 - (1 - opacity[box]) * (1 - mask)
    whole = with_closed_armholes(opacity, torso, sleeves)
    closed = (whole > 0.5) & (opacity < SOLID)
    if sleeves and closed.any():
        # Where in the product's picture the ground is seen, or nothing; elsewhere torso and sleeve show cloth there,
        # though neither covers it.
        closed &= ~over_cloth(planes["whole"], torso_map, closed)
    if sleeves and closed.any():
        box = box_of(closed, round(4 * TEXTURE_PX))
        colour[box] = np.where(
            closed[box][..., None], carry_colour(colour[box], opacity[box], closed[box]), colour[box]
        )
        reach = 2 * max(2, round(SEAM_SHARE * opacity.shape[1]))
        colour = with_torso_beside_sleeves(colour, opacity, closed, sleeves.values(), reach)
    opacity = whole
    kept = _without_crumbs(opacity)
    opacity = opacity * kept
    sleeves = {side: mask * kept for side, mask in sleeves.items()}
    behind = back * np.float32(1 / 255) * warp.torso_area
    return Cloth(colour, opacity.astype(np.float32), sleeves, back_colour, behind)


def over_cloth(whole: NDArray[np.uint8], where: FloatMap, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the torso's map shows the garment, whatever part of it, where `asked`."""
    shown = np.zeros(asked.shape, bool)
    box = box_of(asked)
    shown[box] = _remap(whole, where[box]) > 255 * SOLID
    return shown


def _without_crumbs(opacity: Opacity) -> Opacity:
    """1 where the cloth hangs together with a good part of itself, 0 on threads and crumbs beside it."""
    whole = bits(opacity > 0.05)
    threadless = np.asarray(cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    pieces, sizes = connected(whole & grown(threadless, 1))
    keep = sizes > CRUMB_SHARE * sizes.sum()
    return keep.astype(np.float32).take(pieces) if len(sizes) > 1 else np.ones_like(opacity)


def _prepared(garment: GarmentAnalysis, warp: Warp) -> tuple[Picture, dict[str, NDArray[np.uint8]], float]:
    """The garment's picture and the opacity of each part, scaled to what the result can show."""
    across, down = _reduction(warp.torso)
    shrink = OVERSAMPLING / max(float(np.sqrt(across * down)), 1e-3)
    picture = garment.picture
    ends = {side: garment.points[f"armpit_{side}"][1] for side in SIDES if f"armpit_{side}" in garment.points}
    opacity, parts = without_bites(np.rint(garment.opacity * 255).astype(np.uint8), garment.parts)
    opacity = even_rim(opacity, parts)
    if min(across, down) < ENLARGED_BELOW:
        enlargement = min(MOST_ENLARGED, OVERSAMPLING / max(min(across, down), 1e-3))
        size = (round(picture.shape[1] * enlargement), round(picture.shape[0] * enlargement))
        parts = _enlarged_parts(parts, size)
        enlarged = enlarged_crisply(picture, opacity, size)
        shrink = size[0] / picture.shape[1]
        ends = {side: row * shrink for side, row in ends.items()}
        return enlarged, _part_planes(without_pixel_stairs(opacity, size), parts, ends), shrink
    if shrink > 0.95:
        picture = with_usual_folds(picture, opacity)
        return picture, _part_planes(opacity, parts, ends), 1.0
    size = (round(picture.shape[1] * shrink), round(picture.shape[0] * shrink))
    parts = cv2.resize(parts, size, interpolation=cv2.INTER_NEAREST)
    opacity = cv2.resize(opacity, size, interpolation=cv2.INTER_AREA)
    reduced = with_usual_folds(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), opacity)
    shrink = size[0] / picture.shape[1]
    return reduced, _part_planes(opacity, parts, {side: row * shrink for side, row in ends.items()}), shrink


def _enlarged_parts(parts: LabelMap, size: tuple[int, int]) -> LabelMap:
    """The parts at (width, height), the neckline drawn as a calm line: a label map's pixels would be seen as stairs."""
    enlarged = np.asarray(cv2.resize(parts, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    inner = bits(parts == GarmentPart.INNER_BACK)
    if not inner.any():
        return enlarged
    soft = blurred(inner * np.uint8(255), NECKLINE_PX)
    calm = cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC) > 127
    enlarged[(enlarged == GarmentPart.INNER_BACK) & ~calm] = GarmentPart.TORSO
    enlarged[calm & (enlarged > 0)] = GarmentPart.INNER_BACK
    return enlarged


def _reduction(torso: FloatMap) -> tuple[float, float]:
    """Garment pixels per photo pixel in the middle of the frame, across and down."""
    height, width = torso.shape[:2]
    middle = torso[height // 4 : 3 * height // 4 : 8, width // 4 : 3 * width // 4 : 8]
    across = np.linalg.norm(np.diff(middle, axis=1), axis=-1).mean() / 8
    down = np.linalg.norm(np.diff(middle, axis=0), axis=-1).mean() / 8
    return float(across), float(down)


def _part_planes(
    opacity: NDArray[np.uint8], parts: LabelMap, seam_ends: Mapping[Side, float]
) -> dict[str, NDArray[np.uint8]]:
    """8-bit opacity of torso with collar, of the inner back and of each sleeve; down to the rows `seam_ends`, where
    they are sewn together, torso and sleeves overlap a little and go over into each other."""
    reach = max(2, round(parts.shape[1] * OVERLAP_SHARE))
    kernel = disc(reach)
    front = bits(among(parts, (GarmentPart.TORSO, GarmentPart.COLLAR)))
    inner = (parts == GarmentPart.INNER_BACK).astype(np.uint8)
    inside = cv2.erode((opacity > 127).astype(np.uint8), np.ones((4 * reach + 1,) * 2, np.uint8), borderValue=0)
    torso, planes = front.copy(), {"back": _soft(inner, opacity, 1.0)}
    for side in SIDES:
        own = (parts == SLEEVE_PART[side]).astype(np.uint8)
        end = round(seam_ends.get(side, len(own)))
        # Legs, which begin below the armpits, are sewn on wherever they meet the seat.
        sewn = slice(0, end if own[:end].any() else len(own))
        torso[sewn] |= cv2.dilate(front[sewn], kernel) & own[sewn] & inside[sewn]
        wide = own.copy()
        wide[sewn] |= cv2.dilate(own[sewn], kernel) & front[sewn] & inside[sewn]
        planes[side] = _soft(own, opacity, 0.8)
        planes[side][sewn] = _soft(wide, opacity, 0.6 * reach)[sewn]
    planes["torso"] = _soft(torso, opacity, 0.8)
    planes["whole"] = opacity
    return planes


def _soft(mask: NDArray[np.uint8], opacity: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """The garment's opacity within a part, faded at the seam but not at the garment's own edge."""
    plane = np.zeros(mask.shape, np.uint8)
    if not mask.any():
        return plane
    # So far from the part neither blur meets anything of it.
    box = box_of(mask, int(6 * sigma) + 6)
    mask, opacity = mask[box], opacity[box]
    outside = (opacity < 128).astype(np.uint8)
    grown = cv2.dilate(mask, np.ones((5, 5), np.uint8)) & (outside | mask)
    faded = cv2.GaussianBlur(grown * np.uint8(255), (0, 0), max(sigma, 0.5))
    inside_weight = cv2.GaussianBlur((opacity >= 128).astype(np.uint8) * np.uint8(255), (0, 0), max(sigma, 0.5))
    ratio = np.clip(faded.astype(np.float32) / np.maximum(inside_weight, 1), 0, 1)
    plane[box] = np.rint(ratio * opacity)
    return plane


def _remap(picture: NDArray[np.uint8], where: FloatMap) -> NDArray[np.uint8]:
    border = cv2.BORDER_REPLICATE if picture.ndim == 3 else cv2.BORDER_CONSTANT
    return cv2.remap(picture, where, None, cv2.INTER_CUBIC, borderMode=border)


def _framed(picture: NDArray[np.uint8], part: tuple[slice, slice], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A part of a picture in the whole of it, 0 elsewhere."""
    whole = np.zeros((*shape, *picture.shape[2:]), np.uint8)
    whole[part] = picture
    return whole


# ---- meeting the old silhouette


def carry_colour(colour: Picture, opacity: Opacity, shown: NDArray[np.bool_] | None = None) -> Picture:
    """The cloth continued where it is not solid, so that a widened edge has the cloth's own colour and weave.

    Only around where it is `shown`, or everywhere.
    """
    solid = bits(opacity > SOLID)
    inner = shrunk(solid, 1) if solid.sum() > LEAST_SOLID_PX else solid
    # What is shown may still be widened a little.
    near = np.ones(inner.shape, bool) if shown is None else grown(bits(shown), round(MIRRORED_PX)) > 0
    return continued(colour, inner, near)
