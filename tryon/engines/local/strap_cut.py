"""Takes the thin straps of a top or dress off its picture: what is left lies on the chest, and the straps are laid from
there to this body's own shoulders, for straps are of any length."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, GarmentAnalysis, Points, Side, Strap
from tryon.engines.local.cutout import CutOut
from tryon.engines.local.raster import Bits, bits, depth, disc, grown, largest_piece
from tryon.engines.local.strap_look import Shown, look_at_strap

LOOKED_AT_PX: Final = 500.0
"""Size of the picture's longer side at which straps are looked for."""
WIDEST: Final = 0.1
"""Of the chest's width: wider straps are the product's own shoulders, and are bent like these."""
LEAST_LENGTH: Final = 0.12
"""Of the same: what is shorter is a frill, a peak of lace or a bow."""
BROAD_SHOULDER: Final = 0.2
"""Of the same: where one side's shoulder is this broad, the garment does not hang on straps."""
USUAL: Final = 75
"""Percentile of the depths of a piece's rows that is its own: where the ground has the strap's colour, it is cut too
narrow."""
BROADER: Final = 0.8
"""Times a strap's width: half the width of what is no strap any more but the peak on which it stands."""
FOOT_HEIGHT: Final = 0.04
"""Of the chest's width: a strap stands on the upper end of what it touches, beside which lace goes down."""
MIRRORED: Final = 0.12
"""Of the same: a lost strap stood on a peak that is no farther from the other one's mirror image."""
FOOT_SHARE: Final = 0.5
"""Of the widest strap: half the width in which one stands on the edge."""


class _Found(NamedTuple):
    foot: Points
    """(2,) where it meets the rest."""
    length: float
    strap: Strap


class _Standing(NamedTuple):
    """A thin piece that stands on the body of one side."""

    piece: Bits
    width: float


def without_straps(garment: GarmentAnalysis, seen: CutOut | None = None) -> GarmentAnalysis:
    """The product with the part that its straps hold up alone, its shoulder points where they begin; as it is where it
    does not hang on two thin straps. `seen` is its cut-out before the gaps in straps were closed."""
    if garment.sleeve != "none" or garment.bare_shoulders or garment.on_model or garment.is_open:
        return garment
    chest = abs(garment.points["armpit_left"][0] - garment.points["armpit_right"][0])
    broad = max(abs(garment.points[f"neck_{side}"][0] - garment.points[f"shoulder_{side}"][0]) for side in SIDES)
    if broad > BROAD_SHOULDER * chest:
        return garment
    factor = min(1.0, LOOKED_AT_PX / max(garment.opacity.shape))
    size = (round(garment.opacity.shape[1] * factor), round(garment.opacity.shape[0] * factor))
    solid = bits(cv2.resize(garment.opacity, size, interpolation=cv2.INTER_AREA) > 0.5)
    widest = disc(max(2, round(WIDEST / 2 * chest * factor)))
    body = grown(np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, widest), np.uint8), 1) & solid
    thin = solid & (1 - body)
    thin[round(min(garment.points[f"armpit_{side}"][1] for side in SIDES) * factor) :] = 0
    middle = (garment.points["armpit_left"][0] + garment.points["armpit_right"][0]) / 2 * factor
    standing = {side: _standing(_half(thin, side, middle), body) for side in SIDES}
    body = _with_peaks(body, solid, middle, [one.width for one in standing.values() if one is not None])
    shown = Shown((seen or garment).opacity, (seen or garment).picture, garment.picture, chest)
    found = {
        side: None if one is None else _found(one.piece, _half(body, side, middle), shown, chest * factor)
        for side, one in standing.items()
    }
    both = _both_sides(found, body, middle, chest * factor)
    return garment if both is None else _taken_off(garment, both, body, chest, factor)


def _half(mask: Bits, side: Side, middle: float) -> Bits:
    own = mask.copy()
    own[np.s_[:, : round(middle)] if side == "left" else np.s_[:, round(middle) :]] = 0
    return own


def _standing(thin: Bits, body: Bits) -> _Standing | None:
    """The highest of a side's thin pieces that touches the body, and its width in pixels."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(thin, connectivity=8)
    near = grown(body, 2)
    for k in 1 + np.argsort(-stats[1:, cv2.CC_STAT_HEIGHT], kind="stable"):
        piece = bits(pieces == k)
        touching = np.flatnonzero((piece & near).any(axis=1))
        if len(touching):
            deepest = depth(piece)[: touching[0] + 1].max(axis=1)
            deepest = deepest[deepest > 0]
            # A depth of 1 is a single pixel.
            return _Standing(piece, 2.0 * float(np.percentile(deepest, USUAL)) - 1.0) if len(deepest) > 2 else None
    return None


def _with_peaks(body: Bits, solid: Bits, middle: float, widths: list[float]) -> Bits:
    """The body with the peaks that its straps stand on: narrower than the widest strap, broader than these."""
    if not widths:
        return body
    radius = max(2, round(BROADER * max(widths)))
    finer = body | np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc(radius)), np.uint8)
    finer = bits(largest_piece(finer > 0))
    _, pieces = cv2.connectedComponents(finer & (1 - body))
    whole = body.copy()
    for side in SIDES:
        own = _half(finer, side, middle)
        x, y = _peak(own) if own.any() else (0.0, 0.0)
        highest = pieces[int(y), max(int(x) - radius, 0) : int(x) + radius + 1].max()
        if highest > 0:
            whole |= bits(pieces == highest)
    return whole


def _found(piece: Bits, body: Bits, shown: Shown, chest: float) -> _Found | None:
    """The strap of a piece that stands on the side's `body`, and its foot; `chest` is the chest's width in pixels of
    these."""
    strand = piece & (1 - body)
    contact = strand & grown(body, 2)
    _, contacts = cv2.connectedComponents(grown(contact, 2))
    rows, columns = np.nonzero(contact)
    if not len(rows):
        return None
    # Where a strap's back strand is seen too, the front one stands higher.
    at = contacts[rows, columns] == contacts[rows[0], columns[0]]
    at &= rows <= rows[0] + FOOT_HEIGHT * chest
    foot = np.asarray([columns[at].mean(), rows[at].mean()], np.float32)
    top = int(np.flatnonzero(strand.any(axis=1))[0])
    strand[int(foot[1]) :] = 0
    strap = look_at_strap(grown(strand, 1), shown)
    peak = _peak(body)
    if peak[1] < foot[1] - FOOT_HEIGHT * chest:
        foot = peak
    return None if strap is None else _Found(foot, float(foot[1]) - top, strap)


def _peak(body: Bits) -> Points:
    """(2,) the highest point of a side's body."""
    rows, columns = np.nonzero(body)
    return np.asarray([columns[rows <= rows[0] + 1].mean(), rows[0]], np.float32)


def _both_sides(
    found: Mapping[Side, _Found | None], body: Bits, middle: float, chest: float
) -> dict[Side, _Found] | None:
    """The straps of both sides, which look alike; one of which little was cut out is the other one's mirror image.

    Both are as wide as the narrower one: where front and back strand touch, they are cut as one."""
    longest = max((one.length for one in found.values() if one is not None), default=0.0)
    if longest < LEAST_LENGTH * chest:
        return None
    model = next(one for one in found.values() if one is not None and one.length == longest)
    whole = [one for one in found.values() if one is not None and one.length > longest / 2]
    strap = replace(model.strap, width=min(one.strap.width for one in whole))
    both: dict[Side, _Found] = {}
    for side, one in found.items():
        if one is not None and one.length > longest / 2:
            both[side] = one._replace(strap=strap)
            continue
        foot = _mirrored(model.foot, _half(body, side, middle), middle, chest)
        both[side] = _Found(foot, longest, strap)
    return both


def _mirrored(foot: Points, body: Bits, middle: float, chest: float) -> Points:
    """(2,) where the other side's strap stands on this side's `body`: on its edge, not below its peak."""
    column = int(np.clip(round(2 * middle - float(foot[0])), 0, body.shape[1] - 1))
    edge = np.asarray([column, int(body[:, column].argmax())], np.float32)
    peak = _peak(body)
    if edge[1] and edge[1] < peak[1] + FOOT_HEIGHT * chest:
        return edge
    mirrored = np.asarray([column, foot[1]], np.float32)
    return peak if np.hypot(*(peak - mirrored)) < MIRRORED * chest else mirrored


def _taken_off(
    garment: GarmentAnalysis, found: Mapping[Side, _Found], body: Bits, chest: float, factor: float
) -> GarmentAnalysis:
    feet = {side: one.foot / np.float32(factor) for side, one in found.items()}
    keep = cv2.resize(grown(body, 1).astype(np.float32), garment.opacity.shape[::-1], interpolation=cv2.INTER_LINEAR)
    keep = np.clip(2.0 * keep - 0.5, 0.0, 1.0)
    upper, front = int(max(foot[1] for foot in feet.values())), int(garment.points["neck_front"][1])
    keep[max(upper, front) :] = 1.0
    # Along the neckline torn lace goes too; below the armpits the sides are as they are.
    armpits = int(min(garment.points[f"armpit_{side}"][1] for side in SIDES))
    keep[max(upper, armpits) :, : int(feet["right"][0])] = 1.0
    keep[max(upper, armpits) :, int(feet["left"][0]) :] = 1.0
    points = dict(garment.points)
    half = FOOT_SHARE * WIDEST * chest
    inner: dict[Side, Points] = {}
    for side in SIDES:
        outward = np.asarray([half if side == "left" else -half, 0.0], np.float32)
        inner[side] = (feet[side] - outward).astype(np.float32)
        points[f"neck_{side}"] = (float(inner[side][0]), float(inner[side][1]))
        outer = feet[side] + outward
        points[f"shoulder_{side}"] = (float(outer[0]), float(outer[1]))
    opacity = (garment.opacity * keep).astype(np.float32)
    line = np.vstack([inner["right"], _neckline(garment.neckline, opacity, inner), inner["left"]]).astype(np.float32)
    return replace(
        garment,
        opacity=opacity,
        points=points,
        neckline=line,
        bare_shoulders=True,
        straps={side: found[side].strap for side in SIDES},
    )


def _neckline(line: Points, opacity: NDArray[np.float32], inner: Mapping[Side, Points]) -> Points:
    """The neckline between the straps' feet, on what is left: it was read along the straps, too."""
    between = line[(line[:, 0] > inner["right"][0]) & (line[:, 0] < inner["left"][0])]
    columns = np.clip(np.rint(between[:, 0]), 0, opacity.shape[1] - 1).astype(np.intp)
    edge = np.argmax(opacity[:, columns] > 0.5, axis=0)
    return np.stack([between[:, 0], np.maximum(between[:, 1], edge)], axis=1).astype(np.float32)
