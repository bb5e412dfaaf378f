"""What lies around and below a removed top: the background behind it, and the bottom garment's hidden upper end."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, Opacity, PersonAnalysis
from tryon.engines.local.bottom_alone import with_bottom_alone
from tryon.engines.local.continued import continued
from tryon.engines.local.figure import Figure
from tryon.engines.local.fill import pull_push
from tryon.engines.local.linear import Linear, to_linear
from tryon.engines.local.raster import (
    Bits,
    among,
    bits,
    blurred,
    box_of,
    depth,
    disc,
    grown,
    highest,
    pieces_holding,
    reduced,
    resized,
    shrunk,
    smoothed_row,
    taken,
)

FRINGE_PX: Final = 4
"""The old garment's colour bleeds this far into the background, by the lens and by scaling."""


STRANGER_UNITS: Final = 0.12
"""So near the person, what is unlike the background farther away may be a piece of their clothes."""
STRANGER_UNIT_PX: Final = 60.0
"""Looked for at this size of the body's unit."""
STRANGE: Final = 0.1
"""Difference in the square root of light; a soft shadow on a wall has less."""
DARKEST_SHADOW: Final = 0.3
SHADOW_TINT: Final = 0.05
"""A shadow on the floor takes at most so much of that root, and so evenly of all colours; what is darker is a shoe."""
MOST_STRANGE: Final = 0.05
"""With more of it than this share of what is near, the background has its own pattern there."""
HELD_UNITS: Final = 0.2
"""So near to a hand begins what it carries."""
FAR_SHARE: Final = 0.3
"""Share of the background that must be farther away, to tell what it looks like."""


def background_plate(person: PersonAnalysis, needed: NDArray[np.bool_] | None = None) -> Linear:
    """The background continued behind the person, where that is `needed`; without it, everywhere."""
    clear = bits((person.matte < 0.04) & (person.labels == BodyLabel.BACKGROUND))
    clear = _without_strangers(person, shrunk(clear, FRINGE_PX))
    if clear.sum() < 50:
        return to_linear(person.picture)
    everywhere = np.ones(clear.shape, bool)
    return to_linear(continued(person.picture, clear, everywhere if needed is None else needed))


def _without_strangers(person: PersonAnalysis, clear: Bits) -> Bits:
    """Without what is near the person and unlike the background farther away: a hem of lace, the rim of a narrow gap, a
    heel. Continued, it would stand in the picture once more. Where much is unlike it, the background is not plain."""
    unit = float(np.linalg.norm(person.pose.points[Joint.LEFT_SHOULDER] - person.pose.points[Joint.RIGHT_SHOULDER]))
    factor = min(1.0, STRANGER_UNIT_PX / max(unit, 1.0))
    light = np.sqrt(to_linear(reduced(person.picture, factor)))
    # Only pixels that are clear as a whole tell the background's colour.
    known = bits(reduced(clear.astype(np.float32), factor) > 0.99)
    away = depth(known) / np.float32(max(unit * factor, 1.0))
    far = (away > STRANGER_UNITS) & (known > 0)
    near = (known > 0) & ~far
    if far.sum() < FAR_SHARE * known.sum() or not near.any():
        return clear
    off = light - pull_push(light, far.astype(np.float32))
    strange = (highest(np.abs(off)) > STRANGE) & (known > 0) & ~_floor_shadow(person, off)
    hands = resized(bits(among(person.labels, (BodyLabel.HAND, BodyLabel.CARRIED))), known.shape, cv2.INTER_NEAREST)
    # What hangs on a hand is carried, whatever it was taken for, and stays.
    strange &= ~pieces_holding(strange, grown(hands, round(HELD_UNITS * unit * factor)) > 0)
    if float(strange[near].mean()) > MOST_STRANGE:
        return clear
    found = resized(bits(strange & ~far), clear.shape, cv2.INTER_NEAREST)
    return clear & (1 - grown(found, FRINGE_PX))


def _floor_shadow(person: PersonAnalysis, off: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Below the knees what is darker by `off` (h, w, 3), and as much in every colour, is the shadow on the floor."""
    knees = person.pose.points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE], 1].mean() * len(off) / len(person.labels)
    least, most = -highest(-off), highest(off)
    below = np.arange(len(off))[:, None] > knees
    return np.asarray(below & (least > -DARKEST_SHADOW) & (most < 0) & (most - least < SHADOW_TINT), np.bool_)


GAP_ROOM_PX: Final = 3
"""Rows on both sides of a garment's edge in which its label is unsure."""
BETWEEN_LEGS: Final = 0.25
"""Share of its width, to both sides of its middle, where a garment's gap is one between legs."""
LEAST_CLOTH_PX: Final = 24.0
"""So much cloth below its edge is needed to continue it upwards."""


def bottom_continued(person: PersonAnalysis, photo: Linear, below: float, needed: NDArray[np.bool_]) -> Linear:
    """The bottom garment mirrored upwards, column by column, over a line that lies `below` its upper edge (pixels).

    Where it is `needed`, nothing but the bottom is shown."""
    bottom = person.labels == BodyLabel.BOTTOM
    height, width = bottom.shape
    seen = np.flatnonzero(bottom.any(axis=0))
    if len(seen) < 10:
        return photo
    columns = np.arange(width, dtype=np.float32)
    first = np.interp(columns, seen, bottom[:, seen].argmax(axis=0))
    edge = smoothed_row(cv2.medianBlur(first.astype(np.float32).reshape(1, -1), 5).ravel(), 4.0) + below
    rows = np.arange(height, dtype=np.float32)[:, None]
    # There and back again; columns that meet the gap between the legs at once take their neighbours' cloth.
    length, column = _solid_below(bottom & (person.matte > 0.5), np.rint(edge).astype(int))
    away = np.abs(np.mod(edge - rows + length, 2 * length) - length)
    above = rows < edge
    source = np.minimum(np.where(above, edge[column] + away, rows), height - 1)
    where = np.dstack([np.where(above, column, columns), source]).astype(np.float32)
    mirrored = taken(photo, where, border=cv2.BORDER_REFLECT)
    return with_bottom_alone(mirrored, taken(bits(bottom), where, cv2.INTER_NEAREST), needed)


def _solid_below(bottom: NDArray[np.bool_], edge: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """(w,) rows for which the bottom garment goes on below its edge, and the nearest column where it does for long."""
    height, width = bottom.shape
    gone = ~bottom & (np.arange(height)[:, None] > edge + GAP_ROOM_PX)
    ends = np.where(gone.any(axis=0), gone.argmax(axis=0), height) - edge - GAP_ROOM_PX
    near = np.ones((1, max(3, width // 32)), np.uint8)
    ends = cv2.erode(ends.astype(np.float32)[None], near)[0]
    long = np.flatnonzero(ends >= min(LEAST_CLOTH_PX, float(ends.max())))
    columns = np.arange(width)
    at = np.clip(np.searchsorted(long, columns), 1, max(len(long) - 1, 1))
    before, after = long[at - 1], long[np.minimum(at, len(long) - 1)]
    nearest = np.where(columns - before <= after - columns, before, after)
    seen = np.flatnonzero(bottom.any(axis=0))
    # A gap at the sides is the background beside a leg that narrows.
    beside = np.abs(columns - (seen[0] + seen[-1]) / 2) > BETWEEN_LEGS * (seen[-1] - seen[0])
    nearest, ends = np.where(beside, columns, nearest), np.where(beside, np.float32(height), ends)
    return np.maximum(ends[nearest], 2.0 * GAP_ROOM_PX), nearest


HAIR_GAP_UNITS: Final = 0.06
"""Half the width of a gap between hair and neck that is filled where the hair ends: a wider one shows what is behind.
"""
HAIR_ENDS_UNITS: Final = 0.15
"""Hair that goes on for less below a row ends there: continued to that row, it would be a block with a level edge."""


def inside_hair(person: PersonAnalysis, figure: Figure) -> Opacity:
    """The old collar between the neck and hair that hangs farther out: behind it is hair, not the background."""
    hair, top = person.labels == BodyLabel.HAIR, person.labels == BodyLabel.TOP
    middle = int(np.clip(figure.chin[0], 1, top.shape[1] - 1))
    enclosed = np.zeros(top.shape, bool)
    enclosed[:, :middle] = np.logical_or.accumulate(hair[:, :middle], axis=1)
    enclosed[:, middle:] = np.logical_or.accumulate(hair[:, middle:][:, ::-1], axis=1)[:, ::-1]
    lowest = int(max(root[1] for root in figure.neck_root.values()) + 0.1 * figure.unit)
    enclosed[max(lowest, 0) :] = False
    inside = enclosed & top
    if not inside.any():
        return np.zeros(top.shape, np.float32)
    ends = max(1, round(HAIR_ENDS_UNITS * figure.unit))
    goes_on = np.zeros_like(enclosed)
    goes_on[:-ends] = enclosed[ends:]
    box = box_of(inside, ends)
    crown = bits(among(person.labels[box], (BodyLabel.HAIR, BodyLabel.NECK, BodyLabel.HEAD)))
    narrow = cv2.morphologyEx(crown, cv2.MORPH_CLOSE, disc(max(1, round(HAIR_GAP_UNITS * figure.unit)))) > 0
    inside[box] &= narrow | goes_on[box]
    rim = grown(bits(inside), FRINGE_PX) * bits(enclosed)
    return blurred(rim.astype(np.float32), 0.8)


def head_continued(person: PersonAnalysis, photo: Linear) -> Linear:
    """Hair and neck continued over what lies between them."""
    seen = shrunk(bits(among(person.labels, (BodyLabel.HAIR, BodyLabel.NECK))), 2).astype(np.float32)
    if seen.sum() < 50:
        return photo
    return resized(pull_push(reduced(photo, 0.5), reduced(seen, 0.5)), photo.shape)
