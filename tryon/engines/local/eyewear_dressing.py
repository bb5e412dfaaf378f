"""Puts glasses on a face: the frame covers, the lenses tint what is behind them; eyes and skin stay the photo's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, GarmentPart, Opacity, PersonAnalysis, Picture, Step
from tryon.engines.local.enlarging import Box
from tryon.engines.local.eyewear_target import GlassesTarget, place_glasses
from tryon.engines.local.heads import Head, require_face
from tryon.engines.local.light import scene_tint, shadow_of
from tryon.engines.local.linear import Linear, to_linear, to_srgb
from tryon.engines.local.photo_finish import grain_of, side_light, softness_of, with_grain
from tryon.engines.local.raster import Field, blurred, disc, reduced, resized, taken

REACH_CM: Final = ((-10.5, 10.5), (-5.5, 8.0))
"""What of the standard face is worked on, from the wearer's right to left and from below to above."""
FINER: Final = 2
"""Samples a pixel in each direction, so that thin rims are drawn smoothly."""
DRAWN_SOFTNESS: Final = 0.5
"""Standard deviation, in pixels, of the blur of edges drawn here."""
SHADOW: Final = 0.26
SHADOW_CM: Final = (0.30, 0.22)
"""The frame's shadow on the face: share of the light taken, how far below it lies, and how soft it is."""
SHEEN: Final = 0.03
"""Linear light that a clear lens returns where it mirrors the sky."""
TOUCHED: Final = 1 / 512
FINGER_CM: Final = 0.4
"""Half the width of a finger."""
TEMPLE_SHADE: Final = 0.75
"""A temple turns away from the light."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Premultiplied: a pixel becomes `light + through * what is behind`, in linear light."""

    light: Linear
    through: Linear

    def over(self, behind: Linear) -> Linear:
        return self.light + self.through * behind

    @property
    def cover(self) -> Opacity:
        """0..1 how much of what is behind is gone."""
        return (1 - self.through.mean(axis=2)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class DressedGlasses:
    picture: Picture
    edited: NDArray[np.bool_]
    box: Box
    """The part of the photo that was worked on; what follows has its size."""
    person: PersonAnalysis
    target: GlassesTarget
    frame: Opacity
    """What is seen of the frame itself, without lenses and temples."""
    cover: Opacity
    """How much each pixel was covered, tinted or shaded."""


def dress_glasses(
    photo: Picture, person: PersonAnalysis, garment: GarmentAnalysis, options: TryOnOptions, step: Step
) -> DressedGlasses:
    """Raises PoseNotSupported where the face is missing, small or turned away."""
    step("fitting", 50)
    whole = require_face(person.face, person.picture, "eyewear")
    factor = photo.shape[1] / person.picture.shape[1]
    box = face_box(whole.moved(np.zeros(2), factor), photo.shape)
    head = whole.moved(np.array(box[:2]), factor)
    crop, near = photo[box[1] : box[3], box[0] : box[2]], person_in(person, box, factor)
    target = place_glasses(head, garment)
    step("light", 70)
    gain = scene_tint(person) * side_light(crop, near.labels)[:, None]
    free = not_behind_hands(near, head.unit)
    softness = softness_of(crop)
    lenses_and_rims, rims = _front(target, garment, crop.shape[:2], gain)
    front = softened(lenses_and_rims, softness, free)
    temples = softened(_temples(target, garment, near, gain), softness, free)
    step("finishing", 85)
    shade = _shadow(near, np.maximum(front.cover, temples.cover), head.unit)
    light = front.over(temples.over(to_linear(crop) * (1 - shade)[..., None]))
    cover = np.maximum(np.maximum(front.cover, front.light.max(axis=2)), np.maximum(temples.cover, shade))
    edited = cover > TOUCHED
    made = crop.copy()
    finished = with_grain(to_srgb(light), grain_of(crop, near.labels), rims)
    made[edited] = finished[edited]
    picture, changed = photo.copy(), np.zeros(photo.shape[:2], bool)
    picture[box[1] : box[3], box[0] : box[2]] = made
    changed[box[1] : box[3], box[0] : box[2]] = edited
    return DressedGlasses(picture, changed, box, near, target, rims * free, cover)


def face_box(head: Head, shape: tuple[int, ...], reach: tuple[tuple[float, float], ...] = REACH_CM) -> Box:
    """Around the face with room for what is worn on it, inside the picture."""
    corners = head.at(np.array([(x, y, z) for x in reach[0] for y in reach[1] for z in (-4.0, 6.0)]))
    low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int)
    return (max(int(low[0]), 0), max(int(low[1]), 0), min(int(high[0]), shape[1]), min(int(high[1]), shape[0]))


def person_in(person: PersonAnalysis, box: Box, factor: float) -> PersonAnalysis:
    """The person's maps in a box of the photo, which is `factor` times the analysed picture."""
    size = (box[2] - box[0], box[3] - box[1])
    back = np.array(((1 / factor, 0, (box[0] + 0.5) / factor - 0.5), (0, 1 / factor, (box[1] + 0.5) / factor - 0.5)))

    def cut(field: Field, way: int) -> Field:
        turned = cv2.warpAffine(field, back, size, flags=way | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
        return cast(Field, turned)

    shift = np.array(box[:2], np.float32)
    return replace(
        person,
        picture=cut(person.picture, cv2.INTER_LINEAR),
        labels=cut(person.labels, cv2.INTER_NEAREST),
        matte=cut(person.matte, cv2.INTER_LINEAR),
        pose=replace(person.pose, points=(person.pose.points * factor - shift).astype(np.float32)),
        face=None if person.face is None else (person.face * factor - shift).astype(np.float32),
    )


def _front(
    target: GlassesTarget, garment: GarmentAnalysis, shape: tuple[int, int], gain: Linear
) -> tuple[Layer, Opacity]:
    """The glasses' front, seen as the head is turned; and how much of each pixel is its frame."""
    light, through = _as_layer(garment)
    frame = np.where(garment.parts == GarmentPart.LENS, np.float32(0), garment.opacity)
    fields = (light, 1 - through, frame)
    light, hidden, rims = drawn(fields, target.on_product(shape), target.head.unit / target.product_unit)
    return Layer(light * gain, 1 - hidden), rims


def drawn(fields: Sequence[NDArray[np.float32]], where: NDArray[np.float32], scale: float) -> list[NDArray[np.float32]]:
    """Fields of a product's picture as they are seen in the photo, FINER samples a pixel; `where` is the product's
    pixel for each of the photo's, and `scale` the photo's pixels for one of the product's."""
    ratio = min(1.0, scale * FINER)
    small = [reduced(field, ratio) if ratio < 1 else field for field in fields]
    where = resized(where, (where.shape[0] * FINER, where.shape[1] * FINER))
    if ratio < 1:
        where = (where + np.float32(0.5)) * np.float32(small[0].shape[0] / fields[0].shape[0]) - np.float32(0.5)
    return [reduced(taken(field, where), 1 / FINER) for field in small]


def _as_layer(garment: GarmentAnalysis) -> tuple[Linear, Linear]:
    colour, own = to_linear(garment.picture), garment.opacity[..., None]
    lens = (garment.parts == GarmentPart.LENS)[..., None]
    light = colour * own + np.where(lens, SHEEN * _sky(garment), 0) * (1 - own)
    through = (1 - own) * np.where(lens, colour, np.float32(1))
    return light.astype(np.float32), through.astype(np.float32)


def _sky(garment: GarmentAnalysis) -> NDArray[np.float32]:
    """(h, w, 1) where clear lenses mirror the sky: a broad stripe across the upper outer part of each."""
    rows, columns = np.indices(garment.opacity.shape, dtype=np.float32)
    left, right = garment.points["lens_left"], garment.points["lens_right"]
    apart = left[0] - right[0]
    stripe = [np.exp(-(((((columns - x) * 0.7 + (rows - y)) / apart + 0.16) / 0.07) ** 2)) for x, y in (left, right)]
    return np.maximum(*stripe)[..., None].astype(np.float32)


def _temples(target: GlassesTarget, garment: GarmentAnalysis, person: PersonAnalysis, gain: Linear) -> Layer:
    """The temples on the side of the head that is seen, behind hair and ears."""
    shape = person.labels.shape
    cover = np.zeros(shape, np.float32)
    for outline in target.temples:
        canvas = np.zeros(shape, np.uint8)
        cv2.fillPoly(canvas, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        cover = np.maximum(cover, canvas.astype(np.float32) / 255)
    cover *= 1 - blurred((person.labels == BodyLabel.HAIR).astype(np.float32), 0.03 * target.head.unit)
    light = cover[..., None] * _end_colour(garment) * TEMPLE_SHADE * gain
    return Layer(light.astype(np.float32), np.repeat(1 - cover[..., None], 3, axis=2))


def _end_colour(garment: GarmentAnalysis) -> Linear:
    """(3,) of the frame near its ends, where the temples begin."""
    frame = (garment.opacity > 0.9) & (garment.parts == GarmentPart.TORSO)
    columns = np.arange(frame.shape[1])
    ends = (garment.points["end_right"][0], garment.points["end_left"][0])
    near = (columns < ends[0] + 0.12 * (ends[1] - ends[0])) | (columns > ends[1] - 0.12 * (ends[1] - ends[0]))
    chosen = frame & near if (frame & near).any() else garment.opacity > 0.3
    return np.asarray(np.median(to_linear(garment.picture[chosen]), axis=0), np.float32)


def softened(layer: Layer, softness: float, free: Opacity) -> Layer:
    """As soft as the photo: what drawing has softened already is not softened again."""
    more = float(np.sqrt(max(softness**2 - DRAWN_SOFTNESS**2, 0.0)))
    light, hidden = layer.light, 1 - layer.through
    if more > 0.3:
        light, hidden = blurred(light, more), blurred(hidden, more)
    return Layer(light * free[..., None], 1 - hidden * free[..., None])


def not_behind_hands(person: PersonAnalysis, unit: float) -> Opacity:
    """0..1, 0 where a hand is before the head; specks taken for one are none."""
    hands = (person.labels == BodyLabel.HAND).astype(np.uint8)
    fingers = cv2.morphologyEx(hands, cv2.MORPH_OPEN, disc(max(1, round(FINGER_CM * unit))))
    return 1 - blurred(fingers.astype(np.float32), 1.0)


def _shadow(person: PersonAnalysis, cover: Opacity, unit: float) -> Opacity:
    """Share of the light that the glasses keep from nose, cheeks and temples."""
    skin = blurred((person.labels == BodyLabel.HEAD).astype(np.float32), 1.0)
    cast = shadow_of(cover, (0.0, SHADOW_CM[0] * unit), SHADOW_CM[1] * unit)
    return (SHADOW * cast * skin * (1 - cover)).astype(np.float32)
