"""A top that hangs over trousers or a skirt is as wide as they are there: nothing of them stands out beside it."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Points, Side
from tryon.engines.local.figure import Figure

MOST_UNITS: Final = 0.12
"""The top is widened by no more than this: a flared skirt does stand out below it."""

SLOPE: Final = 0.25
"""Upwards the widening gives way by so much a pixel."""

FROM_SHARE: Final = 0.8
"""The bottom has to be seen without a gap from this share of the top's half width on; a hand before it hides it."""

COVER_PX: Final = 1.5
"""The top stands out beyond the bottom by so much."""


def over_bottom(person: PersonAnalysis, figure: Figure, sides: Mapping[Side, Points]) -> dict[Side, Points]:
    """The outline (n, 2) of the torso from armpit to hem on each side, with the bottom garment covered."""
    return {side: _covering(person, figure, line) for side, line in sides.items()}


def _covering(person: PersonAnalysis, figure: Figure, line: Points) -> Points:
    most = MOST_UNITS * figure.unit
    aside = (line - figure.shoulder_middle) @ figure.across
    outwards = figure.across * np.sign(aside[-1])
    more = np.zeros(len(line), np.float32)
    for k, point in enumerate(line):
        steps = np.arange(-(1 - FROM_SHARE) * abs(float(aside[k])), most + COVER_PX)
        x, y = np.rint(point + steps[:, None] * outwards).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < person.labels.shape[1]) & (y < person.labels.shape[0])
        bottom = np.zeros(len(steps), bool)
        bottom[inside] = person.labels[y[inside], x[inside]] == BodyLabel.BOTTOM
        run = len(steps) if bottom.all() else int(bottom.argmin())
        more[k] = steps[run - 1] + COVER_PX if run else 0.0
    more = np.clip(more, 0.0, most)
    # It widens little by little, and begins to above the bottom.
    long = np.linalg.norm(np.diff(line, axis=0), axis=1)
    for k in range(len(line) - 2, -1, -1):
        more[k] = max(more[k], more[k + 1] - SLOPE * long[k])
    return (line + more[:, None] * outwards).astype(np.float32)
