"""The outline of a sleeved garment at shoulders and arms, which is this body's: no corner stands out beyond the
shoulders, and no skin beside the neckline, the sleeve's head or a narrow sleeve stays bare."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, Opacity, PersonAnalysis, Points, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS, Arm
from tryon.engines.local.raster import (
    Bits,
    bits,
    blurred,
    box_of,
    depth,
    disc,
    grown,
    opened,
    pieces_holding,
    tube_outline,
)
from tryon.engines.local.sleeve_target import end_of
from tryon.engines.local.target import Target

THICK: Final = 0.012
"""Units that cloth on a shoulder stands out beyond the body."""
STUB: Final = 0.07
"""Units: half the width of the broadest strap or ruffle that stands up from a shoulder."""
TALLEST: Final = 0.12
"""Units; what stands out farther is not the corner of a seam: there the body was not cut out whole."""
INSIDE_STRAP: Final = 0.03
INSIDE_NECK: Final = 0.15
"""Units towards the neck to which corners of sleeveless garments with a collar, and of all without one, are looked
for."""
BELOW_TIP: Final = 0.1
"""Units below the shoulder's point down to which corners are looked for; below, sleeves hang freely."""
FALLING: Final = 0.5
"""Below the shoulder's point cloth stands out by so much more a pixel downwards: it falls over the arm, without a step
where it begins to hang freely."""
FROM_NECK: Final = 0.12
"""Share of the way from neck point to shoulder from which on skin is under the shoulder seam."""
CHEST_ABOVE: Final = 0.045
AWAY: Final = 0.6
PAST_TIP: Final = 1.1
"""Units above the seam up to which skin of neck and chest is the shoulder's, and less nearer than this share of the
way to the neck and to a little past the shoulder's point: no step may begin there."""
SKIN_ABOVE: Final = 0.25
"""The same for the arm's skin, all along the seam."""
UNDER: Final = 0.06
"""Units below the seam from which on the new cloth is looked at."""
HEAD: Final = 0.3
"""Station of the arm down to which a sleeve lies on it closely, or to a little before its end."""
BEFORE_END: Final = 0.06
WIDER: Final = 1.5
"""Times the arm's half width in which skin is this arm's."""
WITHIN: Final = 0.1
"""Lengths of the arm before the end of a sleeve up to which no skin is seen beside it: cuffs may be cut aslant."""
NOTCH: Final = 0.12
NOTCH_REACH: Final = 0.25
"""Units; bites narrower than twice the first are closed within the second of the shoulder's point."""
CLOSED: Final = 0.03
"""Units; hollows narrower than twice this are filled with the rest."""


def with_seen_shoulders(
    cloth: Opacity, person: PersonAnalysis, target: Target, figure: Figure, factor: float
) -> Opacity:
    """The cloth's opacity, both in the frame of `person`, `factor` times as large as that of target and figure."""
    if target.bare_shoulders:
        return cloth
    cloth = cloth.copy()
    unit = figure.unit * factor
    for side in SIDES:
        neck, tip = target.neck[side] * factor, target.shoulder[side] * factor
        sign = 1.0 if side == "left" else -1.0
        # A collar stands beside the neck point.
        inside = INSIDE_NECK if not target.has_collar else 0.0 if target.sleeves else INSIDE_STRAP
        inner = inside * unit
        xs = sorted((float(neck[0] - sign * inner), float(tip[0] + sign * 0.4 * unit)))
        ys = (min(neck[1], tip[1]) - 0.35 * unit, tip[1] + 0.7 * unit)
        height, width = cloth.shape
        left, right = (int(np.clip(x, 0, width)) for x in xs)
        upper, lower = (int(np.clip(y, 0, height)) for y in ys)
        if right - left < 8 or lower - upper < 8:
            continue
        window = np.s_[upper:lower, left:right]
        corner = np.asarray([left, upper], np.float32)
        labels, matte = person.labels[window], person.matte[window]
        line = (neck - corner, tip - corner)
        worn = cloth[window]
        if target.sleeves:
            bare = _bare(labels, line, unit) | _bare_arm(labels, figure, target, side, factor, corner)
            bare |= _notches(worn, line[1], unit)
            worn = filled(worn, bits(bare & (matte > 0.4)), unit)
        cloth[window] = _trimmed(worn, labels, matte, line, unit, straps=figure.arms[side].cuff == 0.0)
    return cloth


def with_arms_in_sleeves(
    cloth: Opacity, person: PersonAnalysis, target: Target, figure: Figure, factor: float
) -> Opacity:
    """The cloth's opacity with sleeves as wide as the arms that were bare: none sticks out beside a frill. Arguments
    are those of `with_seen_shoulders`."""
    for side, sleeve in target.sleeves.items():
        arm = figure.arms[side]
        inside = (ARM_STATIONS > HEAD - BEFORE_END) & (end_of(arm, sleeve) - WITHIN > ARM_STATIONS)
        if inside.sum() < 2:
            continue
        half = arm.outward * arm.bare_outer[:, None], arm.inward * arm.bare_inner[:, None]
        outer, inner = (WIDER * way[inside] for way in half)
        area = np.zeros(cloth.shape, np.uint8)
        cv2.fillPoly(area, [np.rint(tube_outline(arm.path[inside], outer, inner) * factor).astype(np.int32)], 1)
        bare = bits((area > 0) & (person.labels == BodyLabel.ARM) & (person.matte > 0.4))
        if (bare & bits(cloth < 0.5)).any():
            unit = figure.unit * factor
            box = box_of(bare, round(4 * CLOSED * unit))
            cloth = cloth.copy()
            cloth[box] = filled(cloth[box], bare[box], unit)
    return cloth


def without_wings(back: Opacity, person: PersonAnalysis, target: Target, figure: Figure, factor: float) -> Opacity:
    """The inside of the back, which without a collar ends where the body does: beside the neck nothing holds it up."""
    if target.has_collar or not (back > 0).any():
        return back
    box = box_of(back > 0, 2)
    away = depth(bits(~_body(person.labels[box], person.matte[box])))
    back = back.copy()
    back[box] *= np.clip(1.0 - blurred(away, 1.0), 0.0, 1.0)
    return back


def _body(labels: NDArray[np.uint8], matte: Opacity) -> NDArray[np.bool_]:
    return np.asarray((matte > 0.5) | (labels == BodyLabel.HAIR) | (labels == BodyLabel.HEAD), np.bool_)


def _bare(labels: NDArray[np.uint8], line: tuple[Points, Points], unit: float) -> NDArray[np.bool_]:
    """Skin over the seam."""
    neck, tip = line
    way = tip - neck
    length = max(float(np.hypot(*way)), 1.0)
    rows, columns = (field.astype(np.float32) for field in np.indices(labels.shape))
    along = ((columns - neck[0]) * way[0] + (rows - neck[1]) * way[1]) / length**2
    above = neck[1] + way[1] * np.clip(along, 0.0, 1.0) - rows
    over = (along > FROM_NECK) & (along < PAST_TIP) & (above > -UNDER * unit)
    skin = (labels == BodyLabel.ARM) & (above < SKIN_ABOVE * unit)
    near = above < CHEST_ABOVE * unit * np.clip(np.minimum(along / AWAY, (PAST_TIP - along) / AWAY), 0.0, 1.0)
    return over & (skin | ((labels == BodyLabel.NECK) & near))


def _bare_arm(
    labels: NDArray[np.uint8], figure: Figure, target: Target, side: Side, factor: float, corner: Points
) -> NDArray[np.bool_]:
    """Skin of the arm under the sleeve's head."""
    arm: Arm = figure.arms[side]
    end = min(HEAD, end_of(arm, target.sleeves[side]) - BEFORE_END)
    count = int((end > ARM_STATIONS).sum())
    area = np.zeros(labels.shape, np.uint8)
    if count > 1:
        outer = arm.outward[:count] * (WIDER * arm.bare_outer[:count])[:, None]
        ring = tube_outline(arm.path[:count], outer, np.zeros_like(outer)) * np.float32(factor) - corner
        cv2.fillPoly(area, [np.rint(ring).astype(np.int32)], 1)
    return (area > 0) & (labels == BodyLabel.ARM)


def _notches(cloth: Opacity, tip: Points, unit: float) -> NDArray[np.bool_]:
    """Bites between shoulder and sleeve near the shoulder's point."""
    rows, columns = np.arange(cloth.shape[0])[:, None], np.arange(cloth.shape[1])
    near = np.hypot(columns - tip[0], rows - tip[1]) < NOTCH_REACH * unit
    radius = max(1, round(NOTCH * unit))
    box = box_of(near, 2 * radius + 1)
    solid = bits(cloth[box] > 0.5)
    near[box] &= cv2.morphologyEx(solid, cv2.MORPH_CLOSE, disc(radius)) > solid
    return near


def filled(cloth: Opacity, bare: Bits, unit: float) -> Opacity:
    """The cloth with the `bare` places that it touches."""
    solid = bits(cloth > 0.5)
    new = bits(pieces_holding(bare | solid, solid > 0)) & bare & (1 - solid)
    if not new.any():
        return cloth
    whole = solid | new
    closed = np.asarray(cv2.morphologyEx(whole, cv2.MORPH_CLOSE, disc(max(1, round(CLOSED * unit)))), np.uint8)
    near = grown(new, round(2 * CLOSED * unit)) > 0
    soft = blurred(closed.astype(np.float32), 1.0)
    return np.where(near, np.maximum(cloth, soft), cloth).astype(np.float32)


def _without_stubs(body: NDArray[np.bool_], labels: NDArray[np.uint8], unit: float) -> NDArray[np.bool_]:
    """The body without what stands up from it of the old top's straps: no new cloth lies on that."""
    return body & ((labels != BodyLabel.TOP) | opened(body, max(1, round(STUB * unit)), round_=True))


def _trimmed(
    cloth: Opacity, labels: NDArray[np.uint8], matte: Opacity, line: tuple[Points, Points], unit: float, *,
    straps: bool,
) -> Opacity:  # fmt: skip
    """The cloth without corners that stand out beyond the body, and without a step below them; `straps` where the old
    top may have been held up by some."""
    body = _body(labels, matte)
    away = depth(bits(~(_without_stubs(body, labels, unit) if straps else body)))
    below = (np.arange(len(cloth), dtype=np.float32) - line[1][1])[:, None]
    allowed = THICK * unit + FALLING * np.maximum(below, 0.0)
    high = below < BELOW_TIP * unit
    out = (away > allowed) & (cloth > 0.5)
    corners = out & high
    corners &= ~pieces_holding(corners, away >= TALLEST * unit)
    if not corners.any():
        return cloth
    # What hangs on such a corner below it is cut on the same slope.
    near = grown(bits(pieces_holding(out & (corners | ~high), corners)), 3) > 0
    lying = np.clip(allowed - blurred(away, 1.0) + 0.5, 0.0, 1.0)
    return np.where(near, np.minimum(cloth, lying), cloth).astype(np.float32)
