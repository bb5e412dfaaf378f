"""The body's outline under clothes: less than theirs by what the cloth adds on shoulders and arms."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Points, Side
from tryon.engines.local.bare_arm_light import bend
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm

THICKNESS_UNITS: Final = 0.03
"""So much higher a clothed shoulder ends than a bare one: medians of 38 bare and 46 clothed shoulders."""
INSIDE_UNITS: Final = 0.05
"""So far below its outline a shoulder tells whether it is clothed."""
SLOPE: Final = ((0.0, 0.0), (0.15, 0.007), (0.3, 0.017), (0.45, 0.02), (0.6, 0.007), (0.75, -0.008), (0.9, -0.009),
                (1.0, 0.0))  # fmt: skip
"""Shares of the way from the neck's side to a bare shoulder's end, and the units by which its outline lies below the
straight line there: hollow, then round over the muscle; medians of 38 shoulders, the hollow of the deeper ones."""
STEEP_UNITS: Final = 0.15
"""Where the slope falls by less than this it is hollow by less, the more level it is, the straighter."""
COLLAR_UNITS: Final = 0.04
"""So much higher the neck's side ends beside an old collar than beside bare skin; the medians differ by 0.06."""
SLIM: Final = 0.06
"""Share by which an arm under cloth is slimmer than the usual arm: a slim one looks right more often than a stout."""
FORM_STATIONS: Final = (0.2, 0.3, 0.36, 0.42, 0.48, 0.54, 0.6, 0.66, 0.72, 0.8, 0.88, 0.94, 1.0)
OUTER_FORM: Final = (1.0, 0.97, 0.91, 0.87, 0.95, 1.03, 1.03, 1.05, 1.04, 1.01, 1.01, 1.02, 0.98)
INNER_FORM: Final = (1.0, 1.01, 1.08, 1.08, 1.11, 1.09, 0.99, 0.94, 0.93, 0.92, 0.97, 1.0, 1.1)
"""Half widths of bare arms over those of an even limb: medians of 30. Above the elbow the outer side is hollow, below
it stands out with its bone and the forearm's muscles."""
BONE: Final = 0.3
BONE_STATIONS: Final = 0.06
"""Share by which the elbow's bone stands out from the rounded middle line of an arm bent at a right angle, and where.
"""


def under_the_cloth(figure: Figure, labels: LabelMap, bared: bool = True) -> Figure:
    """The figure with neck, shoulders and arms as they are believed to be where the old top lies on them; the neck's
    sides only if the shoulders are `bared`: new cloth on them hangs on the neck's sides as they were."""
    tips = {side: _lowered(figure, labels, figure.shoulder_tip[side], THICKNESS_UNITS) for side in SIDES}
    roots = {side: _lowered(figure, labels, figure.neck_root[side], COLLAR_UNITS * bared) for side in SIDES}
    arms = {side: _slimmer(arm) for side, arm in figure.arms.items()}
    return replace(figure, shoulder_tip=tips, neck_root=roots, arms=arms)


def shoulder_slope(figure: Figure, start: Points, side: Side) -> Points:
    """(n, 2) a shoulder's outline from the neck's side, its `start`, to its end."""
    tip = figure.shoulder_tip[side]
    fall = float(np.clip((tip - start) @ figure.down / (STEEP_UNITS * figure.unit), 0.0, 1.0))
    share, below = np.asarray(SLOPE, np.float32).T
    below = np.where(below > 0, below * np.float32(fall), below) * np.float32(figure.unit)
    return np.asarray(start + share[:, None] * (tip - start) + below[:, None] * figure.down, np.float32)


def _lowered(figure: Figure, labels: LabelMap, point: Points, thickness: float) -> Points:
    """The `point` of the outline, lower by the `thickness` (units) of the cloth, if any lies there."""
    x, y = np.rint(point + INSIDE_UNITS * figure.unit * figure.down).astype(int)
    height, width = labels.shape
    clothed = 0 <= x < width and 0 <= y < height and labels[y, x] == BodyLabel.TOP
    return np.asarray(point + figure.down * np.float32(thickness * figure.unit * clothed), np.float32)


def _slimmer(arm: Arm) -> Arm:
    """The arm with a bare arm's form, and slimmer than usual, where it is covered."""
    bone = BONE * min(bend(arm.path), 1.0) * np.exp(-(((ARM_STATIONS - 0.5) / BONE_STATIONS) ** 2))
    outer, inner = (np.interp(ARM_STATIONS, FORM_STATIONS, form) - SLIM - 1.0 for form in (OUTER_FORM, INNER_FORM))
    return replace(
        arm,
        bare_outer=(arm.bare_outer * (1.0 + (outer + bone) * arm.covered)).astype(np.float32),
        bare_inner=(arm.bare_inner * (1.0 + inner * arm.covered)).astype(np.float32),
    )
