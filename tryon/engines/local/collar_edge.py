"""The edge between the old collar and skin: pieces of the collar or of its shadow that passed for head, hair or neck.

What is labelled head or hair stays before new clothes as it is in the photo, so it must not reach to the old collar,
whose colour and shadow lie on the skin beside it.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis
from tryon.engines.local.body import Body, fill
from tryon.engines.local.figure import Figure
from tryon.engines.local.raster import among, bits, depth

JAW_UNITS: Final = 0.09
"""So near to the old collar, and below the mouth, head is neck: that is cleaned of the collar's shadow and rim."""

RIM_UNITS: Final = 0.02
"""Skin between collar and background that is lower than this is the collar's lit upper rim, or its last tip."""

STRAND_UNITS: Final = 0.06
"""Hair beside the neck that is narrower than this is the neck's shaded side where it reaches the collar."""

GUESSED_CHIN: Final = 0.3
"""Of the way from nose to mouth: so far below the mouth ends a jaw that the frame cuts. The pose sees such faces too
low and too long; at the usual 1.1 its chin lies on the throat."""

NECK_REACH: Final = 0.5
"""Units to both sides of the neck's middle where a collar can be."""


def with_skin_up_to_the_collar(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person: a jaw that lies on the old collar, and what is below a jaw that was guessed, is neck there, and
    the collar's upper rim belongs to it."""
    root = (figure.neck_root["left"] + figure.neck_root["right"]) / 2
    points = person.pose.points
    mouth = (points[Joint.MOUTH_LEFT] + points[Joint.MOUTH_RIGHT]) / 2
    reach = NECK_REACH * figure.unit
    upper, left = max(0, round(float(mouth[1]))), max(0, round(float(root[0] - reach)))
    lower, right = max(upper, round(float(root[1] + reach / 2))), max(left, round(float(root[0] + reach)))
    part = np.ascontiguousarray(person.labels[upper:lower, left:right])
    if not (part == BodyLabel.TOP).any():
        return person
    part = _with_neck_on_the_collar(part, _below_a_guessed_jaw(person)[upper:lower, left:right], figure.unit)
    labels = person.labels.copy()
    labels[upper:lower, left:right] = np.where(_upper_rim(part, figure.unit), np.uint8(BodyLabel.TOP), part)
    return replace(person, labels=labels)


def _below_a_guessed_jaw(person: PersonAnalysis) -> NDArray[np.bool_]:
    """(h, w) what lies outside the oval of a face that the frame cuts, moved up to where such a jaw ends; nothing where
    the face is seen."""
    shape = (person.labels.shape[0], person.labels.shape[1])
    if person.face is not None or not _is_cut(person.labels):
        return np.zeros(shape, np.bool_)
    body = Body.of(person.pose, None, shape)
    mouth = body.middle(Joint.MOUTH_LEFT, Joint.MOUTH_RIGHT)
    chin = float(mouth[1] + (mouth[1] - body[Joint.NOSE][1]) * GUESSED_CHIN)
    up = np.asarray((0.0, min(0.0, chin - float(body.chin[1]))), np.float32)
    return ~fill(body.oval + up, shape)


def _is_cut(labels: LabelMap) -> bool:
    """Whether the head, not only its hair, reaches the frame's upper edge."""
    return bool((labels[0] == BodyLabel.HEAD).any())


def _with_neck_on_the_collar(labels: LabelMap, below: NDArray[np.bool_], unit: float) -> LabelMap:
    """Head and narrow hair that lie on the collar turned into neck, as is all head that is `below` the jaw; a chin with
    background below it hangs free."""
    near = depth(bits(labels != BodyLabel.TOP)) < JAW_UNITS * unit
    hair, width = bits(labels == BodyLabel.HAIR), max(2, round(STRAND_UNITS * unit))
    across = np.ones((1, width), np.uint8)
    # The end of a lock is narrow too, but hangs on broad hair.
    broad = np.asarray(cv2.morphologyEx(hair, cv2.MORPH_OPEN, across), np.uint8)
    narrow = hair & (depth(1 - broad) > JAW_UNITS * unit)
    beside = cv2.dilate(bits(labels == BodyLabel.NECK), np.ones((1, 2 * width + 1), np.uint8))
    own = (labels == BodyLabel.HEAD) | ((narrow & beside) > 0)
    body = among(labels, (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.HAIR))
    # The first row below each pixel that shows neither skin nor hair.
    rows = np.where(body, len(labels) - 1, np.arange(len(labels))[:, None])
    first = np.minimum.accumulate(rows[::-1], axis=0)[::-1]
    resting = np.take_along_axis(labels, first, axis=0) != BodyLabel.BACKGROUND
    neck = own & near | (labels == BodyLabel.HEAD) & below
    return np.where(neck & resting, np.uint8(BodyLabel.NECK), labels)


def _upper_rim(labels: LabelMap, unit: float) -> NDArray[np.bool_]:
    """Skin in low runs with background above and the collar below."""
    skin, high = bits(among(labels, (BodyLabel.HEAD, BodyLabel.NECK))), max(2, round(RIM_UNITS * unit))
    low = skin & (1 - np.asarray(cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((high, 1), np.uint8)), np.uint8))
    downwards = np.ones((2 * high + 1, 1), np.uint8)
    downwards[:high] = 0
    above = cv2.dilate(bits(labels == BodyLabel.BACKGROUND), downwards[::-1].copy())
    below = cv2.dilate(bits(labels == BodyLabel.TOP), downwards)
    return np.asarray((low & above & below) > 0)
