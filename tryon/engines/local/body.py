"""The measures of a body that the eyes' stages share: size, axes, the head's outline, distances to the limbs."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Joint, Points, Pose

Floats = NDArray[np.float32]

FACE_OVAL: Final = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""Mesh points around the face, clockwise on the screen from the forehead's middle."""
CHIN: Final = 152
TORSO_TO_SHOULDERS: Final = 0.55
"""A front view is at least this broad for its length from shoulders to hips; a turned torso counts by its length."""
COARSE: Final = 4
"""Distances are computed on every fourth pixel and enlarged: they are smooth."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a picture, and the scale at which it is looked at."""

    left: int
    top: int
    right: int
    bottom: int
    scale: float

    @classmethod
    def around(cls, mask: NDArray[np.bool_], margin: int, max_pixels: int) -> "Window":
        """Around the mask, `margin` pixels wider to each side, reduced to at most `max_pixels` in all."""
        height, width = mask.shape
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if not rows.size:
            return cls(0, 0, width, height, min(1.0, float(np.sqrt(max_pixels / (height * width)))))
        left, right = max(int(columns[0]) - margin, 0), min(int(columns[-1]) + 1 + margin, width)
        top, bottom = max(int(rows[0]) - margin, 0), min(int(rows[-1]) + 1 + margin, height)
        return cls(left, top, right, bottom, min(1.0, float(np.sqrt(max_pixels / ((bottom - top) * (right - left))))))

    @property
    def part(self) -> tuple[slice, slice]:
        """The rectangle as an index into the picture's arrays."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def inside(self, points: Points) -> Points:
        """The picture's points in the window's pixels."""
        shift = np.array((self.left, self.top), np.float32)
        return ((points - shift) * np.float32(self.scale)).astype(np.float32)

    def view(self, picture: NDArray[Any]) -> NDArray[Any]:
        """The rectangle of the picture at the window's scale."""
        cut = np.ascontiguousarray(picture[self.part])
        if self.scale == 1.0:
            return cut
        return cv2.resize(cut, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA)


@dataclass(frozen=True)
class Body:
    """A pose and a face in pixels of a picture of `shape`."""

    points: Points
    face: Points | None
    shape: tuple[int, int]

    @classmethod
    def of(cls, pose: Pose, face: Points | None, shape: tuple[int, int], window: "Window | None" = None) -> "Body":
        """`shape` is that of the picture, or of the `window` into it that is looked at."""
        window = window or Window(0, 0, shape[1], shape[0], 1.0)
        return cls(window.inside(pose.points), None if face is None else window.inside(face), shape)

    def __getitem__(self, joint: Joint) -> Points:
        return self.points[joint]

    def middle(self, one: Joint, other: Joint) -> Points:
        return (self.points[one] + self.points[other]) / 2.0

    @cached_property
    def neck(self) -> Points:
        return self.middle(Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)

    @cached_property
    def hips(self) -> Points:
        return self.middle(Joint.LEFT_HIP, Joint.RIGHT_HIP)

    @cached_property
    def torso(self) -> float:
        """Pixels from the shoulders' middle to the hips' middle."""
        return max(float(np.linalg.norm(self.hips - self.neck)), 16.0)

    @cached_property
    def width(self) -> float:
        """Shoulder width in pixels; never so small that a radius made from it vanishes."""
        across = float(np.linalg.norm(self[Joint.LEFT_SHOULDER] - self[Joint.RIGHT_SHOULDER]))
        return max(across, TORSO_TO_SHOULDERS * self.torso, 24.0)

    @cached_property
    def down(self) -> Points:
        """Unit vector from shoulders to hips."""
        return (self.hips - self.neck) / np.float32(np.linalg.norm(self.hips - self.neck) or 1.0)

    @cached_property
    def frame(self) -> tuple[Floats, Floats]:
        """For every pixel: shoulder widths to the picture's right of the torso's axis, torso lengths below the neck."""
        rows, columns = np.indices(self.shape, dtype=np.float32)
        x, y = columns - self.neck[0], rows - self.neck[1]
        across = (x * self.down[1] - y * self.down[0]) / self.width
        return across.astype(np.float32), ((x * self.down[0] + y * self.down[1]) / self.torso).astype(np.float32)

    @cached_property
    def oval(self) -> Points:
        """(n, 2) outline of the face: the mesh's, or an ellipse guessed from the pose where there is no mesh."""
        if self.face is not None:
            return self.face[list(FACE_OVAL)]
        eyes, mouth = self.middle(Joint.LEFT_EYE, Joint.RIGHT_EYE), self.middle(Joint.MOUTH_LEFT, Joint.MOUTH_RIGHT)
        # Proportions of a frontal head in units of eyes to mouth; a cropped head's joints are vague, so bound them.
        unit = float(np.clip(np.linalg.norm(mouth - eyes), 0.16 * self.width, 0.24 * self.width))
        up = (eyes - mouth) / (np.linalg.norm(eyes - mouth) + 1e-6)
        centre = mouth + 0.6 * unit * up
        turns = np.linspace(0.0, 2.0 * np.pi, 36, endpoint=False)
        side = np.array((-up[1], up[0]))
        out = np.sin(turns)[:, None] * side * 1.0 * unit + np.cos(turns)[:, None] * up * 1.4 * unit
        return (centre + out).astype(np.float32)

    @cached_property
    def chin(self) -> Points:
        return self.face[CHIN] if self.face is not None else self.oval[np.argmax(self.oval[:, 1])]

    @cached_property
    def face_height(self) -> float:
        return max(float(np.ptp(self.oval[:, 1])), 0.3 * self.width)

    @cached_property
    def in_oval(self) -> NDArray[np.bool_]:
        return fill(self.oval, self.shape)

    @cached_property
    def _paths(self) -> dict[tuple[Joint, ...], tuple[Floats, Floats]]:
        """What `along` found before."""
        return {}

    def along(self, *joints: Joint) -> tuple[Floats, Floats]:
        """Distance in shoulder widths to the path over these joints, and where on the path (0 … joints - 1)."""
        if joints not in self._paths:
            self._paths[joints] = distance_to_path(self.points[list(joints)], self.shape, self.width)
        return self._paths[joints]

    def arm(self, side: str) -> tuple[Floats, Floats]:
        """`along` for shoulder, elbow, wrist of the wearer's "left" or "right" arm."""
        return self.along(*ARMS[side])

    def leg(self, side: str) -> tuple[Floats, Floats]:
        """`along` for hip, knee, ankle."""
        return self.along(*LEGS[side])


ARMS: Final = {
    "left": (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    "right": (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
}
LEGS: Final = {
    "left": (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    "right": (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
}
FEET: Final = {
    "left": (Joint.LEFT_HEEL, Joint.LEFT_FOOT),
    "right": (Joint.RIGHT_HEEL, Joint.RIGHT_FOOT),
}
HANDS: Final = {
    "left": (Joint.LEFT_WRIST, Joint.LEFT_PINKY, Joint.LEFT_INDEX),
    "right": (Joint.RIGHT_WRIST, Joint.RIGHT_PINKY, Joint.RIGHT_INDEX),
}


def fill(outline: Points, shape: tuple[int, int]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
    return mask.astype(bool)


def distance_to_path(path: Points, shape: tuple[int, int], unit: float) -> tuple[Floats, Floats]:
    """For every pixel, the distance to a polyline in `unit` pixels, and where on it the nearest point lies."""
    coarse = (-(-shape[0] // COARSE), -(-shape[1] // COARSE))
    rows, columns = np.indices(coarse, dtype=np.float32) * COARSE + (COARSE - 1) / 2.0
    best = np.full(coarse, np.inf, np.float32)
    where = np.zeros(coarse, np.float32)
    for index, (start, end) in enumerate(pairwise(path)):
        way = end - start
        x, y = columns - start[0], rows - start[1]
        share = np.clip((x * way[0] + y * way[1]) / max(float(way @ way), 1e-6), 0.0, 1.0)
        distance = np.hypot(x - share * way[0], y - share * way[1])
        nearer = distance < best
        best[nearer] = distance[nearer]
        where[nearer] = index + share[nearer]
    size = (coarse[1] * COARSE, coarse[0] * COARSE)
    grown = (cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)[: shape[0], : shape[1]] for part in (best, where))
    distance, position = grown
    return np.asarray(distance / np.float32(unit), np.float32), np.asarray(position, np.float32)
