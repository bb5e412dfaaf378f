"""The light on the person: folds and shading of what is worn now, carried onto the new garment.

Only ratios are used, never absolute brightness of skin or of the old garment, so a dark garment or dark skin darkens
nothing. Every field is a gain in linear light, 1.0 leaves the product's colour as it is.
"""

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis, Picture
from tryon.engines.local.busy_cloth import SHEEN, busyness
from tryon.engines.local.fill import pull_push, smooth_known
from tryon.engines.local.linear import Linear, luminance, to_linear
from tryon.engines.local.raster import bits, reduced, resized, shrunk

Gain = NDArray[np.float32]

BROAD_UNITS: Final = 0.14
"""Standard deviation, in body units, that parts the body's roundness from the folds."""
FINE_UNITS: Final = 0.012
"""Below this the old garment's weave and noise begin; they belong to the old cloth."""
FOLD_UNIT_PX: Final = 140.0
"""Folds are looked for at this size of the body's unit: finer detail is weave."""
BROAD_SHARE: Final = 0.65
FOLD_SHARE: Final = 0.85
FOLD_LIMIT: Final = 0.38
"""Natural logarithm; deeper contrast in the old garment is a print, a seam or an opening, hardly ever a fold."""
WIDE_UNITS: Final = 0.32
"""Standard deviation over which even plaid and large flowers average out, and only the room's light is left."""
WIDE_SHARE: Final = 0.6
WIDE_LIMIT: Final = 0.14
WIDE_TRUST: Final = 0.4
TRUST_UNITS: Final = 0.08
"""Standard deviation of the share of plain cloth: a small print in it is bridged by the shading around."""
BRIDGE_UNITS: Final = 0.05
BESIDE_UNITS: Final = 0.06
DETAILS: Final = ((0.035, 0.16), (0.11, 0.34))
"""Sizes in units and the log contrast above which something so small is not a fold."""
PAINT_UNIT_PX: Final = 110.0
"""Prints are looked for at this size of the body's unit."""
PAINT_LIGHTNESS: Final = 40.0
PAINT_HUE: Final = 13.0
"""Differences in 8-bit Lab from the median around; folds in plain cloth stay below."""
MOSTLY_PAINTED: Final = 0.4
"""With more than this share painted there is no plain cloth around to tell paint by."""
PLAIN_WEAVE: Final = 0.06
"""Standard deviation of what is finer than folds in plain cloth; the folds of coarser cloth (knitwear) are unsure."""
PATTERNED: Final = 0.11
"""Standard deviation of folds alone; what varies more is patterned, and its pattern must not be carried over."""
CLOTH_SHEEN: Final = 0.014
"""Linear light that new cloth returns besides its dye's; less than what is assumed of old cloth, for black is to stay
black."""
MIXED_LIMIT: Final = 0.16
"""Where two materials were worn over each other, what is left of their difference must not become a shadow."""
BROAD_LIMIT: Final = 0.55
RIM_UNITS: Final = 0.34
"""From the edge of the torso, cloth turns towards the viewer over this width."""
MEASURED: Final = 0.7
"""Where the old shading is trusted it holds this share of the falloff already."""
AMBIENT: Final = 0.62
"""Share of the light that comes from everywhere and reaches cloth seen edge-on."""
SLEEVE_RIM: Final = 0.55
"""Sleeves are narrower than the torso, and turn away from the light over this share of the width."""
ARMHOLE_UNITS: Final = (0.2, 0.45)
"""Below the shoulder: from the lower part of the armhole to where every arm hangs free."""
AT_HEMS: Final = 0.15
HEM_UNITS: Final = 0.03
"""Share of the falloff that is left where the cloth's edge lies level, as hems do, and how smooth that direction is."""
WHITE_SOFTENS: Final = 0.45
"""White cloth lights its own folds: the share of their depth it takes away."""
WHITEST: Final = 0.93
"""Luminance that nine tenths of a white garment must stay below, for its folds to be seen at all."""
MOST_DIMMED: Final = 0.16
"""Natural logarithm; a white product in a room is this much darker than on a studio's white, and still white."""
DARK_LUMINANCE: Final = 0.02
"""Below this the camera's noise is as strong as the folds."""


def old_shading(person: PersonAnalysis, unit: float) -> tuple[Gain, Opacity]:
    """Log gain of the worn top's folds and roundness, and how far to trust it (0..1) at each pixel."""
    whole = shrunk(bits(person.labels == BodyLabel.TOP), 1) > 0
    shade, trust = np.zeros(whole.shape, np.float32), np.zeros(whole.shape, np.float32)
    if whole.sum() < 200:
        return shade, trust
    window = _window_around(whole, round(0.1 * unit) + 2)
    inner, picture = whole[window], person.picture[window]
    # Only the old garment's own pixels are looked at from here on: skin beside it must not change a thing.
    usual = np.median(picture[inner][::7], axis=0).astype(np.uint8)
    cloth = np.where(inner[..., None], picture, usual)
    factor = min(1.0, FOLD_UNIT_PX / unit)
    if factor < 0.8:
        cloth, inner = reduced(cloth, factor), reduced(inner.astype(np.float32), factor) > 0.99
        unit = unit * factor
    shade[window], trust[window] = (resized(field, picture.shape) for field in _shading_of(cloth, inner, unit))
    return shade, trust


def _window_around(area: NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    upper, left = max(0, int(rows[0]) - margin), max(0, int(columns[0]) - margin)
    return np.s_[upper : int(rows[-1]) + margin + 1, left : int(columns[-1]) + margin + 1]


def _shading_of(cloth: Picture, inner: NDArray[np.bool_], unit: float) -> tuple[Gain, Opacity]:
    """The shading of a cloth seen in the mask `inner`, without its paint and its weave."""
    bright = luminance(to_linear(cloth))
    log = np.log(bright + SHEEN)
    weight, level, mixed = _materials(cloth, inner, log)
    wide = smooth_known(np.clip(log - level, -1.2, 1.2), weight, WIDE_UNITS * unit)
    weight = weight * (1.0 - _paint(cloth, inner, unit)) * (1.0 - busyness(cloth, inner, unit))
    relief = _without_details(np.clip(log - level, -1.2, 1.2), weight, unit)
    broad = smooth_known(relief, weight, BROAD_UNITS * unit)
    fine = smooth_known(relief, weight, max(FINE_UNITS * unit, 0.8))
    fold = np.clip(fine - broad, -FOLD_LIMIT, FOLD_LIMIT)
    known = weight > 0.5
    if known.any():
        spread = float((relief - fine)[known].std()), float(fold[known].std())
        fold *= _certainty(*spread, float(np.median(bright[inner])))
    if mixed:
        fold, broad = np.clip(fold, -MIXED_LIMIT, MIXED_LIMIT), np.clip(broad, -MIXED_LIMIT, MIXED_LIMIT) * 0.5
    shade = FOLD_SHARE * fold + BROAD_SHARE * np.clip(broad, -BROAD_LIMIT, BROAD_LIMIT)
    shade = _bridged(shade, weight, unit) / own_depth(float(np.median(bright[inner])))
    trust = np.minimum(smooth_known(weight, inner.astype(np.float32), TRUST_UNITS * unit) * 2.0, 1.0)
    # Where the folds can't be trusted, the light that changes slowly over the whole garment takes their place.
    wide = np.clip(WIDE_SHARE * wide, -WIDE_LIMIT, WIDE_LIMIT)
    both = trust + (1.0 - trust) * WIDE_TRUST
    shade = (shade * trust + wide * (1.0 - trust) * WIDE_TRUST) / both
    return shade.astype(np.float32), (both * _fading_out(inner, unit)).astype(np.float32)


def _bridged(shade: Gain, weight: Opacity, unit: float) -> Gain:
    """The shading continued, without an edge, over what is not known of it."""
    filled = pull_push(shade, weight)
    soft = cv2.GaussianBlur(filled, (0, 0), BRIDGE_UNITS * unit, borderType=cv2.BORDER_REPLICATE)
    certain = cv2.GaussianBlur(weight, (0, 0), BRIDGE_UNITS * unit / 2) * weight
    return (soft + (filled - soft) * certain).astype(np.float32)


def _fading_out(inner: NDArray[np.bool_], unit: float) -> Opacity:
    """1 on the old garment and gently less beside it, so that its outline is not seen on a new one that is wider."""
    away = cv2.distanceTransform(bits(~inner), cv2.DIST_L2, 3)
    return np.exp(-((away / (BESIDE_UNITS * unit)) ** 2)).astype(np.float32)


def _certainty(weave: float, contrast: float, bright: float) -> float:
    """0..1, how surely what varies on the cloth are folds: less on coarse, on patterned and on very dark cloth."""
    plain = float(np.clip(PLAIN_WEAVE / max(weave, 1e-3), 0.35, 1.0))
    unpatterned = min(1.0, PATTERNED / max(contrast * plain, 1e-3)) ** 1.5
    return plain * unpatterned * float(np.clip(bright / DARK_LUMINANCE, 0.35, 1.0))


def _materials(
    cloth: Picture, inner: NDArray[np.bool_], log: NDArray[np.float32]
) -> tuple[Opacity, NDArray[np.float32], bool]:
    """Weight of each pixel, the log luminance of its material, and whether there are two materials.

    Two cloths (a jacket and a shirt, a print and its ground) differ in paint, not in light.
    """
    lab = cv2.cvtColor(cloth, cv2.COLOR_RGB2Lab)
    lab = cv2.medianBlur(lab, 5)
    samples = lab[inner].astype(np.float32)
    chosen = samples[:: max(1, len(samples) // 3000)]
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(7)
    _, _, centres = cv2.kmeans(chosen, 2, np.empty(0, np.int32), stop, 2, cv2.KMEANS_PP_CENTERS)
    weight = inner.astype(np.float32)
    level = np.full(log.shape, np.asarray(np.median(log[inner]), np.float32), np.float32)
    apart = float(np.linalg.norm((centres[0] - centres[1]) * np.asarray([0.55, 1.6, 1.6], np.float32)))
    if apart < 30.0:
        return weight, level, False
    far = [((lab.astype(np.float32) - centre) ** 2).sum(axis=2) for centre in centres]
    second = ((far[1] < far[0]) & inner).astype(np.uint8)
    share = float(second.sum()) / float(inner.sum())
    if not 0.03 < share < 0.97:
        return weight, level, False
    for which in (0, 1):
        area = inner & (second == which)
        level[area] = np.median(log[area])
    border = cv2.morphologyEx(second, cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8)) > 0
    weight[border] = 0.0
    return weight, level, True


def _paint(cloth: Picture, inner: NDArray[np.bool_], unit: float) -> Opacity:
    """1 on prints and letters: whatever differs from the cloth around it in hue, or in lightness more than a fold."""
    step = max(1.0, unit / PAINT_UNIT_PX)
    size = (round(inner.shape[1] / step), round(inner.shape[0] / step))
    lab = cv2.cvtColor(cv2.resize(cloth, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2Lab)
    inside = cv2.resize(inner.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    window = 2 * round(0.16 * unit / step) + 1
    apart = []
    for part in cv2.split(lab):
        filled = np.where(inside, part, np.uint8(np.median(part[inside])))
        apart.append(np.abs(part.astype(np.float32) - cv2.medianBlur(filled, window)))
    painted = (apart[0] > PAINT_LIGHTNESS) | (np.hypot(apart[1], apart[2]) > PAINT_HUE)
    wide = cv2.dilate((painted & inside).astype(np.uint8), np.ones((3, 3), np.uint8), iterations=2)
    share = float(wide[inside].mean())
    if share > MOSTLY_PAINTED:
        return np.zeros(inner.shape, np.float32)
    return cv2.resize(wide.astype(np.float32), inner.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _without_details(relief: NDArray[np.float32], weight: Opacity, unit: float) -> NDArray[np.float32]:
    """Flatten what is too small and too strong for a fold: drawstrings, seams, letters, and then buttons and logos."""
    flat = np.where(weight > 0, relief, 0.0).astype(np.float32)
    for size_units, contrast in DETAILS:
        size = max(3, int(size_units * unit) | 1)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        smooth = cv2.GaussianBlur(flat, (0, 0), 0.8)
        closed = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, kernel)
        opened = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, kernel)
        dark, bright = closed - smooth, smooth - opened
        detail = cv2.dilate((np.maximum(dark, bright) > contrast).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        flat = np.where(detail, np.where(dark > bright, closed, opened), flat).astype(np.float32)
    return flat


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


def below_shoulders(opacity: Opacity, unit: float) -> Opacity:
    """0 from the cloth's upper edge down to about the armpits, and 1 below, where sleeves hang apart from the torso."""
    solid = opacity > 0.5
    below = np.arange(opacity.shape[0], dtype=np.float32)[:, None] - np.argmax(solid, axis=0)[None]
    first, last = ARMHOLE_UNITS
    return np.clip((below / unit - first) / (last - first), 0.0, 1.0).astype(np.float32)


def balance(log_gain: Gain, opacity: Opacity, bright: float = 0.0) -> Gain:
    """Shift a log gain so that half of the visible cloth keeps the product's brightness, and turn it into a gain.

    Cloth whose median luminance is `bright` is darkened a little where its lit side would be whiter than white: its
    folds would be lost.
    """
    visible = opacity > 0.5
    middle, lit = np.quantile(log_gain[visible][::7], (0.5, 0.9)) if visible.any() else (0.0, 0.0)
    room = np.log(WHITEST / max(bright, 1e-3)) - (lit - middle)
    return np.exp(np.clip(log_gain - middle + np.clip(room, -MOST_DIMMED, 0.0), -1.1, 0.55)).astype(np.float32)


def middle_luminance(colour: Picture, opacity: Opacity) -> float:
    """The median luminance, 0..1, of what is seen of cloth; 0 where none is."""
    visible = opacity > 0.9
    if not visible.any():
        return 0.0
    step = max(1, int(visible.sum()) // 5000)
    return float(np.median(luminance(to_linear(colour[visible][::step]))))


def own_depth(bright: float) -> float:
    """How deep shading is on cloth of this luminance: 1 on black, less on white."""
    return 1.0 - WHITE_SOFTENS * bright


def lit(colour: Picture, gain: Gain) -> Linear:
    """The cloth in linear light under a `gain` of (h, w, 1 or 3): even black cloth shines where light falls."""
    return (to_linear(colour) * gain + CLOTH_SHEEN * np.maximum(gain - 1.0, 0.0)).astype(np.float32)


def scene_tint(person: PersonAnalysis) -> NDArray[np.float32]:
    """(3,) gentle gain of the room's light on a product photographed in a studio: the photo's own white point.

    The brightest tenth of the scene outside the person stands for white where it is nearly grey; at most 4 % a channel.
    """
    scene = (person.matte < 0.05) & (person.picture.max(axis=2) < 252)
    if scene.sum() < 2000:
        return np.ones(3, np.float32)
    pixels = to_linear(person.picture[scene][::17])
    bright = luminance(pixels)
    white = pixels[bright >= np.quantile(bright, 0.9)].mean(axis=0)
    tint = white / max(float(white @ np.asarray([0.2126, 0.7152, 0.0722], np.float32)), 1e-4)
    if tint.max() / max(tint.min(), 1e-3) > 1.6:
        return np.ones(3, np.float32)
    return np.clip(tint**0.35, 0.96, 1.04).astype(np.float32)


def shadow_of(opacity: Opacity, shift: tuple[float, float], blur: float) -> Opacity:
    """What something in front throws on what is just behind it: itself, shifted and blurred."""
    move = np.asarray([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    moved = cv2.warpAffine(opacity, move, (opacity.shape[1], opacity.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), max(blur, 0.5)), np.float32)
