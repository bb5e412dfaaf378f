"""A second look at where the old bottom ends: at the top's hem and at the shoes, the nearer colour decides.

The eyes' labels are right in the large, but their hem is a smooth line and their shoes a guess; what is dressed on the
legs lives by exactly these two edges.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis
from tryon.engines.local.bottoms_hands import without_cloth_hands
from tryon.engines.local.bottoms_sides import with_clear_sides
from tryon.engines.local.figure import Figure
from tryon.engines.local.hem_shade import legs_in_shade
from tryon.engines.local.linear import to_lab
from tryon.engines.local.one_piece import with_even_hem
from tryon.engines.local.raster import among, bits, box_of, depth, grown, length, pieces_of
from tryon.engines.local.relabelling import hanging_on, near_edge, redrawn_by_colour
from tryon.engines.local.shoe_tops import without_last_rows, without_old_hem

BAND_UNITS: Final = 0.7
"""How far from the edge between two labels the colours are asked."""
FEET_BAND_UNITS: Final = 0.7
"""The same at the shoes, which the eyes sometimes let reach up to the calf."""
FOOT_UNITS: Final = 0.22
"""What is this near to the line from heel to toes is the foot."""
FAR_SHOE: Final = 3.0
"""Natural logarithms that a shoe must be likelier at twice that distance."""
BESIDE: Final = 1.5
SIDES_LEVEL: Final = 1.0
"""Natural logarithms by which, above this torso level and beside the body's middle, a top is likelier than a bottom."""
ABOVE_WAIST: Final = 0.12
"""Units that a waistband may rise at the sides."""
CHEST_LEVEL: Final = 0.62
LOWEST_LEVEL: Final = 1.45
"""A top's hem, and what of it hangs beside the bottom, ends above this torso level."""
LEGS_LEVEL: Final = 1.18
"""Torso levels above which only the top is worn, and below which hardly anything but the bottom."""
SKIN_HUE: Final = 8.5
"""CIE Lab a, b: what is farther from the person's skin is none, or its shade."""
CALM_UNITS: Final = 0.014
"""Noise finer than this is averaged away before two dark cloths are compared."""
WAIST_SOFT_UNITS: Final = 0.03
FEET_SOFT_PX: Final = 2.5
"""Pixels decide together with their neighbours so far away (standard deviation): two dark cloths differ by little."""
STRAY: Final = 0.04
"""Share of the bottom: a piece of it this small, apart from it and below the knees, belongs to the shoes."""
THREAD_PX: Final = 2.0
THREAD_UNITS: Final = 0.012
"""A piece of the bottom no farther than either from its own edge is the rim of the limb that is beside more than the
next share of it: in the shade there, or before a bright background, skin has many colours."""
LIMB_SHARE: Final = 0.25
SKIN: Final = (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.MIDRIFF)
HEMS_LEVEL: Final = 1.3
"""Torso level above which no hem ends."""
GAP_UNITS: Final = 0.22
BEHIND_UNITS: Final = 0.9
"""So near to the line between the legs a gap between them may be, and so near the background that tells its colour."""
GAP_LENGTH: Final = 0.2
"""Units: a shorter patch of the background's colour is none of it."""
GAP_SIDES: Final = 12
"""Pixels of background beside the legs that are enough to tell its colour in a row."""
LIKE_BEHIND: Final = 9.0
CONTRAST: Final = 30.0
"""8-bit Lab: a gap is at most so far from the background's mean, most of it half so far, the bottom at least so far."""
LEGS_SEEN: Final = 0.15
"""Legs of which so much was recognised are not looked for again."""
SHIN_END: Final = 0.25
"""Share of the shin above the ankle where boots may be."""
SHIN_WIDTH: Final = 0.62
"""Both bare legs together are at most so wide, in lengths from knee to ankle."""
PATCH: Final = 0.15
PATCH_HELD: Final = 0.3
"""A piece of shoe smaller than this share of the larger shoe is a print of the old bottom, if that is around so much
of it."""
ISLANDS: Final = (BodyLabel.HAIR, BodyLabel.NECK, BodyLabel.TOP, BodyLabel.ARM, BodyLabel.LEG, BodyLabel.MIDRIFF)
ISLAND_UNITS: Final = 0.35
ENCLOSED: Final = 0.7
"""Pieces of these up to the square of so many units are none where so much of what is around them is the bottom."""
Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def tidy_edges(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person with the edges of the old bottom redrawn by colour."""
    unit = figure.unit
    lab = cv2.cvtColor(person.picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    labels = at_waist(person, _calm(lab, person.labels, CALM_UNITS * unit), figure)
    lab = cv2.GaussianBlur(lab, (0, 0), 0.8)
    feet = _feet(person, unit)
    knees = float(person.pose.points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE], 1].max())
    labels = _without_strays(labels, person.labels, feet, knees, unit)
    if not _legs_are_skin(person):
        labels = np.where(labels == BodyLabel.LEG, np.uint8(BodyLabel.BOTTOM), labels)
    labels = _gap_between_legs(labels, lab, person, figure)
    labels = _legs_of_skin(labels, lab, person, figure)
    labels = without_old_hem(_at_feet(labels, lab, feet, knees, unit), lab, unit)
    labels = without_last_rows(labels, lab, knees, unit)
    labels = legs_in_shade(labels, lab, knees, unit)
    labels = _without_islands(without_cloth_hands(labels, lab, person, unit), unit)
    labels = with_clear_sides(labels, lab, person, figure)
    labels = with_even_hem(labels, lab, person, figure)
    labels = _without_strays(labels, person.labels, feet, knees, unit)
    found = (labels == BodyLabel.BOTTOM) & (person.labels == BodyLabel.BACKGROUND)
    return replace(person, labels=labels, matte=np.where(found, np.float32(1.0), person.matte))


def _calm(lab: Field, labels: LabelMap, sigma: float) -> Field:
    """The colours blurred, where top or bottom is near."""
    box = box_of(among(labels, (BodyLabel.TOP, BodyLabel.BOTTOM)), round(5 * sigma) + 2)
    calm = lab.copy()
    calm[box] = cv2.GaussianBlur(lab[box], (0, 0), sigma)
    return calm


def _legs_are_skin(person: PersonAnalysis) -> bool:
    """A few pixels of leg between trousers and floor may be a carpet; skin has the hue of the person's own."""
    leg = person.labels == BodyLabel.LEG
    if person.skin_lab is None or not leg.any():
        return True
    hue = np.median(to_lab(person.picture[leg][:: max(1, int(leg.sum()) // 3000)]), axis=0)[1:]
    return float(np.linalg.norm(hue - person.skin_lab[1:])) < SKIN_HUE or float(leg.mean()) > 0.01


def at_waist(person: PersonAnalysis, lab: Field, figure: Figure, lowest: float = LOWEST_LEVEL) -> LabelMap:
    """Top or bottom? What is worn on the chest and what is worn on the legs teach their colours."""
    labels, unit = person.labels, figure.unit
    top, bottom = labels == BodyLabel.TOP, labels == BodyLabel.BOTTOM
    rows = np.arange(labels.shape[0])[:, None]
    chest, legs = figure.at_level(CHEST_LEVEL)[1], figure.at_level(LEGS_LEVEL)[1]
    area = near_edge(bottom, top, BAND_UNITS * unit) & (rows < figure.at_level(lowest)[1])
    taught = {BodyLabel.TOP: top & (rows < chest), BodyLabel.BOTTOM: bottom & (rows > legs)}
    columns = np.abs(np.arange(labels.shape[1])[None] - figure.hip_middle[0]) / unit
    high = np.clip((figure.at_level(SIDES_LEVEL)[1] - rows) / (0.15 * figure.torso_length), 0.0, 1.0)
    beside = np.asarray(BESIDE * high * np.clip((columns - 0.2) / 0.15, 0.0, 1.0), np.float32)
    redrawn = redrawn_by_colour(labels, lab, area, taught, {BodyLabel.BOTTOM: beside}, WAIST_SOFT_UNITS * unit)
    return _level_waist(hanging_on(redrawn, labels, BodyLabel.TOP), figure)


def _level_waist(labels: LabelMap, figure: Figure) -> LabelMap:
    """Nothing of the bottom stands above its waistband: dark shade there belongs to a jacket."""
    x, reach = figure.hip_middle[0], 0.2 * figure.unit
    middle = (labels == BodyLabel.BOTTOM)[:, max(0, int(x - reach)) : int(x + reach) + 1]
    if not middle.any():
        return labels
    band = float(np.median(middle.argmax(axis=0)[middle.any(axis=0)])) - ABOVE_WAIST * figure.unit
    upper = np.arange(labels.shape[0])[:, None] < band
    return np.where(upper & (labels == BodyLabel.BOTTOM), np.uint8(BodyLabel.TOP), labels)


def _at_feet(labels: LabelMap, lab: Field, feet: Field, knees: float, unit: float) -> LabelMap:
    """Trousers, shoes or bare ankle? The eyes' shoes sometimes reach up to the calf."""
    rows = np.arange(labels.shape[0])[:, None]
    bottom, shoes, leg = (labels == name for name in (BodyLabel.BOTTOM, BodyLabel.SHOES, BodyLabel.LEG))
    area = near_edge(bottom, shoes | leg, FEET_BAND_UNITS * unit) & (rows > knees)
    taught = {
        BodyLabel.BOTTOM: bottom & (feet > FOOT_UNITS),
        BodyLabel.LEG: leg & (feet > FOOT_UNITS / 2),
        BodyLabel.SHOES: shoes & (feet < FOOT_UNITS),
    }
    far = FAR_SHOE * np.clip(feet / FOOT_UNITS - 1.0, 0.0, 1.0).astype(np.float32)
    return redrawn_by_colour(labels, lab, area, taught, {BodyLabel.SHOES: far}, FEET_SOFT_PX)


def _gap_between_legs(labels: LabelMap, lab: Field, person: PersonAnalysis, figure: Figure) -> LabelMap:
    """What has the colour of the background beside it, between trouser legs of another colour, is a gap."""
    points, unit = person.pose.points, figure.unit
    line = [(points[Joint[f"LEFT_{name}"]] + points[Joint[f"RIGHT_{name}"]]) / 2 for name in ("HIP", "KNEE", "ANKLE")]
    first, last = int(figure.at_level(HEMS_LEVEL)[1]), min(int(line[2][1]), labels.shape[0] - 1)
    if last - first < GAP_LENGTH * unit:
        return labels
    middle = np.interp(np.arange(first, last), [spot[1] for spot in line], [spot[0] for spot in line])
    columns = np.arange(labels.shape[1])[None]
    part, colours = labels[first:last], lab[first:last]
    away = np.abs(columns - middle[:, None]) / unit
    beside = (part == BodyLabel.BACKGROUND) & (away < BEHIND_UNITS)
    count = np.maximum(beside.sum(axis=1), 1)[:, None]
    behind = (colours * beside[..., None]).sum(axis=1) / count
    unlike = length(colours - behind[:, None].astype(np.float32))
    bottom = (part == BodyLabel.BOTTOM) & (count > GAP_SIDES)
    if not bottom.any() or float(np.median(unlike[bottom])) < CONTRAST:
        return labels
    redrawn = labels.copy()
    for area, inside in pieces_of(bottom & (away < GAP_UNITS) & (unlike < LIKE_BEHIND)):
        if inside.shape[0] > GAP_LENGTH * unit and float(np.median(unlike[area][inside])) < LIKE_BEHIND / 2:
            redrawn[first:last][area][inside] = BodyLabel.BACKGROUND
    return redrawn


def _legs_of_skin(labels: LabelMap, lab: Field, person: PersonAnalysis, figure: Figure) -> LabelMap:
    """Where all is taken for the bottom down to the shoes, but what is below the knees has the hue of skin, another
    colour than the bottom above, and a leg's width, it was a skirt or shorts."""
    rows = np.arange(labels.shape[0])[:, None]
    knee, ankle = (
        float(person.pose.points[[Joint[f"{side}_{name}"] for side in ("LEFT", "RIGHT")], 1].mean())
        for name in ("KNEE", "ANKLE")
    )
    if max(knee, 0.0) >= labels.shape[0] - 2 or ankle <= knee:
        return labels
    bottom, skin = labels == BodyLabel.BOTTOM, among(labels, SKIN)
    shins = bottom & (rows > knee) & (rows < ankle - SHIN_END * (ankle - knee))
    wide = np.median(shins.sum(axis=1)[int(max(knee, 0)) :][: max(1, int((1 - SHIN_END) * (ankle - knee)))])
    if not skin.any() or not 0 < wide < SHIN_WIDTH * (ankle - knee):
        return labels
    hue = np.median(lab[shins][:, 1:], axis=0) - np.median(lab[skin][:, 1:], axis=0)
    if (labels == BodyLabel.LEG).sum() > LEGS_SEEN * shins.sum() or float(np.linalg.norm(hue)) > SKIN_HUE:
        return labels
    thighs = bottom & (rows > figure.at_level(HEMS_LEVEL)[1])
    taught = {BodyLabel.BOTTOM: bottom & ~thighs, BodyLabel.LEG: shins}
    return redrawn_by_colour(labels, lab, thighs, taught, {}, FEET_SOFT_PX)


def _without_islands(labels: LabelMap, unit: float) -> LabelMap:
    """A small piece of something else amid the bottom is a fold's shade or a print."""
    labels = labels.copy()
    for area, inside in pieces_of(among(labels, ISLANDS)):
        if inside.sum() > (ISLAND_UNITS * unit) ** 2 or area[0].stop == len(labels):
            # What the frame cuts off goes on below it.
            continue
        wide = tuple(slice(max(part.start - 2, 0), part.stop + 2) for part in area)
        around = labels[wide][~np.isin(labels[wide], ISLANDS)]
        if around.size and float((around == BodyLabel.BOTTOM).mean()) > ENCLOSED:
            labels[area][inside] = BodyLabel.BOTTOM
    return labels


def _feet(person: PersonAnalysis, unit: float) -> Field:
    """(h, w) distance in units from the lines through heels and toes."""
    canvas = np.ones(person.labels.shape, np.uint8)
    for side in ("LEFT", "RIGHT"):
        foot = person.pose.points[[Joint[f"{side}_HEEL"], Joint[f"{side}_FOOT"]]]
        cv2.polylines(canvas, [np.rint(foot).astype(np.int32)], False, 0, 2)
    if canvas.all():
        return np.full(canvas.shape, np.inf, np.float32)
    return cv2.distanceTransform(canvas, cv2.DIST_L2, 3) / np.float32(unit)


def _without_strays(labels: LabelMap, before: LabelMap, feet: Field, knees: float, unit: float) -> LabelMap:
    """Small pieces that hang apart: of the bottom, they go back to what they were, to the limb they are the rim of, or
    to the shoes; of shoes far from the feet, they are the trousers' hem."""
    labels = labels.copy()
    for area, inside in pieces_of(labels == BodyLabel.BOTTOM):
        if area[0].start > knees:
            labels[area][inside] = BodyLabel.SHOES
        elif inside.sum() < STRAY * (labels == BodyLabel.BOTTOM).sum():
            earlier = before[area][inside]
            earlier = earlier[earlier != BodyLabel.BOTTOM]
            if earlier.size:
                labels[area][inside] = np.bincount(earlier).argmax()
            elif float(depth(np.pad(bits(inside), 1)).max()) <= max(THREAD_PX, THREAD_UNITS * unit):
                labels[area][inside] = _limb_beside(labels, area, inside)
    for area, inside in pieces_of(labels == BodyLabel.SHOES):
        if float(feet[area][inside].min()) > FOOT_UNITS / 2:
            labels[area][inside] = _beside(labels, area)
    return _without_dark_patches(labels)


def _limb_beside(labels: LabelMap, area: tuple[slice, slice], inside: Mask) -> BodyLabel:
    """The limb along which a thread of the bottom runs, where there is one: on its far side there is no bottom."""
    wide = tuple(slice(max(part.start - 1, 0), part.stop + 1) for part in area)
    piece = np.zeros(labels[wide].shape, np.uint8)
    piece[area[0].start - wide[0].start :, area[1].start - wide[1].start :][: inside.shape[0], : inside.shape[1]] = (
        inside
    )
    around = labels[wide][(grown(piece, 1) > 0) & (piece == 0)]
    counts = {limb: int((around == limb).sum()) for limb in (BodyLabel.HAND, BodyLabel.ARM)}
    limb = max(counts, key=lambda name: counts[name])
    return limb if counts[limb] > LIMB_SHARE * around.size else BodyLabel.BOTTOM


def _without_dark_patches(labels: LabelMap) -> LabelMap:
    """Small pieces of shoe that hang on the old bottom are its print."""
    pieces = list(pieces_of(labels == BodyLabel.SHOES, 1))
    largest = max((int(inside.sum()) for _, inside in pieces), default=0)
    for area, inside in pieces:
        rim = (grown(bits(inside), 1) > 0) & ~inside
        if inside.sum() < PATCH * largest and float((labels[area][rim] == BodyLabel.BOTTOM).mean()) > PATCH_HELD:
            labels[area][inside] = BodyLabel.BOTTOM
    return labels


def _beside(labels: LabelMap, area: tuple[slice, slice]) -> BodyLabel:
    """Trousers or bare leg: what there is more of around a window."""
    wide = tuple(slice(max(part.start - 2, 0), part.stop + 2) for part in area)
    around = labels[wide]
    return BodyLabel.LEG if (around == BodyLabel.LEG).sum() > (around == BodyLabel.BOTTOM).sum() else BodyLabel.BOTTOM
