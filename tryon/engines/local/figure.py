"""The figure under the clothes: torso and arm outlines measured along rays from the skeleton.

Lengths are given in `unit`s, the distance between the shoulder joints of a person seen from the front: it stays
meaningful when the photo is turned a little or the arms are spread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, Opacity, PersonAnalysis, Points
from tryon.engines.local.raster import among

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("right", "left")
"""Wearer's sides in the order they appear in a front view, from the picture's left to its right."""

Widths = NDArray[np.float32]
Mask = NDArray[np.bool_]

TORSO_LEVELS: Final[Widths] = np.linspace(0.0, 1.5, 31).astype(np.float32)
"""Levels at which the torso is measured: 0 is the line through the shoulder joints, 1 the line through the hips."""

ARM_STATIONS: Final[Widths] = np.linspace(0.0, 1.0, 21).astype(np.float32)
"""Stations along the arm: 0 the shoulder joint, 0.5 the elbow, 1 the wrist."""

BARE_ARM: Final[Widths] = np.interp(
    ARM_STATIONS,
    [0.0, 0.15, 0.3, 0.45, 0.5, 0.6, 0.75, 0.9, 1.0],
    [0.145, 0.138, 0.119, 0.109, 0.11, 0.116, 0.098, 0.075, 0.068],
).astype(np.float32)
"""Half widths of a bare arm in units, from photos of bare arms."""

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

UNEVEN: Final = 1.2
"""One side is at most so many times as wide as the other, for bodies turned a little."""

TORSO_LENGTHS_PER_UNIT: Final = 1.5
"""Shoulder line to hip line of a person seen from the front, in units; guards `unit` where the body is turned."""

DELTOID_STATION: Final = 0.3
"""Down to this station the shoulder's roundness is part of the arm's outer side."""

HAND_REACH: Final = 0.25
"""A hand that is seen begins this near (units) to its wrist."""

EARLIEST_POCKET: Final = 0.7
"""No pocket reaches up to stations before this."""

TIP_DEPTH: Final = 0.15
TIP_INWARD: Final = 0.06
"""Units: below the shoulder's joint the body is looked for down to so far, and so far inwards: beyond, it was not cut
out whole."""
TIP_WITHIN: Final = 0.04
"""Units from the body's side to where its shoulder is still level."""

NECK_HALF: Final = 0.235
NECK_RISE: Final = 0.21
"""Where the side of the neck meets the shoulder: out from the neck's axis, above the shoulder joints; in units."""

HIGHEST_ROOT: Final = 0.1
"""It lies at most so much (units) above that: long slopes from neck to shoulder end there, hoods higher up."""

NECK_LEANS: Final = 0.5
"""Share of the neck's way to the side, or the chin's where the neck is not seen, that the root of the neck goes too."""

SEEN_NECK: Final = 0.05
"""A neck is found between two edges before the background on rows that make up so many units, or not at all."""

NECK_SLIVER: Final = 0.06
"""Units of short hair or of a shadow taken for cloth that may lie between such an edge and the background."""

WIDEST_NECK: Final = 0.55
"""Units: wider rows show shoulders too."""

NARROW_NECK: Final = 1.12
"""A neck counts as narrow where it is at most so many times as wide as where it is narrowest."""

CHIN_INDEX: Final = 152
"""The chin in the face mesh."""

_MAX_TORSO_HALF = 1.0
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
    chin = _chin(person)
    root = _neck_roots(person, solid, chin, shoulders, across, unit)
    tip = {side: _shoulder_tip(person, solid, side, root[side], unit) for side in SIDES}
    arms = {side: _measure_arm(person, solid, side, tip[side], unit) for side in SIDES}
    axis = shoulders + TORSO_LEVELS[:, None] * (down * torso_length)
    dressed = _dressed(person, axis, across, unit)
    silhouette, to_arm, bare = _measure_torso(person, solid, arms, axis, across, unit, dressed)
    return Figure(
        unit, shoulders, hips, down, across, torso_length, silhouette, to_arm, bare, dressed, arms, tip, root, chin
    )


def _solid(person: PersonAnalysis) -> Mask:
    """The person without carried things."""
    return (person.matte > 0.5) & (person.labels != BodyLabel.CARRIED)


def _joint(person: PersonAnalysis, side: Side, name: str) -> Points:
    return person.pose.points[Joint[f"{side.upper()}_{name}"]]


# ---- arms


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


def _measure_arm(person: PersonAnalysis, solid: Mask, side: Side, tip: Points, unit: float) -> Arm:
    joints = [_joint(person, side, name) for name in ("SHOULDER", "ELBOW", "WRIST")]
    path = arm_path(joints[0], joints[1], joints[2], ARM_STATIONS)
    inward = -outward_normals(path, side)
    outward = _turned_to_shoulder(-inward, tip - joints[0])
    reach = _MAX_ARM_HALF * unit
    expected = (BARE_ARM * unit * _arm_scale(joints, unit)).astype(np.float32)
    outer = _trusted(_ray_lengths(solid, path, outward, reach), expected)
    skin = among(person.labels, (BodyLabel.ARM, BodyLabel.HAND))
    inner_seen = _ray_lengths(solid, path, inward, reach)
    inner_skin = _ray_lengths(skin, path, inward, reach)
    bared = np.isfinite(inner_skin) & (inner_skin > 0.3 * expected)
    inner = np.where(bared, inner_skin, inner_seen)
    inner = _trusted(np.where(np.isfinite(inner) & (inner < 1.8 * outer), inner, np.nan).astype(np.float32), outer)
    covered = _share_along(person.labels == BodyLabel.TOP, path, outward, expected)
    skin_share = _share_along(person.labels == BodyLabel.ARM, path, outward, expected)
    bare_out, bare_in = (_bare_half(width, expected, skin_share > 0.6) for width in (outer, inner))
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    cuff = _cuff(person, path, outward, expected, covered)
    pocket = _in_pocket(person, path, unit)
    return Arm(path, outward, inward, outer, inner, bare_out, bare_in, covered, cuff, length, pocket)


def _in_pocket(person: PersonAnalysis, path: Points, unit: float) -> float:
    """The station at which an arm without a hand to be seen goes behind the trousers' cloth."""
    rows, columns = np.nonzero(person.labels == BodyLabel.HAND)
    if len(rows) and np.hypot(columns - path[-1, 0], rows - path[-1, 1]).min() < HAND_REACH * unit:
        return np.inf
    free = np.flatnonzero(~_sample(person.labels == BodyLabel.BOTTOM, path))
    last = int(free[-1]) if free.size else 0
    return float(ARM_STATIONS[last]) if ARM_STATIONS[last] > EARLIEST_POCKET and last < len(path) - 1 else np.inf


def _turned_to_shoulder(outward: Points, to_tip: Points) -> Points:
    """At the shoulder the arm's outer side turns over the top, from across the arm to the end of the shoulder seam."""
    share = np.clip(1.0 - ARM_STATIONS / DELTOID_STATION, 0.0, 1.0)[:, None] ** 1.3
    turned = outward * (1.0 - share) + to_tip / max(float(np.linalg.norm(to_tip)), 1e-3) * share
    return (turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-3)).astype(np.float32)


def _cuff(person: PersonAnalysis, path: Points, outward: Points, expected: Widths, covered: Widths) -> float:
    """The last station under the old top, looked for a little beyond the wrist too."""
    beyond = np.linspace(0.0, 0.2, 9)[1:]
    step = (path[-1] - path[-3]) / (2 * (ARM_STATIONS[1] - ARM_STATIONS[0]))
    further = (path[-1] + beyond[:, None] * step).astype(np.float32)
    across = np.broadcast_to(outward[-1], further.shape)
    more = _share_along(person.labels == BodyLabel.TOP, further, across, np.full(len(beyond), expected[-1], np.float32))
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
        ratio = np.interp(np.arange(len(seen)), stations, _smooth(seen[bare] / expected[bare], 2.0))
    ratio = np.clip(ratio, 0.7, 1.5)
    hidden = np.minimum(expected * ratio, np.maximum(seen * 0.92, expected * 0.6))
    weight = _smooth((~bare).astype(np.float32), 1.5)
    return (seen * (1 - weight) + hidden * weight).astype(np.float32)


# ---- torso


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
        length = _ray_lengths(torso, axis, ray, _MAX_TORSO_HALF * unit)
        to_arm = _ray_lengths(hidden == 0, axis, ray, _MAX_TORSO_HALF * unit)
        at_skin = _sample(limb, axis + ray * (np.nan_to_num(length) + 2)[:, None])
        through_arm = (to_arm < length - 2) & ~at_skin
        length[through_arm | (length < 0.45 * expected) | (TORSO_LEVELS < 0.2)] = np.nan
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
    return np.mean([_sample(top, axis + across * step) for step in steps], axis=0).astype(np.float32)


# ---- head, neck, shoulders


def _chin(person: PersonAnalysis) -> Points:
    """The chin: from the face mesh, else from mouth and nose, which the pose knows even beyond the frame."""
    if person.face is not None:
        return person.face[CHIN_INDEX].astype(np.float32)
    points = person.pose.points
    mouth = (points[Joint.MOUTH_LEFT] + points[Joint.MOUTH_RIGHT]) / 2
    return (mouth + (mouth - points[Joint.NOSE]) * 1.1).astype(np.float32)


def _neck_roots(
    person: PersonAnalysis, solid: Mask, chin: Points, shoulders: Points, across: Points, unit: float
) -> dict[Side, Points]:
    """The neck's sides at the shoulders: half a neck's width from its axis, on the silhouette of the shoulders.

    Both sides get the same height over the shoulder line, nearer to the lower: hoods and collars only ever raise it.
    """
    mask, hair = _shoulder_mask(person, solid), person.labels == BodyLabel.HAIR
    seen = seen_neck(person, solid, chin, float(shoulders[1] - NECK_RISE * unit), unit)
    above = float(chin[0]) if seen is None else seen
    foot = shoulders + np.asarray([(above - shoulders[0]) * NECK_LEANS, 0.0], np.float32)
    down = np.asarray([-across[1], across[0]], np.float32)
    outs = {side: foot + across * np.float32((1 if side == "left" else -1) * NECK_HALF * unit) for side in SIDES}
    heights = []
    for out in outs.values():
        expected = float(out[1] - NECK_RISE * unit)
        top = _first_below(mask, hair, float(out[0]), expected - 0.2 * unit, float(out[1]))
        if top is not None:
            y = float(np.clip(top, expected - HIGHEST_ROOT * unit, expected + 0.08 * unit))
            heights.append(float(out[1]) - y)
    height = 0.75 * min(heights) + 0.25 * max(heights) if heights else NECK_RISE * unit
    return {side: (out - down * np.float32(height)).astype(np.float32) for side, out in outs.items()}


def seen_neck(person: PersonAnalysis, solid: Mask, chin: Points, lower: float, unit: float) -> float | None:
    """The picture's column of the neck's middle where it is narrowest, between the chin and the row `lower`: a chin
    that is turned or raised does not tell where the neck is. None where hair or clothes hide one of its edges."""
    rows = slice(*np.clip([chin[1], lower], 0, len(solid)).astype(int))
    seen = []
    for row, labels in zip(solid[rows], person.labels[rows], strict=True):
        neck, ends = np.flatnonzero(labels == BodyLabel.NECK), np.flatnonzero(~row)
        if not len(neck) or (labels == BodyLabel.HEAD).any():
            continue
        first, last = ends[ends < neck[0]].max(initial=-1), ends[ends > neck[-1]].min(initial=len(row))
        sliver = max(neck[0] - first, last - neck[-1])
        if sliver <= NECK_SLIVER * unit and first >= 0 and last < len(row) and last - first < WIDEST_NECK * unit:
            seen.append((first, last))
    if len(seen) < SEEN_NECK * unit:
        return None
    edges = np.asarray(seen, np.float32)
    width = edges[:, 1] - edges[:, 0]
    return float(np.median(edges[width <= NARROW_NECK * width.min()].mean(axis=1)))


def _shoulder_tip(person: PersonAnalysis, solid: Mask, side: Side, root: Points, unit: float) -> Points:
    joint = _joint(person, side, "SHOULDER")
    sign = 1.0 if side == "left" else -1.0
    mask, hair = _shoulder_mask(person, solid), person.labels == BodyLabel.HAIR
    x = _within_body(mask, hair, joint, float(joint[0] + sign * 0.07 * unit), unit)
    expected = float(joint[1] - 0.06 * unit)
    top = _first_below(mask, hair, x, expected - 0.12 * unit, float(joint[1] + 0.1 * unit))
    y = expected if top is None else float(np.clip(top, expected - 0.1 * unit, expected + 0.1 * unit))
    return np.asarray([x, max(y, root[1] + 0.02 * unit)], np.float32)


def _within_body(mask: Mask, hair: Mask, joint: Points, x: float, unit: float) -> float:
    """The column where the body ends beside a shoulder's joint, or `x` where that is nearer to the body's middle: the
    pose may see the shoulder beside the body."""
    rows = slice(*np.clip([joint[1], joint[1] + TIP_DEPTH * unit], 0, len(mask)).astype(int))
    outer = int(np.clip(round(x), 0, mask.shape[1] - 1))
    inner = int(np.clip(round(x + np.sign(joint[0] - x) * TIP_INWARD * unit), 0, mask.shape[1] - 1))
    columns = np.arange(outer, inner, 1 if inner > outer else -1)
    # Where hair hides the shoulder's end nothing is told.
    if not len(columns) or rows.stop <= rows.start or hair[rows, columns].any():
        return x
    reached = np.flatnonzero(mask[rows, columns].mean(axis=0) > 0.5)
    if not len(reached) or reached[0] == 0:
        return x
    return float(columns[reached[0]] + np.sign(joint[0] - x) * TIP_WITHIN * unit)


def _shoulder_mask(person: PersonAnalysis, solid: Mask) -> Mask:
    return solid & among(person.labels, (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.NECK))


def _first_below(mask: Mask, hair: Mask, x: float, y_from: float, y_to: float) -> float | None:
    """The first row of the mask in a column, going down; None where it begins inside, finds nothing or lies under
    hair."""
    height, width = mask.shape
    column = int(np.clip(round(x), 0, width - 1))
    start, stop = int(np.clip(y_from, 0, height)), int(np.clip(y_to, 0, height))
    run = mask[start:stop, column]
    if run.size == 0 or run[0] or not run.any():
        return None
    row = start + int(run.argmax())
    return None if hair[max(row - 4, 0) : row, column].any() else float(row)


# ---- rays


def _ray_lengths(mask: Mask, starts: Points, rays: Points, reach: float) -> Widths:
    """(n,) pixels from each start along its ray to the first pixel outside the mask; NaN if that is not met."""
    steps = np.arange(0.0, reach, 1.0, dtype=np.float32)
    along = starts[:, None, :] + rays[:, None, :] * steps[None, :, None]
    inside = _sample(mask, along)
    left_mask = ~inside
    met = left_mask.any(axis=1) & inside[:, 0]
    return np.where(met, left_mask.argmax(axis=1), np.nan).astype(np.float32)


def _share_along(mask: Mask, path: Points, outward: Points, half: Widths) -> Widths:
    offsets = np.linspace(-0.5, 0.5, 7)
    return np.mean([_sample(mask, path + outward * (half * o)[:, None]) for o in offsets], axis=0).astype(np.float32)


def _sample(mask: Mask, points: NDArray[np.floating]) -> Mask:
    """Nearest value of the mask at (…, 2) points; beyond the picture the nearest edge pixel."""
    height, width = mask.shape
    x = np.clip(np.rint(points[..., 0]).astype(np.int32), 0, width - 1)
    y = np.clip(np.rint(points[..., 1]).astype(np.int32), 0, height - 1)
    return mask[y, x]


def _trusted(lengths: Widths, expected: Widths) -> Widths:
    """Fill gaps by the expectation scaled to what was seen, drop outliers, smooth along the limb."""
    seen = np.isfinite(lengths) & (lengths > 0.45 * expected)
    if seen.sum() < 3:
        return expected.copy()
    ratio = lengths[seen] / expected[seen]
    middle = float(np.median(ratio))
    keep = seen.copy()
    keep[seen] = np.abs(ratio - middle) < 0.5 * middle
    if keep.sum() < 3:
        return (expected * np.clip(middle, 0.6, 2.0)).astype(np.float32)
    index = np.arange(len(lengths))
    filled = np.interp(index, index[keep], (lengths / expected)[keep]) * expected
    return _smooth(filled.astype(np.float32), 1.0)


def _smooth(values: Widths, sigma: float) -> Widths:
    smooth = cv2.GaussianBlur(values.reshape(1, -1), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth.ravel(), np.float32)


# ---- shapes


def tube_outline(path: Points, outer: Points, inner: Points) -> Points:
    """The closed outline of a limb, down its outer side and up its inner side; both (n, 2) from the middle line."""
    return np.vstack([path + outer, (path + inner)[::-1]]).astype(np.float32)


def polygon_opacity(shape: tuple[int, ...], outline: Points, soft_px: float = 1.0) -> Opacity:
    """A polygon as a smooth opacity."""
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(canvas, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(canvas, (0, 0), soft_px) if soft_px > 0 else canvas
    return soft.astype(np.float32) * np.float32(1 / 255)
