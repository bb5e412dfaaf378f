"""What is left open between sleeve and body where the two lie against each other."""

from collections.abc import Iterable, Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Side
from tryon.engines.local.raster import Bits, bits, blurred, box_of, disc, grown, pieces_of

BEAD_UNITS: Final = 0.12
"""A gap beside a hanging arm is longer than this (side of its square, in units)."""

SEAM_SHARE: Final = 0.014
"""Gaps between torso and sleeve narrower than twice this share of the frame's width are none."""

TAPER: Final = (0.7, 0.45)
TAPER_REACH: Final = 2.0
"""Beside a gap that stays open it is open also where it is so wide (half widths of a closed one), each at most so many
half widths farther on."""

CALM_SEAM: Final = 0.35
"""Standard deviation, in half widths of such a gap, by which the edges beside it are evened."""

STEEP: Final = 1.6
"""Opacity per standard deviation across an evened edge, a pixel or two wide."""


def with_closed_armholes(opacity: Opacity, torso: NDArray[np.uint8], sleeves: Mapping[Side, Opacity]) -> Opacity:
    """The opacity without slits, threads and specks where torso and sleeve meet: there, cloth and the gap beside it
    have one calm edge."""
    reach = max(2, round(SEAM_SHARE * opacity.shape[1]))
    seam = np.zeros(opacity.shape, np.uint8)
    for mask in sleeves.values():
        seam |= grown(bits(mask > 0.5), 2 * reach)
    seam &= grown(bits(torso > 127), 2 * reach)
    if not seam.any():
        return opacity
    box, even = box_of(seam, 3 * reach), opacity.copy()
    closed = cv2.morphologyEx(bits(opacity[box] > 0.5), cv2.MORPH_CLOSE, disc(reach))
    closed = closed & (1 - _tapers(bits(opacity[box] > 0.5), closed, reach))
    threadless = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc(reach // 2)), np.float32)
    calm = (blurred(threadless, CALM_SEAM * reach) - 0.5) * (STEEP * CALM_SEAM * reach) + 0.5
    even[box] = np.where(seam[box] > 0, np.clip(calm, 0.0, 1.0), opacity[box])
    return even


def _tapers(solid: Bits, closed: Bits, reach: int) -> Bits:
    """1 where a gap between sleeve and body narrows beside its wide part: it ends in a point. Closed where it is as
    wide as can be seen, its end would be as round as a bite."""
    gap, end = 1 - solid, _open_to_the_sides(1 - closed)
    for share in TAPER:
        near = grown(end, round(TAPER_REACH * reach)) & gap
        end = end | np.asarray(cv2.morphologyEx(near, cv2.MORPH_OPEN, disc(max(1, round(share * reach)))), np.uint8)
    return end & closed


def _open_to_the_sides(gaps: Bits) -> Bits:
    """The gaps that hang together with what lies around the garment; holes between sleeve and body stay as they
    are."""
    _, pieces = cv2.connectedComponents(gaps, connectivity=4)
    edges = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    return bits(np.isin(pieces, edges[edges > 0]))


def without_beads(opacity: Opacity, sleeves: Iterable[Opacity], unit: float) -> Opacity:
    """The garment's `opacity` with small holes between a sleeve and the body closed: a slit that is shut in places
    would show the background as a row of dots. Holes in torso or sleeve alone are the cloth's own. `unit` in pixels."""
    laid = [sleeve > 0.5 for sleeve in sleeves]
    if not laid:
        return opacity
    sleeve, solid = np.logical_or.reduce(laid), opacity > 0.5
    closed = opacity.copy()
    for window, piece in pieces_of(~solid, margin=2):
        if piece.sum() > (BEAD_UNITS * unit) ** 2:
            continue
        rim = (grown(bits(piece), 2) > 0) & ~piece & solid[window]
        if (rim & sleeve[window]).any() and (rim & ~sleeve[window]).any():
            closed[window][grown(bits(piece), 1) > 0] = 1.0
    return closed
