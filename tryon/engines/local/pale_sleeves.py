"""Sleeves before a wall or a curtain of their own colour, whose edge no colour tells.

There the outline has bites, and what is beyond them would stay in the picture as scraps of the old sleeve. An upper arm
is straight: its sleeve's outer side has no hollows.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.raster import Bits, among, bits, box_of, depth
from tryon.engines.local.rays import Mask
from tryon.engines.local.relabelling import same_colours

SHORTEST: Final = 0.15
"""Station at which a sleeve ends at least."""
PAST_CUFF: Final = 0.1
LOWEST: Final = 0.6
"""Stations beyond the cuff whose skin tells where the outline goes on, and the last one: below the elbow arms bend."""
BESIDE_UNITS: Final = 0.2
"""So far beyond the sleeve its colours are compared with the background's."""
DEEPEST_UNITS: Final = 0.12
"""Units; what is deeper is no bite."""


def with_whole_outlines(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person, with the hollows of such sleeves given to the top."""
    labels = person.labels
    for side in SIDES:
        arm = figure.arms[side]
        if arm.cuff < SHORTEST:
            continue
        zone = _outer_side(arm, labels.shape, figure.unit)
        box = box_of(zone)
        part, area = labels[box], zone[box] > 0
        wall, sleeve = area & (part == BodyLabel.BACKGROUND), area & (part == BodyLabel.TOP)
        lab = cv2.cvtColor(np.ascontiguousarray(person.picture[box]), cv2.COLOR_RGB2Lab).astype(np.float32)
        if not same_colours(lab, sleeve, wall):
            continue
        arm_seen = area & among(part, (BodyLabel.TOP, BodyLabel.ARM))
        near = depth(bits(~arm_seen)) < DEEPEST_UNITS * figure.unit
        found = wall & near & (_hull(arm_seen) > 0)
        labels = labels.copy()
        labels[box][found] = BodyLabel.TOP
    return replace(person, labels=labels)


def _outer_side(arm: Arm, shape: tuple[int, ...], unit: float) -> Bits:
    """1 from the upper arm's middle line outwards, down to a little below the cuff."""
    inside = min(arm.cuff + PAST_CUFF, LOWEST) + 1e-3 > ARM_STATIONS
    edge = arm.path + arm.outward * (arm.outer + BESIDE_UNITS * unit)[:, None]
    ring = np.vstack([arm.path[inside], edge[inside][::-1]])
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(canvas, [np.rint(ring).astype(np.int32)], 1)
    return canvas


def _hull(mask: Mask) -> Bits:
    canvas = np.zeros(mask.shape, np.uint8)
    spots = cv2.findNonZero(bits(mask))
    if spots is not None:
        cv2.fillConvexPoly(canvas, np.asarray(cv2.convexHull(spots), np.int32), 1)
    return canvas
