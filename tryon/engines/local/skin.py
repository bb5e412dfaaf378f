"""The colour of this person's skin, learnt from their face, or from neck, hands and arms where the head is cropped.

Nothing here knows how light or dark skin is. Skin seen in shade is learnt by darkening the samples, as shade does.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Joint, Opacity, Picture
from tryon.engines.local.body import ARMS, HANDS, Body, fill
from tryon.engines.local.colours import Bins, ColourModel, bins_of

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

MOUTH: Final = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
LEFT_EYE: Final = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
RIGHT_EYE: Final = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_BROW: Final = (276, 283, 282, 295, 285, 300, 293, 334, 296, 336)
RIGHT_BROW: Final = (46, 53, 52, 65, 55, 70, 63, 105, 66, 107)
EXPOSURES: Final = ((1.25, 0.6), (1.0, 1.0), (0.75, 0.8), (0.55, 0.6), (0.38, 0.35))
"""(Factor on linear light, weight of the samples darkened by it): folds of shade on neck, arms and legs."""
SHINE: Final = ((1.6, 0.10, 0.25), (2.4, 0.15, 0.12), (3.2, 0.25, 0.06))
"""(Factor on linear light, share of mirrored white, weight): shoulders, shins and collar bones in full light."""
BRIGHTEST: Final = 0.85
"""Linear light of the brightest channel up to which skin is thought to be lit; beyond it everything is white."""
MIN_SAMPLES: Final = 60
HUE_LOW: Final = 12.0
HUE_HIGH: Final = 88.0
"""Degrees in the a-b plane. Human skin of every tone lies between 25 and 75; only used where no face vouches."""
MIN_CHROMA: Final = 4.0


@dataclass(frozen=True, slots=True)
class Skin:
    colours: ColourModel
    lab: Floats | None
    """(3,) CIE Lab (L 0..100) median of the clean samples, or None where no skin was found."""


def learn_skin(picture: Picture, body: Body, matte: Opacity) -> Skin:
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    samples = lab[_clean_face(body) & (matte > 0.9)] if body.face is not None else np.empty((0, 3), np.float32)
    if len(samples) < MIN_SAMPLES:
        samples = _without_face(lab, body, matte)
    if len(samples) < MIN_SAMPLES:
        return Skin(ColourModel(np.empty(0, np.int32)), None)
    clean = _typical(samples)
    middle = np.median(clean, axis=0) * np.array((100.0 / 255.0, 1.0, 1.0)) - np.array((0.0, 128.0, 128.0))
    return Skin(model_of(clean), middle.astype(np.float32))


def model_of(samples: Floats) -> ColourModel:
    """(n, 3) OpenCV 8-bit Lab samples of skin, and the same skin brighter and in shade."""
    copies = [(_light(samples, factor, 0.0), weight) for factor, weight in EXPOSURES]
    copies += [(_light(samples, min(factor, _headroom(samples)), white), weight) for factor, white, weight in SHINE]
    bins = np.concatenate([bins_of(copy) for copy, _ in copies])
    return ColourModel(bins, np.concatenate([np.full(len(copy), weight, np.float32) for copy, weight in copies]))


def _headroom(lab: Floats) -> float:
    """How many times brighter the samples can be before they burn out."""
    middle = np.median(lab, axis=0)[None, None]
    rgb = cv2.cvtColor(np.round(middle).astype(np.uint8), cv2.COLOR_Lab2RGB).astype(np.float32) / 255.0
    return max(1.0, BRIGHTEST / max(float((rgb**2.2).max()), 0.01))


def _light(lab: Floats, factor: float, white: float) -> Floats:
    """What the samples look like in `factor` times the light, with a share of mirrored white light."""
    rgb = cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8)[None], cv2.COLOR_Lab2RGB).astype(np.float32) / 255.0
    linear = np.clip(rgb**2.2 * factor, 0.0, 1.0) * (1.0 - white) + 0.8 * white
    lit = np.round(linear ** (1.0 / 2.2) * 255.0).astype(np.uint8)
    return cv2.cvtColor(lit, cv2.COLOR_RGB2Lab)[0].astype(np.float32)


def learn_more(skin: Skin, bins: Bins) -> ColourModel:
    """The face's colours and those of pixels since found to be skin, half and half."""
    if bins.size < MIN_SAMPLES:
        return skin.colours
    return skin.colours.mixed_with(ColourModel(bins))


def _clean_face(body: Body) -> Mask:
    """The face less eyes, brows and mouth, and less a rim where hair and background begin."""
    assert body.face is not None
    mask = body.in_oval.astype(np.uint8)
    rim = max(1, round(0.07 * body.face_height))
    mask = np.asarray(cv2.erode(mask, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)), np.uint8)
    for feature in (MOUTH, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW):
        outline = cv2.convexHull(body.face[list(feature)])
        middle = outline.mean(0)
        cv2.fillPoly(mask, [np.round(middle + 1.3 * (outline - middle)).astype(np.int32)], 0)
    return mask.astype(bool)


def _without_face(lab: Floats, body: Body, matte: Opacity) -> Floats:
    """Samples of the first place that shows enough of what can be skin: chin and neck, hands, forearms."""
    hue = np.degrees(np.arctan2(lab[..., 2] - 128.0, lab[..., 1] - 128.0))
    chroma = np.hypot(lab[..., 2] - 128.0, lab[..., 1] - 128.0)
    possible = (hue > HUE_LOW) & (hue < HUE_HIGH) & (chroma > MIN_CHROMA) & (matte > 0.95)
    for place in _bare_places(body):
        samples = lab[place & possible]
        if len(samples) >= MIN_SAMPLES and len(samples) > 0.35 * (place & (matte > 0.95)).sum():
            return samples
    return np.empty((0, 3), np.float32)


def _bare_places(body: Body) -> list[Mask]:
    across, down = body.frame
    above = -0.12 * body.width / body.torso
    places = [(np.abs(across) < 0.12) & (down < above)]
    hands = np.zeros(body.shape, bool)
    forearms = np.zeros(body.shape, bool)
    for side in ("left", "right"):
        hands |= body.along(*HANDS[side])[0] < 0.05
        forearms |= body.along(*ARMS[side][1:])[0] < 0.05
    legs = body.along(Joint.LEFT_KNEE, Joint.LEFT_ANKLE)[0] < 0.05
    return [*places, hands, forearms, legs]


def _typical(samples: Floats) -> Floats:
    """The samples near their median: without beard, glasses, fringe and highlights."""
    middle = np.median(samples, axis=0)
    spread = np.clip(1.4826 * np.median(np.abs(samples - middle), axis=0), (4.0, 1.5, 1.5), (12.0, 4.0, 4.0))
    near = (np.abs(samples - middle) < 2.5 * spread).all(axis=1)
    return samples[near]


def hand_outline(body: Body, side: str) -> Mask:
    """The convex hull of wrist, knuckles and thumb, the fingers' length beyond."""
    first = Joint.LEFT_WRIST if side == "left" else Joint.RIGHT_WRIST
    wrist, *rest = (body.points[first + 2 * i] for i in range(4))
    tips = [wrist + 1.5 * (point - wrist) for point in rest]
    hull = cv2.convexHull(np.array([wrist, *tips], np.float32))
    return fill(np.asarray(hull[:, 0], np.float32), body.shape)
