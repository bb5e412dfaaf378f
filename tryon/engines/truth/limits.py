"""Which scores a picture needs, and the word for each that it lacks."""

from collections.abc import Mapping
from typing import Final

LIMITS: Final[Mapping[str, tuple[float, str]]] = {
    "proportions": (0.6, "other_proportions"),
    "person": (0.5, "person_gone"),
    "framing": (0.5, "other_framing"),
    "alone": (0.75, "somebody_added"),
    "face_shape": (0.5, "other_face"),
    "face_place": (0.5, "other_face"),
    "face_detail": (0.86, "other_face"),
    "face_relief": (0.8, "other_face"),
    "face_colour": (0.6, "other_face"),
    "pose": (0.5, "other_pose"),
    "background": (0.88, "other_background"),
    "kept": (0.45, "other_picture"),
    "elsewhere": (0.6, "changed_elsewhere"),
    "light": (0.4, "other_light"),
    "changed": (0.35, "product_missing"),
    "colour": (0.6, "other_colours"),
}
"""Of each score the least that is shown, and the reason where it is less; gravest first. `colour` stands for the score
of every category."""


def first_failure(scores: Mapping[str, float]) -> str:
    """The reason of the gravest score below its limit, or nothing."""
    for name, (least, reason) in LIMITS.items():
        mine = [value for key, value in scores.items() if key == name or key.startswith(f"{name}_")]
        if mine and min(mine) < least:
            return reason
    return ""
