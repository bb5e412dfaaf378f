"""Arms and hands that lie against the bottom: the new cloth goes on to them where the old one did, or a thread of
background would part them."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity
from tryon.engines.local.ground import Mask
from tryon.engines.local.raster import among, bits, blurred, box_of, grown

LIMBS: Final = (BodyLabel.ARM, BodyLabel.HAND)
SLIT_UNITS: Final = 0.016
"""Slits beside an arm up to this width are closed: in a picture as small as a phone's they are a white line."""
UNDER_PX: Final = 3
"""So far the cloth goes on under an arm's edge, which gets softer and is moved by a pixel or two."""
LONG_UNITS: Final = 0.2
"""Shorter ones that open into a wider gap are that gap's own end: closed they would end in a stub beside the hand."""
CALM_UNITS: Final = 0.012
"""Standard deviation that rounds the end of a slit that widens into a gap."""


def up_to_arms(opacity: Opacity, labels: LabelMap, unit: float, hem: float = np.inf) -> Opacity:
    """The new cloth's `opacity`, widened over slits of the old bottom between it and an arm or a hand, above the row of
    the `hem`."""
    limbs = among(labels, LIMBS)
    old = grown(bits(labels == BodyLabel.BOTTOM), UNDER_PX) & bits((labels == BodyLabel.BOTTOM) | limbs)
    width = SLIT_UNITS * unit
    old[int(np.clip(hem - width, 0, len(old))) :] = 0
    open_ = (old > 0) & (opacity < 0.5)
    if not open_.any() or not limbs.any():
        return opacity
    box = box_of(open_, round(width) + 2)
    cloth, limb = opacity[box] >= 0.5, limbs[box]
    if not cloth.any() or not limb.any():
        return opacity
    to_cloth, to_limb = (cv2.distanceTransform(bits(~mask), cv2.DIST_L2, 3) for mask in (cloth, limb))
    slit = _slits(open_[box], to_cloth + to_limb <= width + 1, LONG_UNITS * unit)
    if not slit.any():
        return opacity
    sigma = max(0.8, CALM_UNITS * unit)
    whole = blurred((slit | cloth | limb).astype(np.float32), sigma)
    whole = np.clip((whole - 0.5) * sigma * 1.6 + 0.5, 0.0, 1.0)
    closed = opacity.copy()
    near = (old[box] > 0) & (grown(bits(slit), round(2 * sigma)) > 0)
    closed[box] = np.where(near, np.maximum(opacity[box], whole), opacity[box])
    return closed


def _slits(open_: Mask, narrow: Mask, long: float) -> Mask:
    """What is `narrow` of what is open between cloth and limbs, without pieces that are less than `long` pixels high
    and go on as a wider gap."""
    slit = open_ & narrow
    count, pieces, boxes, _ = cv2.connectedComponentsWithStats(bits(slit))
    wider = np.unique(pieces[grown(bits(open_ & ~narrow), 1) > 0])
    ends = (boxes[:, cv2.CC_STAT_HEIGHT] < long) & np.isin(np.arange(count), wider)
    return slit & ~ends[pieces]
