"""Where the shopper's face is: the face detector on an enlarged crop of the head, then the face mesh."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Joint, Picture, Points, Pose
from tryon.engines.local.detection import FACES, Detection, detect
from tryon.engines.local.eyes import Eyes

HEAD_SIDE: Final = 320
"""Pixels of the head crop the detector looks at; on a full-length photo as it is, it misses most faces."""
HEAD_MARGIN: Final = 3.2
"""The head crop is this many times the span of the pose's face joints."""
MESH_SIDE: Final = 192
MESH_POINTS: Final = 468
MESH_MARGIN: Final = 1.5
"""The mesh network was trained on squares this much larger than the face's box."""
MIN_CERTAINTY: Final = 0.5
RIGHT_EYE_CORNER: Final = 33
LEFT_EYE_CORNER: Final = 263
"""Mesh points: the outer corners of the wearer's eyes."""


def find_face(picture: Picture, pose: Pose, eyes: Eyes) -> Points | None:
    """(468, 2) face mesh in pixels, or None where no face can be seen."""
    found = _detect(picture, pose, eyes)
    if found is None:
        return None
    mesh, certainty = _mesh(picture, _square(found.box.reshape(2, 2), found.keypoints[0], found.keypoints[1]), eyes)
    if certainty < MIN_CERTAINTY:
        return None
    # Once more on the square the mesh itself asks for: the detector's box is only roughly centred.
    again, certainty = _mesh(picture, _square(mesh, mesh[RIGHT_EYE_CORNER], mesh[LEFT_EYE_CORNER]), eyes)
    return again if certainty >= MIN_CERTAINTY else mesh


def _detect(picture: Picture, pose: Pose, eyes: Eyes) -> Detection | None:
    """The best face in the enlarged head crop, in pixels of the picture."""
    joints = pose.points[: Joint.MOUTH_RIGHT + 1]
    centre = (joints.min(0) + joints.max(0)) / 2.0
    shoulders = np.linalg.norm(pose.points[Joint.LEFT_SHOULDER] - pose.points[Joint.RIGHT_SHOULDER])
    side = max(float(np.ptp(joints, axis=0).max()) * HEAD_MARGIN, float(shoulders))
    to_crop = _affine(centre, side, 0.0, HEAD_SIDE)
    crop = np.asarray(cv2.warpAffine(picture, to_crop, (HEAD_SIDE, HEAD_SIDE)), np.uint8)
    faces = detect(crop, FACES, eyes)
    if not faces:
        return None
    back = _inverse(to_crop)
    box, keypoints = (_apply(back, part) for part in (faces[0].box.reshape(2, 2), faces[0].keypoints))
    return Detection(faces[0].score, box.reshape(4), keypoints)


def _mesh(picture: Picture, to_crop: NDArray[np.float32], eyes: Eyes) -> tuple[Points, float]:
    crop = cv2.warpAffine(picture, to_crop, (MESH_SIDE, MESH_SIDE))
    raw, flag = eyes.run("face_landmark", crop.astype(np.float32) / 255.0)
    points = raw.reshape(MESH_POINTS, 3)[:, :2]
    certainty = 1.0 / (1.0 + np.exp(-float(flag.reshape(-1)[0])))
    return _apply(_inverse(to_crop), points), certainty


def _square(extent: Points, right_eye: Points, left_eye: Points) -> NDArray[np.float32]:
    """Matrix into the mesh network's crop: upright by the eyes, a margin around the box of `extent`."""
    low, high = extent.min(0), extent.max(0)
    across = left_eye - right_eye
    side = float((high - low).max()) * MESH_MARGIN
    return _affine((low + high) / 2.0, max(side, 8.0), float(np.arctan2(across[1], across[0])), MESH_SIDE)


def _affine(centre: Points, side: float, angle: float, pixels: int) -> NDArray[np.float32]:
    scale = pixels / side
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array(((cos, sin), (-sin, cos)))
    return np.concatenate((turn, (pixels / 2.0 - turn @ centre)[:, None]), 1).astype(np.float32)


def _inverse(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.invertAffineTransform(matrix), np.float32)


def _apply(matrix: NDArray[np.float32], points: Points) -> Points:
    return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
