"""The sides of the old bottom: loops and pocket edges that passed for the top, shaded inner legs, and gaps beside
hands."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.raster import among, bits, blurred, depth, disc, grown, length, pieces_of, reduced, resized

THIN_UNITS: Final = 0.045
"""Half the width of a strip of top that is too narrow to be a top's hem."""
BESIDE_UNITS: Final = 0.22
"""Strips so far from the body's axis lie at its sides."""
RISES_UNITS: Final = 0.16
"""A waistband rises to its sides by so much."""
LOWEST_LEVEL: Final = 1.35
HELD: Final = 0.3
"""A strip that the top holds by more than this share of its rim is a corner of its hem."""
AT_BOTTOM: Final = 0.2
"""Share of its rim that lies at the old bottom."""
LARGEST_UNITS: Final = 0.22
"""The square of this is the largest strip."""
ARM_UNITS: Final = 0.22
"""Between an arm and what is so near to it there may be a gap."""
AROUND_UNITS: Final = 0.12
"""Standard deviation of the neighbourhood whose background tells the colour of a gap."""
LEAST_AROUND: Final = 0.02
"""Share of that neighbourhood that must be background."""
LIKE_BEHIND: Final = 12.0
CONTRAST: Final = 36.0
"""8-bit Lab: a gap is at most so far from the background's colour, the bottom beside it at least so far."""
TELLS: Final = (0.8, 2.5, 2.5)
"""How much lightness and the two hues tell of 8-bit Lab: white cloth in shade is as dark as a grey wall, and bluer."""
SMALLEST_UNITS: Final = 0.03
"""The square of this is the smallest gap."""
EDGE_PX: Final = 3
AT_EDGE: Final = 1.6
"""Around a gap so many pixels mix its colour with the hand's, and are at most so many times the contrast from it."""
COARSE: Final = 4
ROWS_APART: Final = 8
LEAST_BESIDE: Final = 40
"""In every so many rows, so many pixels of background beside the bottom tell what is behind it."""
MUCH_NEARER: Final = 0.45
NEARER: Final = 0.9
RIM_PX: Final = 2
"""An inner leg's colour is so many times nearer to the bottom's than to the background's; at its rim, so many pixels
wide, a little nearer."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def with_clear_sides(labels: LabelMap, lab: Field, person: PersonAnalysis, figure: Figure) -> LabelMap:
    """The labels with the waistband's corners and the shaded inner legs given to the bottom, and the gaps beside hands
    to the background; `lab` is the picture in 8-bit Lab."""
    return _without_gaps(_with_inner_legs(_with_corners(labels, figure), lab, person), lab, figure.unit)


def _with_corners(labels: LabelMap, figure: Figure) -> LabelMap:
    """Narrow pieces of top beside the waistband that hardly hang on the top are loops, pocket edges and their shade."""
    unit = figure.unit
    top, bottom = bits(labels == BodyLabel.TOP), bits(labels == BodyLabel.BOTTOM)
    x, reach = int(figure.hip_middle[0]), max(1, round(BESIDE_UNITS * unit))
    middle = bottom[:, max(0, x - reach) : x + reach + 1]
    if not middle.any():
        return labels
    band = float(np.median(middle.argmax(axis=0)[middle.any(axis=0)])) - RISES_UNITS * unit
    first, last = (int(np.clip(row, 0, len(labels))) for row in (band, figure.at_level(LOWEST_LEVEL)[1]))
    broad = np.asarray(cv2.morphologyEx(top, cv2.MORPH_OPEN, disc(max(1, round(THIN_UNITS * unit)))), np.uint8)
    thin = (top & (1 - broad)) > 0
    thin[:first] = thin[last:] = False
    thin[:, max(0, x - reach) : x + reach + 1] = False
    held, below = grown(broad, 1) > 0, grown(bottom, 1) > 0
    labels = labels.copy()
    for area, piece in pieces_of(thin, 1):
        rim = piece & (cv2.erode(bits(piece), np.ones((3, 3), np.uint8), borderValue=0) == 0)
        if piece.sum() > (LARGEST_UNITS * unit) ** 2 or held[area][rim].mean() > HELD:
            continue
        if below[area][rim].mean() > AT_BOTTOM:
            labels[area][piece] = BodyLabel.BOTTOM
    return labels


def _with_inner_legs(labels: LabelMap, lab: Field, person: PersonAnalysis) -> LabelMap:
    """Between the middle lines of both legs, what is far nearer to its colour than to the background's beside it
    is no gap: inner legs lie in deep shade."""
    bottom, outside = labels == BodyLabel.BOTTOM, labels == BodyLabel.BACKGROUND
    within = np.logical_or.accumulate(bottom, axis=1) & np.logical_or.accumulate(bottom[:, ::-1], axis=1)[:, ::-1]
    area = within & outside & _between_the_legs(person)
    if not area.any():
        return labels
    rows = np.arange(0, len(labels), ROWS_APART)
    beside = [lab[row][outside[row] & ~within[row]] for row in rows]
    told = [k for k, seen in enumerate(beside) if len(seen) > LEAST_BESIDE]
    if not told:
        return labels
    medians = np.stack([np.median(beside[k][::4], axis=0) for k in told])
    at = np.nonzero(area)
    behind = np.stack([np.interp(at[0], rows[told], medians[:, i]) for i in range(3)], axis=1)
    to_cloth = np.linalg.norm(lab[at] - np.median(lab[bottom][::7], axis=0), axis=1)
    nearer = np.full(labels.shape, np.inf, np.float32)
    nearer[at] = to_cloth / np.maximum(np.linalg.norm(lab[at] - behind, axis=1), 1.0)
    inner = np.asarray(cv2.morphologyEx(bits(nearer < MUCH_NEARER), cv2.MORPH_OPEN, disc(RIM_PX)), np.uint8)
    whole = (grown(inner, 2 * RIM_PX) > 0) & (nearer < NEARER)
    return np.where(whole, np.uint8(BodyLabel.BOTTOM), labels)


def _between_the_legs(person: PersonAnalysis) -> Mask:
    """Between the lines from hip to knee to ankle."""
    lines = [
        np.asarray([person.pose.points[Joint[f"{side}_{name}"]] for name in ("HIP", "KNEE", "ANKLE")])
        for side in ("LEFT", "RIGHT")
    ]
    ring = np.rint(np.vstack([lines[0], lines[1][::-1]])).astype(np.int32)
    return np.asarray(cv2.fillPoly(np.zeros(person.labels.shape, np.uint8), [ring], 1)) > 0


def _without_gaps(labels: LabelMap, lab: Field, unit: float) -> LabelMap:
    """Between hand or arm and the old bottom, what has the background's colour and not the bottom's is a gap."""
    bottom, arm = labels == BodyLabel.BOTTOM, among(labels, (BodyLabel.HAND, BodyLabel.ARM))
    if not bottom.any() or not arm.any():
        return labels
    reach = ARM_UNITS * unit
    near = bottom & (depth(bits(~arm)) < reach), arm & (depth(bits(~bottom)) < reach)
    outside = (labels == BodyLabel.BACKGROUND).astype(np.float32)
    share = reduced(outside, 1 / COARSE)
    known = blurred(share, AROUND_UNITS * unit / COARSE)
    behind = blurred(reduced(lab, 1 / COARSE) * share[..., None], AROUND_UNITS * unit / COARSE)
    behind = resized(behind / np.maximum(known, 1e-4)[..., None], labels.shape)
    unlike = length((lab - behind) * np.asarray(TELLS, np.float32))
    beside = resized(known, labels.shape) > LEAST_AROUND
    labels, ends = labels.copy(), (outside > 0) | arm
    for area in near:
        seen = area & beside
        if not seen.any() or float(np.median(unlike[seen])) < CONTRAST:
            continue
        for window, piece in pieces_of(seen & (unlike < LIKE_BEHIND), EDGE_PX + 1):
            if piece.sum() > (SMALLEST_UNITS * unit) ** 2 and ends[window][grown(bits(piece), 1) > 0].any():
                rim = (grown(bits(piece), EDGE_PX) > 0) & seen[window] & (unlike[window] < AT_EDGE * CONTRAST)
                labels[window][piece | rim] = BodyLabel.BACKGROUND
    return _without_crumbs(labels, bottom)


def _without_crumbs(labels: LabelMap, before: Mask) -> LabelMap:
    """What a gap cut off from the old bottom, as it was `before`, is its shade."""
    if bool((labels == BodyLabel.BOTTOM)[before].all()):
        return labels
    whole = cv2.connectedComponents(bits(before))[0]
    pieces = sorted(pieces_of(labels == BodyLabel.BOTTOM), key=lambda found: int(found[1].sum()), reverse=True)
    for area, piece in pieces[whole - 1 :]:
        labels[area][piece] = BodyLabel.BACKGROUND
    return labels
