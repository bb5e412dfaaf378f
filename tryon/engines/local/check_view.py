"""A finished picture reduced for the checks that look at it with fresh eyes: what changed, what is cloth, what is skin.

These checks trust the pose and the photo's colours rather than the labels of the parse, whose mistakes they are there
to find. Everything is measured in units (shoulder widths), so that limits hold for photos of any size.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, Opacity, PersonAnalysis, Picture, Points
from tryon.engines.local.enlarging import Box
from tryon.engines.local.figure import Figure
from tryon.engines.local.layers import Cloth
from tryon.engines.local.linear import to_linear
from tryon.engines.local.raster import among, bits, disc, highest, opened, reduced, resized
from tryon.engines.local.warp import Warp

UNIT_PX: Final = 128
"""Pixels of the reduced picture for a shoulder width: a strap is still some pixels wide, and all is looked at in a few
hundredths of a second."""

UNTOUCHED: Final = 10
"""Codes by which a reduced pixel may differ from the photo's and still count as the photo's own."""

LEAST_SKIN_PX: Final = 80
"""From fewer pixels no skin's colour is learnt."""
SKIN_SPREAD: Final = (8.0, 92.0)
"""Percentiles of the seen skin's colour ratios: eyes, lips and beard lie beyond them."""
DARKEST: Final = np.float32(0.006)
"""Added to linear light, or the ratios of nearly black pixels would be noise."""
BLUE_TRUST: Final = 0.8
"""Blue is noisier than red, and says that much less."""

SHOULDERS: Final = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]
HIPS: Final = [Joint.LEFT_HIP, Joint.RIGHT_HIP]
"""Rows of a view's points."""

Mask = NDArray[np.bool_]
Field = NDArray[np.float32]


class Judged(Protocol):
    """What the checks want to know of a dressed body, whatever was put on."""

    @property
    def picture(self) -> Picture: ...

    @property
    def edited(self) -> Mask: ...

    @property
    def box(self) -> Box: ...

    @property
    def person(self) -> PersonAnalysis: ...

    @property
    def figure(self) -> Figure: ...

    @property
    def warp(self) -> Warp: ...

    @property
    def cloth(self) -> Cloth: ...

    @property
    def visible(self) -> Opacity: ...


@dataclass(frozen=True, slots=True)
class View:
    """Photo and result around the garment, at UNIT_PX pixels a unit. All fields share one size."""

    before: Picture
    after: Picture
    cloth: Opacity
    """What is seen of the new garment."""
    labels: LabelMap
    matte: Opacity
    """The person of the photo."""
    changed: Mask
    unlike_skin: Field
    """How far the result's colour lies beyond this person's skin: log ratio, 0 or less for skin in any light."""
    points: Points
    """The pose's joints."""
    scale: float
    """Pixels of the view for a pixel of `figure` and of the warp."""
    rows: Field
    columns: Field
    """Of every pixel, its own row and column."""


def view_of(photo: Picture, dressed: Judged) -> View:
    """Reduce the box that was worked on."""
    left, upper, right, lower = dressed.box
    window = np.s_[upper:lower, left:right]
    scale = UNIT_PX / dressed.figure.unit
    factor = min(1.0, scale * dressed.warp.torso.shape[1] / (right - left))
    before, after = (reduced(np.ascontiguousarray(one[window]), factor) for one in (photo, dressed.picture))
    shape = after.shape[:2]
    labels = resized(dressed.person.labels, shape, cv2.INTER_NEAREST)
    difference = highest(np.asarray(cv2.absdiff(before, after)))
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    scale = shape[1] / dressed.warp.torso.shape[1]
    return View(
        before=before,
        after=after,
        cloth=resized(dressed.visible, shape, cv2.INTER_AREA),
        labels=labels,
        matte=resized(dressed.person.matte, shape, cv2.INTER_AREA),
        changed=difference > UNTOUCHED,
        unlike_skin=_beyond_skin(before, after, labels),
        points=dressed.person.pose.points * np.float32(scale),
        scale=scale,
        rows=rows,
        columns=columns,
    )


def _beyond_skin(before: Picture, after: Picture, labels: LabelMap) -> Field:
    """Skin has one colour in any light: the ratios of red and blue to green are learnt from the face and hands."""
    lit = _ratios(before)
    seen = _clean(among(labels, (BodyLabel.HEAD, BodyLabel.HAND, BodyLabel.ARM)), 3)
    if seen.sum() < LEAST_SKIN_PX:
        seen = _clean(among(labels, (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.ARM, BodyLabel.LEG)), 1)
    if seen.sum() < LEAST_SKIN_PX:
        return np.zeros(labels.shape, np.float32)
    beyond = []
    for ratio, learnt, trust in zip(_ratios(after), lit, (1.0, BLUE_TRUST), strict=True):
        low, high = np.percentile(learnt[seen], SKIN_SPREAD)
        beyond.append(np.maximum(low - ratio, ratio - high) * np.float32(trust))
    return np.maximum(*beyond).astype(np.float32)


def _ratios(picture: Picture) -> tuple[Field, Field]:
    """Logarithms of red and of blue over green, in linear light."""
    red, green, blue = (cv2.LUT(np.ascontiguousarray(picture[..., i]), LOG_LIGHT) for i in range(3))
    return red - green, blue - green


LOG_LIGHT: Final = np.log(to_linear(np.arange(256, dtype=np.uint8)) + DARKEST).astype(np.float32)
"""(256,) the logarithm of linear light for every code of a channel."""


def _clean(mask: Mask, radius: int) -> Mask:
    """Without its rim, where colours mix."""
    return np.asarray(cv2.erode(bits(mask), disc(radius)) > 0, np.bool_)


def without_specks(mask: Mask, radius: int) -> Mask:
    """The parts at least twice `radius` wide."""
    return opened(mask, radius, round_=True)


def around(mask: Mask, units: float) -> Mask:
    """The mask widened by a length in units."""
    if not mask.any():
        return mask
    return np.asarray(cv2.distanceTransform(bits(~mask), cv2.DIST_L2, 3) <= max(1.0, units * UNIT_PX), np.bool_)


def square_units(mask: Mask) -> float:
    return float(mask.sum()) / UNIT_PX**2
