"""Hands in pockets: the new cloth goes on to the cuffs that disappear in it, as the old one did. At the waist it goes
on to the old waistband's ends, or the background would shine through beside a sleeve."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, LabelMap, Opacity, PersonAnalysis, Side
from tryon.engines.local.raster import bits, blurred, depth
from tryon.engines.local.rays import Widths

NEAR_UNITS: Final = 0.34
"""So far to the sides of the wrist and above it lies the pocket."""
BELOW_UNITS: Final = 0.75
"""So far below the wrist the pocketed hand stops to widen the cloth."""
WIDER_UNITS: Final = 0.25
"""A hand in its pocket widens the cloth at most by so much."""
HAND_AREA: Final = 0.02
"""Squared units: of a hand that is not in its pocket more than this is seen."""
IN_CLOTH: Final = 0.12
"""Share of what lies around a pocketed hand's wrist that was the old bottom."""
WAIST_UNITS: Final = 0.62
WAIST_FADES_UNITS: Final = 0.52
FLARED_WAIST_UNITS: Final = 0.16
FLARED_FADES_UNITS: Final = 0.16
WAIST_OF_EDGE: Final = 25
WAIST_SLOPES: Final = 0.12
"""Percentile of the edge's rows that lies at the waist, and by how much more than that a waist falls to its sides."""
WAIST_RISES: Final = 0.08
"""From so far above the old bottom's upper edge to so far below, fading over the last part, a waist is filled up. An
old skirt flares from its waist on: its width is that of trousers only right below it."""
WIDER_WAIST_UNITS: Final = 0.12
"""By so much at most."""
EDGE_PX: Final = 1.2
EVEN_UNITS: Final = 0.06
"""Teeth of the old pocket's outline finer than this (standard deviation) are evened out."""


def with_pockets(opacity: Opacity, person: PersonAnalysis, unit: float, factor: float) -> Opacity:
    """The new cloth's `opacity`, widened to the arms whose hands are in the old bottom's pockets.

    `unit` and the pose are those of the analysis, `factor` times smaller than the labels.
    """
    for side in SIDES:
        opacity = _to_arm(opacity, person, side, unit, factor)
    return opacity


def with_whole_waist(
    opacity: Opacity, labels: LabelMap, edge: Widths, unit: float, flared: bool, crotch: float = np.inf
) -> Opacity:
    """The new cloth's `opacity`, widened below the old bottom's upper `edge`, a row in each column, to where that was
    seen, if it is a little narrower; all in the labels' pixels. `flared` where the old one was a skirt, the new is not.

    Nothing is filled up between the legs, below the row of the `crotch`.
    """
    reach, fades = (FLARED_WAIST_UNITS, FLARED_FADES_UNITS) if flared else (WAIST_UNITS, WAIST_FADES_UNITS)
    old = labels == BodyLabel.BOTTOM
    # At a cuff the old bottom begins again: that is no waist.
    waist = np.minimum(edge, np.percentile(edge, WAIST_OF_EDGE) + WAIST_SLOPES * unit)
    below = np.arange(len(labels), dtype=np.float32)[:, None] - waist[None]
    fading = np.clip((reach * unit - below) / (fades * unit), 0.0, 1.0)
    fading *= below > -WAIST_RISES * unit
    rows = np.flatnonzero((fading > 0).any(axis=1))
    if not rows.size:
        return opacity
    window = np.s_[rows[0] : rows[-1] + 1]
    cloth = opacity[window] > 0.5
    beside = depth(bits(~cloth)) < WIDER_WAIST_UNITS * unit * fading[window]
    added = _evened(((old[window] & beside) | cloth).astype(np.float32), EVEN_UNITS * unit)
    soft = blurred(old[window].astype(np.float32), EDGE_PX)
    first = max(0, int(min(crotch, rows[-1] + 1)) - int(rows[0]))
    added[first:] *= ~_between_and_under(cloth[first:])
    wider = opacity.copy()
    wider[window] = np.maximum(opacity[window], np.minimum(added, soft))
    return wider


def _between_and_under(cloth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What in each row lies between the first cloth and the last, and is none, and what lies under it and the hems: to
    even the outline there would join the corners of two hems."""
    first, last = np.logical_or.accumulate(cloth, axis=1), np.logical_or.accumulate(cloth[:, ::-1], axis=1)[:, ::-1]
    within = first & last
    below = np.logical_or.accumulate(cloth[::-1], axis=0)[::-1]
    return within & ~cloth | np.logical_or.accumulate(within, axis=0) & ~below


def _to_arm(opacity: Opacity, person: PersonAnalysis, side: Side, unit: float, factor: float) -> Opacity:
    wrist = person.pose.points[Joint[f"{side.upper()}_WRIST"]] * factor
    unit = unit * factor
    height, width = opacity.shape
    left, right = (int(np.clip(wrist[0] + off * unit, 0, width)) for off in (-NEAR_UNITS, NEAR_UNITS))
    upper, lower = (int(np.clip(wrist[1] + off * unit, 0, height)) for off in (-NEAR_UNITS, BELOW_UNITS))
    window = np.s_[upper:lower, left:right]
    labels = person.labels[window]
    old = labels == BodyLabel.BOTTOM
    if not labels.size or (labels == BodyLabel.HAND).sum() > HAND_AREA * unit**2 or float(old.mean()) < IN_CLOTH:
        return opacity
    share = np.clip((np.arange(upper, lower) - wrist[1]) / (BELOW_UNITS * unit), 0.0, 1.0)[:, None]
    beside = depth(bits(opacity[window] < 0.5)) < WIDER_UNITS * unit * (1 + np.cos(share * np.pi)) / 2
    added = _evened(((old & beside) | (opacity[window] > 0.5)).astype(np.float32), EVEN_UNITS * unit)
    wider = opacity.copy()
    wider[window] = np.maximum(opacity[window], np.minimum(added, blurred(old.astype(np.float32), EDGE_PX)))
    return wider


def _evened(area: Opacity, sigma: float) -> Opacity:
    """The area with a smooth outline: teeth finer than `sigma` pixels are none of the cloth's."""
    broad = blurred(area, sigma)
    return np.clip((broad - 0.5) * sigma * 1.6 + 0.5, 0.0, 1.0).astype(np.float32)
