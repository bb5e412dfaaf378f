"""Straps as thin as a cord on bare shoulders: too few pixels for the labels, but lines that climb from the old top."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis, Points
from tryon.engines.local.figure import Figure
from tryon.engines.local.linear import luminance, to_linear
from tryon.engines.local.raster import Bits, bits, disc, grown

WIDEST_UNITS: Final = 0.026
"""Half the width of what is looked for: wider straps have labels of their own."""
CONTRAST: Final = 0.5
"""Natural logarithm of light by which a strap differs from the skin to both sides of it; folds of skin stay below."""
NOISE: Final = 0.02
"""Linear light added first: in deep shade every pixel differs."""
HIGHEST_LEVEL: Final = -0.25
LOWEST_LEVEL: Final = 0.35
"""Torso levels between which straps run."""
LEAST_HEIGHT: Final = 0.15
"""Units that a strap climbs at least, with both of its ends."""
SLENDER: Final = 3.5
"""A strap is at least so many times as high as it is wide on average, and hardly as wide in all as it is high."""
ASIDE: Final = 0.18
"""Units from the body's axis at which a strap leaves the top; necklaces with a pendant hang in the middle."""
END: Final = 5
"""Times `WIDEST_UNITS` from a strap's upper end to the shoulder's edge, at most: creases of the armpit end lower."""


def with_thin_straps(person: PersonAnalysis, figure: Figure) -> LabelMap:
    """The labels with thin lines on bare skin that climb from the top to a shoulder given to the top."""
    upper, lower = (int(figure.at_level(level)[1]) for level in (HIGHEST_LEVEL, LOWEST_LEVEL))
    part = np.s_[max(upper, 0) : max(lower, 0)]
    labels = person.labels[part]
    skin = np.isin(labels, (BodyLabel.NECK, BodyLabel.ARM))
    if not skin.any() or not (labels == BodyLabel.TOP).any():
        return person.labels
    radius = max(2, round(WIDEST_UNITS * figure.unit))
    lines, rims = _lines(person.picture[part], skin, radius)
    straps = _climbing(lines, labels, figure.shoulder_middle - np.array((0, part.start)), figure, radius)
    if not straps.any():
        return person.labels
    # A strap's ends lie at the shoulder's and at the top's edge.
    straps |= np.asarray(cv2.dilate(straps, np.ones((4 * radius + 1, 5), np.uint8)), np.uint8) & rims
    labels = person.labels.copy()
    labels[part][(grown(straps, 1) > 0) & skin] = BodyLabel.TOP
    return labels


def _climbing(lines: Bits, labels: LabelMap, middle: Points, figure: Figure, radius: int) -> Bits:
    """The long and slender lines that climb from the top, aside from the body's `middle`, to the shoulder's edge."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(lines)
    near_top = grown(bits(labels == BodyLabel.TOP), 2 * radius) > 0
    near_hair = grown(bits(labels == BodyLabel.HAIR), radius) > 0
    straps = np.zeros(labels.shape, np.uint8)
    for k in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[k])
        # Both of its ends lie too near to the skin's edge to be found.
        if high + 2 * radius < LEAST_HEIGHT * figure.unit or wide > high or area * SLENDER > high * high:
            continue
        window = np.s_[y : y + high, x : x + wide]
        piece = pieces[window] == k
        end = x + int(np.flatnonzero(piece[0]).mean())
        above = labels[max(0, y - END * radius) : y, max(0, end - radius) : end + radius + 1]
        foot = np.argwhere(piece & near_top[window])
        if not foot.size or (piece & near_hair[window]).any() or not (above == BodyLabel.BACKGROUND).any():
            continue
        base = foot.mean(axis=0)[::-1] + np.array((x, y))
        if abs(float((base - middle) @ figure.across)) > ASIDE * figure.unit:
            straps[window] |= bits(piece)
    return straps


def _lines(picture: NDArray[np.uint8], skin: NDArray[np.bool_], radius: int) -> tuple[Bits, Bits]:
    """Where a line darker or lighter than its surroundings lies amid skin, and where it lies on skin at all."""
    light = np.log(luminance(to_linear(picture)) + np.float32(NOISE))
    kernel = disc(radius)
    dark = cv2.morphologyEx(light, cv2.MORPH_CLOSE, kernel) - light
    pale = light - cv2.morphologyEx(light, cv2.MORPH_OPEN, kernel)
    lines = bits((np.maximum(dark, pale) > CONTRAST) & skin)
    lines = np.asarray(cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8)), np.uint8)
    # Nearer to the skin's edge than this, a limb's own shade is a line too.
    amid = cv2.distanceTransform(bits(skin), cv2.DIST_L2, 3) > radius
    return lines * bits(amid), lines
