"""Whether top and bottom are one piece of cloth, a dress; parted for a new bottom, it gets a hem as a top has one."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.raster import grown
from tryon.engines.local.relabelling import same_colours

AROUND_UNITS: Final = (0.03, 0.22)
"""The cloth of top and bottom is compared from so far beside the edge between them to so far."""
MIDDLE_UNITS: Final = 0.3
"""So far to both sides of the body's axis the edge is known best."""
SAG_UNITS: Final = 0.045
"""A hem goes around the body: seen from chest height, its middle hangs lower than its sides."""
HALF_UNITS: Final = 0.55
"""Where its sides are."""
SLEEVE_UNITS: Final = 0.17
"""What is so near to the forearm's bones is a sleeve."""
BARE: Final = 0.4
"""Share of the forearm's line over bare arm, from which on it has none."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def with_even_hem(labels: LabelMap, lab: Field, person: PersonAnalysis, figure: Figure) -> LabelMap:
    """The labels with an even edge between top and bottom where both are one piece of cloth.

    Where there is a hem to be seen it stays as it is. `lab` is the picture in 8-bit Lab.
    """
    top, bottom = labels == BodyLabel.TOP, labels == BodyLabel.BOTTOM
    columns = np.arange(labels.shape[1])
    middle = np.abs(columns - figure.hip_middle[0]) < MIDDLE_UNITS * figure.unit
    below = bottom.argmax(axis=0)
    known = middle & bottom.any(axis=0) & top[np.maximum(below - 2, 0), columns]
    if known.sum() < MIDDLE_UNITS * figure.unit:
        return labels
    level = float(np.median(below[known]))
    if not cloth_goes_on(labels, lab, figure, level):
        return labels
    rows = np.arange(labels.shape[0])[:, None]
    away = np.clip(np.abs(columns - figure.hip_middle[0]) / (HALF_UNITS * figure.unit), 0.0, 1.5)
    hem = level - SAG_UNITS * figure.unit * (away**2 - float((away[known] ** 2).mean()))
    body = (top | bottom) & ~_sleeves(person, figure.unit)
    even = np.where(body & bottom & (rows < hem), np.uint8(BodyLabel.TOP), labels)
    return np.where(body & top & (rows >= hem), np.uint8(BodyLabel.BOTTOM), even)


def is_one_piece(person: PersonAnalysis, figure: Figure, level: float) -> bool:
    """Whether the edge between top and bottom at this torso level is a line drawn through one cloth."""
    rows = np.s_[: round(float(figure.at_level(level)[1] + figure.unit))]
    lab = cv2.cvtColor(np.ascontiguousarray(person.picture[rows]), cv2.COLOR_RGB2Lab).astype(np.float32)
    return cloth_goes_on(person.labels[rows], lab, figure, float(figure.at_level(level)[1]))


def cloth_goes_on(labels: LabelMap, lab: Field, figure: Figure, level: float) -> bool:
    """Whether top and bottom have the same colours above and below the row `level`, the edge between them."""
    rows, columns = np.arange(labels.shape[0])[:, None], np.arange(labels.shape[1])
    middle = np.abs(columns - figure.hip_middle[0]) < MIDDLE_UNITS * figure.unit
    near, far = (reach * figure.unit for reach in AROUND_UNITS)
    above = (labels == BodyLabel.TOP) & middle & (rows < level - near) & (rows > level - far)
    below = (labels == BodyLabel.BOTTOM) & middle & (rows > level + near) & (rows < level + far)
    return same_colours(lab, above, below)


def _sleeves(person: PersonAnalysis, unit: float) -> Mask:
    """Around the forearms that are not bare."""
    canvas = np.zeros(person.labels.shape, np.uint8)
    for side in ("LEFT", "RIGHT"):
        bones = person.pose.points[[Joint[f"{side}_ELBOW"], Joint[f"{side}_WRIST"]]]
        along = np.zeros_like(canvas)
        cv2.polylines(along, [np.rint(bones).astype(np.int32)], False, 1, 3)
        seen = person.labels[along > 0]
        if seen.size and float((seen == BodyLabel.ARM).mean()) < BARE:
            canvas |= grown(along, round(SLEEVE_UNITS * unit), round_=True)
    return canvas > 0
