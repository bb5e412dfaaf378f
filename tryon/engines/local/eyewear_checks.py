"""Looks at a face with new glasses: what must not have changed, and whether they sit straight before the eyes."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, GarmentPart, Joint, Picture
from tryon.engines.local.checks import CHANGED, Limits
from tryon.engines.local.eyewear_dressing import DressedGlasses
from tryon.engines.local.heads import EYES_MIDDLE
from tryon.engines.local.linear import difference, to_lab
from tryon.engines.local.raster import bits, disc

UNTOUCHED: Final = 0.02
"""Share of light a pixel may lose and still counts as bare face."""
ENOUGH_PX: Final = 60
"""A rim thinner than a pixel nowhere shows its own colour."""

EYEWEAR_LIMITS: Final[Limits] = {
    "face_identical": (0.97, 1.0),
    "outside_identical": (1.0, 1.0),
    "colour_error": (0.0, 12.0),
    "centred": (0.55, 1.0),
    "level": (0.88, 1.0),
}


def score_glasses(photo: Picture, dressed: DressedGlasses, garment: GarmentAnalysis) -> dict[str, float]:
    """`centred` and `level` compare the head with the eyes as the pose network sees them, which had no part in placing
    the glasses: 1 less their distance in eye distances, and 1 less their tilt in units of 90 degrees."""
    left, upper, right, lower = dressed.box
    window = np.s_[upper:lower, left:right]
    before, after = photo[window], dressed.picture[window]
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    bare = (dressed.person.labels == BodyLabel.HEAD) & (dressed.cover < UNTOUCHED)
    centred, level = _seat(dressed)
    return {
        "face_identical": float(1.0 - changed[bare].mean()) if bare.any() else 1.0,
        "outside_identical": float(np.array_equal(photo[~dressed.edited], dressed.picture[~dressed.edited])),
        "colour_error": _colour_error(after, dressed, garment),
        "centred": centred,
        "level": level,
    }


def _colour_error(after: Picture, dressed: DressedGlasses, garment: GarmentAnalysis) -> float:
    """CIEDE2000 between the median colours of the product's frame and of the worn one; 0 where the rims are so thin
    that no pixel shows them alone."""
    shown = cv2.erode(bits(dressed.frame > 0.95), disc(1)) > 0
    product = (garment.parts == GarmentPart.TORSO) & (garment.opacity > 0.95)
    if shown.sum() < ENOUGH_PX or product.sum() < ENOUGH_PX:
        return 0.0
    wanted = np.median(to_lab(garment.picture[product]), axis=0)
    return difference(wanted, np.median(to_lab(after[shown]), axis=0))


def _seat(dressed: DressedGlasses) -> tuple[float, float]:
    points, head = dressed.person.pose.points, dressed.target.head
    across = points[Joint.LEFT_EYE] - points[Joint.RIGHT_EYE]
    between = (points[Joint.LEFT_EYE] + points[Joint.RIGHT_EYE]) / 2
    off = np.linalg.norm(head.at(np.array(EYES_MIDDLE)) - between) / max(float(np.linalg.norm(across)), 1.0)
    tilt = abs(float(np.degrees(np.arctan2(across[1], across[0]))) - head.roll)
    return max(1.0 - float(off), 0.0), 1.0 - tilt / 90.0
