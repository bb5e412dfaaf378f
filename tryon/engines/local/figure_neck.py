"""Where chin, neck and shoulders are: the landmarks that necklines and shoulder seams hang on."""

from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, LabelMap, PersonAnalysis, Points, Side, joint_of
from tryon.engines.local.raster import among
from tryon.engines.local.rays import Mask

NECK_HALF: Final = 0.235
NECK_RISE: Final = 0.21
"""Where the side of the neck meets the shoulder: out from the neck's axis, above the shoulder joints; in units."""

HIGHEST_ROOT: Final = 0.1
"""It lies at most so much (units) above that: long slopes from neck to shoulder end there, hoods higher up."""

NECK_LEANS: Final = 0.5
"""Share of the neck's way to the side, or the chin's where the neck is not seen, that the root of the neck goes too."""

SEEN_NECK: Final = 0.05
"""A neck is found between two edges before the background on rows that make up so many units, or not at all."""

WHOLE_NECK: Final = 0.28
"""Units: a neck that is seen to be so wide between hair on its sides is seen as a whole; necks are 0.28 to 0.37 wide.
"""

GIRDLE_HEIGHTS: Final = np.linspace(0.08, 0.36, 29, dtype=np.float32)
GIRDLE_WIDEST: Final = 0.55
LEAST_LEVEL: Final = 12
"""Above the shoulder joints, in units, the slopes from neck to shoulders tell where the body's middle is: on lines
along the shoulders from outline to outline, both at most so far from that middle, on so many lines at least."""

NECK_SLIVER: Final = 0.06
"""Units of short hair or of a shadow taken for cloth that may lie between such an edge and the background."""

WIDEST_NECK: Final = 0.55
"""Units: wider rows show shoulders too."""

NARROW_NECK: Final = 1.12
"""A neck counts as narrow where it is at most so many times as wide as where it is narrowest."""

TIP_DEPTH: Final = 0.15
TIP_INWARD: Final = 0.06
"""Units: below the shoulder's joint the body is looked for down to so far, and so far inwards: beyond, it was not cut
out whole."""

TIP_WITHIN: Final = 0.04
"""Units from the body's side to where its shoulder is still level."""

BESIDE_HAIR: Final = (0.03, 0.06, 0.09, 0.12)
"""Units outwards from a shoulder's point that hair hides, at which the body is looked for."""

CHIN_INDEX: Final = 152
"""The chin in the face mesh."""


def chin_of(person: PersonAnalysis) -> Points:
    """The chin: from the face mesh, else from mouth and nose, which the pose knows even beyond the frame."""
    if person.face is not None:
        return person.face[CHIN_INDEX].astype(np.float32)
    points = person.pose.points
    mouth = (points[Joint.MOUTH_LEFT] + points[Joint.MOUTH_RIGHT]) / 2
    return (mouth + (mouth - points[Joint.NOSE]) * 1.1).astype(np.float32)


def neck_roots(
    person: PersonAnalysis, solid: Mask, chin: Points, shoulders: Points, girdle: Points, unit: float
) -> dict[Side, Points]:
    """The neck's sides at the shoulders: half a neck's width from its axis, on the silhouette of the shoulders.

    Both sides get the same height over the shoulder line, nearer to the lower: hoods and collars only ever raise it.
    `girdle` is that line's direction, to the wearer's left.
    """
    mask, hair = _shoulder_mask(person, solid), person.labels == BodyLabel.HAIR
    lower = float(shoulders[1] - NECK_RISE * unit)
    seen = seen_neck(person, solid, chin, lower, unit)
    if seen is None:
        seen = neck_between_hair(person.labels, chin, lower, unit)
    lean = NECK_LEANS * (float(chin[0] if seen is None else seen) - float(shoulders[0]))
    between = None if seen is not None else between_slopes(person.labels, solid, shoulders, girdle, unit)
    if between is not None:
        # A chin is also beside the neck because the head is turned: it is believed where the slopes say so too.
        lean = float(np.median([0.0, lean, between]))
    foot = shoulders + girdle * np.float32(lean)
    outs = {side: foot + girdle * np.float32((1 if side == "left" else -1) * NECK_HALF * unit) for side in SIDES}
    heights = []
    for out in outs.values():
        expected = float(out[1] - NECK_RISE * unit)
        top = _first_below(mask, hair, float(out[0]), expected - 0.2 * unit, float(out[1]))
        if top is not None:
            y = float(np.clip(top, expected - HIGHEST_ROOT * unit, expected + 0.08 * unit))
            heights.append(float(out[1]) - y)
    height = 0.75 * min(heights) + 0.25 * max(heights) if heights else NECK_RISE * unit
    return {side: (out - np.asarray([0.0, height], np.float32)).astype(np.float32) for side, out in outs.items()}


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
    return _narrow_middle(seen, unit)


def neck_between_hair(labels: LabelMap, chin: Points, lower: float, unit: float) -> float | None:
    """The same where hair lies beside the neck and hides nothing of it, which its width tells; None elsewhere."""
    rows = slice(*np.clip([chin[1], lower], 0, len(labels)).astype(int))
    seen = []
    for row in labels[rows]:
        neck = np.flatnonzero(row == BodyLabel.NECK)
        if not len(neck) or neck[0] == 0 or neck[-1] == len(row) - 1 or (row == BodyLabel.HEAD).any():
            continue
        if np.isin(row[[neck[0] - 1, neck[-1] + 1]], (BodyLabel.HAIR, BodyLabel.BACKGROUND)).all():
            seen.append((int(neck[0]), int(neck[-1]) + 1))
    whole = bool(seen) and min(last - first for first, last in seen) >= WHOLE_NECK * unit
    return _narrow_middle(seen, unit) if whole else None


def _narrow_middle(edges: list[tuple[int, int]], unit: float) -> float | None:
    """The middle between a neck's edges on the rows where it is narrow; None of too few rows."""
    if len(edges) < SEEN_NECK * unit:
        return None
    found = np.asarray(edges, np.float32)
    width = found[:, 1] - found[:, 0]
    return float(np.median(found[width <= NARROW_NECK * width.min()].mean(axis=1)))


def between_slopes(labels: LabelMap, solid: Mask, shoulders: Points, girdle: Points, unit: float) -> float | None:
    """Pixels along `girdle` from the middle of the shoulder joints to the middle between the two slopes above them.
    None where hair or the head hides one of them."""
    up = np.asarray([girdle[1], -girdle[0]], np.float32)
    along = np.arange(-round(GIRDLE_WIDEST * unit), round(GIRDLE_WIDEST * unit) + 1)
    middles = []
    for height in GIRDLE_HEIGHTS * unit:
        columns, rows = np.rint(shoulders + up * height + along[:, None] * girdle).astype(int).T
        if rows.min() < 0 or columns.min() < 0 or rows.max() >= len(solid) or columns.max() >= solid.shape[1]:
            continue
        ends = np.flatnonzero(~solid[rows, columns])
        centre = len(along) // 2
        first, last = ends[ends < centre].max(initial=-1) + 1, ends[ends > centre].min(initial=len(along)) - 1
        if first == 0 or last == len(along) - 1 or first > last:
            continue
        # A little inside, for the cut is not exact.
        seen = labels[rows[[first, first + 2, last - 2, last]], columns[[first, first + 2, last - 2, last]]]
        if np.isin(seen, (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.NECK)).all():
            middles.append((along[first] + along[last]) / 2)
    return float(np.median(middles)) if len(middles) >= LEAST_LEVEL else None


def shoulder_tip_of(person: PersonAnalysis, solid: Mask, side: Side, root: Points, unit: float) -> Points:
    joint = joint_of(person, side, "SHOULDER")
    sign = 1.0 if side == "left" else -1.0
    mask, hair = _shoulder_mask(person, solid), person.labels == BodyLabel.HAIR
    x = _within_body(mask, hair, joint, float(joint[0] + sign * 0.07 * unit), unit)
    expected = float(joint[1] - 0.06 * unit)
    top = _first_below(mask, hair, x, expected - 0.12 * unit, float(joint[1] + 0.1 * unit))
    if top is None:
        top = beside_hair(mask, hair, x, sign * unit, (expected - 0.12 * unit, expected))
    y = float(np.clip(top, expected - 0.1 * unit, expected + 0.1 * unit))
    return np.asarray([x, max(y, root[1] + 0.02 * unit)], np.float32)


def beside_hair(mask: Mask, hair: Mask, x: float, outwards: float, rows: tuple[float, float]) -> float:
    """The row of a shoulder's point that hair hides: no lower than the arm that is seen beside it; the last of `rows`
    where none is, or no hair is there. `outwards` is a unit, signed."""
    column, (start, stop) = int(np.clip(round(x), 0, hair.shape[1] - 1)), np.clip(rows, 0, len(hair)).astype(int)
    if not hair[start:stop, column].any():
        return rows[1]
    tops = [_first_below(mask, hair, x + out * outwards, *rows) for out in BESIDE_HAIR]
    return min([top for top in tops if top is not None], default=rows[1])


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
