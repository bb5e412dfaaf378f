"""The photo as the judge sees it: reduced, with the regions where a try-on may, must and must not change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.base import Category, Garment
from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis, Picture, Points
from tryon.engines.local.body import FACE_OVAL
from tryon.engines.truth.faces import is_whole
from tryon.engines.truth.frame import Mask

SEEN_SIDE_PX: Final = 640
"""Longest side of the pictures that are compared: finer detail may be redrawn by any provider."""
SEEN_JOINT: Final = 0.5
"""Least presence and visibility of a joint that is believed."""

UPPER: Final = (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.NECK, BodyLabel.MIDRIFF, BodyLabel.CARRIED)
LOWER: Final = (BodyLabel.BOTTOM, BodyLabel.LEG, BodyLabel.MIDRIFF)
REACH: Final[dict[Category, float]] = {
    "tops": 0.28, "outerwear": 0.4, "bottoms": 0.3, "dresses": 0.4, "footwear": 0.25, "eyewear": 0.1, "headwear": 0.2,
}  # fmt: skip
"""How far beyond what is worn there now a product of each kind may reach, in shoulder widths."""
HEAD_ONLY: Final[frozenset[Category]] = frozenset({"eyewear", "headwear"})
BROW: Final = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
"""Mesh points of the brows."""
EYE_BAND: Final = (127, 34, 143, 356, 264, 372, 70, 105, 107, 336, 334, 300, 117, 346, 6, 197, 195)
"""Mesh points around which glasses lie, from temple to temple and from the brows down to the cheek bones."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Every array and point has the size of `picture`."""

    picture: Picture
    person: PersonAnalysis | None
    """At the size it was analysed at; None where nobody is seen (a photo of feet alone)."""
    scale: float
    """Of `picture` relative to the analysis."""
    points: Points
    """(33, 2), empty where nobody is seen."""
    seen: Mask
    """(33,) which joints can be believed."""
    face: Points | None
    labels: LabelMap
    inside: Mask
    """The person."""
    unit: float
    """Shoulder width in pixels."""
    zone: Mask
    """Where the products of the request may change the photo."""
    categories: tuple[Category, ...]
    """Of the products of the request."""
    oval: Mask
    """The face, less where glasses or a hat go."""

    @property
    def steady(self) -> Mask:
        return ~self.zone

    def core(self, garment: Garment) -> Mask:
        """Where this product must be seen if it is worn."""
        return core_of(self, garment.category)


def scene_of(photo: Picture, person: PersonAnalysis | None, garments: Sequence[Garment]) -> Scene:
    """`photo` at any size, of the proportions it was analysed in."""
    factor = min(1.0, SEEN_SIDE_PX / max(photo.shape[:2]))
    width, height = round(photo.shape[1] * factor), round(photo.shape[0] * factor)
    picture = np.asarray(cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    nothing = np.zeros((height, width), bool)
    kinds = tuple(dict.fromkeys(garment.category for garment in garments))
    if person is None:
        none = np.zeros((0, 2), np.float32)
        labels = nothing.astype(np.uint8)
        whole = ~nothing
        return Scene(picture, None, 1.0, none, nothing[:0, 0], None, labels, nothing, width / 4, whole, kinds, nothing)
    scale = width / person.picture.shape[1]
    points = person.pose.points * np.float32(scale)
    labels = np.asarray(cv2.resize(person.labels, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
    matte = cv2.resize(person.matte, (width, height), interpolation=cv2.INTER_AREA)
    in_frame = (points >= 0).all(1) & (points < (width, height)).all(1)
    seen = in_frame & (person.pose.presence >= SEEN_JOINT) & (person.pose.visibility >= SEEN_JOINT)
    face = None if person.face is None else person.face * np.float32(scale)
    unit = _unit(points)
    bare = Scene(picture, person, scale, points, seen, face, labels, matte > 0.5, unit, nothing, kinds, nothing)
    zone = np.zeros((height, width), bool)
    for category in kinds:
        zone |= zone_of(bare, category)
    oval = _oval(bare)
    if face is not None and not is_whole(face, (height, width)):
        oval &= ~zone  # a mesh that the frame cuts off is a guess, and may lie on the clothes
    if not HEAD_ONLY.intersection(kinds):
        zone &= labels != BodyLabel.HEAD
    return replace(bare, zone=zone & ~oval, oval=oval)


def _unit(points: Points) -> float:
    shoulders = float(np.linalg.norm(points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER]))
    hips = points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(0)
    middle = points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(0)
    return max(shoulders, 0.55 * float(np.linalg.norm(hips - middle)), 8.0)


# ---- where a product may be


def zone_of(scene: Scene, category: Category) -> Mask:
    reach = REACH[category] * scene.unit
    if category in HEAD_ONLY:
        return _head_zone(scene, category)
    if category == "footwear":
        return _grown(_feet(scene), reach)
    hips = float(scene.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP], 1].mean())
    rows = np.arange(scene.labels.shape[0])[:, None]
    upper = np.isin(scene.labels, UPPER) | (
        np.isin(scene.labels, (BodyLabel.BOTTOM, BodyLabel.LEG)) & (rows < hips + 0.7 * scene.unit)
    )
    lower = np.isin(scene.labels, LOWER) | (np.isin(scene.labels, UPPER) & (rows > hips - 0.7 * scene.unit))
    if category in ("tops", "outerwear"):
        return _grown(upper, reach)
    lower = _hull(lower & scene.inside)
    if category == "bottoms":
        return _grown(lower, reach) & (rows > hips - 0.9 * scene.unit)
    return _grown(upper | lower, reach)


def _feet(scene: Scene) -> Mask:
    rows = np.arange(scene.labels.shape[0])[:, None]
    shins = []
    for side in ("LEFT", "RIGHT"):
        knee, ankle = scene.points[Joint[f"{side}_KNEE"]], scene.points[Joint[f"{side}_ANKLE"]]
        shins.append(float(ankle[1] - 0.6 * (ankle[1] - knee[1])))
    low = np.isin(scene.labels, (BodyLabel.LEG, BodyLabel.BOTTOM, BodyLabel.SHOES)) & (rows > min(shins))
    return low | (scene.labels == BodyLabel.SHOES) | _soles(scene)


def _head_zone(scene: Scene, category: Category) -> Mask:
    if scene.face is None:
        head = np.isin(scene.labels, (BodyLabel.HEAD, BodyLabel.HAIR))
        return _grown(head, 0.3 * scene.unit)
    wide = float(np.ptp(scene.face[:, 0]))
    if category == "eyewear":
        return _grown(_polygon(scene, scene.face[list(EYE_BAND)]), 0.1 * wide)
    rows = np.arange(scene.labels.shape[0])[:, None]
    brow = float(scene.face[list(BROW), 1].max())
    hair = np.isin(scene.labels, (BodyLabel.HEAD, BodyLabel.HAIR)) & (rows < brow + 0.1 * wide)
    crown = scene.face[list(FACE_OVAL)]
    tall = _polygon(scene, np.concatenate((crown, crown - (0, 0.9 * wide)))) & (rows < brow)
    return _grown(hair | tall, 0.6 * wide) & (rows < brow + 0.35 * wide)


def _oval(scene: Scene) -> Mask:
    if scene.face is None:
        return np.zeros(scene.labels.shape, bool)
    oval = _polygon(scene, scene.face[list(FACE_OVAL)])
    for category in HEAD_ONLY.intersection(scene.categories):
        oval &= ~zone_of(scene, category)
    return oval


# ---- where it must be


def core_of(scene: Scene, category: Category) -> Mask:
    if scene.person is None:
        return np.ones(scene.labels.shape, bool)
    if category in HEAD_ONLY:
        return _head_zone(scene, category)
    if category == "footwear":
        shoes = scene.labels == BodyLabel.SHOES
        return _grown(shoes, 0.03 * scene.unit) | _grown(_soles(scene), 0.05 * scene.unit)
    kept = np.isin(scene.labels, (BodyLabel.HAND, BodyLabel.HAIR, BodyLabel.HEAD, BodyLabel.CARRIED))
    torso, seat = _torso(scene), _seat(scene)
    body = torso if category in ("tops", "outerwear") else seat if category == "bottoms" else torso | seat
    return body & scene.inside & ~_grown(kept, 0.05 * scene.unit)


def _torso(scene: Scene) -> Mask:
    left, right = scene.points[Joint.LEFT_SHOULDER], scene.points[Joint.RIGHT_SHOULDER]
    hips = scene.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]]
    middle = (left + right) / 2
    down = hips.mean(0) - middle
    top, bottom = middle + 0.25 * down, middle + 0.85 * down
    across = 0.38 * (left - right)
    return _polygon(scene, np.array((top + across, top - across, bottom - 0.8 * across, bottom + 0.8 * across)))


def _seat(scene: Scene) -> Mask:
    """From the hips to the upper half of the thighs, where even shorts and short skirts are."""
    left, right = scene.points[Joint.LEFT_HIP], scene.points[Joint.RIGHT_HIP]
    knees = scene.points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE]]
    across = 0.35 * (left - right)
    to_left, to_right = left + 0.4 * (knees[0] - left), right + 0.4 * (knees[1] - right)
    return _polygon(scene, np.array((left + across, right - across, to_right - across, to_left + across)))


def _soles(scene: Scene) -> Mask:
    drawn = np.zeros(scene.labels.shape, np.uint8)
    for side in ("LEFT", "RIGHT"):
        foot = np.array([scene.points[Joint[f"{side}_{name}"]] for name in ("ANKLE", "HEEL", "FOOT")])
        cv2.fillConvexPoly(drawn, cv2.convexHull(np.rint(foot).astype(np.int32)), 1)
    return drawn > 0


# ---- shapes


def _polygon(scene: Scene, points: Points) -> Mask:
    drawn = np.zeros(scene.labels.shape, np.uint8)
    cv2.fillConvexPoly(drawn, cv2.convexHull(np.rint(points).astype(np.int32)), 1)
    return drawn > 0


def _hull(mask: Mask) -> Mask:
    """The convex hull of everything in the mask."""
    drawn = mask.astype(np.uint8)
    points = cv2.findNonZero(drawn)
    if points is not None:
        cv2.fillConvexPoly(drawn, cv2.convexHull(points), 1)
    return drawn > 0


def _grown(mask: Mask, pixels: float) -> Mask:
    if not mask.any():
        return mask
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3) <= max(1.0, pixels))
