"""The light on the new cloth: how it turns away from it at its sides, what lies on it and beside it throws on it.

Every field is a gain in linear light, 1.0 leaves the product's colour as it is.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, PersonAnalysis, Picture
from tryon.engines.local.linear import Linear, luminance, to_linear
from tryon.engines.local.raster import bits, box_of, highest, picked, resized

Gain = NDArray[np.float32]

CLOTH_SHEEN: Final = 0.014
"""Linear light that new cloth returns besides its dye's; less than what is assumed of old cloth, for black is to stay
black."""
UNLIT: Final = 0.8
"""Gain at which cloth returns none of it: black cloth whose middle did not shine either would be a flat hole."""
RIM_UNITS: Final = 0.42
"""From the edge of the torso, cloth turns towards the viewer over this width."""
MEASURED: Final = 0.65
"""Where the old shading is trusted it holds this share of the falloff already."""
AMBIENT: Final = 0.5
"""Share of the light that comes from everywhere and reaches cloth seen edge-on."""
SLEEVE_RIM: Final = 0.4
"""Sleeves are narrower than the torso, and turn away from the light over this share of the width."""
LEG_RIM: Final = 0.6
"""Legs are narrower than the torso, and turn away from the light over this share of the width."""
INTO_LEGS_UNITS: Final = 0.35
"""Below the crotch, over which the light of one seat becomes the light of two legs."""
ARMHOLE_UNITS: Final = (0.06, 0.30)
"""Below the shoulder: from its seam, over the armhole, to where every arm hangs free."""
AT_HEMS: Final = 0.15
HEM_UNITS: Final = 0.03
"""Share of the falloff that is left where the cloth's edge lies level, as hems do, and how smooth that direction is."""
WHITE_SOFTENS: Final = 0.15
"""White cloth lights its own folds: the share of their depth it takes away."""
WHITEST: Final = 0.93
"""Luminance that nine tenths of a white garment must stay below, for its folds to be seen at all."""
SEEN_EVERY_PX: Final = 5
"""Of so many rows and columns one is read to know the cloth's brightness."""
MOST_DIMMED: Final = 0.16
"""Natural logarithm; a white product in a room is this much darker than on a studio's white, and still white."""


def rim_falloff(opacity: Opacity, unit: float) -> Gain:
    """Log gain of cloth that turns away from the light at its sides, as it does around a body; a hem turns nowhere."""
    size = (max(1, opacity.shape[1] // 2), max(1, opacity.shape[0] // 2))
    small = cv2.resize(opacity, size, interpolation=cv2.INTER_AREA)
    depth = cv2.distanceTransform(bits(small > 0.5), cv2.DIST_L2, 5)
    slope = cv2.GaussianBlur(depth, (0, 0), max(HEM_UNITS * unit / 2, 0.6))
    across = cv2.Sobel(slope, cv2.CV_32F, 1, 0, ksize=3) ** 2
    down = cv2.Sobel(slope, cv2.CV_32F, 0, 1, ksize=3) ** 2
    sideways = AT_HEMS + (1.0 - AT_HEMS) * across / (across + down + 1e-3)
    turned = 1.0 - np.minimum(depth / (RIM_UNITS * unit / 2), 1.0)
    facing = AMBIENT + (1.0 - AMBIENT) * np.sqrt(np.maximum(1.0 - turned**2, 0.0))
    return resized((np.log(facing) * sideways).astype(np.float32), opacity.shape)


def form_of(opacity: Opacity, sleeves: Iterable[Opacity], unit: float) -> Gain:
    """The falloff around torso and sleeves; where a sleeve is sewn to the torso nothing turns away."""
    form = rim_falloff(opacity, unit)
    apart = below_shoulders(opacity, unit)
    for sleeve in sleeves:
        form = form + (rim_falloff(sleeve, unit * SLEEVE_RIM) - form) * (sleeve * apart)
    return form


def form_of_legs(opacity: Opacity, legs: Sequence[Opacity], unit: float) -> Gain:
    """The falloff around a seat that parts into legs gradually: the crotch is no step in the light."""
    form = rim_falloff(opacity, unit)
    for leg in legs:
        others = [other for other in legs if other is not leg]
        alone = opacity * (1 - others[0] * (1 - leg)) if others else opacity
        form = form + (rim_falloff(alone, unit * LEG_RIM) - form) * (leg * _below_seat(leg, unit))
    return form


def _below_seat(leg: Opacity, unit: float) -> Opacity:
    """0 where a leg leaves the seat, 1 a little below."""
    tops = np.argmax(leg > 0.5, axis=0)
    top = np.median(tops[tops > 0]) if tops.any() else 0.0
    below = np.arange(leg.shape[0], dtype=np.float32)[:, None] - top
    return np.clip(below / (INTO_LEGS_UNITS * unit), 0.0, 1.0).astype(np.float32)


def below_shoulders(opacity: Opacity, unit: float) -> Opacity:
    """0 from the cloth's upper edge down to about the armpits, and 1 below, where sleeves hang apart from the torso."""
    solid = opacity > 0.5
    below = np.arange(opacity.shape[0], dtype=np.float32)[:, None] - np.argmax(solid, axis=0)[None]
    first, last = ARMHOLE_UNITS
    return np.clip((below / unit - first) / (last - first), 0.0, 1.0).astype(np.float32)


def balance(log_gain: Gain, opacity: Opacity, bright: float = 0.0) -> Gain:
    """Shift a log gain so that half of the visible cloth keeps the product's brightness, and turn it into a gain.

    Cloth whose brightest channel is `bright` at its median is darkened a little where its lit side would be beyond what
    a picture can show, as white and neon do: its folds would be lost.
    """
    visible = opacity > 0.5
    middle, lit = np.quantile(log_gain[visible][::7], (0.5, 0.9)) if visible.any() else (0.0, 0.0)
    room = np.log(WHITEST / max(bright, 1e-3)) - (lit - middle)
    return np.exp(np.clip(log_gain - middle + np.clip(room, -MOST_DIMMED, 0.0), -1.1, 0.55)).astype(np.float32)


def middle_luminance(colour: Picture, opacity: Opacity) -> float:
    """The median luminance, 0..1, of what is seen of cloth; 0 where none is."""
    seen = _seen(colour, opacity)
    return float(np.median(luminance(seen))) if len(seen) else 0.0


def brightest_channel(colour: Picture, opacity: Opacity) -> float:
    """The median, 0..1 of linear light, of the brightest channel of what is seen of cloth; 0 where none is."""
    seen = _seen(colour, opacity)
    return float(np.median(seen.max(axis=1))) if len(seen) else 0.0


def _seen(colour: Picture, opacity: Opacity) -> Linear:
    """(n, 3) some of the cloth's pixels in linear light, spread evenly over what is seen of it."""
    every = np.s_[1::SEEN_EVERY_PX, 1::SEEN_EVERY_PX]
    return to_linear(colour[every][opacity[every] > 0.9])


def own_depth(bright: float) -> float:
    """How deep shading is on cloth of this luminance: 1 on black, less on white."""
    return 1.0 - WHITE_SOFTENS * bright


def lit(colour: Picture, gain: Gain) -> Linear:
    """The cloth in linear light under a `gain` of (h, w, 1 or 3): even black cloth shines where light falls."""
    return (to_linear(colour) * gain + CLOTH_SHEEN * np.maximum(gain - UNLIT, 0.0)).astype(np.float32)


def scene_tint(person: PersonAnalysis) -> NDArray[np.float32]:
    """(3,) gentle gain of the room's light on a product photographed in a studio: the photo's own white point.

    The brightest tenth of the scene outside the person stands for white where it is nearly grey; at most 4 % a channel.
    """
    scene = np.flatnonzero((person.matte < 0.05) & (highest(person.picture) < 252))
    if len(scene) < 2000:
        return np.ones(3, np.float32)
    pixels = to_linear(picked(person.picture, scene[::17]))
    bright = luminance(pixels)
    white = pixels[bright >= np.quantile(bright, 0.9)].mean(axis=0)
    tint = white / max(float(white @ np.asarray([0.2126, 0.7152, 0.0722], np.float32)), 1e-4)
    if tint.max() / max(tint.min(), 1e-3) > 1.6:
        return np.ones(3, np.float32)
    return np.clip(tint**0.35, 0.96, 1.04).astype(np.float32)


def shadow_of(opacity: Opacity, shift: tuple[float, float], blur: float) -> Opacity:
    """What something in front throws on what is just behind it: itself, shifted and blurred."""
    blur = max(blur, 0.5)
    # Farther away there is none of it.
    box = box_of(opacity, int(4 * blur + max(map(abs, shift))) + 3)
    near, shadow = opacity[box], np.zeros(opacity.shape, np.float32)
    move = np.asarray([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    moved = cv2.warpAffine(near, move, near.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    shadow[box] = cv2.GaussianBlur(moved, (0, 0), blur)
    return shadow
