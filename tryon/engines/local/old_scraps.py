"""Scraps of the old garment beside it that passed for something else: its own colours, next to what is taken off.

Where the photo's labels put a garment's edge a little too far in, or a whole strip of it under another name, that strip
would stay in the picture as it was. What has the old garment's colours, hangs on it, and does not have the colours of
what it was taken for, goes with it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.raster import (
    among,
    bits,
    blurred,
    box_of,
    connected,
    depth,
    disc,
    grown,
    opened,
    pieces_holding,
)
from tryon.engines.local.relabelling import LEAST_SAMPLES, ColourCosts, same_colours

REACH_UNITS: Final = 0.16
"""Scraps reach so far from what is known of the old garment."""
SURE_UNITS: Final = 0.05
"""The colours of a thing are learnt so far inside it, where that leaves enough of it."""
AROUND_UNITS: Final = 0.6
"""The background's colours are learnt within this distance of the old garment, and beyond the scraps' reach."""
LIKELIER: Final = (0.5, 2.0)
"""Natural logarithms by which the old garment must explain a scrap better than what it passed for, at least, and where
it surely does."""
FOREIGN: Final = (6.5, 7.5)
"""Minus the log likelihood from which a colour is foreign to what it passed for, at least, and surely."""
NOBODYS: Final = 9.5
"""Minus the log likelihood from which what hangs on a garment is none of the background's."""
HELD_UNITS: Final = 0.15
"""So near to a hand begins what it holds."""
PLAIN: Final = 4.5
"""Variety of a background up to which its colours tell what is none of it: studios and walls have 2 to 4.2, rooms and
gardens 4.8 and more."""
SURE_SHARE: Final = 0.2
"""So much of a scrap is surely one: the rest may lie in shade, or mix with what is beside it."""
LIKELY_PIECE: Final = 1.7
"""A piece is surely a scrap, too, if the old garment explains it better by so much on average: fine patterns have many
colours, of which none is sure. Shade on skin reaches 1.4, scraps of a fine check 2."""
LEAST_PIECE: Final = 0.01
"""Square units from which a piece is large enough for its average to tell."""
THREAD_UNITS: Final = 0.006
"""Half the width of the rim in which the camera mixes the colours of two things."""
SOFT_UNITS: Final = 0.004
"""Pixels decide together with their neighbours so far away (standard deviation)."""

TOUCH_PX: Final = 2
EVEN_UNITS: Final = 0.015
"""Standard deviation that evens the outline of what was found."""

PASSED_FOR: Final = {
    BodyLabel.TOP: (BodyLabel.BACKGROUND, BodyLabel.ARM, BodyLabel.BOTTOM),
    BodyLabel.BOTTOM: (BodyLabel.BACKGROUND, BodyLabel.ARM, BodyLabel.LEG, BodyLabel.TOP),
}
"""What scraps of a top, and of a bottom, may have been taken for."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def with_scraps(person: PersonAnalysis, unit: float, *old: BodyLabel) -> PersonAnalysis:
    """The same person, with the scraps of the `old` garments, which are all taken off, given back to them."""
    for garment in old:
        givers = [name for name in PASSED_FOR[garment] if name not in old]
        person = replace(person, labels=_with_scraps_of(person, garment, givers, unit))
    return person


def _with_scraps_of(person: PersonAnalysis, old: BodyLabel, givers: Sequence[BodyLabel], unit: float) -> LabelMap:
    worn = person.labels == old
    box = box_of(worn, round((REACH_UNITS + AROUND_UNITS) * unit))
    part, worn = person.labels[box], worn[box]
    lab = cv2.cvtColor(np.ascontiguousarray(person.picture[box]), cv2.COLOR_RGB2Lab)
    lab = cv2.medianBlur(lab, 3).astype(np.float32)
    known = ColourCosts.of(lab, _core(worn, unit))
    if known is None:
        return person.labels
    away, as_worn = depth(bits(~worn)), known.at(lab, SOFT_UNITS * unit)
    likely, sure, better = np.zeros(worn.shape, bool), np.zeros(worn.shape, bool), np.zeros(worn.shape, np.float32)
    for giver in givers:
        near, taught = _asked(giver, part, worn, away, unit)
        own = ColourCosts.of(lab, taught) if near.any() else None
        if own is None or own.looks_like(known) or (giver == BodyLabel.BACKGROUND and own.variety > PLAIN):
            continue
        cost = (own.tolerant() if giver == BodyLabel.BACKGROUND else own).at(lab, SOFT_UNITS * unit)
        may_be = near & (cost > FOREIGN[0]) & (cost - as_worn > LIKELIER[0])
        surely = near & (cost > FOREIGN[1]) & (cost - as_worn > LIKELIER[1])
        if giver == BodyLabel.BACKGROUND:
            # A sheer hem shows what is behind it, and has nobody's colours.
            nobodys = near & (cost > NOBODYS)
            may_be, surely = _away_from_hands(may_be | nobodys, part, unit), surely | nobodys
        else:
            better = np.where(near, cost - as_worn, better)
        likely, sure = likely | may_be, sure | surely
    found = _hanging_on(worn, opened(likely, max(1, round(THREAD_UNITS * unit)), round_=True), sure, better, unit)
    found |= likely & (grown(bits(found), round(2 * EVEN_UNITS * unit)) > 0)
    if not found.any():
        return person.labels
    # Only what is of a pattern's more telling colours was found of it: its outline is no more ragged than cloth's.
    near_found = grown(bits(found), round(2 * EVEN_UNITS * unit)) > 0
    even = blurred((worn | found).astype(np.float32), EVEN_UNITS * unit) > 0.5
    added = (even | found) & near_found & among(part, givers)
    added |= _specks(worn | added, LEAST_PIECE * unit * unit) & among(part, givers) & near_found
    labels = person.labels.copy()
    labels[box][added] = old
    if old == BodyLabel.TOP and BodyLabel.BOTTOM in givers and same_colours(lab, worn, part == BodyLabel.BOTTOM):
        # Of a dress, what lies beside its skirt is skirt.
        labels[box][added & (depth(bits(part != BodyLabel.BOTTOM)) < away)] = BodyLabel.BOTTOM
    return labels


def _asked(giver: BodyLabel, labels: LabelMap, worn: Mask, away: Field, unit: float) -> tuple[Mask, Mask]:
    """Where scraps may have passed for the `giver`, at pixels `away` from what is `worn`, and where its own colours are
    learnt."""
    mask, reach = labels == giver, round(REACH_UNITS * unit)
    near = mask & (away < reach)
    if giver in PASSED_FOR:
        # Above and below each other two garments meet in one line, which was looked at with more care.
        near &= cv2.dilate(bits(worn), np.ones((1, 2 * reach + 1), np.uint8)) > 0
    if giver == BodyLabel.BACKGROUND:
        return near, mask & (away >= reach) & (away < AROUND_UNITS * unit)
    return near, _core(mask, unit) & (away > SURE_UNITS * unit)


def _hanging_on(worn: Mask, likely: Mask, sure: Mask, better: Field, unit: float) -> Mask:
    """The likely pieces that touch what is worn, if enough of them is sure, or all of a large one together; the old
    garment explains each pixel `better` by so many natural logarithms."""
    count, pieces = cv2.connectedComponents(bits(likely))
    size, surely = np.bincount(pieces.ravel(), minlength=count), np.bincount(pieces[sure], minlength=count)
    touching = np.bincount(pieces[grown(bits(worn), TOUCH_PX) > 0], minlength=count)
    together = np.bincount(pieces.ravel(), better.ravel(), count) > LIKELY_PIECE * size
    together &= size > LEAST_PIECE * unit * unit
    kept = ((surely > SURE_SHARE * size) | together) & (touching > 0)
    kept[0] = False
    return np.asarray(kept[pieces], bool)


def _specks(mask: Mask, most: float) -> Mask:
    """Holes in the mask of fewer than `most` pixels."""
    pieces, sizes = connected(~mask, connectivity=4)
    return np.asarray((sizes < most).take(pieces) & ~mask, bool)


def _away_from_hands(found: Mask, labels: LabelMap, unit: float) -> Mask:
    """Without the pieces near a hand: that may hold something."""
    hands = grown(bits(among(labels, (BodyLabel.HAND, BodyLabel.CARRIED))), round(HELD_UNITS * unit)) > 0
    return found & ~pieces_holding(found, hands)


def _core(mask: Mask, unit: float) -> Mask:
    """What lies well inside the mask, or all of it where that is too little."""
    core = cv2.erode(bits(mask), disc(max(1, round(SURE_UNITS * unit))), borderValue=1) > 0
    return core if core.sum() >= LEAST_SAMPLES else mask
