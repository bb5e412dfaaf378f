"""The landmarks of a garment cut off a model: read from the model's skeleton and outline, not from the cut-out alone.

A worn garment has no flat outline: arms hang before it, hair falls over it, elbows bend. But whose body it is on is
known, and every landmark of a garment has its place on a body.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis, Points, Side, Sleeve
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.garment_landmarks import UpperLandmarks
from tryon.engines.local.ground import Mask
from tryon.engines.local.neckline import Neckline
from tryon.engines.local.outline import resample
from tryon.engines.local.raster import smoothed_row

QUALITY: Final = 0.8

SLEEVE_FROM: Final = 0.16
"""Station of the arm: what ends above it is the rounding of an armhole."""
SHORT_BELOW: Final = 0.47
LONG_ABOVE: Final = 0.78
"""Stations at which short sleeves end and long ones begin."""
ELBOW: Final = 0.5

ARMPIT_BELOW_TIP: Final = 0.30
"""Torso lengths from the shoulder's tip down to the armpit of a sleeve."""
ARMHOLE: Final = (0.15, 0.42)
"""Torso lengths below the shoulder's tip between which a sleeveless side begins."""
FULL_WIDTH: Final = 0.94
"""Of the garment's half width below the armhole: where this is reached, the side begins."""

BEYOND_CUFF: Final = 1.4
"""Steps of ARM_STATIONS that a cuff, cut at a slant, can reach beyond its middle."""
GENEROUS: Final = (0.35, 0.25)
"""Of the sleeve's width: how far outwards and inwards cloth beside the arm still belongs to the sleeve."""
COLLAR_STANDS: Final = 0.045
"""Units: a neckline that ends so high above the neck's root is a collar's upper corner."""
ABOVE_EDGE: Final = 0.02
"""Units above the garment's upper edge, where what is next to it is looked up."""
SHORTEST_SHOULDER: Final = 0.03
"""Units of background above the garment that make a shoulder."""
HEM_ABOVE_END: Final = 0.04
"""Units above the hem's corner, where the width of the hem is read: the corner itself is round."""
GAP_UNITS: Final = 0.03
"""Ground as wide as this parts a sleeve from the torso; what is narrower is a fold's shadow."""
LEAST_HALF: Final = 0.5
"""Of the body's usual half width: a hem seen narrower than this is hidden by a hand."""
NECKLINE_POINTS: Final = 61
INSIDE: Final = 0.015
"""Units below the outline, where the garment is opaque."""
TIP_SLACK: Final = 0.12
"""Units."""
HAIR_OVER_SHOULDER: Final = 0.75
LEAST_SEEN: Final = 5
"""Columns; a neckline seen in fewer is taken to be the usual one."""
EVEN: Final = 0.006
"""Units; standard deviation that evens out the stairs of the labels along the neckline."""


@dataclass(frozen=True, slots=True)
class WornTop:
    """What the garment's upper edge is seen to be, before anything hidden is filled in."""

    neckline: Points
    """(n, 2) from the wearer's right to the left, one point a column."""
    neck: dict[Side, tuple[float, float]]
    has_collar: bool
    hidden: float
    """0..1, share of the neckline that hair or hands hide."""


def read_neck(person: PersonAnalysis, figure: Figure, cloth: Mask) -> WornTop:
    """The neckline of the garment `cloth` shows: its upper edge where neck or face is above it, not the ground."""
    edge, above = _upper_edge(person, figure, cloth)
    columns = np.arange(len(edge))
    ends = {side: _neck_end(figure, edge, above, side) for side in SIDES}
    inner = columns[(columns > ends["right"]) & (columns < ends["left"])]
    seen = np.isfinite(edge[inner]) & np.isin(above[inner], (BodyLabel.NECK, BodyLabel.HEAD))
    hidden = 1.0 - float(seen.mean()) if len(inner) else 1.0
    if any(_is_under_hair(figure, above, side) for side in SIDES):
        hidden = 1.0
    curve = _usual_neckline(figure)
    if seen.sum() >= LEAST_SEEN:
        y = smoothed_row(np.interp(inner, inner[seen], edge[inner][seen]), EVEN * figure.unit)
        # A steep neckline has no column of its own beside the strap: it ends on the strap's inner corner.
        tips = {side: [(x, edge[x])] if np.isfinite(edge[x]) else [] for side, x in ends.items()}
        curve = np.asarray([*tips["right"], *zip(inner, y, strict=True), *tips["left"]], np.float32)
        curve = resample(curve, NECKLINE_POINTS)
    roots = {side: figure.neck_root[side] for side in SIDES}
    corners = {"right": curve[0], "left": curve[-1]}
    has_collar = all(roots[side][1] - corners[side][1] > COLLAR_STANDS * figure.unit for side in SIDES)
    neck: dict[Side, tuple[float, float]] = {
        side: _spot(roots[side] if has_collar else corners[side]) for side in SIDES
    }
    return WornTop(curve.astype(np.float32), neck, has_collar, hidden)


def _upper_edge(person: PersonAnalysis, figure: Figure, cloth: Mask) -> tuple[NDArray[np.float32], NDArray[np.integer]]:
    """In every column: the row of the garment's upper edge above the armpits, NaN where there is none, and the label
    above it."""
    lowest = int(figure.at_level(0.75)[1])
    area = cloth[:lowest]
    found = area.any(axis=0)
    first = area.argmax(axis=0)
    rows = np.maximum(first - max(2, round(ABOVE_EDGE * figure.unit)), 0)
    above = person.labels[rows, np.arange(cloth.shape[1])].astype(np.int32)
    return np.where(found, first, np.nan).astype(np.float32), above


def _neck_end(figure: Figure, edge: NDArray[np.float32], above: NDArray[np.integer], side: Side) -> int:
    """The column at which the neckline ends: going out from the middle, the first shoulder with ground above it."""
    sign = 1 if side == "left" else -1
    start = round(float((figure.neck_root["left"][0] + figure.neck_root["right"][0]) / 2))
    tip = round(float(figure.shoulder_tip[side][0]))
    columns = np.arange(start, tip + sign, sign)
    columns = columns[(columns >= 0) & (columns < len(edge))]
    run = max(3, round(SHORTEST_SHOULDER * figure.unit))
    shoulder = np.isfinite(edge[columns]) & (above[columns] == BodyLabel.BACKGROUND)
    steady = np.convolve(shoulder, np.ones(run), "valid") >= run if len(shoulder) >= run else np.zeros(0)
    if steady.any():
        return int(columns[int(np.argmax(steady))])
    bare = np.isfinite(edge[columns]) & np.isin(above[columns], (BodyLabel.NECK, BodyLabel.ARM))
    root = round(float(figure.neck_root[side][0]))
    # Hair hides the shoulder, or there is none: a bandeau's upper edge ends with the last skin above it.
    return int(columns[np.flatnonzero(bare)[-1]]) if bare.any() and sign * (columns[bare][-1] - root) > 0 else root


def _is_under_hair(figure: Figure, above: NDArray[np.integer], side: Side) -> bool:
    """Hair lies over most of one shoulder: nobody sees where the neckline ends."""
    ends = sorted((round(float(figure.neck_root[side][0])), round(float(figure.shoulder_tip[side][0]))))
    run = above[max(ends[0], 0) : max(ends[1], 0)]
    return bool(run.size and np.mean(run == BodyLabel.HAIR) > HAIR_OVER_SHOULDER)


def _usual_neckline(figure: Figure) -> Points:
    right, left = figure.neck_root["right"], figure.neck_root["left"]
    share = np.linspace(0.0, 1.0, NECKLINE_POINTS)
    line = right + (left - right) * share[:, None]
    line[:, 1] += 0.16 * figure.unit * (1 - (2 * share - 1) ** 2)
    return line.astype(np.float32)


def read_worn_landmarks(figure: Figure, cloth: Mask, trunk: Mask, top: WornTop) -> UpperLandmarks:
    """The landmarks of a top or an outer garment that `cloth` shows on this figure; `trunk` is what lies on no arm."""
    arms = {side: arm for side, arm in figure.arms.items() if arm.cuff > SLEEVE_FROM}
    sleeved = len(arms) == len(SIDES)
    armpit = {side: _armpit(figure, cloth, side, sleeved) for side in SIDES}
    points: dict[str, tuple[float, float]] = {}
    polygons: dict[str, Points] = {}
    for side in SIDES:
        points[f"neck_{side}"] = top.neck[side]
        points[f"shoulder_{side}"] = _spot(_on_the_cloth(cloth, figure.shoulder_tip[side], figure.unit))
        points[f"armpit_{side}"] = _spot(armpit[side])
        if sleeved:
            limb, polygons[side] = _sleeve(figure.arms[side], figure.shoulder_tip[side], armpit[side])
            points |= {f"{name}_{side}": _spot(point) for name, point in limb.items()}
    points |= _hem(figure, trunk & ~filled(list(polygons.values()), cloth.shape), armpit)
    deepest = int(np.argmax(top.neckline[:, 1]))
    points["neck_front"] = _spot(top.neckline[deepest])
    points["neck_back"] = (points["neck_front"][0], float(top.neckline[:, 1].min()))
    cuff = float(np.mean([arm.cuff for arm in arms.values()])) if sleeved else 0.0
    sleeve: Sleeve = (
        "none" if not sleeved else "short" if cuff < SHORT_BELOW else "long" if cuff > LONG_ABOVE else "elbow"
    )
    neckline = Neckline(top.neckline, False, 1.0 - top.hidden, top.has_collar)
    return UpperLandmarks(points, neckline, sleeve, polygons, False, QUALITY * (1.0 - 0.5 * top.hidden))


def sleeve_areas(figure: Figure, cloth: Mask) -> dict[Side, Mask]:
    """Where each sleeve can be, generously; nothing of a sleeveless garment."""
    areas: dict[Side, Mask] = {}
    if any(arm.cuff <= SLEEVE_FROM for arm in figure.arms.values()):
        return areas
    for side, arm in figure.arms.items():
        ring = sleeve_polygon(arm, figure.shoulder_tip[side], _armpit(figure, cloth, side, True), *GENEROUS)
        areas[side] = filled([ring], cloth.shape)
    return areas


def _on_the_cloth(cloth: Mask, tip: Points, unit: float) -> Points:
    """The shoulder's tip moved up or down onto the garment's outline, where that is near."""
    reach = TIP_SLACK * unit
    column = cloth[:, int(np.clip(round(float(tip[0])), 0, cloth.shape[1] - 1))]
    first = float(column.argmax()) + INSIDE * unit
    near = column.any() and abs(first - float(tip[1])) < reach
    return np.asarray([tip[0], first if near else tip[1]], np.float32)


def _armpit(figure: Figure, cloth: Mask, side: Side, sleeved: bool) -> Points:
    level = figure.level_of(figure.shoulder_tip[side])
    if sleeved:
        arm = figure.arms[side]
        edge = arm.path + arm.inward * arm.inner[:, None]
        along = (edge - figure.shoulder_middle) @ figure.down / figure.torso_length
        below = np.flatnonzero(along > level + ARMPIT_BELOW_TIP)
        return np.asarray(edge[below[0] if below.size else len(edge) // 3], np.float32)
    sign = 1.0 if side == "left" else -1.0
    levels = np.linspace(level + ARMHOLE[0], level + ARMHOLE[1], 28)
    halves = np.asarray([_half_width(figure, cloth, at, sign) for at in levels])
    begin = int(np.argmax(halves >= FULL_WIDTH * halves.max()))
    return figure.at_level(float(levels[begin])) + figure.across * np.float32(sign * halves[begin])


def _half_width(figure: Figure, cloth: Mask, level: float, sign: float) -> float:
    """Pixels from the axis to the garment's outermost pixel at a torso level."""
    reach = np.arange(0.0, 0.9 * figure.unit, 1.0)
    spots = figure.at_level(level) + np.outer(sign * reach, figure.across)
    inside = np.flatnonzero(_taken(cloth, spots))
    return float(reach[inside[-1]]) if inside.size else 0.0


def _taken(mask: Mask, spots: NDArray[np.floating]) -> Mask:
    height, width = mask.shape
    x, y = np.rint(spots[:, 0]).astype(int), np.rint(spots[:, 1]).astype(int)
    framed = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return mask[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] & framed


def _sleeve(arm: Arm, tip: Points, armpit: Points) -> tuple[dict[str, Points], Points]:
    """Elbow and cuff of a sleeve, and its polygon from the shoulder round the cuff to the armpit."""
    end = min(arm.cuff, 1.0)
    middle = ELBOW if end > LONG_ABOVE else end / 2
    outer, inner = arm.path + arm.outward * arm.outer[:, None], arm.path + arm.inward * arm.inner[:, None]

    def at(line: Points, station: float) -> Points:
        return np.asarray([np.interp(station, ARM_STATIONS, line[:, k]) for k in (0, 1)], np.float32)

    limb = {
        "elbow_outer": at(outer, middle),
        "elbow_inner": at(inner, max(middle, 0.5 * (_station(inner, armpit) + end) if end < LONG_ABOVE else middle)),
        "cuff_outer": at(outer, end),
        "cuff_inner": at(inner, end),
    }
    return limb, sleeve_polygon(arm, tip, armpit, 0.12, 0.0)


def sleeve_polygon(arm: Arm, tip: Points, armpit: Points, wider: float, inwards: float) -> Points:
    """From the shoulder round the cuff to the armpit; wider than seen by shares of the sleeve's width."""
    end = min(arm.cuff, 1.0)
    outer, inner = arm.path + arm.outward * arm.outer[:, None], arm.path + arm.inward * arm.inner[:, None]
    across, beyond = outer - inner, (arm.path[-1] - arm.path[-2]) * BEYOND_CUFF
    seen = (ARM_STATIONS > 0.04) & (end > ARM_STATIONS)
    under = seen & (_station(inner, armpit) < ARM_STATIONS)
    outer, inner = outer + wider * across, inner - inwards * across
    last = int(np.flatnonzero(seen)[-1])
    outside = [tip + (tip - armpit) * 0.08, *outer[seen], outer[last] + beyond]
    inside = [inner[last] + beyond, *inner[under][::-1], armpit]
    return np.asarray([*outside, *inside], np.float32)


def _station(line: Points, point: Points) -> float:
    return float(ARM_STATIONS[np.linalg.norm(line - point, axis=1).argmin()])


def _hem(figure: Figure, torso: Mask, armpit: dict[Side, Points]) -> dict[str, tuple[float, float]]:
    """Corners and middle of the hem, and the waist half way to it."""
    points = {"hem_middle": (float(figure.hip_middle[0]), _lowest(torso, figure.hip_middle[0], figure.unit))}
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        aside = float(figure.hip_middle[0] + sign * 0.3 * figure.unit)
        bottom = _lowest(torso, aside, figure.unit)
        x = _outermost(torso, bottom - HEM_ABOVE_END * figure.unit, sign, float(figure.bare[side][-1]), figure)
        points[f"hem_{side}"] = (_with_hem_above(torso, x, bottom, sign, figure), bottom)
        waist = 0.5 * (float(armpit[side][1]) + bottom)
        usual = float(np.interp(0.65, np.linspace(0, 1.5, len(figure.bare[side])), figure.bare[side]))
        points[f"waist_{side}"] = (_outermost(torso, waist, sign, usual, figure), waist)
    return points


def filled(rings: list[Points], shape: tuple[int, ...]) -> Mask:
    """Inside any of the rings."""
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [np.rint(ring).astype(np.int32) for ring in rings], 1)
    # One pixel more, as when the parts are labelled.
    return np.asarray(cv2.dilate(canvas, np.ones((3, 3), np.uint8)) > 0)


def _lowest(torso: Mask, x: float, unit: float) -> float:
    """The garment's lower end in the columns around x."""
    reach = max(2, round(0.06 * unit))
    columns = torso[:, max(0, int(x) - reach) : int(x) + reach + 1]
    rows = np.flatnonzero(columns.any(axis=1))
    ends = [np.flatnonzero(column)[-1] for column in columns.T if column.any()]
    return float(np.median(ends)) if rows.size else float(torso.shape[0] - 1)


def _with_hem_above(torso: Mask, x: float, bottom: float, sign: float, figure: Figure) -> float:
    """The nearest column inwards in which the torso reaches down to the hem: at a sleeve's edge it ends higher."""
    inwards = np.arange(x, figure.hip_middle[0], -sign)
    columns = np.clip(np.rint(inwards).astype(int), 0, torso.shape[1] - 1)
    ends = len(torso) - 1 - torso[::-1, columns].argmax(axis=0)
    reaches = torso[:, columns].any(axis=0) & (ends > bottom - 2 * HEM_ABOVE_END * figure.unit)
    return float(inwards[int(np.argmax(reaches))]) if reaches.any() else x


def _outermost(torso: Mask, y: float, sign: float, usual: float, figure: Figure) -> float:
    """The column at which the garment ends in a row, going out from the axis to the first gap."""
    row = torso[int(np.clip(y, 0, torso.shape[0] - 1))]
    middle = float(figure.at_level(figure.level_of(np.asarray([figure.hip_middle[0], y], np.float32)))[0])
    columns = np.flatnonzero(row)
    columns = columns[sign * (columns - middle) > 0][:: int(sign)]
    gaps = np.flatnonzero(np.abs(np.diff(columns)) > GAP_UNITS * figure.unit)
    end = columns[gaps[0]] if gaps.size else columns[-1] if columns.size else middle
    return float(end) if sign * (end - middle) > LEAST_HALF * usual else middle + sign * usual


def _spot(point: Points) -> tuple[float, float]:
    return float(point[0]), float(point[1])
