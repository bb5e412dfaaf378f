"""How wide each leg of trousers lies on the leg it is put on: between what is worn, the leg itself and the product."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import Points
from tryon.engines.local.bottoms_length import OLD_HEM_REACH
from tryon.engines.local.bottoms_seat import COVER_PX
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg
from tryon.engines.local.rays import Widths

SAME_WIDTH: Final = 0.24
NOT_ALIKE: Final = (0.45, 0.75)
"""Natural logarithm of old width by new: up to the first the old outline is kept, beyond it the difference is reduced
by so much, and between the next two the old outline loses all say."""
MOST_APART: Final = 0.34
"""Nowhere does the new width differ more (natural logarithm) from the product's own."""
SHORTS_TELL: Final = 0.12
"""Stations below the crotch down to which old shorts have a say in the width of long trousers."""
SHORTS_STAND_OFF: Final = 0.2
"""Natural logarithm: old shorts so much wider than the new trousers have no say at all."""
SKIN_TIGHT: Final = 1.03
"""The tightest trousers are this much wider than the leg."""
LEG_ROOM: Final = 0.88
"""Share of the way to the other leg that a trouser leg may fill where no gap is seen to tell."""
GAP_SEEN: Final = 0.97
"""An outline that ends before this share of the way to the other leg was a leg's own."""
PARTING: Final = 0.12
"""Stations from the crotch to where the gap between legs that nothing joins is fully open."""
SPILL: Final = 0.45
"""Share of what finds no room inside that stands out on the other side; the rest hangs in folds."""
CLEAR_OF_HEM: Final = 0.05
"""Stations above the old hem in which its outline is not trusted."""


def leg_halves(leg: Leg, stations: Widths, wanted: Widths, in_one: bool) -> tuple[Widths, Widths]:
    """Pixels from the leg's path to both edges of the new trousers, which want to be `wanted` wide."""
    bare_outer, bare_inner = at_stations(leg.bare_outer, stations), at_stations(leg.bare_inner, stations)
    wanted = np.maximum(wanted, SKIN_TIGHT * (bare_outer + bare_inner))
    # At the old hem itself shoes and shadows confuse the outline: the last clear width above it is carried down.
    clear = np.minimum(stations, leg.old_end - CLEAR_OF_HEM) if leg.old_end > CLEAR_OF_HEM else stations
    outer = _known(at_stations(leg.outer, clear), bare_outer * 1.2)
    inner = _known(at_stations(leg.inner, clear), bare_inner * 1.2)
    width = outer + inner
    comparable = (at_stations(leg.worn, stations) > 0.3).astype(np.float32) * np.float32(not in_one)
    if leg.old_end < stations[-1] - OLD_HEM_REACH:
        # Old shorts tell the width at the seat; what hangs below would show their hem as a step, and where they stand
        # off wider than long trousers hang, a bulge.
        comparable *= np.clip(1.0 - (stations - stations[0]) / SHORTS_TELL, 0.0, 1.0)
        comparable *= np.clip(1.0 - np.log(np.maximum(width / wanted, 1.0)) / SHORTS_STAND_OFF, 0.0, 1.0)
    width_new, alike = _agreed(width, wanted, comparable)
    standing = (outer - inner) / 2 * alike + (bare_outer - bare_inner) / 2 * (1 - alike)
    aside = _hanging(standing.astype(np.float32), width_new, leg, stations, alike)
    new_outer, new_inner = width_new / 2 + aside, width_new / 2 - aside
    # Legs that touch share the room between them; what finds none stands out on the other side.
    room = _room_inside(leg, stations, inner, alike)
    spill = np.maximum(new_inner - np.maximum(room, bare_inner), 0.0)
    return (new_outer + spill * SPILL + COVER_PX).astype(np.float32), (new_inner - spill + COVER_PX).astype(np.float32)


def _hanging(aside: Widths, width: Widths, leg: Leg, stations: Widths, alike: Widths) -> Widths:
    """Pixels from the leg's path outwards to the trousers' middle, moved from `aside` to where cloth hangs straight
    down from the seat to the hem, as far as its `width` leaves the leg covered and no old outline counts (`alike`)."""
    path, outward = along_path(leg.path, stations), along_path(leg.outward, stations)
    middle = path + outward * aside[:, None]
    share = ((stations - stations[0]) / max(float(stations[-1] - stations[0]), 1e-3))[:, None]
    straight = middle[0] + (middle[-1] - middle[0]) * share
    wished = aside + ((straight - middle) * outward).sum(axis=1) * (1 - alike)
    least = SKIN_TIGHT * at_stations(leg.bare_outer, stations) - width / 2
    most = width / 2 - SKIN_TIGHT * at_stations(leg.bare_inner, stations)
    free = np.clip(wished, np.minimum(least, aside), np.maximum(most, aside))
    return np.where(most > least, free, aside).astype(np.float32)


def _room_inside(leg: Leg, stations: Widths, inner: Widths, alike: Widths) -> Widths:
    """Pixels from the leg's path that trousers may reach towards the other leg.

    An old gap is kept where the old outline counts (`alike`); legs that a skirt hid are given one.
    """
    middle = at_stations(leg.to_middle, stations)
    gap = np.where(inner < GAP_SEEN * middle, inner, middle)
    room = np.maximum(inner * alike + gap * (1 - alike), LEG_ROOM * middle)
    parted = np.clip((stations - stations[0]) / PARTING, 0.0, 1.0) * (1 - alike)
    return (room * (1 - (1 - LEG_ROOM) * parted)).astype(np.float32)


def _agreed(old: Widths, new: Widths, comparable: Widths) -> tuple[Widths, Widths]:
    """The width to take between what is worn and what the product wants, and how alike they are (0..1)."""
    apart = np.log(np.maximum(old, 1.0) / np.maximum(new, 1.0))
    smooth = cv2.GaussianBlur(apart.reshape(1, -1).astype(np.float32), (0, 0), 2.0).ravel()
    kept = np.clip(smooth, -SAME_WIDTH, SAME_WIDTH)
    alike = np.clip((NOT_ALIKE[1] - np.abs(smooth)) / (NOT_ALIKE[1] - NOT_ALIKE[0]), 0.0, 1.0) * comparable
    alike = cv2.GaussianBlur(alike.reshape(1, -1).astype(np.float32), (0, 0), 1.0).ravel()
    shifted = np.log(np.maximum(old, 1.0)) - smooth + kept
    width = np.exp(alike * shifted + (1 - alike) * np.log(new))
    return np.clip(width, new * np.exp(-MOST_APART), new * np.exp(MOST_APART)).astype(np.float32), alike


def _known(seen: Widths, otherwise: Widths) -> Widths:
    """Seen widths, gaps bridged by what is believed, scaled to what is seen."""
    known = np.isfinite(seen)
    if known.sum() < 3:
        return otherwise
    ratio = np.interp(np.arange(len(seen)), np.flatnonzero(known), (seen / otherwise)[known])
    filled = np.where(known, seen, ratio * otherwise).astype(np.float32)
    return cv2.GaussianBlur(filled.reshape(1, -1), (0, 0), 0.7).ravel()


def at_stations(values: Widths, stations: Widths) -> Widths:
    return np.interp(stations, LEG_STATIONS, values).astype(np.float32)


def along_path(points: Points, stations: Widths) -> Points:
    return np.stack([np.interp(stations, LEG_STATIONS, points[:, i]) for i in (0, 1)], axis=1).astype(np.float32)
