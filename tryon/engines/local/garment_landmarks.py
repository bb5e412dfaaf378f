"""The named points of a top, a jacket or a dress, complete and consistent whatever could be seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture, Points, Sleeve
from tryon.engines.local.bare_shoulders import with_bare_shoulder
from tryon.engines.local.ground import Mask
from tryon.engines.local.inner_edge import edge_strength, uncover_armpit
from tryon.engines.local.landmark_order import put_in_order
from tryon.engines.local.neckline import Neckline, read_neckline
from tryon.engines.local.open_front import close_front
from tryon.engines.local.outline import Outline, Path, read_outline
from tryon.engines.local.shoulders import Shoulder, read_shoulder
from tryon.engines.local.sleeves import SideShape, read_side

SHORT_BELOW = 0.62
"""Sleeve length over torso length; short sleeves measure 0.3 to 0.55."""
LONG_ABOVE = 0.8
SURE_SLEEVE = 0.7
"""Sureness from which a sleeve seen on one side alone is believed."""
COLLAR_FALL = 0.14
"""Of the shoulder's distance from the middle: a collar stands at least so high above the neck point."""
USUAL_TORSO = (1.1, 1.5)
"""Torso lengths, in chest widths, against which a sleeve is measured: a cropped top's sleeves are not longer, and a
dress's not shorter, for its hem."""


@dataclass(frozen=True, slots=True)
class UpperLandmarks:
    """Everything found on one picture, in pixels of the mask that was read."""

    points: Mapping[str, tuple[float, float]]
    neckline: Neckline
    sleeve: Sleeve
    sleeves: Mapping[str, Points]
    """Polygon of each sleeve ("left", "right"); empty where there is none."""
    is_open: bool
    """The fronts part, as a jacket's that is worn open."""
    quality: float
    bare_shoulders: bool = False
    """An off-shoulder or strapless garment: its upper edge goes level around arms or chest."""


@dataclass(frozen=True, slots=True)
class _Half:
    shape: SideShape
    shoulder: Shoulder

    @property
    def quality(self) -> float:
        return self.shape.quality * self.shoulder.quality


def read_upper_landmarks(
    picture: Picture, mask: Mask, sleeveless: bool = False, front_opens: bool = False
) -> UpperLandmarks:
    """The landmarks of a garment worn on the torso. Always a full set; `quality` (0..1) says how much was seen.

    Of what is known to be `sleeveless` nothing is taken for a sleeve; `front_opens` is said of jackets and cardigans.
    """
    closed, is_open = close_front(mask)
    outline = read_outline(closed)
    edges = edge_strength(picture)
    left, right = (
        _read_half(outline, shape, edges)
        for shape in (
            read_side(outline.left, outline.height, sleeveless),
            read_side(outline.right, outline.height, sleeveless),
        )
    )
    left, right = _agreed(left, right)
    bare_left, bare_right = (_without_shoulder(half, outline.height) for half in (left, right))
    bare_shoulders = bare_left is not None and bare_right is not None
    if bare_left is not None and bare_right is not None:
        left, right = _agreed(bare_left, bare_right)
    left, right = _with_collar_like(left, right), _with_collar_like(right, left)
    neckline = read_neckline(picture, outline, left.shoulder, right.shoulder, front_opens)
    if neckline.shows_inner_back and not neckline.has_collar:
        left, right = (
            _with_neck_at(half, end) for half, end in ((left, neckline.curve[-1]), (right, neckline.curve[0]))
        )
    points = _middle_points(outline, neckline, left, right)
    for half in (left, right):
        points |= _side_points(half)
    points = put_in_order(points, outline.height, outline.middle)
    quality = min(left.quality, right.quality) * (0.5 + 0.5 * neckline.quality)
    sleeves: dict[str, Points] = {
        half.shape.side.name: _sleeve_polygon(half) for half in (left, right) if half.shape.has_sleeve
    }
    sleeve = _sleeve_class(points, left, right)
    return UpperLandmarks(points, neckline, sleeve, sleeves, is_open, quality, bare_shoulders)


def _read_half(outline: Outline, shape: SideShape, edges: NDArray[np.float32]) -> _Half:
    shoulder = read_shoulder(shape, outline.height)
    uncovered = uncover_armpit(shape, shoulder, outline.mask, edges)
    # The shoulder is looked for above the armpit: with the true armpit it is found more surely.
    return _Half(uncovered, shoulder if uncovered is shape else read_shoulder(uncovered, outline.height))


def _without_shoulder(half: _Half, height: float) -> _Half | None:
    found = with_bare_shoulder(half.shape, height)
    return None if found is None else _Half(*found)


def _agreed(left: _Half, right: _Half) -> tuple[_Half, _Half]:
    """Both halves, the worse one replaced by the better one's mirror image where they contradict each other."""
    reach = max(float(left.shape.armpit[0]), float(right.shape.armpit[0]), 1.0)
    apart = max(
        float(np.hypot(*(left.shape.armpit - right.shape.armpit))),
        float(np.hypot(*(left.shoulder.tip - right.shoulder.tip))),
        _cuffs_apart(left, right),
    )
    if left.shape.has_sleeve == right.shape.has_sleeve and apart < 0.35 * reach:
        return left, right
    left_is_better = left.quality >= right.quality
    if left.shape.has_sleeve != right.shape.has_sleeve:
        sleeved = left if left.shape.has_sleeve else right
        left_is_better = (sleeved is left) == (sleeved.shape.sureness > SURE_SLEEVE)
    return (left, _mirrored(left, right)) if left_is_better else (_mirrored(right, left), right)


def _cuffs_apart(left: _Half, right: _Half) -> float:
    """Pixels between the corners of one cuff and those of the other, mirrored; 0 where a side has no sleeve."""
    if not (left.shape.has_sleeve and right.shape.has_sleeve):
        return 0.0
    corners = (
        (half.shape.side.path[half.shape.cuff_outer_index], half.shape.side.path[half.shape.cuff_inner_index])
        for half in (left, right)
    )
    return max(float(np.hypot(*(one - other))) for one, other in zip(*corners, strict=True))


def _with_collar_like(half: _Half, other: _Half) -> _Half:
    """The half with its neck point below the collar, where the other one's is: collars have two sides."""
    own, theirs = _fall_to_neck(half), _fall_to_neck(other)
    if theirs < COLLAR_FALL or own > 0.5 * COLLAR_FALL:
        return half
    path, tip = half.shape.side.path, half.shoulder.tip_index
    index = int(np.argmin(np.abs(path[:tip, 0] - other.shoulder.neck[0]))) if tip else 0
    lower = half.shoulder._replace(neck=path[index], neck_index=index)
    return replace(half, shoulder=lower) if _fall_to_neck(replace(half, shoulder=lower)) > own else half


def _fall_to_neck(half: _Half) -> float:
    """How far the outline falls from its top to the neck point, over the shoulder's distance from the middle."""
    path, shoulder = half.shape.side.path, half.shoulder
    highest = float(path[: shoulder.neck_index + 1, 1].min())
    return (float(shoulder.neck[1]) - highest) / max(float(shoulder.tip[0]), 1.0)


def _mirrored(good: _Half, bad: _Half) -> _Half:
    """The good half on the other side. Its path is the other side's outline as the good side knows it."""
    side = replace(bad.shape.side, path=good.shape.side.path)
    shape = replace(good.shape, side=side, quality=0.6 * good.shape.quality)
    return _Half(shape, good.shoulder)


def _with_neck_at(half: _Half, end: NDArray[np.float32]) -> _Half:
    """The half with its neck point where the neckline was seen to end: an edge is surer than a turn of the outline."""
    side, tip = half.shape.side, half.shoulder.tip_index
    out = np.abs(side.path[:tip, 0] - side.sign * (float(end[0]) - side.middle))
    if not len(out):
        return half
    index = int(np.argmin(out))
    return replace(half, shoulder=half.shoulder._replace(neck=side.path[index], neck_index=index))


def _middle_points(outline: Outline, neckline: Neckline, left: _Half, right: _Half) -> dict[str, tuple[float, float]]:
    deepest = int(np.argmax(neckline.curve[:, 1]))
    front = (float(neckline.curve[deepest, 0]), float(neckline.curve[deepest, 1]))
    hem = 0.5 * (left.shape.hem[1] + right.shape.hem[1])
    bottom = outline.bottom if outline.bottom > left.shape.armpit[1] else float(hem)
    return {
        "neck_front": front,
        "neck_back": (outline.middle, min(outline.top, front[1])),
        "hem_middle": (outline.middle, float(bottom)),
    }


def _side_points(half: _Half) -> dict[str, tuple[float, float]]:
    shape, shoulder, side = half.shape, half.shoulder, half.shape.side
    frame = {
        "neck": shoulder.neck,
        "shoulder": shoulder.tip,
        "armpit": shape.armpit,
        "waist": _waist(shape),
        "hem": shape.hem,
    }
    if shape.has_sleeve:
        outer, inner = side.path[shape.cuff_outer_index], side.path[shape.cuff_inner_index]
        frame |= {
            "cuff_outer": outer,
            "cuff_inner": inner,
            "elbow_outer": _half_way(side.path[shoulder.tip_index : shape.cuff_outer_index + 1]),
            "elbow_inner": _half_way(_inner_edge(shape)),
        }
    return {f"{name}_{side.name}": side.to_picture(point) for name, point in frame.items()}


def _waist(shape: SideShape) -> NDArray[np.float32]:
    """The torso's outline half way from armpit to hem; on the hidden edge where the sleeve covers it."""
    edge = shape.side.path[shape.armpit_index : shape.hem_index + 1]
    if shape.hidden_edge is not None:
        edge = np.concatenate([shape.hidden_edge, edge])
    wanted = 0.5 * (shape.armpit[1] + shape.hem[1])
    return edge[int(np.argmin(np.abs(edge[:, 1] - wanted)))]


def _inner_edge(shape: SideShape) -> Path:
    """The sleeve's inner edge from the armpit to the cuff."""
    edge = shape.side.path[shape.cuff_inner_index : shape.armpit_index + 1][::-1]
    return edge if shape.hidden_edge is None else np.concatenate([shape.hidden_edge, edge])


def _half_way(path: Path) -> NDArray[np.float32]:
    if len(path) < 2:
        return path[0]
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    return np.array([np.interp(along[-1] / 2, along, path[:, k]) for k in (0, 1)], np.float32)


def _sleeve_polygon(half: _Half) -> Points:
    """The sleeve: its outline from the shoulder point round the cuff to the armpit, closed by a straight cut."""
    shape, side = half.shape, half.shape.side
    outline = side.path[half.shoulder.tip_index : shape.armpit_index + 1]
    if shape.hidden_edge is not None:
        outline = np.concatenate([outline, shape.hidden_edge[::-1]])
    return np.array([side.to_picture(point) for point in outline], np.float32)


def _sleeve_class(points: Mapping[str, tuple[float, float]], left: _Half, right: _Half) -> Sleeve:
    if not (left.shape.has_sleeve or right.shape.has_sleeve):
        return "none"
    ratio = _sleeve_ratio(points)
    return "short" if ratio < SHORT_BELOW else "elbow" if ratio < LONG_ABOVE else "long"


def _sleeve_ratio(points: Mapping[str, tuple[float, float]]) -> float:
    """Mean length of the sleeves over the torso's."""
    p = {name: np.array(point) for name, point in points.items()}
    chest = float(np.hypot(*(p["armpit_left"] - p["armpit_right"])))
    torso = float(p["hem_middle"][1] - 0.5 * (p["neck_left"][1] + p["neck_right"][1]))
    torso = float(np.clip(torso, USUAL_TORSO[0] * chest, USUAL_TORSO[1] * chest))
    lengths = [
        np.hypot(*(0.5 * (p[f"cuff_outer_{s}"] + p[f"cuff_inner_{s}"]) - p[f"shoulder_{s}"])) for s in ("left", "right")
    ]
    return float(np.mean(lengths)) / max(torso, 1e-3)
