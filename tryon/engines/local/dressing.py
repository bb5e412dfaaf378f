"""Dresses one person in one top: the order of the stages, on a crop of the photo around the upper figure."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.local.afterwards import Afterwards, look_afterwards
from tryon.engines.local.analysis import (
    BodyLabel,
    GarmentAnalysis,
    Joint,
    LabelMap,
    Opacity,
    PersonAnalysis,
    Picture,
    Step,
)
from tryon.engines.local.bare_waist import with_skirt_to_the_waist
from tryon.engines.local.calm_sides import with_calm_sides
from tryon.engines.local.calm_waist import with_calm_waist
from tryon.engines.local.collar_edge import with_skin_up_to_the_collar
from tryon.engines.local.composite import Composition, cloth_shadow, compose
from tryon.engines.local.cuffs_on_hands import with_hands_in_cuffs
from tryon.engines.local.dress_arms import arms_under_sleeves, with_arms_in_front, with_sleeves_over_arms
from tryon.engines.local.enlarging import Box, at_photo_size, enlarged_undressed, enlarged_warp, resized_field
from tryon.engines.local.figure import Figure, measure_figure
from tryon.engines.local.islands import with_skin_islands
from tryon.engines.local.layers import Cloth, lay_out
from tryon.engines.local.light import (
    MEASURED,
    Gain,
    balance,
    brightest_channel,
    form_of,
    middle_luminance,
    own_depth,
    scene_tint,
)
from tryon.engines.local.neck_end import with_neck_to_its_end
from tryon.engines.local.neck_side import without_scraps_beside
from tryon.engines.local.old_scraps import with_scraps
from tryon.engines.local.old_shading import old_shading
from tryon.engines.local.pattern import read_pattern
from tryon.engines.local.raster import among, bits, disc, opened
from tryon.engines.local.removal import take_off
from tryon.engines.local.shoulder_slope import with_cloth_on_slopes
from tryon.engines.local.strap_layer import lay_straps
from tryon.engines.local.target import Target, place_garment
from tryon.engines.local.tidying import tidied_once
from tryon.engines.local.top_labels import with_clear_edges
from tryon.engines.local.top_settling import settled
from tryon.engines.local.under_jacket import between_fronts, with_fronts_apart, with_top_kept
from tryon.engines.local.warp import Warp, carry
from tryon.engines.local.wrists import with_wrists_at_the_hands

WRIST_UNITS: Final = 0.1
"""The hand begins at most this far before the wrist joint."""

STRAND_UNITS: Final = {BodyLabel.HAIR: 0.02, BodyLabel.ARM: 0.04}
"""Hair or arm between two parts of the old top that is narrower than twice this is none; a wrist is 0.14 wide."""

WAISTBAND_SLACK: Final = 0.05
"""A waistband lies at most so much (torso lengths) higher at the sides than in its middle."""

ON_SHOULDER_UNITS: Final = 0.15
"""The shoulder, aside from the neck, rises at most so far above its joints."""

NECK_UNITS: Final = 0.22
"""Half the width of the widest neck."""

TURNED: Final = 0.4
"""A turned neck is wider by this share of the chin's way to the side, for its muscle stands out."""

SLOPE_UNITS: Final = 0.12
SLOPE: Final = 0.5
"""Bare shoulders begin at most so high over the neck's root, at the side of the widest neck, and fall by at least this
much a unit outwards; a hood stands up higher."""


@dataclass(frozen=True, slots=True)
class Dressed:
    """A finished picture with everything the checks want to know about how it came about."""

    picture: Picture
    edited: NDArray[np.bool_]
    """(height, width) of the picture, True where it may differ from the photo."""
    box: Box
    """The part of the photo that was worked on, in the photo's pixels; what follows has its size."""
    person: PersonAnalysis
    figure: Figure
    target: Target
    warp: Warp
    cloth: Cloth
    visible: Opacity
    afterwards: Afterwards


def dress_top(
    photo: Picture, person: PersonAnalysis, garment: GarmentAnalysis, options: TryOnOptions, step: Step
) -> Dressed:
    """Dress the person of `photo` (analysed at its own or a smaller size) in a top or an outer garment."""
    step("fitting", 50)
    near, small, figure = tidied_for_top(person)
    pattern = read_pattern(garment)
    target = place_garment(small, figure, garment, pattern, options)
    small, target = with_skirt_to_the_waist(small, figure, target)
    small = without_scraps_beside(without_high_bottoms(small, figure, target), figure)
    height, width = small.labels.shape
    warp = carry(garment, pattern, target, height, width)
    factor = photo.shape[1] / person.picture.shape[1]
    arms_in_front = with_arms_in_front(small, figure, target)
    box, crop, large = at_photo_size(photo, arms_in_front, near, factor)
    laid = lay_out(garment, enlarged_warp(warp, crop.shape))
    large = with_hands_in_cuffs(large, laid.sleeves, figure, target, factor)
    cloth = settled(laid, large, target, figure, factor)
    if garment.is_open:
        cloth = with_fronts_apart(cloth, laid, large.labels, between_fronts(target, figure, crop.shape, factor))
    hidden_arms = arms_under_sleeves(small, figure, target, arms_in_front.labels == BodyLabel.HAND)
    cloth = replace(cloth, opacity=cloth.opacity * (1 - resized_field(hidden_arms, crop.shape)))
    step("light", 70)
    gain = light_on(cloth, large.labels, old_shading(small, figure.unit), figure.unit * factor) * scene_tint(small)
    hidden = resized_field(cloth.opacity, small.labels.shape)
    bare = take_off(small, figure, target, hidden)
    if garment.is_open:
        bare = with_top_kept(bare, between_fronts(target, figure, small.labels.shape))
    undressed = enlarged_undressed(bare, crop)
    cloth = with_cloth_on_slopes(cloth, undressed.skin, large.labels, target, figure, factor)
    if garment.straps is not None:
        cloth, gain = lay_straps(cloth, gain, garment.straps, large.labels, undressed.skin, target, figure, factor)
    step("finishing", 85)
    large = with_sleeves_over_arms(large, small.labels, cloth.sleeves.values())
    made = compose(crop, large, undressed, cloth, gain, target.tucked, figure.unit * factor)
    worn = np.maximum(made.cloth, cloth.back * (large.labels == BodyLabel.TOP))
    afterwards = look_afterwards(small, near, (BodyLabel.TOP,), BodyLabel.TOP, worn, bare)
    return _put_back(photo, box, made, large, figure, target, warp, cloth, afterwards)


def tidied_for_top(person: PersonAnalysis) -> tuple[Box, PersonAnalysis, Figure]:
    """The part of the photo a top is worn on, in analysis pixels, the tidied person in it, and their figure."""
    near = working_box(person)
    part = tidied(crop_person(person, near))
    figure = measure_figure(part)

    def tidy(part: PersonAnalysis) -> PersonAnalysis:
        ended = with_neck_to_its_end(with_narrow_neck(part, figure), figure)
        collared = with_skin_up_to_the_collar(ended, figure)
        calm = with_calm_waist(with_clear_edges(collared, figure), figure.unit)
        whole = with_skin_islands(with_scraps(calm, figure.unit, BodyLabel.TOP), figure.unit)
        return with_calm_sides(whole, figure.unit)

    return near, tidied_once(person, "tops", part, tidy), figure


def working_box(person: PersonAnalysis) -> Box:
    """The upper body with room for wide garments, in analysis pixels."""
    top = among(person.labels, (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.NECK, BodyLabel.MIDRIFF))
    points = person.pose.points
    span = float(np.linalg.norm(points[11] - points[12]))
    hips = max(points[23][1], points[24][1])
    rows, columns = np.nonzero(top)
    height, width = person.labels.shape
    margin = 0.35 * span
    left = min(columns.min(initial=width), points[11:17, 0].min()) - margin
    right = max(columns.max(initial=0), points[11:17, 0].max()) + margin
    upper = min(points[11, 1], points[12, 1]) - 0.9 * span
    lower = max(rows.max(initial=0), hips + 0.75 * span) + margin
    return (
        int(np.clip(left, 0, width - 1)), int(np.clip(upper, 0, height - 1)),
        int(np.clip(right, 1, width)), int(np.clip(lower, 1, height)),
    )  # fmt: skip


def crop_person(person: PersonAnalysis, box: Box) -> PersonAnalysis:
    """The same person in a part of the picture."""
    left, upper, right, lower = box
    corner = np.asarray([left, upper], np.float32)
    window = np.s_[upper:lower, left:right]
    pose = replace(person.pose, points=person.pose.points - corner)
    return replace(
        person,
        picture=person.picture[window],
        pose=pose,
        face=None if person.face is None else person.face - corner,
        matte=person.matte[window],
        labels=person.labels[window],
    )


def tidied(person: PersonAnalysis) -> PersonAnalysis:
    """Labels corrected where a small slip would be seen large: what stays in front must be hand and head alone."""
    return _with_hands_at_the_wrists(with_wrists_at_the_hands(_without_strands(_without_stray_tops(person))))


def _without_strands(person: PersonAnalysis) -> PersonAnalysis:
    """A strand of hair or arm that runs between two parts of the old top is a lapel's or a fold's shadow, and goes with
    the top."""
    points = person.pose.points
    unit = float(np.linalg.norm(points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER]))
    top = bits(person.labels == BodyLabel.TOP)
    strand = np.zeros(top.shape, bool)
    for label, narrow in STRAND_UNITS.items():
        radius = max(1, round(narrow * unit))
        reach = np.zeros((1, 4 * radius + 3), np.uint8)
        reach[0, : 2 * radius + 2] = 1
        part = person.labels == label
        thin = bits(part & ~opened(part, radius, round_=True))
        if thin.any():
            strand |= (thin & cv2.dilate(top, reach) & cv2.dilate(top, reach[:, ::-1].copy())) > 0
    return replace(person, labels=np.where(strand, np.uint8(BodyLabel.TOP), person.labels)) if strand.any() else person


def _with_hands_at_the_wrists(person: PersonAnalysis) -> PersonAnalysis:
    """Skin labelled hand that lies well before the wrist is arm, and goes under a sleeve."""
    rows, columns = np.nonzero(person.labels == BodyLabel.HAND)
    spots = np.stack([columns, rows], axis=1).astype(np.float32)
    points = person.pose.points
    unit = float(np.linalg.norm(points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER]))
    before = np.zeros(len(spots), bool)
    for elbow, wrist in ((Joint.LEFT_ELBOW, Joint.LEFT_WRIST), (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)):
        along = points[wrist] - points[elbow]
        length = max(float(np.linalg.norm(along)), 1.0)
        reach = (spots - points[elbow]) @ along / length
        aside = np.abs((spots - points[elbow]) @ np.asarray([-along[1], along[0]]) / length)
        before |= (reach > 0) & (reach < length - WRIST_UNITS * unit) & (aside < 0.22 * unit)
    labels = person.labels.copy()
    labels[rows[before], columns[before]] = BodyLabel.ARM
    return replace(person, labels=labels)


def _without_stray_tops(person: PersonAnalysis) -> PersonAnalysis:
    """A beard's tip or a shadow under the chin may have the old top's colour: what hangs apart from it under the head,
    above the shoulders, belongs to the head, and so does what is far up in the hair. Aside from the head, at the
    height of the shoulders, it is a piece of a strap."""
    top = (person.labels == BodyLabel.TOP).astype(np.uint8)
    count, islands, stats, centres = cv2.connectedComponentsWithStats(top)
    if count < 3:
        return person
    sizes = stats[1:, cv2.CC_STAT_AREA]
    shoulders = float(person.pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], 1].mean())
    ends = stats[1:, cv2.CC_STAT_TOP] + stats[1:, cv2.CC_STAT_HEIGHT]
    head = np.flatnonzero((person.labels == BodyLabel.HEAD).any(axis=0))
    beneath = np.clip(centres[1:, 0], head[0], head[-1]) == centres[1:, 0] if head.size else np.ones(count - 1, bool)
    unit = float(np.linalg.norm(person.pose.points[Joint.LEFT_SHOULDER] - person.pose.points[Joint.RIGHT_SHOULDER]))
    beneath |= ends < shoulders - ON_SHOULDER_UNITS * unit
    stray = 1 + np.flatnonzero((sizes < 0.05 * sizes.max()) & (ends < shoulders) & beneath)
    labels = np.where(np.isin(islands, stray), np.uint8(BodyLabel.HEAD), person.labels)
    return replace(person, labels=labels)


def with_narrow_neck(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """Above its root a neck is no wider than a neck: beside it, skin is the colour of a hood or collar, unless it is
    no more than a bare shoulder's slope, which would end in a corner."""
    rows, columns = np.nonzero(person.labels == BodyLabel.NECK)
    root = (figure.neck_root["left"] + figure.neck_root["right"]) / 2
    share = np.clip((rows - figure.chin[1]) / max(float(root[1] - figure.chin[1]), 1.0), 0.0, 1.0)
    # Where the head is turned, the neck lies between its straight axis and the chin's side.
    axis = figure.chin[0] + (root[0] - figure.chin[0]) * share
    aside = np.maximum(columns - np.maximum(axis, root[0]), np.minimum(axis, root[0]) - columns)
    widest = NECK_UNITS * figure.unit + TURNED * abs(float(figure.chin[0] - root[0]))
    beside = (rows > figure.chin[1]) & (rows < root[1]) & (aside > widest)
    canvas = np.zeros(person.labels.shape, np.uint8)
    canvas[rows[beside], columns[beside]] = 1
    _, pieces = cv2.connectedComponents(canvas)
    # A hood goes over into the rest of the top; bare shoulders beside the neck don't.
    rim = np.asarray(cv2.dilate(canvas, disc(3)) - canvas, np.uint8) & bits(person.labels == BodyLabel.TOP)
    hoods = np.unique(cv2.dilate(pieces.astype(np.uint8), disc(3))[rim > 0])
    height = (root[1] - rows) / figure.unit
    high = beside & (height + SLOPE * (aside - widest) / figure.unit > SLOPE_UNITS)
    standing = pieces[rows[high], columns[high]]
    hood = np.isin(pieces, np.intersect1d(hoods[hoods > 0], standing))
    return replace(person, labels=np.where(hood, np.uint8(BodyLabel.TOP), person.labels)) if hood.any() else person


def without_high_bottoms(person: PersonAnalysis, figure: Figure, target: Target) -> PersonAnalysis:
    """What is taken for trousers above their waistband is a dark part of the old top, and goes with it."""
    rows, columns = np.nonzero(person.labels == BodyLabel.BOTTOM)
    spots = np.stack([columns, rows], axis=1) - figure.shoulder_middle
    high = spots @ figure.down / figure.torso_length < target.waistband_level - WAISTBAND_SLACK
    if not high.any():
        return person
    labels = person.labels.copy()
    labels[rows[high], columns[high]] = BodyLabel.TOP
    return replace(person, labels=labels)


def light_on(cloth: Cloth, labels: LabelMap, shading: tuple[Gain, Opacity], unit: float) -> Gain:
    """Gain of the cloth in linear light, (h, w, 1), from the old clothes' `shading` of any size and trust in it."""
    shade, trust = (resized_field(field, labels.shape) for field in shading)
    form = form_of(cloth.opacity, cloth.sleeves.values(), unit)
    bright = middle_luminance(cloth.colour, cloth.opacity)
    log_gain = (shade * trust + form * (1 - MEASURED * trust)) * own_depth(bright)
    most = brightest_channel(cloth.colour, cloth.opacity)
    return (balance(log_gain, cloth.opacity, most) * cloth_shadow(labels, cloth, unit))[..., None]


def _put_back(
    photo: Picture, box: Box, made: Composition, person: PersonAnalysis, figure: Figure, target: Target, warp: Warp,
    cloth: Cloth, afterwards: Afterwards,
) -> Dressed:  # fmt: skip
    picture = photo.copy()
    edited = np.zeros(photo.shape[:2], bool)
    window = np.s_[box[1] : box[3], box[0] : box[2]]
    picture[window] = made.picture
    edited[window] = made.edited
    return Dressed(picture, edited, box, person, figure, target, warp, cloth, made.cloth, afterwards)
