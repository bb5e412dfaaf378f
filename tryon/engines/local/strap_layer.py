"""Lays straps on this body: from their feet on the new garment's upper edge up the chest and over the shoulders."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, Opacity, Picture, Points, Side, Strap
from tryon.engines.local.figure import Figure
from tryon.engines.local.layers import Cloth
from tryon.engines.local.light import Gain
from tryon.engines.local.raster import among, bits, blurred, grown, taken
from tryon.engines.local.target import Target

ON_SHOULDER: Final = 0.62
"""Where a strap crosses the shoulder without slipping, of the way from the body's middle to the shoulder's tip."""
STRAIGHT_UP: Final = (0.5, 0.75)
"""A strap that stands within these shares goes straight up."""
HALTER: Final = 0.36
"""A strap that stands nearer to the middle than this share goes around the neck."""
BESIDE_NECK: Final = 0.1
"""There it goes behind the shoulder at this share of the way from the neck's root to the shoulder's tip."""
WIDTHS: Final = (0.012, 0.06)
"""Units; a strap is at least and at most so wide."""
LEAST_PX: Final = 1.6
IN_CLOTH: Final = 0.03
BEYOND: Final = 0.12
"""Units by which a strap begins below the edge, where it is sewn on, and is drawn beyond the shoulder at most: the
body's outline ends it."""
BULGE: Final = 0.02
"""Units by which its middle lies outside the straight line, for it lies on something round."""
ROUND: Final = 0.3
"""Share of the light that is lost at a strap's edges."""
ABOVE: Final = 0.03
"""Units above the shoulder from which hair is no body that a strap may lie on: a few strands beside the neck would show
it in the air."""
BODY: Final = (BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HEAD, BodyLabel.HAND)


def lay_straps(
    cloth: Cloth, gain: Gain, straps: Mapping[Side, Strap], labels: LabelMap, skin: Opacity, target: Target,
    figure: Figure, factor: float,
) -> tuple[Cloth, Gain]:  # fmt: skip
    """The garment's layers with its straps, and their gain; `skin` is where made-up skin shows."""
    chest = float(np.hypot(*(target.armpit["left"] - target.armpit["right"]))) * factor
    body, hair = (skin > 0.5) | among(labels, BODY), labels == BodyLabel.HAIR
    solid = cloth.opacity > 0.9
    usual = np.median(gain[solid][::11], axis=0) if solid.any() else np.ones(gain.shape[-1], np.float32)
    colour, opacity = cloth.colour.copy(), cloth.opacity.copy()
    gain = np.broadcast_to(gain, (*gain.shape[:2], gain.shape[2])).copy()
    for side in SIDES:
        path = strap_path(target, figure, side) * factor
        unit = figure.unit * factor
        half = max(float(np.clip(straps[side].width * chest / unit, *WIDTHS)) * unit, LEAST_PX) / 2
        window, drawn, shade, look = _drawn(path, half, straps[side], labels.shape)
        end = max(int((_over(target, figure, side)[1] - ABOVE * figure.unit) * factor), 0)
        lies_on = (
            body[window] | hair[window] & (np.arange(window[0].start, window[0].start + len(drawn)) >= end)[:, None]
        )
        lies_on = blurred(grown(bits(lies_on), 1).astype(np.float32), 0.7)
        drawn = drawn * np.maximum(lies_on, cloth.opacity[window])
        under = opacity[window]
        whole = 1 - (1 - under) * (1 - drawn)
        share = (drawn / np.maximum(whole, 1e-3))[..., None]
        colour[window] = np.rint(colour[window] * (1 - share) + look * share).astype(np.uint8)
        gain[window] = gain[window] * (1 - share) + usual * shade[..., None] * share
        opacity[window] = whole
    return replace(cloth, colour=colour, opacity=opacity), gain


def strap_path(target: Target, figure: Figure, side: Side) -> Points:
    """(n, 2) from within the cloth over the foot to beyond the shoulder, in steps upwards."""
    foot, over = _foot(target, side), _over(target, figure, side)
    way = over - foot
    length = max(float(np.hypot(*way)), 1.0)
    outward = np.asarray([1.0 if side == "left" else -1.0, 0.0])
    steps = np.linspace(-IN_CLOTH * figure.unit / length, 1.0 + BEYOND * figure.unit / length, 40)
    bulge = 4 * np.clip(steps, 0, 1) * (1 - np.clip(steps, 0, 1)) * BULGE * figure.unit
    return (foot + steps[:, None] * way + bulge[:, None] * outward).astype(np.float32)


def _foot(target: Target, side: Side) -> Points:
    return ((target.neck[side] + target.shoulder[side]) / 2).astype(np.float32)


def _over(target: Target, figure: Figure, side: Side) -> Points:
    """Where the strap goes over the shoulder."""
    foot, tips = _foot(target, side), figure.shoulder_tip
    middle = (tips["left"] + tips["right"]) / 2
    root, tip = figure.neck_root[side], tips[side]
    share = abs(float(foot[0] - middle[0])) / max(abs(float(tip[0] - middle[0])), 1.0)
    if share < HALTER:
        return root + (tip - root) * np.float32(BESIDE_NECK)
    place = float(np.clip(0.5 * (share + ON_SHOULDER), *STRAIGHT_UP))
    x = middle[0] + (tip[0] - middle[0]) * place
    along = float(np.clip((x - root[0]) / (tip[0] - root[0] + 1e-6), 0.0, 1.0))
    return root + (tip - root) * np.float32(along)


def _drawn(
    path: Points, half: float, strap: Strap, shape: tuple[int, ...]
) -> tuple[tuple[slice, slice], Opacity, Opacity, NDArray[np.float32]]:
    """A window of the frame; in it a strap's opacity, its roundness as a gain, and its colours (h, w, 3) or (3,)."""
    margin = int(half) + 3
    left, right = int(path[:, 0].min()) - margin, int(path[:, 0].max()) + margin
    upper, lower = int(path[:, 1].min()), int(path[:, 1].max()) + 1
    window = np.s_[max(upper, 0) : max(lower, 0), max(left, 0) : max(right, 0)]
    rows, columns = (np.arange(part.start, min(part.stop, size)) for part, size in zip(window, shape, strict=False))
    upwards = path[::-1]
    centre = np.interp(rows, upwards[:, 1], upwards[:, 0])
    slope = np.gradient(centre) if len(centre) > 1 else np.zeros(len(centre))
    across = (columns[None] - centre[:, None]) / np.hypot(1.0, slope)[:, None]
    opacity = np.clip(half - np.abs(across) + 0.5, 0.0, 1.0).astype(np.float32)
    shade = (1.0 - ROUND * np.clip(np.abs(across) / half, 0.0, 1.0) ** 2).astype(np.float32)
    if strap.pattern is None or not across.size:
        return window, opacity, shade, strap.colour
    along = np.cumsum(np.hypot(1.0, slope)[::-1])[::-1][:, None] - across * slope[:, None]
    return window, opacity, shade, _patterned(strap.pattern, along, across, half)


def _patterned(
    pattern: Picture, along: NDArray[np.float64], across: NDArray[np.float64], half: float
) -> NDArray[np.float32]:
    """(h, w, 3) the pattern, mirrored where it ends, at places in pixels `along` a strap and `across` it from its
    middle line."""
    finer = 2 * half / pattern.shape[1]
    size = (max(round(2 * half), 1), max(round(pattern.shape[0] * finer), 1))
    smaller = cv2.resize(pattern, size, interpolation=cv2.INTER_AREA if finer < 1 else cv2.INTER_LINEAR)
    columns = across + (smaller.shape[1] - 1) / 2
    way = np.stack([np.broadcast_to(columns, along.shape), along], axis=-1).astype(np.float32)
    return taken(smaller, way, border=cv2.BORDER_REFLECT_101).astype(np.float32)
