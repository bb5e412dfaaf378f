"""Where a sleeve comes to lie on the arm: its cross sections from the armhole to the product's cuff."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Fit
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Points, Side, Sleeve
from tryon.engines.local.bare_shoulder_target import EDGE_STATION
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.pattern import RIB_SHARES, Pattern, SleeveOutline
from tryon.engines.local.raster import smoothed_row
from tryon.engines.local.rays import Widths, sample
from tryon.engines.local.worn_width import SKIN_TIGHT, like_old, worn_half_width

SAME_SLEEVE = 0.25
"""A sleeve whose width is within this share of the old one's fills it exactly; beyond, it differs by so much less."""

ALIKE = 0.25
"""Sleeves are alike whose ends are no farther apart, in lengths of the arm."""

SLEEVE_HEAD = 0.25
"""Down to this station, or to a shorter sleeve's end, a sleeve lies on the shoulder's roundness: only below it has the
cloth room to hang off the arm."""

CLOTH_UNITS = 0.03
"""On that roundness the outline lies at most so far outside the shoulder: as thick as a garment is."""

BARE_WRIST = 1.0
"""A long sleeve on a bare arm ends at this station, the wrist."""

OVER_OLD_CUFF = 0.03
"""A long sleeve in place of another ends by so much of the arm's length farther down, and hides the old cuff."""

CROWDED_STEP = 0.1
"""Points of the inner edge crowd where one is ahead of the last by less than this share of a usual step outside."""

CROWDED = 0.8
"""A sleeve's inner edge is at least this share of the arm's half width from the arm's middle."""

BULGE_UNITS = 0.12
"""A bare arm stands out beyond the edge of a usual sleeve by less; what does is another limb."""

THREE_QUARTERS_OF_SIDE, THREE_QUARTERS_OF_SHOULDERS = 0.9, 1.42
"""A long sleeve shorter than this share of neck to side hem, and than so many shoulder widths, ends before the wrist:
tunics are long for their sleeves, drop shoulders wide for them."""

INNER_SEAM_WORN = 0.7
"""At least this share of a sleeve's inner seam is seen below the armpit."""


def place_sleeve(
    figure: Figure, side: Side, pattern: Pattern, sleeve: Sleeve, tip: Points, torso: Points, scale: float,
    fit: Fit,
) -> SleeveOutline:  # fmt: skip
    """A sleeve's cross sections along the arm, from the armhole between `tip` and the first point of the torso's side
    to the product's cuff."""
    arm, source, armpit = figure.arms[side], pattern.sleeves[side], torso[0]
    start = EDGE_STATION if pattern.bare_shoulders else 0.0
    end = min(_sleeve_end(arm, source, pattern, sleeve, tip, scale), arm.in_pocket)
    flat = source.half_widths * scale
    begin = _station_of(arm, armpit)
    inner_end = max(end, min(begin + INNER_SEAM_WORN * source.inner_length * scale / arm.length, arm.in_pocket))
    share = RIB_SHARES
    outer = _outer_edge(arm, start + share * (end - start), flat, figure.unit, fit)
    inner = _inner_edge(figure, side, torso, begin + (inner_end - begin) * share, flat, fit)
    fade = np.clip(1 - share * end / 0.3, 0.0, 1.0)[:, None] ** 2
    outer = outer + (tip - outer[0]) * fade
    inner = inner + (armpit - inner[0]) * (1 - share[:, None]) ** 2
    return SleeveOutline(outer.astype(np.float32), without_loops(inner, outer).astype(np.float32))


def over_bare_arm(person: PersonAnalysis, sleeve: SleeveOutline, unit: float) -> SleeveOutline:
    """The sleeve with its outer edge on the outline of the bare arm that it would leave uncovered: a muscle stands out
    beyond any usual arm, and cloth put there later would not have the sleeve's own pattern."""
    along = np.gradient(sleeve.outer, axis=0)
    out = np.stack([along[:, 1], -along[:, 0]], axis=1)
    out *= np.sign((out * (sleeve.outer - sleeve.inner)).sum(axis=1, keepdims=True))
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-3)
    bare = (person.labels == BodyLabel.ARM) & (person.matte > 0.5)
    steps = np.arange(0.0, BULGE_UNITS * unit)
    seen = sample(bare, sleeve.outer[:, None] + out[:, None] * steps[:, None])
    reach = np.where(seen.all(axis=1), 0, seen.argmin(axis=1)).astype(np.float32)
    moved = np.maximum(smoothed_row(reach, 0.7), reach)
    moved[0] = 0.0
    return replace(sleeve, outer=(sleeve.outer + out * moved[:, None]).astype(np.float32))


def without_loops(inner: NDArray[np.floating], outer: NDArray[np.floating]) -> NDArray[np.floating]:
    """The inner edge (n, 2) of a sleeve with points as far apart as room is, where inside a sharply bent elbow they
    crowd or go back: cloth carried there would be torn and swirl."""
    onwards = np.diff(outer, axis=0)
    onwards /= np.maximum(np.linalg.norm(onwards, axis=1, keepdims=True), 1e-3)
    ahead = (np.diff(inner, axis=0) * onwards).sum(axis=1)
    if (ahead > CROWDED_STEP * np.linalg.norm(np.diff(outer, axis=0), axis=1)).all():
        return inner
    kept = [0]
    for i in range(1, len(inner)):
        while len(kept) > 1 and (inner[i] - inner[kept[-1]]) @ onwards[i - 1] <= 0:
            kept.pop()
        kept.append(i)
    line = inner[kept]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    even = np.linspace(0.0, along[-1], len(inner))
    return np.stack([np.interp(even, along, line[:, axis]) for axis in (0, 1)], axis=1)


def alike(arm: Arm, end: float) -> bool:
    """Whether the old sleeve ends about where one that reaches to station `end` does: only then are its folds and its
    width those of such a sleeve."""
    return abs(min(arm.cuff, 1.0) - min(end, 1.0)) < ALIKE


def end_of(arm: Arm, sleeve: SleeveOutline) -> float:
    """The station at which a placed sleeve ends."""
    return float(ARM_STATIONS[np.linalg.norm(arm.path - sleeve.middle[-1], axis=1).argmin()])


def _outer_edge(arm: Arm, stations: NDArray[np.floating], flat: NDArray[np.floating], unit: float, fit: Fit) -> Points:
    """The edge away from the body: close to the shoulder at its head, as wide as the sleeve below."""
    end = float(stations[-1])
    free = np.clip(stations / min(SLEEVE_HEAD, max(end, 1e-3)), 0.0, 1.0) ** 1.5
    close = np.interp(stations, ARM_STATIONS, arm.bare_outer) * SKIN_TIGHT
    own = close + (worn_half_width(close / SKIN_TIGHT, flat, fit) - close) * free
    like = free * alike(arm, end)
    half = _weighed(own, arm, arm.outer, stations, own * SAME_SLEEVE * like + CLOTH_UNITS * unit * (1 - like), fit)
    return _across_arm(arm, stations, arm.outward, half)


def _inner_edge(
    figure: Figure, side: Side, torso: Points, stations: NDArray[np.floating], flat: NDArray[np.floating],
    fit: Fit,
) -> Points:  # fmt: skip
    """The edge towards the body; beside an arm that hangs, the torso leaves a sleeve no more room."""
    arm = figure.arms[side]
    close = np.interp(stations, ARM_STATIONS, arm.bare_inner)
    half = _weighed(worn_half_width(close, flat, fit), arm, arm.inner, stations, SAME_SLEEVE * close, fit)
    (reached, offset), (levels, width) = (_beside_axis(figure, side, p) for p in (_along_arm(arm, stations), torso))
    room = offset - np.interp(reached, levels, width)
    limit = np.maximum(room + CLOTH_UNITS * figure.unit, CROWDED * close)
    # Where the arm comes before the torso the sleeve widens gradually.
    half = smoothed_row(np.where(room > 0, np.minimum(half, limit), half), 1.0)
    return _across_arm(arm, stations, arm.inward, half)


def _beside_axis(figure: Figure, side: Side, points: Points) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Torso level of each point, and its pixels from the axis to that side."""
    sign = 1.0 if side == "left" else -1.0
    away = points - figure.shoulder_middle
    return away @ figure.down / figure.torso_length, sign * (away @ figure.across)


def _weighed(
    own: NDArray[np.floating],
    arm: Arm,
    seen: Widths,
    stations: NDArray[np.floating],
    slack: NDArray[np.floating],
    fit: Fit,
) -> NDArray[np.float32]:
    """Pixels from the arm's middle line: the old sleeve's where it differs from the product's own by at most `slack`,
    and there is one."""
    old = np.interp(stations, ARM_STATIONS, seen)
    kept = like_old(own, old, slack, fit)
    share = np.clip((np.interp(stations, ARM_STATIONS, arm.covered) - 0.3) / 0.4, 0.0, 1.0)
    return smoothed_row(own + (kept - own) * share, 1.0)


def _across_arm(arm: Arm, stations: NDArray[np.floating], direction: Points, half: NDArray[np.floating]) -> Points:
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


def _sleeve_end(arm: Arm, source: SleeveOutline, pattern: Pattern, sleeve: Sleeve, tip: Points, scale: float) -> float:
    """The station of the arm at which the sleeve ends."""
    longer = source.outer_length > THREE_QUARTERS_OF_SIDE * pattern.side_length
    if sleeve == "long" and (longer or source.outer_length > THREE_QUARTERS_OF_SHOULDERS * pattern.shoulder_width):
        return arm.cuff + OVER_OLD_CUFF if arm.cuff >= 0.86 else BARE_WRIST
    above = 0.6 * float(np.linalg.norm(tip - arm.path[0]))
    begin = EDGE_STATION if pattern.bare_shoulders else -above / arm.length
    return float(np.clip(begin + 0.95 * source.outer_length * scale / arm.length, max(begin, 0.0) + 0.10, 0.92))
