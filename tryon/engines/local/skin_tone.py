"""How this person's skin answers the light of this photo: its usual brightness, its colour in light and in shade, and
how strongly it is shaded. Nothing is assumed; how uneven it is, `skin_texture` reads."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.linear import Linear, lab_to_linear, luminance
from tryon.engines.local.raster import among, bits, box_of, highest, shrunk

LEAST_SKIN_PX: Final = 40
"""Fewer pixels of skin than this are neither worth making up nor enough to learn a colour from."""

MIDDLE_SKIN_LAB: Final = (62.0, 14.0, 17.0)
"""A skin tone for photos that show no skin at all."""

BARE: Final = (BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.MIDRIFF)

LIT: Final = (BodyLabel.ARM, BodyLabel.MIDRIFF)
SURE_PX: Final = 600.0
"""Skin that shows how light falls on the body: with fewer pixels of it, the spread within neck and hands is mostly
the chin's shadow and the gaps between fingers."""
FACE_SHARE: Final = 0.4
"""Where no such skin is seen, how much of the hue is the face's: necks lie in light thrown back by the old top."""

WEIGHTS: Final = {BodyLabel.ARM: 4.0, BodyLabel.NECK: 1.0, BodyLabel.HAND: 1.0, BodyLabel.HEAD: 1.0}
"""How much each part says about a bare arm's brightness: an arm most; hands are darker, necks may lie in shade."""

SAMPLES: Final = 4000
DARKEST: Final = 0.004
"""Linear light below which a pixel is noise."""
KEEP_HUE: Final = 0.25
"""Ridge, as a share of the samples: skin of one brightness alone keeps its hue in shade and in light."""
UNLIKE_FACE: Final = 0.7
"""Natural logarithm by which a channel differs from the face's at the same luminance: no skin, however lit."""
LEAST_LIKE_FACE: Final = 0.25
"""With a smaller share of samples like the face, it is the face that was not seen well."""
UNLIKE_SKIN: Final = 0.4
"""The same, from this person's skin as it was found: what passed for skin may be a shirt."""
FACING: Final = 66
"""Percentile of the seen skin's brightness: the rest are creases, edges that turn away, the shade under the chin."""
SLOPES: Final = (0.75, 1.45)
"""Bounds of how a channel changes with brightness (logarithms); shaded skin is redder than lit skin."""
USUAL_SPREAD: Final = 0.6
"""Log luminance between the 20th and the 80th percentile of bare skin; the median of 43 photos."""
CONTRASTS: Final = (0.5, 1.5)
ROOM_PX: Final = 8
"""What lies farther from all skin than this is not looked at."""

SHINING: Final = (-1.3, -2.0)
"""Log luminance of skin that shines no more than pale skin does, and of skin that shines most: what the surface throws
back is as much on all skin, and the darker the skin, the more of what is seen."""
SHINING_CONTRAST: Final = 0.5
"""So much more contrast skin that shines has where no bare arm tells; the medians are 1.0 on 25 people with pale skin,
1.5 on eight with dark skin."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SkinTone:
    level: float
    """Natural logarithm of the luminance of skin that faces the light."""
    contrast: float
    """Depth of its shading, 1 in the usual light: flat light has less, hard light and glossy skin have more."""
    offset: Floats
    slope: Floats
    """(3,) logarithm of each channel over that of the luminance."""

    def colour(self, log_luminance: NDArray[np.floating]) -> Linear:
        """(…,) log luminance to (…, 3) linear light."""
        return np.exp(self.offset + self.slope * np.asarray(log_luminance, np.float32)[..., None])


def shining(level: float) -> float:
    """0..1 how much skin shines whose log luminance is `level` where it faces the light."""
    return float(np.clip((SHINING[0] - level) / (SHINING[0] - SHINING[1]), 0.0, 1.0))


def clean_skin(person: PersonAnalysis, labels: tuple[BodyLabel, ...] = BARE) -> Opacity:
    """1 at pixels of the given skin away from its edges, where hair and clothes mix in."""
    return shrunk(bits(among(person.labels, labels)), 2).astype(np.float32)


def learn_tone(person: PersonAnalysis, photo: Linear) -> SkinTone:
    """From the bare skin of body and hands; the face's colour stands in where there is too little of it."""
    box = box_of(among(person.labels, (*BARE, BodyLabel.HEAD)), ROOM_PX)
    person, photo = replace(person, labels=person.labels[box]), photo[box]
    known = np.asarray(MIDDLE_SKIN_LAB if person.skin_lab is None else person.skin_lab)
    face = np.maximum(lab_to_linear(known), np.float32(DARKEST))
    bare = clean_skin(person) > 0
    if bare.sum() < 4 * LEAST_SKIN_PX:
        level = float(np.log(luminance(face)))
        return SkinTone(level, 1.0, np.log(face) - np.float32(level), np.ones(3, np.float32))
    light = np.maximum(photo, DARKEST)
    log = np.log(luminance(light))
    step = max(1, int(bare.sum()) // SAMPLES)
    offset, slope = _ramp(np.log(light[bare][::step]), log[bare][::step], np.log(face / luminance(face)))
    low, high = np.percentile(log[bare][::step], (20, 80))
    sure = min(1.0, float((clean_skin(person, LIT) > 0).sum()) / SURE_PX)
    if person.skin_lab is not None:
        bright = np.float32(np.log(luminance(face)))
        off = np.asarray(np.log(face) - offset - slope * bright, np.float32)
        offset = offset + np.float32(FACE_SHARE * (1.0 - sure)) * off
    shown = clean_skin(person, (*BARE, BodyLabel.HEAD)) > 0
    is_skin = np.zeros(bare.shape, bool)
    is_skin[shown] = highest(np.abs(np.log(light[shown]) - offset - slope * log[shown][:, None])) < UNLIKE_SKIN
    level = _level(person, log, is_skin)
    usual = 1.0 + SHINING_CONTRAST * shining(level)
    contrast = usual + sure * (float(np.clip((high - low) / USUAL_SPREAD, *CONTRASTS)) - usual)
    return SkinTone(level, contrast, offset, slope)


def _ramp(channels: Floats, bright: Floats, face: Floats) -> tuple[Floats, Floats]:
    """Straight lines through (n, 3) log channels over (n,) log luminance, fitted again without what lies far off.

    What has another hue than the `face`, (3,) log channels at luminance 1, is left out from the start.
    """
    kept = np.abs(channels - bright[:, None] - face).max(axis=1) < UNLIKE_FACE
    if kept.mean() < LEAST_LIKE_FACE:
        kept = np.ones(len(bright), bool)
    offset, slope = np.zeros(3, np.float32), np.ones(3, np.float32)
    for _ in range(2):
        x, y = bright[kept], channels[kept]
        middle, mean = float(x.mean()), y.mean(axis=0)
        spread = float(((x - middle) ** 2).mean())
        ridge = KEEP_HUE * USUAL_SPREAD**2 / 4
        together = ((x - middle)[:, None] * (y - mean)).mean(axis=0)
        slope = np.clip((together + ridge) / (spread + ridge), *SLOPES).astype(np.float32)
        offset = (mean - slope * middle).astype(np.float32)
        away = np.abs(channels - offset - slope * bright[:, None]).max(axis=1)
        kept = away < 3.0 * max(float(np.median(away)), 0.02)
    return offset, slope


def _level(person: PersonAnalysis, log: Floats, is_skin: NDArray[np.bool_]) -> float:
    """The brightness of skin that faces the light, told by what is bare of the body."""
    total, weights = 0.0, 0.0
    for label, weight in WEIGHTS.items():
        own = (clean_skin(person, (label,)) > 0) & is_skin
        count = float(own.sum())
        if count < LEAST_SKIN_PX:
            continue
        sure = weight * min(1.0, count / SURE_PX)
        total += sure * float(np.percentile(log[own], FACING))
        weights += sure
    if weights > 0:
        return total / weights
    return float(np.median(log[clean_skin(person) > 0]))
