"""The body's outline under clothes: less than theirs by what the cloth adds on shoulders and arms."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Points, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import Arm

THICKNESS_UNITS: Final = 0.03
"""So much higher a clothed shoulder ends than a bare one: medians of 38 bare and 46 clothed shoulders."""
INSIDE_UNITS: Final = 0.05
"""So far inside its end the shoulder tells whether it is clothed."""
HOLLOW_UNITS: Final = 0.025
STEEP_UNITS: Final = 0.15
"""A bare shoulder's slope lies so far below the straight line from the neck's side to its end, where it falls by at
least this much; the more level it is, the straighter."""
SLIM: Final = 0.06
"""Share by which an arm under cloth is slimmer than the usual arm: a slim one looks right more often than a stout."""


def under_the_cloth(figure: Figure, labels: LabelMap) -> Figure:
    """The figure with shoulders and arms as they are believed to be where the old top lies on them."""
    tips = {side: _lowered(figure, labels, side) for side in SIDES}
    return replace(figure, shoulder_tip=tips, arms={side: _slimmer(arm) for side, arm in figure.arms.items()})


def shoulder_slope(figure: Figure, start: Points, side: Side) -> Points:
    """(2,) the middle of a shoulder's slope, which is hollow between the neck's side, its `start`, and the joint."""
    tip = figure.shoulder_tip[side]
    fall = float((tip - start) @ figure.down) / (STEEP_UNITS * figure.unit)
    hollow = HOLLOW_UNITS * figure.unit * float(np.clip(fall, 0.0, 1.0))
    return np.asarray((start + tip) / 2 + figure.down * np.float32(hollow), np.float32)


def _lowered(figure: Figure, labels: LabelMap, side: Side) -> Points:
    tip = figure.shoulder_tip[side]
    x, y = np.rint(tip + INSIDE_UNITS * figure.unit * figure.down).astype(int)
    height, width = labels.shape
    clothed = 0 <= x < width and 0 <= y < height and labels[y, x] == BodyLabel.TOP
    return np.asarray(tip + figure.down * np.float32(THICKNESS_UNITS * figure.unit * clothed), np.float32)


def _slimmer(arm: Arm) -> Arm:
    share = (1.0 - SLIM * arm.covered).astype(np.float32)
    return replace(arm, bare_outer=arm.bare_outer * share, bare_inner=arm.bare_inner * share)
