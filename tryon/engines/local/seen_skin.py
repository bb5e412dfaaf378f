"""What the skin that is seen tells about the light of skin that is made up beside it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis
from tryon.engines.local.fill import pull_push
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import (
    among,
    bits,
    blurred,
    depth,
    highest,
    reduced,
    resized,
    shrunk,
)
from tryon.engines.local.skin_tone import BARE, DARKEST, LEAST_SKIN_PX, UNLIKE_SKIN, SkinTone, clean_skin, shining

CARRY_UNITS: Final = 0.80
"""Over this distance what seen skin tells about the light fades into the person's usual tone."""

CHIN_SHADE: Final = 0.5
CHIN_UNITS: Final = 0.20
"""Log light by which the neck lies in the chin's shadow, and the distance over which that shadow fades on the chest."""

HIGHLIGHT: Final = (0.2, 0.5)
HIGHLIGHT_UNITS: Final = 0.3
"""Between these log lights above what is drawn a highlight sets in on skin that shines. It fades over this distance, as
skin farther away is not as bright, and gently at first, or its edge would be seen."""

HUE_UNITS: Final = 1.2
"""The same for its hue, which changes with the place less than the light does."""

SHADED_UNITS: Final = {BodyLabel.ARM: 0.07, BodyLabel.NECK: 0.02, BodyLabel.MIDRIFF: 0.04}
"""So near to the old top's edge skin lies in its shadow and tells nothing about the light."""

FAR_LIMIT: Final = 0.5
"""Log limits: beyond them it is a cast shadow, a burnt-out highlight or no skin."""

WHOLE: Final = np.s_[:, :]
"""The window that leaves nothing out."""


def meeting_the_seen(
    person: PersonAnalysis, photo: Linear, tone: SkinTone, level: NDArray[np.float32], unit: float,
    reach: float = CARRY_UNITS, window: tuple[slice, slice] = WHOLE, told: "SkinSeen | None" = None,
    hue: NDArray[np.float32] | None = None,
) -> Linear:  # fmt: skip
    """The light of skin in a window at log luminance `level`, corrected by what is seen of the skin nearby, fading over
    `reach`. What is `told` by `skin_seen` need not be looked for again; `hue` is log light (h, w, 3) by which the tone
    is known to differ, limb by limb."""
    known, log, neck = told or skin_seen(person, photo, unit)
    if known.sum() < LEAST_SKIN_PX:
        return tone.colour(level[window])
    drawn = _drawn(tone, reduced(level, 0.5), None if hue is None else reduced(hue, 0.5))
    off = np.clip(log - drawn, -FAR_LIMIT * 2, FAR_LIMIT * 2)
    known = known * (highest(np.abs(off - off.mean(axis=2, keepdims=True))) < UNLIKE_SKIN)
    shade = pull_push(neck * np.clip(-off.mean(axis=2) / CHIN_SHADE, 0.0, 1.0), known)
    away = depth(bits(known < 0.5)) * 2.0 / unit
    off = pull_push(off, known)
    bright = off.mean(axis=2, keepdims=True)
    shines = shining(tone.level) * np.clip((bright[..., 0] - HIGHLIGHT[0]) / (HIGHLIGHT[1] - HIGHLIGHT[0]), 0.0, 1.0)
    fading = _fading(away, reach + (CHIN_UNITS - reach) * shade)
    fading += (np.exp(-((away / HIGHLIGHT_UNITS) ** 2))[..., None] - fading) * shines[..., None]
    carried = bright * fading + (off - bright) * _fading(away, HUE_UNITS)
    drawn = _drawn(tone, level[window], None if hue is None else hue[window])
    return np.exp(drawn + resized(blurred(carried, 2.0), level.shape)[window])


def _drawn(tone: SkinTone, level: NDArray[np.float32], hue: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """(h, w, 3) log light of the tone at log luminance `level`, in its own `hue`."""
    plain = tone.offset + tone.slope * level[..., None]
    return plain if hue is None else np.asarray(plain + hue, np.float32)


def smooth_skin(labels: LabelMap, photo: Linear) -> Linear:
    """The photo without noise, into which nothing but skin is blended: at an arm's edge lie walls and sleeves."""
    skin = shrunk(bits(among(labels, BARE)), 1).astype(np.float32)
    inside = blurred(photo * skin[..., None], 1.5) / np.maximum(blurred(skin, 1.5), 0.05)[..., None]
    return np.asarray(np.where(skin[..., None] > 0, inside, photo), np.float32)


SkinSeen = tuple[Opacity, NDArray[np.float32], Opacity]
"""At half size: 1 on seen skin that tells about the light, the log light (h, w, 3), and 1 on the neck."""


def skin_seen(person: PersonAnalysis, photo: Linear, unit: float) -> SkinSeen:
    log = np.log(np.maximum(reduced(smooth_skin(person.labels, photo), 0.5), DARKEST))
    neck = reduced((person.labels == BodyLabel.NECK).astype(np.float32), 0.5)
    return reduced(_telling(person, unit), 0.5), log, neck


def _telling(person: PersonAnalysis, unit: float) -> Opacity:
    """1 on seen skin that tells about the light: clean, and out of the shadow of the old top's edge."""
    near = depth(1 - bits(person.labels == BodyLabel.TOP)) / unit
    telling = clean_skin(person)
    for label, shaded in SHADED_UNITS.items():
        telling = telling * ~((person.labels == label) & (near < shaded))
    return telling.astype(np.float32)


def _fading(away: NDArray[np.float32], reach: NDArray[np.float32] | float) -> NDArray[np.float32]:
    return np.exp(-away / np.asarray(reach, np.float32))[..., None]
