"""How the person's lower half stands: waistband, crotch and legs, measured along rays from the skeleton."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, PersonAnalysis, Points, Side
from tryon.engines.local.bottoms_waist import WaistEnd, at_axis, cut_through_cloth, upper_edge, waist_seen
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.leg_paths import centred_paths
from tryon.engines.local.raster import smoothed_row
from tryon.engines.local.rays import Mask, Widths

LEG_STATIONS: Final[Widths] = np.linspace(0.0, 1.15, 47).astype(np.float32)
"""Stations along a leg: 0 the hip joint, 0.5 the knee, 1 the ankle; a little beyond, where trousers fall on shoes."""

BARE_LEG: Final[Widths] = np.interp(
    LEG_STATIONS,
    [0.0, 0.12, 0.25, 0.40, 0.5, 0.57, 0.66, 0.75, 0.80, 0.86, 0.92, 1.0, 1.15],
    [0.116, 0.111, 0.098, 0.077, 0.063, 0.060, 0.062, 0.057, 0.050, 0.042, 0.036, 0.033, 0.036],
).astype(np.float32)
"""Half widths of a bare leg, as shares of the leg's length; below the knee the median of 24 people's bare legs."""

USUAL_HIPS: Final = 0.215
"""Half the width of the hips, as a share of the leg's length: the median of 43 people."""
HEAVIEST: Final = 1.35
BUILD_SHOWS: Final = (1.0, 0.5, 0.15)
"""Wider hips have wider thighs, up to so many times, by this power at the hip, the knee and the ankle."""

STEADY_STATIONS: Final = 1.5
"""Standard deviation, in stations, that evens out measured widths before they are continued up under the hem."""

CROTCH_BELOW_HIPS: Final = 0.27
"""Hip joints to crotch, as a share of the thigh."""
CROTCH_RANGE: Final = (0.17, 0.40)
"""Where the gap between old trouser legs may begin and be taken for their crotch."""

THIGH_PER_TORSO: Final = 0.84
"""Thigh length of a person whose knees are outside the frame, in torso lengths."""
CALF_PER_THIGH: Final = 0.97

LEAST_THIGH_SEEN: Final = 0.45
"""Share of the thigh that must be in the frame for trousers to be told from a belt."""

CROPPED_MESSAGE: Final = (
    "Your legs are hardly in this photo. To try this on, use a photo that shows you from head to at least the knees."
)

HANGS: Final = 0.92
"""Torso level below which an old waistband does not lie: a bottom seen first down there is hidden by its top."""

SKIRT_STATIONS: Final = 0.05
"""Just below the crotch trousers too cover what is between the legs."""
SKIRT_ROWS_SEEN: Final = 4
"""Fewer stations than this do not tell a skirt."""
BETWEEN_UNITS: Final = 0.06
ABOVE_HEM: Final = 0.85
"""A skirt covers so much to both sides of the line between the legs, on this share of its length: hems may slant."""

ANKLE_TELLS: Final = ((0.7, 0.9), (1.0, 0.35))
"""By this power a leg is as much wider than usual as what is seen of it from such a station on: an ankle, or a lifted
foot, tells little of a thigh."""
ASIDE_FADES: Final = 0.4
ASIDE_STAYS: Final = 0.3
"""How far above the first bare station the leg's middle is back on the line between the joints, but for this share."""
WORN_SEEN: Final = 0.3
"""Share of both legs' middles under the old bottom from which on its width on one leg tells of the other."""

JOINT_STATIONS: Final = 4
JOINT_FADES: Final = 0.2
"""So many clear stations below the old hem tell where a made-up leg must end and how it widens there, and so far above
the hem they count."""
CUT_STATION: Final = 0.8
"""A leg that is not seen below this is cut off by the frame."""
ODD: Final = 0.2
"""Natural logarithm: a station so much wider or narrower than its neighbours is a hem's or a shadow's."""

IN_THE_WAY: Final = (BodyLabel.HAND, BodyLabel.ARM, BodyLabel.CARRIED)
_MAX_HALF = 0.40


@dataclass(frozen=True, slots=True)
class Leg:
    path: Points
    """(47, 2) the leg's middle line at LEG_STATIONS."""
    outward: Points
    """(47, 2) unit vectors across the leg, away from the other one."""
    outer: Widths
    """(47,) pixels from the middle line to the silhouette of what is worn, or of the bare leg; NaN where unseen."""
    inner: Widths
    """The same towards the other leg, at most half way to it."""
    to_middle: Widths
    """(47,) pixels half way to the other leg."""
    bare_outer: Widths
    bare_inner: Widths
    """(47,) pixels to the skin: measured where the leg is bare, else believed, never beyond the clothes."""
    worn: Widths
    """(47,) 0..1 share of the leg's middle under the old bottom."""
    old_end: float
    """Station at which the old bottom ends; 0 without one on this leg."""
    length: float
    """Hip to ankle in pixels."""


@dataclass(frozen=True, slots=True)
class Stance:
    legs: Mapping[Side, Leg]
    crotch: Points
    waist_level: float
    """Torso level of the old bottom's upper edge at the body's middle."""
    waist_hidden: bool
    """The top hangs over the waistband."""
    edge: Widths
    """(width,) row of the old bottom's upper edge in each column, continued sideways."""
    thigh: float
    """Pixels from hip to knee."""
    front_leg: Side
    """The leg nearer to the camera."""
    waist_seen: Mapping[Side, WaistEnd] = field(default_factory=dict)
    """From the body's middle to the ends of the old bottom, just below its upper edge."""
    in_one: bool = False
    """The old bottom covers both legs in one, as a skirt does: its outline tells nothing about trousers."""
    of_a_dress: bool = False
    """Top and bottom are one cloth: what was made a top of it hangs over the new waistband."""


def measure_stance(person: PersonAnalysis, figure: Figure, least_thigh: float = LEAST_THIGH_SEEN) -> Stance:
    """Measure the lower half. Raises PoseNotSupported where less than this share of the thighs is in the frame."""
    joints = {side: _leg_joints(person, figure, side) for side in SIDES}
    thigh = float(np.mean([np.linalg.norm(j[1] - j[0]) for j in joints.values()]))
    if figure.hip_middle[1] + least_thigh * thigh > person.labels.shape[0]:
        raise PoseNotSupported(CROPPED_MESSAGE, reason="thighs_outside")
    crotch = _crotch(person, figure, joints, thigh)
    paths = {side: _path(j) for side, j in joints.items()}
    size = float(np.mean([np.linalg.norm(j[1] - j[0]) + np.linalg.norm(j[2] - j[1]) for j in joints.values()]))
    paths = centred_paths(person.labels, paths, LEG_STATIONS, BARE_LEG * np.float32(size), size)
    hips = sum(float(np.interp(1.0, TORSO_LEVELS, figure.bare[side])) for side in SIDES) / 2
    legs = _alike({side: _measure_leg(person, side, paths, hips) for side in SIDES})
    edge = upper_edge(person, figure)
    level = float(figure.level_of(np.asarray([figure.hip_middle[0], at_axis(edge, figure)], np.float32)))
    depth = {
        side: float(person.pose.world[_joint(side, "KNEE"), 2] + person.pose.world[_joint(side, "ANKLE"), 2])
        for side in SIDES
    }
    front: Side = "left" if depth["left"] < depth["right"] else "right"
    in_one = _covered_in_one(person, figure, legs, crotch)
    seen = waist_seen(person, figure, edge)
    dress = in_one and cut_through_cloth(person, figure, edge)
    return Stance(legs, crotch, level, level > HANGS, edge, thigh, front, seen, in_one, dress)


def _covered_in_one(person: PersonAnalysis, figure: Figure, legs: Mapping[Side, Leg], crotch: Points) -> bool:
    """Nothing but the old bottom is seen between the legs, from below the crotch to its end."""
    middle = np.mean([leg.path for leg in legs.values()], axis=0)
    end = float(np.mean([leg.old_end for leg in legs.values()])) - SKIRT_STATIONS / 2
    inside = middle[:, 1] < person.labels.shape[0] - 1
    below = middle[(end > LEG_STATIONS) & inside & (middle[:, 1] > crotch[1] + SKIRT_STATIONS * legs["left"].length)]
    if len(below) < SKIRT_ROWS_SEEN:
        return False
    offsets = np.linspace(-BETWEEN_UNITS, BETWEEN_UNITS, 5)[:, None] * figure.unit
    rows = np.rint(below[:, 1]).astype(int)
    columns = np.clip(np.rint(below[:, 0] + offsets).astype(int), 0, person.labels.shape[1] - 1)
    covered = (person.labels[rows, columns] == BodyLabel.BOTTOM).all(axis=0)
    return bool(covered[: max(1, round(ABOVE_HEM * len(covered)))].all())


def _joint(side: Side, name: str) -> Joint:
    return Joint[f"{side.upper()}_{name}"]


def _leg_joints(person: PersonAnalysis, figure: Figure, side: Side) -> list[Points]:
    """Hip, knee, ankle; joints beyond the frame continue the leg with usual lengths."""
    hip, knee, ankle = (person.pose.points[_joint(side, name)].astype(np.float32) for name in ("HIP", "KNEE", "ANKLE"))
    height = person.labels.shape[0]
    usual = THIGH_PER_TORSO * figure.torso_length
    if knee[1] > height or np.linalg.norm(knee - hip) < 0.5 * usual:
        way = knee - hip
        way = way / max(float(np.linalg.norm(way)), 1.0) if way[1] > 0.3 * usual else figure.down
        knee = hip + way * np.float32(usual)
        ankle = knee + figure.down * np.float32(CALF_PER_THIGH * usual)
    elif ankle[1] > height:
        thigh = float(np.linalg.norm(knee - hip))
        way = ankle - knee
        ankle = knee + way / max(float(np.linalg.norm(way)), 1.0) * np.float32(CALF_PER_THIGH * thigh)
    return [hip, knee, ankle]


def _path(joints: list[Points]) -> Points:
    """The leg's middle line, rounded at the knee."""
    hip, knee, ankle = joints
    fine = np.linspace(-0.1, 1.25, 136)
    t = fine[:, None]
    line = np.where(t < 0.5, hip + (knee - hip) * (2 * t), knee + (ankle - knee) * (2 * t - 1))
    smooth = cv2.GaussianBlur(line.astype(np.float32), (1, 0), sigmaX=0.01, sigmaY=6.0)
    return np.stack([np.interp(LEG_STATIONS, fine, smooth[:, i]) for i in (0, 1)], axis=1).astype(np.float32)


def _crotch(person: PersonAnalysis, figure: Figure, joints: Mapping[Side, list[Points]], thigh: float) -> Points:
    """Where the legs part: the top of the gap between the old trouser legs, else the usual place."""
    hips, knees = figure.hip_middle, (joints["left"][1] + joints["right"][1]) / 2
    way = (knees - hips) / max(float(np.linalg.norm(knees - hips)), 1.0)
    usual = hips + way * np.float32(CROTCH_BELOW_HIPS * thigh)
    shares = np.arange(CROTCH_RANGE[0], CROTCH_RANGE[1], 1.0 / thigh)
    spread = 0.10 * thigh
    for share in shares:
        at = hips + way * np.float32(share * thigh)
        y, x = int(at[1]), int(at[0])
        if not 0 <= y < person.labels.shape[0]:
            break
        row = person.labels[y, max(0, int(x - spread)) : int(x + spread)] == BodyLabel.BACKGROUND
        if row.any() and not row.all():
            return np.asarray([max(0, int(x - spread)) + np.flatnonzero(row).mean(), y], np.float32)
    return usual.astype(np.float32)


# ---- legs


def _measure_leg(person: PersonAnalysis, side: Side, paths: Mapping[Side, Points], hips: float) -> Leg:
    """Measure one leg; half the width of the `hips`, in pixels, tells how heavy a leg is that can't be seen."""
    path, other = paths[side], paths["left" if side == "right" else "right"]
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-6)
    sign = 1.0 if side == "left" else -1.0
    outward = (np.stack([tangent[:, 1], -tangent[:, 0]], axis=1) * sign).astype(np.float32)
    length = float(np.linalg.norm(np.diff(path[LEG_STATIONS <= 1.0], axis=0), axis=1).sum())
    clothed = np.isin(person.labels, (BodyLabel.BOTTOM, BodyLabel.LEG)) & (person.matte > 0.5)
    blocked = np.isin(person.labels, IN_THE_WAY)
    reach = _MAX_HALF * length
    outer = _ray(clothed, blocked, path, outward, reach)
    inner = _ray(clothed, blocked, path, -outward, reach)
    to_middle = np.abs(_at_height(other, path[:, 1]) - path[:, 0]) / 2
    to_middle = np.maximum(to_middle, 0.03 * length).astype(np.float32)
    inner = np.fmin(inner, to_middle)
    shows = np.interp(LEG_STATIONS, [0.0, 0.5, 1.0], BUILD_SHOWS)
    build = np.clip(hips / (USUAL_HIPS * length), 1.0, HEAVIEST) ** shows
    expected = (BARE_LEG * length * build).astype(np.float32)
    # The joints may lie far from the middle of a leg that is seen: its own outline tells where to look for skin.
    aside = outward * (np.nan_to_num((outer - inner) / 2))[:, None]
    seen = np.where(np.isfinite(outer + inner), (outer + inner) / 2, expected)
    bare = _share_along(person.labels == BodyLabel.LEG, path + aside, outward, seen)
    worn = _share_along(person.labels == BodyLabel.BOTTOM, path, outward, expected)
    bare_outer, bare_inner = bare_halves(outer, inner, to_middle, expected, bare > 0.6)
    ends = np.flatnonzero(worn > 0.4)
    end = float(LEG_STATIONS[ends[-1]]) if ends.size else 0.0
    return Leg(path, outward, outer, inner, to_middle, bare_outer, bare_inner, worn, end, length)


def _alike(legs: Mapping[Side, Leg]) -> dict[Side, Leg]:
    """The legs, what a hand or a bag hides of one as wide as it is seen on the other: both are in one garment."""
    alike = dict(legs)
    for side, leg in legs.items():
        other = legs["right" if side == "left" else "left"]
        seen = np.isfinite(other.outer) & (other.worn > WORN_SEEN) & (leg.worn > WORN_SEEN)
        hidden = np.isnan(leg.outer) & seen
        if hidden.any():
            as_other = leg.bare_outer * np.maximum(other.outer / other.bare_outer, 1.0)
            alike[side] = replace(leg, outer=np.where(hidden, as_other, leg.outer).astype(np.float32))
    return alike


def _at_height(path: Points, y: NDArray[np.float32]) -> Widths:
    return np.interp(y, path[:, 1], path[:, 0]).astype(np.float32)


def _ray(clothed: Mask, blocked: Mask, starts: Points, rays: Points, reach: float) -> Widths:
    """(n,) pixels to the edge of the clothes; NaN where a hand hides it, or the ray leaves the frame or the clothes."""
    steps = np.arange(0.0, reach, 1.0, dtype=np.float32)
    along = starts[:, None] + rays[:, None] * steps[None, :, None]
    height, width = clothed.shape
    x, y = np.rint(along[..., 0]).astype(int), np.rint(along[..., 1]).astype(int)
    framed = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    outside = ~clothed[y, x]
    index = np.arange(len(starts))
    end = outside.argmax(axis=1)
    met = outside.any(axis=1) & (end > 2) & framed[index, end]
    further = np.minimum(end + 2, len(steps) - 1)
    hidden = blocked[y[index, end], x[index, end]] | blocked[y[index, further], x[index, further]]
    return np.where(met & ~hidden, end, np.nan).astype(np.float32)


def _share_along(mask: Mask, path: Points, outward: Points, half: Widths) -> Widths:
    height, width = mask.shape
    total = np.zeros(len(path), np.float32)
    offsets = np.linspace(-0.5, 0.5, 7)
    for offset in offsets:
        at = np.rint(path + outward * (half * offset)[:, None]).astype(int)
        inside = (at[:, 0] >= 0) & (at[:, 0] < width) & (at[:, 1] >= 0) & (at[:, 1] < height)
        total += mask[np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)] & inside
    return (total / len(offsets)).astype(np.float32)


def bare_halves(outer: Widths, inner: Widths, to_middle: Widths, expected: Widths, bare: Mask) -> tuple[Widths, Widths]:
    """Half widths of the leg itself: seen where it is bare, else believed, and no wider than the clothes on it."""
    known = bare & np.isfinite(outer) & np.isfinite(inner)
    ratio, off = np.ones_like(expected), np.zeros_like(expected)
    clear = _clear_of_hem(known)
    if clear.sum() >= 4:
        seen = ((outer + inner) / 2).astype(np.float32)
        tells = np.float32(np.interp(float(LEG_STATIONS[clear][0]), *ANKLE_TELLS))
        ratio = np.clip(_continued((seen / expected)[clear], clear), 0.7, 1.4) ** tells
        known &= np.abs(np.log(np.nan_to_num(seen, nan=1.0) / (expected * ratio))) < ODD
        above = float(LEG_STATIONS[clear][0]) - LEG_STATIONS
        off = _continued((outer - seen)[clear], clear) * np.clip(1 - above / ASIDE_FADES, ASIDE_STAYS, 1.0)
    sides = []
    for own, sign in ((outer, 1.0), (inner, -1.0)):
        believed = expected * ratio + sign * off
        hidden = np.fmin(believed, np.maximum(own * 0.96, believed * 0.6))
        whole = _smooth(np.where(known, own, hidden).astype(np.float32))
        sides.append(_joined(whole, own, clear & known if clear.any() else _farthest(known)))
    return sides[0], np.minimum(sides[1], to_middle)


def _joined(believed: Widths, seen: Widths, clear: Mask) -> Widths:
    """Believed widths that go over into the seen ones at the old hem, without a step."""
    at = np.flatnonzero(clear)[:JOINT_STATIONS]
    if not len(at):
        return believed
    first, last = at[0], at[-1]
    above = float(LEG_STATIONS[first]) - LEG_STATIONS
    growth = float(np.clip(seen[first] - seen[last], 0.0, None)) / max(float(LEG_STATIONS[last - first]), 1e-3)
    most = float(believed[max(first - JOINT_STATIONS, 0)] - believed[first]) / float(LEG_STATIONS[JOINT_STATIONS])
    ahead = seen[first] + min(growth, max(most, 0.0)) * above
    share = np.clip(above / JOINT_FADES, 0.0, 1.0)
    joined = np.where(above >= 0, ahead + (believed - ahead) * share, believed)
    last = int(np.flatnonzero(clear)[-1])
    if LEG_STATIONS[last] < CUT_STATION:
        # The frame cuts the leg off: what goes on below it has no step either.
        share = np.clip((LEG_STATIONS - LEG_STATIONS[last]) / JOINT_FADES, 0.0, 1.0)
        joined = np.where(share > 0, seen[last] + (believed - seen[last]) * share, joined)
    return joined.astype(np.float32)


def _clear_of_hem(bare: Mask) -> Mask:
    """Without the station beside the hem, where the ray across the leg may still meet cloth."""
    return bare & np.concatenate([[True], bare[:-1]]) & np.concatenate([bare[1:], [True]])


def _farthest(known: Mask) -> Mask:
    """Of the few stations that are known above the frame's end, the one farthest from the hem."""
    last = np.zeros_like(known)
    last[np.flatnonzero(known)[-1:]] = True
    return last


def _continued(values: Widths, known: Mask) -> Widths:
    """Known values, and between and beyond them their neighbours'."""
    even = smoothed_row(values, STEADY_STATIONS)
    return np.interp(LEG_STATIONS, LEG_STATIONS[known], even).astype(np.float32)


def _smooth(widths: Widths) -> Widths:
    smooth = cv2.GaussianBlur(widths.reshape(1, -1), (0, 0), 1.6, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth.ravel(), np.float32)
