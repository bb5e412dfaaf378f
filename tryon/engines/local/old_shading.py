"""The light on the person: folds and shading of what is worn now, to be carried onto the new garment.

Only ratios are used, never absolute brightness of skin or of the old garment, so a dark garment or dark skin darkens
nothing.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis, Picture
from tryon.engines.local.busy_cloth import SHEEN, busyness, directedness
from tryon.engines.local.fill import pull_push, smooth_known
from tryon.engines.local.light import Gain, own_depth
from tryon.engines.local.linear import luminance, to_linear
from tryon.engines.local.raster import bits, grown, reduced, resized, shrunk

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
"""That light is smaller than folds are: its share of what is seen of it, its limit, and how far to trust it."""
TRUST_UNITS: Final = 0.08
"""Standard deviation of the share of plain cloth: a small print in it is bridged by the shading around."""
BRIDGE_UNITS: Final = 0.05
"""Standard deviation that evens out the shading where it is bridged."""
BESIDE_UNITS: Final = 0.06
"""Over this distance beside the old garment its shading fades out."""
DETAILS: Final = ((0.035, 0.16), (0.11, 0.34))
"""Sizes in units and the log contrast above which something so small is not a fold."""
PART_OF_IT: Final = 0.4
LONG: Final = 2.0
MOSTLY_DEEP: Final = 0.75
"""A piece that differs by more than the first share of that contrast and is larger than so many sizes squared is a fold
as a whole if it is deeper than that contrast along less than the last share of its length."""
GATHERS_UNITS: Final = 0.04
"""Standard deviation over which marks finer than folds are counted: about the width of a ruffle."""
GATHERED: Final = (0.07, 0.05)
GATHERED_RATIO: Final = 2.0
"""Ruffles, gathers and crumpled cloth: where what is finer than folds varies by more than the first, and by so many
times more than on the calmest quarter of the same cloth, less and less is believed, over the second, nothing."""
PAINT_UNIT_PX: Final = 110.0
"""Prints are looked for at this size of the body's unit."""
PAINT_LIGHTNESS: Final = 40.0
PAINT_HUE: Final = 13.0
"""Differences in 8-bit Lab from the median around; folds in plain cloth stay below."""
MOSTLY_PAINTED: Final = 0.4
"""With more than this share painted there is no plain cloth around to tell paint by."""
PLAIN_WEAVE: Final = 0.05
"""Standard deviation of what is finer than folds; all smooth plain cloth lies below, denim, acid wash, coarse knitwear
and lace above, and what varies on those more broadly is wear and pattern as often as light."""
MOTTLED: Final = 2.0
DIRECTED: Final = (0.4, 0.7)
"""Coarse cloth whose variation has no direction is mottled by its dye: less of it is believed, by this power more.
Acid wash, sequins and lace have 0.36 to 0.55, folded jeans 0.65 and more."""
LEAST_PLAIN: Final = 0.2
BROAD_LEAST: Final = 0.4
"""Of the roundness, so much is kept on the coarsest cloth."""
PATTERNED: Final = 0.11
"""Standard deviation of folds alone; what varies more is patterned, and its pattern must not be carried over."""
MIXED_LIMIT: Final = 0.16
"""Where two materials were worn over each other, what is left of their difference must not become a shadow."""
BROAD_LIMIT: Final = 0.55
BRIGHTEST: Final = 0.32
"""Natural logarithm that highlights approach: brighter is skin seen through thin cloth, or wear."""
DARK_LUMINANCE: Final = 0.08
LEAST_DARK: Final = 0.45
"""On cloth darker than this highlights are stronger than its folds, and on black cloth the camera's noise is: less of
all that is seen on it is believed, down to this share."""


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
    relief = np.clip(log - level, -1.2, 1.2)
    weight = weight * (1.0 - _gathers(relief, weight, unit))
    relief = _without_details(relief, weight, unit)
    broad = smooth_known(relief, weight, BROAD_UNITS * unit)
    fine = smooth_known(relief, weight, max(FINE_UNITS * unit, 0.8))
    fold = np.clip(fine - broad, -FOLD_LIMIT, FOLD_LIMIT)
    middle, known = float(np.median(bright[inner])), weight > 0.5
    if known.any():
        plain = _plainness(float((relief - fine)[known].std()))
        if plain < 1.0:
            plain **= 1.0 + MOTTLED * (1.0 - _directed(directedness(fold, weight, unit)))
        broad = broad * (BROAD_LEAST + (1.0 - BROAD_LEAST) * plain)
        fold *= plain * _certainty(float(fold[known].std()) * plain)
    if mixed:
        fold, broad = np.clip(fold, -MIXED_LIMIT, MIXED_LIMIT), np.clip(broad, -MIXED_LIMIT, MIXED_LIMIT) * 0.5
    shade = FOLD_SHARE * fold + BROAD_SHARE * np.clip(broad, -BROAD_LIMIT, BROAD_LIMIT)
    shade = np.minimum(shade, BRIGHTEST * np.tanh(shade / BRIGHTEST))
    shade = _bridged(shade, weight, unit) / own_depth(middle)
    shade, trust = _with_wide(shade, wide, weight, inner, unit)
    return shade, trust * np.float32(np.clip(middle / DARK_LUMINANCE, LEAST_DARK, 1.0))


def _with_wide(shade: Gain, wide: Gain, weight: Opacity, inner: NDArray[np.bool_], unit: float) -> tuple[Gain, Opacity]:
    """Where the folds can't be trusted, the light that changes slowly over the whole garment takes their place."""
    trust = np.minimum(smooth_known(weight, inner.astype(np.float32), TRUST_UNITS * unit) * 2.0, 1.0)
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


def _plainness(weave: float) -> float:
    """1 on smooth cloth, less the more it varies at sizes finer than folds (standard deviation `weave`)."""
    return float(np.clip(PLAIN_WEAVE / max(weave, 1e-3), LEAST_PLAIN, 1.0)) ** 1.5


def _directed(share: float) -> float:
    """0 where what varies on coarse cloth is mottled, 1 where it runs in folds; between in between."""
    return float(np.clip((share - DIRECTED[0]) / (DIRECTED[1] - DIRECTED[0]), 0.0, 1.0))


def _certainty(contrast: float) -> float:
    """0..1, how surely what varies on the cloth are folds: less on patterned cloth."""
    return float(min(1.0, PATTERNED / max(contrast, 1e-3)) ** 1.5)


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


def _gathers(relief: NDArray[np.float32], weight: Opacity, unit: float) -> Opacity:
    """1 on ruffles, gathers and crumpled cloth: their many small shadows are no folds of the new cloth, and together
    would be seen as a band on it."""
    core = weight * (shrunk(bits(weight > 0), 2) > 0)
    known = core > 0.5
    if not known.any():
        return np.zeros(relief.shape, np.float32)
    fine = (relief - smooth_known(relief, weight, max(FINE_UNITS * unit, 0.8))) ** 2
    varies = np.sqrt(np.maximum(smooth_known(fine, core, GATHERS_UNITS * unit), 0.0))
    least = max(GATHERED[0], GATHERED_RATIO * float(np.quantile(varies[known], 0.25)))
    return np.clip((varies - least) / GATHERED[1], 0.0, 1.0).astype(np.float32)


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
        detail = grown(bits(_whole(np.maximum(dark, bright), contrast, size)), 1) > 0
        flat = np.where(detail, np.where(dark > bright, closed, opened), flat).astype(np.float32)
    return flat


def _whole(apart: NDArray[np.float32], contrast: float, size: int) -> NDArray[np.bool_]:
    """What differs by more than `contrast`, without the parts of folds that do: a fold that is deep in places would end
    there, and what remains of it be seen as stains. A seam or a drawstring is deep all along."""
    deep = apart > contrast
    found = deep.copy()
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(bits(apart > PART_OF_IT * contrast))
    for number in 1 + np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] > (LONG * size) ** 2):
        x, y, width, height = (int(value) for value in stats[number, :4])
        window = np.s_[y : y + height, x : x + width]
        piece = pieces[window] == number
        # Along the piece, for across it a narrow string has hardly more than its soft edges.
        across = 1 if height > width else 0
        share = (deep[window] & piece).any(axis=across).sum() / piece.any(axis=across).sum()
        found[window] &= ~piece | (share > MOSTLY_DEEP)
    return found
