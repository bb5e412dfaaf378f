"""Reading the two single-shot detectors, of bodies and of faces: anchors, decoding, and merging of overlapping finds.

After the published model cards of BlazePose and BlazeFace: one anchor centre per cell and kind, of a fixed size of 1,
so that a raw box is an offset from the centre in pixels of the network's input.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.eyes import Eyes

BOX_SCORE: Final = 0.5
SAME_OVERLAP: Final = 0.3
"""Finds whose boxes overlap more than this (intersection over union) are the same body or face."""


@dataclass(frozen=True, slots=True)
class Detector:
    network: str
    side: int
    """Pixels of the square input."""
    layers: tuple[tuple[int, int], ...]
    """(stride in pixels, anchors per cell) of each layer."""
    min_score: float
    """A find is believed from here on; boxes from BOX_SCORE on help to place it."""


# Of 70 product pictures of clothes without a wearer one scores 0.71 as a body, the others 0.65 at most; of 54 photos
# of people, most with the head cropped, the lowest scores 0.71.
BODIES: Final = Detector("pose_detection", 224, ((8, 2), (16, 2), (32, 6)), 0.66)
FACES: Final = Detector("face_detection", 128, ((8, 2), (16, 6)), 0.5)


@dataclass(frozen=True, slots=True)
class Detection:
    score: float
    box: NDArray[np.float32]
    """(4,) left, top, right, bottom in pixels of the picture."""
    keypoints: NDArray[np.float32]
    """(n, 2) pixels of the picture. Bodies: 0 hips' middle, 1 a point on the circle around the whole body,
    2 shoulders' middle, 3 likewise for the upper body. Faces: eyes (wearer's right first), nose, mouth, ears."""


def detect(picture: Picture, detector: Detector, eyes: Eyes) -> list[Detection]:
    """Everything the detector finds, surest first."""
    square, scale, offset = _letterbox(picture, detector.side)
    boxes, logits = eyes.run(detector.network, square)
    scores = (1.0 / (1.0 + np.exp(-np.clip(logits[:, 0], -50.0, 50.0)))).astype(np.float32)
    chosen = np.flatnonzero(scores >= BOX_SCORE)
    decoded = _decode(boxes[chosen], _anchors(detector)[chosen])
    points = (decoded - offset) / scale
    merged = _merge(scores[chosen], points)
    return [_as_detection(score, row) for score, row in merged if score >= detector.min_score]


def _letterbox(picture: Picture, side: int) -> tuple[NDArray[np.float32], float, NDArray[np.float32]]:
    """The whole picture in the middle of a black square, in -1..1; and how a pixel of the picture got there."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return square.astype(np.float32) / 127.5 - 1.0, scale, np.array((left, top), np.float32)


@cache
def _anchors(detector: Detector) -> NDArray[np.float32]:
    """(n, 2) anchor centres in pixels of the input, layer by layer, row by row."""
    layers = []
    for stride, count in detector.layers:
        centres = (np.arange(detector.side // stride, dtype=np.float32) + 0.5) * stride
        across, down = np.meshgrid(centres, centres)
        layers.append(np.repeat(np.stack((across, down), -1).reshape(-1, 2), count, axis=0))
    return np.concatenate(layers)


def _decode(raw: NDArray[np.float32], anchors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 2 + keypoints, 2): box corners, then keypoints, in pixels of the input."""
    pairs = raw.reshape(len(raw), raw.shape[1] // 2, 2)
    centre, half = pairs[:, 0] + anchors, pairs[:, 1] / 2.0
    keypoints = pairs[:, 2:] + anchors[:, None]
    return np.concatenate((np.stack((centre - half, centre + half), 1), keypoints), 1)


def _merge(scores: NDArray[np.float32], points: NDArray[np.float32]) -> list[tuple[float, NDArray[np.float32]]]:
    """Finds of one thing become one: its best score, and the mean of all its boxes weighted by their scores."""
    merged = []
    left = np.argsort(-scores)
    while left.size:
        same = _overlap(points[left[0]], points[left]) > SAME_OVERLAP
        same[0] = True
        group = left[same]
        merged.append((float(scores[group[0]]), np.average(points[group], axis=0, weights=scores[group])))
        left = left[~same]
    return merged


def _overlap(one: NDArray[np.float32], many: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = np.minimum(one[1], many[:, 1]) - np.maximum(one[0], many[:, 0])
    shared = np.prod(np.maximum(sides, 0.0), axis=1)
    areas = np.prod(many[:, 1] - many[:, 0], axis=1)
    total = areas + np.prod(one[1] - one[0]) - shared
    return (shared / np.maximum(total, 1e-6)).astype(np.float32)


def _as_detection(score: float, points: NDArray[np.float32]) -> Detection:
    return Detection(score, points[:2].reshape(4).astype(np.float32), points[2:].astype(np.float32))
