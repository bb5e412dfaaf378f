"""What the old garment hid and the new one leaves bare: background, arms, chest, midriff and the bottom's upper end.

The result is a picture of the person with the old top taken away, and an opacity that says where it replaces the photo.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis, Points
from tryon.engines.local.figure import SIDES, TORSO_LEVELS, Arm, Figure, polygon_opacity, tube_outline
from tryon.engines.local.fill import pull_push
from tryon.engines.local.linear import Linear, lab_to_linear, to_linear
from tryon.engines.local.spline import dense_map, fit_spline
from tryon.engines.local.target import Target

FRINGE_PX: Final = 4
"""The old garment's colour bleeds this far into the background, by the lens and by scaling."""

LEAST_ARM_PX: Final = 40
"""Fewer pixels of bare arm than this are neither worth making up nor enough to learn a colour from."""

PORES: Final = 0.020
PATCHES: Final = 0.018
"""Standard deviation of the unevenness of bare skin, as a share of its light."""

TEXTURE_PX: Final = 6.0
"""Detail of the background finer than this (standard deviation) is mirrored, the rest filled in smoothly."""


@dataclass(frozen=True, slots=True)
class Undressed:
    light: Linear
    """(h, w, 3) what stands where the old top was."""
    opacity: Opacity
    """0..1 where it replaces the photo."""
    skin: Opacity
    """0..1 where it shows skin made up here, for grain and shadows."""


def take_off(person: PersonAnalysis, figure: Figure, target: Target, cloth: Opacity) -> Undressed:
    """Remove the old top; `target` tells where the new one leaves the midriff bare.

    What `cloth`, the new garment's opacity, hides anyway is not made up.
    """
    photo = to_linear(person.picture)
    opacity = _old_top(person)
    needed = (opacity > 0) & (cloth < 0.99)
    light = background_plate(person)
    below = _torso_strip(person, figure, target.waistband_level, 1.5)
    light = _over(light, photo_below(person, photo), below)
    skin = polygon_opacity(person.labels.shape, _torso_outline(figure, target.waistband_level), 1.0)
    light = _over(light, skin_field(person, photo), skin)
    for side in SIDES:
        mask = _arm_opacity(figure.arms[side], opacity.shape)
        if (needed & (mask > 0)).sum() > LEAST_ARM_PX:
            light = _over(light, _bare_arm(person, photo, figure.arms[side], mask), mask)
            skin = np.maximum(skin, mask)
    return Undressed(_with_pores(light, skin), opacity, skin * opacity)


def _over(under: Linear, upper: Linear, opacity: Opacity) -> Linear:
    return under + (upper - under) * opacity[..., None]


def _old_top(person: PersonAnalysis) -> Opacity:
    """The old top with the rim where its colour bleeds into the background and onto the skin."""
    top = (person.labels == BodyLabel.TOP).astype(np.uint8)
    size = 2 * FRINGE_PX + 1
    wide = cv2.dilate(top, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0
    rim = wide & np.isin(person.labels, (BodyLabel.BACKGROUND, BodyLabel.NECK, BodyLabel.ARM, BodyLabel.MIDRIFF))
    near = cv2.dilate(top, np.ones((5, 5), np.uint8)) > 0
    area = ((top > 0) | rim | (near & (person.labels == BodyLabel.HAND))).astype(np.float32)
    return np.maximum(cv2.GaussianBlur(area, (0, 0), 0.8), top.astype(np.float32))


def background_plate(person: PersonAnalysis) -> Linear:
    """The background continued behind the person: its broad colours filled in, its texture mirrored at the outline."""
    clear = ((person.matte < 0.04) & (person.labels == BodyLabel.BACKGROUND)).astype(np.uint8)
    clear = cv2.erode(clear, np.ones((2 * FRINGE_PX + 1,) * 2, np.uint8))
    if clear.sum() < 50:
        return to_linear(person.picture)
    known = clear[..., None].astype(np.float32)
    blurred = cv2.GaussianBlur(person.picture * known, (0, 0), TEXTURE_PX)
    broad = blurred / np.maximum(cv2.GaussianBlur(clear.astype(np.float32), (0, 0), TEXTURE_PX), 1e-3)[..., None]
    soft = pull_push(
        cv2.resize(person.picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32),
        cv2.resize(clear, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32),
    )
    soft = cv2.resize(soft, clear.shape[::-1], interpolation=cv2.INTER_LINEAR)
    texture = person.picture.astype(np.float32) - broad
    return to_linear(np.clip(soft + _mirrored(texture, clear), 0, 255).astype(np.uint8))


def _mirrored(texture: NDArray[np.float32], clear: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Texture of the clear part, mirrored over its border; 0 where the mirror shows no clear part either."""
    _, labels = cv2.distanceTransformWithLabels(1 - clear, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    rows, columns = np.nonzero(clear)
    nearest = np.zeros((int(labels.max()) + 1, 2), np.float32)
    nearest[labels[rows, columns]] = np.stack([columns, rows], axis=1)
    height, width = clear.shape
    here = np.stack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), axis=-1)
    there = 2 * nearest[labels] - here
    found = cv2.remap(clear, there, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    taken = cv2.remap(texture, there, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return taken * found[..., None]


# ---- skin


def skin_colour(person: PersonAnalysis) -> Linear:
    """(3,) the person's own skin; a middle tone where none is seen at all."""
    lab = person.skin_lab if person.skin_lab is not None else np.asarray([62.0, 14.0, 17.0], np.float32)
    return lab_to_linear(lab)


def skin_field(person: PersonAnalysis, photo: Linear) -> Linear:
    """Skin continued from the bare neck and chest over the torso, with its own tone where no skin is near."""
    seen = _clean(person, (BodyLabel.NECK, BodyLabel.MIDRIFF))
    base = skin_colour(person)
    if seen.sum() < 60:
        return np.broadcast_to(base, photo.shape).copy()
    field = pull_push(cv2.GaussianBlur(photo, (0, 0), 1.5), seen)
    far = cv2.distanceTransform((seen < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    share = np.clip(far / (0.6 * _neck_size(person)), 0.0, 0.4)[..., None]
    mean = float(field[seen > 0.5].mean()) / max(float(base.mean()), 1e-4)
    return field + (base * min(mean, 1.15) - field) * share


def _neck_size(person: PersonAnalysis) -> float:
    return max(float(np.sqrt((person.labels == BodyLabel.NECK).sum())), 12.0) * 3.0


def _clean(person: PersonAnalysis, labels: tuple[BodyLabel, ...]) -> Opacity:
    """Pixels of the given skin that show no edge, hair or jewellery."""
    area = np.isin(person.labels, labels).astype(np.uint8)
    return cv2.erode(area, np.ones((5, 5), np.uint8)).astype(np.float32)


def _torso_outline(figure: Figure, end: float) -> Points:
    """Closed outline of the bare torso: neck, shoulders, sides."""
    levels = np.linspace(0.22, end, 14)
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    edges = {}
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        half = np.interp(levels, TORSO_LEVELS, figure.bare[side])
        edges[side] = centre + np.outer(sign * half, figure.across)
    slant = np.asarray([0.3, 0.9], np.float32)
    jaw = {side: figure.neck_root[side] + (figure.chin - figure.neck_root[side]) * slant for side in SIDES}
    right = [jaw["right"], figure.neck_root["right"], figure.shoulder_tip["right"], *edges["right"]]
    left = [jaw["left"], figure.neck_root["left"], figure.shoulder_tip["left"], *edges["left"]]
    return np.asarray([*right, *left[::-1]], np.float32)


# ---- arms


def _arm_opacity(arm: Arm, shape: tuple[int, ...]) -> Opacity:
    """Where the bare arm is, carried on a little under the hand."""
    path = np.vstack([arm.path, arm.path[-1:] + (arm.path[-1:] - arm.path[-3:-2])])
    outer, inner = arm.outward * arm.bare_outer[:, None], arm.inward * arm.bare_inner[:, None]
    outline = tube_outline(path, np.vstack([outer, outer[-1:]]), np.vstack([inner, inner[-1:]]))
    return polygon_opacity(shape, outline, 0.9)


def _bare_arm(person: PersonAnalysis, photo: Linear, arm: Arm, mask: Opacity) -> Linear:
    """A shaded tube in the colour of what is seen of this very arm and hand."""
    across = arm_coordinates(arm, mask.shape)
    form = tube_light(across[..., 1])
    near = cv2.dilate((mask > 0.5).astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    seen = _clean(person, (BodyLabel.ARM, BodyLabel.HAND)) * near
    base = skin_colour(person)
    if seen.sum() < LEAST_ARM_PX:
        return form[..., None] * base
    ratio = cv2.GaussianBlur(photo, (0, 0), 2.0) / np.clip(form, 0.6, 1.0)[..., None]
    tone = pull_push(ratio, seen)
    if (arm.covered < 0.5).mean() > 0.3:
        return form[..., None] * tone
    hand = np.median(ratio[seen > 0.5][::3], axis=0)
    far = np.clip((1.0 - across[..., 0]) * 1.4, 0.0, 1.0)[..., None]
    settled = 0.6 * hand + 0.4 * base * (float(hand.mean()) / max(float(base.mean()), 1e-4)) ** 0.5
    return form[..., None] * (tone * (1 - far) + settled * far)


def _with_pores(light: Linear, skin: Opacity) -> Linear:
    """Skin that is not perfectly even: fine grain and soft patches, the same for the same picture size."""
    random = np.random.default_rng(20)
    fine = random.standard_normal(skin.shape, np.float32)
    patch = cv2.GaussianBlur(random.standard_normal(skin.shape, np.float32), (0, 0), 5.0) * 17.0
    uneven = 1.0 + skin * (PORES * cv2.GaussianBlur(fine, (0, 0), 0.7) * 2.4 + PATCHES * patch)
    return light * uneven[..., None]


def arm_coordinates(arm: Arm, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(h, w, 2): station along the arm (0 shoulder, 1 wrist) and place across it (−1 inner edge, 1 outer edge)."""
    pick = np.arange(0, len(arm.path), 2)
    path = arm.path[pick]
    along = np.linspace(0, 1, len(pick))
    rows = []
    values = []
    outer, inner = arm.outward * arm.bare_outer[:, None], arm.inward * arm.bare_inner[:, None]
    for value, reach in ((1.0, outer), (0.0, 0 * outer), (-1.0, inner)):
        rows.append(path + reach[pick])
        values.append(np.stack([along, np.full(len(pick), value)], axis=1))
    spline = fit_spline(np.vstack(rows).astype(np.float32), np.vstack(values).astype(np.float32), 1e-4)
    return dense_map(spline, shape[0], shape[1])


def tube_light(across: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gain of a round limb lit from the front: full in the middle, darker to the edges."""
    place = np.clip(across, -1.0, 1.0)
    return (0.58 + 0.42 * np.sqrt(np.maximum(1.0 - 0.92 * place**2, 0.0))).astype(np.float32)


# ---- below the hem


def _torso_strip(person: PersonAnalysis, figure: Figure, start: float, end: float) -> Opacity:
    """The body between two levels."""
    levels = np.linspace(start, end, 14)
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    edges = []
    for sign, side in ((-1.0, "right"), (1.0, "left")):
        half = np.interp(levels, TORSO_LEVELS, figure.bare[side])
        edges.append(centre + np.outer(sign * half, figure.across))
    return polygon_opacity(person.labels.shape, np.vstack([edges[0], edges[1][::-1]]).astype(np.float32), 1.0)


def photo_below(person: PersonAnalysis, photo: Linear) -> Linear:
    """The bottom garment mirrored upwards over its upper edge, column by column."""
    bottom = person.labels == BodyLabel.BOTTOM
    height, width = bottom.shape
    columns = bottom.any(axis=0)
    if columns.sum() < 10:
        return photo
    first = np.where(columns, bottom.argmax(axis=0), np.nan)
    index = np.arange(width)
    known = np.isfinite(first)
    edge = np.interp(index, index[known], first[known]).astype(np.float32)
    edge = cv2.medianBlur(edge.reshape(1, -1), 5).ravel() if width > 5 else edge
    edge = cv2.GaussianBlur(edge.reshape(1, -1), (0, 0), 4.0).ravel() + 6.0
    rows = np.arange(height, dtype=np.float32)[:, None]
    source_y = np.where(rows < edge[None, :], 2 * edge[None, :] - rows, rows).astype(np.float32)
    source_x = np.broadcast_to(index.astype(np.float32), source_y.shape).copy()
    return cv2.remap(photo, source_x, np.minimum(source_y, height - 1), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
