"""Every measure of a candidate against the photo, as a score from 0 (as bad as can be) to 1 (nothing to object)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.base import Garment
from tryon.engines.errors import EngineRefusal
from tryon.engines.local.analysis import Joint, Picture, Points, Pose
from tryon.engines.truth import faces
from tryon.engines.truth.changes import Floats, Tone, difference, fit_tone, share_unchanged
from tryon.engines.truth.colours import nearness, product_colours, worn_colours
from tryon.engines.truth.frame import Mask, Placement, place
from tryon.engines.truth.looks import Looks
from tryon.engines.truth.scene import HEAD_ONLY, SEEN_JOINT, Scene

DRIFT_WORST: Final = 0.05
"""Of the diagonal: a corner that has moved this far gives 0."""
SCALE_WORST: Final = 0.08
LIGHT_WORST: Final = 60.0
"""Of 255."""
SHAPE_WORST: Final = 0.25
PLACE_WORST: Final = 0.6
"""Distances of the eyes' corners."""
COLOUR_WORST: Final = 25.0
"""CIE76 distance between the faces' colours once the light is the same."""
POSE_WORST: Final = 1.0
"""Shoulder widths."""
CHANGED_FULLY: Final = 0.4
"""A region counts as wholly changed from this share on: a product may have the old one's colour in parts."""
SMALL_CHANGED_FULLY: Final = 0.1
"""The same where the region is much larger than the product: glasses on a face, shoes in a picture of feet."""
WORN: Final = 6.0
"""CIE76 distance from which a pixel of such a region is the product's."""
LIMBS: Final = tuple(
    Joint[f"{side}_{name}"]
    for side in ("LEFT", "RIGHT")
    for name in ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A candidate beside the photo, at the scene's size."""

    scene: Scene
    laid: Picture
    """Laid on the photo's frame, its light that of the photo."""
    placement: Placement
    tone: Tone
    different: Floats
    covered: Mask
    """Where the candidate shows anything."""
    glance: tuple[Pose, Points | None] | None
    """Of the candidate, in its own pixels at the scene's size."""


def compare(scene: Scene, candidate: Picture, glance: tuple[Pose, Points | None] | None) -> Compared:
    """`candidate` in the photo's proportions, at any size; `glance` in its pixels."""
    height, width = scene.picture.shape[:2]
    small = np.asarray(cv2.resize(candidate, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if glance is not None:
        glance = _scaled(glance, width / candidate.shape[1])
    # Where nobody is seen the zone is all of the picture: what most of it says of the movement must do.
    steady = scene.steady if scene.person is not None else np.ones((height, width), bool)
    placement = place(scene.picture, small, steady, _landmarks(scene, glance))
    laid, covered = placement.warp(small), placement.covered((height, width))
    tone = fit_tone(scene.picture, laid, steady & covered)
    laid = tone.apply(laid)
    return Compared(scene, laid, placement, tone, difference(scene.picture, laid), covered, glance)


def _scaled(glance: tuple[Pose, Points | None], factor: float) -> tuple[Pose, Points | None]:
    pose, face = glance
    scaled = replace(pose, points=pose.points * np.float32(factor))
    return scaled, None if face is None else face * np.float32(factor)


def _landmarks(scene: Scene, glance: tuple[Pose, Points | None] | None) -> tuple[Points, Points] | None:
    if glance is None or scene.person is None:
        return None
    pose, face = glance
    if scene.face is not None and face is not None:
        return face, scene.face
    both = scene.seen & (pose.presence >= SEEN_JOINT)
    return pose.points[both], scene.points[both]


def framing(compared: Compared) -> float:
    """1: every corner where it was, at the same scale."""
    drift = compared.placement.drift(compared.scene.labels.shape) / DRIFT_WORST
    scale = abs(compared.placement.scale - 1.0) / SCALE_WORST
    return _score(max(drift, scale))


def light(compared: Compared) -> float:
    """1: as bright and of the same tint as the photo."""
    return _score(compared.tone.shift / LIGHT_WORST)


def alone(compared: Compared) -> float:
    """1: nobody who was not in the photo; less the larger somebody who is new."""
    if compared.scene.person is None or compared.glance is None:
        return 1.0
    before, now = compared.scene.person.pose.other_people, compared.glance[0].other_people
    if len(now) <= len(before):
        return 1.0
    return _score(max(now))


def pose(compared: Compared) -> float | None:
    """1: every joint where it was; None where no two joints are sure in both."""
    if compared.scene.person is None or compared.glance is None:
        return None
    other = compared.glance[0]
    sure = np.zeros(len(compared.scene.seen), bool)
    sure[list(LIMBS)] = True
    sure &= compared.scene.seen & (other.presence >= SEEN_JOINT) & (other.visibility >= SEEN_JOINT)
    if sure.sum() < 2:
        return None
    moved = compared.placement.apply(other.points) - compared.scene.points
    far = np.sort(np.linalg.norm(moved[sure], axis=1) / compared.scene.unit)
    # One joint under new cloth may be guessed elsewhere; two that moved are a moved limb.
    return _score(float(far[-2]) / POSE_WORST)


def face(
    compared: Compared, photo: Picture, candidate: Picture, mesh: Points, other: Points | None
) -> dict[str, float]:
    """Scores of the face; `photo` and `candidate` are of one size, `mesh` and `other` in their pixels.

    Of a face that the frame cuts off the mesh is a guess: it is compared in the place where it should be. A whole face
    that is not found any more gives 0.
    """
    scores: dict[str, float] = {}
    factor = photo.shape[1] / compared.scene.picture.shape[1]
    ways = [compared.placement.scaled(factor).matrix.astype(np.float64)]
    if faces.is_whole(mesh, (photo.shape[0], photo.shape[1])):
        by_mesh = None if other is None else faces.laid_by_mesh(mesh, other)
        if other is None or by_mesh is None:
            return {"face_shape": 0.0}
        ways.append(by_mesh)
        here = compared.placement.scaled(factor).apply(other)
        scores["face_shape"] = _score(faces.shape_difference(mesh, other) / SHAPE_WORST)
        scores["face_place"] = _score(faces.offset(mesh, here) / PLACE_WORST)
    found = [faces.likeness(photo, candidate, mesh, way, compared.scene.oval) for way in ways]
    alike = [each for each in found if each is not None]
    if alike:
        scores["face_detail"], scores["face_relief"] = (max(0.0, each) for each in max(alike))
        scores["face_colour"] = _score(float(np.median(compared.different[compared.scene.oval])) / COLOUR_WORST)
    return scores


def background(compared: Compared) -> float | None:
    """Share of what is neither person nor product that looks as before."""
    near = cv2.dilate(compared.scene.inside.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    return share_unchanged(compared.different, compared.scene.steady & ~near & compared.covered)


def elsewhere(compared: Compared) -> float | None:
    """The same of the person where no product of the request goes: other clothes, legs, hair."""
    inner = cv2.erode(compared.scene.inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return share_unchanged(compared.different, compared.scene.steady & inner & compared.covered)


def kept(compared: Compared) -> float | None:
    """Share of the whole picture that looks as before, where nobody is seen in the photo."""
    if compared.scene.person is not None:
        return None
    return share_unchanged(compared.different, compared.covered)


def changed(compared: Compared, garment: Garment) -> float:
    """1: where the product goes, the picture is another; 0: it differs no more than it does elsewhere."""
    core = compared.scene.core(garment) & compared.covered
    if not core.any():
        return 0.0
    calm = compared.scene.steady & compared.covered
    usual = float(np.percentile(compared.different[calm], 80)) if calm.mean() > 0.02 else 0.0
    share = float((compared.different[core] > max(3.0, 2.0 * usual)).mean())
    is_small = garment.category in HEAD_ONLY or compared.scene.person is None
    return min(1.0, share / (SMALL_CHANGED_FULLY if is_small else CHANGED_FULLY))


def colours(compared: Compared, garments: Sequence[Garment], looks: Looks) -> dict[str, float]:
    """For each category of the request, how near what is worn there comes to its products' colours."""
    scores: dict[str, float] = {}
    for category in dict.fromkeys(garment.category for garment in garments):
        core = compared.scene.core(Garment(b"", category)) & compared.covered
        if category in HEAD_ONLY or compared.scene.person is None:
            core &= compared.different > WORN
        palettes = []
        for garment in garments:
            if _lies_over(garment, category):
                try:
                    palettes.append(product_colours(looks.cut_out(garment)))
                except EngineRefusal:
                    palettes = []
                    break
        if palettes and core.sum() > 30:
            scores[f"colour_{category}"] = nearness(worn_colours(compared.laid, core), palettes)
    return scores


def _lies_over(garment: Garment, category: str) -> bool:
    """Whether this product is seen where one of the category is."""
    upper = {"tops", "outerwear", "dresses"}
    return garment.category == category or (category in upper and garment.category in upper)


def _score(share: float) -> float:
    return float(np.clip(1.0 - share, 0.0, 1.0))
