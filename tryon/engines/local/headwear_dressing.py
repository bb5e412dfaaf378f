"""Puts a hat on a head: the hair it presses down goes, the background stands there, and the brim shades the face."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Opacity, PersonAnalysis, Picture, Step
from tryon.engines.local.enlarging import Box
from tryon.engines.local.eyewear_dressing import Layer, drawn, face_box, not_behind_hands, person_in, softened
from tryon.engines.local.heads import FACE_MESSAGES, require_face
from tryon.engines.local.headwear_landmarks import HatKind
from tryon.engines.local.headwear_target import HatTarget, place_hat
from tryon.engines.local.light import scene_tint, shadow_of
from tryon.engines.local.linear import Linear, to_linear, to_srgb
from tryon.engines.local.photo_finish import grain_of, side_light, softness_of, with_grain
from tryon.engines.local.raster import bits, blurred, disc
from tryon.engines.local.surroundings import background_plate

REACH_CM: Final = ((-26.0, 26.0), (-4.0, 24.0))
"""What of the standard face is worked on, from the wearer's right to left and from below to above."""
FRINGE_CM: Final = (0.35, 1.0)
"""Stray hairs reach this far beyond what is labelled hair: everywhere, and where the matte has something of them."""
TUFT_CM: Final = 0.45
"""Hair that comes out below a hat is no more pointed than this radius."""
HAIR_SLOPE: Final = 1.5
"""Hair pressed by a hat comes out below it at this slope, down for out."""
BAND_CM: Final = 0.2
"""Thickness of a band's cloth."""
RIM_CM: Final = 0.12
"""How softly its ends disappear behind the head."""
SMOOTH_CM: Final = 0.4
"""Curls finer than this lie flat under a band."""
MOST_HAIR: Final = 1.3
"""Hair beside and above the hat, of the hat's crown: more can't be pressed under it believably."""
SHADOW: Final[dict[HatKind, tuple[float, float, float]]] = {
    "beanie": (0.30, 0.35, 0.35), "band": (0.25, 0.25, 0.25), "cap": (0.45, 1.5, 0.9), "brimmed": (0.42, 2.2, 1.2),
}  # fmt: skip
"""What the hat throws on the face: share of the light taken, centimetres down, and softness in centimetres."""
SEEN_CROWN: Final = 0.6
"""Share of the crown's height that must lie inside the frame."""
TOUCHED: Final = 1 / 512

HAIR_MESSAGE: Final = "Your hair is too full for a hat to be shown on it. Tie it back for the photo, and try again."


@dataclass(frozen=True, slots=True)
class DressedHat:
    picture: Picture
    edited: NDArray[np.bool_]
    box: Box
    """The part of the photo that was worked on; what follows has its size."""
    person: PersonAnalysis
    target: HatTarget
    hat: Opacity
    """What is seen of the hat."""
    cover: Opacity
    """How much each pixel was covered, cleared of hair, or shaded."""


def dress_hat(
    photo: Picture, person: PersonAnalysis, garment: GarmentAnalysis, options: TryOnOptions, step: Step
) -> DressedHat:
    """Raises PoseNotSupported where the face is missing, small or turned away, the head's top lies outside the frame,
    or the hair is too full."""
    step("fitting", 50)
    whole = require_face(person.face, person.picture, "headwear")
    factor = photo.shape[1] / person.picture.shape[1]
    box = face_box(whole.moved(np.zeros(2), factor), photo.shape, REACH_CM)
    head = whole.moved(np.array(box[:2]), factor)
    crop, near = photo[box[1] : box[3], box[0] : box[2]], person_in(person, box, factor)
    target = place_hat(head, near, garment)
    if target.hair_is_wider:
        raise PoseNotSupported(HAIR_MESSAGE, reason="hair_too_full")
    _require_top(near, target, box)
    step("light", 70)
    gain = scene_tint(person) * side_light(crop, near.labels)[:, None]
    free = not_behind_hands(near, head.unit) * (_around_the_head(near, head.unit) if target.kind == "band" else 1)
    hat = softened(_hat(target, crop.shape[:2], gain), softness_of(crop), free)
    light = to_linear(crop)
    gone = np.zeros(crop.shape[:2], np.float32)
    if target.kind != "band":
        gone = _pressed_hair(near, target, hat.cover)
        light = light + (background_plate(near, gone > 0) - light) * gone[..., None]
    step("finishing", 85)
    shade = _shadow(near, target, hat.cover) * (1 - gone)
    light = hat.over(light * (1 - shade)[..., None])
    cover = np.maximum(np.maximum(hat.cover, gone), shade)
    edited = cover > TOUCHED
    finished = with_grain(to_srgb(light), grain_of(crop, near.labels), np.maximum(hat.cover, gone))
    made = crop.copy()
    made[edited] = finished[edited]
    picture, changed = photo.copy(), np.zeros(photo.shape[:2], bool)
    picture[box[1] : box[3], box[0] : box[2]] = made
    changed[box[1] : box[3], box[0] : box[2]] = edited
    return DressedHat(picture, changed, box, near, target, hat.cover, cover)


def _require_top(person: PersonAnalysis, target: HatTarget, box: Box) -> None:
    """Refuse where the frame cuts the head: a hat on half a head would float."""
    columns = np.rint(np.sort([end[0] for end in target.crown_ends])).astype(int)
    first = person.matte[0, max(columns[0], 0) : max(columns[1], 1)]
    cut_head = box[1] == 0 and first.size > 0 and float((first > 0.5).mean()) > 0.1
    base = sum(float(end[1]) for end in target.crown_ends) / 2
    cut_hat = box[1] == 0 and base < SEEN_CROWN * (base - float(target.top[1]))
    if cut_head or cut_hat:
        raise PoseNotSupported(FACE_MESSAGES["head_in_frame"], reason="head_in_frame")


def _hat(target: HatTarget, shape: tuple[int, int], gain: Linear) -> Layer:
    product = target.product
    light = to_linear(product.picture) * product.opacity[..., None]
    fields = drawn((light, product.opacity), target.on_product(shape), target.head.unit * target.scale_x)
    return Layer(fields[0] * gain, np.repeat(1 - fields[1][..., None], 3, axis=2))


def _around_the_head(person: PersonAnalysis, unit: float) -> Opacity:
    """0..1 where a band that goes around the head can be seen: no farther out than hair and skin."""
    smooth = bits(blurred((person.matte > 0.5).astype(np.float32), SMOOTH_CM * unit) > 0.5)
    return blurred(cv2.dilate(smooth, disc(max(1, round(BAND_CM * unit)))).astype(np.float32), max(RIM_CM * unit, 0.8))


def _pressed_hair(person: PersonAnalysis, target: HatTarget, hat: Opacity) -> Opacity:
    """0..1 where hair, or scalp, above and beside the hat makes way for the background. Raises PoseNotSupported where
    it is so much that nobody would believe it."""
    above = _above_the_hat_line(person.labels.shape, target)
    head = bits(np.isin(person.labels, (BodyLabel.HAIR, BodyLabel.HEAD)))
    near, far = (cv2.dilate(head, disc(round(reach * target.head.unit))) > 0 for reach in FRINGE_CM)
    outside = (head > 0) & (above > 0.5) & (hat < 0.5)
    if outside.sum() > MOST_HAIR * max(float((hat > 0.5).sum()), 1.0):
        raise PoseNotSupported(HAIR_MESSAGE, reason="hair_too_full")
    below = bits((head > 0) & (above < 0.5))
    pointed = (below > 0) & (cv2.morphologyEx(below, cv2.MORPH_OPEN, disc(round(TUFT_CM * target.head.unit))) == 0)
    pointed &= (person.labels == BodyLabel.HAIR) & (cv2.dilate(bits(above > 0.5), disc(round(target.head.unit))) > 0)
    loose = blurred((near | far & (person.matte > 0.02)).astype(np.float32), 1.0)
    return np.maximum(loose * above, blurred(pointed.astype(np.float32), 1.0))


def _above_the_hat_line(shape: tuple[int, ...], target: HatTarget) -> Opacity:
    """0..1 above the crown's base, and beyond its ends above two lines that fall outwards: there hair comes out. A brim
    hides where that is."""
    right, left = target.brim_ends
    out, up = target.right, target.up
    far = 40.0
    ring = [
        right, right - out * far - up * (HAIR_SLOPE * far), right - out * far + up * far,
        left + out * far + up * far, left + out * far - up * (HAIR_SLOPE * far), left,
    ]  # fmt: skip
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(canvas, [np.rint(np.array(ring) * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    return blurred((canvas / np.float32(255)).astype(np.float32), 0.08 * target.head.unit)


def _shadow(person: PersonAnalysis, target: HatTarget, hat: Opacity) -> Opacity:
    strength, down, soft = SHADOW[target.kind]
    unit = target.head.unit
    under = blurred(np.isin(person.labels, (BodyLabel.HEAD, BodyLabel.HAIR)).astype(np.float32), 1.0)
    cast = shadow_of(hat, (0.0, down * unit), soft * unit)
    return (strength * cast * under * (1 - hat)).astype(np.float32)
