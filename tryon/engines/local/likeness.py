"""How the pixels of a product picture differ from the ground, and which of them the ground surely is not."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.ground import Ground, Lab, Mask, deviation, lab_of
from tryon.engines.local.raster import frame_of, pieces_holding

LIGHT_STEP = 3.2
"""In units of the ground's noise: how much lighter than the ground is surely not ground (a shadow never is)."""
SHADOW_DEPTH = 34.0
"""Lab L; the shadow of a garment lying on its ground is rarely darker than the ground by more than this."""
FLAT_STEP = 0.45
"""Lab L a pixel: the faintest edge of white cotton on a near-white ground still steps by more."""
REGION_SHARE = 0.004
"""Of the longer side: half the window over which a deviation from the ground is averaged."""
UNSURE_PX = 5.0
"""How far from the visible edge of a striking colour the garment is sure: the lens and JPEG blur over less."""
THICKEST_CONTACT_SHADOW = 0.014
"""Of the longer side: half the thickness of the darkest line of shadow under a hem."""
DEEP_SHARE = 0.05
"""Of the longer side: a cast shadow reaches less far than this from the garment."""
GAP_SHARE = 0.005
"""Of the longer side: half the widest gap in a faint outline that the ground must not flow through."""
FAINT_STEP = 8.0
"""Lab; below this the cut follows JPEG's blocks rather than the garment, and the rough cut-out is better."""
CHROMA_BLEED_PX = 9
"""JPEG shares one chroma value among 2×2 pixels and quantises it in blocks of 16; half a block and its blur."""

BLED_SHARE = 0.6
"""Of the strongest chroma nearby: bleeding dilutes it to less than this."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How each pixel differs from the ground it would lie on."""

    lightness: NDArray[np.float32]
    chroma: NDArray[np.float32]
    ground: Mask
    """Could be ground, lit or in shadow."""
    colourful: Mask
    """Lighter than the ground or of another colour: no shadow makes that."""
    dark: Mask
    """Of the ground's colour, but darker than most shadows."""

    @classmethod
    def of(cls, lab: Lab, surface: Lab, ground: Ground) -> "Likeness":
        lightness, chroma = deviation(lab, surface)
        chroma_limit = max(5.0, 5.0 * float(np.hypot(ground.noise[1], ground.noise[2])))
        light_limit = max(2.0, LIGHT_STEP * float(ground.noise[0]))
        grey = chroma < chroma_limit
        bled = _reached_by_chroma_bleeding(lightness, chroma, light_limit)
        pale = _unlike_the_ground_on_average(lightness, chroma) & ~bled
        like_ground = grey & ~pale & (lightness < light_limit) & (lightness > -SHADOW_DEPTH)
        colourful = ((chroma > chroma_limit * 1.2) | (lightness > light_limit * 1.5)) & ~bled | pale
        return cls(lightness, chroma, like_ground, colourful, grey & (lightness < -SHADOW_DEPTH))


def sure_garment(colourful: Mask, dark: Mask, outside: Mask) -> Mask:
    """Colours that no shadow has, and the deep inside of anything that is not ground: no shadow is as deep as that."""
    side = max(outside.shape)
    strong = (colourful | dark) & ~outside
    depth = depth_of(strong)
    thick = depth > THICKEST_CONTACT_SHADOW * side
    deep = depth_of(~outside) > DEEP_SHARE * side
    # A strap is thinner than the band around the cut; its middle line still is surely garment.
    middle = colourful & (depth >= np.minimum(UNSURE_PX, 0.8 * cv2.dilate(depth, np.ones((9, 9), np.uint8))))
    return (middle & (depth > 1)) | thick | deep


def reaching_the_frame(ground_like: Mask, gap_share: float = GAP_SHARE) -> Mask:
    """Ground connected with the picture's frame; it does not squeeze through a gap in a faint outline."""
    size = 2 * round(gap_share * max(ground_like.shape)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    solid = cv2.morphologyEx(ground_like.astype(np.uint8), cv2.MORPH_OPEN, kernel, borderValue=1)
    return pieces_holding(solid, frame_of(solid.shape), connectivity=4)


def smooth_lab_of(picture: Picture) -> Lab:
    """Lab of the picture, noise and JPEG's stairs smoothed."""
    return _with_chroma_along_lightness(lab_of(cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.uint8, copy=False)))


def _with_chroma_along_lightness(lab: Lab) -> Lab:
    """Chroma smoothed by a guided filter (He et al. 2010) with lightness as the guide: JPEG leaves chroma in blocks,
    and their stairs, not the garment's edge, would be followed."""
    size = (2 * CHROMA_BLEED_PX + 1,) * 2
    guide, *hue = cv2.split(lab)
    mean = cv2.blur(guide, size)
    variance = cv2.blur(guide * guide, size) - mean * mean + 0.3
    even = np.clip(1.05 - variance / 6, 0, 1)
    out = [guide]
    for layer in hue:
        average = cv2.blur(layer, size)
        slope = (cv2.blur(guide * layer, size) - mean * average) / variance
        offset = average - slope * mean
        guided = cv2.blur(slope, size) * guide + cv2.blur(offset, size)
        # Red on green of one lightness has an edge in chroma alone, and a strong one: no block of JPEG's.
        own = np.clip((np.abs(guided - layer) - 3) / 6, 0, 1) * even
        out.append(guided + own * (layer - guided))
    return np.asarray(cv2.merge(out), np.float32)


def flat_parts(steps: NDArray[np.float32]) -> Mask:
    """Where the picture's `steps_of` are no larger than its ground's."""
    return steps < max(FLAT_STEP, float(np.percentile(steps[outer_frame(steps.shape)], 90)) * 1.5)


def outer_frame(shape: tuple[int, ...]) -> Mask:
    frame = np.ones(shape, bool)
    frame[3:-3, 3:-3] = False
    return frame


def depth_of(mask: Mask) -> NDArray[np.float32]:
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3).astype(np.float32, copy=False)


def grown(mask: Mask, radius: int) -> Mask:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)


def steps_of(lab: Lab) -> NDArray[np.float32]:
    """Colour change a pixel. Lightness counts most: JPEG keeps chroma in blocks of 8 or 16 pixels."""
    total = np.zeros(lab.shape[:2], np.float32)
    for layer, weight in zip(cv2.split(lab), (1.0, 0.4, 0.4), strict=True):
        for across, down in ((1, 0), (0, 1)):
            cv2.accumulateSquare(cv2.Sobel(layer, cv2.CV_32F, across, down, scale=weight / 8), total)
    return np.sqrt(total)


def _unlike_the_ground_on_average(lightness: NDArray[np.float32], chroma: NDArray[np.float32]) -> Mask:
    """Where the neighbourhood is lighter, or more colourful, than the ground ever is on the average of so many
    pixels. This tells white cotton from a near-white ground where no single pixel does."""
    radius = max(1, round(REGION_SHARE * max(lightness.shape)))
    frame = outer_frame(lightness.shape)
    unlike = np.zeros(lightness.shape, bool)
    for deviance, least, bleed in ((lightness, 1.2, 0), (chroma, 2.0, 2 * CHROMA_BLEED_PX)):
        mean = cv2.blur(deviance, (2 * radius + 1, 2 * radius + 1))
        usual, spread = float(np.median(mean[frame])), float(np.percentile(mean[frame], 92))
        above = mean > usual + max(least, 2.2 * (spread - usual))
        size = 2 * (radius + bleed) + 1
        unlike |= cv2.erode(above.astype(np.uint8), np.ones((size, size), np.uint8)).astype(bool)
    return unlike


def _reached_by_chroma_bleeding(lightness: NDArray[np.float32], chroma: NDArray[np.float32], limit: float) -> Mask:
    """Pixels as light as the ground, but near so different a colour that JPEG's chroma blocks may have tinted them."""
    window = np.ones((2 * CHROMA_BLEED_PX + 1, 2 * CHROMA_BLEED_PX + 1), np.uint8)
    striking = ((chroma > 12) | (np.abs(lightness) > 20)).astype(np.uint8)
    diluted = chroma < BLED_SHARE * np.maximum(cv2.dilate(chroma, window), 12)
    return (cv2.dilate(striking, window) > 0) & (np.abs(lightness) < limit * 1.5) & diluted


def flood(lab: Lab, likeness: Likeness, outside: Mask, garment: Mask) -> Mask:
    """Grow both into the unsure band between them. The band is wide enough to hold the whole colour step: a flood
    that starts on the step itself has only part of it left to climb and leaks over it."""
    if not garment.any() or not outside.any():
        return garment
    markers = np.zeros(outside.shape, np.int32)
    markers[depth_of(outside) > 2] = 1
    markers[garment] = 2
    # Lighter than the ground and differently coloured are things no shadow is: their steps are made to count most.
    lighter, tinted = _half_way(likeness.lightness, 2.0), _half_way(likeness.chroma, 3.0)
    layers = np.stack([lab[..., 0] * 2.5, lighter, tinted], axis=-1)
    cv2.watershed(np.clip(layers, 0, 255).astype(np.uint8), markers)
    # The watershed's own line, one pixel wide, lies on the colour step; half of it is garment.
    return cv2.dilate((markers == 2).astype(np.uint8), np.ones((2, 2), np.uint8)).astype(bool)


def _half_way(deviance: NDArray[np.float32], least: float) -> NDArray[np.float32]:
    """0..255, steep where the deviance passes half of what it reaches nearby: there a blurred edge really lies."""
    reach = 2 * CHROMA_BLEED_PX + 7
    nearby = cv2.dilate(cv2.blur(deviance, (5, 5)), np.ones((reach, reach), np.uint8))
    return (127 + 500 * (deviance / np.maximum(nearby, least) - 0.5)).astype(np.float32, copy=False)
