"""Takes the thin straps of a top or dress off its picture: what is left lies on the chest, and the straps are laid from
there to this body's own shoulders, for straps are of any length."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, GarmentAnalysis, Points, Side, Strap
from tryon.engines.local.raster import Bits, bits, depth, disc, grown

LOOKED_AT_PX: Final = 500.0
"""Size of the picture's longer side at which straps are looked for."""
WIDEST: Final = 0.1
"""Of the chest's width: wider straps are the product's own shoulders, and are bent like these."""
LEAST_LENGTH: Final = 0.12
"""Of the same: what is shorter is a frill, a peak of lace or a bow."""
LEAST_WIDTH: Final = 0.015
"""Of the same: thinner straps would not be seen."""
BROAD_SHOULDER: Final = 0.2
"""Of the same: where one side's shoulder is this broad, the garment does not hang on straps."""
STRAND: Final = 0.6
"""Share of a strap's half width from its edge at which its colour is its own."""
FOOT_HEIGHT: Final = 0.04
"""Of the chest's width: a strap stands on the upper end of what it touches, beside which lace goes down."""
FOOT_SHARE: Final = 0.5
"""Of the widest strap: half the width in which one stands on the edge."""


class _Found(NamedTuple):
    foot: Points
    """(2,) where it meets the rest."""
    length: float
    strap: Strap


def without_straps(garment: GarmentAnalysis) -> GarmentAnalysis:
    """The product with the part that its straps hold up alone, its shoulder points where they begin; as it is where it
    does not hang on two thin straps."""
    if garment.sleeve != "none" or garment.bare_shoulders or garment.on_model or garment.is_open:
        return garment
    chest = abs(garment.points["armpit_left"][0] - garment.points["armpit_right"][0])
    broad = max(abs(garment.points[f"neck_{side}"][0] - garment.points[f"shoulder_{side}"][0]) for side in SIDES)
    if broad > BROAD_SHOULDER * chest:
        return garment
    factor = min(1.0, LOOKED_AT_PX / max(garment.opacity.shape))
    size = (round(garment.opacity.shape[1] * factor), round(garment.opacity.shape[0] * factor))
    solid = bits(cv2.resize(garment.opacity, size, interpolation=cv2.INTER_AREA) > 0.5)
    colour = cv2.resize(garment.picture, size, interpolation=cv2.INTER_AREA)
    armpits = round(min(garment.points[f"armpit_{side}"][1] for side in SIDES) * factor)
    widest = disc(max(2, round(WIDEST / 2 * chest * factor)))
    body = grown(np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, widest), np.uint8), 1) & solid
    middle = (garment.points["armpit_left"][0] + garment.points["armpit_right"][0]) / 2 * factor
    found = _both_sides(solid, body, colour, armpits, middle, chest * factor)
    if found is None:
        return garment
    return _taken_off(garment, found, body, chest, factor)


def _both_sides(
    solid: Bits, body: Bits, colour: NDArray[np.uint8], armpits: int, middle: float, chest: float
) -> dict[Side, _Found] | None:
    """The straps of both sides; one of which little was cut out is the other one's mirror image."""
    thin = solid & (1 - body)
    thin[armpits:] = 0
    found = {side: _find(thin, body, colour, side, middle, chest) for side in SIDES}
    longest = max((one.length for one in found.values() if one is not None), default=0.0)
    if longest < LEAST_LENGTH * chest:
        return None
    model = next(one for one in found.values() if one is not None and one.length == longest)
    both: dict[Side, _Found] = {}
    for side, one in found.items():
        if one is not None and one.length > longest / 2:
            both[side] = one
        else:
            foot = np.asarray([2 * middle - model.foot[0], model.foot[1]], np.float32)
            both[side] = _Found(foot, longest, model.strap)
    return both


def _find(thin: Bits, body: Bits, colour: NDArray[np.uint8], side: Side, middle: float, chest: float) -> _Found | None:
    """The longest thin piece that stands on the body of one side."""
    own = thin.copy()
    beyond = np.s_[:, : round(middle)] if side == "left" else np.s_[:, round(middle) :]
    own[beyond] = 0
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(own, connectivity=8)
    near = grown(body, 2)
    for piece in sorted(range(1, count), key=lambda k: -int(stats[k, cv2.CC_STAT_HEIGHT])):
        here = bits(pieces == piece)
        _, contacts = cv2.connectedComponents(grown(here & near, 2))
        rows, columns = np.nonzero((here & near) > 0)
        if not len(rows):
            continue
        # Where a strap's back strand is seen too, the front one stands higher.
        at = contacts[rows, columns] == contacts[rows[0], columns[0]]
        at &= rows <= rows[0] + FOOT_HEIGHT * chest
        foot = np.asarray([columns[at].mean(), rows[at].mean()], np.float32)
        strap = _strap(here, colour, foot[1], chest)
        return None if strap is None else _Found(foot, float(foot[1] - stats[piece, cv2.CC_STAT_TOP]), strap)
    return None


def _strap(piece: Bits, colour: NDArray[np.uint8], foot: np.float32, chest: float) -> Strap | None:
    """Width (in shares of the chest's) and colours of the piece above its foot."""
    deep = depth(piece)
    deep[int(foot) :] = 0
    rows = np.flatnonzero(deep.max(axis=1) > 0)
    if len(rows) < 3:
        return None
    widest = deep[rows].max(axis=1)
    # A depth of 1 is a single pixel.
    width = 2.0 * float(np.median(widest)) - 1.0
    core = deep[rows] >= STRAND * widest[:, None]
    means = (colour[rows] * core[..., None]).sum(axis=1) / core.sum(axis=1)[:, None]
    return Strap(max(width / chest, LEAST_WIDTH), np.median(means, axis=0).astype(np.float32))


def _alike(one: Strap, other: Strap) -> dict[Side, Strap]:
    """Both straps with the mean of what was read of them."""
    mean = Strap((one.width + other.width) / 2, ((one.colour + other.colour) / 2).astype(np.float32))
    return dict.fromkeys(SIDES, mean)


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
    line = garment.neckline
    between = line[(line[:, 0] > inner["right"][0]) & (line[:, 0] < inner["left"][0])]
    line = np.vstack([inner["right"], between, inner["left"]]).astype(np.float32)
    return replace(
        garment,
        opacity=(garment.opacity * keep).astype(np.float32),
        points=points,
        neckline=line,
        bare_shoulders=True,
        straps=_alike(*(found[side].strap for side in SIDES)),
    )
