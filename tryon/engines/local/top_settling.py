"""The new top's edges are settled on what was worn: on the body, the wrists, the shoulders and the hem."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import (
    SIDES,
    BodyLabel,
    LabelMap,
    Opacity,
    PersonAnalysis,
    Points,
    Side,
)
from tryon.engines.local.calm_gaps import with_calm_gaps
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS
from tryon.engines.local.layers import Cloth, carry_colour
from tryon.engines.local.pattern import SleeveOutline
from tryon.engines.local.raster import polygon_opacity, tube_outline
from tryon.engines.local.rays import sample
from tryon.engines.local.settled_edges import settle_edges
from tryon.engines.local.shoulder_edge import with_arms_in_sleeves, with_seen_shoulders, without_wings
from tryon.engines.local.sleeve_gaps import with_calm_holes, with_torso_beside_sleeves
from tryon.engines.local.sleeve_target import alike, end_of
from tryon.engines.local.target import Target

SETTLE_UNITS: Final = 0.06
"""Differences between the new and the old outline up to this width are settled on the photo's own edge."""

BEYOND_UNITS: Final = 0.15
"""So far beyond a hem or cuff nothing is settled: its length is the product's own."""

FLARED_UNITS: Final = 0.055
FLARE_REACH: Final = 0.12
LOWER_RIBS: Final = slice(-4, -1)
SHORT: Final = 0.6
"""An old sleeve that stands out by more than the first (units), which is nearly as far as cloth is ever widened, beside
the lower ribs of a new one that ends before the last (station of the arm) is of another cut: followed down to the cuff
and not beyond, it would make a mushroom of the sleeve. The very last rib may lie below the old sleeve."""

ARMPIT_UNITS: Final = 0.1
"""So far above the armpits the sides still lie at the arms."""


def settled(cloth: Cloth, person: PersonAnalysis, target: Target, figure: Figure, factor: float) -> Cloth:
    """The garment's layers, settled on the photo's own edges where old and new outline nearly agree."""
    allowed = settling_area(person.labels, target, figure, factor)
    sleeves = _sleeve_shadow(person.labels.shape, target, factor)
    calm = with_calm_gaps(cloth.opacity, cloth.sleeves, figure.unit * factor)
    opacity = settle_edges(person, calm, sleeves, allowed, SETTLE_UNITS * figure.unit * factor)
    opacity = with_seen_shoulders(opacity, person, target, figure, factor)
    opacity = with_arms_in_sleeves(opacity, person, target, figure, factor)
    ground = person.labels == BodyLabel.BACKGROUND
    opacity = with_calm_holes(opacity, cloth.sleeves.values(), ground, figure.unit * factor)
    back = without_wings(cloth.back, person, target, figure, factor)
    # At the neckline the picture goes on behind the edge: a narrow neckband keeps its own colours.
    pictured = np.minimum(np.minimum(cloth.opacity, calm) + cloth.back, 1.0)
    colour = carry_colour(cloth.colour, pictured, opacity > 0)
    between = round(2 * SETTLE_UNITS * figure.unit * factor)
    colour = with_torso_beside_sleeves(colour, cloth.opacity, opacity > 0, cloth.sleeves.values(), between)
    return replace(cloth, opacity=opacity, colour=colour, back=back)


def settling_area(labels: LabelMap, target: Target, figure: Figure, factor: float) -> Opacity:
    """1 along sides, shoulders and sleeves; 0 at neckline, collar, hem and cuffs, which are the product's own, above
    the armpits of what has no shoulders: beside its peaks the old straps run, and beside old sleeves of another cut."""
    canvas = np.full(labels.shape, 255, np.uint8)
    unit = figure.unit * factor

    def stroke(points: NDArray[np.float32], width: float) -> None:
        line = np.rint(np.asarray(points, np.float32) * factor).astype(np.int32)
        cv2.polylines(canvas, [line], False, 0, max(1, int(width)))

    def close(end: NDArray[np.float32], onwards: Points, inner_end: float) -> None:
        """No widening beyond a hem or cuff, and none of its middle; its corners may move aside."""
        middle = end[1:-1] if len(end) > 2 else end[:1] + (end[-1] - end[0]) * np.asarray([[0.3], [0.7]], np.float32)
        stroke(middle, 0.10 * unit)
        reach = np.float32(BEYOND_UNITS * figure.unit)
        across, beyond = (reach * way / max(float(np.linalg.norm(way)), 1e-3) for way in (end[-1] - end[0], onwards))
        line = np.asarray([end[0] - across * np.float32(inner_end), *end, end[-1] + across], np.float32)
        cv2.fillPoly(canvas, [np.rint(np.vstack([line, (line + beyond)[::-1]]) * factor).astype(np.int32)], 0)

    opening = np.asarray([*target.neckline, figure.chin], np.float32)
    cv2.fillPoly(canvas, [np.rint(opening * factor).astype(np.int32)], 0)
    stroke(target.neckline, 0.16 * unit)
    for side in SIDES:
        cv2.fillPoly(canvas, [np.rint(_above_shoulder(target, figure, side) * factor).astype(np.int32)], 0)
        if target.has_collar:
            # The new collar's side stays its own, whatever old collar stands up beside it.
            upper, lower = target.neckline[-1 if side == "left" else 0], target.neck[side]
            beside = np.asarray([upper, lower, [lower[0], figure.chin[1]]], np.float32)
            cv2.fillPoly(canvas, [np.rint(beside * factor).astype(np.int32)], 0)
            stroke(beside[:2], 0.16 * unit)
    if target.bare_shoulders and not target.sleeves:
        cv2.fillPoly(canvas, [np.rint(_above_armpits(target, figure) * factor).astype(np.int32)], 0)
    close(target.hem, figure.down, 1.0)
    for side, arm in figure.arms.items():
        # The arm that an old sleeve covered and the new one does not is bare: no cloth is widened over it.
        end = end_of(arm, target.sleeves[side]) if side in target.sleeves else 0.0
        bared = end - 1e-3 <= ARM_STATIONS
        if (arm.cuff > end or not target.sleeves) and bared.sum() > 1:
            outer, inner = arm.outward * (1.3 * arm.outer)[:, None], arm.inward * (0.7 * arm.inner)[:, None]
            tube = tube_outline(arm.path[bared], outer[bared], inner[bared])
            cv2.fillPoly(canvas, [np.rint(tube * factor).astype(np.int32)], 0)
        if target.sleeves and arm.cuff == 0.0:
            # Straps and ruffles that stand up from bare shoulders are not what a sleeve's seam lies on.
            stroke(target.shoulder_line[side], 0.16 * unit)
    for side, outline in target.sleeves.items():
        cuff = np.asarray([outline.inner[-1], outline.outer[-1]], np.float32)
        close(cuff, outline.middle[-1] - outline.middle[-2], -0.7)
        arm = figure.arms[side]
        end = end_of(arm, outline)
        other_cut = not alike(arm, end) or (end < SHORT and _flares(labels, outline, figure.unit, factor))
        if arm.cuff > 0 and other_cut:
            stroke(outline.outer, 0.3 * unit)
            stroke(target.shoulder_line[side], 0.12 * unit)
    return cv2.GaussianBlur(canvas, (0, 0), max(0.03 * unit, 0.8)).astype(np.float32) / 255


def _flares(labels: LabelMap, outline: SleeveOutline, unit: float, factor: float) -> bool:
    """Whether the old sleeve stands far out of the lower part of the new one."""
    way = (outline.outer - outline.inner)[LOWER_RIBS]
    way = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-3)
    steps = np.arange(1.0, FLARE_REACH * unit * factor, dtype=np.float32)
    spots = outline.outer[LOWER_RIBS, None] * np.float32(factor) + way[:, None] * steps[:, None]
    worn = sample(labels == BodyLabel.TOP, spots)
    out = np.where(worn.all(axis=1), len(steps), worn.argmin(axis=1))
    return float(np.median(out)) > FLARED_UNITS * unit * factor


def _sleeve_shadow(shape: tuple[int, ...], target: Target, factor: float) -> Opacity:
    """Where the new sleeves hide the arms, a little wider than the sleeves themselves."""
    canvas = np.zeros(shape[:2], np.float32)
    for outline in target.sleeves.values():
        wide = (outline.outer - outline.inner) * 0.2
        ring = np.vstack([outline.outer + wide, (outline.inner - wide)[::-1]]) * factor
        canvas = np.maximum(canvas, polygon_opacity(shape, ring.astype(np.float32), 0.0))
    return canvas


def _above_shoulder(target: Target, figure: Figure, side: Side) -> Points:
    """Where an old collar or hood stands up above the new garment's shoulder."""
    lift = np.asarray([0.0, 0.035 * figure.unit], np.float32)
    neck = target.neck[side] - lift
    tip = neck + (figure.shoulder_tip[side] - lift - neck) * np.float32(0.5)
    return np.asarray([neck, tip, [tip[0], figure.chin[1]], [neck[0], figure.chin[1]]], np.float32)


def _above_armpits(target: Target, figure: Figure) -> Points:
    """From a little above one armpit to the other, out beyond the body and up to the chin."""
    lift = figure.down * np.float32(ARMPIT_UNITS * figure.unit)
    right, left = (target.armpit[side] - lift for side in ("right", "left"))
    out = (left - right) / np.float32(max(float(np.linalg.norm(left - right)), 1e-3)) * np.float32(figure.unit)
    up = figure.down * np.float32(float((right - figure.chin) @ figure.down))
    return np.asarray([right - out, left + out, left + out - up, right - out - up], np.float32)
