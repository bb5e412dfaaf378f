"""The slope between neck and shoulder: where it is higher than the new garment's shoulder line, the garment lies on it.

A raised shoulder or a strong neck would otherwise stand out above the cloth as a tongue of skin beside the neckline, or
beside a collar that is narrower than the neck.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Opacity, Points, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.layers import Cloth
from tryon.engines.local.raster import among, bits
from tryon.engines.local.shoulder_edge import filled
from tryon.engines.local.target import Target

STEEP: Final = 0.8
"""From the neck point outwards cloth rises so much a pixel at most: what is steeper is the neck."""
HIGHEST: Final = 0.18
"""Units above the shoulder line up to which skin is the slope's."""
UNDER: Final = 0.06
"""Units below that line from which on the cloth is looked at."""
PAST_TIP: Final = 0.04
"""Units beyond the shoulder's point up to which this is done; sleeves follow the arm."""
OUTER: Final = 0.5
"""A collar goes around the neck from the highest cloth beyond this share of the way from the neck's middle to the neck
point; front edges and frills may be higher."""
TALLEST: Final = 0.4
"""Units above the neck point up to which a collar is looked for."""
COLLAR_REACH: Final = 0.25
"""Units beyond the neck point up to which skin beside a collar is covered."""
SOLID: Final = 0.5
"""Opacity from which cloth is there, and from which skin that was made up where the old collar was is body."""


def with_cloth_on_slopes(
    cloth: Cloth, skin: Opacity, labels: LabelMap, target: Target, figure: Figure, factor: float
) -> Cloth:
    """The cloth, drawn over the slopes. `skin` is what was made up; both and the labels have the same frame, `factor`
    times as large as that of target and figure."""
    if target.bare_shoulders:
        return cloth
    opacity = cloth.opacity
    unit = figure.unit * factor
    for side in SIDES:
        seam, sleeved = _seam(target, side, factor), side in target.sleeves
        opacity = _on_slope(opacity, skin, labels, seam, side, unit, sleeved=sleeved)
        if target.has_collar and sleeved:
            middle = float(target.neck["left"][0] + target.neck["right"][0]) / 2 * factor
            opacity = _around_neck(opacity, skin, labels, seam, middle, side, unit)
    return replace(cloth, opacity=opacity)


def _around_neck(
    cloth: Opacity, skin: Opacity, labels: LabelMap, seam: Points, middle: float, side: Side, unit: float
) -> Opacity:
    """The cloth with the skin that would show outside of its collar, from the collar's upper end down."""
    sign = 1 if side == "left" else -1
    height, width = cloth.shape
    neck, outer = seam[0], float(seam[0, 0]) + sign * COLLAR_REACH * unit
    left, right = (int(np.clip(x, 0, width)) for x in sorted((middle, outer)))
    upper, lower = (int(np.clip(y, 0, height)) for y in (neck[1] - TALLEST * unit, neck[1] + UNDER * unit))
    if right - left < 4 or lower - upper < 4:
        return cloth
    window = np.s_[upper:lower, left:right]
    solid, aside = cloth[window] > SOLID, sign * (np.arange(left, right) - middle)
    way = abs(float(neck[0]) - middle)
    collar = solid[:, (aside > OUTER * way) & (aside < way)].any(axis=1)
    if not collar.any():
        return cloth
    inner = np.maximum.accumulate(solid[:, ::sign], axis=1)[:, ::sign]
    body = among(labels[window], (BodyLabel.NECK, BodyLabel.ARM)) | (skin[window] > SOLID)
    below = np.arange(lower - upper)[:, None] >= int(collar.argmax())
    # Skin that ends at hair is a gap in it: the collar's own corner looks better there than a block.
    seen = ~((labels[window] == BodyLabel.HAIR) & inner).any(axis=1, keepdims=True)
    cloth = cloth.copy()
    cloth[window] = filled(cloth[window], bits(body & inner & below & seen), unit)
    return cloth


def _seam(target: Target, side: Side, factor: float) -> Points:
    """(n, 2) from the neck point to the shoulder point."""
    line = [target.neck[side], *target.shoulder_line[side], target.shoulder[side]]
    return np.asarray(line, np.float32) * np.float32(factor)


def _on_slope(
    cloth: Opacity, skin: Opacity, labels: LabelMap, seam: Points, side: Side, unit: float, *, sleeved: bool
) -> Opacity:
    sign = 1 if side == "left" else -1
    height, width = cloth.shape
    ends = sorted((float(seam[0, 0]), float(seam[-1, 0] + sign * PAST_TIP * unit)))
    left, right = (int(np.clip(x, 0, width)) for x in ends)
    rows = (seam[:, 1].min() - HIGHEST * unit, seam[:, 1].max() + UNDER * unit)
    upper, lower = (int(np.clip(y, 0, height)) for y in rows)
    if right - left < 4 or lower - upper < 4:
        return cloth
    window = np.s_[upper:lower, left:right]
    columns = np.arange(left, right)
    order = np.argsort(seam[:, 0])
    above = np.interp(columns, seam[order, 0], seam[order, 1]) - np.arange(upper, lower)[:, None]
    aside = sign * (columns - seam[0, 0])
    near = (above > -UNDER * unit) & (above < np.minimum(STEEP * aside, HIGHEST * unit))
    body = among(labels[window], (BodyLabel.NECK, BodyLabel.ARM)) | (skin[window] > SOLID)
    # What lies below cloth there is seen through the neckline.
    near &= (above > 0) | ~np.maximum.accumulate(cloth[window] > SOLID)
    if not sleeved:
        # Beside a strap or an armhole no cloth goes on: it lies on what is straight above it, and nowhere else.
        near &= np.maximum.accumulate((cloth[window] > SOLID)[::-1])[::-1]
    cloth = cloth.copy()
    cloth[window] = filled(cloth[window], bits(near & body), unit)
    return cloth
