"""Dresses one person in a dress, a jumpsuit or a playsuit: the order of the stages, on a crop around the figure."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.local.afterwards import Afterwards, look_afterwards
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, LabelMap, Opacity, PersonAnalysis, Picture, Step
from tryon.engines.local.bottoms_dressing import lower_box, shading_of_bottom
from tryon.engines.local.bottoms_labels import tidy_edges
from tryon.engines.local.bottoms_stance import Stance, measure_stance
from tryon.engines.local.collar_edge import with_skin_up_to_the_collar
from tryon.engines.local.composite import compose
from tryon.engines.local.dress_arms import arms_under_sleeves, with_arms_in_front
from tryon.engines.local.dress_pattern import read_dress_pattern
from tryon.engines.local.dress_removal import take_off_all
from tryon.engines.local.dress_target import DressTarget, place_dress
from tryon.engines.local.dress_warp import carry_dress, lay_out_dress
from tryon.engines.local.dressing import crop_person, light_on, tidied, with_narrow_neck, working_box
from tryon.engines.local.enlarging import Box, at_photo_size, enlarged_undressed, resized_field
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.layers import Cloth
from tryon.engines.local.light import Gain, scene_tint
from tryon.engines.local.neck_side import without_scraps_beside
from tryon.engines.local.old_scraps import with_scraps
from tryon.engines.local.old_shading import old_shading
from tryon.engines.local.raster import among, blurred, reduced, resized
from tryon.engines.local.shoulder_slope import with_cloth_on_slopes
from tryon.engines.local.strap_layer import lay_straps
from tryon.engines.local.tidying import tidied_once
from tryon.engines.local.top_labels import with_clear_edges
from tryon.engines.local.top_settling import settled
from tryon.engines.local.warp import Warp

FADE_UNITS: Final = 0.22
"""The old clothes' shading ends gently so far inside them: their hems must not be seen in the new cloth."""
SEAM_UNITS: Final = 0.12
"""The same where they meet each other or skin, with waistband, belt and the shadow of the top's hem."""
BELOW_THE_HEM: Final = (BodyLabel.BACKGROUND, BodyLabel.LEG, BodyLabel.SHOES)
HEM_SHADOW_UNITS: Final = 0.1
"""So far above the hem its shadow begins."""
OLD_CLOTHES: Final = (BodyLabel.TOP, BodyLabel.BOTTOM, BodyLabel.MIDRIFF)
SKIRT_LIGHT_UNITS: Final = 0.35
"""Standard deviation of what is left of the light on trousers under a skirt: about the width of a leg, so that neither
their crotch nor their folds show as spots."""
BROADLY: Final = 8
"""Light as broad as that is found in a picture so many times smaller."""
LEAST_TRUST: Final = 0.05
"""Where less of the old shading is believed, it fades."""
LOWER_TRUST: Final = 0.45
"""Trousers fold otherwise than skirts: so much of their shading is true of what hangs in their place."""


@dataclass(frozen=True, slots=True)
class DressedInOne:
    """A finished picture with everything the checks want to know about how it came about."""

    picture: Picture
    edited: NDArray[np.bool_]
    """(height, width) of the picture, True where it may differ from the photo."""
    box: Box
    """The part of the photo that was worked on, in the photo's pixels; what follows has its size."""
    person: PersonAnalysis
    figure: Figure
    stance: Stance
    target: DressTarget
    warp: Warp
    cloth: Cloth
    visible: Opacity
    afterwards: Afterwards


def dress_in_one(
    photo: Picture, person: PersonAnalysis, garment: GarmentAnalysis, options: TryOnOptions, step: Step
) -> DressedInOne:
    """Dress the person of `photo` (analysed at its own or a smaller size) in a dress, a jumpsuit or a playsuit.

    Raises LowQuality where legs would have to be made up of skin that is nowhere seen.
    """
    step("fitting", 50)
    near, small = tidied_for_dress(person)
    in_one = all_in_one(small)
    figure = measure_figure(in_one)
    small, in_one = (without_scraps_beside(part, figure) for part in (small, in_one))
    stance = measure_stance(small, figure, least_thigh=0.0)
    pattern = read_dress_pattern(garment)
    target = place_dress(in_one, figure, stance, garment, pattern, options)
    in_one = with_legs_under(in_one, small, target)
    warp = carry_dress(garment, pattern, target, *small.labels.shape)
    factor = photo.shape[1] / person.picture.shape[1]
    arms_in_front = with_arms_in_front(in_one, figure, target.whole)
    hidden_arms = arms_under_sleeves(small, figure, target.whole, arms_in_front.labels == BodyLabel.HAND)
    box, crop, large = at_photo_size(photo, arms_in_front, near, factor)
    settling = without_skirt(large, target, factor)
    cloth = lay_out_dress(garment, pattern, target, warp, crop.shape, figure.unit * factor)
    cloth = settled(cloth, settling, target.whole, figure, factor)
    cloth = replace(cloth, opacity=cloth.opacity * (1 - resized_field(hidden_arms, crop.shape)))
    step("light", 70)
    shade, trust = _shading(small, figure.unit)
    on_cloth = shade if pattern.has_legs else broad_light_below_waist(shade, trust, target, figure.unit)
    gain = light_on(cloth, large.labels, (on_cloth, trust), figure.unit * factor) * scene_tint(small)
    hidden = resized_field(cloth.opacity, small.labels.shape)
    bare = take_off_all(small, in_one, figure, stance, target, hidden, shade)
    undressed = enlarged_undressed(bare, crop)
    cloth = with_cloth_on_slopes(cloth, undressed.skin, large.labels, target.upper, figure, factor)
    if garment.straps is not None:
        cloth, gain = lay_straps(
            cloth, gain, garment.straps, large.labels, undressed.skin, target.upper, figure, factor
        )
    step("finishing", 85)
    shaded = without_old_legs(large, target, HEM_SHADOW_UNITS * figure.unit, factor)
    made = compose(crop, shaded, undressed, cloth, gain, False, figure.unit * factor)
    picture, edited = photo.copy(), np.zeros(photo.shape[:2], bool)
    window = np.s_[box[1] : box[3], box[0] : box[2]]
    picture[window], edited[window] = made.picture, made.edited
    worn = with_two_names(small, target)
    afterwards = look_afterwards(small, near, OLD_CLOTHES, worn, made.cloth, bare)
    return DressedInOne(picture, edited, box, large, figure, stance, target, warp, cloth, made.cloth, afterwards)


def tidied_for_dress(person: PersonAnalysis) -> tuple[Box, PersonAnalysis]:
    """The part of the photo a dress is worn on, in analysis pixels, and the tidied person in it."""
    near = figure_box(person)
    part = tidied(crop_person(person, near))

    def tidy(part: PersonAnalysis) -> PersonAnalysis:
        figure = measure_figure(part)
        collared = with_skin_up_to_the_collar(with_narrow_neck(part, figure), figure)
        clear = tidy_edges(with_clear_edges(collared, figure), figure)
        return with_scraps(clear, figure.unit, BodyLabel.TOP, BodyLabel.BOTTOM)

    return near, tidied_once(person, "dresses", part, tidy)


def figure_box(person: PersonAnalysis) -> Box:
    """The whole figure with room for wide sleeves and skirts, in analysis pixels."""
    upper, lower = working_box(person), lower_box(person)
    return (min(upper[0], lower[0]), min(upper[1], lower[1]), max(upper[2], lower[2]), max(upper[3], lower[3]))


def all_in_one(person: PersonAnalysis) -> PersonAnalysis:
    """The person with all that a dress replaces under the name of the top, and legs under that of arms."""
    table = np.arange(max(BodyLabel) + 1, dtype=np.uint8)
    table[[BodyLabel.BOTTOM, BodyLabel.MIDRIFF]], table[BodyLabel.LEG] = BodyLabel.TOP, BodyLabel.ARM
    return replace(person, labels=table[person.labels])


def with_legs_under(in_one: PersonAnalysis, person: PersonAnalysis, target: DressTarget) -> PersonAnalysis:
    """Bare legs above the new hem go with the old clothes: a dress longer than those must not show them beside it."""
    hem = target.whole.hem
    order = np.argsort(hem[:, 0])
    height, width = person.labels.shape
    lowest = np.interp(np.arange(width), hem[order, 0], hem[order, 1])
    above = np.arange(height)[:, None] < lowest[None]
    legs = above & (person.labels == BodyLabel.LEG)
    return replace(in_one, labels=np.where(legs, np.uint8(BodyLabel.TOP), in_one.labels))


def with_two_names(person: PersonAnalysis, target: DressTarget) -> LabelMap:
    """What the new dress is called where it is seen: top above its waist, bottom below it."""
    waist = target.upper.hem
    order = np.argsort(waist[:, 0])
    height, width = person.labels.shape
    line = np.interp(np.arange(width), waist[order, 0], waist[order, 1])
    return np.where(np.arange(height)[:, None] < line[None], BodyLabel.TOP, BodyLabel.BOTTOM).astype(np.uint8)


def without_skirt(person: PersonAnalysis, target: DressTarget, factor: float) -> PersonAnalysis:
    """The person undressed below the waist, where a dress is never widened to the old clothes' outline: its skirt hangs
    freely, and old trousers end below it."""
    labels = person.labels.copy()
    below = labels[int(target.upper.hem[:, 1].max() * factor) :]
    below[below == BodyLabel.TOP] = BodyLabel.BACKGROUND
    return replace(person, labels=labels)


def without_old_legs(person: PersonAnalysis, target: DressTarget, above: float, factor: float) -> PersonAnalysis:
    """The person without what was worn from a little `above` the new hem down: no shadow falls on trousers that are
    off."""
    labels = person.labels.copy()
    below = labels[max(0, int((target.whole.hem[:, 1].min() - above) * factor)) :]
    below[below == BodyLabel.TOP] = BodyLabel.BACKGROUND
    return replace(person, labels=labels)


def broad_light_below_waist(shade: Gain, trust: Opacity, target: DressTarget, unit: float) -> Gain:
    """The shading with nothing but the broad light from the new waist down: a skirt falls from there in its own folds,
    while a top's end in mid-air at its hem and those of trousers gather between the legs."""
    waist = target.upper.hem[np.argsort(target.upper.hem[:, 0])]
    sigma = SKIRT_LIGHT_UNITS * unit / BROADLY
    light, weight = (blurred(reduced(field, 1 / BROADLY), sigma) for field in (shade * trust, trust))
    broad = resized(light / np.maximum(weight, LEAST_TRUST), shade.shape)
    first = int(np.clip(waist[:, 1].min(), 0, len(shade)))
    rows = np.arange(first, len(shade), dtype=np.float32)[:, None]
    level = np.interp(np.arange(shade.shape[1]), waist[:, 0], waist[:, 1]).astype(np.float32)
    share = np.clip((rows - level) / np.float32(SKIRT_LIGHT_UNITS * unit), 0, 1)
    lit = shade.copy()
    lit[first:] += (broad[first:] - shade[first:]) * share
    return lit


def _shading(person: PersonAnalysis, unit: float) -> tuple[Gain, Opacity]:
    """Log gain of top and bottom, each by itself, and the trust in it, which ends gently where they end: no hem,
    waistband or neckline must be seen in the new cloth."""
    above, below = old_shading(person, unit), shading_of_bottom(person, unit)
    top, bottom = person.labels == BodyLabel.TOP, person.labels == BodyLabel.BOTTOM
    skin = among(person.labels, (BodyLabel.MIDRIFF, BodyLabel.NECK, BodyLabel.ARM))
    shade = np.where(bottom, below[0], above[0])
    trust = np.where(bottom, below[1] * np.float32(LOWER_TRUST), above[1])
    from_seam = np.where(bottom, _distance_to(top | skin), _distance_to(bottom | skin))
    from_edge = np.where(bottom, _distance_to(among(person.labels, BELOW_THE_HEM)), np.float32(1e6))
    fading = np.minimum(from_seam / (SEAM_UNITS * unit), from_edge / (FADE_UNITS * unit))
    return shade.astype(np.float32), (trust * np.minimum(fading, 1.0)).astype(np.float32)


def _distance_to(area: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Pixels to the nearest one of the area."""
    return np.asarray(cv2.distanceTransform((~area).astype(np.uint8), cv2.DIST_L2, 3), np.float32)
