"""Steadies the outline where the garment is hardly told from its ground: cloth ends in calm lines, noise does not."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.raster import bits, smoothed_row

Mask = NDArray[np.bool_]

CALM_SHARE: Final = 0.011
"""The outline is smoothed along itself by so much of the picture's longer side (standard deviation)."""

SHORTEST_SHARE: Final = 0.25
"""A piece of outline shorter than this share of the longer side is a hole or a strap's end, and is left alone."""

BLEND_SHARE: Final = 0.006
"""Between a clear and an unclear stretch the two outlines blend over so much of the longer side."""

CHORD_SHARE: Final = 0.03
"""A corner of the cut is seen between two chords of so much of the longer side; noise bends them by less than 25°."""

CORNER_DEGREES: Final = (28.0, 50.0)
"""From here on a bend begins to count as a corner of cuff, armpit or hem; from there on it stays as it was found."""


def steady(body: Mask, unclear: Mask) -> Mask:
    """The garment with its outline smoothed wherever it runs through `unclear`; elsewhere it stays as it is."""
    if not unclear.any():
        return body
    side = max(body.shape)
    outlines, _ = cv2.findContours(bits(body), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    canvas = np.zeros(body.shape, np.uint8)
    for outline in outlines:
        points = outline[:, 0, :].astype(np.float32)
        doubt = unclear[outline[:, 0, 1], outline[:, 0, 0]]
        if len(points) > SHORTEST_SHARE * side and doubt.any():
            points = _smoothed(points, doubt.astype(np.float32), side)
        # Holes are outlines inside others: each fill turns what it encloses into its opposite.
        filled = cv2.fillPoly(np.zeros_like(canvas), [np.rint(points * 16).astype(np.int32)], 1, shift=4)
        canvas ^= np.asarray(filled, np.uint8)
    return canvas > 0


def _smoothed(points: NDArray[np.float32], doubt: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    sigma, blend = CALM_SHARE * side, BLEND_SHARE * side
    reach = round(4 * max(sigma, blend))
    closed = np.pad(points, ((reach, reach), (0, 0)), mode="wrap")
    calm = np.stack([smoothed_row(closed[:, axis], sigma) for axis in (0, 1)], axis=1)[reach:-reach]
    bent = _corners(calm, max(2, round(CHORD_SHARE * side)))
    weight = smoothed_row(np.pad(doubt * (1 - bent), reach, mode="wrap"), blend)[reach:-reach, None]
    return np.asarray(points + (calm - points) * weight, np.float32)


def _corners(calm: NDArray[np.float32], chord: int) -> NDArray[np.float32]:
    """(n,) 0..1, how much of a corner each point is, or lies within half a chord of one."""
    before, after = calm - np.roll(calm, chord, axis=0), np.roll(calm, -chord, axis=0) - calm
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.abs(np.degrees(np.arctan2(cross, (before * after).sum(axis=1))))
    low, high = CORNER_DEGREES
    sharp = np.clip((turn - low) / (high - low), 0, 1).astype(np.float32)
    wide = np.concatenate([sharp[-chord:], sharp, sharp[:chord]])
    return np.asarray(cv2.dilate(wide.reshape(1, -1), np.ones((1, chord), np.uint8)).ravel()[chord:-chord], np.float32)
