"""How a head is held: the face mesh against a standard face, so that a thing given in centimetres finds its pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category
from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import Picture, Points

Floats = NDArray[np.float32]

STANDARD: Final = {
    33: (-4.446, 2.664, 3.173), 133: (-1.856, 2.585, 3.758), 263: (4.446, 2.664, 3.173), 362: (1.856, 2.585, 3.758),
    168: (0.0, 3.271, 5.236), 6: (0.0, 2.473, 5.789), 197: (0.0, 1.728, 6.317), 195: (0.0, 1.059, 6.775),
    4: (0.0, -0.463, 7.587), 8: (0.0, 4.019, 5.285), 9: (0.0, 4.886, 5.385), 151: (0.0, 6.545, 5.027),
    127: (-7.743, 2.365, -2.005), 356: (7.743, 2.365, -2.005), 162: (-7.556, 4.107, -0.992),
    389: (7.556, 4.107, -0.992), 117: (-5.259, 0.946, 2.974), 346: (5.259, 0.946, 2.974),
}  # fmt: skip
"""Mesh points that no expression moves, on the canonical face of MediaPipe (Apache-2.0): centimetres, x to the
wearer's left, y up, z towards the camera."""
EYE_CORNERS: Final = (33, 133, 263, 362)
EYES_MIDDLE: Final = (0.0, 2.625, 3.466)
"""The mean of the eye corners on the standard face."""
CORE: Final = (33, 133, 263, 362, 168, 6, 8)
"""What glasses rest on is fitted best."""
CORE_WEIGHT: Final = 4.0
MUST_BE_SEEN: Final = (33, 133, 263, 362, 168, 4, 105, 334)
"""Mesh points that must lie inside the frame: eyes, nose and brows. The mesh invents what the frame cuts off."""
SKULL_TOP: Final = (0.0, 11.2, 0.0)
"""The highest point of a small skull, bald."""
MIN_FACE_PX: Final = 36.0
"""Width of the smallest face, temple to temple, on which something worn can be made out."""
FACE_CM: Final = 15.3
"""Width of the standard face."""

MAX_YAW_DEGREES: Final[Mapping[Category, float]] = {"eyewear": 38.0, "headwear": 30.0}
"""What is worn on the head, and how far a head may be turned for it: beyond the first one eye is hidden behind the
nose, beyond the second the side of a hat would be seen, of which no product picture tells."""

FACE_MESSAGES: Final = {
    "face_visible": "Your face is not in this photo. To try this on, use a photo that shows your whole face.",
    "face_large_enough": "Your face is very small in this photo. Use a photo taken closer, such as a selfie.",
    "head_in_frame": "The top of your head is not in this photo. Use a photo with some room above your head.",
    "face_to_camera": "Your face is turned away in this photo. To try this on, look at the camera.",
}


@dataclass(frozen=True, slots=True)
class Head:
    """A weak perspective camera, and how far the head is turned from facing it."""

    matrix: Floats
    """(2, 4) from homogeneous centimetres of the standard face to pixels."""
    unit: float
    """Pixels a centimetre."""
    yaw: float
    """Degrees, positive where the face looks to the picture's right."""
    pitch: float
    """Degrees, positive where it looks up."""
    roll: float
    """Degrees, clockwise on the screen."""

    def at(self, spots: NDArray[np.floating]) -> Points:
        """(…, 3) centimetres to (…, 2) pixels."""
        return (spots @ self.matrix[:, :3].T + self.matrix[:, 3]).astype(np.float32)

    def moved(self, corner: NDArray[np.floating], factor: float = 1.0) -> "Head":
        """The same head enlarged by `factor`, in a crop that begins at `corner` of the enlarged picture."""
        matrix = (self.matrix * factor).astype(np.float32)
        matrix[:, 3] -= corner
        return Head(matrix, self.unit * factor, self.yaw, self.pitch, self.roll)


def measure_head(face: Points) -> Head:
    """`face` is (468, 2); the standard face is fitted to it with the face's own width and height."""
    names = list(STANDARD)
    standard = np.array([(*STANDARD[name], 1.0) for name in names])
    weight = np.array([CORE_WEIGHT if name in CORE else 1.0 for name in names])[:, None]
    found, *_ = np.linalg.lstsq(standard * weight, face[names].astype(np.float64) * weight, rcond=None)
    matrix = found.T
    # The eyes are found best of all: what is left of the fit's error is not theirs to bear.
    matrix[:, 3] += face[list(EYE_CORNERS)].mean(0) - (matrix[:, :3] @ EYES_MIDDLE + matrix[:, 3])
    u, sizes, vt = np.linalg.svd(matrix[:, :3], full_matrices=False)
    turn = u @ vt
    return Head(
        matrix.astype(np.float32),
        float(sizes.mean()),
        yaw=float(np.degrees(np.arcsin(np.clip(turn[0, 2], -1, 1)))),
        pitch=float(np.degrees(np.arcsin(np.clip(-turn[1, 2], -1, 1)))),
        roll=float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))),
    )


def require_face(face: Points | None, picture: Picture, category: Category) -> Head:
    """The head of a face that this kind of product can be put on. Raises PoseNotSupported where there is none such."""
    failure = face_failure(face, picture, category)
    if face is None or failure is not None:
        reason = failure or "face_visible"
        raise PoseNotSupported(FACE_MESSAGES[reason], reason=reason)
    return measure_head(face)


def face_failure(face: Points | None, picture: Picture, category: Category) -> str | None:
    """Which of FACE_MESSAGES says why this kind of product can't be put on this face; None if it can."""
    if face is None or not _inside(face[list(MUST_BE_SEEN)], picture):
        return "face_visible"
    head = measure_head(face)
    if head.unit * FACE_CM < MIN_FACE_PX:
        return "face_large_enough"
    if category == "headwear" and head.at(np.array(SKULL_TOP))[1] < 0:
        return "head_in_frame"
    return "face_to_camera" if abs(head.yaw) > MAX_YAW_DEGREES[category] else None


def _inside(points: Points, picture: Picture) -> bool:
    height, width = picture.shape[:2]
    return bool((points >= 0).all() and (points[:, 0] < width).all() and (points[:, 1] < height).all())
