"""Cuts glasses out of their product picture: the frame as something solid, the lenses as something seen through."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.eyewear_lenses import Lens, find_lenses, lens_tint
from tryon.engines.local.ground import Lab, Mask, deviation, fit_ground, lab_of, opacity_is_useful
from tryon.engines.local.linear import Linear, to_linear, to_srgb
from tryon.engines.local.raster import bits, blurred, disc
from tryon.engines.local.rim import spread_inner_colours

WORK_SIDE_PX: Final = 960
"""Longest side of the cut-out: a frame 1 mm thin is then some 6 px wide."""
ROUGH_SIDE_PX: Final = 420
MARGIN_SHARE: Final = 0.06
"""Ground kept around the glasses, of the box's longer side."""
LEAST_GROUND: Final = 0.3
"""Of the picture's border: with less of it ground, the product was not photographed on one."""
BUSIEST_GROUND: Final = 8.0
"""Lab."""
STRONG_CHROMA: Final = 9.0
STRONG_DARK: Final = 34.0
"""Lab from the ground, beyond what a cast shadow does to it."""
WEAK: Final = 3.5
"""Lab from the ground: less is the ground itself, or a clear lens."""
SHADED_CHROMA: Final = 6.0
SHADED_DARK: Final = 14.0
"""Lab from the ground, of the frame's shadow seen through a clear lens."""
EDGE: Final = 2.2
FAINT_EDGE: Final = 0.7
"""Lab a pixel: a shadow's edge is softer than the first; the edge of bare glass may be as faint as the second."""
SMALL_PIECE: Final = 0.04
"""Pieces smaller than this share of the largest are dust."""
LEAST_SHARE: Final = 0.006
"""Of the picture: smaller things can't be made out."""
CUT_SHARE: Final = 0.04
"""Of one side of the picture: a product that touches more of it goes on beyond."""
RIM_PX: Final = 2
RIM_SEAM_PX: Final = 6
BARE_EDGE: Final = 9.0
"""Lab from the ground: the edge of a lens without a rim."""
BARE_EDGE_PX: Final = 5
SHADOW_SHARE: Final = 0.42
"""A shadow differs from the ground by at most this share of what the frame beside it does."""
SHADOW_REACH: Final = 0.012
"""Of the picture's width: how far the frame is looked for."""


@dataclass(frozen=True, slots=True)
class GlassesCut:
    """Arrays share the cropped picture's size."""

    picture: Picture
    """Frame: its colours, carried past its edge. Lenses: what they make of white light."""
    opacity: Opacity
    """Frame: how much of the pixel it covers. Lenses: share of what is seen that is the lens' own surface; the rest
    is what lies behind, tinted by `picture`."""
    lens_area: Mask
    lenses: tuple[Lens, Lens]
    """The wearer's right one first, as it lies left in the picture."""
    solid: Mask
    """Frame and lenses, without gaps."""


def cut_glasses(picture: Picture, opacity: Opacity | None = None) -> GlassesCut:
    """Raises GarmentNotFound where there is no single pair of glasses, seen from the front, on a plain ground."""
    if min(picture.shape[:2]) < 48:
        raise GarmentNotFound(reason="picture_too_small")
    if not opacity_is_useful(opacity):
        opacity = None
    picture, opacity = _around_the_glasses(picture, opacity)
    lab, surface = _lab_and_ground(picture, opacity)
    solid, unlike = _outline(lab, surface, opacity)
    lenses = find_lenses(lab, solid, _unlike_shaded_ground(lab, surface))
    lens_area = lenses[0].area | lenses[1].area
    ground = np.ones((*solid.shape, 3), np.float32) if opacity is not None else _linear_of(surface)
    tinted = np.logical_or(*(lens.area & (not lens.clear) for lens in lenses))
    # On its way from a pale frame to a dark lens an edge passes through the ground's own colour.
    beside = cv2.dilate(bits(tinted), disc(RIM_SEAM_PX)) > 0
    frame = _without_folded_temples(solid & (unlike | beside) & ~lens_area, lenses)
    bare = _bare_edges(lab, surface, frame, lens_area) & ~beside
    frame = frame & ~bare & ~_shadow_at(frame & ~bare, tinted, lab, surface)
    colour, cover = _frame(picture, ground, frame, solid, lenses)
    if opacity is not None:
        cover = np.minimum(cover, opacity)
    seen, own = _glass(picture, ground, lenses, bare)
    on_lens = (lens_area | bare) & (cover < own + 0.02)
    colour = np.where(on_lens[..., None], to_srgb(seen), colour)
    return GlassesCut(colour, np.where(on_lens, own, cover).astype(np.float32), on_lens, lenses, frame | lens_area)


def _around_the_glasses(picture: Picture, opacity: Opacity | None) -> tuple[Picture, Opacity | None]:
    """Cropped to the glasses with a margin, at most WORK_SIDE_PX large."""
    small = _shrunk(picture, ROUGH_SIDE_PX)
    if opacity is not None:
        rough = cv2.resize(opacity, small.shape[1::-1], interpolation=cv2.INTER_AREA) > 0.3
    else:
        rough, _ = _outline(*_lab_and_ground(small, None), None)
    rows, columns = np.flatnonzero(rough.any(axis=1)), np.flatnonzero(rough.any(axis=0))
    if rough.sum() < LEAST_SHARE * rough.size:
        raise GarmentNotFound(reason="nothing_on_the_ground")
    if max(float(edge.mean()) for edge in (rough[0], rough[-1], rough[:, 0], rough[:, -1])) > CUT_SHARE:
        raise GarmentNotFound(reason="cut_by_the_frame")
    margin = MARGIN_SHARE * max(len(rows), len(columns)) + 2
    scale = picture.shape[1] / small.shape[1]
    left, right = (columns[0] - margin) * scale, (columns[-1] + 1 + margin) * scale
    top, bottom = (rows[0] - margin) * scale, (rows[-1] + 1 + margin) * scale
    part = np.s_[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1]
    cropped = _shrunk(picture[part], WORK_SIDE_PX)
    if opacity is not None:
        opacity = cv2.resize(opacity[part], cropped.shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return cropped, opacity


def _lab_and_ground(picture: Picture, opacity: Opacity | None) -> tuple[Lab, Lab]:
    lab = blurred(lab_of(picture), 0.8)
    if opacity is not None:
        return lab, np.broadcast_to(np.array((100.0, 0.0, 0.0), np.float32), lab.shape)
    ground = fit_ground(picture)
    if ground.border_share < LEAST_GROUND or float(np.linalg.norm(ground.noise)) > BUSIEST_GROUND:
        raise GarmentNotFound(reason="busy_background")
    return lab, ground.colours(*lab.shape[:2])


def _outline(lab: Lab, surface: Lab, opacity: Opacity | None) -> tuple[Mask, Mask]:
    """Frame and lenses without gaps, and where the picture differs from the ground."""
    lightness, chroma = deviation(lab, surface)
    unlike = (chroma > WEAK) | (np.abs(lightness) > WEAK)
    drawn = bits(opacity > 0.3) if opacity is not None else _drawn(lab, lightness, chroma, unlike)
    closed = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, disc(max(2, round(0.006 * lab.shape[1]))))
    outside = _reached_from_the_frame(closed == 0)
    solid = cv2.morphologyEx(bits(~outside), cv2.MORPH_OPEN, disc(1))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        raise GarmentNotFound(reason="nothing_on_the_ground")
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    whole = (areas > SMALL_PIECE * areas.max())[pieces]
    return whole, unlike & whole


def _unlike_shaded_ground(lab: Lab, surface: Lab) -> Mask:
    """Where a pixel shows more than the ground in a soft shadow, as it is seen through clear lenses."""
    lightness, chroma = deviation(lab, surface)
    return (chroma > SHADED_CHROMA) | (lightness < -SHADED_DARK) | (lightness > WEAK)


def _drawn(lab: Lab, lightness: NDArray[np.float32], chroma: NDArray[np.float32], unlike: Mask) -> NDArray[np.uint8]:
    """What is no ground and no cast shadow, and the faint edges that go on from it."""
    slope = np.zeros(lab.shape[:2], np.float32)
    for channel in cv2.split(lab):
        slope += np.abs(cv2.Sobel(channel, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(channel, cv2.CV_32F, 0, 1))
    slope /= 8
    noise = float(np.median(slope))
    strong = (chroma > STRONG_CHROMA) | (lightness < -STRONG_DARK) | (unlike & (slope > EDGE + 2 * noise))
    faint = bits(strong | (slope > FAINT_EDGE + 2.5 * noise))
    faint = cv2.morphologyEx(faint, cv2.MORPH_CLOSE, disc(2))
    _, pieces = cv2.connectedComponents(faint)
    held = np.zeros(int(pieces.max()) + 1, bool)
    held[np.unique(pieces[strong])] = True
    held[0] = False
    return bits(held[pieces])


def _reached_from_the_frame(clear: Mask) -> Mask:
    padded = np.pad(bits(clear), 1, constant_values=1)
    _, pieces = cv2.connectedComponents(padded, connectivity=4)
    return (pieces == pieces[0, 0])[1:-1, 1:-1]


def _without_folded_temples(frame: Mask, lenses: tuple[Lens, Lens]) -> Mask:
    """Where temples are seen folded behind clear lenses they also cross the gap for the nose: only what lies highest
    there, as thick as the rim, is the bridge."""
    if not any(lens.crossed for lens in lenses):
        return frame
    inner = [int(np.flatnonzero(lens.area.any(axis=0))[at]) for lens, at in zip(lenses, (-1, 0), strict=True)]
    thick = max(3, round(2.2 * float(cv2.distanceTransform(bits(frame), cv2.DIST_L2, 5).max())))
    rim = thick // 2
    kept = frame.copy()
    for column in range(inner[0] + rim, inner[1] - rim):
        rows = np.flatnonzero(frame[:, column])
        if len(rows):
            kept[rows[0] + rim + 1 :, column] = False
    return kept


def _bare_edges(lab: Lab, surface: Lab, frame: Mask, lens_area: Mask) -> Mask:
    """The faint rim that bare glass has by itself."""
    faint = np.linalg.norm(lab - surface, axis=2) < BARE_EDGE
    near = cv2.dilate(bits(lens_area), disc(BARE_EDGE_PX)) > 0
    strong = cv2.dilate(bits(frame & ~faint), disc(1)) > 0
    return frame & faint & near & ~strong


def _shadow_at(frame: Mask, tinted: Mask, lab: Lab, surface: Lab) -> Mask:
    """The shadow on the ground that hangs on the frame: grey, and much less dark than the frame beside it."""
    lightness, chroma = deviation(lab, surface)
    away = np.where(frame, np.abs(lightness) + chroma, 0).astype(np.float32)
    reach = 2 * round(SHADOW_REACH * lab.shape[1]) + 1
    strongest = cv2.dilate(away, np.ones((reach, reach), np.uint8))
    likely = frame & (lightness < 0) & (chroma < STRONG_CHROMA) & (away < SHADOW_SHARE * strongest)
    _, pieces = cv2.connectedComponents(bits(likely), connectivity=4)
    beside = cv2.dilate(bits(~frame & ~tinted), np.ones((3, 3), np.uint8)) > 0
    touched = np.zeros(int(pieces.max()) + 1, bool)
    touched[np.unique(pieces[likely & beside])] = True
    touched[0] = False
    return touched[pieces]


def _frame(
    picture: Picture, ground: Linear, frame: Mask, solid: Mask, lenses: tuple[Lens, Lens]
) -> tuple[Picture, Opacity]:
    """The frame's colours, and how much of each pixel it covers: measured against the ground at its edges."""
    frame = cv2.morphologyEx(bits(frame), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0
    colour = spread_inner_colours(picture, frame)
    own, seen = to_linear(colour), to_linear(picture)
    away = own - ground
    share = ((seen - ground) * away).sum(axis=2) / np.maximum((away * away).sum(axis=2), 1e-3)
    near = cv2.dilate(bits(frame), disc(RIM_PX)) > 0
    deep = cv2.erode(bits(frame), disc(1)) > 0
    cover = np.where(deep, 1.0, np.where(near, np.clip(share, 0, 1), 0.0)).astype(np.float32)
    for lens in lenses:
        if not lens.clear:
            # Beside a tinted lens there is no ground to measure against; the edge is where it was found.
            inside = cv2.erode(bits(solid), disc(RIM_PX), borderValue=0) > 0
            beside = (cv2.dilate(bits(lens.area), disc(RIM_PX)) > 0) & inside
            cover = np.where(beside & frame, 1.0, np.where(lens.area, 0.0, cover)).astype(np.float32)
    return np.where((cover > 0.9)[..., None] & frame[..., None], picture, colour), cover


def _glass(picture: Picture, ground: Linear, lenses: tuple[Lens, Lens], bare: Mask) -> tuple[Linear, Opacity]:
    """What the lenses make of white light, (h, w, 3), and how much of what is seen is their own surface."""
    ratio = np.clip(to_linear(picture) / np.maximum(ground, 0.02), 0, 1).astype(np.float32)
    seen = np.where(bare[..., None], ratio, np.float32(1))
    own = np.zeros(ratio.shape[:2], np.float32)
    for lens in lenses:
        tint, surface = lens_tint(ratio, lens)
        seen[lens.area], own[lens.area] = tint[lens.area], surface[lens.area]
    return seen, own


def _linear_of(lab: Lab) -> Linear:
    rgb = cv2.cvtColor(np.ascontiguousarray(lab), cv2.COLOR_Lab2RGB)
    return to_linear(np.clip(np.rint(rgb * 255), 0, 255).astype(np.uint8))


def _shrunk(picture: Picture, side: int) -> Picture:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(picture)
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
