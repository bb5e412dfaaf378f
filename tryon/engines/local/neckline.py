"""The front neckline: the curve below which the garment covers its wearer."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture, Points
from tryon.engines.local.ground import lab_of
from tryon.engines.local.neck_habits import FRONT_OPENING, ROUND, STANDING, TURNED_DOWN, Habit
from tryon.engines.local.neck_label import Label, beside_label, find_label
from tryon.engines.local.outline import CURVE_SAMPLES, Outline, Path, distance_from_chord, resample
from tryon.engines.local.raster import smoothed_row
from tryon.engines.local.shoulders import Shoulder
from tryon.engines.local.trim import opening_in_trim

Floats = NDArray[np.float32]

WEAKEST_EDGE: Final = 0.24
"""Below this score no curve is an edge, and the outline or a usual depth is taken."""
STANDS: Final = 0.13
"""Of the neck opening's width: how far the outline must rise above the neck points to be a collar's."""
SHORTLIST: Final = 6
"""Curves of the coarse search that are tried again, moved a little aside and a little deeper or higher."""


BELOW_STAND: Final = 0.4
"""In half widths between the collar's corners."""
POINTED_TRUST: Final = 0.5
"""A pointed opening is believed from this share of the bow's score: where there is one, the bow is only that seam."""
CLEAR_BOW: Final = 0.8
"""A bow seen so clearly all along is a front edge: a label and the collar's leaves cover parts of a back's seam."""
TRUST_BESIDE_CLEAR_BOW: Final = 0.75
SHALLOW: Final = 0.65
BEYOND_SEAM: Final = (0.35, 1.35)
"""Half widths: what lies shallower may be the seam of the back's own ribbing, seen inside the opening; the front's edge
then lies at least so much deeper, and not beyond the second."""
ROUNDED: Final = 1.5
"""Exponent from which a neckline is round, as all are that have such a seam."""
SEAM_TRUST: Final = 0.85
"""A front's edge scores at least so much of what a back's seam does: both are the same cloth on the same cloth. Prints
and the front's own seam below its edge score up to 0.66."""
DISTINCT: Final = 2.75
"""A pointed opening scores at least so many times what ordinary curves do; 2.0 to 2.4 in prints without one."""

FAINT: Final = 0.4
PAST_FACING: Final = (1.4, 3.0)
"""A blouse opens in a V as a jacket may: where nothing round is seen more clearly than the first, and a pointed opening
scores so many times as much and is so distinct, the faint bow is the facing of the back seen through it."""

ORDINARY: Final = 2.9
"""Where neither a collar's pointed opening nor its bow scores more, every edge is print or frill: such a collar is
closed all round. Measured: frilled and sequinned turtlenecks up to 2.6, collars that open from 3.2 on."""
THROUGH_LABEL: Final = 0.2
OVER_LABEL: Final = 0.35
"""A neckline that would cover more than this share of a label's height that is seen is so much less likely."""
HUGS_LABEL: Final = 0.15
CLEAR_AT_LABEL: Final = 0.7
"""Half widths below a label where what looks like an edge may be folds around it, unless it scores so much: then the
front covers the label's lower end."""
BELOW_LABEL: Final = 0.3
"""In half widths: so far below a label the front's edge is, where it is not seen."""

EVEN_PX: Final = 1.0
CLOSED_DEPTH: Final = 0.3
"""In half widths between its corners."""


@dataclass(frozen=True, slots=True)
class Neckline:
    curve: Points
    """(n, 2) in pixels of the mask, from the wearer's right to the left."""
    shows_inner_back: bool
    """The curve lies inside the silhouette: what is above it is the inside of the back."""
    quality: float
    has_collar: bool = False
    """The curve hangs on the collar's upper corners, above the neck points."""


class _Best(NamedTuple):
    curve: Points
    score: float
    distinct: float
    """The score over what an ordinary curve shows: in a bold print every curve follows some edge."""


def read_neckline(
    picture: Picture, outline: Outline, left: Shoulder, right: Shoulder, front_opens: bool = False
) -> Neckline:
    """The best curve between the neck points. Always an answer; `quality` 0..1 says how clearly it was seen.

    What is known to open down its front (`front_opens`) may be closed far down only.
    """
    valley = _valley(outline, left, right)
    start, end = outline.right.to_picture(right.neck), outline.left.to_picture(left.neck)
    half = max(4.0, (end[0] - start[0]) / 2)
    dip = float(valley[:, 1].max()) - (start[1] + end[1]) / 2
    if (left.is_bare and right.is_bare) or dip > 0.9 * half:
        return Neckline(valley, False, 0.9)
    corners = _collar_corners(outline, left, right)
    has_collar = corners is not None
    ends = np.array((start, end), np.float32) if corners is None else corners
    edge = _upper_edge(outline, left, right)
    tips = np.array((outline.right.to_picture(right.tip), outline.left.to_picture(left.tip)), np.float32)
    trimmed = opening_in_trim(picture, outline.mask.astype(bool), np.array((start, end), np.float32), tips)
    if trimmed is not None:
        return Neckline(_hung_on(edge, trimmed), True, 0.9, has_collar)
    label = None if has_collar else find_label(picture, edge, ends)
    search = _Search.around(picture, edge, ends, TURNED_DOWN if has_collar else ROUND, label)
    best = search.best()
    if has_collar:
        standing = replace(search, habit=_standing((start[1] + end[1]) / 2, ends))
        bow = standing.best()
        if max(best.distinct, bow.distinct) < ORDINARY:
            return Neckline(standing.closed(), False, 0.2, True)
        best = _pointed_or_bow(best, bow)
    elif front_opens:
        opening = _Search.around(picture, edge, ends, FRONT_OPENING).best()
        likely = opening.score >= TRUST_BESIDE_CLEAR_BOW * best.score and opening.distinct > DISTINCT
        best = opening if likely else best
    else:
        best = _beyond_seam(search, best)
        if best.score < FAINT and label is None:
            best = _opening_past_facing(best, _Search.around(picture, edge, ends, FRONT_OPENING).best())
    curve, score, _ = best
    if score > (CLEAR_AT_LABEL if search.is_at_label(curve) else WEAKEST_EDGE):
        return Neckline(curve, True, float(np.clip(score / 0.7, 0, 1)), has_collar)
    if dip > 0.25 * half:
        return Neckline(valley, False, 0.6)
    return Neckline(search.usual(), True, 0.2, has_collar)


def _hung_on(edge: Points, opening: Points) -> Points:
    """An opening's lower edge as a neckline: a calm curve whose ends lie on the outline's top."""
    x = np.linspace(opening[0, 0], opening[-1, 0], CURVE_SAMPLES, dtype=np.float32)
    y = np.interp(x, opening[:, 0], smoothed_row(opening[:, 1], EVEN_PX)).astype(np.float32)
    top = np.interp(x, edge[:, 0], edge[:, 1])
    y[[0, -1]] = top[[0, -1]]
    return np.stack([x, np.maximum(y, top)], axis=1).astype(np.float32)


def _pointed_or_bow(pointed: _Best, bow: _Best) -> _Best:
    """Which of the two a collar's opening is; a bow under a pointed opening is the seam of the collar's own back."""
    trust = POINTED_TRUST if bow.score < CLEAR_BOW else TRUST_BESIDE_CLEAR_BOW
    return pointed if pointed.score >= trust * bow.score and pointed.distinct > DISTINCT else bow


def _opening_past_facing(bow: _Best, pointed: _Best) -> _Best:
    """The pointed opening through which a back's facing is seen as a faint bow, or that bow where none is clear."""
    times, distinct = PAST_FACING
    return pointed if pointed.score >= times * bow.score and pointed.distinct > distinct else bow


def _beyond_seam(search: "_Search", best: _Best) -> _Best:
    """The best curve; where that may be the seam of the back's ribbing, the front's edge seen deeper in plain cloth."""
    ends = float(best.curve[[0, -1], 1].mean())
    depth = (float(best.curve[:, 1].max()) - ends) / search.half
    depths = search.habit.depths
    deeper = depths[(depths >= depth + BEYOND_SEAM[0]) & (depths <= BEYOND_SEAM[1])]
    if depth > SHALLOW or best.distinct < DISTINCT or not len(deeper):
        return best
    rounded = tuple(shape for shape in search.habit.shapes if shape >= ROUNDED)
    front = replace(search, habit=replace(search.habit, depths=deeper, shapes=rounded)).best()
    return front if front.score >= SEAM_TRUST * best.score and front.distinct > DISTINCT else best


def _standing(neck: float, corners: Points) -> Habit:
    """The habit of a stand-up collar; its front edge hardly comes lower than where the collar begins, `neck`."""
    half = max(4.0, float(corners[1, 0] - corners[0, 0]) / 2)
    lowest = (neck - float(corners[:, 1].mean())) / half + BELOW_STAND
    return replace(STANDING, depths=STANDING.depths[STANDING.depths <= max(lowest, float(STANDING.depths[0]))])


def _valley(outline: Outline, left: Shoulder, right: Shoulder) -> Points:
    """The outline's top between the neck points."""
    ours = [outline.left.to_picture(p) for p in outline.left.path[: left.neck_index + 1]]
    theirs = [outline.right.to_picture(p) for p in outline.right.path[: right.neck_index + 1]][::-1]
    return resample(np.array(theirs + ours, np.float32), CURVE_SAMPLES)


def _upper_edge(outline: Outline, left: Shoulder, right: Shoulder) -> Points:
    """(n, 2) the outline's top between the shoulder points, from left to right."""
    ours = [outline.left.to_picture(p) for p in outline.left.path[: left.tip_index + 1]]
    theirs = [outline.right.to_picture(p) for p in outline.right.path[: right.tip_index + 1]]
    edge = np.array(theirs + ours, np.float32)
    return edge[np.argsort(edge[:, 0])]


def _collar_corners(outline: Outline, left: Shoulder, right: Shoulder) -> Points | None:
    """(2, 2) the upper corners of a collar that stands above the neck points, right one first; None without one."""
    corners, rises = [], []
    for side, shoulder in ((outline.right, right), (outline.left, left)):
        path = side.path[: shoulder.neck_index + 1]
        corner = _corner(path)
        corners.append(side.to_picture(path[corner]))
        rises.append(float(path[-1, 1] - path[corner, 1]))
    width = outline.left.to_picture(left.neck)[0] - outline.right.to_picture(right.neck)[0]
    return np.array(corners, np.float32) if float(np.mean(rises)) > STANDS * width else None


def _corner(path: Path) -> int:
    """Where the outline turns from the collar's upper edge down its side."""
    return int(np.argmax(distance_from_chord(path, path[0], path[-1]))) if len(path) > 2 else 0


@dataclass(frozen=True, slots=True)
class _Search:
    """The picture around the neck, how strongly its colour changes, and which curves are tried there."""

    across: Floats
    down: Floats
    smooth: Floats
    origin: tuple[float, float]
    half: float
    centre: float
    edge: Points
    """The outline's top; every curve hangs on it."""
    habit: Habit
    label: Label | None
    told: Floats
    """1, and 0 on a label of the back: its edges tell nothing."""

    @classmethod
    def around(
        cls, picture: Picture, edge: Points, ends: Points, habit: Habit, label: Label | None = None
    ) -> "_Search":
        half, centre = max(4.0, float(ends[1, 0] - ends[0, 0]) / 2), float(ends[:, 0].mean())
        reach = float(habit.widths[-1]) * half + 4
        left, right = int(max(0, centre - reach)), int(centre + reach + 1)
        top, bottom = int(max(0, edge[:, 1].min() - 4)), int(ends[:, 1].max() + (habit.depths[-1] + 0.3) * half + 6)
        lab = lab_of(np.ascontiguousarray(picture[top:bottom, left:right]))
        smooth = cv2.GaussianBlur(lab, (0, 0), max(0.8, 0.02 * half)).astype(np.float32, copy=False)
        across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
        # Dark cloth has faint edges: the strength of a step is measured against what is usual around it.
        strength = np.sqrt((across**2 + down**2).sum(axis=-1))
        told = beside_label(label, strength.shape, (left, top), half)
        spread = max(3.0, 0.35 * half)
        share = np.maximum(cv2.GaussianBlur(told, (0, 0), spread), 0.1)
        common = cv2.GaussianBlur(strength * told, (0, 0), spread) / share + 0.25
        weight = (told / common)[..., None]
        return cls(across * weight, down * weight, smooth, (left, top), half, centre, edge, habit, label, told)

    def best(self) -> _Best:
        """The curve with the highest score: looked for first on a coarse grid, then around its best."""
        grid = np.meshgrid(self.habit.widths, self.habit.shapes, self.habit.depths, (-0.04, 0.04), indexing="ij")
        coarse = np.stack([a.ravel() for a in grid], axis=-1).astype(np.float32)
        seen = self._seen(coarse)
        scores = seen * self._likely(coarse)
        chosen = coarse[np.argsort(scores)[-SHORTLIST:]]
        nearby = np.stack(
            np.meshgrid((-0.05, 0.0, 0.05), (-0.2, 0.0, 0.2), (-0.05, 0.0, 0.05), (-0.04, 0.0, 0.04), indexing="ij"),
            axis=-1,
        ).reshape(-1, 4)
        fine = (chosen[:, None] + nearby[None].astype(np.float32)).reshape(-1, 4)
        scores = self._seen(fine) * self._likely(fine)
        top = int(np.argmax(scores))
        score = float(scores[top])
        return _Best(self._curves(fine[top : top + 1])[0], score, score / max(float(np.median(seen)), 1e-3))

    def usual(self) -> Points:
        """The usual neckline, where none is seen."""
        depth = 0.75 * self.habit.depth
        if self.label is not None:
            depth = max(depth, self._depth_of(self.label.bottom) + BELOW_LABEL)
        return self._curves(np.array([[1.0, self.habit.shape, depth, 0.0]], np.float32))[0]

    def is_at_label(self, curve: Points) -> bool:
        """The curve runs along a label's lower edge or above it."""
        return self.label is not None and float(curve[:, 1].max()) < self.label.bottom + HUGS_LABEL * self.half

    def _depth_of(self, y: float) -> float:
        ends = np.asarray([[self.centre - self.half, self.centre + self.half]], np.float32)
        return (y - float(self._top(ends).mean())) / self.half

    def closed(self) -> Points:
        """The upper edge of a collar that is closed all round: a ring seen a little from above."""
        return self._curves(np.array([[1.0, 2.0, CLOSED_DEPTH, 0.0]], np.float32))[0]

    def _curves(self, traits: Floats) -> Floats:
        """(curves, CURVE_SAMPLES, 2) for traits (curves, 4): width, shape, depth, shift."""
        width, shape, depth, shift = (traits[:, k : k + 1] for k in range(4))
        t = np.linspace(-1, 1, CURVE_SAMPLES, dtype=np.float32)[None]
        x = self.centre + shift * self.half + t * width * self.half
        top = self._top(x)
        ends = top[:, :1] * (1 - t) / 2 + top[:, -1:] * (1 + t) / 2
        y = ends + depth * self.half * np.maximum(1 - np.abs(t) ** shape, 0) ** (1 / shape)
        return np.stack([x, np.maximum(y, top)], axis=-1).astype(np.float32)

    def _top(self, x: Floats) -> Floats:
        return np.interp(x, self.edge[:, 0], self.edge[:, 1]).astype(np.float32)

    def _seen(self, traits: Floats) -> Floats:
        """0..about 1: how well each curve follows an edge all along, and how different both its sides are."""
        curves = self._curves(traits)
        normals = _normals(curves)
        # Near the outline every curve lies on an edge, the outline's own: that part of it proves nothing.
        inside = np.clip((curves[..., 1] - self._top(curves[..., 0])) / (0.1 * self.half) - 0.3, 0, 1)
        edge = self._edge(curves, normals) * inside
        if self.label is not None:
            # On a label a curve is as likely as beside it.
            told = self._at(self.told, curves)
            inside = inside * told
            beside = (edge * told).sum(axis=1, keepdims=True) / np.maximum(told.sum(axis=1, keepdims=True), 1.0)
            edge = np.where(told > 0, edge, beside)
        steady = 0.4 * edge.mean(axis=1) + 0.6 * np.sort(edge, axis=1)[:, 4 : CURVE_SAMPLES // 2].mean(axis=1)
        contrast = self._contrast(curves, normals, inside)
        return (0.65 * np.minimum(steady / 2.2, 1) + 0.35 * contrast).astype(np.float32)

    def _likely(self, traits: Floats) -> Floats:
        """0..1: how usual width and depth are; pointed and shallow necklines hardly exist, nor deep and square ones."""
        habit, (width, shape, depth) = self.habit, traits[:, :3].T
        spread = np.where(depth < habit.depth, habit.shallower, habit.deeper)
        likely = np.exp(-0.5 * ((depth - habit.depth) / spread) ** 2)
        likely *= np.exp(-0.5 * ((width - habit.width) / habit.width_spread) ** 2)
        if self.label is not None:
            likely = np.where(self._through(traits), THROUGH_LABEL * likely, likely)
        odd = (shape < 1.2) & (depth < 0.62) | (shape > 1.9) & (depth > 1.15)
        return np.where(odd, 0.7 * likely, likely)

    def _through(self, traits: Floats) -> NDArray[np.bool_]:
        """Which curves would cover a part of the label that is seen."""
        if self.label is None:
            return np.zeros(len(traits), bool)
        curves = self._curves(traits)
        under = (curves[..., 0] > self.label.left) & (curves[..., 0] < self.label.right)
        highest = np.where(under, curves[..., 1], np.inf).min(axis=1)
        return np.asarray(highest < self.label.bottom - OVER_LABEL * (self.label.bottom - self.label.top))

    def _edge(self, curves: Floats, normals: Floats) -> Floats:
        across, down = self._at(self.across, curves), self._at(self.down, curves)
        return np.minimum(np.sqrt(((across * normals[..., :1] + down * normals[..., 1:]) ** 2).sum(axis=-1)), 4.0)

    def _contrast(self, curves: Floats, normals: Floats, inside: Floats) -> Floats:
        offset = max(2.0, 0.07 * self.half)
        # The median, for the letters of a print differ from the cloth only here and there.
        step = self._at(self.smooth, curves + offset * normals) - self._at(self.smooth, curves - offset * normals)
        return np.minimum(np.linalg.norm(np.median(step * inside[..., None], axis=1), axis=-1) / 12, 1)

    def _at(self, layer: Floats, points: Floats) -> Floats:
        x = np.clip(np.rint(points[..., 0] - self.origin[0]).astype(int), 0, layer.shape[1] - 1)
        y = np.clip(np.rint(points[..., 1] - self.origin[1]).astype(int), 0, layer.shape[0] - 1)
        return layer[y, x]


def _normals(curves: Floats) -> Floats:
    along = np.gradient(curves, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    return np.stack([-along[..., 1], along[..., 0]], axis=-1)
