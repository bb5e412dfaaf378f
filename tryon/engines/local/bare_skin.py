"""Skin that was hidden: neck, chest and midriff, round shoulders and arms, in the tone and the light of what is seen.

One field of light is drawn for the whole upper body, from the body's roundness alone (`_roundness`). Where skin is
really seen the field is off by some factor; that factor is carried over what was hidden and fades with the distance,
so that made-up skin meets seen skin without a step and is this person's own tone farther away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Opacity, PersonAnalysis, Points, Side
from tryon.engines.local.bare_arm import arm_opacity, as_seen_below, below_elbow, goes_behind, up_to_the_cloth
from tryon.engines.local.bare_arm_hue import as_yellow, yellower
from tryon.engines.local.bare_arm_light import (
    ARM_DEPTH,
    SEEN_ELBOW,
    arm_light,
    as_this_arm_is_lit,
    bend,
    hue_of_limb,
    tilt,
)
from tryon.engines.local.bare_arm_lines import draw_folds
from tryon.engines.local.bare_bones import bones_form
from tryon.engines.local.bare_build import shoulder_slope, under_the_cloth
from tryon.engines.local.bare_chest_tone import less_red, too_bright, with_highlights
from tryon.engines.local.bare_form import LIFT, arm_share, rim_form, shoulder_form, torso_form
from tryon.engines.local.bare_hand_join import meet_the_hand
from tryon.engines.local.bare_side_light import across_the_trunk, light_from_the_right
from tryon.engines.local.bare_spurs import spurs
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.figure_arms import Arm
from tryon.engines.local.linear import Linear
from tryon.engines.local.neck_side import neck_sides
from tryon.engines.local.raster import (
    Bits,
    among,
    bits,
    blurred,
    connected,
    depth,
    disc,
    grown,
    pieces_of,
    polygon_opacity,
    resized,
    shrunk,
)
from tryon.engines.local.seen_skin import meeting_the_seen
from tryon.engines.local.skin_tone import LEAST_SKIN_PX, SkinTone, learn_tone, shining
from tryon.engines.local.smaller_figure import smaller_arm, smaller_figure
from tryon.engines.local.spline import dense_map, fit_spline
from tryon.engines.local.target import Target

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

FIELD_UNIT_PX: Final = 110.0
"""Size of the body's unit at which the light on bare skin is drawn."""

MOTTLING: Final = (0.075, 0.022)
"""Width in units of the widest unevenness, and its standard deviation in log light; seen arms have far more, but most
of it is their form."""

HAND_SHARE: Final = 0.3
"""So far from the wrist, as a share of the arm's length, its hand tells how bright the arm is, and its hue."""
UPPER_HUE: Final = 0.3
FOREARM: Final = 0.45
"""At the shoulder so much of that hue is left; from this station on it is all there."""

LOWEST_LEVEL: Final = 1.5
"""The bottom garment is continued down to this torso level; farther down it was never hidden."""
BEHIND_WAISTBAND: Final = 0.12
"""Torso levels that the trunk goes on behind it, so that its outline does not round off above it."""
LEAST_FORM: Final = 0.8
"""Even in flat light chest and belly show so much of their usual form."""

BONES: Final = (1.0, 1.3)
"""Collar bones and muscles are shaded by so much of their measured depth, in flat and in hard light."""

HOLLOW_UNITS: Final = 0.08
"""Where seen skin beside the neck ends over the new garment's shoulder, it runs out in a hollow of this radius."""
HOLLOW_SEAM_PX: Final = 3
"""It reaches so far under neck and cloth."""

CALM_UNITS: Final = 0.011
"""Standard deviation that evens the edge of seen skin, as that of hands before new cloth."""
SHOULDER_UNITS: Final = 0.045
"""Corners of the bare outline are rounded with this radius: more would take the shoulder's own roundness off."""


OUTWARD: Final[Mapping[Side, float]] = {"left": 1.0, "right": -1.0}
"""Whether an arm's outer half is turned to the picture's right."""
NICK_UNITS: Final = 0.04
LARGEST_NICK: Final = 6.0
"""Half the width of nicks between seen and made up skin that are closed, and their area in squares of it."""


@dataclass(frozen=True, slots=True)
class BareSkin:
    light: Linear
    opacity: Opacity
    """0..1 where skin may show; it does not fade where seen skin goes on."""


def mottling(shape: tuple[int, ...], unit: float) -> Floats:
    """(h, w) log light by which skin is uneven over a hand's width."""
    width, deviation = MOTTLING
    sigma = width * unit
    noise = np.random.default_rng(7).standard_normal(shape, np.float32)
    # Blurred white noise of deviation 1 keeps 1 / (2 sqrt(pi) sigma) of it.
    return np.float32(deviation * 2 * np.sqrt(np.pi) * sigma) * blurred(noise, sigma)


def bare_skin(
    person: PersonAnalysis, photo: Linear, figure: Figure, target: Target, needed: Mask, bottom: Opacity | None = None
) -> BareSkin:
    """Skin wherever the old top gives way to it; arms only where some of them is `needed`.

    Arms that go behind the body are behind `bottom`, what goes on of the bottom garment, too.
    """
    tone = learn_tone(person, photo)
    shape = needed.shape
    bared = not target.sleeves or target.bare_shoulders
    figure = under_the_cloth(figure, person.labels, bared)
    torso = np.maximum(bare_torso(person.labels, figure, target), beside_neck(person.labels, needed, figure.unit))
    opacity, arms, spur = torso, [], np.zeros(shape, bool)
    for side in SIDES:
        arm = as_seen_below(figure.arms[side], person.labels, figure.unit)
        where = arm_opacity(arm, person.labels, target, side, figure.unit)
        if bottom is not None and goes_behind(arm, person.labels, figure.unit):
            where = where * (1 - bottom)
        if (needed & (where > 0)).sum() > LEAST_SKIN_PX:
            where = up_to_the_cloth(arm, where, person.labels, needed, figure.unit)
            arms.append((side, arm, where))
            opacity = np.maximum(opacity, where)
    if bared:
        seen = among(person.labels, (BodyLabel.ARM, BodyLabel.NECK)).astype(np.float32)
        opacity = _rounded(np.maximum(opacity, seen), SHOULDER_UNITS * figure.unit)
        spur = spurs(person.labels, opacity, figure)
        for _, arm, where in arms:
            opacity = np.maximum(opacity, where * below_elbow(arm, where.shape))
    opacity = np.maximum(opacity, nicks(np.where(spur, np.uint8(BodyLabel.TOP), person.labels), opacity, figure.unit))
    if target.hem_level < target.waistband_level:
        # The trunk goes on behind the waistband, arms before it.
        wide = replace(figure, bare={side: half * np.float32(1.3) for side, half in figure.bare.items()})
        lower = polygon_opacity(shape, torso_ring(wide, target.waistband_level, LOWEST_LEVEL), 1.0)
        before = np.maximum.reduce([np.zeros_like(lower), *(where for _, _, where in arms)])
        opacity = opacity * np.maximum(1 - lower, before)
    limbs = _limbs(person.labels, (NICK_UNITS * figure.unit) ** 2) > 0
    shown = limbs | among(person.labels, (BodyLabel.NECK, BodyLabel.MIDRIFF))
    light = _field_of_light(person, photo, figure, arms, opacity, tone)
    for _, arm, _ in arms:
        if arm.cuff > SEEN_ELBOW:
            draw_folds(light, arm, tone.slope, figure.unit)
        meet_the_hand(light, photo, person.labels, arm, needed, figure.unit)
    return BareSkin(light, np.maximum(opacity, joint(shown & ~spur, needed, figure.unit) * person.matte))


def _field_of_light(
    person: PersonAnalysis, photo: Linear, figure: Figure, arms: list[tuple[Side, Arm, Opacity]], skin: Opacity,
    tone: SkinTone,
) -> Linear:  # fmt: skip
    """The light of bare skin all over the frame; smooth, so it is drawn at a reduced size."""
    factor = min(1.0, FIELD_UNIT_PX / figure.unit)
    size = (max(1, round(photo.shape[0] * factor)), max(1, round(photo.shape[1] * factor)))
    labels = resized(person.labels, size, cv2.INTER_NEAREST)
    small, seen = replace(person, labels=labels), resized(photo, size, cv2.INTER_AREA)
    body = smaller_figure(figure, factor)
    solid = (resized(skin, size, cv2.INTER_AREA) > 0.5) | ~np.isin(labels, (BodyLabel.BACKGROUND, BodyLabel.TOP))
    aside = light_from_the_right(labels, seen)
    form = torso_form(body, size) + rim_form(solid, body.unit)
    trunk = across_the_trunk(body, size, aside)
    depth_ = max(tone.contrast, LEAST_FORM)
    shine = shining(tone.level)
    brightest = tone.level - too_bright(small, seen, tone.level + depth_ * LIFT, shine)
    bones = with_highlights(float(np.clip(tone.contrast, *BONES)) * bones_form(body, size, aside), shine)
    level = np.asarray(brightest + depth_ * form + bones + trunk, np.float32)
    hue, yellow = np.zeros((*size, 3), np.float32), np.zeros(size, np.float32)
    for side, arm, where in arms:
        share = resized(where, size, cv2.INTER_AREA)
        level, own, more = _with_arm(
            level, small, seen, smaller_arm(arm, factor), share, tone, trunk, aside * OUTWARD[side]
        )
        hue += own
        yellow += more
    light = as_yellow(meeting_the_seen(small, seen, tone, level, body.unit, hue=hue), yellow)
    return resized(light * less_red(small, body) * np.exp(mottling(size, body.unit))[..., None], photo.shape)


def nicks(labels: LabelMap, opacity: Opacity, unit: float) -> Opacity:
    """1 in nicks between seen and made up skin, where the old top's hem stood off the arm: background in them would be
    seen as a pale fleck."""
    radius = NICK_UNITS * unit
    seen, made = _limbs(labels, radius**2), bits(opacity > 0.5)
    whole = seen | made
    closed = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, disc(max(1, round(radius))))
    filled = np.zeros_like(opacity)
    for window, piece in pieces_of((closed > whole) & (labels == BodyLabel.TOP), margin=2):
        near = grown(bits(piece), 2) > 0
        between = (near & (seen[window] > 0)).any() and (near & (made[window] > 0)).any()
        if between and piece.sum() < LARGEST_NICK * radius**2:
            # It grows under both sides, never out of the outline that they make together: that would be a thorn.
            filled[window][near & (closed[window] > 0)] = 1.0
    return filled


def _limbs(labels: LabelMap, least: float) -> Bits:
    """Arms and hands that are seen, without specks of fewer than `least` pixels on the old sleeve's rim."""
    pieces, sizes = connected(among(labels, (BodyLabel.ARM, BodyLabel.HAND)))
    return bits((sizes >= least).take(pieces))


def joint(seen: Mask, needed: Mask, unit: float) -> Opacity:
    """1 on the rim of seen skin that is replaced: the made-up skin beside it must not fade out there. Its outline was
    found before the old clothes; before the background it is one calm line."""
    return _rounded(seen.astype(np.float32), max(1.0, CALM_UNITS * unit)) * needed


def _rounded(opacity: Opacity, radius: float) -> Opacity:
    """The outline without corners sharper than a body has."""
    soft = blurred(opacity, radius)
    return np.clip((soft - 0.5) * np.float32(radius) * 1.6 + 0.5, 0.0, 1.0)


# ---- neck, chest, midriff


def bare_torso(labels: LabelMap, figure: Figure, target: Target) -> Opacity:
    """Where skin may show: neck and neckline, shoulders beside a sleeveless top, and a midriff above the waistband.

    Under sleeves the shoulders stay covered, or slivers of skin would line the garment's edge.
    """
    shape = labels.shape
    covered = bool(target.sleeves) and not target.bare_shoulders
    jaw = neck_sides(labels, figure, {"right": target.neckline[0], "left": target.neckline[-1]}, not covered)
    under = target.neckline + np.asarray([0.0, 0.04 * figure.unit], np.float32)
    outline = [*jaw["right"], *under, *jaw["left"][::-1]]
    skin = polygon_opacity(shape, np.asarray(outline, np.float32), 0.8)
    end = target.waistband_level + BEHIND_WAISTBAND if target.hem_level < target.waistband_level else 1.0
    parts = [] if covered else [torso_ring(figure, 0.22, end, neck_sides(labels, figure, bared=True))]
    if target.hem_level < target.waistband_level:
        parts.append(torso_ring(figure, target.hem_level - 0.1, end))
    for part in parts:
        skin = np.maximum(skin, polygon_opacity(shape, part, 1.0))
    return skin


def beside_neck(labels: LabelMap, needed: Mask, unit: float) -> Opacity:
    """The hollow between seen skin of the neck and the new cloth, where an old strap or collar lay on the slope: the
    skin would end in a corner there. Never beyond the old outline."""
    neck, top = labels == BodyLabel.NECK, labels == BodyLabel.TOP
    radius = HOLLOW_UNITS * unit
    if not neck.any():
        return np.zeros(labels.shape, np.float32)
    kept = neck | top & ~needed
    closed = depth(bits(depth(bits(~kept)) <= radius)) > radius
    hollow = closed & top & needed & (depth(bits(~neck)) < 2 * radius)
    # It fades at its free edge alone: under neck and cloth it goes on, or the background would shine through the seam.
    under = (grown(bits(hollow), HOLLOW_SEAM_PX) > 0) & kept
    return blurred((hollow | under).astype(np.float32), 0.8)


def torso_ring(figure: Figure, start: float, end: float, jaw: Mapping[Side, Points] | None = None) -> Points:
    """Closed outline of the bare torso between two levels, with shoulders and neck where the jaw is given."""
    levels = np.linspace(start, end, 14)
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    halves: dict[Side, list[Points]] = {}
    for side in SIDES:
        half = np.interp(levels, TORSO_LEVELS, figure.bare[side]) * (1.0 if side == "left" else -1.0)
        top: list[Points] = []
        if jaw is not None:
            top = [*jaw[side], *shoulder_slope(figure, jaw[side][-1], side)[1:]]
        halves[side] = [*top, *(centre + np.outer(half, figure.across)).astype(np.float32)]
    return np.asarray([*halves["right"], *halves["left"][::-1]], np.float32)


# ---- arms


def _with_arm(
    level: Floats, person: PersonAnalysis, photo: Linear, arm: Arm, where: Opacity, tone: SkinTone, trunk: Floats,
    outward: float,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """The log luminance with this arm's roundness drawn into it, and the crease where it meets the chest; `trunk` and
    `outward` are the light from the side, on all of the body and on the arm's outer half. Then the arm's own hue, and
    how much of an arm's yellow it has besides."""
    place = arm_coordinates(arm, where.shape)
    station, across = place[..., 0], place[..., 1]
    inside = np.clip(across, -1.0, 1.0)
    aside = tilt(person.labels, photo, where > 0.5, inside, outward)
    usual = arm_light(station, across, bend(arm.path), arm.cuff > SEEN_ELBOW)
    form = tone.contrast * ARM_DEPTH * usual + aside * inside + trunk
    seen = shrunk(bits(among(person.labels, (BodyLabel.ARM, BodyLabel.HAND))), 1) > 0
    near = seen & (grown(bits(where > 0.5), 9) > 0) & (np.abs(across) < 1.0)
    near |= seen & (person.labels == BodyLabel.HAND) & at_wrist(arm, where.shape)
    own = as_this_arm_is_lit(form, across, photo, person.labels, near, tone.level)
    joint = tone.contrast * shoulder_form(station, across)
    share = arm_share(station, across)
    at_hand = UPPER_HUE + (1 - UPPER_HUE) * np.clip(station / FOREARM, 0.0, 1.0)
    is_arm = person.labels[near] == BodyLabel.ARM
    hue = (share * at_hand)[..., None] * hue_of_limb(photo[near], is_arm, tone, own)
    more = yellower(station, share, float(is_arm.sum()))
    return np.asarray(level + (own - level) * share + joint, np.float32), hue, more


def at_wrist(arm: Arm, shape: tuple[int, ...]) -> Mask:
    """Where the arm's hand is."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    end = arm.path[-1]
    return np.asarray((columns - end[0]) ** 2 + (rows - end[1]) ** 2 < (HAND_SHARE * arm.length) ** 2)


def arm_coordinates(arm: Arm, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(h, w, 2): station along the arm (0 shoulder, 1 wrist) and place across it (−1 inner edge, 1 outer edge)."""
    pick = np.arange(0, len(arm.path), 2)
    along = np.linspace(0, 1, len(pick))
    edges = ((1.0, arm.outward * arm.bare_outer[:, None]), (0.0, 0 * arm.path),
             (-1.0, arm.inward * arm.bare_inner[:, None]))  # fmt: skip
    spots = np.vstack([(arm.path + reach)[pick] for _, reach in edges]).astype(np.float32)
    values = np.vstack([np.stack([along, np.full(len(pick), value)], axis=1) for value, _ in edges])
    return dense_map(fit_spline(spots, values.astype(np.float32), 1e-4), shape[0], shape[1])
