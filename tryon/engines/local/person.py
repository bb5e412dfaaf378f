"""The eyes' whole look at a shopper's photo: what is analysed for dressing, and what is checked before."""

from typing import Final

from tryon.engines.errors import NoPersonFound
from tryon.engines.local.analysis import PersonAnalysis, Picture
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.face import find_face
from tryon.engines.local.parse import find_labels
from tryon.engines.local.pose import find_pose
from tryon.engines.local.silhouette import find_silhouette

ANALYSIS_SIDE_PX: Final = 1400
"""Photos are analysed and dressed at most this large on their longest side."""


def analyse_person(picture: Picture, eyes: Eyes) -> PersonAnalysis:
    """Pose, face, silhouette and labels of the largest person. Raises NoPersonFound where there is none."""
    pose = find_pose(picture, eyes)
    if pose is None:
        raise NoPersonFound(reason="nobody_detected")
    face = find_face(picture, pose, eyes)
    matte = find_silhouette(picture, pose, eyes)
    labels, skin_lab = find_labels(picture, pose, face, matte)
    return PersonAnalysis(picture, pose, face, matte, labels, skin_lab)
