"""Puts trousers or a skirt into the photo, in linear light: behind the top and the hands, before the legs."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis, Picture
from tryon.engines.local.calm_rims import RIM_UNITS, with_calm_rims
from tryon.engines.local.composite import TOUCHED, Composition
from tryon.engines.local.layers import Cloth
from tryon.engines.local.light import Gain, lit, shadow_of
from tryon.engines.local.linear import to_linear, to_srgb
from tryon.engines.local.raster import among, bits, blurred, box_of, grown, highest, picked
from tryon.engines.local.rays import Widths
from tryon.engines.local.removal import Undressed

IN_FRONT: Final = (
    BodyLabel.TOP, BodyLabel.MIDRIFF, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.CARRIED, BodyLabel.SHOES,
    BodyLabel.HAIR, BodyLabel.HEAD, BodyLabel.NECK,
)  # fmt: skip
"""What stays before trousers and skirts, from the photo."""

WITH_CALM_RIMS: Final = ((BodyLabel.TOP,), (BodyLabel.ARM, BodyLabel.HAND))

ARM_RIM_PX: Final = 2
"""So far beside the old bottom an arm shows its colour, which the new one covers where it lies there."""

STEP_UNITS: Final = 0.04
"""The steps of a waistband's edge that is nearly level are so long."""

HEM_SHADOW: Final = 0.40
DEEP_SHADOW: Final = 0.34
DEEP_UNITS: Final = 0.07
"""The wide shade under a hem, on made-up skin, and between the legs of shorts; how far it reaches."""
TOP_SHADOW: Final = 0.30
HAND_SHADOW: Final = 0.22
LEG_SHADOW: Final = 0.30
"""Strength of the contact shadows: share of the light they take at their darkest."""
LEG_LINES: Final = ((0.014, 0.55), (0.05, 0.22))
"""Where two legs touch: how wide the line between them and the shade around it are (units, standard deviations of
either leg), and how dark."""
LINE_BEGINS_UNITS: Final = 0.16
"""From the crotch down to where that line has its full depth: at the crotch itself it would be a stain."""
LINE_REACHES: Final = 3.0
"""So many standard deviations of the shade beside that line it is looked for."""
LEGS_REACH_UNITS: Final = 0.06
"""Half the gap between two legs that cloth may close: the seat above them has no such line."""


def compose_bottom(
    photo: Picture, person: PersonAnalysis, undressed: Undressed, cloth: Cloth, gain: Gain, edge: Widths, unit: float
) -> Composition:
    """All arguments share the photo's frame; `edge` is the row, in each column, above which no cloth may stand."""
    kept = kept_before_bottom(person.labels)
    limbs = [among(person.labels, names) for names in WITH_CALM_RIMS]
    front = cv2.GaussianBlur(kept.astype(np.float32), (0, 0), 0.8)
    gone = undressed.opacity * (person.labels == BodyLabel.BOTTOM)
    bared = _under_rims(undressed.opacity, gone, limbs, unit)
    photo_in_front, front = with_calm_rims(photo, front, kept, limbs, np.maximum(cloth.opacity, gone), unit)
    front = np.maximum(front, above_edge(edge, person.labels, unit))
    seen = (cloth.opacity * (1 - front)).astype(np.float32)
    uncovered = bared * (1 - front)
    shade = _hem_shadow(person.labels, undressed.skin, cloth.opacity, unit)
    shade = shade * (1 - front * (person.labels != BodyLabel.SHOES)) * (1 - seen)
    edited = (np.maximum(seen, uncovered) > TOUCHED) | (shade > 0.004)
    edited |= (bared > undressed.opacity) & (highest(cv2.absdiff(photo_in_front, photo)) > 0)
    # Colours are mixed where the picture changes, and nowhere else.
    at = np.flatnonzero(edited)
    light = to_linear(picked(photo, at))
    base = light + (picked(undressed.light, at) - light) * picked(bared, at)[:, None]
    new = lit(picked(cloth.colour, at), picked(gain * _cloth_shadow(person.labels, cloth, unit)[..., None], at))
    base = base + (np.minimum(new, 1.0) - base) * picked(cloth.opacity, at)[:, None]
    light = to_linear(picked(photo_in_front, at))
    result = base + (light - base) * picked(front, at)[:, None]
    result = result * (1 - picked(shade, at))[:, None]
    picture = photo.copy()
    picture[edited] = to_srgb(result)
    return Composition(picture, edited, seen)


def _under_rims(bared: Opacity, gone: Opacity, limbs: Sequence[NDArray[np.bool_]], unit: float) -> Opacity:
    """What is `bared`, and the same under the rims of the `limbs` where the old bottom beside them is `gone`: there
    their edge becomes a calm line. Before what was behind them already they keep the photo's own."""
    reach = max(1, round(RIM_UNITS * unit))
    rims = (grown(bits(gone > 0.5), reach, round_=True) > 0) & np.any(limbs, axis=0)
    return np.where(rims, np.float32(1.0), bared)


def kept_before_bottom(labels: LabelMap) -> NDArray[np.bool_]:
    """Where the photo stays on top; of the old top and arms two pixels less, for the old bottom's colour bleeds
    there, of hands, whose fingers are thin, one."""
    mask = among(labels, IN_FRONT).astype(np.uint8)
    bottom = (labels == BodyLabel.BOTTOM).astype(np.uint8)
    near = grown(bottom, ARM_RIM_PX) > 0
    mask[near & among(labels, (BodyLabel.TOP, BodyLabel.ARM))] = 0
    mask[(grown(bottom, 1) > 0) & (labels == BodyLabel.HAND)] = 0
    return mask > 0


def above_edge(edge: Widths, labels: LabelMap, unit: float) -> Opacity:
    """Above the old bottom's edge nothing is hidden but the old bottom itself, and a pixel or two of the top where the
    labels' steps would make teeth in the new waistband."""
    steps = 2 * round(STEP_UNITS * unit) + 1
    highest = cv2.erode(np.asarray(edge, np.float32)[None], np.ones((1, steps), np.uint8))
    calm = np.maximum(cv2.blur(highest, (steps, 1)), edge[None] - ARM_RIM_PX)
    rows = np.arange(labels.shape[0], dtype=np.float32)[:, None]
    above = np.clip(calm - rows, 0.0, 1.0) * (labels != BodyLabel.BOTTOM)
    return cv2.GaussianBlur(above.astype(np.float32), (0, 0), 0.7)


def _hem_shadow(labels: LabelMap, new_skin: Opacity, cloth: Opacity, unit: float) -> Opacity:
    """What the hem throws on legs and shoes just below it."""
    below = among(labels, (BodyLabel.LEG, BodyLabel.SHOES)).astype(np.float32)
    below = np.maximum(below, new_skin)
    low = shadow_of(cloth, (0.0, 0.03 * unit), 0.03 * unit)
    deep = shadow_of(cloth, (0.0, DEEP_UNITS * unit / 2), DEEP_UNITS * unit)
    shade = np.maximum(HEM_SHADOW * low * below, DEEP_SHADOW * deep * new_skin)
    return (shade * (1 - cloth)).astype(np.float32)


def _cloth_shadow(labels: LabelMap, cloth: Cloth, unit: float) -> NDArray[np.float32]:
    """Gain on the cloth: under the top's hem, beside hands, and on the hind leg beside the other."""
    top = (labels == BodyLabel.TOP).astype(np.float32)
    hands = among(labels, (BodyLabel.HAND, BodyLabel.ARM, BodyLabel.CARRIED)).astype(np.float32)
    gain = 1 - TOP_SHADOW * shadow_of(top, (0.0, 0.025 * unit), 0.02 * unit)
    gain = gain * (1 - HAND_SHADOW * shadow_of(hands, (0.0, 0.015 * unit), 0.02 * unit))
    limbs = list(cloth.sleeves.values())
    if len(limbs) == 2:
        hind, fore = limbs
        gain = gain * (1 - LEG_SHADOW * shadow_of(fore, (0.0, 0.0), 0.025 * unit) * hind * (1 - fore))
        gain = gain * line_between_legs(hind, fore, cloth.opacity, unit)
    return gain.astype(np.float32)


def line_between_legs(hind: Opacity, fore: Opacity, cloth: Opacity, unit: float) -> NDArray[np.float32]:
    """Gain that draws the line between legs that touch, without which trousers pass for a skirt: where the `fore` leg
    ends before the `hind` one; what closes a gap between them belongs to the nearer leg."""
    gain = np.ones_like(cloth)
    solid = [bits(leg > 0.5) for leg in (hind, fore)]
    if not all(leg.any() for leg in solid):
        return gain
    first, reach = max(int(leg.any(axis=1).argmax()) for leg in solid), LINE_REACHES * LEG_LINES[-1][0] * unit
    box = box_of(solid[0] | solid[1], round(LEG_LINES[-1][0] * unit))
    to_hind, to_fore = (cv2.distanceTransform(1 - leg[box], cv2.DIST_L2, 3) for leg in solid)
    inner = box_of((to_hind < reach) & (to_fore < reach))
    rows, columns = (slice(part.start + on.start, part.start + on.stop) for part, on in zip(box, inner, strict=True))
    box = rows, columns
    to_hind, to_fore, cloth = to_hind[inner], to_fore[inner], cloth[box]
    before = (to_fore <= to_hind) * cloth
    behind = (cloth - before) * (np.minimum(to_hind, to_fore) < LEGS_REACH_UNITS * unit)
    begun = np.clip((np.arange(rows.start, rows.stop) - first) / (LINE_BEGINS_UNITS * unit), 0.0, 1.0)[:, None]
    for width, depth in LEG_LINES:
        near = blurred(behind, width * unit) * blurred(before, width * unit)
        gain[box] *= 1 - depth * begun.astype(np.float32) * np.minimum(4 * near, 1.0)
    return gain
