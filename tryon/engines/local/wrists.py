"""Where a long sleeve ends and the hand begins: there the wrist is, whatever was guessed of it under the sleeve."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, PersonAnalysis, Points, Side, joint_of
from tryon.engines.local.raster import opened

REACH: Final = 0.5
"""Shoulder widths from the guessed wrist within which its hand is looked for."""
LEAST_HAND: Final = 0.008
"""Squared shoulder widths: with less of a hand seen, its beginning tells nothing."""
BEGINNING: Final = 0.06
"""Shoulder widths along the hand that are looked at together."""
FINGER: Final = 0.035
"""Shoulder widths: what of a hand is no broader than twice this is a finger, or a strip of the sleeve's rim."""
EDGE_ON: Final = 0.018
"""The same for a hand seen edge on, or half behind a skirt, of which nothing is broader."""
BROAD: Final = 0.5
"""Share of its greatest width from which on it is the hand itself."""
IN_SLEEVE: Final = 0.06
"""Shoulder widths from the beginning of the hand to the sleeve it comes out of."""
FOREARM: Final = (0.7, 1.5)
"""A forearm is so many times as long as was guessed, at least and at most."""
TURN: Final = 0.75
"""Cosine of the angle by which the forearm may turn at most."""


def with_wrists_at_the_hands(person: PersonAnalysis) -> PersonAnalysis:
    """The person with the wrists under long sleeves moved to where the hands come out of them."""
    points = person.pose.points.copy()
    unit = float(np.linalg.norm(points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER]))
    hands = [_hands(person, narrow * unit) for narrow in (FINGER, EDGE_ON)]
    for side in SIDES:
        found = (_beginning_of_hand(person, side, spots, unit) for spots in hands)
        wrist = next((spot for spot in found if spot is not None), None)
        if wrist is not None:
            points[Joint[f"{side.upper()}_WRIST"]] = wrist
    return replace(person, pose=replace(person.pose, points=points))


def _hands(person: PersonAnalysis, narrow: float) -> Points:
    """(n, 2) the pixels of hands where they are broader than twice that."""
    rows, columns = np.nonzero(opened(person.labels == BodyLabel.HAND, max(1, round(narrow)), True))
    return np.stack([columns, rows], axis=1).astype(np.float32)


def _beginning_of_hand(person: PersonAnalysis, side: Side, spots: Points, unit: float) -> Points | None:
    """(2,) the middle of the hand's end towards the elbow; None where no sleeve
    covers the wrist, where that is not where one ends, or can't be a wrist."""
    elbow, wrist = joint_of(person, side, "ELBOW"), joint_of(person, side, "WRIST")
    last = np.asarray(person.labels.shape[::-1]) - 1
    middle, end = (
        person.labels[tuple(np.clip(np.rint(spot), 0, last).astype(int)[::-1])] for spot in ((elbow + wrist) / 2, wrist)
    )
    if middle != BodyLabel.TOP or end in (BodyLabel.HAND, BodyLabel.ARM):
        return None
    other = joint_of(person, "left" if side == "right" else "right", "WRIST")
    away = np.linalg.norm(spots - wrist, axis=1)
    hand = spots[(away < REACH * unit) & (away < np.linalg.norm(spots - other, axis=1))]
    if len(hand) < LEAST_HAND * unit**2:
        return None
    guessed, seen = wrist - elbow, np.median(hand, axis=0) - elbow
    way = seen / max(float(np.linalg.norm(seen)), 1.0)
    along = (hand - elbow) @ way
    slices = np.floor((along - along.min()) / (BEGINNING * unit)).astype(int)
    widths = np.bincount(slices)
    found = hand[slices == np.argmax(widths > BROAD * widths.max())].mean(axis=0)
    reach = np.float32(IN_SLEEVE * unit)
    (left, upper), (right, lower) = (
        np.maximum(np.rint(found - way * reach + off), 0).astype(int) for off in (-reach, reach)
    )
    if not (person.labels[upper:lower, left:right] == BodyLabel.TOP).any():
        return None
    length, usual = float(np.linalg.norm(found - elbow)), max(float(np.linalg.norm(guessed)), 1.0)
    alike = float((found - elbow) @ guessed) / max(length * usual, 1.0) > TURN
    return np.asarray(found, np.float32) if alike and FOREARM[0] < length / usual < FOREARM[1] else None
