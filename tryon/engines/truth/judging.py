"""Is this the same person, in the same place, in the product that was asked for? Looked at with the local eyes."""

import cv2
import numpy as np
from PIL import Image

from tryon.engines.base import Engine, TryOnRequest
from tryon.engines.errors import EngineRefusal, EngineUnavailable, NoPersonFound
from tryon.engines.local.analysis import PersonAnalysis, Picture
from tryon.engines.truth import measures
from tryon.engines.truth.limits import first_failure
from tryon.engines.truth.looks import Looks
from tryon.engines.truth.repairing import is_needed, repaired
from tryon.engines.truth.scene import scene_of
from tryon.engines.truth.verdict import Verdict
from tryon.errors import TryOnError
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import quick_png

CANDIDATE_MAX_BYTES = 64 * 1024 * 1024
SIDE_MIN_PX = 64
PROPORTIONS_WORST = 0.06
"""A candidate this much wider or narrower for its height gives 0."""


def judge(request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
    """Compare a provider's picture with the photo and the products.

    `eyes` is the local engine, or another that has its looks (`truth/looks.py`); raises EngineUnavailable otherwise.
    """
    if not isinstance(eyes, Looks):
        raise EngineUnavailable(reason="these eyes can't judge a picture")
    photo = _decoded(request.person)
    if photo is None:
        raise NoPersonFound(reason="unreadable_picture")
    # A candidate with more pixels than the photo would be reduced to it anyhow.
    picture = _decoded(candidate, photo.shape[0] * photo.shape[1])
    if picture is None:
        return Verdict(False, "not_a_picture", candidate, media_type, True)
    scores = {"proportions": _proportions(photo, picture)}
    reason = first_failure(scores)
    if reason:
        return Verdict(False, reason, candidate, media_type, True, _named(scores))
    compared, found = _looked_at(request, photo, picture, eyes)
    scores |= found
    reason = first_failure(scores)
    if reason or not is_needed(compared, photo, picture):
        return Verdict(not reason, reason, candidate, media_type, True, _named(scores))
    made, scores["from_photo"] = repaired(compared, photo, picture)
    if made is picture:
        return Verdict(True, "", candidate, media_type, True, _named(scores))
    return Verdict(True, "", quick_png(Image.fromarray(made)), "image/png", False, _named(scores))


def _named(scores: dict[str, float]) -> dict[str, float]:
    return {f"truth_{name}": round(value, 4) for name, value in scores.items()}


def _decoded(encoded: bytes, pixels: int | None = None) -> Picture | None:
    try:
        return np.asarray(
            decode_picture(encoded, max_bytes=CANDIDATE_MAX_BYTES, min_side=SIDE_MIN_PX, fit_pixels=pixels)
        )
    except TryOnError:
        return None


def _proportions(photo: Picture, candidate: Picture) -> float:
    (height, width), (tall, wide) = photo.shape[:2], candidate.shape[:2]
    return max(0.0, 1.0 - abs(float(np.log(width * tall / (height * wide)))) / PROPORTIONS_WORST)


def _looked_at(
    request: TryOnRequest, photo: Picture, candidate: Picture, eyes: Looks
) -> tuple[measures.Compared, dict[str, float]]:
    person = _person(request, eyes)
    seen = photo if person is None else person.picture
    size = (seen.shape[1], seen.shape[0])
    same_size = np.asarray(cv2.resize(candidate, size, interpolation=cv2.INTER_AREA), np.uint8)
    scene = scene_of(photo, person, request.garments)
    glance = None if person is None else eyes.glance(same_size)
    compared = measures.compare(scene, same_size, glance)
    scores = {"framing": measures.framing(compared), "light": measures.light(compared)}
    if person is not None:
        scores["person"] = 0.0 if glance is None else glance[0].score
    if person is not None and glance is not None:
        scores["alone"] = measures.alone(compared)
        if person.face is not None:
            scores |= measures.face(compared, person.picture, same_size, person.face, glance[1])
    found = {
        "pose": measures.pose(compared),
        "background": measures.background(compared),
        "elsewhere": measures.elsewhere(compared),
        "kept": measures.kept(compared),
    }
    scores |= {name: value for name, value in found.items() if value is not None}
    scores["changed"] = min(measures.changed(compared, garment) for garment in request.garments)
    return compared, scores | measures.colours(compared, request.garments, eyes)


def _person(request: TryOnRequest, eyes: Looks) -> PersonAnalysis | None:
    """None where nobody is seen: a photo of feet alone is judged by its pixels."""
    try:
        return eyes.analyse(request.person, request.prepared_person)
    except EngineRefusal:
        return None
