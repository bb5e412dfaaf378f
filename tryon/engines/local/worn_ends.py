"""Where a garment ends on its model: sleeves end where their cloth does, and no dress goes on down a leg."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.ground import Mask

HIDING: Final = (BodyLabel.HAIR, BodyLabel.HAND, BodyLabel.CARRIED)
"""What can hide a piece of a sleeve that goes on below it."""
ACROSS: Final = (-0.5, 0.0, 0.5)
"""Where an arm is looked at, as shares of its half width to both sides of its middle."""
SLEEVE_BEGINS: Final = 0.1
"""Station below the shoulder from which a sleeve's cloth lies on the arm."""
BREAK: Final = 0.1
"""Of the arm's length: a longer stretch without cloth is no crease but the sleeve's end."""
HEM_SHARE: Final = 0.55
"""Of a skirt's widest row: what hangs on below its hem and is narrower is a leg."""


def with_sleeves_ending(person: PersonAnalysis, figure: Figure, cloth: Mask) -> Figure:
    """The figure with each sleeve no longer than its cloth: in cloth of the skin's colour the arm below passed for
    sleeve."""
    shown = cloth | np.isin(person.labels, HIDING)
    arms: dict[Side, Arm] = {
        side: replace(arm, cuff=min(arm.cuff, _last_station(arm, shown))) for side, arm in figure.arms.items()
    }
    return replace(figure, arms=arms)


def _last_station(arm: Arm, shown: Mask) -> float:
    """The station at which the cloth on the arm ends; infinite where it goes on to the wrist."""
    height, width = shown.shape
    shares = np.asarray(ACROSS)[:, None, None]
    aside = np.where(shares < 0, -shares * arm.inward * arm.inner[:, None], shares * arm.outward * arm.outer[:, None])
    x, y = np.rint(np.moveaxis(arm.path + aside, -1, 0)).astype(int)
    framed = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    covered = (shown[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] | ~framed).sum(axis=0) >= 2
    gap = 0.0
    step = float(ARM_STATIONS[1] - ARM_STATIONS[0])
    for station, is_covered in zip(ARM_STATIONS, covered, strict=True):
        gap = gap + step if not is_covered and station > SLEEVE_BEGINS else 0.0
        if gap > BREAK:
            return float(station) - gap + step / 2
    return np.inf


def without_legs(figure: Figure, cloth: Mask) -> Mask:
    """The dress down to its hem: a leg that passed for the dress's colour hangs on below it."""
    hips = int(np.clip(figure.hip_middle[1], 0, len(cloth) - 1))
    widths = cloth[hips:].sum(axis=1)
    wide = np.flatnonzero(widths > HEM_SHARE * widths.max(initial=0))
    kept = cloth.copy()
    if wide.size:
        kept[hips + wide[-1] + 1 :] = False
    return kept
