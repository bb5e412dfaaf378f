"""The garment's outline in its own picture, sampled at the same places as the target on the figure."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, GarmentAnalysis, GarmentPart, Points, Side

SIDE_STEPS = np.linspace(0.0, 1.0, 9).astype(np.float32)
"""Fractions of the way from armpit to hem at which the sides correspond."""

SHOULDER_STEPS = np.asarray([0.33, 0.67], np.float32)
"""Fractions of the way from neck to shoulder at which the shoulder seams correspond."""

HEM_STEPS = np.linspace(0.0, 1.0, 9).astype(np.float32)
"""Fractions of the way along the hem, from the wearer's right to the left."""

FLAT_PER_WORN = 1.3
"""A garment laid flat is usually this many times as wide as it looks on a model, for it goes around the body."""

HIGHEST_HEM = 0.25
"""Of the picture's width: a hem curves up by less."""

RIBS = 13
"""Cross sections of a sleeve, from the armhole to the cuff."""

RIB_SHARES = np.linspace(0.0, 1.0, RIBS) ** 1.15
"""How far down the sleeve each is: nearer to each other at its head, where the shoulder is round."""

SLEEVE_PART = {"left": GarmentPart.LEFT_SLEEVE, "right": GarmentPart.RIGHT_SLEEVE}


@dataclass(frozen=True, slots=True)
class SleeveOutline:
    """(RIBS, 2) each: rib i runs from inner[i] to outer[i]; rib 0 is the armhole, from armpit to shoulder."""

    outer: Points
    inner: Points
    flat_per_seen: float = 1.0
    """How many times wider the sleeve is laid flat than it is seen: more than 1 on a model's arm."""

    @property
    def middle(self) -> Points:
        return ((self.outer + self.inner) / 2).astype(np.float32)

    @property
    def half_widths(self) -> NDArray[np.float32]:
        """(RIBS,) half of the sleeve's flat width at right angles to it: near the armhole ribs run aslant."""
        along = np.gradient(self.middle, axis=0)
        along = cv2.blur(along, (1, 5), borderType=cv2.BORDER_REPLICATE)
        rib = self.outer - self.inner
        across = np.abs(rib[:, 0] * along[:, 1] - rib[:, 1] * along[:, 0])
        across /= np.maximum(np.linalg.norm(along, axis=1), 1e-3)
        return (across * (self.flat_per_seen / 2)).astype(np.float32)

    @property
    def inner_length(self) -> float:
        """From armpit to cuff along the inner edge."""
        return float(np.linalg.norm(np.diff(self.inner, axis=0), axis=1).sum())

    @property
    def outer_length(self) -> float:
        """From shoulder to cuff along the outer edge."""
        return float(np.linalg.norm(np.diff(self.outer, axis=0), axis=1).sum())


@dataclass(frozen=True, slots=True)
class Pattern:
    neck: Mapping[Side, Points]
    shoulder: Mapping[Side, Points]
    shoulder_line: Mapping[Side, Points]
    """(2, 2) on the garment's upper outline at SHOULDER_STEPS."""
    armpit: Mapping[Side, Points]
    sides: Mapping[Side, Points]
    """(9, 2) outline of the torso at SIDE_STEPS."""
    hem: Points
    """(9, 2) outline of the hem at HEM_STEPS."""
    neck_front: Points
    neckline: Points
    sleeves: Mapping[Side, SleeveOutline]
    """Empty for a sleeveless garment."""
    on_model: bool = False
    """The garment was cut off a model."""
    bare_shoulders: bool = False
    """Its upper edge goes level around arms or chest."""
    on_straps: bool = False
    """Held by straps that were taken off: its neck and shoulder points are at their feet."""
    has_collar: bool = False
    """A collar stands up beside the neck."""

    @property
    def shoulder_width(self) -> float:
        return float(np.linalg.norm(self.shoulder["left"] - self.shoulder["right"]))

    @property
    def neck_width(self) -> float:
        return float(np.linalg.norm(self.neck["left"] - self.neck["right"]))

    @property
    def chest_width(self) -> float:
        return float(np.linalg.norm(self.armpit["left"] - self.armpit["right"]))

    @property
    def middle(self) -> Points:
        """(2,) between the neck points."""
        return ((self.neck["left"] + self.neck["right"]) / 2).astype(np.float32)

    @property
    def length(self) -> float:
        """Neck points to hem, pixels of the garment's picture."""
        return float(np.median(self.hem[2:-2, 1]) - self.middle[1])

    @property
    def side_length(self) -> float:
        """Neck points to the ends of the side seams, above any shirt tail."""
        return float(np.mean([self.sides[side][-1][1] for side in SIDES]) - self.middle[1])

    def half_width(self) -> NDArray[np.float32]:
        """(9,) half of the torso's flat width at SIDE_STEPS."""
        flat_per_seen = FLAT_PER_WORN if self.on_model else 1.0
        return ((self.sides["left"][:, 0] - self.sides["right"][:, 0]) * (flat_per_seen / 2)).astype(np.float32)


def read_pattern(garment: GarmentAnalysis) -> Pattern:
    """Sample the outline of a top or an outer garment."""
    point = {name: np.asarray(xy, np.float32) for name, xy in garment.points.items()}
    torso = (garment.opacity > 0.5) & (garment.parts == GarmentPart.TORSO)
    named = {name: {side: point[f"{name}_{side}"] for side in SIDES} for name in ("neck", "shoulder", "armpit", "hem")}
    sides = {side: _side(torso, named["armpit"][side], named["hem"][side], side) for side in SIDES}
    seams = {side: _shoulder_line(garment, named["neck"][side], named["shoulder"][side]) for side in SIDES}
    hem = _hem(torso, sides["right"][-1], sides["left"][-1])
    sleeves = {} if garment.sleeve == "none" else {side: _sleeve(garment, point, side) for side in SIDES}
    return Pattern(
        neck=named["neck"],
        shoulder=named["shoulder"],
        shoulder_line=seams,
        armpit=named["armpit"],
        sides=sides,
        hem=hem,
        neck_front=point["neck_front"],
        neckline=garment.neckline,
        sleeves=sleeves,
        on_model=garment.on_model,
        bare_shoulders=garment.bare_shoulders,
        on_straps=garment.straps is not None,
        has_collar=bool((garment.parts == GarmentPart.COLLAR).any()),
    )


def _shoulder_line(garment: GarmentAnalysis, neck: Points, shoulder: Points) -> Points:
    """The garment's upper edge between neck and shoulder."""
    line = neck + (shoulder - neck) * SHOULDER_STEPS[:, None]
    reach = 0.25 * abs(float(shoulder[0] - neck[0]))
    height, width = garment.opacity.shape
    for point in line:
        start = int(np.clip(point[1] - reach, 0, height - 1))
        stop = int(np.clip(point[1] + reach, start + 1, height))
        run = garment.opacity[start:stop, int(np.clip(point[0], 0, width - 1))] > 0.5
        if run.any():
            point[1] = start + int(run.argmax())
    return line.astype(np.float32)


def _side(torso: NDArray[np.bool_], armpit: Points, hem: Points, side: Side) -> Points:
    """The torso's outline from armpit to hem, read row by row."""
    ys = armpit[1] + (hem[1] - armpit[1]) * SIDE_STEPS
    straight = armpit[0] + (hem[0] - armpit[0]) * SIDE_STEPS
    slack = 0.16 * abs(hem[1] - armpit[1]) + 4.0
    outward = (1 if side == "left" else -1) * np.arange(-round(slack), round(slack) + 1)
    xs = []
    for y, guess in zip(ys, straight, strict=True):
        columns = np.clip(np.rint(guess) + outward, 0, torso.shape[1] - 1).astype(int)
        inside = torso[int(np.clip(y, 0, torso.shape[0] - 1)), columns]
        # What is beyond a gap, between torso and sleeve, is none of the torso.
        ends = np.flatnonzero(~inside & (np.arange(len(inside)) > int(inside.argmax())))
        seen = columns[max(int(ends[0]) - 1, 0)] if ends.size else columns[-1]
        xs.append(float(seen) if inside.any() else float(guess))
    xs[0], xs[-1] = float(armpit[0]), float(hem[0])
    smooth = cv2.GaussianBlur(np.asarray([xs], np.float32), (0, 0), 0.7, borderType=cv2.BORDER_REPLICATE)[0]
    smooth[0], smooth[-1] = xs[0], xs[-1]
    return np.stack([smooth, ys], axis=1).astype(np.float32)


def _hem(torso: NDArray[np.bool_], right: Points, left: Points) -> Points:
    """The lowest row of the torso in columns from the wearer's right to the left."""
    width = torso.shape[1]
    inset = (left - right) * 0.02
    line = (right + inset) + ((left - inset) - (right + inset)) * HEM_STEPS[:, None]
    lowest = []
    for x, y in line:
        rows = np.flatnonzero(torso[:, int(np.clip(x, 0, width - 1))])
        # Between the fronts of an open jacket the hem is where it would be were they closed.
        lowest.append(float(rows[-1]) if rows.size and rows[-1] > y - HIGHEST_HEM * width else float(y))
    smooth = cv2.medianBlur(np.asarray(lowest, np.float32).reshape(-1, 1), 3).ravel()
    return np.stack([line[:, 0], smooth], axis=1).astype(np.float32)


def _sleeve(garment: GarmentAnalysis, point: Mapping[str, Points], side: Side) -> SleeveOutline:
    outer = _polyline(point, ("shoulder", "elbow_outer", "cuff_outer"), side)
    inner = _polyline(point, ("armpit", "elbow_inner", "cuff_inner"), side)
    whole = garment.opacity > 0.5
    own = whole & (garment.parts == SLEEVE_PART[side])
    for i in range(1, RIBS):
        outer[i], inner[i] = _fit_rib(whole, own, outer[i], inner[i])
    blur = {"ksize": (0, 0), "sigmaX": 0.01, "sigmaY": 0.8, "borderType": cv2.BORDER_REPLICATE}
    ends = (outer[[0, -1]].copy(), inner[[0, -1]].copy())
    outer, inner = (cv2.GaussianBlur(line, **blur) for line in (outer, inner))  # type: ignore[call-overload]
    outer[[0, -1]], inner[[0, -1]] = ends
    return SleeveOutline(outer, inner, FLAT_PER_WORN if garment.on_model else 1.0)


def _polyline(point: Mapping[str, Points], names: tuple[str, ...], side: Side) -> Points:
    """RIBS points at RIB_SHARES along the named landmarks."""
    corners = np.asarray([point[f"{name}_{side}"] for name in names if f"{name}_{side}" in point], np.float32)
    steps = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = along[-1] * RIB_SHARES
    return np.stack([np.interp(at, along, corners[:, i]) for i in (0, 1)], axis=1).astype(np.float32)


def _fit_rib(
    garment: NDArray[np.bool_], sleeve: NDArray[np.bool_], outer: Points, inner: Points
) -> tuple[Points, Points]:
    """Move a rib's ends onto the outline: the garment's on the outer side, the sleeve's where it meets the torso."""
    middle, half = ((outer + inner) / 2).astype(np.float32), ((outer - inner) / 2).astype(np.float32)
    reach = np.linspace(-0.4, 1.8, 111, dtype=np.float32)
    beyond = np.flatnonzero(_along(garment, middle, half, reach))
    outward = float(np.clip(reach[beyond[-1]], -0.3, 1.6)) if beyond.size else 1.0
    reach = reach[reach >= 0]
    inside = _along(sleeve, middle, -half, reach)
    left = np.flatnonzero(~inside)
    inward = float(np.clip(reach[left[0]] if left.size else 1.8, 0.6, 1.6)) if inside[0] else 1.0
    return (middle + half * outward).astype(np.float32), (middle - half * inward).astype(np.float32)


def _along(mask: NDArray[np.bool_], start: Points, step: Points, reach: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The mask on the line from `start`, at so many times `step`."""
    line = start + step * reach[:, None]
    x = np.clip(np.rint(line[:, 0]).astype(int), 0, mask.shape[1] - 1)
    y = np.clip(np.rint(line[:, 1]).astype(int), 0, mask.shape[0] - 1)
    return mask[y, x]
