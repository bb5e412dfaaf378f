"""Clears ground that a cut-out left where two legs part, or sleeve and body: there it lies in shadow, or as a wedge too
narrow to be found.

At a product's other sides what is paler than the cloth beside it is more often a chain, a fray or a turn-up.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentPart, LabelMap, Opacity, Picture
from tryon.engines.local.ground import Mask
from tryon.engines.local.raster import bits, blurred, disc, highest, pieces_holding, reduced, resized

Field = NDArray[np.float32]

READING_SIDE_PX: Final = 512
BAND: Final = 0.10
"""Of the longest side: how deep from the outline such leftovers reach."""
AROUND: Final = 0.03
"""Of the longest side: standard deviation over which the garment's own colour is averaged."""
LIGHTER: Final = 26.0
SPREADS: Final = 0.6
"""8-bit Lab lightness, and local standard deviations of the garment's lightness, by which leftovers are lighter: few,
for no stripe runs where legs part."""
DARKER: Final = 14.0
LIGHT_CLOTH: Final = 140.0
SHADE_COLOURLESS: Final = 8.0
"""Between the legs of light trousers the ground is in shadow: darker than they are, and grey."""
STRIP: Final = 0.006
"""Of the longest side: half the width of what remains of the ground between its shadow and its light."""
COLOURLESS: Final = 16.0
"""A ground in a studio has hardly any colour: distance from grey, 8-bit Lab."""


COLOURED: Final = 11.0
HUES_SPREAD: Final = 1.7
"""Cloth so far from grey, in 8-bit Lab and in its own local standard deviations, is nowhere grey."""
GREY_SHARE: Final = 0.45
"""Between its legs, what has so small a share of its colour is the ground, however deep in shade."""

BESIDE_SLEEVES: Final = 0.012
"""Of the longest side: so near to both sleeve and body such a wedge lies."""
LIGHTER_BESIDE_SLEEVES: Final = 38.0
"""The same lightness there, where edges of cloth are worn pale."""
ON_THE_SHOULDER: Final = 0.25
"""Down to this share of a sleeve's height it is sewn to the shoulder."""


def clear_leftover_ground(picture: Picture, opacity: Opacity, parts: LabelMap | None = None) -> Opacity:
    """The opacity without pale, colourless pieces that touch the outside and are unlike the garment beside them.

    They are looked for between the legs, or with the `parts` of an upper garment between sleeves and body, where only
    what is lighter is no crease.
    """
    scale = min(1.0, READING_SIDE_PX / max(opacity.shape))
    size = (max(1, round(opacity.shape[1] * scale)), max(1, round(opacity.shape[0] * scale)))
    solid = cv2.resize(opacity, size, interpolation=cv2.INTER_AREA) > 0.5
    lab = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2Lab).astype(np.float32)
    if parts is None:
        leftover = _leftovers(lab, solid, _where_legs_part(solid), legs=True)
    else:
        small = cv2.resize(parts, size, interpolation=cv2.INTER_NEAREST)
        leftover = _leftovers(lab, solid, _where_sleeves_part(small), legs=False)
    if not leftover.any():
        return opacity
    if parts is None:
        leftover |= _between_ground_and_shadow(lab, solid, leftover)
    gone = cv2.GaussianBlur(cv2.dilate(leftover.astype(np.float32), np.ones((3, 3), np.uint8)), (0, 0), 1.0)
    large = cv2.resize(gone, opacity.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return (opacity * np.clip(1.5 - 2.0 * large, 0.0, 1.0)).astype(np.float32)


def _leftovers(lab: Field, solid: Mask, between: Mask, legs: bool) -> Mask:
    side = max(solid.shape)
    depth = cv2.distanceTransform(np.pad(solid, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    light = lab[..., 0]
    inner = depth > 0.012 * side
    mean, spread = _around(light, inner, AROUND * side)
    for _ in range(2):
        # Again without what is odd: a large leftover hides itself in the mean. The spread stays that of all, so that
        # a pattern is never taken for leftovers.
        usual = inner & (np.abs(light - mean) < LIGHTER + spread)
        mean, _ = _around(light, usual, AROUND * side)
    limit = mean + (LIGHTER if legs else LIGHTER_BESIDE_SLEEVES) + SPREADS * spread
    colour = highest(np.abs(lab[..., 1:] - 128))
    pale = (light > limit) & between & (colour < COLOURLESS)
    grey = (colour < SHADE_COLOURLESS) & (mean > LIGHT_CLOTH) & between
    shadow = grey & (light < mean - DARKER - SPREADS * spread)
    if legs:
        shadow |= _grey_on_coloured(lab, solid, inner, between)
    odd = (pale | (shadow & legs)) & solid & (depth < BAND * side)
    return pieces_holding(odd, depth <= 2.0)


def _grey_on_coloured(lab: Field, solid: Mask, inner: Mask, between: Mask) -> Mask:
    """What between the legs of coloured cloth is as grey as a studio's ground in shade: no fold of theirs is."""
    hues = [_around(lab[..., channel], inner, AROUND * max(solid.shape)) for channel in (1, 2)]
    colour, spread = np.hypot(*(mean - 128 for mean, _ in hues)), np.hypot(*(spread for _, spread in hues))
    coloured = (colour > COLOURED) & (colour > HUES_SPREAD * spread)
    grey = np.linalg.norm(lab[..., 1:] - 128, axis=2) < GREY_SHARE * colour
    found = cv2.morphologyEx(bits(between & solid & coloured & grey), cv2.MORPH_OPEN, np.ones((3, 2), np.uint8))
    return np.asarray(found > 0, bool)


def _between_ground_and_shadow(lab: Field, solid: Mask, shadow: Mask) -> Mask:
    """Strips between the ground in light and the same ground in the shadow of a leg: half-way from one to the other it
    is as bright as the cloth, but grey."""
    ground = bits(~solid | shadow)
    closed = cv2.morphologyEx(ground, cv2.MORPH_CLOSE, disc(max(1, round(STRIP * max(solid.shape)))))
    grey = highest(np.abs(lab[..., 1:] - 128)) < SHADE_COLOURLESS
    return (closed > ground) & grey & _where_legs_part(solid)


def _around(light: Field, known: Mask, sigma: float) -> tuple[Field, Field]:
    """Mean and standard deviation of the known lightness around every pixel."""
    inner = known.astype(np.float32)
    planes = (reduced(plane, 0.5) for plane in (inner, light * inner, light * light * inner))
    weight, mean, square = (blurred(plane, sigma / 2) for plane in planes)
    weight = weight + 1e-4
    mean, square = (resized(plane / weight, light.shape) for plane in (mean, square))
    return mean, np.sqrt(np.maximum(square - mean * mean, 0.0))


def _where_sleeves_part(parts: LabelMap) -> Mask:
    """Where a sleeve lies beside the body, and close to that on either side: at its hem both end in the ground, and on
    the shoulder there is none between them."""
    across = np.ones((1, 2 * max(2, round(BESIDE_SLEEVES * max(parts.shape))) + 1), np.uint8)
    torso, between = cv2.dilate(bits(parts == GarmentPart.TORSO), across), np.zeros(parts.shape, bool)
    for part in (GarmentPart.LEFT_SLEEVE, GarmentPart.RIGHT_SLEEVE):
        sleeve = bits(parts == part)
        rows = np.flatnonzero(sleeve.any(axis=1))
        if rows.size:
            first = round(rows[0] + ON_THE_SHOULDER * (rows[-1] - rows[0]))
            between[first:] |= (cv2.dilate(sleeve, across) & torso)[first:] > 0
    return between


def _where_legs_part(solid: Mask) -> Mask:
    """The middle of the picture below the waist, where one leg shadows the other."""
    height, width = solid.shape
    area = np.zeros_like(solid)
    area[round(0.15 * height) : round(0.6 * height), round(0.42 * width) : round(0.58 * width)] = True
    return area
