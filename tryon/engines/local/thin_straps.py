"""Straps as thin as a cord on bare shoulders: too few pixels for the labels, but lines that climb from the old top."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.linear import luminance, to_linear
from tryon.engines.local.raster import bits, disc, grown

WIDEST_UNITS: Final = 0.045
"""Half the width of what is looked for: wider straps have labels of their own."""
CONTRAST: Final = 0.3
"""Natural logarithm of light by which a strap differs from the skin to both sides of it; folds of skin stay below."""
NOISE: Final = 0.02
"""Linear light added first: in deep shade every pixel differs."""
HIGHEST_LEVEL: Final = -0.25
LOWEST_LEVEL: Final = 0.5
"""Torso levels between which straps run."""
LEAST_HEIGHT: Final = 0.22
"""Units that a strap climbs at least."""
SLENDER: Final = 4.0
"""A strap is at least so many times as high as it is wide on average, and hardly as wide in all as it is high."""
ASIDE: Final = 0.1
"""Units from the body's axis at which a strap leaves the top; necklaces with a pendant hang in the middle."""
SHOULDER_LEVEL: Final = 0.12
"""A strap climbs to the shoulder, at least up to this torso level: lower down shade on an arm is as thin a line."""
OUTERMOST: Final = 0.62
"""Units from the body's axis, a little beyond the shoulder joints, within which straps run; farther out is the arm."""
TOUCH_PX: Final = 3


def with_thin_straps(person: PersonAnalysis, figure: Figure) -> LabelMap:
    """The labels with thin lines on bare skin that climb from the top to a shoulder given to the top."""
    labels, unit = person.labels, figure.unit
    rows = sorted(
        int(np.clip(figure.at_level(level)[1], 0, labels.shape[0])) for level in (HIGHEST_LEVEL, LOWEST_LEVEL)
    )
    part = np.s_[rows[0] : rows[1]]
    skin = np.isin(labels[part], (BodyLabel.NECK, BodyLabel.ARM))
    top = bits(labels[part] == BodyLabel.TOP)
    if not skin.any() or not top.any():
        return labels
    lines = _lines(person.picture[part], skin, max(2, round(WIDEST_UNITS * unit)))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(lines)
    near_top = grown(top, TOUCH_PX) > 0
    near_hair = grown(bits(labels[part] == BodyLabel.HAIR), TOUCH_PX) > 0
    found = np.zeros(labels[part].shape, np.uint8)
    for k in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[k])
        if high < LEAST_HEIGHT * unit or wide > high or area * SLENDER > high * high:
            continue
        window = np.s_[y : y + high, x : x + wide]
        piece = pieces[window] == k
        foot = np.argwhere(piece & near_top[window])
        if not foot.size or (piece & near_hair[window]).any():
            continue
        if not _runs_over_the_shoulder(np.argwhere(piece)[:, ::-1] + (x, y + rows[0]), figure):
            continue
        base = foot.mean(axis=0)[::-1] + np.array((x, y + rows[0]))
        if abs(float((base - figure.shoulder_middle) @ figure.across)) > ASIDE * unit and base[1] - rows[0] > y:
            found[window] |= bits(piece)
    if not found.any():
        return labels
    labels = labels.copy()
    labels[part][(grown(found, 1) > 0) & skin] = BodyLabel.TOP
    return labels


def _runs_over_the_shoulder(spots: NDArray[np.integer], figure: Figure) -> bool:
    """Whether the line's `spots` (n, 2) reach the shoulder, and keep to the trunk on their way."""
    away = spots - figure.shoulder_middle
    highest = float((away @ figure.down).min()) / figure.torso_length
    outermost = float(np.quantile(np.abs(away @ figure.across), 0.9))
    return highest < SHOULDER_LEVEL and outermost < OUTERMOST * figure.unit


def _lines(picture: NDArray[np.uint8], skin: NDArray[np.bool_], radius: int) -> NDArray[np.uint8]:
    """Where a line darker or lighter than its surroundings lies on skin."""
    light = np.log(luminance(to_linear(picture)) + np.float32(NOISE))
    kernel = disc(radius)
    dark = cv2.morphologyEx(light, cv2.MORPH_CLOSE, kernel) - light
    pale = light - cv2.morphologyEx(light, cv2.MORPH_OPEN, kernel)
    lines = bits((np.maximum(dark, pale) > CONTRAST) & skin)
    return np.asarray(cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8)), np.uint8)
