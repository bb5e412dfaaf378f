"""Dresses one person in trousers, shorts or a skirt: the order of the stages, on a crop around the lower figure."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.local.afterwards import Afterwards, look_afterwards
from tryon.engines.local.analysis import (
    SIDES,
    BodyLabel,
    GarmentAnalysis,
    LabelMap,
    Opacity,
    PersonAnalysis,
    Picture,
    Step,
)
from tryon.engines.local.bottoms_beside_arms import up_to_arms
from tryon.engines.local.bottoms_boots import over_boots
from tryon.engines.local.bottoms_composite import compose_bottom
from tryon.engines.local.bottoms_corners import with_round_corners
from tryon.engines.local.bottoms_labels import tidy_edges
from tryon.engines.local.bottoms_pattern import read_bottom_pattern, with_front_edge, with_leg_parts
from tryon.engines.local.bottoms_pockets import with_pockets, with_whole_waist
from tryon.engines.local.bottoms_removal import take_off_bottom
from tryon.engines.local.bottoms_stance import Stance, measure_stance
from tryon.engines.local.bottoms_target import BottomTarget, place_bottom
from tryon.engines.local.bottoms_waist import with_fair_waist
from tryon.engines.local.bottoms_warp import carry_bottom
from tryon.engines.local.composite import Composition
from tryon.engines.local.cuff_sides import with_narrow_cuffs
from tryon.engines.local.dressing import crop_person
from tryon.engines.local.enlarging import Box, at_photo_size, enlarged_undressed, enlarged_warp, resized_field
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.layers import Cloth, carry_colour, lay_out
from tryon.engines.local.light import (
    MEASURED,
    Gain,
    balance,
    brightest_channel,
    form_of_legs,
    middle_luminance,
    own_depth,
    scene_tint,
)
from tryon.engines.local.old_scraps import with_scraps
from tryon.engines.local.old_shading import old_shading
from tryon.engines.local.raster import among, bits, blurred, box_of, connected, disc, grown, polygon_opacity
from tryon.engines.local.settled_edges import settle_edges
from tryon.engines.local.shorts_inside import with_insides
from tryon.engines.local.tidying import tidied_once
from tryon.engines.local.warp import Warp

SETTLE_UNITS: Final = 0.07
"""Differences between the new and the old outline up to this width are settled on the photo's own edge."""
FAR_REACH: Final = 2.0
"""Where the old bottom stands out farther nothing is settled, and so many times as far around."""
BRIGHTEST: Final = 0.14
DARKEST: Final = 0.36
"""Limits of the carried shading (natural logarithm): faded denim is bright with wear, not with light."""
LEAST_FORM: Final = 0.8
"""Share of the falloff around seat and legs that is seen at least: black or busy old trousers show hardly any, and a
leg without it is flat."""
SEAM_RIM_UNITS: Final = 0.05
WAVES_UNITS: Final = 0.025
"""Standard deviation of what evens the outline of trousers."""
HEM_CORNER_UNITS: Final = 0.12
ABOVE_HEM_UNITS: Final = 0.06
"""The cloth hides bare legs beside it down to so far above the hem; ankles below it are seen."""
FADE_UNITS: Final = 0.22
SKIRT_FOLDS_UNITS: Final = 0.12
"""A skirt's folds are none of trousers: what is finer than this (standard deviation) of its shading is not carried
over."""
SEAM_UNITS: Final = (-0.16, 0.02)
"""From above to below the crotch, where seat and legs are sewn together."""
GAP_EDGE_PX: Final = 0.7
"""Softness of the edges of the gap between legs: a narrow one shows steps."""
SLIT_UNITS: Final = 0.08
PINHOLE_UNITS: Final = 0.15
"""A hole in the cloth smaller than the square of this is none of the product's."""
DOT_UNITS: Final = 0.06
"""The same for what is left of the gap between legs that touch all around it."""
AS_ABOVE: Final = {
    BodyLabel.BOTTOM: BodyLabel.TOP,
    BodyLabel.TOP: BodyLabel.BOTTOM,
    BodyLabel.LEG: BodyLabel.ARM,
    BodyLabel.ARM: BodyLabel.LEG,
}
"""The stages that were made for tops ask for what is worn and for the limbs in it by these names."""


@dataclass(frozen=True, slots=True)
class DressedBottom:
    """A finished picture with everything the checks want to know about how it came about."""

    picture: Picture
    edited: NDArray[np.bool_]
    """(height, width) of the picture, True where it may differ from the photo."""
    box: Box
    """The part of the photo that was worked on, in the photo's pixels; what follows has its size."""
    person: PersonAnalysis
    figure: Figure
    stance: Stance
    target: BottomTarget
    warp: Warp
    cloth: Cloth
    visible: Opacity
    afterwards: Afterwards


def dress_bottom(
    photo: Picture, person: PersonAnalysis, garment: GarmentAnalysis, options: TryOnOptions, step: Step
) -> DressedBottom:
    """Dress the person of `photo` (analysed at its own or a smaller size) in trousers, shorts, leggings or a skirt.

    Raises PoseNotSupported where too little of the legs is in the frame, LowQuality where legs would have to be made
    up of skin that is nowhere seen.
    """
    step("fitting", 50)
    near, small, figure = tidied_for_bottom(person)
    stance = measure_stance(small, figure)
    pattern = read_bottom_pattern(garment)
    target = place_bottom(small, figure, stance, pattern, options)
    ribs = pattern.ribs if stance.waist_hidden or pattern.is_skirt else with_front_edge(pattern.ribs)
    warp = carry_bottom(ribs, target.ribs, *small.labels.shape)
    factor = photo.shape[1] / person.picture.shape[1]
    box, crop, large = at_photo_size(photo, small, near, factor)
    cloth = _cut(with_leg_parts(garment), enlarged_warp(warp, crop.shape), large, target, figure.unit, factor)
    edge = resized_field(stance.edge[None] * np.float32(factor), (1, crop.shape[1]))[0]
    whole = cloth.opacity
    if not stance.of_a_dress:
        crotch = float(target.ribs.crotch[1]) * factor if target.ribs.legs else np.inf
        whole = with_whole_waist(
            whole, large.labels, edge, figure.unit * factor, target.apart_in_one or target.beyond_old_hem, crotch
        )
    large, opacity = over_boots(large, whole, stance, factor)
    hem = min(float(line[:, 1].min()) for line in target.hem_lines) * factor
    opacity = up_to_arms(opacity, large.labels, figure.unit * factor, hem)
    opacity = with_round_corners(opacity, large.labels, edge, figure.unit * factor)
    cloth = replace(cloth, opacity=opacity)
    step("light", 70)
    shade, trust = shading_of_bottom(small, figure.unit)
    if target.apart_in_one:
        shade = blurred(shade, SKIRT_FOLDS_UNITS * figure.unit)
    if target.beyond_old_hem:
        trust = _fading_to_hem(small, trust, figure.unit)
    gain = _light(shade, trust, cloth, figure.unit * factor) * scene_tint(small)
    hidden = resized_field(cloth.opacity, small.labels.shape)
    undressed = take_off_bottom(small, stance, target, hidden, shade, figure.unit)
    step("finishing", 85)
    undressed_large = enlarged_undressed(undressed, crop)
    if target.short:
        between = _between(target, cloth.opacity.shape, factor)
        cloth, gain = with_insides(cloth, gain, undressed_large.skin, large.labels, between)
    made = compose_bottom(crop, large, undressed_large, cloth, gain, edge, figure.unit * factor)
    picture, edited = _put_back(photo, box, made)
    afterwards = look_afterwards(small, near, (BodyLabel.BOTTOM,), BodyLabel.BOTTOM, made.cloth, undressed)
    return DressedBottom(picture, edited, box, large, figure, stance, target, warp, cloth, made.cloth, afterwards)


def tidied_for_bottom(person: PersonAnalysis) -> tuple[Box, PersonAnalysis, Figure]:
    """The part of the photo a bottom is worn on, in analysis pixels, the tidied person in it, and their figure."""
    near = lower_box(person)
    part = crop_person(person, near)
    figure = measure_figure(part)

    def tidy(part: PersonAnalysis) -> PersonAnalysis:
        scraps = with_scraps(tidy_edges(part, figure), figure.unit, BodyLabel.BOTTOM)
        return with_fair_waist(with_narrow_cuffs(scraps, figure), figure)

    return near, tidied_once(person, "bottoms", part, tidy), figure


def shading_of_bottom(person: PersonAnalysis, unit: float) -> tuple[Gain, Opacity]:
    """Log gain of the old bottom's folds, and how far to trust it (0..1)."""
    shade, trust = old_shading(as_if_above(person), unit)
    most = np.where(shade > 0, np.float32(BRIGHTEST), np.float32(DARKEST))
    return (most * np.tanh(shade / most)).astype(np.float32), trust


def lower_box(person: PersonAnalysis) -> Box:
    """From the shoulders down to below the feet, with room for wide skirts, in analysis pixels."""
    points = person.pose.points
    span = float(np.linalg.norm(points[11] - points[12]))
    legs = among(person.labels, (BodyLabel.BOTTOM, BodyLabel.LEG, BodyLabel.SHOES))
    rows, columns = np.nonzero(legs)
    height, width = person.labels.shape
    lowest = max(rows.max(initial=0), points[27:29, 1].max()) + 0.25 * span
    left = min(columns.min(initial=width), points[23:29, 0].min()) - 0.8 * span
    right = max(columns.max(initial=0), points[23:29, 0].max()) + 0.8 * span
    upper = min(points[11, 1], points[12, 1]) - 0.3 * span
    return (
        int(np.clip(left, 0, width - 1)), int(np.clip(upper, 0, height - 1)),
        int(np.clip(right, 1, width)), int(np.clip(lowest, 1, height)),
    )  # fmt: skip


def as_if_above(person: PersonAnalysis) -> PersonAnalysis:
    """The person with bottom and legs under the names of top and arms."""
    table = np.arange(max(BodyLabel) + 1, dtype=np.uint8)
    for label, name in AS_ABOVE.items():
        table[label] = name
    return replace(person, labels=table[person.labels])


def _cut(
    garment: GarmentAnalysis, warp: Warp, person: PersonAnalysis, target: BottomTarget, unit: float, factor: float
) -> Cloth:
    """The garment's layers, settled on the photo's own edges where old and new outline nearly agree."""
    cloth = lay_out(garment, warp)
    over_legs = np.zeros(cloth.opacity.shape, np.float32)
    for side, area in warp.sleeve_area.items():
        end = max(0, int((target.ribs.legs[side][-1, :, 1].min() - ABOVE_HEM_UNITS * unit) * factor))
        over_legs[:end] = np.maximum(over_legs[:end], area[:end])
    allowed = _settling_area(person.labels.shape, target, unit, factor)
    reach = SETTLE_UNITS * unit * factor
    if target.beyond_old_hem or target.apart_in_one:
        # Shorts worn under long trousers would show as a step in their outline, a skirt as a bulge.
        allowed[:] = 0.0
    elif target.ribs.legs:
        allowed[_far_wider(person.labels, cloth.opacity, reach)] = 0.0
    opacity = settle_edges(as_if_above(person), cloth.opacity, over_legs, allowed, reach)
    if target.ribs.legs:
        # What was worn tells nothing about the gap between these legs, and evening its edge would close its upper end.
        opacity = np.minimum(opacity, np.maximum(cloth.opacity, 1 - _between(target, opacity.shape, factor)))
    opacity = _even_sides(opacity, cloth, target, unit, factor)
    wider = with_pockets(opacity, person, unit, factor)
    # Beside a pocket the cloth goes on from farther inside: its rim is a seam, worn pale.
    added = grown(bits(wider > opacity + 0.5), round(SEAM_RIM_UNITS * unit * factor), round_=True) > 0
    opacity = sewn_at_crotch(wider, cloth, target, unit, factor)
    colour = carry_colour(cloth.colour, np.where(added, np.float32(0.0), cloth.opacity), opacity > 0)
    return replace(cloth, opacity=opacity, colour=colour)


def _far_wider(labels: LabelMap, cloth: Opacity, reach: float) -> NDArray[np.bool_]:
    """True around where the old bottom stands out by more than `reach` pixels: half way there a leg is a balloon."""
    wider = np.zeros(labels.shape, bool)
    far = (labels == BodyLabel.BOTTOM) & (grown(bits(cloth > 0.5), round(reach)) == 0)
    if far.any():
        box = box_of(far, round(FAR_REACH * reach))
        wider[box] = grown(bits(far[box]), round(FAR_REACH * reach)) > 0
    return wider


def _even_sides(opacity: Opacity, cloth: Cloth, target: BottomTarget, unit: float, factor: float) -> Opacity:
    """The cloth with calm lines along the legs: the small waves of cloth that lay flat are pulled straight by its
    weight. Hems keep their corners, and the gap between the legs its pointed end."""
    if not target.ribs.legs:
        return opacity
    first = int(target.ribs.seat[0, :, 1].max() * factor)
    last = int(min(line[:, 1].min() for line in target.hem_lines) * factor - HEM_CORNER_UNITS * unit * factor)
    first, last = (int(np.clip(row, 0, len(opacity))) for row in (first, last))
    sigma = WAVES_UNITS * unit * factor
    if last - first < 4 * sigma:
        return opacity

    def calm(part: Opacity) -> Opacity:
        return np.clip((blurred(part[first:last], sigma) - 0.5) * sigma * 1.6 + 0.5, 0.0, 1.0)

    even = opacity.copy()
    even[first:last] = calm(opacity)
    between = _between(target, opacity.shape, factor)
    gap = np.s_[:, box_of(between > 0, 1 + round(3 * sigma))[1]]
    legs = np.max([calm(np.minimum(leg, opacity)[gap]) for leg in cloth.sleeves.values()], axis=0)
    even[gap][first:last] = np.minimum(even[gap][first:last], np.maximum(legs, 1 - between[gap][first:last]))
    return even


def sewn_at_crotch(
    opacity: Opacity, cloth: Cloth, target: BottomTarget, unit: float, factor: float
) -> Opacity:  # fmt: skip
    """Without the slits and holes that remain where the seat's map and a leg's differ by a few pixels, and with nothing
    between the legs of shorts below; `opacity` is that of `cloth`, perhaps settled."""
    if target.ribs.legs:
        y = target.ribs.crotch[1] * factor
        first, last = (int(np.clip(y + reach * unit * factor, 0, opacity.shape[0])) for reach in SEAM_UNITS)
        opacity = opacity.copy()
        if last - first > 2:
            slits = disc(max(1, round(SLIT_UNITS * unit * factor / 2)))
            closed = cv2.morphologyEx(opacity[first:last], cv2.MORPH_CLOSE, slits)
            opacity[first:last] = np.maximum(opacity[first:last], closed)
        between = _between(target, opacity.shape, factor)
        if target.short:
            legs = np.max(list(cloth.sleeves.values()), axis=0)
            opacity[last:] -= (np.maximum(opacity - legs, 0.0) * between)[last:]
        between[:last] = 0.0
    sizes = _sizes_of_holes(opacity)
    whole = np.where(sizes < (PINHOLE_UNITS * unit * factor) ** 2, np.float32(1.0), opacity)
    if not target.ribs.legs:
        return whole
    # The frame's end, or knees that touch, make no hole of the gap between the legs, unless it is a mere dot.
    kept = np.where(sizes < (DOT_UNITS * unit * factor) ** 2, np.float32(1.0), opacity)
    return np.minimum(whole, np.maximum(kept, 1 - between))


def _between(target: BottomTarget, shape: tuple[int, ...], factor: float) -> Opacity:
    """1 between the inner edges of the legs, where a gap shows."""
    right, left = (target.ribs.legs[side][:, 2] for side in SIDES)
    ring = np.vstack([right, left[::-1]]).astype(np.float32) * np.float32(factor)
    return polygon_opacity(shape, ring, GAP_EDGE_PX)


def _sizes_of_holes(opacity: Opacity) -> NDArray[np.float32]:
    """(h, w) pixels in the piece around each pixel where seat and legs leave the cloth open; infinite on the cloth."""
    pieces, sizes = connected(opacity < 0.9)
    return np.where(sizes > 0, sizes, np.inf).astype(np.float32).take(pieces)


def _settling_area(shape: tuple[int, ...], target: BottomTarget, unit: float, factor: float) -> Opacity:
    """1 along seat and legs, and at a hem that stays where the old one was; 0 at a hem that is the product's own."""
    canvas = np.full(shape[:2], 255, np.uint8)
    for line in () if target.keeps_hem else target.hem_lines:
        points = np.rint(np.asarray(line, np.float32) * factor).astype(np.int32)
        cv2.polylines(canvas, [points], False, 0, max(1, int(0.14 * unit * factor)))
    return cv2.GaussianBlur(canvas, (0, 0), max(0.01 * unit * factor, 0.8)).astype(np.float32) / 255


def _light(shade: Gain, trust: Opacity, cloth: Cloth, unit: float) -> Gain:
    """Gain of the cloth in linear light, (h, w, 1)."""
    shade, trust = resized_field(shade, cloth.opacity.shape), resized_field(trust, cloth.opacity.shape)
    form = form_of_legs(cloth.opacity, list(cloth.sleeves.values()), unit)
    bright = middle_luminance(cloth.colour, cloth.opacity)
    log_gain = shade * trust + form * (1 - MEASURED * trust)
    log_gain = (log_gain + np.minimum(LEAST_FORM * form - np.minimum(log_gain, 0.0), 0.0)) * own_depth(bright)
    return balance(log_gain, cloth.opacity, brightest_channel(cloth.colour, cloth.opacity))[..., None]


def _fading_to_hem(person: PersonAnalysis, trust: Opacity, unit: float) -> Opacity:
    """Trust in the old bottom's shading that ends gently above its hem: its end must not be seen in the new cloth."""
    worn = (person.labels == BodyLabel.BOTTOM).astype(np.uint8)
    hidden = among(person.labels, (BodyLabel.TOP, BodyLabel.HAND, BodyLabel.ARM, BodyLabel.MIDRIFF)).astype(np.uint8)
    depth = cv2.distanceTransform(worn | hidden, cv2.DIST_L2, 3)
    return (trust * np.clip(depth / (FADE_UNITS * unit), 0.0, 1.0)).astype(np.float32)


def _put_back(photo: Picture, box: Box, made: Composition) -> tuple[Picture, NDArray[np.bool_]]:
    picture = photo.copy()
    edited = np.zeros(photo.shape[:2], bool)
    window = np.s_[box[1] : box[3], box[0] : box[2]]
    picture[window] = made.picture
    edited[window] = made.edited
    return picture, edited
