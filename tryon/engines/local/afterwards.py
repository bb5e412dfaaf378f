"""What is known of a person once a garment was put on them, so that the next product of an outfit need not look again.

The engine knows what it painted: cloth where the new garment is seen, and where the old one was taken off, skin, the
bottom garment or the background. To guess that from the made picture would take as long as the first look, and goes
wrong where new cloth has the colour of hair or skin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, Opacity, PersonAnalysis, Picture, Points, Pose
from tryon.engines.local.enlarging import Box, resized_field
from tryon.engines.local.removal import Undressed

SEEN: Final = 0.5
"""From this opacity on, a pixel shows the upper of two things."""
TRUNK_SHARE: Final = 0.7
"""Of the way from the body's middle to the shoulder joint: made-up skin as far out as this is the chest's."""
WAIST_SHARE: Final = 0.5
"""Of the way from shoulders to hips: bare skin above it belongs to the neckline, below it to a gap above the waist."""

LIMBS: Final = (
    (BodyLabel.ARM, (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST)),
    (BodyLabel.ARM, (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)),
    (BodyLabel.LEG, (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)),
    (BodyLabel.LEG, (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)),
)


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What the part of the photo that was worked on shows now."""

    box: Box
    """In the pixels of the analysis; labels and matte have its size."""
    labels: LabelMap
    matte: Opacity


def look_afterwards(
    before: PersonAnalysis, box: Box, off: Sequence[BodyLabel], worn: LabelMap | BodyLabel, visible: Opacity,
    bare: Undressed,
) -> Afterwards:  # fmt: skip
    """What `box` shows after clothes labelled `off` gave way to one that is now to be labelled `worn`.

    `before` is the person in the box, `visible` what is seen of the new garment at any size, `bare` what stands where
    the old clothes were, at the size of `before`.
    """
    seen = resized_field(visible, before.labels.shape)
    old = np.isin(before.labels, off)
    bared = old & (bare.opacity > SEEN) & (seen < SEEN)
    behind = np.where(bare.bottom > SEEN, np.uint8(BodyLabel.BOTTOM), np.uint8(BodyLabel.BACKGROUND))
    shown = np.where(bare.skin > SEEN, skin_labels(before.pose, old.shape), behind)
    labels = np.where(seen >= SEEN, worn, np.where(bared, shown, before.labels)).astype(np.uint8)
    kept = before.matte * np.where(old | (before.labels == BodyLabel.BACKGROUND), 1 - bare.opacity, np.float32(1.0))
    body = bared & (labels != BodyLabel.BACKGROUND)
    return Afterwards(box, labels, np.maximum(np.maximum(kept, seen), body).astype(np.float32))


def skin_labels(pose: Pose, shape: tuple[int, ...]) -> LabelMap:
    """(h, w) which skin a bare pixel would be: that of the nearest limb, or of the trunk."""
    canvas = np.zeros(shape[:2], np.uint8)
    for label, joints in LIMBS:
        cv2.polylines(canvas, [_pixels(pose.points[list(joints)])], False, int(label), 1)
    shoulders, hips = (
        pose.points[list(pair)]
        for pair in ((Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER), (Joint.RIGHT_HIP, Joint.LEFT_HIP))
    )
    shoulders = shoulders.mean(axis=0) + (shoulders - shoulders.mean(axis=0)) * np.float32(TRUNK_SHARE)
    waist = shoulders + (hips - shoulders) * np.float32(WAIST_SHARE)
    head = pose.points[[Joint.NOSE]]
    cv2.fillPoly(canvas, [_pixels(np.vstack([shoulders, waist[::-1]]))], int(BodyLabel.NECK))
    cv2.fillPoly(canvas, [_pixels(np.vstack([waist, hips[::-1]]))], int(BodyLabel.MIDRIFF))
    cv2.polylines(canvas, [_pixels(np.vstack([shoulders.mean(axis=0), head]))], False, int(BodyLabel.NECK), 1)
    if not canvas.any():
        return canvas
    empty = (canvas == 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros(int(nearest.max()) + 1, np.uint8)
    table[nearest[canvas > 0]] = canvas[canvas > 0]
    return table[nearest]


def person_afterwards(person: PersonAnalysis, picture: Picture, change: Afterwards | None) -> PersonAnalysis:
    """The analysis of the made picture (of the analysis' size); joints and face are where they were.

    Without a `change`, as with shoes, glasses and hats, the labels remain: nothing that comes later asks for them.
    """
    if change is None:
        return replace(person, picture=picture)
    left, upper, right, lower = change.box
    labels, matte = person.labels.copy(), person.matte.copy()
    labels[upper:lower, left:right], matte[upper:lower, left:right] = change.labels, change.matte
    return replace(person, picture=picture, labels=labels, matte=matte)


def _pixels(points: Points) -> NDArray[np.int32]:
    return np.rint(points).astype(np.int32)
