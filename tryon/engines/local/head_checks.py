"""What is asked of every picture with something new on the head: what must not have changed, and whether it sits."""

from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, Joint, Opacity, PersonAnalysis, Picture
from tryon.engines.local.checks import CHANGED, Limits
from tryon.engines.local.enlarging import Box
from tryon.engines.local.heads import EYES_MIDDLE, Head

UNTOUCHED: Final = 0.02
"""Share of light a pixel may lose and still counts as bare face."""

HEAD_LIMITS: Final[Limits] = {
    "face_identical": (0.97, 1.0),
    "outside_identical": (1.0, 1.0),
    "colour_error": (0.0, 12.0),
    "centred": (0.55, 1.0),
    "level": (0.88, 1.0),
}


def kept_face(before: Picture, after: Picture, person: PersonAnalysis, cover: Opacity) -> float:
    """Share of the face's pixels, outside of what was covered, tinted or shaded, that did not visibly change."""
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    bare = (person.labels == BodyLabel.HEAD) & (cover < UNTOUCHED)
    return float(1.0 - changed[bare].mean()) if bare.any() else 1.0


def seat(person: PersonAnalysis, head: Head) -> dict[str, float]:
    """`centred` and `level` compare the head with the eyes as the pose network sees them, which had no part in placing
    anything: 1 less their distance in eye distances, and 1 less their tilt in units of 90 degrees."""
    points = person.pose.points
    across = points[Joint.LEFT_EYE] - points[Joint.RIGHT_EYE]
    between = (points[Joint.LEFT_EYE] + points[Joint.RIGHT_EYE]) / 2
    off = np.linalg.norm(head.at(np.array(EYES_MIDDLE)) - between) / max(float(np.linalg.norm(across)), 1.0)
    tilt = abs(float(np.degrees(np.arctan2(across[1], across[0]))) - head.roll)
    return {"centred": max(1.0 - float(off), 0.0), "level": 1.0 - tilt / 90.0}


def part_of(picture: Picture, box: Box) -> Picture:
    return picture[box[1] : box[3], box[0] : box[2]]
