"""Puts the layers together in linear light, from the background forward, and touches nothing outside the edit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis, Picture
from tryon.engines.local.calm_rims import with_calm_rims
from tryon.engines.local.hair_rims import with_hair_rims
from tryon.engines.local.layers import Cloth
from tryon.engines.local.light import Gain, below_shoulders, lit, shadow_of
from tryon.engines.local.linear import Linear, to_linear, to_srgb
from tryon.engines.local.raster import among, bits, grown, opened, picked, resized
from tryon.engines.local.removal import Undressed

IN_FRONT: Final = (BodyLabel.HEAD, BodyLabel.HAIR, BodyLabel.HAND, BodyLabel.CARRIED)
"""What stays before the new garment, from the photo."""

LYING_ON: Final = (BodyLabel.HAIR, BodyLabel.HAND, BodyLabel.CARRIED)
"""What throws a narrow shadow on cloth beside it."""

TOUCHED: Final = 1 / 512
"""An opacity below this changes no 8-bit value; such pixels are left as they are in the photo."""

SKIN_SHADOW: Final = 0.34
HEM_SHADOW: Final = 0.26
BOTTOM_SHADOW: Final = 0.42
CHIN_SHADOW: Final = 0.20
SLEEVE_SHADOW: Final = 0.30
LYING_SHADOW: Final = 0.24
"""Strength of the contact shadows: share of the light they take at their darkest."""

LOCK: Final = 0.01
"""Units: half the width of the thinnest lock of hair that lies on cloth."""

WAIST_RIM_PX: Final = 2

HIDDEN_BOTTOM: Final = 0.3
"""Units that an old top hides of the bottom's upper end, at most."""


@dataclass(frozen=True, slots=True)
class Composition:
    picture: Picture
    edited: NDArray[np.bool_]
    cloth: Opacity
    """What is seen of the new garment, after everything in front of it."""


def compose(
    photo: Picture, person: PersonAnalysis, undressed: Undressed, cloth: Cloth, gain: NDArray[np.float32],
    tucked: bool, unit: float,
) -> Composition:  # fmt: skip
    """All arguments share the photo's frame. `gain` is (h, w) or (h, w, 3) in linear light."""
    kept = kept_before(person.labels, cloth.sleeves.values(), tucked, unit)
    as_kept = cv2.GaussianBlur(kept.astype(np.float32), (0, 0), 0.9)
    hands = person.labels == BodyLabel.HAND
    # What is bared beside a hand shows its edge as much as new cloth does.
    anew_beside = np.maximum(cloth.opacity, undressed.opacity)
    arm = person.labels == BodyLabel.ARM
    photo_in_front, front = with_calm_rims(photo, as_kept, kept, [hands], anew_beside, unit, arm)
    hair = person.labels == BodyLabel.HAIR
    photo_in_front, front = with_hair_rims(photo_in_front, front, hair, kept, anew_beside, unit)
    if tucked:
        # Beside the background the bottom's edge is the photo's own; only the old top has left its colours there.
        worn, bottom = person.labels == BodyLabel.TOP, person.labels == BodyLabel.BOTTOM
        photo_in_front, front = with_calm_rims(photo_in_front, front, kept, [bottom], anew_beside * worn, unit)
    # Teeth that are taken off a hand give way to what stands where the old clothes were.
    replaced = np.maximum(undressed.opacity, as_kept - front)
    # An arm before the garment has the shadow of its old sleeve taken off, and the new sleeve's laid on.
    bared = undressed.skin * undressed.opacity * (person.labels == BodyLabel.HAND)
    seen = cloth.opacity * (1 - front)
    behind = _back_opacity(person, cloth, front) * (1 - undressed.skin)
    shade = contact_shadow(person.labels, undressed.skin, cloth.opacity, unit) * (1 - front * (1 - bared))
    changed = np.maximum(replaced * (1 - front), bared)
    edited = (np.maximum(np.maximum(seen, behind), changed) > TOUCHED) | (shade > 0.004)
    # Colours are mixed where the picture changes, and nowhere else.
    at = np.flatnonzero(edited)
    gain = picked(gain if gain.ndim == 3 else gain[..., None], at)
    light = to_linear(picked(photo, at))
    base = light + (picked(undressed.light, at) - light) * picked(replaced, at)[:, None]
    back = to_linear(picked(cloth.back_colour, at)) * (0.62 * gain)
    base = base + (back - base) * picked(behind, at)[:, None]
    base = base * (1 - picked(shade, at))[:, None]
    top = _soft_limit(lit(picked(cloth.colour, at), gain))
    result = base + (top - base) * picked(cloth.opacity, at)[:, None]
    # Of the bottom that stands before a tucked top, the edge that shows the old top's colours is made anew, as is the
    # skin of an arm under the old sleeve's edge.
    anew = np.maximum(undressed.bottom * among(person.labels, (BodyLabel.TOP, BodyLabel.BOTTOM)), bared)
    light = to_linear(picked(photo_in_front, at))
    light = light + (picked(undressed.light, at) - light) * picked(anew, at)[:, None]
    light = light * (1 - picked(shade * bared, at))[:, None]
    # What stands in front comes last: laid under a half-covering cloth, the plate would shine through as a pale rim.
    result = result + (light - result) * picked(front, at)[:, None]
    picture = np.array(photo, order="C")
    picture.reshape(-1, 3)[at] = to_srgb(result)
    return Composition(picture, edited, seen.astype(np.float32))


def kept_before(labels: LabelMap, sleeves: Iterable[Opacity], tucked: bool, unit: float) -> NDArray[np.bool_]:
    """Where the photo stays on top; trousers stay before a tucked torso, never before a sleeve."""
    mask = among(labels, IN_FRONT)
    if tucked:
        # Its first pixels beside a bare waist have that skin's colour, and lie under the top.
        waist = (labels == BodyLabel.BOTTOM) & (grown(bits(labels == BodyLabel.MIDRIFF), WAIST_RIM_PX) == 0)
        for sleeve in sleeves:
            waist &= sleeve < 0.5
        mask |= waist
    cuff = cv2.dilate((labels == BodyLabel.TOP).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return mask & ~(cuff & (labels == BodyLabel.HAND)) & ~_stray_hair(labels, unit)


def _stray_hair(labels: LabelMap, unit: float) -> NDArray[np.bool_]:
    """Dark spots taken for hair that hang together neither with the head nor with the picture's upper edge, and lines
    too thin for a lock: they show more of what was behind them than hair."""
    crown = among(labels, (BodyLabel.HAIR, BodyLabel.HEAD)).astype(np.uint8)
    _, islands = cv2.connectedComponents(crown)
    rooted = np.unique(np.concatenate([islands[labels == BodyLabel.HEAD], islands[0]]))
    locks = np.isin(islands, rooted) & opened(crown > 0, max(1, round(LOCK * unit)))
    return (labels == BodyLabel.HAIR) & ~locks


def _back_opacity(person: PersonAnalysis, cloth: Cloth, front: Opacity) -> Opacity:
    """The inside of the garment's back, where neither neck nor head stands before it."""
    # Hair too thin to lie on cloth hides what is behind the neck all the same.
    body = among(person.labels, (BodyLabel.NECK, BodyLabel.HAIR))
    neck = cv2.GaussianBlur(body.astype(np.float32), (0, 0), 1.2)
    # Added, not multiplied: where chin and neck meet, two half-covered halves cover all.
    return (cloth.back * (1 - np.minimum(neck + front, 1.0))).astype(np.float32)


def contact_shadow(labels: LabelMap, new_skin: Opacity, cloth: Opacity, unit: float) -> Opacity:
    """What the garment throws on skin and on the bottom garment just beyond its edge."""
    skin = among(labels, (BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.MIDRIFF)).astype(np.float32)
    skin = np.maximum(skin, new_skin)
    bottom = labels == BodyLabel.BOTTOM
    # Where the old top hid the bottom, there is bottom now; beside it there is the background, too far for a shadow.
    above = cv2.dilate(bits(bottom), np.ones((round(HIDDEN_BOTTOM * unit), 1), np.uint8), anchor=(0, 0)) > 0
    bottom = (bottom | above & (labels == BodyLabel.TOP)).astype(np.float32) * (1 - skin)
    near = shadow_of(cloth, (0.0, 0.012 * unit), 0.022 * unit)
    low = shadow_of(cloth, (0.0, 0.03 * unit), 0.03 * unit)
    on_skin = np.maximum(SKIN_SHADOW * near, HEM_SHADOW * low) * skin
    return (np.maximum(on_skin, BOTTOM_SHADOW * low * bottom) * (1 - cloth)).astype(np.float32)


def cloth_shadow(labels: LabelMap, cloth: Cloth, unit: float) -> Gain:
    """Gain on the cloth itself: under the chin, beside what lies on it, and on the torso beside the sleeves."""
    small = (max(1, labels.shape[0] // 2), max(1, labels.shape[1] // 2))
    half = resized(labels, small, cv2.INTER_NEAREST)
    unit = unit / 2
    head, on_it = bits(half == BodyLabel.HEAD), bits(among(half, LYING_ON))
    gain = 1 - CHIN_SHADOW * shadow_of(head.astype(np.float32), (0.0, 0.07 * unit), 0.06 * unit)
    gain *= 1 - LYING_SHADOW * shadow_of(on_it.astype(np.float32), (0.0, 0.02 * unit), 0.025 * unit)
    apart = below_shoulders(resized(cloth.opacity, small), unit)
    for side, opacity in cloth.sleeves.items():
        sleeve = resized(opacity, small)
        inward = -0.02 * unit if side == "left" else 0.02 * unit
        shade = shadow_of(sleeve, (inward, 0.01 * unit), 0.02 * unit) * (1 - sleeve)
        gain = gain * (1 - SLEEVE_SHADOW * shade * apart)
    return resized(gain.astype(np.float32), labels.shape)


def _soft_limit(light: Linear) -> Linear:
    """Bend light above 0.9 towards 1, so that bright cloth keeps its folds; in place."""
    bright = light > np.float32(0.9)
    light[bright] = 1.0 - 0.1 * np.exp((0.9 - light[bright]) / 0.1)
    return light
