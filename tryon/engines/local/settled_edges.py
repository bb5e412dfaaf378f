"""Where the new cloth's edge lies near the old one's it takes its place: hair, hands and folds lie before that."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import (
    BodyLabel,
    LabelMap,
    Opacity,
    PersonAnalysis,
)
from tryon.engines.local.raster import bits, blurred, box_of, connected, depth, disc, grown
from tryon.engines.local.surroundings import FRINGE_PX

EVEN_PX: Final = 1.8
EVEN_SHARE: Final = 0.5
EVEN_ON_SKIN: Final = 0.15
"""Standard deviation that evens out an edge which the labels give, at least, and as a share of how far the cloth is
widened at most: pieces of the old top end abruptly. Skin has to be covered closely."""

CALM_SHARE: Final = 1.2
"""Standard deviation over which the width is averaged that an edge is widened by, as a share of the widest."""

THREAD_SHARE: Final = 0.25
"""Half the width, as a share of the widest, of gaps beside a widened edge that are closed."""

OWN_SHARE: Final = 0.2
LEAST_WIDTH_PX: Final = 0.5
"""The photo's own edge is followed as long as it differs from that average by no more than this share of the widest."""

HOLE_SHARE: Final = 5.0
"""A hole in the cloth before the old top is none up to an area of so many widest widths squared."""

SLIVER_SHARE: Final = 0.4
"""Half the width, as a share of the widest, of slits beside an arm that are closed whatever the mean says."""

WIDE_SHARE: Final = 1.0
"""Half the width, as a share of the widest, from which what is left of the old top is another part of it."""

WIDE_REACH: Final = 2.5
"""So far around it, as a share of the widest, nothing is widened: the cloth would bulge where that part tapers."""

ENVELOPES: Final = (0.3, 1.5)
"""Of that standard deviation: from how far around the widest counts, for cloth, and for skin, which would be seen."""


def settle_edges(person: PersonAnalysis, cloth: Opacity, sleeves: Opacity, allowed: Opacity, reach: float) -> Opacity:
    """Widen the cloth over thin remains of the old top's silhouette, to the photo's own edge.

    Under `sleeves` (0..1, where the new sleeves lie) bare arms are hidden in the same way.

    Only remains narrower than `reach` pixels; `allowed` (0..1) keeps this away from neckline, hem and cuffs. Where the
    cloth stands out beyond the old silhouette nothing is trimmed: it simply hides a little more of the background.
    """
    # Farther from the cloth nothing is widened.
    widened = cloth.astype(np.float32)
    box = box_of(cloth > 0.5, round(2 * reach) + 4)
    cloth, allowed, labels = cloth[box], allowed[box], person.labels[box]
    before, cloth = cloth, np.maximum(cloth, _slits(cloth, labels, sleeves[box], (HOLE_SHARE * reach) ** 2))
    solid = bits(cloth > 0.5)
    arm = (labels == BodyLabel.ARM) & (sleeves[box] > 0.5)
    # On the rim of an arm beside it the old top's colour is seen, too.
    top, limb = bits(labels == BodyLabel.TOP), bits(labels == BodyLabel.ARM)
    limb &= 1 - grown(top, FRINGE_PX, round_=True)
    rim = (labels == BodyLabel.ARM) & (limb == 0)
    seen = ((top > 0) | rim | arm) & (person.matte[box] > 0.4) & (solid == 0)
    # An old sleeve beside the new side is no remains of a side, and what is near to it is not either.
    wide = bits((depth(bits(seen)) > WIDE_SHARE * reach) & (grown(bits(sleeves[box] > 0.5), round(reach)) == 0))
    wide = grown(wide, round(WIDE_REACH * reach))
    remains = seen & (allowed > 0.5) & (wide == 0)
    bare = remains & arm
    if not remains.any() or not solid.any():
        widened[box] = cloth
        return widened
    edge = _edge_of(solid, reach)
    width = edge.mean_width(remains)
    if bare.any():
        # Skin stays in the picture where it is not covered: there the widest counts, not the mean.
        width = np.maximum(width, edge.mean_width(bare, widest=True))
    width = width * allowed
    sure = edge.away <= width - OWN_SHARE * reach
    own = remains & (edge.away <= width + OWN_SHARE * reach) & (width > LEAST_WIDTH_PX)
    own |= remains & _between(solid, limb, round(SLIVER_SHARE * reach))
    sigma = max(EVEN_PX, EVEN_SHARE * reach)
    outline = _calm_edge((sure | own) | (solid > 0), sigma)
    if bare.any():
        closely = max(EVEN_PX, EVEN_ON_SKIN * reach)
        outline = np.maximum(outline, _calm_edge(((sure | own) & arm) | (solid > 0), closely))
    near = grown(bits(sure | own), round(3 * sigma)) > 0
    # Between two edges that were moved towards each other no thread of background is left.
    settled = np.where(near, np.maximum(cloth, outline), cloth)
    thread = max(1, round(THREAD_SHARE * reach))
    moved = grown(bits(settled > before + 0.5), thread) > 0
    widened[box] = np.where(moved, cv2.morphologyEx(settled, cv2.MORPH_CLOSE, disc(thread)), settled)
    return widened


def _calm_edge(mask: NDArray[np.bool_], sigma: float) -> Opacity:
    """The mask's opacity, its edge evened over `sigma` pixels."""
    return np.clip((blurred(mask.astype(np.float32), sigma) - 0.5) * sigma * 1.6 + 0.5, 0.0, 1.0)


def _slits(cloth: Opacity, labels: LabelMap, sleeves: Opacity, most: float) -> Opacity:
    """1 in holes of the cloth of up to `most` pixels that lie beside a sleeve and where the old top was: no ground was
    seen through them."""
    pieces, sizes = connected(cloth <= 0.5, connectivity=4)
    if len(sizes) < 3:
        return np.zeros_like(cloth)
    hidden, beside = (
        np.bincount(pieces[area], minlength=len(sizes)) for area in (labels == BodyLabel.TOP, sleeves > 0.5)
    )
    hole = (sizes < most) & (hidden > 0.5 * sizes) & (beside > 0)
    hole[0] = False
    return np.asarray(cv2.dilate(hole[pieces].astype(np.float32), np.ones((3, 3), np.uint8)), np.float32)


def _between(solid: NDArray[np.uint8], limb: NDArray[np.uint8], radius: int) -> NDArray[np.bool_]:
    """Narrow slits between the new cloth and an arm: no background shows through there."""
    beside = solid | limb
    return np.asarray(cv2.morphologyEx(beside, cv2.MORPH_CLOSE, disc(radius)) > beside, np.bool_)


@dataclass(frozen=True, slots=True)
class _Edge:
    """The edge of cloth, and what lies outside it."""

    away: NDArray[np.float32]
    """(h, w) pixels from the cloth."""
    nearest: NDArray[np.int32]
    """(h, w) label of the nearest pixel of the cloth."""
    beside: NDArray[np.bool_]
    """(h, w) near the cloth, outside it."""
    line: NDArray[np.bool_]
    """(h, w) the pixels of the cloth to which something beside it is nearest."""
    reach: float

    def mean_width(self, remains: NDArray[np.bool_], *, widest: bool = False) -> NDArray[np.float32]:
        """(h, w) how far the remains stand out near there: their width, averaged along the edge.

        The sides of a garment are calm lines, whatever the noise of the silhouette or the pattern of the old top.
        Remains wider than `reach` are covered so far and no farther; with `widest`, as far as twice `reach`.
        """
        width = np.zeros(int(self.nearest.max()) + 1, np.float32)
        outside = remains & self.beside
        np.maximum.at(width, self.nearest[outside], self.away[outside])
        if not widest:
            width = np.minimum(width, self.reach)
        sigma = max(EVEN_PX, CALM_SHARE * self.reach)
        field = np.where(self.line, width[self.nearest], np.float32(0.0)).astype(np.float32)
        envelope = cv2.dilate(field + (field > 0).astype(np.float32), disc(round(ENVELOPES[widest] * sigma)))
        field = np.where(self.line, envelope, np.float32(0.0))
        share = np.maximum(blurred(self.line.astype(np.float32), sigma), np.float32(1e-6))
        return np.asarray(blurred(field, sigma) / share, np.float32)


def _edge_of(solid: NDArray[np.uint8], reach: float) -> _Edge:
    away, labels = cv2.distanceTransformWithLabels(1 - solid, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    nearest = np.asarray(labels, np.int32)
    beside = (away > 0) & (away < 2 * reach)
    faced = np.zeros(int(nearest.max()) + 1, bool)
    faced[nearest[beside]] = True
    return _Edge(np.asarray(away, np.float32), nearest, beside, (solid > 0) & faced[nearest], reach)
