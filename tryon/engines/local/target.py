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

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, PersonAnalysis, Points, Sleeve
from tryon.engines.local.collar import CollarMove, collar_move
from tryon.engines.local.figure import (
    ARM_STATIONS,
    SIDES,
    TORSO_LEVELS,
    Arm,
    Figure,
    Side,
    Widths,
)
from tryon.engines.local.pattern import HEM_STEPS, RIBS, SHOULDER_STEPS, SIDE_STEPS, Pattern, SleeveOutline
from tryon.engines.local.raster import smoothed_row

SAME_WIDTH = 0.22
SAME_SLEEVE = 0.42
"""A garment whose width is within this share of the old silhouette's fills it exactly; beyond, it differs by so much
less."""

COVER_PX = 1.5
"""The new garment stands out so much beyond the old silhouette, to hide the old garment's edge."""

HANGING = 0.08
"""A top that covers more of the hips than this share is not tucked in all around."""

LOWEST_TUCK_LEVEL = 0.93
"""Trousers sit above the hips; an old top that ends lower hangs over them."""

THREE_QUARTERS = 0.9
"""A long sleeve shorter than this share of neck to side hem ends before the wrist; others reach it."""

ARMHOLE_WORN = 0.9
"""A hanging arm draws the armhole up: it shows this share of its flat depth."""

SHOULDER_SLACK = 0.045
"""The shoulder's outline leaves the straight line from neck to shoulder by at most so much (units)."""

BLOUSING = 0.7
"""A tucked top leaves the waistband at this slope: outwards per pixel upwards."""

WAIST_LEVEL = 0.75
"""Below it the arms hang free of the torso."""

MIDDLE_STEP = 5
MOST_FLARE = 1.07
"""Below this of SIDE_STEPS the torso widens at most so much more than the flat product does."""

INNER_SEAM_WORN = 0.7
"""At least this share of a sleeve's inner seam is seen below the armpit."""

UNDER_ARM = 0.05
"""The torso reaches so far (units) under an arm that hangs against it, for there is no gap between the two."""

EASE_SEEN = {"slim": 0.30, "regular": 0.50, "oversized": 0.72}
"""Share of a garment's spare width that shows in front view; the rest folds away or lies behind."""

FLAT_PER_FRONT = 1.22
"""A close-fitting garment laid flat is this much wider than the body seen from the front, for it goes around it."""

USUAL_WAISTBAND_LEVEL = 0.84
"""Where trousers and skirts begin when the old top hides it: a little above the hips."""

MOST_HEM_LEVEL = ((1.7, 2.6), (1.38, 1.8))
"""A top this long for its chest width reaches at most this torso level: straps and high collars are no length."""

SLEEVELESS_CHEST = 1.3
"""A sleeveless top laid flat is at most this many times as wide as the chest is in front view."""

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
    shoulder_line: Mapping[Side, Points]
    """(n, 2) along the shoulder's upper edge at SHOULDER_STEPS, from neck to shoulder."""
    armpit: Mapping[Side, Points]
    collar: CollarMove
    neckline: Points
    """(n, 2) front neckline from the wearer's right to the left."""
    waist_line: Points | None
    """(n, 2) the waistband from the wearer's right to the left where the top is tucked in behind it."""
    sides: Mapping[Side, Points]
    hem: Points
    sleeves: Mapping[Side, SleeveOutline]
    hem_level: float
    waistband_level: float
    """Where the bottom garment begins, or would where the old top hides it."""

    @property
    def tucked(self) -> bool:
        """The hem goes behind the waistband."""
        return self.waist_line is not None


def place_garment(
    person: PersonAnalysis, figure: Figure, garment: GarmentAnalysis, pattern: Pattern, options: TryOnOptions
) -> Target:
    """Place the pattern on the figure."""
    scale = _garment_scale(figure, pattern)
    shoulder = _place_shoulders(figure, pattern, scale)
    neck = _place_neck(figure, pattern, shoulder, scale)
    waistband = _waistband_level(person, figure)
    tuck = options.tuck
    if tuck is None:
        tuck = garment.category == "tops" and _is_tucked_in(person, figure, waistband)
    hem_level, tucked = _place_hem(waistband, figure, pattern, neck, scale, tuck)
    sides = _place_sides(figure, pattern, scale, hem_level, waistband if tucked else None, options)
    armpit = {side: sides[side][0] for side in SIDES}
    sleeves = {
        side: _place_sleeve(
            figure.arms[side], source, pattern.side_length, garment.sleeve, shoulder[side], armpit[side], scale, options
        )
        for side, source in pattern.sleeves.items()
    }
    hem = _hem_curve(pattern, sides, scale, tucked)
    begins = USUAL_WAISTBAND_LEVEL if waistband is None else min(waistband, USUAL_WAISTBAND_LEVEL)
    collar = collar_move(pattern.neck, neck, figure.unit)
    return Target(
        scale=scale,
        neck=neck,
        shoulder=shoulder,
        shoulder_line={side: _shoulder_line(person, figure, neck[side], shoulder[side]) for side in SIDES},
        armpit=armpit,
        collar=collar,
        neckline=collar(pattern.neckline),
        waist_line=_waist_line(person, figure, waistband) if tucked and waistband is not None else None,
        sides=sides,
        hem=hem,
        sleeves=sleeves,
        hem_level=hem_level,
        waistband_level=begins,
    )


# ---- size and shoulders


def _garment_scale(figure: Figure, pattern: Pattern) -> float:
    """Photo pixels per garment pixel: shoulder seams end at the shoulder tips."""
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    tips = max(tips, 1.05 * figure.unit)
    by_shoulder = tips / pattern.shoulder_width
    if not pattern.sleeves:
        # Straps and armholes sit anywhere on a shoulder; what holds a sleeveless top is the chest.
        chest = float(np.interp(0.3, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"]))
        by_shoulder = min(by_shoulder, SLEEVELESS_CHEST * chest / pattern.chest_width)
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
    width = float(np.clip(pattern.neck_width * scale, 0.36 * figure.unit, 0.92 * abs(
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


def _shoulder_line(person: PersonAnalysis, figure: Figure, neck: Points, shoulder: Points) -> Points:
    """The silhouette between neck and shoulder where it is near the straight line, for shoulders are not straight."""
    line = neck + (shoulder - neck) * SHOULDER_STEPS[:, None]
    worn = np.isin(person.labels, (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.NECK))
    height, width = worn.shape
    slack = SHOULDER_SLACK * figure.unit
    for point in line:
        column = worn[:, int(np.clip(point[0], 0, width - 1))]
        start = int(np.clip(point[1] - 2 * slack, 0, height - 1))
        run = column[start : int(np.clip(point[1] + 2 * slack, start + 1, height))]
        if run.any() and not run[0]:
            point[1] = np.clip(start + int(run.argmax()) - COVER_PX, point[1] - slack, point[1] + slack)
    return line.astype(np.float32)


# ---- length


def _place_hem(
    waistband: float | None, figure: Figure, pattern: Pattern, neck: Mapping[Side, Points], scale: float, tuck: bool
) -> tuple[float, bool]:
    """Level of the hem, and whether it is tucked in."""
    collar = ((neck["left"] + neck["right"]) / 2).astype(np.float32)
    own = figure.level_of(collar) + pattern.length * scale / figure.torso_length
    own = max(own, float(np.interp(pattern.length / pattern.chest_width, *LEAST_HEM_LEVEL)))
    own = min(own, float(np.interp(pattern.length / pattern.chest_width, *MOST_HEM_LEVEL)))
    if tuck and waistband is not None and own > waistband - 0.02:
        return own, True
    old = _old_hem_level(figure)
    if old is not None and own < old < own + HEM_SLACK:
        return old, False
    return own, False


def _is_tucked_in(person: PersonAnalysis, figure: Figure, waistband: float | None) -> bool:
    """Whether the old top ends at the waistband all around; an open jacket hangs though the shirt under it does."""
    old = _old_hem_level(figure)
    if old is None or waistband is None or waistband > LOWEST_TUCK_LEVEL or abs(old - waistband) > 0.08:
        return False
    edge = [figure.level_of(point) for point in _waist_points(person, figure, tuple(np.linspace(-0.4, 0.4, 17)))]
    if np.mean(np.abs(np.asarray(edge) - waistband) < 0.06) < 0.85:
        return False
    levels = np.linspace(waistband + 0.06, waistband + 0.25, 8)
    half = np.interp(levels, TORSO_LEVELS, np.minimum(figure.bare["left"], figure.bare["right"]))
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    spots = centre[:, None, :] + figure.across * (half[:, None] * np.linspace(-0.95, 0.95, 25))[..., None]
    height, width = person.labels.shape
    x = np.clip(np.rint(spots[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(spots[..., 1]).astype(int), 0, height - 1)
    return float((person.labels[y, x] == BodyLabel.TOP).mean()) < HANGING


def _old_hem_level(figure: Figure) -> float | None:
    """Where the old top ends at the body's middle, or None where there is none."""
    worn = np.flatnonzero(figure.dressed > 0.5)
    return float(TORSO_LEVELS[worn[-1]] + 0.025) if worn.size else None


def _waistband_level(person: PersonAnalysis, figure: Figure) -> float | None:
    """The level at which the bottom garment begins, or None where it is not seen."""
    levels = [figure.level_of(point) for point in _waist_points(person, figure, (-0.2, -0.1, 0.0, 0.1, 0.2))]
    return float(np.median(levels)) if len(levels) >= 3 else None


def _waist_line(person: PersonAnalysis, figure: Figure, waistband: float) -> Points:
    """The waistband's upper edge from the wearer's right to the left, carried on straight beyond what is seen."""
    half = 1.15 * float(max(np.interp(waistband, TORSO_LEVELS, figure.bare[side]) for side in SIDES)) / figure.unit
    seen = np.asarray(_waist_points(person, figure, tuple(np.linspace(-0.8 * half, 0.8 * half, 21))), np.float32)
    offsets = (seen - figure.shoulder_middle) @ figure.across
    levels = np.asarray([figure.level_of(point) for point in seen])
    steady = np.abs(levels - waistband) < 0.07
    bend = np.polyfit(offsets[steady], levels[steady], 2 if steady.sum() >= 8 else 0)
    places = np.linspace(-half, half, 25) * figure.unit
    inner = np.clip(places, offsets[steady].min(), offsets[steady].max())
    level = np.polyval(bend, inner)
    line = figure.shoulder_middle + np.outer(level * figure.torso_length, figure.down)
    return (line + np.outer(places, figure.across)).astype(np.float32)


def _waist_points(person: PersonAnalysis, figure: Figure, offsets: tuple[float, ...]) -> list[Points]:
    """Where the bottom garment begins, going down at the given offsets (units) from the axis; unseen ones left out."""
    levels = np.linspace(0.4, 1.4, 201)
    height, width = person.labels.shape
    found = []
    for offset in offsets:
        line = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        line = line + figure.across * (offset * figure.unit)
        x, y = np.rint(line).astype(int).T
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        bottom = np.zeros(len(levels), bool)
        bottom[inside] = person.labels[y[inside], x[inside]] == BodyLabel.BOTTOM
        first = int(bottom.argmax())
        over = person.labels[y[max(first - 4, 0)].clip(0, height - 1), x[max(first - 4, 0)].clip(0, width - 1)]
        if bottom.any() and over not in (BodyLabel.HAND, BodyLabel.ARM):
            found.append(line[first].astype(np.float32))
    return found


# ---- torso


def _armpit_level(figure: Figure, pattern: Pattern, side: Side, scale: float) -> float:
    """How deep the armhole reaches: the product's depth below this side's shoulder, about the body's armpit."""
    drop = float(pattern.armpit[side][1] - pattern.shoulder[side][1]) * scale * ARMHOLE_WORN
    start = figure.level_of(figure.shoulder_tip[side])
    return float(np.clip(start + drop / figure.torso_length, start + 0.27, start + 0.46))


def _place_sides(
    figure: Figure, pattern: Pattern, scale: float, hem_level: float, held_at: float | None, options: TryOnOptions
) -> dict[Side, Points]:
    """Outline of the torso from armpit to hem; a waistband at level `held_at` draws a tucked top in."""
    flat = pattern.half_width() * scale
    placed = {}
    for side in SIDES:
        top_level = _armpit_level(figure, pattern, side, scale)
        levels = top_level + (hem_level - top_level) * SIDE_STEPS
        width = _half_width(figure, side, levels, flat, options)
        if held_at is not None:
            waist = 1.04 * float(np.interp(held_at, TORSO_LEVELS, figure.bare[side]))
            width = np.minimum(width, waist + BLOUSING * np.maximum(held_at - levels, 0.0) * figure.torso_length)
        sign = 1.0 if side == "left" else -1.0
        centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        placed[side] = (centre + np.outer(sign * width, figure.across)).astype(np.float32)
    return placed


def _half_width(
    figure: Figure, side: Side, levels: NDArray[np.floating], flat: NDArray[np.floating], options: TryOnOptions
) -> NDArray[np.floating]:
    """Pixels from the axis to the new garment's side, at torso levels from armpit to hem."""
    own = worn_half_width(np.interp(levels, TORSO_LEVELS, figure.bare[side]), flat, options)
    dressed = np.interp(levels, TORSO_LEVELS, figure.dressed)
    old = _interpolated(figure.silhouette[side], levels)
    kept = np.clip(old + COVER_PX, own * (1 - SAME_WIDTH), own * (1 + SAME_WIDTH))
    width = np.where(np.isfinite(old) & (dressed > 0.5), kept, own) if dressed.mean() > 0.2 else own
    arm = _interpolated(figure.to_arm[side], levels)
    closing = np.isfinite(arm) & (arm < 1.15 * own) & (levels < WAIST_LEVEL)
    width = np.where(closing, np.maximum(width, np.nan_to_num(arm) + UNDER_ARM * figure.unit), width)
    width = smoothed_row(width, 0.9)
    # A hand or the other garment beside the hem must not flare it: it widens as the product does, and a little.
    flare = np.maximum(flat / max(float(flat[MIDDLE_STEP]), 1.0), 1.0) * MOST_FLARE
    return np.where(SIDE_STEPS[MIDDLE_STEP] < SIDE_STEPS, np.minimum(width, width[MIDDLE_STEP] * flare), width)


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
    arm: Arm, source: SleeveOutline, garment_length: float, sleeve: Sleeve, tip: Points, armpit: Points, scale: float,
    options: TryOnOptions,
) -> SleeveOutline:  # fmt: skip
    """A sleeve's cross sections along the arm, from the armhole to the product's cuff."""
    end = _sleeve_end(arm, source, garment_length, sleeve, tip, scale)
    flat = source.half_widths * scale
    begin = _station_of(arm, armpit)
    inner_end = max(end, begin + INNER_SEAM_WORN * source.inner_length * scale / arm.length)
    share = np.linspace(0.0, 1.0, RIBS)
    outer = _edge(arm, share * end, flat, (arm.outward, arm.outer, arm.bare_outer), options)
    inner = _edge(arm, begin + (inner_end - begin) * share, flat, (arm.inward, arm.inner, arm.bare_inner), options)
    fade = np.clip(1 - share * end / 0.3, 0.0, 1.0)[:, None] ** 2
    outer = outer + (tip - outer[0]) * fade
    inner = inner + (armpit - inner[0]) * (1 - share[:, None]) ** 2
    return SleeveOutline(outer.astype(np.float32), inner.astype(np.float32))


def _edge(
    arm: Arm, stations: NDArray[np.floating], flat: NDArray[np.floating], edge: tuple[Points, Widths, Widths],
    options: TryOnOptions,
) -> Points:  # fmt: skip
    """One edge of a sleeve at the given stations: the old sleeve's edge where it is like it, else the arm's and the
    product's own. `edge` holds direction, silhouette and skin on one side of the arm."""
    direction, seen, bare = edge
    own = worn_half_width(np.interp(stations, ARM_STATIONS, bare), flat, options)
    old = np.interp(stations, ARM_STATIONS, seen)
    kept = np.clip(old + COVER_PX, own * (1 - SAME_SLEEVE), own * (1 + SAME_SLEEVE))
    share = np.clip((np.interp(stations, ARM_STATIONS, arm.covered) - 0.3) / 0.4, 0.0, 1.0)
    half = np.asarray([own + (kept - own) * share], np.float32)
    half = cv2.GaussianBlur(half, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)[0]
    across = np.stack([np.interp(stations, ARM_STATIONS, direction[:, i]) for i in (0, 1)], axis=1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-3)
    return (_along_arm(arm, stations) + across * half[:, None]).astype(np.float32)


def _along_arm(arm: Arm, stations: NDArray[np.floating]) -> Points:
    """Points of the arm's middle line, continued straight beyond the wrist."""
    path = np.stack([np.interp(stations, ARM_STATIONS, arm.path[:, i]) for i in (0, 1)], axis=1)
    beyond = np.maximum(stations - 1.0, 0.0)[:, None] * (len(ARM_STATIONS) - 1)
    return (path + (arm.path[-1] - arm.path[-2]) * beyond).astype(np.float32)


def _station_of(arm: Arm, point: Points) -> float:
    """The station of the upper arm nearest to a point."""
    upper = len(ARM_STATIONS) // 2
    return float(ARM_STATIONS[np.linalg.norm(arm.path[:upper] - point, axis=1).argmin()])


def _sleeve_end(
    arm: Arm, source: SleeveOutline, garment_length: float, sleeve: Sleeve, tip: Points, scale: float
) -> float:
    """The station of the arm at which the sleeve ends."""
    if sleeve == "long" and source.outer_length > THREE_QUARTERS * garment_length:
        return arm.cuff + 0.02 if arm.cuff >= 0.86 else 0.98
    above = 0.6 * float(np.linalg.norm(tip - arm.path[0]))
    return float(np.clip((0.95 * source.outer_length * scale - above) / arm.length, 0.10, 0.92))
