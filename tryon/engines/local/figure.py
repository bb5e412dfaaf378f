"""The figure under the clothes: torso and arm outlines measured along rays from the skeleton.

Lengths are given in `unit`s, the distance between the shoulder joints of a person seen from the front: it stays
meaningful when the photo is turned a little or the arms are spread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, PersonAnalysis, Points, Side
from tryon.engines.local.figure_arms import Arm, measure_arm
from tryon.engines.local.figure_neck import chin_of, neck_roots, shoulder_tip_of
from tryon.engines.local.raster import among, tube_outline
from tryon.engines.local.rays import Mask, Widths, ray_lengths, sample

TORSO_LEVELS: Final[Widths] = np.linspace(0.0, 1.5, 31).astype(np.float32)
"""Levels at which the torso is measured: 0 is the line through the shoulder joints, 1 the line through the hips."""

BODY_HALF: Final[Widths] = np.interp(TORSO_LEVELS, [0.0, 0.3, 0.65, 1.0, 1.5], [0.50, 0.46, 0.38, 0.49, 0.48]).astype(
    np.float32
)
"""Half widths of a torso without arms in units, from photos of close-fitting tops."""

USUAL_BUILD: Final = 1.06
NARROW_PERCENTILE: Final = 35
SURE_LEVELS: Final = 10
BULGE: Final = 1.15
"""A body is this many times as wide as BODY_HALF where it can't be seen; what is seen of one side tells it by this
percentile, for sure from so many levels on; under clothes no level is so many times wider still."""

LEAST_AT_SKIN: Final = 0.75
"""Share of a usual half width from which the torso may end at a limb; nearer to the middle a hand lies before it."""

UNEVEN: Final = 1.2
"""One side is at most so many times as wide as the other, for bodies turned a little."""

TORSO_LENGTHS_PER_UNIT: Final = 1.5
"""Shoulder line to hip line of a person seen from the front, in units; guards `unit` where the body is turned."""
LEAST_GIRDLE: Final = 0.5
"""Units: where the shoulder joints are nearer to each other, seen from the side, the slope of their line tells less."""
_MAX_TORSO_HALF = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    unit: float
    shoulder_middle: Points
    """(2,)"""
    hip_middle: Points
    """(2,)"""
    down: Points
    """(2,) unit vector from the shoulders to the hips; `across` is at right angles, to the picture's right."""
    across: Points
    torso_length: float
    """Pixels from shoulder line to hip line."""
    silhouette: Mapping[Side, Widths]
    """(31,) pixels from the axis to the outline of torso and old clothes without the arms, NaN where unseen."""
    to_arm: Mapping[Side, Widths]
    """(31,) pixels from the axis to an arm that hangs before or close beside the torso, NaN where there is a gap."""
    bare: Mapping[Side, Widths]
    """(31,) pixels from the axis to the body believed to be under the clothes."""
    dressed: Widths
    """(31,) 0..1, share of the torso's width that the old top covers at TORSO_LEVELS."""
    arms: Mapping[Side, Arm]
    shoulder_tip: Mapping[Side, Points]
    """(2,) where a shoulder seam ends: on the silhouette above the shoulder joint."""
    neck_root: Mapping[Side, Points]
    """(2,) where the side of the neck meets the shoulder, the natural place of a neckline's end."""
    chin: Points
    """(2,)"""

    def at_level(self, level: float) -> Points:
        """The point of the body's axis at a torso level."""
        return self.shoulder_middle + self.down * np.float32(level * self.torso_length)

    def level_of(self, point: Points) -> float:
        return float(np.dot(np.asarray(point) - self.shoulder_middle, self.down) / self.torso_length)


def measure_figure(person: PersonAnalysis) -> Figure:
    """Measure the body; needs shoulders and hips, which may lie a little outside the picture."""
    points = person.pose.points
    left, right = points[Joint.LEFT_SHOULDER], points[Joint.RIGHT_SHOULDER]
    shoulders = ((left + right) / 2).astype(np.float32)
    hips = ((points[Joint.LEFT_HIP] + points[Joint.RIGHT_HIP]) / 2).astype(np.float32)
    torso_length = float(np.linalg.norm(hips - shoulders))
    unit = max(float(np.linalg.norm(left - right)), torso_length / TORSO_LENGTHS_PER_UNIT * 0.9)
    down = ((hips - shoulders) / torso_length).astype(np.float32)
    across = np.asarray([down[1], -down[0]], np.float32)
    solid = _solid(person)
    chin = chin_of(person)
    # A neck stands on the shoulders: where one is raised, its sides are as uneven as they are.
    girdle = (left - right) / max(float(np.linalg.norm(left - right)), LEAST_GIRDLE * unit)
    root = neck_roots(person, solid, chin, shoulders, girdle.astype(np.float32), unit)
    tip = {side: shoulder_tip_of(person, solid, side, root[side], unit) for side in SIDES}
    arms = {side: measure_arm(person, solid, side, tip[side], unit) for side in SIDES}
    axis = shoulders + TORSO_LEVELS[:, None] * (down * torso_length)
    dressed = _dressed(person, axis, across, unit)
    silhouette, to_arm, bare = _measure_torso(person, solid, arms, axis, across, unit, dressed)
    return Figure(
        unit, shoulders, hips, down, across, torso_length, silhouette, to_arm, bare, dressed, arms, tip, root, chin
    )


def _solid(person: PersonAnalysis) -> Mask:
    """The person without carried things."""
    return (person.matte > 0.5) & (person.labels != BodyLabel.CARRIED)


def _measure_torso(
    person: PersonAnalysis,
    solid: Mask,
    arms: Mapping[Side, Arm],
    axis: Points,
    across: Points,
    unit: float,
    dressed: Widths,
) -> tuple[dict[Side, Widths], dict[Side, Widths], dict[Side, Widths]]:
    """Outline of what is worn on the torso, the arms beside it, and the body below it, left and right of the axis."""
    hidden = np.zeros(solid.shape, np.uint8)
    for arm in arms.values():
        outline = tube_outline(arm.path, arm.outward * arm.outer[:, None], arm.inward * arm.inner[:, None] * 0.9)
        cv2.fillPoly(hidden, [np.rint(outline).astype(np.int32)], 255)
    limb = among(person.labels, (BodyLabel.ARM, BodyLabel.HAND))
    torso = solid & ~limb
    silhouette: dict[Side, Widths] = {}
    beside: dict[Side, Widths] = {}
    expected = BODY_HALF * unit
    for side in SIDES:
        ray = np.broadcast_to(across if side == "left" else -across, axis.shape)
        length = ray_lengths(torso, axis, ray, _MAX_TORSO_HALF * unit)
        to_arm = ray_lengths(hidden == 0, axis, ray, _MAX_TORSO_HALF * unit)
        at_skin = sample(limb, axis + ray * (np.nan_to_num(length) + 2)[:, None])
        through_arm = (to_arm < length - 2) & ~at_skin
        before_it = at_skin & (length < LEAST_AT_SKIN * expected)
        length[through_arm | before_it | (length < 0.45 * expected) | (TORSO_LEVELS < 0.2)] = np.nan
        silhouette[side] = length
        beside[side] = np.where(through_arm, to_arm, np.nan).astype(np.float32)
    build = {side: _build(silhouette[side], expected) for side in SIDES}
    even = {side: min(build[side], UNEVEN * min(build.values())) for side in SIDES}
    bare = {side: _body_half(silhouette[side], expected, dressed, even[side]) for side in SIDES}
    return silhouette, beside, bare


def _build(seen: Widths, expected: Widths) -> float:
    """How many times as wide as expected the body is: clothes only add, so that the narrower of what is seen tells
    most."""
    known = np.isfinite(seen)
    if not known.any():
        return USUAL_BUILD
    narrow = float(np.clip(np.percentile(seen[known] / expected[known], NARROW_PERCENTILE), 0.8, 1.5))
    return USUAL_BUILD + (narrow - USUAL_BUILD) * min(float(known.sum()) / SURE_LEVELS, 1.0)


def _body_half(seen: Widths, expected: Widths, dressed: Widths, ratio: float) -> Widths:
    """Half widths of the body itself, under clothes not much wider than its build."""
    known = np.isfinite(seen)
    widest = expected * np.where(dressed > 0.5, ratio * BULGE, 1.6)
    return np.where(known, np.minimum(np.nan_to_num(seen), widest), expected * ratio).astype(np.float32)


def _dressed(person: PersonAnalysis, axis: Points, across: Points, unit: float) -> Widths:
    top = person.labels == BodyLabel.TOP
    steps = np.linspace(-0.3, 0.3, 13) * unit
    return np.mean([sample(top, axis + across * step) for step in steps], axis=0).astype(np.float32)
