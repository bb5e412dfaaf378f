"""Carries the pattern onto the target: smooth maps from every pixel of the photo back into the garment's picture.

The torso with its collar is one thin-plate spline, each sleeve another: a single spline over both would fold at the
armhole, where torso and sleeve may lie on top of each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, GarmentAnalysis, GarmentPart, Opacity, Points, Side
from tryon.engines.local.pattern import Pattern, SleeveOutline
from tryon.engines.local.raster import box_of, polygon_opacity, sum_of_channels
from tryon.engines.local.spline import FloatMap, dense_map, fit_spline, window_of
from tryon.engines.local.target import Target

STIFFNESS = 2e-5
"""Lets the torso miss the measured outline by about a pixel, so that its noise does not ripple the cloth."""

_COLLAR_GRID = 5

TORN = 2.5
"""Times the garment's scale: where a point of the collar's grid and one of the armhole come to lie farther apart than
that, the cloth between them would be torn. In a low neckline the grid's lower corners are cloth of the chest."""


@dataclass(frozen=True, slots=True)
class Warp:
    torso: FloatMap
    """(height, width, 2) of the person's frame, holding coordinates in the garment's picture."""
    torso_area: Opacity
    """Where the torso's map may be used: far from its knots a spline may bring the garment in once more."""
    sleeves: Mapping[Side, FloatMap]
    sleeve_area: Mapping[Side, Opacity]
    """Where each sleeve's map may be used; elsewhere it would show the sleeve again."""


def carry(garment: GarmentAnalysis, pattern: Pattern, target: Target, height: int, width: int) -> Warp:
    """Maps for a frame of (height, width)."""
    placed, source = torso_pairs(garment, pattern, target)
    torso = dense_map(fit_spline(placed, source, STIFFNESS), height, width)
    area = torso_area(garment, pattern, target, (height, width))
    return Warp(torso, area, *carry_sleeves(pattern, target, height, width))


def carry_sleeves(
    pattern: Pattern, target: Target, height: int, width: int
) -> tuple[dict[Side, FloatMap], dict[Side, Opacity]]:
    """Of each sleeve its map and where it may be used."""
    sleeves, areas = {}, {}
    for side, outline in target.sleeves.items():
        placed, source = sleeve_pairs(outline, pattern.sleeves[side])
        areas[side] = _sleeve_area(outline, (height, width))
        sleeves[side] = dense_map(fit_spline(placed, source, STIFFNESS), height, width, window_of(areas[side]))
    return sleeves, areas


def torso_pairs(garment: GarmentAnalysis, pattern: Pattern, target: Target) -> tuple[Points, Points]:
    """Corresponding points (n, 2) of torso and collar: in the photo, in the garment's picture."""
    placed: list[Points] = []
    source: list[Points] = []
    for side in SIDES:
        placed += [target.shoulder[side], *target.shoulder_line[side], *target.sides[side]]
        source += [pattern.shoulder[side], *pattern.shoulder_line[side], *pattern.sides[side]]
        placed += list(_armhole(target.shoulder[side], target.armpit[side]))
        source += list(_armhole(pattern.shoulder[side], pattern.armpit[side]))
    placed += list(target.hem)
    source += list(pattern.hem)
    collar = _collar_points(garment, pattern, target)
    placed += list(target.collar(collar))
    source += list(collar)
    front_source, front_placed = _front_line(pattern, target, target.collar(pattern.neck_front[None])[0])
    placed += list(front_placed)
    source += list(front_source)
    return _distinct(np.asarray(placed, np.float32), np.asarray(source, np.float32))


def sleeve_pairs(placed: SleeveOutline, source: SleeveOutline) -> tuple[Points, Points]:
    """Corresponding points of a ruled sleeve: both edges and the middle of every rib."""
    return (
        np.vstack([placed.outer, placed.middle, placed.inner]),
        np.vstack([source.outer, source.middle, source.inner]),
    )


def _armhole(shoulder: Points, armpit: Points) -> Points:
    return shoulder + (armpit - shoulder) * np.asarray([[1 / 3], [2 / 3]], np.float32)


def _front_line(pattern: Pattern, target: Target, front: Points) -> tuple[Points, Points]:
    """Points down the middle of the front, so that buttons and prints stay on the body's axis."""
    steps = np.asarray([[0.25], [0.5], [0.75]], np.float32)
    hem_source, hem_placed = pattern.hem[len(pattern.hem) // 2], target.hem[len(target.hem) // 2]
    axis_source = pattern.neck_front + (hem_source - pattern.neck_front) * steps
    axis_placed = front + (hem_placed - front) * steps
    return axis_source, axis_placed


def _collar_points(garment: GarmentAnalysis, pattern: Pattern, target: Target) -> Points:
    """Neckline and, where there is one, a grid over the collar and the inside of the back, as far as it does not tear
    the cloth at the armholes."""
    steps = np.linspace(0, len(pattern.neckline) - 1, 7).round().astype(int)
    points = [*pattern.neck.values(), *pattern.neckline[steps]]
    rows, columns = np.nonzero(np.isin(garment.parts, (GarmentPart.COLLAR, GarmentPart.INNER_BACK)))
    if len(rows) > 30:
        xs = np.linspace(columns.min(), columns.max(), _COLLAR_GRID)
        ys = np.linspace(rows.min(), min(rows.max(), pattern.neck_front[1]), _COLLAR_GRID - 1)
        grid = np.asarray([[x, y] for y in ys for x in xs], np.float32)
        points += list(grid[~_torn_from_armholes(grid, pattern, target)])
    return np.asarray(points, np.float32)


def _torn_from_armholes(grid: Points, pattern: Pattern, target: Target) -> NDArray[np.bool_]:
    """Which points of the collar's grid (n, 2) would come to lie much farther from an armhole than they are."""
    ends = [(pattern.shoulder, pattern.armpit), (target.shoulder, target.armpit)]
    source, placed = (np.vstack([[*_armhole(a[side], b[side]), b[side]] for side in SIDES]) for a, b in ends)
    own = np.linalg.norm(grid[:, None] - source, axis=2) * target.scale
    worn = np.linalg.norm(target.collar(grid)[:, None] - placed, axis=2)
    return np.asarray((worn > TORN * np.maximum(own, 1e-3)).any(axis=1))


def _distinct(placed: Points, source: Points) -> tuple[Points, Points]:
    """Without points that nearly coincide with an earlier one: two answers for one place would tear the spline."""
    apart = np.hypot(*np.moveaxis(placed[:, None] - placed[None], -1, 0)) > 3.0
    kept: list[int] = []
    for i in range(len(placed)):
        if apart[i, kept].all():
            kept.append(i)
    return placed[kept], source[kept]


def torso_area(garment: GarmentAnalysis, pattern: Pattern, target: Target, shape: tuple[int, int]) -> Opacity:
    """The torso's polygon and the collar's hull, widened for details that stand out of the sampled outline."""
    right, left = target.sides["right"], target.sides["left"]
    top = {side: [target.neck[side], *target.shoulder_line[side], target.shoulder[side]] for side in SIDES}
    ring = [*top["right"], *right, *target.hem, *left[::-1], *top["left"][::-1]]
    rings = [np.rint(np.asarray(ring, np.float32)).astype(np.int32)]
    collar = np.isin(garment.parts, (GarmentPart.COLLAR, GarmentPart.INNER_BACK)).astype(np.uint8)
    contours, _ = cv2.findContours(collar, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    large = [contour.reshape(-1, 2) for contour in contours if cv2.contourArea(contour) > 60]
    if large:
        rings.append(cv2.convexHull(np.rint(target.collar(np.vstack(large).astype(np.float32))).astype(np.int32)))
    margin = max(3, round(0.06 * target.scale * pattern.shoulder_width))
    wide = np.zeros(shape, np.float32)
    for outline in rings:
        cv2.fillPoly(wide, [outline], 1.0)
        cv2.polylines(wide, [outline], True, 1.0, 2 * margin + 1)
    if target.waist_line is None:
        return wide
    line = target.waist_line
    aside, under = np.asarray([9.0 * margin, 0], np.float32), np.asarray([0, 2.0 * shape[0]], np.float32)
    ring = [line[0] - aside, *line, line[-1] + aside, line[-1] + aside + under, line[0] - aside + under]
    return wide * (1.0 - polygon_opacity(shape, np.asarray(ring, np.float32), 0.7))


def _sleeve_area(outline: SleeveOutline, shape: tuple[int, int]) -> Opacity:
    """The sleeve's polygon, widened: the garment's own opacity draws the edge, this only ends the map."""
    across = outline.outer - outline.inner
    margin = 0.18
    along = outline.middle[-1] - outline.middle[-2]
    outer, inner = outline.outer + across * margin, outline.inner - across * margin
    outer = np.vstack([outer, outer[-1] + along * 1.2])
    inner = np.vstack([inner, inner[-1] + along * 1.2])
    return polygon_opacity(shape, np.vstack([outer, inner[::-1]]).astype(np.float32), 0.0)


# ---- what a warp does to the cloth


@dataclass(frozen=True, slots=True)
class Strain:
    folded: float
    """Share of the cloth's pixels where the map turns over."""
    anisotropy_p99: float
    """How many times more the cloth is stretched in one direction than across it, 99th percentile."""
    mirrored: bool
    density: float
    """Pixels of the product's picture for one of the frame's, along a line; the median."""


def strain(*parts: tuple[FloatMap, Opacity]) -> Strain:
    """Measure maps, each where it shows cloth; every pixel of cloth counts alike."""
    measured = [_stretch(warp_map, opacity) for warp_map, opacity in parts]
    area, ratio = (np.concatenate(values) for values in zip(*measured, strict=True))
    if len(area) == 0:
        return Strain(0.0, 1.0, False, 1.0)
    median = float(np.median(area))
    return Strain(float((area <= 0).mean()), float(np.percentile(ratio, 99)), median <= 0, abs(median) ** 0.5)


def _stretch(warp_map: FloatMap, opacity: Opacity) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Signed area of a photo's pixel in the garment, and its longer stretch over the shorter."""
    box = box_of(opacity > 0.5, 1)
    warp_map, visible = warp_map[box], opacity[box][1:-1, 1:-1] > 0.5
    dx = (warp_map[1:-1, 2:] - warp_map[1:-1, :-2])[visible] / 2
    dy = (warp_map[2:, 1:-1] - warp_map[:-2, 1:-1])[visible] / 2
    area = dx[:, 0] * dy[:, 1] - dx[:, 1] * dy[:, 0]
    total = sum_of_channels(dx * dx) + sum_of_channels(dy * dy)
    root = np.sqrt(np.maximum(total**2 / 4 - area**2, 0))
    ratio = np.sqrt((total / 2 + root) / np.maximum(total / 2 - root, 1e-6))
    return area.astype(np.float32), ratio.astype(np.float32)
