"""How long a top is on this body, and whether it goes behind the waistband."""

from collections.abc import Mapping

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis, Points, Side
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.one_piece import is_one_piece
from tryon.engines.local.pattern import Pattern

HANGING = 0.08
"""A top that covers more of the hips than this share is not tucked in all around."""

TUCKED_LEVELS = 0.05
"""A tucked top goes on behind the waistband for at least so much (torso lengths)."""

SHORT_LEVELS = 0.05
"""A top that ends so little (torso lengths) above the waistband is long enough to be tucked in."""

LOWEST_TUCK_LEVEL = 0.93
"""Trousers sit above the hips; an old top that ends lower hangs over them."""

MOST_HEM_LEVEL = ((1.7, 2.6), (1.38, 1.8))
"""A top this long for its chest width reaches at most this torso level: straps and high collars are no length."""

LEAST_HEM_LEVEL = ((0.75, 1.05), (0.5, 0.95))
"""A top this long for its chest width (from neck to hem) reaches at least this torso level: from cropped to usual."""

BEHIND = 0.01
MOST_LOWERED = 0.03
"""Torso lengths by which a tucked top is let down behind the waistband, and at most more where that is uneven."""

LEAST_POINTS = 3
"""Places at which the waistband must be seen."""

HAND_LEVELS = 0.3
"""Torso lengths: a hand is no higher."""

HEM_SLACK = 0.20
"""An old hem this little (torso lengths) below the product's own is kept: nothing has to be invented under it."""


def place_hem(
    waistband: float | None, figure: Figure, pattern: Pattern, neck: Mapping[Side, Points], scale: float, tuck: bool
) -> tuple[float, bool]:
    """Level of the hem, and whether it is tucked in."""
    collar = ((neck["left"] + neck["right"]) / 2).astype(np.float32)
    own = figure.level_of(collar) + pattern.length * scale / figure.torso_length
    if pattern.sleeves:
        own = max(own, float(np.interp(pattern.length / pattern.chest_width, *LEAST_HEM_LEVEL)))
    own = min(own, float(np.interp(pattern.length / pattern.chest_width, *MOST_HEM_LEVEL)))
    if tuck and waistband is not None and own > waistband - SHORT_LEVELS:
        return max(own, waistband + TUCKED_LEVELS), True
    old = old_hem_level(figure)
    if old is not None and own < old < own + HEM_SLACK:
        return old, False
    return own, False


def is_tucked_in(person: PersonAnalysis, figure: Figure, waistband: float | None) -> bool:
    """Whether the old top ends at the waistband all around; an open jacket hangs though the shirt under it does."""
    old = old_hem_level(figure)
    if old is None or waistband is None or waistband > LOWEST_TUCK_LEVEL or abs(old - waistband) > 0.08:
        return False
    seen, _ = _waist_points(person, figure, tuple(np.linspace(-0.4, 0.4, 17)))
    edge = np.asarray([figure.level_of(point) for point in seen])
    if edge.size and np.mean(np.abs(edge - waistband) < 0.06) < 0.85:
        return False
    if is_one_piece(person, figure, waistband):
        # The waistband is a line drawn through a dress: there is nothing to tuck a top into.
        return False
    levels = np.linspace(waistband + 0.06, waistband + 0.25, 8)
    half = np.interp(levels, TORSO_LEVELS, np.minimum(figure.bare["left"], figure.bare["right"]))
    centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
    spots = centre[:, None, :] + figure.across * (half[:, None] * np.linspace(-0.95, 0.95, 25))[..., None]
    height, width = person.labels.shape
    x = np.clip(np.rint(spots[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(spots[..., 1]).astype(int), 0, height - 1)
    return float((person.labels[y, x] == BodyLabel.TOP).mean()) < HANGING


def old_hem_level(figure: Figure) -> float | None:
    """Where the old top ends at the body's middle, or None where there is none."""
    worn = np.flatnonzero(figure.dressed > 0.5)
    return float(TORSO_LEVELS[worn[-1]] + 0.025) if worn.size else None


def waistband_level(person: PersonAnalysis, figure: Figure) -> float | None:
    """The level at which the bottom garment begins, or None where it is not seen."""
    points = _enough(*_waist_points(person, figure, (-0.2, -0.1, 0.0, 0.1, 0.2)))
    levels = [figure.level_of(point) for point in points]
    return float(np.median(levels)) if len(levels) >= LEAST_POINTS else None


def waist_line(person: PersonAnalysis, figure: Figure, waistband: float) -> Points:
    """The waistband's upper edge from the wearer's right to the left, carried on straight beyond what is seen."""
    half = 1.15 * float(max(np.interp(waistband, TORSO_LEVELS, figure.bare[side]) for side in SIDES)) / figure.unit
    points = _enough(*_waist_points(person, figure, tuple(np.linspace(-0.8 * half, 0.8 * half, 21))))
    seen = np.asarray(points, np.float32).reshape(-1, 2)
    offsets = (seen - figure.shoulder_middle) @ figure.across
    levels = np.asarray([figure.level_of(point) for point in seen])
    steady = np.abs(levels - waistband) < 0.07
    if not steady.any():
        offsets, levels, steady = np.zeros(1), np.full(1, waistband), np.ones(1, bool)
    bend = np.polyfit(offsets[steady], levels[steady], 2 if steady.sum() >= 8 else 0)
    # Nowhere above the edge, or a line of skin would show there; what is below it lies behind the waistband.
    lower = BEHIND + float(np.clip((levels - np.polyval(bend, offsets))[steady].max(), 0.0, MOST_LOWERED))
    places = np.linspace(-half, half, 25) * figure.unit
    inner = np.clip(places, offsets[steady].min(), offsets[steady].max())
    level = np.polyval(bend, inner) + lower
    line = figure.shoulder_middle + np.outer(level * figure.torso_length, figure.down)
    return (line + np.outer(places, figure.across)).astype(np.float32)


def _enough(seen: list[Points], behind_hands: list[Points]) -> list[Points]:
    """Folded hands can hide nearly all of the waistband: a top tucked in at their upper edge is not seen below them."""
    return seen if len(seen) >= LEAST_POINTS else seen + behind_hands


def _waist_points(
    person: PersonAnalysis, figure: Figure, offsets: tuple[float, ...]
) -> tuple[list[Points], list[Points]]:
    """Where the bottom garment is seen to begin, going down at the given offsets (units) from the axis, and the upper
    edge of hands behind which it begins."""
    levels = np.linspace(0.4, 1.4, 201)
    height, width = person.labels.shape
    found, behind = [], []
    for offset in offsets:
        line = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        line = line + figure.across * (offset * figure.unit)
        x, y = np.rint(line).astype(int).T
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        bottom = np.zeros(len(levels), bool)
        bottom[inside] = person.labels[y[inside], x[inside]] == BodyLabel.BOTTOM
        first = int(bottom.argmax())
        over = person.labels[y[max(first - 4, 0)].clip(0, height - 1), x[max(first - 4, 0)].clip(0, width - 1)]
        if not bottom.any():
            continue
        if over not in (BodyLabel.HAND, BodyLabel.ARM):
            found.append(line[first].astype(np.float32))
            continue
        column = person.labels[y.clip(0, height - 1), x.clip(0, width - 1)]
        worn = np.flatnonzero(column[:first] == BodyLabel.TOP)
        if worn.size and levels[first] - levels[worn[-1]] < HAND_LEVELS:
            behind.append(line[worn[-1] + 1].astype(np.float32))
    return found, behind
