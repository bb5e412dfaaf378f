"""The sides of the neck, behind an old collar too: from where they leave it down to the shoulders."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, PersonAnalysis, Points, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.raster import among, bits, grown

MEET_PX: Final = 2
"""Labels within this distance of each other meet."""

BESIDE_UNITS: Final = (0.05, 0.42)
ABOVE_UNITS: Final = (-0.02, 0.5)
"""A neck's side leaves its collar between these distances from the neck's middle, and above its root."""

NECK_CURVE: Final = np.asarray([[0.3, 0.9], [0.27, 0.45], [0.2, 0.22]], np.float32)
"""Where nothing is seen: the side of the neck as shares (across, up) of the way from its root to the chin."""

STEEP: Final = (0.12, 0.8)
"""The neck goes on steeply and runs out on the shoulder: shares (across, down) of that way where its two tangents
meet."""
STEPS: Final = 8

SCRAP_UNITS: Final = 0.03
"""A scrap of skin beside the neck stands out at least so far, or it is the neck's own edge."""

STEP_UNITS: Final = 0.015
WIDENS: Final = 1.6
"""Where skin widens by more than this, as a share of the height, within the last bit above the collar, a collar's lit
rim passes for skin: the neck is left above it."""

RUNS_OUT_UNITS: Final = 0.08
"""Skin that enters the collar on the shoulder's slope goes on so far beyond."""
BARED_OUT_UNITS: Final = 0.12
"""The same where the shoulder is bared: it hollows out more softly than cloth ends."""
SEEN_UNITS: Final = 0.06
"""Over this height above the collar the direction is read in which the neck's seen edge goes on there."""
LATEST: Final = 0.8
"""Share of the way, down or across, on which it goes on like this at most."""


def neck_sides(
    labels: LabelMap, figure: Figure, within: Mapping[Side, Points] | None = None, bared: bool = False
) -> dict[Side, Points]:
    """(n, 2) of each side, from its upper end down to the shoulder, and no farther out than `within`.

    A head that is turned or lowered tells little about the neck, so it goes on from where it is seen to enter the old
    collar, where that can be seen; in the direction of its seen edge if the shoulder is `bared`.
    """
    sides: dict[Side, Points] = {}
    for side, start in _leaving(labels, figure).items():
        limit = None if within is None else within[side]
        if start is not None:
            end = _end(figure, side, start, limit, BARED_OUT_UNITS if bared else RUNS_OUT_UNITS)
            sides[side] = _running_out(start, end, _onward(labels, figure, side, start, end) if bared else None)
            continue
        root = [] if limit is not None else [figure.neck_root[side]]
        sides[side] = np.asarray([*_usual(figure, side), *root], np.float32)
    return sides


def without_scraps_beside(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """Scraps of skin that stand out beside the neck between it and the old collar go with that collar.

    What goes on below the neck's root is a bare shoulder and stays.
    """
    rows, columns = np.nonzero(person.labels == BodyLabel.NECK)
    scraps = np.zeros(person.labels.shape, bool)
    for side, start in _leaving(person.labels, figure).items():
        if start is None:
            continue
        sign, root = (1.0 if side == "left" else -1.0), figure.neck_root[side]
        start = _above_rim(person.labels, start, sign, figure)
        if sign * float(root[0] - start[0]) <= 0 or root[1] <= start[1]:
            continue
        line = _running_out(start, root)
        aside = sign * (columns - np.interp(rows, line[:, 1], line[:, 0]))
        out = (aside > MEET_PX) & (rows >= start[1]) & (rows <= root[1])
        own = np.zeros(person.labels.shape, bool)
        own[rows[out], columns[out]] = True
        _, pieces = cv2.connectedComponents(bits(own))
        far = out & (aside > SCRAP_UNITS * figure.unit)
        standing = np.setdiff1d(pieces[rows[far], columns[far]], pieces[int(np.clip(root[1], 0, len(pieces) - 1))])
        scraps |= np.isin(pieces, standing)
    return replace(person, labels=np.where(scraps, np.uint8(BodyLabel.TOP), person.labels)) if scraps.any() else person


def _above_rim(labels: LabelMap, start: Points, sign: float, figure: Figure) -> Points:
    """`start`, or where the neck's edge is a little above it, if the skin widens there at once."""
    height = max(2, round(STEP_UNITS * figure.unit))
    row = int(start[1]) - height
    middle = float(figure.neck_root["left"][0] + figure.neck_root["right"][0]) / 2
    skin = np.flatnonzero(among(labels[max(row, 0)], (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.HAIR)))
    within = skin[(sign * (skin - middle) > 0) & (sign * (start[0] - skin) >= 0)]
    if row < 0 or not len(within):
        return start
    edge = int(within.max() if sign > 0 else within.min())
    # Hair that hangs there hides the neck's own edge.
    if labels[row, edge] == BodyLabel.HAIR or sign * float(start[0] - edge) <= WIDENS * height:
        return start
    return np.asarray([edge, row], np.float32)


def _onward(labels: LabelMap, figure: Figure, side: Side, start: Points, end: Points) -> Points:
    """(2,) shares (across, down) of the way to its `end` where the neck's side, going on as it is seen above its
    `start`, has its second tangent."""
    sign, height = (1.0 if side == "left" else -1.0), max(2, round(SEEN_UNITS * figure.unit))
    across, down = sign * float(end[0] - start[0]), float(end[1] - start[1])
    row = int(start[1]) - height
    middle = float(figure.neck_root["left"][0] + figure.neck_root["right"][0]) / 2
    skin = np.flatnonzero(among(labels[max(row, 0)], (BodyLabel.HEAD, BodyLabel.NECK)))
    skin = sign * (skin[sign * (skin - middle) > 0] - start[0])
    if row < 0 or not len(skin) or across <= 0 or down <= 0:
        return np.asarray(STEEP, np.float32)
    aside = max(0.0, -float(skin.max()) / height)
    share = min(LATEST, LATEST * across / max(aside * down, 1e-6))
    return np.asarray([max(STEEP[0], aside * share * down / across), share], np.float32)


def _end(figure: Figure, side: Side, start: Points, limit: Points | None, beyond_units: float) -> Points:
    """Where the side that leaves its collar at `start` reaches the shoulder: at the neck's root or beyond."""
    root, tip = figure.neck_root[side], figure.shoulder_tip[side]
    sign = 1.0 if side == "left" else -1.0
    beyond = sign * float(start[0] - root[0]) + beyond_units * figure.unit
    if limit is not None:
        beyond = min(max(beyond, 0.0), sign * float(limit[0] - root[0]))
        if beyond <= 0.0:
            return limit
    slope = (tip - root) / max(abs(float(tip[0] - root[0])), 1.0)
    return (root + slope * np.float32(max(beyond, 0.0))).astype(np.float32)


def _usual(figure: Figure, side: Side) -> Points:
    root = figure.neck_root[side]
    return (root + (figure.chin - root) * NECK_CURVE).astype(np.float32)


def _running_out(start: Points, end: Points, tangents: Points | None = None) -> Points:
    t = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
    between = start + (end - start) * np.asarray(STEEP if tangents is None else tangents, np.float32)
    return ((1 - t) ** 2 * start + 2 * t * (1 - t) * between + t**2 * end).astype(np.float32)


def _leaving(labels: LabelMap, figure: Figure) -> dict[Side, Points | None]:
    """Of each side the highest place where skin, the old top and the background meet."""
    root = (figure.neck_root["left"] + figure.neck_root["right"]) / 2
    near, far = (reach * figure.unit for reach in BESIDE_UNITS)
    low, high = (root[1] - rise * figure.unit for rise in ABOVE_UNITS)
    left, upper = max(0, int(root[0] - far)), max(0, int(high))
    window = labels[upper : max(upper + 1, int(low)), left : max(left + 1, int(root[0] + far) + 1)]
    skin = among(np.ascontiguousarray(window), (BodyLabel.HEAD, BodyLabel.NECK))
    meet = skin & _beside(window == BodyLabel.TOP) & _beside(window == BodyLabel.BACKGROUND)
    rows, columns = np.nonzero(meet)
    spots = np.stack([columns + left, rows + upper], axis=1).astype(np.float32)
    found: dict[Side, Points | None] = {}
    for side in SIDES:
        aside = (spots[:, 0] - root[0]) * (1.0 if side == "left" else -1.0)
        own = spots[aside > near]
        found[side] = own[own[:, 1].argmin()] if len(own) else None
    return found


def _beside(mask: np.ndarray) -> np.ndarray:
    return grown(bits(mask), MEET_PX) > 0
