"""Skin in the shade of hair: darker and browner than the rest of it, it passes for the hair whose shade it lies in.

Hair stays before what is put on. Skin that passed for it would stand there like a hole in the new collar, or like a
bite in the shoulder.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.linear import LUMA, to_linear
from tryon.engines.local.raster import among, bits, box_of, grown, highest, opened, pieces_holding
from tryon.engines.local.skin_tone import SkinTone, learn_tone

SKIN: Final = (BodyLabel.NECK, BodyLabel.ARM)
BRIGHTEST: Final = 85.0
"""Percentile of the light on the hair beside the face: what is brighter below, and not thin, is none of it."""
LIKE_SKIN: Final = 0.3
"""Natural logarithm by which a channel differs from this person's skin in the same light at most."""
THINNEST: Final = 0.014
"""Units: half the width of what is looked at. Light on a lock of hair is narrower."""
BEYOND: Final = 0.01
"""Units from the other skin up to which such a piece hangs on it."""
LEAST: Final = 200
"""Pixels of hair that tell its colours."""
NOISE: Final = 0.012
"""Linear light added before hues are compared, for the camera's noise has any hue."""

Field = NDArray[np.float32]


def with_skin_in_the_shade(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person, with skin below the chin that passed for hair given back to neck and arms."""
    labels = person.labels
    hair = labels == BodyLabel.HAIR
    chin = round(float(figure.chin[1]))
    beside_face, low = hair[: max(chin, 0)], hair & (np.arange(len(hair))[:, None] > chin)
    if person.skin_lab is None or beside_face.sum() < LEAST or not low.any():
        return person
    picture = cv2.medianBlur(np.ascontiguousarray(person.picture), 3)
    light = to_linear(np.asarray(picture, np.uint8))
    bright = light @ LUMA
    brightest = float(np.percentile(bright[: len(beside_face)][beside_face], BRIGHTEST))
    tone = learn_tone(person, light)
    reach = max(2, round(BEYOND * figure.unit))
    box = box_of(low, 2 * reach)
    part = labels[box]
    like = low[box] & (bright[box] > brightest) & (unlike_skin(light[box], tone) < LIKE_SKIN)
    like = opened(like, max(1, round(THINNEST * figure.unit)), round_=True)
    skin = among(part, SKIN)
    found = pieces_holding(like, grown(bits(skin), reach) > 0)
    if not found.any():
        return person
    labels = labels.copy()
    labels[box][found] = _nearest(part, skin)[found]
    return replace(person, labels=labels)


def unlike_skin(light: Field, tone: SkinTone) -> Field:
    """(h, w) natural logarithm by which the hue of each pixel differs from that of skin in the same light."""
    log = np.log(light + np.float32(NOISE))
    bright = np.log(light @ LUMA + np.float32(NOISE))
    return np.asarray(highest(np.abs(log - tone.offset - tone.slope * bright[..., None])), np.float32)


def _nearest(labels: LabelMap, mask: NDArray[np.bool_]) -> LabelMap:
    """For every pixel the label of the nearest one in the mask."""
    _, nearest = cv2.distanceTransformWithLabels(bits(~mask), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    names = np.zeros(int(nearest.max()) + 1, np.uint8)
    names[nearest[mask]] = labels[mask]
    return names[nearest]
