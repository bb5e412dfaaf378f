"""An arm measured along rays from its middle line: what is worn on it, the arm itself, sleeve and pocket."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis, Points, Side, joint_of
from tryon.engines.local.raster import among
from tryon.engines.local.rays import Mask, Widths, ray_lengths, sample, share_along, smooth_along, trusted

ARM_STATIONS: Final[Widths] = np.linspace(0.0, 1.0, 21).astype(np.float32)
"""Stations along the arm: 0 the shoulder joint, 0.5 the elbow, 1 the wrist."""

BARE_ARM: Final[Widths] = np.interp(
    ARM_STATIONS,
    [0.0, 0.15, 0.3, 0.45, 0.5, 0.6, 0.75, 0.9, 1.0],
    [0.145, 0.138, 0.119, 0.109, 0.11, 0.116, 0.098, 0.075, 0.068],
).astype(np.float32)
"""Half widths of a bare arm in units, from photos of bare arms."""

DELTOID_STATION: Final = 0.3
"""Down to this station the shoulder's roundness is part of the arm's outer side."""

HAND_REACH: Final = 0.25
"""A hand that is seen begins this near (units) to its wrist."""

EARLIEST_POCKET: Final = 0.7
"""No pocket reaches up to stations before this."""
UPPER_ARM: Final = 0.35
"""Down to this station every sleeve covers the arm somewhere."""
SEEN_BESIDE: Final = 2.0
"""Half widths of an arm to each side of its middle line where it is looked for."""
SLEEVED: Final = 0.06
"""Share of that width up to which the arm itself may be seen where a sleeve covers it: none under a sleeve, a seventh
and more where a sleeveless top or dress hides a part of it."""
_MAX_ARM_HALF = 0.36


@dataclass(frozen=True, slots=True)
class Arm:
    path: Points
    """(21, 2) the arm's middle line at ARM_STATIONS."""
    outward: Points
    """(21, 2) unit vectors to the arm's outer side; at the shoulder they turn up to the end of the shoulder seam."""
    inward: Points
    """(21, 2) unit vectors across the arm to its inner side, towards the body when the arm hangs."""
    outer: Widths
    """(21,) pixels from the middle line to the outer silhouette, clothes included."""
    inner: Widths
    """(21,) the same towards the body."""
    bare_outer: Widths
    """(21,) pixels to the skin: measured where the arm is bare, else the arm expected under the sleeve."""
    bare_inner: Widths
    covered: Widths
    """(21,) 0..1, share of the arm's middle that is under the old top."""
    cuff: float
    """The station at which the old sleeve ends, up to 1.2 where it reaches over the hand; 0 without a sleeve."""
    length: float
    """Shoulder to wrist, pixels."""
    in_pocket: float = np.inf
    """The station from which on the arm is hidden in a pocket; infinite where it is not."""


def arm_path(shoulder: Points, elbow: Points, wrist: Points, stations: NDArray[np.floating]) -> Points:
    """Points at `stations` (0 shoulder, 0.5 elbow, 1 wrist) of the arm's middle line, rounded at the elbow."""
    fine = np.linspace(-0.2, 1.2, 141)
    t = fine[:, None]
    line = np.where(t < 0.5, shoulder + (elbow - shoulder) * (2 * t), elbow + (wrist - elbow) * (2 * t - 1))
    round_ = cv2.GaussianBlur(line.astype(np.float32), (1, 0), sigmaX=0.01, sigmaY=7.0)
    return np.stack([np.interp(stations, fine, round_[:, i]) for i in (0, 1)], axis=1).astype(np.float32)


def outward_normals(path: Points, side: Side) -> Points:
    """Unit vectors across a path that runs from shoulder to wrist, away from the body when the arm hangs."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-6)
    sign = 1.0 if side == "left" else -1.0
    return (np.stack([tangent[:, 1], -tangent[:, 0]], axis=1) * sign).astype(np.float32)


def measure_arm(person: PersonAnalysis, solid: Mask, side: Side, tip: Points, unit: float) -> Arm:
    joints = [joint_of(person, side, name) for name in ("SHOULDER", "ELBOW", "WRIST")]
    path = arm_path(joints[0], joints[1], joints[2], ARM_STATIONS)
    inward = -outward_normals(path, side)
    outward = _turned_to_shoulder(-inward, tip - joints[0])
    reach = _MAX_ARM_HALF * unit
    expected = (BARE_ARM * unit * _arm_scale(joints, unit)).astype(np.float32)
    outer = trusted(ray_lengths(solid, path, outward, reach), expected)
    skin = among(person.labels, (BodyLabel.ARM, BodyLabel.HAND))
    inner_seen = ray_lengths(solid, path, inward, reach)
    inner_skin = ray_lengths(skin, path, inward, reach)
    bared = np.isfinite(inner_skin) & (inner_skin > 0.3 * expected)
    inner = np.where(bared, inner_skin, inner_seen)
    inner = trusted(np.where(np.isfinite(inner) & (inner < 1.8 * outer), inner, np.nan).astype(np.float32), outer)
    covered = share_along(person.labels == BodyLabel.TOP, path, outward, expected)
    skin_share = share_along(person.labels == BodyLabel.ARM, path, outward, expected)
    bare_out, bare_in = (_bare_half(width, expected, skin_share > 0.6) for width in (outer, inner))
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    if has_sleeve(person.labels, path, outward, expected, covered):
        cuff = _cuff(person, path, outward, expected, covered)
    else:
        covered, cuff = np.zeros_like(covered), 0.0
    pocket = _in_pocket(person, path, unit)
    return Arm(path, outward, inward, outer, inner, bare_out, bare_in, covered, cuff, length, pocket)


def _in_pocket(person: PersonAnalysis, path: Points, unit: float) -> float:
    """The station at which an arm without a hand to be seen goes behind the trousers' cloth."""
    rows, columns = np.nonzero(person.labels == BodyLabel.HAND)
    if len(rows) and np.hypot(columns - path[-1, 0], rows - path[-1, 1]).min() < HAND_REACH * unit:
        return np.inf
    free = np.flatnonzero(~sample(person.labels == BodyLabel.BOTTOM, path))
    last = int(free[-1]) if free.size else 0
    return float(ARM_STATIONS[last]) if ARM_STATIONS[last] > EARLIEST_POCKET and last < len(path) - 1 else np.inf


def _turned_to_shoulder(outward: Points, to_tip: Points) -> Points:
    """At the shoulder the arm's outer side turns over the top, from across the arm to the end of the shoulder seam."""
    share = np.clip(1.0 - ARM_STATIONS / DELTOID_STATION, 0.0, 1.0)[:, None] ** 1.3
    turned = outward * (1.0 - share) + to_tip / max(float(np.linalg.norm(to_tip)), 1e-3) * share
    return (turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-3)).astype(np.float32)


def has_sleeve(labels: LabelMap, path: Points, outward: Points, expected: Widths, covered: Widths) -> bool:
    """Whether the old top covers the upper arm in all its width; it may hide a part of an arm that hangs behind it."""
    upper = (ARM_STATIONS <= UPPER_ARM) & (covered > 0.5)
    arm = among(labels, (BodyLabel.ARM, BodyLabel.HAND))
    steps = np.linspace(-SEEN_BESIDE, SEEN_BESIDE, 21, dtype=np.float32)
    seen = np.mean([sample(arm, path + outward * (expected * step)[:, None]) for step in steps], axis=0)
    return bool((seen[upper] < SLEEVED).any())


def _cuff(person: PersonAnalysis, path: Points, outward: Points, expected: Widths, covered: Widths) -> float:
    """The last station under the old top, looked for a little beyond the wrist too."""
    beyond = np.linspace(0.0, 0.2, 9)[1:]
    step = (path[-1] - path[-3]) / (2 * (ARM_STATIONS[1] - ARM_STATIONS[0]))
    further = (path[-1] + beyond[:, None] * step).astype(np.float32)
    across = np.broadcast_to(outward[-1], further.shape)
    more = share_along(person.labels == BodyLabel.TOP, further, across, np.full(len(beyond), expected[-1], np.float32))
    stations = np.concatenate([ARM_STATIONS, 1.0 + beyond])
    worn = np.concatenate([covered, more]) > 0.5
    ends = np.flatnonzero(worn)
    return float(stations[ends[-1]]) if ends.size else 0.0


def _arm_scale(joints: list[Points], unit: float) -> float:
    """Arms that point at the camera look shorter, not thinner; very short arms belong to a smaller body."""
    length = float(np.linalg.norm(joints[1] - joints[0]) + np.linalg.norm(joints[2] - joints[1]))
    return float(np.clip(length / (1.55 * unit), 0.9, 1.08))


def _bare_half(seen: Widths, expected: Widths, bare: Mask) -> Widths:
    """Half widths of the arm itself: what is seen where it is bare, scaled expectation where it is covered."""
    # Next to a sleeve's hem the hem's flare is measured, not the arm.
    bare = np.convolve(bare, np.ones(5), "same") > 4.5 - (np.arange(len(bare)) >= len(bare) - 2)
    stations = np.flatnonzero(bare)
    ratio = np.ones(len(seen))
    if len(stations) >= 3:
        ratio = np.interp(np.arange(len(seen)), stations, smooth_along(seen[bare] / expected[bare], 2.0))
    ratio = np.clip(ratio, 0.7, 1.5)
    hidden = np.minimum(expected * ratio, np.maximum(seen * 0.92, expected * 0.6))
    weight = smooth_along((~bare).astype(np.float32), 1.5)
    return (seen * (1 - weight) + hidden * weight).astype(np.float32)
