"""What is left open between sleeve and body where the two lie against each other."""

from collections.abc import Iterable, Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture, Side
from tryon.engines.local.continued import continued
from tryon.engines.local.raster import (
    MIRRORED_PX,
    Bits,
    bits,
    blurred,
    box_of,
    disc,
    frame_of,
    grown,
    pieces_holding,
    pieces_of,
    shrunk,
)

BEAD_UNITS: Final = 0.12
"""A gap beside a hanging or bent arm is larger than this (side of its square, in units)."""

CALM_HOLE: Final = 0.025
"""Standard deviation, in units, by which the edge of a hole inside a bent arm is evened."""

BESIDE_UNITS: Final = 0.06
"""So far from a sleeve, whose edge may have been moved towards the body, a gap is beside it."""

SEAM_SHARE: Final = 0.014
"""Gaps between torso and sleeve narrower than twice this share of the frame's width are none."""

TAPER: Final = (0.7, 0.45)
TAPER_REACH: Final = 2.0
"""Beside a gap that stays open it is open also where it is so wide (half widths of a closed one), each at most so many
half widths farther on."""

CALM_SEAM: Final = 0.35
"""Standard deviation, in half widths of such a gap, by which the edges beside it are evened."""

SOLID: Final = 0.9
"""Opacity from which a pixel shows the cloth's own colour."""

SEEN: Final = 1.0
"""Squares of the reach: a smaller piece of a closed gap is not seen as a strip."""

ALONG_BODY: Final = 0.3
"""Share of the cloth beside such a piece that is the body's, at least."""

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
    return bits(pieces_holding(gaps, frame_of(gaps.shape), connectivity=4))


def with_calm_holes(opacity: Opacity, sleeves: Iterable[Opacity], ground: NDArray[np.bool_], unit: float) -> Opacity:
    """The garment's `opacity` with small holes between a sleeve and the body closed: a slit that is shut in places
    would show the background as a row of dots, and one that is half shut as a haze. A large one, inside a bent arm,
    gets one calm edge: settled on the old clothes' outline in places, it has teeth and notches. It is opened only where
    the photo shows the `ground`. Holes in torso or sleeve alone are the cloth's own. `unit` in pixels."""
    laid = [sleeve > 0.5 for sleeve in sleeves]
    if not laid:
        return opacity
    sleeve, solid = np.logical_or.reduce(laid), opacity > SOLID
    by_sleeve = grown(bits(sleeve), round(BESIDE_UNITS * unit)) > 0
    sigma, calm = CALM_HOLE * unit, opacity.copy()
    (height, width), bead = opacity.shape, (BEAD_UNITS * unit) ** 2
    for window, piece in pieces_of(~solid, margin=max(2, round(3 * sigma))):
        rim = (grown(bits(piece), 2) > 0) & ~piece & solid[window]
        if not (rim & by_sleeve[window]).any() or not (rim & ~sleeve[window]).any():
            continue
        rows, columns = window
        if piece.sum() <= bead:
            calm[window][grown(bits(piece), 2) > 0] = 1.0
        elif rows.start > 0 and columns.start > 0 and rows.stop < height and columns.stop < width:
            calm[window] = _with_calm_edge(calm[window], piece, solid[window], ground[window], sigma)
    return calm


def _with_calm_edge(
    opacity: Opacity, hole: NDArray[np.bool_], solid: NDArray[np.bool_], ground: NDArray[np.bool_], sigma: float
) -> Opacity:
    """The opacity with the edge of a hole evened by `sigma` pixels."""
    open_ = np.clip((blurred(hole.astype(np.float32), sigma) - 0.5) * (STEEP * sigma) + 0.5, 0.0, 1.0)
    anew = np.where(ground, 1 - open_, np.maximum(opacity, 1 - open_)).astype(np.float32)
    near = (grown(bits(hole), round(2 * sigma)) > 0) & (hole | solid)
    return np.where(near, anew, opacity)


def with_torso_beside_sleeves(
    colour: Picture, pictured: Opacity, widened: NDArray[np.bool_], sleeves: Iterable[Opacity], reach: int
) -> Picture:
    """The colour of the cloth where it was `widened` beyond the pixels that are `pictured`, and closed a gap between
    body and sleeve, each within `reach` pixels: the body goes on up to the sleeve. The mean of both would be a grey
    strip beside stripes."""
    for sleeve in sleeves:
        area = box_of(sleeve > 0.5, reach)
        own, solid = sleeve[area] > 0.5, pictured[area] > SOLID
        torso, limb = bits(solid & ~own), bits(solid & own)
        closed = widened[area] & ~solid & (grown(torso, reach) & grown(limb, reach) > 0)
        between = np.zeros(widened.shape, bool)
        between[area] = _beside(closed, torso, limb)
        if between.sum() > SEEN * reach**2:
            # Farther away no mirror would show anything.
            box = box_of(between, round(MIRRORED_PX))
            body = bits((pictured[box] > SOLID) & (sleeve[box] <= 0.5))
            filled = continued(colour[box], shrunk(body, 1), between[box])
            share = np.where(between[box], 1 - sleeve[box], np.float32(0.0))[..., None]
            colour = colour.copy()
            colour[box] = np.rint(colour[box] * (1 - share) + filled * share)
    return colour


def _beside(closed: NDArray[np.bool_], torso: Bits, limb: Bits) -> NDArray[np.bool_]:
    """The closed pieces that go along the body: a slit in the sleeve itself has hardly any body beside it."""
    count, pieces = cv2.connectedComponents(bits(closed), connectivity=4)
    around = cv2.dilate(pieces.astype(np.float32), np.ones((5, 5), np.uint8)).astype(np.int32)
    along = [np.bincount(around[mask > 0], minlength=count) for mask in (torso, limb)]
    kept = along[0] > ALONG_BODY * (along[0] + along[1])
    kept[0] = False
    return np.asarray(kept[pieces], bool)
