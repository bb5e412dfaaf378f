"""Boots under trousers and long skirts: cloth that reaches down to the ankle falls over the shaft."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Stance
from tryon.engines.local.raster import bits, blurred

SHAFT_STATION: Final = 0.965
"""Shoes that reach up to here on the leg have a shaft, however short: before the hem it would be a bite in that."""
FOOT_STATION: Final = 1.0
"""What is below this is the foot, which no trousers cover."""
COVERED: Final = 0.65
"""Share of the shaft that the cloth must cover by itself to fall over it; narrower trousers are tucked in."""
LEAST_SHAFT: Final = 0.02
"""Of the leg's length: the square of this is the smallest shaft."""
EDGE_PX: Final = 0.9
"""Standard deviation that softens the closed cloth's edge."""


def over_boots(
    person: PersonAnalysis, opacity: Opacity, stance: Stance, factor: float
) -> tuple[PersonAnalysis, Opacity]:  # fmt: skip
    """The person with the shafts under the cloth given to the old bottom, and the cloth closed over them.

    `person` and the cloth's `opacity` are `factor` times as large as the stance.
    """
    shoes = bits(person.labels == BodyLabel.SHOES)
    count, pieces, stats, centres = cv2.connectedComponentsWithStats(shoes)
    labels, closed = person.labels.copy(), opacity
    for piece in range(1, count):
        x, y, width, height = (int(v) for v in stats[piece, :4])
        leg = min(
            (stance.legs[side] for side in SIDES), key=lambda leg: abs(leg.path[-1, 0] * factor - centres[piece, 0])
        )
        top, foot = (float(np.interp(s, LEG_STATIONS, leg.path[:, 1])) * factor for s in (SHAFT_STATION, FOOT_STATION))
        if y > top or foot <= y:
            continue
        area = np.s_[y : int(min(foot, y + height)), x : x + width]
        shaft = _above_the_hem(pieces[area] == piece, opacity[area] > 0.5)
        if shaft.sum() < (LEAST_SHAFT * leg.length * factor) ** 2 or opacity[area][shaft].mean() < COVERED:
            continue
        labels[area][shaft] = BodyLabel.BOTTOM
        over = np.zeros_like(opacity)
        over[area] = shaft
        closed = np.maximum(closed, blurred(over, EDGE_PX) * over)
    return replace(person, labels=labels), closed


def _above_the_hem(shaft: NDArray[np.bool_], cloth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The part of the shaft above the lowest cloth in each column; beside the cloth its nearest column tells."""
    columns = np.flatnonzero(cloth.any(axis=0))
    if not len(columns):
        return np.zeros_like(shaft)
    ends = cloth.shape[0] - cloth[::-1, columns].argmax(axis=0)
    hem = np.interp(np.arange(cloth.shape[1]), columns, ends)
    return shaft & (np.arange(cloth.shape[0])[:, None] < hem[None])
