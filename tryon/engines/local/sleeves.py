"""One side of a top: where its armpit, hem corner and cuff are, read from the hollows and corners of the outline."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.outline import Gap, Path, Side, distance_from_chord, gaps, turns

SHALLOWEST_GAP = 0.012
"""Of the garment's height: a shallower hollow is a fold in the outline."""
SURE_GAP = 0.05
"""Of the garment's height: so deep a hollow is surely a sleeve's."""
SLEEVE_BEYOND_TORSO = 1.12
"""A sleeve reaches farther out than the torso beside its armpit; the shoulder of a sleeveless top does not."""
SHARP_HOLLOW = 22.0
"""Degrees."""
STEEPEST_LIP = 1.3
LONGEST_SLEEVE = 1.75
"""How far below the garment's top a sleeve can join the body, of the garment's width: a hollow farther down is the
hem of a dress."""
LOW_NOTCH = 0.6
"""Of the garment's height: only a long sleeve's cuff makes a notch lower than this."""
ARMHOLE_DEPTH = 0.47
"""Shoulder to armpit, of the garment's chest width, in flat garments."""
DEEPEST_ARMHOLE = 0.66
CUFF_CANDIDATES = 54
"""Points of the sleeve's outline tried as corners of its cuff."""
BENT = 160.0
"""What a cuff's bend, as a share of its length, takes off its score, in degrees of its corners."""
FAR_END = 120.0
"""Degrees' worth a garment's height: a cuff's corners lie at the sleeve's far end, those of a ruffle do not."""
CORNER_ARM = 0.03
"""Of the garment's height: over how long an arm a corner's turn is measured."""


@dataclass(frozen=True, slots=True)
class SideShape:
    """Landmarks of one side in that side's frame; indices are into `side.path`."""

    side: Side
    armpit: NDArray[np.float32]
    armpit_index: int
    """Where the outline comes nearest to the armpit: the notch between cuff and body where the sleeve lies on it."""
    hem: NDArray[np.float32]
    hem_index: int
    has_sleeve: bool
    cuff_outer_index: int = -1
    cuff_inner_index: int = -1
    hidden_edge: Path | None = None
    """Where the sleeve lies against the body: its inner edge from the armpit down to the notch."""
    sureness: float = 1.0
    """0..1: how deep the hollow under the sleeve is."""
    quality: float = 1.0


def read_side(side: Side, height: float, sleeveless: bool = False) -> SideShape:
    """The side's landmarks. Always a full answer; `quality` (0..1) says how much of it was seen."""
    hollow = None if sleeveless else _sleeve_gap(side.path, height)
    return _with_sleeve(side, hollow, height) if hollow else _without_sleeve(side, height)


def hem_corner(path: Path, start: int) -> int:
    """The corner between side and hem: the point farthest outside the chord from `start` to the hem's middle; of
    points alike the outer one, for where the sleeve hides the side, the hem begins at the sleeve."""
    rest = path[start:]
    if len(rest) < 4:
        return len(path) - 1
    return start + int(np.argmax(distance_from_chord(rest, rest[0], rest[-1]) + 0.15 * rest[:, 0]))


def _sleeve_gap(path: Path, height: float) -> Gap | None:
    """The hollow under the sleeve: deep, and beside a torso over which something higher up reaches out."""
    turn = turns(path, max(2, round(CORNER_ARM * height / _spacing(path))))
    hollows = [_at_its_corner(turn, gap) for gap in gaps(path) if gap.depth > SHALLOWEST_GAP * height]
    found = [
        (gap.depth * (1 + _reach(path, gap) / max(float(path[:, 0].max()), 1)), gap)
        for gap in hollows
        if _is_under_a_sleeve(path, gap, height)
    ]
    return max(found)[1] if found else None


def _at_its_corner(turn: NDArray[np.float32], gap: Gap) -> Gap:
    """The hollow with its sharp inner corner as the deepest point: a narrow waist may lie farther inside than the
    armpit does."""
    before = turn[gap.start + 1 : gap.deepest + 1]
    if not len(before) or before.min() > -SHARP_HOLLOW:
        return gap
    return gap._replace(deepest=gap.start + 1 + int(np.argmin(before)))


def _reach(path: Path, gap: Gap) -> float:
    """How far beyond the hollow the outline above it reaches out."""
    return float(path[: gap.deepest + 1, 0].max() - path[gap.deepest, 0])


def _is_under_a_sleeve(path: Path, gap: Gap, height: float) -> bool:
    top, lip, armpit = float(path[:, 1].min()), path[gap.start], path[gap.deepest]
    widest = float(armpit[0]) + _reach(path, gap)
    beyond = widest > SLEEVE_BEYOND_TORSO * _torso_width(path, gap, height) and _reach(path, gap) > 0.02 * height
    # From a bust to a waist the outline falls far more than it goes in; from a cuff to an armpit it does not.
    steep = armpit[1] - lip[1] > STEEPEST_LIP * max(float(lip[0] - armpit[0]), 0)
    far_down = armpit[1] - top > LONGEST_SLEEVE * 2 * widest
    inside = armpit[1] - top > LOW_NOTCH * height and _ends_inside_the_shoulder(path, gap, height)
    return bool(beyond and not steep and not far_down and not inside and armpit[1] > top + 0.1 * height)


def _ends_inside_the_shoulder(path: Path, gap: Gap, height: float) -> bool:
    """Whether what ends at a notch low down lies within the shoulder's width: a knit's own side, not a sleeve."""
    above = path[: gap.deepest + 1]
    shoulder = above[above[:, 1] < path[:, 1].min() + 0.25 * height, 0]
    end = above[above[:, 1] > path[gap.deepest, 1] - 0.2 * height, 0]
    return bool(len(shoulder) and len(end) and end.max() < shoulder.max())


def _torso_width(path: Path, gap: Gap, height: float) -> float:
    """How far out the torso reaches just below the hollow."""
    below = path[gap.deepest : max(hem_corner(path, gap.deepest), gap.deepest + 2)]
    near = below[below[:, 1] < path[gap.deepest, 1] + 0.08 * height]
    return float(np.median(near[:, 0])) if len(near) else float(path[gap.deepest, 0])


def _with_sleeve(side: Side, gap: Gap, height: float) -> SideShape:
    path = side.path
    notch = gap.deepest
    hem = hem_corner(path, notch)
    outer, inner, quality = _cuff(path, notch, height)
    sureness = float(np.clip(gap.depth / (SURE_GAP * height), 0, 1))
    return SideShape(
        side,
        path[notch],
        notch,
        path[hem],
        hem,
        True,
        outer,
        inner,
        sureness=sureness,
        quality=quality * max(sureness, 0.3),
    )


def cuff_below(path: Path, corner: int, notch: int, height: float) -> tuple[int, int, float]:
    """The cuff's two corners and how surely they were seen, of a sleeve that hangs from an upper edge ending at
    `corner`: both lie in the lower half of the sleeve."""
    lowest = float(path[corner : notch + 1, 1].max())
    half_way = 0.5 * (float(path[corner, 1]) + lowest)
    first = corner + int(np.argmax(path[corner : notch + 1, 1] > half_way))
    return _cuff_between(path, first, notch, path[corner], height)


def _cuff(path: Path, notch: int, height: float) -> tuple[int, int, float]:
    """The cuff's two corners: a straight stretch between two turns, at the end of the sleeve."""
    root = 0.5 * (path[notch] + path[int(np.argmin(path[:notch, 1]))]) if notch else path[0]
    return _cuff_between(path, _first_beyond(path, notch), notch, root, height)


def _cuff_between(
    path: Path, first: int, notch: int, root: NDArray[np.float32], height: float
) -> tuple[int, int, float]:
    """The cuff of a sleeve that begins at `root`, looked for from `first` to `notch`."""
    arm = max(2, round(CORNER_ARM * height / _spacing(path)))
    turn = np.clip(turns(path, arm), -20, 95)
    candidates = np.unique(np.linspace(first, notch, min(CUFF_CANDIDATES, notch - first + 1)).astype(int))
    far = np.hypot(*(path[first : notch + 1] - root).T)
    tip = first + int(np.argmax(far))
    pairs, likely = _possible_cuffs(path, turn, candidates, tip, notch, height)
    likely = likely - FAR_END * (far[tip - first] - 0.5 * (far[pairs - first]).sum(axis=1)) / height
    best, score = (tip, notch), -np.inf
    # The straighter the better: where even a straight cuff would score less than the best so far, none is looked at.
    for k in np.argsort(-likely, kind="stable"):
        if likely[k] <= score:
            break
        a, b = (int(v) for v in pairs[k])
        stretch = path[a : b + 1]
        bend = float(np.abs(distance_from_chord(stretch, path[a], path[b])).max() / np.hypot(*(path[b] - path[a])))
        if likely[k] - BENT * bend > score:
            best, score = (a, b), float(likely[k] - BENT * bend)
    return (*best, float(np.clip(score / 130, 0, 1)))


def _possible_cuffs(
    path: Path, turn: NDArray[np.float32], candidates: NDArray[np.int_], tip: int, notch: int, height: float
) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """(n, 2) which candidates can be a cuff's corners, and what they score if it is straight."""
    pairs = candidates[np.stack(np.triu_indices(len(candidates), 1), axis=-1)]
    length = np.hypot(*(path[pairs[:, 1]] - path[pairs[:, 0]]).T).astype(np.float64)
    fits = (length > 0.03 * height) & (length < 0.5 * height) & (pairs[:, 0] - 4 <= tip) & (tip <= pairs[:, 1] + 4)
    pairs, length = pairs[fits], length[fits]
    ends = turn[pairs[:, 1]].astype(np.float64)
    inner = np.where(notch - pairs[:, 1] > 4, ends, np.maximum(ends, 45.0))
    return pairs, turn[pairs[:, 0]] + inner - 40 * length / height


def _first_beyond(path: Path, notch: int) -> int:
    """The first point of the path as far out as the armpit: the sleeve's outer edge begins there at the earliest."""
    beyond = np.flatnonzero(path[:notch, 0] > 0.9 * path[notch, 0])
    return int(beyond[0]) if len(beyond) else max(0, notch - 4)


def _spacing(path: Path) -> float:
    return max(float(np.median(np.hypot(*np.diff(path, axis=0).T))), 1e-3)


def _without_sleeve(side: Side, height: float) -> SideShape:
    """A sleeveless side: the armpit is the corner at the lower end of the armhole."""
    path = side.path
    peak = int(np.argmin(path[:, 1]))
    arm = max(2, round(CORNER_ARM * height / _spacing(path)))
    turn = turns(path, arm)
    holes = [gap for gap in gaps(path) if gap.start >= peak - 3 and gap.depth > SHALLOWEST_GAP * height]
    holes = [gap for gap in holes if path[gap.deepest, 1] < path[peak, 1] + 0.55 * height]
    if holes:
        hole = holes[0]
        armpit = _armhole_end(path, turn, hole, height)
        quality = 0.9
    else:
        armpit, quality = _by_proportion(path, peak), 0.4
    hem = hem_corner(path, armpit)
    return SideShape(side, path[armpit], armpit, path[hem], hem, False, quality=quality)


def _armhole_end(path: Path, turn: NDArray[np.float32], hole: Gap, height: float) -> int:
    """The sharpest convex turn soon after the armhole's deepest point; its hull's end where there is no sharp one."""
    last = hole.end
    limit = path[hole.deepest, 1] + 0.22 * height
    reach = [i for i in range(hole.deepest + 1, min(last + 4, len(path))) if path[i, 1] <= limit]
    if not reach:
        return hole.deepest
    sharpest = max(reach, key=lambda i: turn[i])
    if turn[sharpest] < 12 and path[last, 1] <= limit:
        return last
    return sharpest


def _by_proportion(path: Path, peak: int) -> int:
    """Where the armpit would be on most tops: half the garment's width below its shoulder."""
    widest = float(path[:, 0].max())
    down = np.flatnonzero((np.arange(len(path)) > peak) & (path[:, 1] > path[peak, 1] + 2 * widest * ARMHOLE_DEPTH))
    return int(down[0]) if len(down) else min(peak + 1, len(path) - 1)
