"""Where a top must lie on this body: every landmark of its pattern, placed in the person's photo.

Two sources are weighed. The silhouette of what is worn now gives real edges and folds, so it is kept where a garment
like this one would fall there anyway. Where it would not (other length, other width, no sleeves), the body and the
product's own proportions decide. Length, neckline and sleeve length are always the product's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category, TryOnOptions
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, PersonAnalysis, Points
from tryon.engines.local.figure import (
    ARM_STATIONS,
    SIDES,
    TORSO_LEVELS,
    Arm,
    Figure,
    Side,
    outward_normals,
)
from tryon.engines.local.pattern import HEM_STEPS, RIBS, SIDE_STEPS, Pattern, SleeveOutline

SAME_WIDTH = 0.22
SAME_SLEEVE = 0.42
"""A garment whose width is within this share of the old silhouette's fills it exactly; beyond, it differs by so much
less."""

COVER_PX = 1.5
"""The new garment stands out so much beyond the old silhouette, to hide the old garment's edge."""

UNDER_ARM = 0.05
"""The torso reaches so far (units) under an arm that hangs against it, for there is no gap between the two."""

EASE_SEEN = {"slim": 0.30, "regular": 0.50, "oversized": 0.72}
"""Share of a garment's spare width that shows in front view; the rest folds away or lies behind."""

FLAT_PER_FRONT = 1.22
"""A close-fitting garment laid flat is this much wider than the body seen from the front, for it goes around it."""

USUAL_WAISTBAND_LEVEL = 0.84
"""Where trousers and skirts begin when the old top hides it: a little above the hips."""

LEAST_HEM_LEVEL = ((0.75, 1.05), (0.5, 0.95))
"""A top this long for its chest width (from neck to hem) reaches at least this torso level: from cropped to usual."""

HEM_SLACK = 0.20
"""An old hem this little (torso lengths) below the product's own is kept: nothing has to be invented under it."""


@dataclass(frozen=True, slots=True)
class Target:
    scale: float
    """Pixels of the photo per pixel of the garment's picture, along the figure."""
    neck: Mapping[Side, Points]
    shoulder: Mapping[Side, Points]
    armpit: Mapping[Side, Points]
    sides: Mapping[Side, Points]
    hem: Points
    sleeves: Mapping[Side, SleeveOutline]
    tucked: bool
    """The hem goes behind the waistband."""
    hem_level: float
    waistband_level: float
    """Where the bottom garment begins, or would where the old top hides it."""


def place_garment(
    person: PersonAnalysis, figure: Figure, garment: GarmentAnalysis, pattern: Pattern, options: TryOnOptions
) -> Target:
    """Place the pattern on the figure."""
    scale = _garment_scale(figure, pattern)
    shoulder = _place_shoulders(figure, pattern, scale)
    neck = _place_neck(figure, pattern, shoulder, scale)
    waistband = _waistband_level(person, figure)
    hem_level, tucked = _place_hem(waistband, figure, pattern, neck, scale, garment.category, options.tuck)
    top_level = _armpit_level(figure, pattern, scale)
    sides = _place_sides(figure, pattern, scale, top_level, hem_level, options)
    armpit = {side: sides[side][0] for side in SIDES}
    sleeves = {
        side: _place_sleeve(figure.arms[side], pattern, garment, side, shoulder[side], armpit[side], scale, options)
        for side in pattern.sleeves
    }
    hem = _hem_curve(pattern, sides, scale, tucked)
    begins = USUAL_WAISTBAND_LEVEL if waistband is None else min(waistband, USUAL_WAISTBAND_LEVEL)
    return Target(scale, neck, shoulder, armpit, sides, hem, sleeves, tucked, hem_level, begins)


# ---- size and shoulders


def _garment_scale(figure: Figure, pattern: Pattern) -> float:
    """Photo pixels per garment pixel: shoulder seams end at the shoulder tips."""
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    tips = max(tips, 1.05 * figure.unit)
    by_shoulder = tips / pattern.shoulder_width
    by_length = 1.62 * figure.torso_length / pattern.length
    return float(np.clip(by_shoulder, by_length * 0.35, by_length))


def _place_shoulders(figure: Figure, pattern: Pattern, scale: float) -> dict[Side, Points]:
    """Seam ends: the shoulder tips, nearer to the neck where the product's shoulders are narrower than the body's."""
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    share = float(np.clip(pattern.shoulder_width * scale / tips, 0.5, 1.0))
    middle = (figure.shoulder_tip["left"] + figure.shoulder_tip["right"]) / 2
    placed = {}
    for side in SIDES:
        root, tip = figure.neck_root[side], figure.shoulder_tip[side]
        x = middle[0] + (tip[0] - middle[0]) * share
        along = float(np.clip((x - root[0]) / (tip[0] - root[0] + 1e-6), 0.0, 1.0))
        placed[side] = (root + (tip - root) * along).astype(np.float32)
    return placed


def _place_neck(figure: Figure, pattern: Pattern, shoulder: Mapping[Side, Points], scale: float) -> dict[Side, Points]:
    """Neck points on the shoulder line, as far apart as the product's neckline is wide, never inside the neck."""
    width = float(np.clip(pattern.neck_width * scale, 0.42 * figure.unit, 0.92 * abs(
        shoulder["left"][0] - shoulder["right"][0])))  # fmt: skip
    middle = (figure.neck_root["left"] + figure.neck_root["right"]) / 2
    placed = {}
    for side in SIDES:
        root, tip = figure.neck_root[side], figure.shoulder_tip[side]
        sign = 1.0 if side == "left" else -1.0
        x = float(middle[0] + sign * width / 2)
        along = (x - root[0]) / (tip[0] - root[0] + 1e-6)
        slope = (tip[1] - root[1]) if along > 0 else 0.55 * abs(tip[0] - root[0])
        placed[side] = np.asarray([x, root[1] + along * slope], np.float32)
    return placed


# ---- length


def _place_hem(
    waistband: float | None, figure: Figure, pattern: Pattern, neck: Mapping[Side, Points], scale: float,
    category: Category, tuck: bool | None,
) -> tuple[float, bool]:  # fmt: skip
    """Level of the hem, and whether it is tucked in."""
    collar = ((neck["left"] + neck["right"]) / 2).astype(np.float32)
    own = figure.level_of(collar) + pattern.length * scale / figure.torso_length
    own = max(own, float(np.interp(pattern.length / pattern.chest_width, *LEAST_HEM_LEVEL)))
    old = _old_hem_level(figure)
    if waistband is not None and own > waistband - 0.02:
        worn_tucked = old is not None and abs(old - waistband) < 0.08 and waistband < 0.93
        if tuck or (tuck is None and worn_tucked and category == "tops"):
            return waistband + 0.04, True
    if old is not None and own < old < own + HEM_SLACK:
        return old, False
    return own, False


def _old_hem_level(figure: Figure) -> float | None:
    """Where the old top ends at the body's middle, or None where there is none."""
    worn = np.flatnonzero(figure.dressed > 0.5)
    return float(TORSO_LEVELS[worn[-1]] + 0.025) if worn.size else None


def _waistband_level(person: PersonAnalysis, figure: Figure) -> float | None:
    """The level at which the bottom garment begins, or None where it is not seen."""
    levels = np.linspace(0.4, 1.4, 101)
    found = []
    for offset in (-0.2, -0.1, 0.0, 0.1, 0.2):
        line = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        line = line + figure.across * (offset * figure.unit)
        x, y = np.rint(line).astype(int).T
        height, width = person.labels.shape
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        bottom = np.zeros(len(levels), bool)
        bottom[inside] = person.labels[y[inside], x[inside]] == BodyLabel.BOTTOM
        if bottom.any():
            found.append(float(levels[bottom.argmax()]))
    return float(np.median(found)) if len(found) >= 3 else None


# ---- torso


def _armpit_level(figure: Figure, pattern: Pattern, scale: float) -> float:
    """How deep the armholes reach: the product's depth, never above the body's armpit."""
    drop = float(np.mean([pattern.armpit[s][1] - pattern.shoulder[s][1] for s in SIDES])) * scale
    start = float(np.mean([figure.level_of(figure.shoulder_tip[s]) for s in SIDES]))
    return float(np.clip(start + drop / figure.torso_length, 0.24, 0.44))


def _place_sides(
    figure: Figure, pattern: Pattern, scale: float, top_level: float, hem_level: float, options: TryOnOptions
) -> dict[Side, Points]:
    """Outline of the torso from armpit to hem."""
    levels = top_level + (hem_level - top_level) * SIDE_STEPS
    flat = pattern.half_width() * scale
    worn = float(np.interp(levels, TORSO_LEVELS, figure.dressed).mean())
    placed = {}
    for side in SIDES:
        bare = np.interp(levels, TORSO_LEVELS, figure.bare[side])
        own = worn_half_width(bare, flat, options)
        old = _interpolated(figure.silhouette[side], levels)
        covered = np.interp(levels, TORSO_LEVELS, figure.dressed) > 0.5
        kept = np.clip(old + COVER_PX, own * (1 - SAME_WIDTH), own * (1 + SAME_WIDTH))
        width = np.where(np.isfinite(old) & covered, kept, own) if worn > 0.2 else own
        arm = _interpolated(figure.to_arm[side], levels)
        closing = np.isfinite(arm) & (arm < 1.15 * own)
        width = np.where(closing, np.maximum(width, np.nan_to_num(arm) + UNDER_ARM * figure.unit), width)
        width = cv2.GaussianBlur(np.asarray([width], np.float32), (0, 0), 0.9, borderType=cv2.BORDER_REPLICATE)[0]
        sign = 1.0 if side == "left" else -1.0
        centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        placed[side] = (centre + np.outer(sign * width, figure.across)).astype(np.float32)
    return placed


def worn_half_width(
    bare: NDArray[np.floating], flat: NDArray[np.floating], options: TryOnOptions
) -> NDArray[np.floating]:
    """Half width a garment shows when worn, from the body's half width and the flat garment's."""
    spare = np.maximum(flat - FLAT_PER_FRONT * bare, 0.0)
    return bare * 1.03 + spare * EASE_SEEN[options.fit]


def _interpolated(values: NDArray[np.float32], levels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Values at torso levels; NaN where the measured levels around are mostly unseen."""
    seen = np.isfinite(values)
    if seen.sum() < 2:
        return np.full(len(levels), np.nan)
    filled = np.interp(levels, TORSO_LEVELS[seen], values[seen])
    near = np.abs(levels[:, None] - TORSO_LEVELS[seen][None, :]).min(axis=1) < 0.08
    return np.where(near, filled, np.nan)


def _hem_curve(pattern: Pattern, sides: Mapping[Side, Points], scale: float, tucked: bool) -> Points:
    """The hem: the product's own curve between the ends of the sides, sagging a little like a ring seen from above."""
    right, left = sides["right"][-1], sides["left"][-1]
    line = right + (left - right) * HEM_STEPS[:, None]
    own = pattern.hem[:, 1] - np.linspace(pattern.hem[0, 1], pattern.hem[-1, 1], len(HEM_STEPS))
    sag = 0.02 * float(np.linalg.norm(left - right)) * (1 - (2 * HEM_STEPS - 1) ** 2)
    line[:, 1] += (0.0 if tucked else 1.0) * own * scale + sag
    return line.astype(np.float32)


# ---- sleeves


def _place_sleeve(
    arm: Arm, pattern: Pattern, garment: GarmentAnalysis, side: Side, tip: Points, armpit: Points,
    scale: float, options: TryOnOptions,
) -> SleeveOutline:  # fmt: skip
    """A sleeve's cross sections along the arm, from the armhole to the product's cuff."""
    source = pattern.sleeves[side]
    end = _sleeve_end(arm, source, garment, scale)
    flat = source.half_widths * scale
    begin = min(_station_of(arm, armpit), 0.8 * end)
    share = np.linspace(0.0, 1.0, RIBS)
    outer = _edge(arm, side, share * end, flat, (arm.outer, arm.bare_outer), 1.0, options)
    inner = _edge(arm, side, begin + (end - begin) * share, flat, (arm.inner, arm.bare_inner), -1.0, options)
    fade = np.clip(1 - share * end / 0.3, 0.0, 1.0)[:, None] ** 2
    outer = outer + (tip - outer[0]) * fade
    inner = inner + (armpit - inner[0]) * fade
    return SleeveOutline(outer.astype(np.float32), inner.astype(np.float32))


def _edge(
    arm: Arm, side: Side, stations: NDArray[np.floating], flat: NDArray[np.floating],
    widths: tuple[NDArray[np.float32], NDArray[np.float32]], sign: float, options: TryOnOptions,
) -> Points:  # fmt: skip
    """One edge of a sleeve at the given stations: the old sleeve's edge where it is like it, else the arm's and the
    product's own."""
    seen, bare = widths
    path = _along_arm(arm, stations)
    own = worn_half_width(np.interp(stations, ARM_STATIONS, bare), flat, options)
    old = np.interp(stations, ARM_STATIONS, seen)
    kept = np.clip(old + COVER_PX, own * (1 - SAME_SLEEVE), own * (1 + SAME_SLEEVE))
    share = np.clip((np.interp(stations, ARM_STATIONS, arm.covered) - 0.3) / 0.4, 0.0, 1.0)
    half = np.asarray([own + (kept - own) * share], np.float32)
    half = cv2.GaussianBlur(half, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)[0]
    return (path + outward_normals(path, side) * (sign * half)[:, None]).astype(np.float32)


def _along_arm(arm: Arm, stations: NDArray[np.floating]) -> Points:
    """Points of the arm's middle line, continued straight beyond the wrist."""
    path = np.stack([np.interp(stations, ARM_STATIONS, arm.path[:, i]) for i in (0, 1)], axis=1)
    beyond = np.maximum(stations - 1.0, 0.0)[:, None] * (len(ARM_STATIONS) - 1)
    return (path + (arm.path[-1] - arm.path[-2]) * beyond).astype(np.float32)


def _station_of(arm: Arm, point: Points) -> float:
    """The station of the upper arm nearest to a point."""
    upper = len(ARM_STATIONS) // 2
    return float(ARM_STATIONS[np.linalg.norm(arm.path[:upper] - point, axis=1).argmin()])


def _sleeve_end(arm: Arm, source: SleeveOutline, garment: GarmentAnalysis, scale: float) -> float:
    """The station of the arm at which the sleeve ends."""
    if garment.sleeve == "long":
        return arm.cuff + 0.02 if arm.cuff >= 0.86 else 0.98
    own = source.length * scale / arm.length
    return float(np.clip(own, 0.10, 0.92))
