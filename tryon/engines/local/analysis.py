"""What the local engine's eyes see, as plain arrays: the meeting point of its stages.

Conventions of the whole engine
- a picture is uint8 (height, width, 3), sRGB, RGB order; opacity is float32 (height, width) in 0..1
- a point is (x, y) in pixels of the picture it belongs to, x to the right, y down, (0, 0) the top left corner
- left and right are the WEARER'S: the wearer's left arm and left sleeve are at the picture's right
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category

Picture = NDArray[np.uint8]
Opacity = NDArray[np.float32]
Points = NDArray[np.float32]
LabelMap = NDArray[np.uint8]
Step = Callable[[str, int], None]
"""Told the name of a stage that begins and the share of the whole work done, in percent."""


class Joint(IntEnum):
    """The 33 landmarks of BlazePose, in its order."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT = 31
    RIGHT_FOOT = 32


Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("right", "left")
"""Wearer's sides in the order they appear in a front view, from the picture's left to its right."""


class BodyLabel(IntEnum):
    """What a pixel of the person's photo shows."""

    BACKGROUND = 0
    HEAD = 1
    """Face and ears."""
    HAIR = 2
    """Hair, beard excepted; headscarves and hats too."""
    NECK = 3
    """Bare skin between chin and neckline: neck and chest."""
    TOP = 4
    """Everything worn on the torso and arms: shirt, jacket, upper part of a dress, straps."""
    BOTTOM = 5
    """Trousers, skirt, lower part of a dress, belt."""
    ARM = 6
    """Bare skin of shoulder and arm down to the wrist."""
    HAND = 7
    LEG = 8
    SHOES = 9
    CARRIED = 10
    """A bag or another thing in front of the body."""
    MIDRIFF = 11
    """Bare skin between top and bottom."""


class GarmentPart(IntEnum):
    """What a pixel of the garment's picture shows."""

    OUTSIDE = 0
    TORSO = 1
    LEFT_SLEEVE = 2
    RIGHT_SLEEVE = 3
    COLLAR = 4
    """Standing or turned-down collar and lapels above the shoulder line: moves with the neck, not with the chest."""
    INNER_BACK = 5
    """The inside of the garment's back, seen through the neck opening (label, lining): hidden when worn."""
    LENS = 6
    """Eyewear: seen through. The picture shows what it makes of white light, the opacity is the share of what is seen
    that is the lens' own surface."""


@dataclass(frozen=True, slots=True)
class Pose:
    points: Points
    """(33, 2) pixels, one row a Joint; may lie outside the picture."""
    visibility: NDArray[np.float32]
    """(33,) 0..1, how likely the joint is unhidden."""
    presence: NDArray[np.float32]
    """(33,) 0..1, how likely the joint lies inside the picture."""
    world: NDArray[np.float32]
    """(33, 3) metres, hips' middle as the origin, x to the picture's right, y down, z away from the camera."""
    score: float
    """0..1, how likely there is a person at all."""
    body_mask: Opacity
    """(height, width), the pose network's own coarse mask of the person."""
    other_people: tuple[float, ...] = ()
    """Sizes of further people, relative to this one (shoulder-to-hip size, 1.0 = as large)."""


Clothes = Literal["tops", "bottoms", "dresses"]
"""Kinds of clothes for which a person's labels are tidied in different ways."""


@dataclass(frozen=True, slots=True)
class PersonAnalysis:
    """A shopper's photo, understood. Every array has the size of `picture`."""

    picture: Picture
    """The photo, at most ANALYSIS_SIDE_PX on its longest side."""
    pose: Pose
    face: Points | None
    """(468, 2) MediaPipe face mesh in pixels, or None where no face is visible (head cropped)."""
    matte: Opacity
    """Opacity of the person against the background, soft at hair."""
    labels: LabelMap
    """BodyLabel of every pixel."""
    skin_lab: NDArray[np.float32] | None
    """(3,) CIE Lab (L 0..100) median of the clean, evenly lit skin that is seen, or None where none is."""
    tidied: dict[Clothes, LabelMap] = field(default_factory=dict, init=False, compare=False)
    """Labels tidied for a kind of clothes, of the part of the picture that those are worn on; filled as they are found.
    An analysis that was changed (`dataclasses.replace`) begins with none."""


Sleeve = Literal["none", "short", "elbow", "long"]


@dataclass(frozen=True, slots=True)
class Strap:
    """A thin strap that was taken off the product's picture, to be laid over the wearer's shoulder."""

    width: float
    """Share of the chest's width, armpit to armpit."""
    colour: NDArray[np.float32]
    """(3,) sRGB 0..255."""
    pattern: Picture | None = None
    """(length, width, 3) from its foot up, square pixels, of a strap that is not of one colour."""


@dataclass(frozen=True, slots=True)
class GarmentAnalysis:
    """A product's picture, understood. Arrays have the size of the cropped cut-out, coordinates belong to it."""

    picture: Picture
    """Cropped to the garment. Colours are carried past the edge, so that no background shows at the rim."""
    opacity: Opacity
    parts: LabelMap
    """GarmentPart of every pixel."""
    category: Category
    sleeve: Sleeve
    points: Mapping[str, tuple[float, float]]
    """Named landmarks. For tops and outerwear always: neck_left, neck_right (where collar or neckline meets the
    shoulder seam), neck_front (deepest point of the front neckline), neck_back (highest point of the back neckline),
    shoulder_left, shoulder_right (shoulder points, where sleeve and shoulder seam meet), armpit_left, armpit_right,
    waist_left, waist_right (outline of the torso half way from armpit to hem), hem_left, hem_right, hem_middle.
    With sleeves also, for each side: elbow_outer_left, elbow_inner_left, cuff_outer_left, cuff_inner_left, …_right.
    Dresses have the points of tops. For bottoms always: waist_left, waist_right, waist_middle (upper edge), hip_left,
    hip_right; trousers and shorts also crotch and, for each side, knee_outer_left, knee_inner_left, hem_outer_left,
    hem_inner_left, …_right; skirts also hem_left, hem_right, hem_middle."""
    neckline: Points
    """(n, 2) front neckline from neck_right over neck_front to neck_left: below it the garment covers the wearer.
    Bottoms: the waist's upper edge, from waist_right to waist_left."""
    is_open: bool = False
    """Photographed open down the front: what is worn under it is seen."""
    quality: float = 1.0
    """0..1: how much of the landmarks was seen rather than guessed from usual proportions."""
    on_model: bool = False
    """Cut off a model who wears it: as wide as worn instead of as wide as flat, its neckline already foreshortened."""
    bare_shoulders: bool = False
    """Off-shoulder or strapless: shoulder_left and shoulder_right are the outer corners of its level upper edge."""
    straps: Mapping[Side, Strap] | None = None
    """Of a product whose thin straps were taken off its picture: neck and shoulder points are at their feet."""


def joint_of(person: PersonAnalysis, side: Side, name: str) -> Points:
    """(2,) pixels of one of a side's joints: SHOULDER, ELBOW, WRIST, HIP and so on."""
    return person.pose.points[Joint[f"{side.upper()}_{name}"]]
