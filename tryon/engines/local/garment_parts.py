"""Which part of the garment each pixel shows: torso, sleeves, collar, inside of the back."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentPart, LabelMap, Opacity, Points
from tryon.engines.local.garment_landmarks import UpperLandmarks
from tryon.engines.local.raster import bits, grown, largest_piece, opened, pieces_of

WINGS = 0.12
"""Of the neck opening's width: how far a collar hangs below the point where its wings meet."""
STRIP_SHARE = 0.014
"""Half the width of the widest strip, of the picture's width, that a sleeve's polygon can miss of the sleeve."""

COLLAR_STANDS = 0.1
"""Of the neck opening's width: how far the outline rises above the neck points before it counts as a collar."""

SLEEVES: Final = (GarmentPart.LEFT_SLEEVE, GarmentPart.RIGHT_SLEEVE)

THIN_SHARE: Final = 0.006
"""Of the longer side: half the width of the widest strip along a sleeve that is none of the torso."""

BESIDE: Final = 0.8
"""Of a piece's border to the rest of the garment: with so much of it a sleeve's, the piece is too."""


def label_parts(opacity: Opacity, landmarks: UpperLandmarks) -> LabelMap:
    """GarmentPart of every pixel; `landmarks` must be in pixels of `opacity`."""
    inside = opacity > 0
    parts = np.where(inside, GarmentPart.TORSO, GarmentPart.OUTSIDE).astype(np.uint8)
    for name, part in (("left", GarmentPart.LEFT_SLEEVE), ("right", GarmentPart.RIGHT_SLEEVE)):
        if name in landmarks.sleeves:
            parts[_filled(landmarks.sleeves[name], opacity.shape) & inside] = part
    if landmarks.sleeves:
        parts = _with_sleeve_rims(with_whole_sleeves(parts))
    neck = _neck_opening(landmarks.neckline.curve, opacity.shape)
    above = _above_the_shoulders(landmarks, opacity.shape) & inside
    if landmarks.neckline.shows_inner_back:
        parts[neck & inside] = GarmentPart.INNER_BACK
        above &= ~neck
    if landmarks.neckline.has_collar or _stands_up(above, landmarks):
        parts[above & (parts == GarmentPart.TORSO)] = GarmentPart.COLLAR
    return parts


def with_whole_sleeves(parts: LabelMap) -> LabelMap:
    """What a sleeve cuts off from the torso is the sleeve's own: the frill of a cuff, a puff beyond its corners."""
    radius = max(1, round(THIN_SHARE * max(parts.shape)))
    torso = parts == GarmentPart.TORSO
    main = largest_piece(opened(torso, radius, round_=True))
    if not main.any():
        return parts
    whole = parts.copy()
    for window, piece in pieces_of(torso & ~(grown(bits(main), radius + 1) > 0), margin=2):
        rim = (grown(bits(piece), 1) > 0) & ~piece
        beside = parts[window][rim]
        own = {part: int((beside == part).sum()) for part in SLEEVES}
        part = max(own, key=lambda name: own[name])
        if own[part] > BESIDE * (beside != GarmentPart.OUTSIDE).sum():
            whole[window][piece] = part
    return whole


def _filled(polygon: Points, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [np.rint(polygon).astype(np.int32)], 1)
    # One pixel more, so that the outline's own pixels do not stay with the torso.
    return cv2.dilate(canvas, np.ones((3, 3), np.uint8)).astype(bool)


def _with_sleeve_rims(parts: LabelMap) -> LabelMap:
    """The parts with a sleeve's own hem or rim given back to it: it runs beside the sleeve as a strip that the torso is
    too wide for."""
    torso = bits(parts == GarmentPart.TORSO)
    radius = max(2, round(STRIP_SHARE * parts.shape[1]))
    core = grown(bits(opened(torso > 0, radius)), 2)
    strip = torso & (1 - core)
    away, nearest = cv2.distanceTransformWithLabels(
        bits(~np.isin(parts, SLEEVES)), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, columns = np.nonzero(np.isin(parts, SLEEVES))
    of_label = np.zeros(int(nearest.max()) + 1, np.uint8)
    of_label[nearest[rows, columns]] = parts[rows, columns]
    beside = (strip > 0) & (away <= 2 * radius)
    return np.where(beside, of_label[nearest], parts).astype(np.uint8)


def _neck_opening(curve: Points, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """All above the neckline, up to the picture's edge."""
    canvas = np.zeros(shape, np.uint8)
    lid = np.array([[curve[-1, 0], -1], [curve[0, 0], -1]], np.float32)
    cv2.fillPoly(canvas, [np.rint(np.concatenate([curve, lid])).astype(np.int32)], 1)
    return canvas.astype(bool)


def _above_the_shoulders(landmarks: UpperLandmarks, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Between the two neck points and above the line that joins them; with a collar over its meeting point in front."""
    right, left, front = (np.array(landmarks.points[name]) for name in ("neck_right", "neck_left", "neck_front"))
    x = np.arange(shape[1])
    knots = [right, left]
    if landmarks.neckline.has_collar and right[0] < front[0] < left[0]:
        # The collar's wings hang a little below the point where they meet.
        knots.insert(1, front + np.array((0.0, WINGS * (left[0] - right[0]))))
    line = np.interp(x, [knot[0] for knot in knots], [knot[1] for knot in knots])
    margin = 0.12 * (left[0] - right[0])
    between = (x > right[0] - margin) & (x < left[0] + margin)
    return (np.arange(shape[0])[:, None] < line) & between


def _stands_up(above: NDArray[np.bool_], landmarks: UpperLandmarks) -> bool:
    width = landmarks.points["neck_left"][0] - landmarks.points["neck_right"][0]
    return bool(above.sum() > COLLAR_STANDS * width * width * 0.5)
