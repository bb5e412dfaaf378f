"""Looks for the old garment's colours beside the new one, whatever the parse took those pixels for."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.check_view import (
    HIPS,
    SHOULDERS,
    UNIT_PX,
    Judged,
    Mask,
    View,
    around,
    square_units,
    without_specks,
)
from tryon.engines.local.linear import to_lab
from tryon.engines.local.raster import among, bits, connected, disc, sum_of_channels

CORE_UNITS: Final = 0.42
"""Half the width of the torso's core, where a photo surely shows what is worn."""
NEAR_UNITS: Final = 0.3
"""Remains lie within this distance of what was changed; the background is learnt farther away from the person."""
BESIDE_UNITS: Final = 0.1
"""A collar may have been taken for background: so much of that is looked at beside the person."""
RIM_UNITS: Final = 0.03
"""The rim of cloth, where colours mix."""
HAIR_UNITS: Final = 0.08
"""Within this distance of hair a strand may lie."""
BOTTOM_HALF_UNITS: Final = 0.12
"""What was taken for trousers and is narrower than twice this may be a sleeve; what is broader and was left alone is
the other garment."""
SLEEVE_HALF_UNITS: Final = 0.05
"""What was taken for a top and is narrower than twice this may be a belt's loop or a waistband's end."""
BESIDE_BROAD_UNITS: Final = 0.06
COLOURS: Final = 4
SURROUNDINGS: Final = 5
"""How many colours are told apart in a garment, and in the background."""
LEAST_SHARE: Final = 0.08
"""A colour that makes up less of the garment is a button or a speck of background."""
LEAST_PX: Final = 60
SAMPLES: Final = 2000
"""Of fewer pixels no colours are told, and about so many of them are enough."""
SPREAD: Final = ((4.0, 2.5, 2.5), (8.0, 5.0, 5.0))
"""Least and greatest standard deviation of one colour, CIE Lab."""
ALIKE: Final = 1.6
UNLIKE: Final = 1.0
"""A pixel is the old garment's within so many standard deviations, if everything else is so many farther away."""
SKIN: Final = 0.15
"""Log ratio beyond the seen skin's range up to which a colour may be skin in odd light."""
LEAST_PIECE: Final = 0.0015
"""Square units below which a remaining piece is not noticed."""

Palette = tuple[NDArray[np.float32], NDArray[np.float32]]
"""(n, 3) colours and their standard deviations."""


def old_colours(view: View, dressed: Judged, old: BodyLabel) -> float:
    """Square units beside the new garment that have the old one's colours, and no other reason to have them."""
    other = view.labels == (BodyLabel.TOP if old == BodyLabel.BOTTOM else BodyLabel.BOTTOM)
    broad = without_specks(
        other, round((SLEEVE_HALF_UNITS if old == BodyLabel.BOTTOM else BOTTOM_HALF_UNITS) * UNIT_PX)
    )
    candidates = _candidates(view, dressed) & ~(broad & ~view.changed)
    worn = _palette(view.before, _core(view, old), COLOURS)
    if worn is None or not candidates.any():
        return 0.0
    rows, columns = np.nonzero(candidates)
    shown = to_lab(view.after[rows, columns])
    as_old = _distance(shown, worn)
    found = as_old < ALIKE
    for place, colours in _explanations(view, dressed, other, broad):
        found &= ~place[rows, columns] | (_distance(shown, colours) > as_old + UNLIKE)
    left = np.zeros(candidates.shape, np.bool_)
    left[rows[found], columns[found]] = True
    return square_units(_pieces(without_specks(left, 1)))


def _candidates(view: View, dressed: Judged) -> Mask:
    """Around what was changed, without the face, the cloth's rim, and what is skin in any light."""
    near = around((view.cloth > 0.5) | view.changed, NEAR_UNITS) & ~around(view.cloth > 0.3, RIM_UNITS)
    near &= around(view.matte > 0.3, BESIDE_UNITS)
    face = (view.labels == BodyLabel.HEAD) & (view.rows < dressed.figure.chin[1] * view.scale)
    low = view.rows < view.points[HIPS, 1].mean() + 0.9 * UNIT_PX
    known = among(view.labels, (BodyLabel.CARRIED, BodyLabel.SHOES))
    return near & low & ~face & ~known & (view.unlike_skin > SKIN)


def _core(view: View, old: BodyLabel) -> Mask:
    worn = _inner(view.labels == old)
    if old != BodyLabel.TOP:
        return worn
    shoulders, hips = view.points[SHOULDERS].mean(axis=0), view.points[HIPS].mean(axis=0)
    worn &= np.abs(view.columns - shoulders[0]) < CORE_UNITS * UNIT_PX
    return worn & (view.rows > shoulders[1] + 0.1 * UNIT_PX) & (view.rows < hips[1])


def _explanations(view: View, dressed: Judged, other: Mask, broad: Mask) -> list[tuple[Mask, Palette]]:
    """Where what else may be seen: the background anywhere, hair beside hair, the `other` garment near where it is
    broad."""
    anywhere = np.ones(view.labels.shape, np.bool_)
    hair = view.labels == BodyLabel.HAIR
    above = hair & (view.rows < dressed.figure.chin[1] * view.scale)
    known = (
        (anywhere, _palette(view.before, ~around(view.matte > 0.03, NEAR_UNITS), SURROUNDINGS)),
        (around(broad, BESIDE_BROAD_UNITS), _palette(view.before, _inner(other), COLOURS)),
        (around(hair, HAIR_UNITS), _palette(view.before, above, 2)),
    )
    return [(place, colours) for place, colours in known if colours is not None]


def _inner(mask: Mask) -> Mask:
    return np.asarray(cv2.erode(bits(mask), disc(round(RIM_UNITS * UNIT_PX))) > 0, np.bool_)


def _palette(picture: NDArray[np.uint8], where: Mask, number: int) -> Palette | None:
    """The colours that dominate a part of a picture."""
    if where.sum() < LEAST_PX:
        return None
    pixels = to_lab(picture[where][:: max(1, int(where.sum()) // SAMPLES)])
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    number = min(number, len(pixels) // 30)
    _, belongs, centres = cv2.kmeans(pixels, number, np.empty(0, np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    groups = [pixels[belongs.ravel() == index] for index in range(number)]
    often = [index for index, group in enumerate(groups) if len(group) > LEAST_SHARE * len(pixels)]
    spread = np.stack([np.clip(groups[index].std(axis=0), *np.asarray(SPREAD)) for index in often])
    return np.asarray(centres, np.float32)[often], spread.astype(np.float32)


def _distance(pixels: NDArray[np.float32], colours: Palette) -> NDArray[np.float32]:
    """Standard deviations from each pixel (n, 3) to the nearest colour of a palette."""
    middles, spreads = colours
    away = [sum_of_channels(((pixels - middle) / spread) ** 2) for middle, spread in zip(middles, spreads, strict=True)]
    return np.sqrt(np.minimum.reduce(away) / 3).astype(np.float32)


def _pieces(mask: Mask) -> Mask:
    """Only pieces large enough to be noticed."""
    pieces, sizes = connected(mask)
    return np.asarray((sizes >= LEAST_PIECE * UNIT_PX**2).take(pieces), np.bool_)
