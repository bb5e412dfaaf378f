"""Where the shopper's joints are: BlazePose's detector, then its landmark network on the turned square it asks for."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Joint, Opacity, Picture, Points, Pose
from tryon.engines.local.detection import BODIES, Detection, detect
from tryon.engines.local.eyes import Eyes

ROOM_ABOVE: Final = 0.3
"""Share of the picture's height."""
CROP_SIDE: Final = 256
"""Pixels of the landmark network's input."""
CROP_MARGIN: Final = 1.25
"""The square is this much larger than the circle around the body, as in training."""
LANDMARKS: Final = 39
"""33 joints, two points that say where to look next, and four that are not used."""
HIPS_MIDDLE: Final = 33
BODY_CIRCLE: Final = 34
"""Landmarks: the centre of the circle around the body and a point on it."""
HEAT_SIDE: Final = 64
HEAT_KERNEL: Final = 7
"""Cells of the heat map around a landmark that refine it."""
HEAT_MIN: Final = 0.5
"""A landmark is refined only where the heat map is at least this sure."""
SCORE_SLACK: Final = 0.1
"""The second look may be this much less sure than the first and is still preferred."""
SWAPPED: Final = np.array(
    [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, 33)), *range(33, LANDMARKS)]
)
"""Each landmark's counterpart on the other side of the body."""


@dataclass(frozen=True, slots=True)
class Square:
    """A turned square of the picture."""

    centre: NDArray[np.float32]
    side: float
    angle: float
    """Radians, clockwise on the screen, by which the body leans from upright."""

    def to_crop(self, pixels: int) -> NDArray[np.float32]:
        """(2, 3) affine matrix from the picture into a crop of `pixels` × `pixels`."""
        scale = pixels / self.side
        cos, sin = scale * np.cos(self.angle), scale * np.sin(self.angle)
        turn = np.array(((cos, sin), (-sin, cos)), np.float32)
        shift = pixels / 2.0 - turn @ self.centre
        return np.concatenate((turn, shift[:, None]), 1).astype(np.float32)


def find_pose(picture: Picture, eyes: Eyes) -> Pose | None:
    """The largest person's pose, or None where the detector sees nobody at all."""
    bodies = detect(picture, BODIES, eyes) or _detect_with_room_above(picture, eyes)
    if not bodies:
        return None
    sizes = [_torso_size(body) for body in bodies]
    main = int(np.argmax(sizes))
    reading = _read_twice(picture, _square_around(*bodies[main].keypoints[:2]), eyes)
    others = sorted((size / sizes[main] for i, size in enumerate(sizes) if i != main), reverse=True)
    return Pose(
        points=reading.points[: len(Joint)],
        visibility=reading.visibility[: len(Joint)],
        presence=reading.presence[: len(Joint)],
        world=_upright_world(reading.world[: len(Joint)], reading.square.angle),
        score=reading.score,
        body_mask=_unwarp(reading.mask, reading.square, picture.shape[:2]),
        other_people=tuple(float(size) for size in others),
    )


def _detect_with_room_above(picture: Picture, eyes: Eyes) -> list[Detection]:
    """The detector looks for heads: where a shop cropped it away, it finds more when there is room for one."""
    room = round(ROOM_ABOVE * picture.shape[0])
    bodies = detect(np.pad(picture, ((room, 0), (0, 0), (0, 0))), BODIES, eyes)
    shift = np.array((0.0, room), np.float32)
    return [Detection(body.score, body.box - np.tile(shift, 2), body.keypoints - shift) for body in bodies]


@dataclass(frozen=True, slots=True)
class _Reading:
    square: Square
    points: Points
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]
    world: NDArray[np.float32]
    mask: Opacity
    score: float


def _read_twice(picture: Picture, square: Square, eyes: Eyes) -> _Reading:
    """The landmark network's own idea of where to look is better than the detector's, so it looks again."""
    first = _read(picture, square, eyes)
    second = _read(picture, _square_around(first.points[HIPS_MIDDLE], first.points[BODY_CIRCLE]), eyes)
    if _head_is_cropped(first) and _head_is_cropped(second):
        # Without a face the network guesses front or back. Shops crop heads off fronts, so the likelier guess is
        # known: take the reading that sees the shoulders broadest, and name its sides as seen from the front.
        return _from_the_front(max(first, second, key=_shoulder_width))
    return second if second.score >= first.score - SCORE_SLACK else first


def _head_is_cropped(reading: _Reading) -> bool:
    """Whether the eyes lie above the picture."""
    return bool(reading.points[[Joint.LEFT_EYE, Joint.RIGHT_EYE], 1].mean() < 0.0)


def _shoulder_width(reading: _Reading) -> float:
    return float(abs(reading.world[Joint.LEFT_SHOULDER, 0] - reading.world[Joint.RIGHT_SHOULDER, 0]))


def _from_the_front(reading: _Reading) -> _Reading:
    shoulders = reading.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], 0]
    if shoulders[0] >= shoulders[1]:
        return reading
    world = reading.world[SWAPPED]
    world[:, 2] *= -1.0
    return replace(
        reading,
        points=reading.points[SWAPPED],
        visibility=reading.visibility[SWAPPED],
        presence=reading.presence[SWAPPED],
        world=world,
    )


def _torso_size(body: Detection) -> float:
    """Pixels from hips to shoulders."""
    return float(np.linalg.norm(body.keypoints[0] - body.keypoints[2]))


def _square_around(centre: NDArray[np.float32], on_circle: NDArray[np.float32]) -> Square:
    out = on_circle - centre
    side = max(2.0 * float(np.linalg.norm(out)) * CROP_MARGIN, 16.0)
    return Square(centre.astype(np.float32), side, float(np.arctan2(out[0], -out[1])))


def _read(picture: Picture, square: Square, eyes: Eyes) -> _Reading:
    crop = _crop(picture, square)
    raw, flag, mask, heat, world = eyes.run("pose_landmark", crop.astype(np.float32) / 255.0)
    landmarks = raw.reshape(LANDMARKS, 5)
    in_crop = _refine(landmarks[:, :2], heat)
    back = cv2.invertAffineTransform(square.to_crop(CROP_SIDE))
    return _Reading(
        square=square,
        points=(in_crop @ back[:, :2].T + back[:, 2]).astype(np.float32),
        visibility=_sigmoid(landmarks[:, 3]),
        presence=_sigmoid(landmarks[:, 4]),
        world=world.reshape(LANDMARKS, 3),
        mask=_sigmoid(mask[..., 0]),
        score=float(flag[0]),
    )


def _crop(picture: Picture, square: Square) -> Picture:
    matrix = square.to_crop(CROP_SIDE)
    shrink = square.side / CROP_SIDE
    if shrink > 2.0:
        # warpAffine only looks at four pixels: shrink first, or fine patterns turn into noise.
        small = cv2.resize(picture, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
        factor = np.array((picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]), np.float32)
        matrix = np.concatenate((matrix[:, :2] * factor, matrix[:, 2:]), 1)
        picture = np.asarray(small, np.uint8)
    crop = cv2.warpAffine(picture, matrix, (CROP_SIDE, CROP_SIDE), flags=cv2.INTER_LINEAR)
    return np.asarray(crop, np.uint8)


def _refine(points: Points, heat: NDArray[np.float32]) -> Points:
    """Move each landmark to the centre of mass of its heat map nearby; both know something the other does not."""
    refined = points.copy()
    cells = points * (HEAT_SIDE / CROP_SIDE)
    reach = HEAT_KERNEL // 2
    for index, (column, row) in enumerate(np.floor(cells).astype(int)):
        if not (0 <= column < HEAT_SIDE and 0 <= row < HEAT_SIDE):
            continue
        left, top = max(column - reach, 0), max(row - reach, 0)
        window = _sigmoid(heat[top : row + reach + 1, left : column + reach + 1, index])
        if window.max() < HEAT_MIN:
            continue
        down, across = np.mgrid[top : top + window.shape[0], left : left + window.shape[1]]
        centre = np.array(((across * window).sum(), (down * window).sum())) / window.sum()
        refined[index] = centre * (CROP_SIDE / HEAT_SIDE)
    return refined


def _upright_world(world: NDArray[np.float32], angle: float) -> NDArray[np.float32]:
    """The network sees the turned square; turn its metres back to the picture's axes."""
    cos, sin = np.cos(angle), np.sin(angle)
    turned = world.copy()
    turned[:, 0] = cos * world[:, 0] - sin * world[:, 1]
    turned[:, 1] = sin * world[:, 0] + cos * world[:, 1]
    return turned


def _unwarp(mask: Opacity, square: Square, shape: tuple[int, ...]) -> Opacity:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(mask, square.to_crop(CROP_SIDE), (shape[1], shape[0]), flags=flags).astype(np.float32)


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return (1.0 / (1.0 + np.exp(-np.clip(logits, -50.0, 50.0)))).astype(np.float32)
