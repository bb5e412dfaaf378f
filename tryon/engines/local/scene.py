"""What all stages of the parse look at: the person's part of the photo, and where on the body each pixel is."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture, Points, Pose
from tryon.engines.local.body import ARMS, FEET, HANDS, Body, Window, distance_to_path
from tryon.engines.local.colours import Bins, colour_bins
from tryon.engines.local.skin import Skin, hand_outline, learn_skin

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

MIN_SAMPLES: Final = 60
"""Pixels from which a colour can be learnt."""


class Thing(IntEnum):
    """What the colours are learnt for; skin is told apart into parts of the body afterwards."""

    SKIN = 0
    HAIR = 1
    TOP = 2
    BOTTOM = 3
    SHOES = 4
    CARRIED = 5


@dataclass(slots=True)
class Scene:
    """Everything the stages below share, at the reduced size."""

    picture: Picture
    bins: Bins
    matte: Opacity
    person: Mask
    body: Body
    skin: Skin
    skin_odds: Floats
    arms: dict[str, tuple[Floats, Floats]]
    legs: dict[str, tuple[Floats, Floats]]
    forearm: Floats
    """Distance to the nearer arm below the middle of the upper arm, in shoulder widths; large elsewhere."""
    hands: Mask
    hand: Floats
    """Distance to the nearer hand's axis, in shoulder widths."""
    feet: Floats
    """Distance to the nearer foot, in shoulder widths."""
    head: Floats
    """Distance to the face's outline in face heights, negative inside."""


def set_up(picture: Picture, pose: Pose, face: Points | None, matte: Opacity, window: Window) -> Scene:
    small, opacity = window.view(picture), window.view(matte)
    body = Body.of(pose, face, (small.shape[0], small.shape[1]), window)
    skin = learn_skin(small, body, opacity)
    bins = colour_bins(np.asarray(cv2.medianBlur(small, 3), np.uint8))
    feet = np.minimum(*(body.along(*FEET[side])[0] for side in FEET))
    arms = {side: body.arm(side) for side in ARMS}
    return Scene(
        picture=small,
        bins=bins,
        matte=opacity,
        person=opacity > 0.5,
        body=body,
        skin=skin,
        skin_odds=skin.colours.log_odds(bins),
        arms=arms,
        forearm=np.minimum(*(np.where(at > 0.6, distance, 9.0).astype(np.float32) for distance, at in arms.values())),
        legs={side: body.leg(side) for side in ARMS},
        hands=hand_outline(body, "left") | hand_outline(body, "right"),
        hand=np.minimum(*(_hand_distance(body, side) for side in HANDS)),
        feet=feet,
        head=_distance_to_oval(body),
    )


def _hand_distance(body: Body, side: str) -> Floats:
    wrist, little, index = (body[joint] for joint in HANDS[side])
    knuckles = (little + index) / 2.0
    path = np.stack((wrist, wrist + 1.9 * (knuckles - wrist)))
    return distance_to_path(path, body.shape, body.width)[0]


def _distance_to_oval(body: Body) -> Floats:
    outline = np.concatenate((body.oval, body.oval[:1]))
    distance, _ = distance_to_path(outline, body.shape, body.face_height)
    return np.where(body.in_oval, -distance, distance).astype(np.float32)


def above_chin(scene: Scene, face_heights: float = 0.3) -> Mask:
    """The rows at least so many face heights above the chin."""
    return above(scene, float(scene.body.chin[1]) - face_heights * scene.body.face_height)


def above(scene: Scene, row: float) -> Mask:
    rows = np.arange(scene.body.shape[0], dtype=np.float32)[:, None]
    return np.broadcast_to(rows < row, scene.body.shape)
