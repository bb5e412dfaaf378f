"""Beside a bottom of its own colour a sleeve ends no wider than the hand that comes out of it.

Where neither colour nor an edge tells the cuff from the skirt behind it, a piece of the skirt went with the sleeve: it
stayed beside the wrist when the skirt was taken off.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import Arm
from tryon.engines.local.raster import bits, grown, pieces_of
from tryon.engines.local.relabelling import same_colours

LONG: Final = 0.8
"""Sleeves that end at a later station come down to the hand."""
AROUND: Final = 0.35
"""Units around the wrist that are looked at."""
BEGINNING: Final = 0.03
"""Units along the hand from its end towards the elbow that tell how wide the cuff is."""
ABOVE: Final = 0.22
BELOW: Final = 0.1
"""Units along the arm, before the hand's beginning and past it, in which the cuff's inner side is looked at."""
SLACK: Final = 0.02
WIDENS: Final = 0.2
"""Units by which a cuff stands off the hand, and how much wider it gets for each unit towards the elbow."""
LEAST_HAND: Final = 0.008
"""Squared units: less of a hand tells nothing."""

Mask = NDArray[np.bool_]


def with_narrow_cuffs(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person, with what of the bottom passed for a cuff given back to it."""
    labels = person.labels.copy()
    for arm in figure.arms.values():
        if arm.cuff > LONG:
            reach = AROUND * figure.unit
            (left, upper), (right, lower) = (
                np.maximum(np.rint(arm.path[-1] + way), 0).astype(int) for way in (-reach, reach)
            )
            box = np.s_[upper:lower, left:right]
            if not labels[box].size:
                # That hand is beyond the frame.
                continue
            lab = cv2.cvtColor(np.ascontiguousarray(person.picture[box]), cv2.COLOR_RGB2Lab).astype(np.float32)
            beside = beside_cuff(labels[box], arm, np.asarray([left, upper], np.float32), figure.unit)
            if beside.any() and same_colours(
                lab, labels[box] == BodyLabel.BOTTOM, (labels[box] == BodyLabel.TOP) & ~beside
            ):
                labels[box][beside] = BodyLabel.BOTTOM
    return replace(person, labels=labels)


def beside_cuff(labels: LabelMap, arm: Arm, corner: NDArray[np.float32], unit: float) -> Mask:
    """What of the sleeve lies between its hand's inner edge, continued upwards, and the bottom."""
    nothing = np.zeros(labels.shape, bool)
    hand = labels == BodyLabel.HAND
    if hand.sum() < LEAST_HAND * unit**2:
        return nothing
    rows, columns = np.indices(labels.shape, dtype=np.float32)
    way = arm.path[-1] - arm.path[-5]
    way = way / max(float(np.linalg.norm(way)), 1e-3)
    x, y = (columns - (arm.path[-1, 0] - corner[0])) / unit, (rows - (arm.path[-1, 1] - corner[1])) / unit
    along = x * way[0] + y * way[1]
    inwards = x * arm.inward[-1, 0] + y * arm.inward[-1, 1]
    begins = float(np.percentile(along[hand], 2.0))
    edge = float(np.percentile(inwards[hand & (along < begins + BEGINNING)], 95.0))
    place = (along > begins - ABOVE) & (along < begins + BELOW)
    beyond = inwards > edge + SLACK + WIDENS * np.maximum(begins - along, 0.0)
    found = nothing.copy()
    for area, piece in pieces_of(place & beyond & (labels == BodyLabel.TOP), 1):
        if (labels[area] == BodyLabel.BOTTOM)[grown(bits(piece), 1) > 0].any():
            found[area] |= piece
    return found
