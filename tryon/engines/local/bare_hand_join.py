"""Where a made-up forearm goes over into a hand that is seen: the same light and hue on both sides, place by place.

What seen skin tells about light is carried at a reduced size, at which a wrist is a few pixels wide; the step that was
left there looked like the end of a glove. Here the step is read at full size, over the places across the wrist, and
taken off the forearm; up the arm it fades.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.figure_arms import Arm
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import bits, blurred, box_of, depth, shrunk
from tryon.engines.local.skin_tone import DARKEST, LEAST_SKIN_PX

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

AROUND_UNITS: Final = 0.34
"""The hand's beginning lies so near to the wrist."""
STRIP_UNITS: Final = (0.008, 0.036)
"""So far from what is made up the hand tells: its very rim is mixed with the old cuff."""
PLACES: Final = np.linspace(-1.0, 1.0, 7)
PLACE_WIDTH: Final = 0.3
"""Across the wrist the step is read at these places, over this width."""
MOST: Final = 0.4
"""Log limit of the step, and of what single pixels differ from it: beyond it they are a gap between fingers."""
WIDER: Final = 1.3
"""Half widths of the wrist within which a hand is this arm's own: another one may lie before it."""
SPOT_UNITS: Final = 0.016
GOING_ON_UNITS: Final = 0.045
LEAST_WEIGHT: Final = 0.02
"""Then what single spots of the strip still differ goes on beyond it: how wide they are, how far, and the share of the
strip in a spot's surroundings below which nothing is known there. A thin step is seen as a line round the wrist."""
RIM_PX: Final = 4
"""So much beyond what is needed the light is changed, too: it is mixed with the hand's rim."""
FADING_UNITS: Final = (0.42, 0.12)
"""Over these distances up the arm what the hand tells is gone by two thirds: that of the wrist as a whole, and how
single places differ from it, which on a hand are knuckles and tendons."""


def meet_the_hand(light: Linear, photo: Linear, labels: LabelMap, arm: Arm, needed: Mask, unit: float) -> None:
    """Change `light` around this arm's wrist so that it meets the hand where skin is `needed` beside it."""
    end = arm.path[-1]
    reach = (AROUND_UNITS + 2 * FADING_UNITS[0]) * unit
    height, width = labels.shape
    left, upper = (max(0, int(value - reach)) for value in end)
    right, lower = min(width, int(end[0] + reach)), min(height, int(end[1] + reach))
    box = np.s_[upper:lower, left:right]
    if right - left < 8 or lower - upper < 8 or not (labels[box] == BodyLabel.HAND).any():
        return
    along, across = _place(arm, (upper, lower, left, right))
    own = (np.abs(across) < WIDER) & (np.abs(along) < AROUND_UNITS * unit)
    hand = (labels[box] == BodyLabel.HAND) & own
    away = depth(bits(~needed[box]))
    inside = (shrunk(bits(hand), 1) > 0) & ~needed[box]
    strip = inside & (away > max(1.5, STRIP_UNITS[0] * unit)) & (away < STRIP_UNITS[1] * unit)
    if strip.sum() < LEAST_SKIN_PX:
        return
    off = np.log(np.maximum(photo[box][strip], DARKEST)) - np.log(np.maximum(light[box][strip], DARKEST))
    step = _over_places(off, across[strip])
    up = depth(bits(~hand)) / np.float32(unit)
    rows, columns = np.nonzero((away <= RIM_PX) & (up < 2 * FADING_UNITS[0]) & (np.abs(across) < 2 * WIDER))
    up, place = up[rows, columns][:, None], across[rows, columns]
    whole, single = (np.exp(-((up / reach) ** 2)) for reach in FADING_UNITS)
    middle = step.mean(axis=0)
    apart = np.stack([np.interp(place, PLACES, channel) for channel in (step - middle).T], axis=1)
    light[upper + rows, left + columns] *= np.exp(middle * whole + apart * single).astype(np.float32)
    _go_on(light[box], photo[box], strip, unit)


def _go_on(light: Linear, photo: Linear, strip: Mask, unit: float) -> None:
    """Let what is left of the step, spot by spot along the `strip`, fade away from it."""
    sigma, reach = max(1.5, SPOT_UNITS * unit), max(3.0, GOING_ON_UNITS * unit)
    box = box_of(strip, int(2 * reach) + 2)
    light, photo, near = light[box], photo[box], strip[box].astype(np.float32)
    rest = np.log(np.maximum(photo, DARKEST)) - np.log(np.maximum(light, DARKEST))
    rest = np.clip(rest, -MOST / 2, MOST / 2) * near[..., None]
    weight = blurred(near, sigma)[..., None]
    local = blurred(rest, sigma) / (weight + np.float32(LEAST_WEIGHT))
    away = depth(bits(near < 0.5)) / np.float32(reach)
    light *= np.exp(local * np.exp(-(away**2))[..., None])


def _place(arm: Arm, box: tuple[int, int, int, int]) -> tuple[Floats, Floats]:
    """Pixels along the forearm from the wrist on, and the place across it (-1 inner edge, 1 outer edge)."""
    upper, lower, left, right = box
    end, way = arm.path[-1], arm.path[-1] - arm.path[-4]
    way = way / max(float(np.hypot(*way)), 1e-6)
    aside = arm.outward[-1] - way * float(arm.outward[-1] @ way)
    aside = aside / max(float(np.hypot(*aside)), 1e-6)
    x = np.arange(left, right, dtype=np.float32) - end[0]
    y = np.arange(upper, lower, dtype=np.float32)[:, None] - end[1]
    off = x * aside[0] + y * aside[1]
    half = np.where(off > 0, max(float(arm.bare_outer[-1]), 2.0), max(float(arm.bare_inner[-1]), 2.0))
    return np.asarray(x * way[0] + y * way[1], np.float32), np.asarray(off / half, np.float32)


def _over_places(off: Floats, across: Floats) -> NDArray[np.float64]:
    """(7, 3) log step of each channel at PLACES, from (n, 3) pixels; that of few pixels is the whole strip's."""
    middle = np.median(off, axis=0)
    kept = np.clip(off, middle - MOST, middle + MOST)
    weight = np.exp(-(((across - PLACES[:, None]) / PLACE_WIDTH) ** 2))
    few = LEAST_SKIN_PX / 4
    step = (weight @ kept + few * middle) / (weight.sum(axis=1, keepdims=True) + few)
    return np.asarray(np.clip(step, -MOST, MOST), np.float64)
