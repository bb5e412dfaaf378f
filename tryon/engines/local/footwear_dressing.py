"""Puts shoes on: the floor where the old ones stood, the ankle down to the new collar, the shoe, the trousers' hem."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import (
    SIDES,
    BodyLabel,
    GarmentAnalysis,
    GarmentPart,
    Joint,
    Opacity,
    PersonAnalysis,
    Picture,
    Side,
    Step,
)
from tryon.engines.local.enlarging import Box
from tryon.engines.local.eyewear_dressing import person_in
from tryon.engines.local.fill import pull_push
from tryon.engines.local.footwear_feet import (
    BOOTS_MESSAGE,
    FEET_MESSAGE,
    Foot,
    find_feet,
    main_colours,
    shoe_length,
)
from tryon.engines.local.footwear_target import ShoeTarget, place_shoes
from tryon.engines.local.light import scene_tint, shadow_of
from tryon.engines.local.linear import Linear, lab_to_linear, to_lab, to_linear, to_srgb
from tryon.engines.local.photo_finish import softness_of
from tryon.engines.local.raster import bits, blurred, disc, grown, reduced, resized, taken
from tryon.engines.local.rays import Mask
from tryon.engines.local.surroundings import background_plate

BESIDE: Final = 1.0
BELOW: Final = 0.6
"""Shoe lengths of the photo worked on around the feet; above them it is the leg up to the knee."""
OVERSAMPLING: Final = 1.25
OLD_RIM: Final = 0.05
"""Shoe lengths around the old shoe that its colour has stained."""
SOLE: Final = 0.12
"""Shoe lengths below the old shoe's outline where its sole may still be."""
CRUMB: Final = 0.03
LEAST_LEG: Final = 0.25
AROUND_OLD: Final = 0.3
"""Shoe lengths: what of the person is narrower, or smaller than the square of this, is no leg but the old shoe's rim,
heel or strap; and how far from the shoe that is believed."""
MOST_HIDDEN: Final = 0.13
"""Shoe lengths of the leg above the new collar that the old shoe may hide."""
OLD_COLOUR: Final = 9.0
UNLIKE_FLOOR: Final = 12.0
REACH_OF_COLOUR: Final = 0.5
"""What around the old shoe, in shoe lengths, has its colours and not the floor's is a piece of it: heels are thin."""
ANKLE_NARROWS: Final = 0.92
"""Of the leg's width at the old collar, down at the new one."""
SHADOW: Final = 0.55
SHADOW_BELOW: Final = 0.035
SHADOW_SOFT: Final = 0.05
"""The shadow under the soles: share of the light taken; how far below and how soft, in shoe lengths."""
UNDER_HEM: Final = 0.05
"""Shoe lengths above the hem's lowest place within which a shoe disappears in trousers: hems slope."""
COLLAR_SHADE: Final = 0.35
COLLAR_SOFT: Final = 0.03
"""The shade of ankle and hem on the shoe."""
DRAWN_SOFTNESS: Final = 0.5
"""Standard deviation, in pixels, of the blur of edges drawn here."""
ENOUGH_PX: Final = 20
"""Of fewer pixels no leg is continued."""
TOUCHED: Final = 1 / 512


@dataclass(frozen=True, slots=True)
class DressedShoes:
    picture: Picture
    edited: NDArray[np.bool_]
    box: Box
    person: PersonAnalysis
    feet: Mapping[Side, Foot]
    targets: Mapping[Side, ShoeTarget]
    visible: Opacity
    """What is seen of the new shoes."""
    cover: Opacity
    """What of the photo is gone, in the box."""
    shown: Mapping[Side, float]
    """Seen share of each shoe as it was placed; its opening is no part of it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The photo around the feet as far as it is made."""

    light: Linear
    cover: Opacity
    visible: Opacity


@dataclass(frozen=True, slots=True)
class Shoe:
    """A shoe in the photo."""

    light: Linear
    opacity: Opacity
    opening: Opacity


def dress_shoes(
    photo: Picture, person: PersonAnalysis, garment: GarmentAnalysis, options: TryOnOptions, step: Step
) -> DressedShoes:
    """Raises PoseNotSupported where the feet are not clearly seen, or from another side than the product."""
    step("fitting", 50)
    factor = photo.shape[1] / person.picture.shape[1]
    box = _box(person, factor, photo.shape)
    crop, near = photo[box[1] : box[3], box[0] : box[2]], person_in(person, box, factor)
    feet = find_feet(near)
    targets = place_shoes(feet, garment)
    _require_leg_seen(feet, targets)
    step("light", 70)
    light = to_linear(crop)
    scene = _without_old(near, feet, light)
    tint, tone = scene_tint(person), None if person.skin_lab is None else lab_to_linear(person.skin_lab)
    shown: dict[Side, float] = {}
    # The foot farther away, higher up in the photo, first.
    for side in sorted(SIDES, key=lambda side: float(targets[side].toe[1])):
        shoe = _warped(garment, targets[side], crop)
        scene, shown[side] = _with_shoe(scene, crop, shoe, feet[side], targets[side], tint, tone)
    step("finishing", 85)
    edited = scene.cover > TOUCHED
    picture, changed = photo.copy(), np.zeros(photo.shape[:2], bool)
    finished = crop.copy()
    finished[edited] = to_srgb(scene.light)[edited]
    picture[box[1] : box[3], box[0] : box[2]] = finished
    changed[box[1] : box[3], box[0] : box[2]] = edited
    return DressedShoes(picture, changed, box, near, feet, targets, scene.visible, scene.cover, shown)


def _require_leg_seen(feet: Mapping[Side, Foot], targets: Mapping[Side, ShoeTarget]) -> None:
    """Raise PoseNotSupported where much of a leg would have to be made up between what is seen of it and the new
    collar: boots or dark stockings hide it."""
    for side, foot in feet.items():
        rows = np.nonzero(foot.shoe & ~foot.cloth)[0]
        no_leg = foot.hem > 0 and foot.leg.sum() < ENOUGH_PX
        if no_leg and float(targets[side].collar[1]) > foot.hem + UNDER_HEM * foot.length:
            raise PoseNotSupported(FEET_MESSAGE, reason="feet_unclear")
        if rows.size and float(targets[side].collar[1] - np.percentile(rows, 2)) > MOST_HIDDEN * foot.length:
            raise PoseNotSupported(BOOTS_MESSAGE, reason="boots_worn")


def _box(person: PersonAnalysis, factor: float, shape: tuple[int, ...]) -> Box:
    """From the knees down, with room around the feet."""
    spots = person.pose.points[Joint.LEFT_ANKLE : Joint.RIGHT_FOOT + 1]
    knees = person.pose.points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE]]
    length = shoe_length(person)
    low, high = spots.min(axis=0) - BESIDE * length, spots.max(axis=0) + np.asarray((BESIDE, BELOW)) * length
    low[1] = min(low[1], knees[:, 1].min())
    low, high = np.floor(low * factor).astype(int), np.ceil(high * factor).astype(int)
    return (max(int(low[0]), 0), max(int(low[1]), 0), min(int(high[0]), shape[1]), min(int(high[1]), shape[0]))


def _without_old(person: PersonAnalysis, feet: Mapping[Side, Foot], light: Linear) -> Scene:
    """The floor where the old shoes stood."""
    length = feet["left"].length
    old = np.logical_or.reduce([foot.shoe for foot in feet.values()])
    legs = _large((person.matte > 0.5) & ~old, length)
    gone = grown(bits(old), max(1, round(OLD_RIM * length)))
    # The outline of a person is often taken to end above a pale sole.
    reach = max(1, round(SOLE * length))
    below = np.zeros((2 * reach + 1, 1), np.uint8)
    below[: reach + 1] = 1
    pieces = _beside(person, old, legs, length) | _of_its_colours(person, feet, old, legs)
    gone = (cv2.dilate(gone, below) | pieces) & ~grown(bits(legs), 1)
    soft = blurred(gone.astype(np.float32), 1.0)
    # What belonged to the old shoe, its sole beyond the person's outline too, is no floor to continue.
    labels = np.where(gone > 0, np.uint8(BodyLabel.SHOES), person.labels)
    plate = background_plate(replace(person, labels=labels), soft > 0)
    return Scene(light + (plate - light) * soft[..., None], soft, np.zeros_like(soft))


def _large(legs: Mask, length: float) -> Mask:
    """Without crumbs and threads, which are the old shoe's rim."""
    opened = np.asarray(cv2.morphologyEx(bits(legs), cv2.MORPH_OPEN, disc(max(1, round(CRUMB * length)))), np.uint8)
    count, islands, stats, _ = cv2.connectedComponentsWithStats(opened)
    large = 1 + np.flatnonzero(stats[1:count, cv2.CC_STAT_AREA] > (LEAST_LEG * length) ** 2)
    return legs & (grown(bits(np.isin(islands, large)), 2) > 0)


def _beside(person: PersonAnalysis, old: Mask, legs: Mask, length: float) -> NDArray[np.uint8]:
    """Crumbs of the person around the old shoes."""
    near = grown(bits(old), round(AROUND_OLD * length)) > 0
    return grown(bits((person.matte > 0.1) & ~old & ~legs & near), 2)


def _of_its_colours(person: PersonAnalysis, feet: Mapping[Side, Foot], old: Mask, legs: Mask) -> NDArray[np.uint8]:
    """Heels and soles that no outline holds."""
    foot = feet["left"]
    lab = to_lab(person.picture)
    floor = blurred(lab, 0.25 * foot.length)
    ankles = min(float(each.ankle[1]) for each in feet.values())
    low = np.arange(old.shape[0])[:, None] > ankles
    near = (grown(bits(old), round(REACH_OF_COLOUR * foot.length)) > 0) & low & ~old & ~legs & (person.matte < 0.5)
    unlike = np.linalg.norm(lab - floor, axis=-1) > UNLIKE_FLOOR
    alike = main_colours(lab, old) < OLD_COLOUR
    pieces = bits(near & unlike & alike)
    return grown(pieces, max(1, round(OLD_RIM * foot.length))) if pieces.any() else pieces


def _with_shoe(
    scene: Scene, photo: Picture, shoe: Shoe, foot: Foot, target: ShoeTarget, tint: NDArray[np.float32],
    tone: NDArray[np.float32] | None,
) -> tuple[Scene, float]:  # fmt: skip
    """The scene with one shoe on its foot, and which share of the shoe is seen."""
    shoe = _under_trousers(shoe, foot)
    ankle, skin = _ankle(photo, foot, shoe, target, tone)
    hem = blurred(foot.cloth.astype(np.float32), 0.7)
    front, ankle = shoe.opacity * (1 - hem), ankle * (1 - hem)
    shown = front * (1 - ankle)
    shade = _shadow(shoe, foot, target) * (1 - shoe.opacity) * (1 - hem)
    light = scene.light * (1 - shade)[..., None]
    light = light + (shoe.light * tint * _collar_shade(ankle, hem, foot)[..., None] - light) * front[..., None]
    light = light + (skin - light) * ankle[..., None]
    cover = np.maximum.reduce([scene.cover, front, ankle, shade])
    visible = np.maximum(scene.visible * (1 - front), shown)
    placed = float((shoe.opacity - shoe.opening).sum())
    made = Scene(light.astype(np.float32), cover.astype(np.float32), visible.astype(np.float32))
    return made, float(shown.sum()) / max(placed, 1.0)


def _under_trousers(shoe: Shoe, foot: Foot) -> Shoe:
    """What of a shaft reaches above the trousers' hem is in them."""
    rows = np.arange(shoe.opacity.shape[0], dtype=np.float32)[:, None]
    below = np.clip((rows - foot.hem + UNDER_HEM * foot.length) / max(UNDER_HEM * foot.length, 1.0), 0, 1)
    return Shoe(shoe.light, (shoe.opacity * below).astype(np.float32), (shoe.opening * below).astype(np.float32))


def _shadow(shoe: Shoe, foot: Foot, target: ShoeTarget) -> Opacity:
    """Share of the light that the sole keeps from the floor."""
    cast = shadow_of(shoe.opacity, (0.0, SHADOW_BELOW * foot.length), SHADOW_SOFT * foot.length)
    return (SHADOW * cast * _below(target, cast.shape)).astype(np.float32)


def _collar_shade(ankle: Opacity, hem: Opacity, foot: Foot) -> Opacity:
    """Gain on the shoe: what stands in its opening and hangs over it shades it."""
    near = blurred(np.maximum(ankle, hem), COLLAR_SOFT * foot.length)
    return (1 - COLLAR_SHADE * np.clip(2 * near, 0, 1)).astype(np.float32)


def _warped(garment: GarmentAnalysis, target: ShoeTarget, photo: Picture) -> Shoe:
    """The product carried into the photo."""
    matrix = target.to_product.astype(np.float64)
    alpha = garment.opacity * _of_this_shoe(garment, target.name)
    picture, hole = garment.picture, (garment.parts == GarmentPart.INNER_BACK).astype(np.float32) * alpha
    shrink = min(1.0, OVERSAMPLING / max(float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))), 1e-3))
    if shrink < 1.0:
        picture, alpha, hole = reduced(picture, shrink), reduced(alpha, shrink), reduced(hole, shrink)
        matrix *= shrink
        matrix[:, 2] += (shrink - 1) / 2
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]].astype(np.float32)
    where = np.dstack([row[0] * x + row[1] * y + row[2] for row in matrix]).astype(np.float32)
    colour = taken(picture, where, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    more = softness_of(photo) - DRAWN_SOFTNESS
    if more > 0.3:
        colour = blurred(colour, more)
    return Shoe(to_linear(colour), taken(alpha, where), taken(hole, where))


def _of_this_shoe(garment: GarmentAnalysis, name: str) -> Opacity:
    """1 where the shoe of this name is, of two beside each other."""
    if name == "one":
        return np.ones(garment.parts.shape, np.float32)
    between = (garment.points["wide_left_right"][0] + garment.points["wide_right_left"][0]) / 2
    columns = np.arange(garment.parts.shape[1])[None]
    own = columns < between if name == "right" else columns >= between
    return np.broadcast_to(own, garment.parts.shape).astype(np.float32)


def _ankle(
    photo: Picture, foot: Foot, shoe: Shoe, target: ShoeTarget, skin: NDArray[np.float32] | None
) -> tuple[Opacity, Linear]:
    """The leg in front of the shoe's opening and down to it, and its light: the photo's own where it is seen."""
    light = to_linear(photo)
    nothing = np.zeros(photo.shape[:2], np.float32)
    known = (foot.leg & ~(grown(bits(foot.shoe), max(2, round(OLD_RIM * foot.length))) > 0)).astype(np.float32)
    if known.sum() < ENOUGH_PX:
        # Trousers hide the leg: what a low-cut shoe shows of the foot is of the wearer's tone.
        if skin is None:
            return nothing, light
        return blurred(((shoe.opening > 0.5) & ~foot.cloth).astype(np.float32), 0.8), np.broadcast_to(skin, light.shape)
    tube = _tube(foot.leg, foot, target)
    # Above the opening, the leg hides the collar's back; where neither shoe covers it, it is the photo's own.
    behind = np.maximum.accumulate(shoe.opening[::-1], axis=0)[::-1] > 0.5
    over = tube & (((foot.shoe | foot.leg) & behind) | (foot.shoe & (shoe.opacity < 0.5)))
    made = resized(pull_push(reduced(light, 0.5), reduced(known, 0.5)), light.shape)
    keep = blurred(known, 1.0)[..., None]
    return blurred(over.astype(np.float32), 0.8), (light * keep + made * (1 - keep)).astype(np.float32)


def _tube(leg: Mask, foot: Foot, target: ShoeTarget) -> Mask:
    """The leg carried on straight from where it is last seen to the new shoe's opening."""
    rows = np.flatnonzero(leg.any(axis=1))
    canvas = np.zeros(leg.shape, np.uint8)
    last = int(np.percentile(np.nonzero(leg)[0], 97))
    columns = np.flatnonzero(leg[max(rows[0], last - max(2, round(0.06 * foot.length)))])
    end = target.collar + (target.toe - target.collar) * np.float32(0.45)
    if not columns.size:
        return leg
    half = ANKLE_NARROWS * (columns[-1] - columns[0]) / 2
    ring = [(columns[0], last - 3), (columns[-1], last - 3), (end[0] + half, end[1]), (end[0] - half, end[1])]
    cv2.fillPoly(canvas, [np.rint(np.asarray(ring)).astype(np.int32)], 1)
    return leg | (canvas > 0)


def _below(target: ShoeTarget, shape: tuple[int, ...]) -> Opacity:
    """1 below the shoe's middle: soles throw shadows on the floor, shafts none in the air."""
    middle = float(target.collar[1] * 0.4 + target.toe[1] * 0.6)
    span = max(float(target.toe[1] - target.collar[1]) * 0.2, 2.0)
    rows = np.arange(shape[0], dtype=np.float32)[:, None]
    return np.broadcast_to(np.clip((rows - middle) / span, 0, 1), shape[:2]).astype(np.float32)
