"""Skin that was hidden: neck and chest continued from what is seen of them, arms as shaded tubes.

Everything takes its colour from this very person's skin in this very photo.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis, Points
from tryon.engines.local.figure import SIDES, TORSO_LEVELS, Arm, Figure, Side, polygon_opacity, tube_outline
from tryon.engines.local.fill import pull_push
from tryon.engines.local.light import SHEEN
from tryon.engines.local.linear import Linear, lab_to_linear, luminance
from tryon.engines.local.raster import bits, blurred, depth, grown, reduced, resized, shrunk, taken
from tryon.engines.local.spline import dense_map, fit_spline
from tryon.engines.local.target import Target

LEAST_SKIN_PX: Final = 40
"""Fewer pixels of skin than this are neither worth making up nor enough to learn a colour from."""

MIDDLE_SKIN_LAB: Final = (62.0, 14.0, 17.0)
"""A skin tone for photos that show no skin at all."""

NEAR_ARM_PX: Final = 15
"""Skin labels this near to an arm's outline are this arm's."""

ALONG_BINS: Final = 14
ACROSS_BINS: Final = 9
"""Cells in which the light along an arm is averaged."""

PORES: Final = 0.020
PATCHES: Final = 0.018
"""Standard deviation of the unevenness of bare skin, as a share of its light."""


def skin_colour(person: PersonAnalysis) -> Linear:
    """(3,) the person's own skin; a middle tone where none is seen at all."""
    return lab_to_linear(np.asarray(MIDDLE_SKIN_LAB if person.skin_lab is None else person.skin_lab))


def _clean(person: PersonAnalysis, labels: tuple[BodyLabel, ...]) -> Opacity:
    """Pixels of the given skin away from its edges, where hair and clothes mix in."""
    return shrunk(bits(np.isin(person.labels, labels)), 2).astype(np.float32)


def with_pores(light: Linear, skin: Opacity) -> Linear:
    """Skin that is not perfectly even: fine grain and soft patches, the same for the same picture size."""
    random = np.random.default_rng(20)
    fine = blurred(random.standard_normal(skin.shape, np.float32), 0.7) * 2.4
    patch = blurred(random.standard_normal(skin.shape, np.float32), 5.0) * 17.0
    return light * (1.0 + skin * (PORES * fine + PATCHES * patch))[..., None]


# ---- neck, chest, midriff


def torso_skin(person: PersonAnalysis, photo: Linear) -> Linear:
    """Skin continued from the bare neck and chest over the torso, with its own tone where no skin is near."""
    seen = _clean(person, (BodyLabel.NECK, BodyLabel.MIDRIFF))
    base = skin_colour(person)
    if seen.sum() < LEAST_SKIN_PX:
        return np.broadcast_to(base, photo.shape).astype(np.float32)
    field = resized(pull_push(reduced(photo, 0.5), reduced(seen, 0.5)), photo.shape)
    reach = 1.8 * max(float(np.sqrt((person.labels == BodyLabel.NECK).sum())), 12.0)
    share = np.clip(depth(bits(seen < 0.5)) / reach, 0.0, 0.4)[..., None]
    bright = float(field[seen > 0.5].mean()) / max(float(base.mean()), 1e-4)
    return field + (base * min(bright, 1.15) - field) * share


def bare_torso(figure: Figure, target: Target, shape: tuple[int, ...]) -> Opacity:
    """Where skin may show: neck and neckline, shoulders beside a sleeveless top, and a midriff above the waistband.

    Under sleeves the shoulders stay covered, or slivers of skin would line the garment's edge.
    """
    slant = np.asarray([0.3, 0.9], np.float32)
    jaw = {side: figure.neck_root[side] + (figure.chin - figure.neck_root[side]) * slant for side in SIDES}
    under = target.neckline + np.asarray([0.0, 0.04 * figure.unit], np.float32)
    skin = polygon_opacity(shape, np.asarray([jaw["right"], *under, jaw["left"]], np.float32), 0.8)
    parts = [] if target.sleeves else [torso_ring(figure, 0.22, 1.0, jaw)]
    if target.hem_level < target.waistband_level:
        parts.append(torso_ring(figure, target.hem_level - 0.1, target.waistband_level))
    for part in parts:
        skin = np.maximum(skin, polygon_opacity(shape, part, 1.0))
    return skin


def torso_ring(figure: Figure, start: float, end: float, jaw: Mapping[Side, Points] | None = None) -> Points:
    """Closed outline of the bare torso between two levels, with shoulders and neck where the jaw is given."""
    levels = np.linspace(start, end, 14)
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    halves: dict[Side, list[Points]] = {}
    for side in SIDES:
        half = np.interp(levels, TORSO_LEVELS, figure.bare[side]) * (1.0 if side == "left" else -1.0)
        top = [] if jaw is None else [jaw[side], figure.neck_root[side], figure.shoulder_tip[side]]
        halves[side] = [*top, *(centre + np.outer(half, figure.across)).astype(np.float32)]
    return np.asarray([*halves["right"], *halves["left"][::-1]], np.float32)


# ---- arms


@dataclass(frozen=True, slots=True)
class BareArm:
    window: tuple[slice, slice]
    """Rows and columns of the person's frame; the fields below have its size."""
    light: Linear
    joined: Opacity
    """Where the arm lies, fading out where the shoulder is bare too, so that no line parts arm and chest."""


def arm_opacity(arm: Arm, target: Target, side: Side, shape: tuple[int, ...]) -> Opacity:
    """Where the arm is bare: from the new sleeve's cuff to a little under the hand."""
    path = np.vstack([arm.path, arm.path[-1:] + (arm.path[-1:] - arm.path[-3:-2])])
    outer, inner = arm.outward * arm.bare_outer[:, None], arm.inward * arm.bare_inner[:, None]
    outline = tube_outline(path, np.vstack([outer, outer[-1:]]), np.vstack([inner, inner[-1:]]))
    return polygon_opacity(shape, outline, 0.9) * (1.0 - _under_sleeve(target, side, shape))


def _under_sleeve(target: Target, side: Side, shape: tuple[int, ...]) -> Opacity:
    """Where the new sleeve hides the arm, cuff excepted."""
    if side not in target.sleeves:
        return np.zeros(shape[:2], np.float32)
    sleeve = target.sleeves[side]
    outer, inner = sleeve.outer[:-1], sleeve.inner[:-1]
    wide = (outer - inner) * 0.25
    return polygon_opacity(shape, np.vstack([outer + wide, (inner - wide)[::-1]]).astype(np.float32), 0.8)


def bare_arm(person: PersonAnalysis, photo: Linear, arm: Arm, opacity: Opacity, torso: Opacity) -> BareArm:
    """A shaded tube in the colour of what is seen of this very arm and hand, lit as the old sleeve was."""
    window = _window_around(opacity)
    person = replace(person, labels=person.labels[window])
    photo, opacity = photo[window], opacity[window]
    corner = np.asarray([window[1].start, window[0].start], np.float32)
    place = arm_coordinates(replace(arm, path=arm.path - corner), opacity.shape)
    joined = opacity * (1.0 - torso[window] * (1.0 - np.clip((place[..., 0] - 0.02) / 0.22, 0.0, 1.0)))
    form = tube_light(place[..., 1]) * _light_along(person, photo, place, opacity)
    return BareArm(window, form[..., None] * _arm_tone(person, photo, arm, opacity, place, form), joined)


def _window_around(opacity: Opacity) -> tuple[slice, slice]:
    """The part of the frame that holds the arm, with room to see its surroundings."""
    rows, columns = np.flatnonzero(opacity.any(axis=1)), np.flatnonzero(opacity.any(axis=0))
    return tuple(slice(max(int(found[0]) - NEAR_ARM_PX, 0), int(found[-1]) + NEAR_ARM_PX) for found in (rows, columns))  # type: ignore[return-value]


def _arm_tone(
    person: PersonAnalysis, photo: Linear, arm: Arm, opacity: Opacity, place: NDArray[np.float32],
    form: NDArray[np.float32],
) -> Linear:  # fmt: skip
    """The arm's colour without its shading: its own where some of it is bare, else the hand's going over into the
    person's skin colour towards the shoulder."""
    near = grown(bits(opacity > 0.5), NEAR_ARM_PX) > 0
    seen = _clean(person, (BodyLabel.ARM, BodyLabel.HAND)) * near
    base = skin_colour(person)
    if seen.sum() < LEAST_SKIN_PX:
        return np.broadcast_to(base, photo.shape).astype(np.float32)
    unlit = blurred(photo, 2.0) / np.clip(form, 0.6, 1.0)[..., None]
    tone = pull_push(unlit, seen)
    if (arm.covered < 0.5).mean() > 0.3:
        return tone
    hand = np.median(unlit[seen > 0.5][::3], axis=0)
    bright = (float(hand.mean()) / max(float(base.mean()), 1e-4)) ** 0.6
    away = np.clip((1.0 - place[..., 0]) * 1.6, 0.0, 0.8)[..., None]
    return np.minimum(tone, hand * 1.25) * (1 - away) + base * np.float32(bright) * away


def _light_along(
    person: PersonAnalysis, photo: Linear, place: NDArray[np.float32], opacity: Opacity
) -> NDArray[np.float32]:
    """The light on this very arm: the old sleeve's own shading, averaged along the arm so that no fold is left."""
    worn = (person.labels == BodyLabel.TOP) & (opacity > 0.5)
    if worn.sum() < 300:
        return np.ones(opacity.shape, np.float32)
    log = np.log(luminance(photo[worn]) + SHEEN)
    along = np.clip(place[..., 0] * ALONG_BINS, 0, ALONG_BINS - 0.01)
    across = np.clip((place[..., 1] + 1) / 2 * ACROSS_BINS, 0, ACROSS_BINS - 0.01)
    index = along[worn].astype(int) * ACROSS_BINS + across[worn].astype(int)
    size = ALONG_BINS * ACROSS_BINS
    sums = (np.bincount(index, log - np.median(log), size), np.bincount(index, minlength=size))
    total, count = (_smooth_cells(part.reshape(ALONG_BINS, ACROSS_BINS)) for part in sums)
    table = np.clip(total / np.maximum(count, 1.0), -0.35, 0.25)
    return np.exp(taken(table, np.dstack([across - 0.5, along - 0.5]), border=cv2.BORDER_REPLICATE))


def _smooth_cells(cells: NDArray[np.number]) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(cells.astype(np.float32), (0, 0), 0.9, sigmaY=2.5, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth, np.float32)


def arm_coordinates(arm: Arm, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(h, w, 2): station along the arm (0 shoulder, 1 wrist) and place across it (−1 inner edge, 1 outer edge)."""
    pick = np.arange(0, len(arm.path), 2)
    along = np.linspace(0, 1, len(pick))
    edges = ((1.0, arm.outward * arm.bare_outer[:, None]), (0.0, 0 * arm.path),
             (-1.0, arm.inward * arm.bare_inner[:, None]))  # fmt: skip
    spots = np.vstack([(arm.path + reach)[pick] for _, reach in edges]).astype(np.float32)
    values = np.vstack([np.stack([along, np.full(len(pick), value)], axis=1) for value, _ in edges])
    return dense_map(fit_spline(spots, values.astype(np.float32), 1e-4), shape[0], shape[1])


def tube_light(across: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gain of a round limb lit from the front: full in the middle, darker to the edges."""
    place = np.clip(across, -1.0, 1.0)
    return (0.5 + 0.5 * np.sqrt(np.maximum(1.0 - 0.94 * place**2, 0.0))).astype(np.float32)
