"""How uneven this person's skin is, in light and in colour, from single pixels to a hand's width; made-up skin is as
uneven.

Skin of one flat tone looks airbrushed, and what it lacks most is colour: over a few pixels seen arms vary three times
as much in red and blue as skin whose light alone is uneven. Each width is measured apart, on all skin that is seen.
Hands and faces are more uneven than arms; how much more than other people's they are tells the same of the arms
(correlation 0.6 to 0.8 over 49 arms and legs), and that alone is taken from them. Nothing hangs on how bright the skin
is.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import Bits, among, bits, blurred, depth, reduced, resized, shrunk
from tryon.engines.local.skin_tone import DARKEST

Floats = NDArray[np.float32]

WIDTHS_PX: Final = (0.7, 1.4, 2.8, 5.6, 11.2, 22.4)
"""Each band is what a blur of this deviation takes away and the one before leaves."""
SMALLER: Final = (1.0, 1.0, 0.5, 0.5, 0.25, 0.25)
"""What is wide is looked at and drawn at so much of the size."""
EDGE_PX: Final = 2
INSIDE_PX: Final = 3
"""So far from its edges skin is clean, and so much farther its evenness is measured."""

LIKE_ARMS: Final = (BodyLabel.ARM, BodyLabel.MIDRIFF, BodyLabel.LEG)
TRUST: Final = {BodyLabel.ARM: 4.0, BodyLabel.NECK: 2.0, BodyLabel.HAND: 1.0, BodyLabel.HEAD: 1.0}
DOUBT: Final = 0.5
"""How much each part's word counts, and that of people in general."""
SURE_PX: Final = 1200.0
LEAST_PX: Final = 200
REACH_PX: Final = 64
STRIDE: Final = 4
"""With fewer pixels a part counts less, with fewer than these nothing; half the size of the window in which it is
looked at, and the step at which the window is looked for."""
MORE: Final = np.float32(0.4)
"""So much is believed of what makes a neck, a hand or a face more uneven than others: it may be hair, jewellery or, on
a small figure, the features. What makes them less uneven is their skin."""
MOST_WIDE: Final = 1.35
FACTORS: Final = (0.45, 1.9)
"""Light over three pixels and more is made up at most so much more uneven than usual, and no skin more even or more
uneven than this: beyond it is form, hair, jewellery or noise."""

USUAL: Final[dict[BodyLabel, tuple[tuple[float, ...], ...]]] = {
    BodyLabel.ARM: (
        (0.0128, 0.0117, 0.0148, 0.0366, 0.0826, 0.1167),
        (0.0063, 0.0050, 0.0071, 0.0105, 0.0153, 0.0153),
        (0.0065, 0.0057, 0.0082, 0.0118, 0.0167, 0.0215),
    ),
    BodyLabel.NECK: (
        (0.0110, 0.0137, 0.0212, 0.0385, 0.0664, 0.1112),
        (0.0065, 0.0051, 0.0082, 0.0109, 0.0126, 0.0158),
        (0.0073, 0.0064, 0.0086, 0.0104, 0.0136, 0.0172),
    ),
    BodyLabel.HAND: (
        (0.0244, 0.0277, 0.0487, 0.0905, 0.1142, 0.1229),
        (0.0098, 0.0092, 0.0154, 0.0212, 0.0255, 0.0235),
        (0.0107, 0.0105, 0.0159, 0.0201, 0.0241, 0.0279),
    ),
    BodyLabel.HEAD: (
        (0.0222, 0.0261, 0.0437, 0.0830, 0.1309, 0.1716),
        (0.0085, 0.0079, 0.0142, 0.0243, 0.0319, 0.0355),
        (0.0106, 0.0095, 0.0169, 0.0281, 0.0354, 0.0392),
    ),
}
"""Robust deviations over the bands, medians of 38 people's arms and legs and of some 40 necks, hands and faces: log
luminance; red over green and blue over green, less what goes with luminance."""
FORM: Final = np.asarray(
    (
        (0.05, 0.05, 0.5, 0.79, 0.89, 0.93),
        (0.15, 0.0, 0.16, 0.51, 0.65, 0.72),
        (0.15, 0.0, 0.16, 0.55, 0.7, 0.8),
    ),
    np.float32,
)
"""Share of the deviations in each band that is the limb's form and what shines on it, which are drawn by themselves.

Form runs along a limb or ends in a line, unevenness lies in spots: along the middle of 62 real arms light varies over
four hundredths of their length by 0.008 and 0.011 (medians of two halves of the people). With the shares that leave
made-up arms as much, light is uneven over few pixels alone; more of it looks like dirt, most of all on small figures.
"""
WITH_LIGHT: Final = (-0.25, 0.25)
"""Red and blue over green that go with log luminance: shade is redder. The medians are alike on all widths."""
DRAWN: Final = (0.6, 1.3, 2.3, 1.2, 1.6, 1.7)
"""Deviation at which each band is drawn, for that with which it is measured again: bands overlap."""
FIELD_PX: Final = 360
"""Unevenness is drawn no larger than this."""
TOGETHER: Final = (0.5, 0.25, 0.1, 0.0, 0.0, 0.0)
"""Correlation of blue over green with red over green in each band."""


@dataclass(frozen=True, slots=True)
class SkinTexture:
    bright: Floats
    red: Floats
    blue: Floats
    """(6,) standard deviations, in log light, of luminance, red over green and blue over green in each band."""


def learn_texture(person: PersonAnalysis, photo: Linear) -> SkinTexture:
    """What this person's seen skin tells; that of people in general where none is seen."""
    usual = np.asarray(USUAL[BodyLabel.ARM], np.float32)
    total, weights = np.zeros_like(usual), np.float32(DOUBT)
    for part, found, count in _parts(person, photo):
        weight = np.float32(TRUST[part] * min(1.0, count / SURE_PX))
        off = np.log(np.maximum(found, 1e-4) / np.asarray(USUAL[part], np.float32))
        total += weight * (off if part == BodyLabel.ARM else np.where(off > 0, MORE * off, off))
        weights += weight
    factor = np.clip(np.exp(total / weights), *FACTORS)
    # The widest bands of light are mostly form, on slim limbs from the third on: there the finer ones tell.
    factor[0, 2:] = min(float(factor[0, 2]), float(factor[0, 1]), MOST_WIDE)
    return SkinTexture(*(usual * factor * (1 - FORM)))


def _parts(person: PersonAnalysis, photo: Linear) -> list[tuple[BodyLabel, Floats, int]]:
    """Of each part of the body that is seen: its deviations, (3, 6) as in USUAL, and the number of pixels."""
    found = []
    few = person.labels[::STRIDE, ::STRIDE]
    for part in USUAL:
        names = LIKE_ARMS if part == BodyLabel.ARM else (part,)
        # Where the part is widest it is skin for sure, and a window there tells enough.
        inner = depth(bits(among(few, names)))
        y, x = (STRIDE * int(at) for at in np.unravel_index(int(np.argmax(inner)), inner.shape))
        window = np.s_[max(0, y - REACH_PX) : y + REACH_PX, max(0, x - REACH_PX) : x + REACH_PX]
        clean = shrunk(bits(among(person.labels[window], names)), EDGE_PX)
        inside = shrunk(clean, INSIDE_PX)
        count = int(inside.sum())
        if count >= LEAST_PX:
            found.append((part, _over_widths(photo[window], clean, inside), count))
    return found


def _over_widths(photo: Linear, clean: Bits, inside: Bits) -> Floats:
    """(3, 6) deviations of luminance, red and blue within one window."""
    light = np.log(np.maximum(photo, DARKEST))
    red, blue = light[..., 0] - light[..., 1], light[..., 2] - light[..., 1]
    layers = np.dstack([light.mean(axis=2), red, blue, np.ones_like(red)]) * clean[..., None].astype(np.float32)
    before, size = _mean(layers, 0.0), 1.0
    over = []
    for width, smaller in zip(WIDTHS_PX, SMALLER, strict=True):
        if smaller != size:
            before, layers = (reduced(field, smaller / size) for field in (before, layers))
            inside, size = resized(inside, before.shape, cv2.INTER_NEAREST), smaller
        after = _mean(layers, width * size)
        over.append(_deviations((before - after)[inside > 0]))
        before = after
    return np.stack(over, axis=1)


def _mean(layers: Floats, sigma: float) -> Floats:
    """(h, w, 3) the layers blurred within the mask, which is the last of them."""
    soft = blurred(layers, sigma) if sigma > 0 else layers
    return np.asarray(soft[..., :3] / np.maximum(soft[..., 3:], 1e-3), np.float32)


def _deviations(band: Floats) -> Floats:
    """(3,) robust deviations of (n, 3) luminance, red and blue; those of the colours less what goes with luminance."""
    bright = band[:, 0]
    own = [bright, *(band[:, 1 + i] - np.float32(share) * bright for i, share in enumerate(WITH_LIGHT))]
    return np.asarray([1.4826 * float(np.median(np.abs(values))) for values in own], np.float32)


def as_uneven_as_seen(light: Linear, skin: Opacity, person: PersonAnalysis, photo: Linear) -> Linear:
    """`light` with this person's unevenness where there is `skin`."""
    return with_texture(light, skin, learn_texture(person, photo)) if skin.any() else light


def with_texture(light: Linear, skin: Opacity, texture: SkinTexture) -> Linear:
    """`light` made uneven where there is `skin`; the same for the same picture."""
    rows, columns = np.flatnonzero(skin.any(axis=1)), np.flatnonzero(skin.any(axis=0))
    if not rows.size:
        return light
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    light = light.copy()
    height, width = skin[box].shape
    field = uneven((min(height, FIELD_PX), min(width, FIELD_PX)), texture)
    # Beyond its size the field goes on as its mirror image: no seam, and noise shows no symmetry.
    field = cv2.copyMakeBorder(field, 0, height - len(field), 0, width - field.shape[1], cv2.BORDER_REFLECT)
    light[box] *= 1 + skin[box][..., None] * field
    return light


def uneven(shape: tuple[int, ...], texture: SkinTexture) -> Floats:
    """(h, w, 3) log light of each channel by which skin of this texture differs from an even one."""
    rng = np.random.default_rng(20)
    whole = np.zeros((*shape, 3), np.float32)
    for size in sorted(set(SMALLER), reverse=True):
        small = (max(1, round(shape[0] * size)), max(1, round(shape[1] * size)))
        noise = rng.standard_normal((*small, 3), np.float32)
        part = np.zeros_like(noise)
        for band, width in enumerate(WIDTHS_PX):
            if SMALLER[band] == size:
                inner = WIDTHS_PX[band - 1] * size if band else 0.0
                part += _as_coloured(_band(noise, inner, width * size), texture, band)
        whole += resized(part, shape)
    bright, red, blue = cv2.split(whole)
    red, blue = red + WITH_LIGHT[0] * bright, blue + WITH_LIGHT[1] * bright
    green = bright - (red + blue) / 3
    return np.asarray(cv2.merge([green + red, green, green + blue]), np.float32)


def _band(noise: Floats, inner: float, outer: float) -> Floats:
    """White noise without what is narrower or wider than the band, of deviation 1."""
    kept = (blurred(noise, inner) if inner > 0 else noise) - blurred(noise, outer)
    return np.asarray(kept * np.float32(1 / max(float(cv2.meanStdDev(kept)[1].mean()), 1e-6)), np.float32)


def _as_coloured(band: Floats, texture: SkinTexture, number: int) -> Floats:
    """Three independent fields as luminance, red and blue of one band."""
    bright, red, other = cv2.split(band * np.float32(DRAWN[number]))
    share = np.float32(TOGETHER[number])
    blue = share * red + np.sqrt(1 - share * share) * other
    return np.asarray(
        cv2.merge([texture.bright[number] * bright, texture.red[number] * red, texture.blue[number] * blue]), np.float32
    )
