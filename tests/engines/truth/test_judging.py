"""What the judge lets pass and what it does not, with the real eyes on real try-ons."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.quick import QuickEngine
from tests.engines.truth.conftest import Dress, Judge, decoded, encoded, photo_of, product
from tryon.engines.base import TryOnRequest
from tryon.engines.errors import EngineUnavailable
from tryon.engines.local.analysis import Picture
from tryon.engines.local.engine import LocalEngine
from tryon.engines.truth.judging import judge


def moved(picture: Picture, scale: float, right: float) -> Picture:
    height, width = picture.shape[:2]
    shift = ((1 - scale) * width / 2 + right * width, (1 - scale) * height / 2)
    matrix = np.array(((scale, 0, shift[0]), (0, scale, shift[1])))
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize(("number", "name"), [(1, "camp shirt"), (3, "leather jacket"), (4, "jeans")])
def test_an_honest_picture_passes(dress: Dress, judged: Judge, number: int, name: str) -> None:
    verdict = judged(*dress(number, name))
    assert verdict.passed, verdict
    assert all(0 <= score <= 1 for score in verdict.scores.values())


def test_an_honest_picture_redrawn_a_little_brighter_smaller_and_aside_passes(dress: Dress, judged: Judge) -> None:
    request, picture = dress(1, "camp shirt")
    brighter = np.clip(moved(picture, 1.008, 0.004) * 1.06, 0, 255).astype(np.uint8)
    smaller = cv2.resize(brighter, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    verdict = judged(request, decoded(encoded(np.asarray(smaller, np.uint8), ".jpg")))
    assert verdict.passed, verdict


def test_the_photo_given_back_is_no_try_on(dress: Dress, judged: Judge) -> None:
    request, _ = dress(1, "camp shirt")
    assert judged(request, decoded(request.person)).reason == "product_missing"


def test_another_product_than_the_one_asked_for_is_told_by_its_colours(dress: Dress, judged: Judge) -> None:
    request, picture = dress(1, "white t-shirt")
    verdict = judged(replace(request, garments=(product("black t-shirt"),)), picture)
    assert verdict.reason == "other_colours"


def test_a_product_put_elsewhere_is_not_the_one_asked_for(dress: Dress, judged: Judge) -> None:
    request, picture = dress(4, "jeans")
    assert not judged(replace(request, garments=(product("camp shirt"),)), picture).passed


def test_somebody_else_in_the_product_does_not_pass(dress: Dress, judged: Judge) -> None:
    request, picture = dress(1, "camp shirt")
    _, other = dress(3, "leather jacket")
    size = (picture.shape[1], picture.shape[0])
    assert not judged(request, np.asarray(cv2.resize(other, size), np.uint8)).passed


def test_another_face_on_the_same_body_is_told(dress: Dress, judged: Judge, local: LocalEngine) -> None:
    request, picture = dress(1, "camp shirt")
    mine, theirs = local.analyse(request.person), local.analyse(photo_of(3))
    assert mine.face is not None
    assert theirs.face is not None
    matrix, _ = cv2.estimateAffinePartial2D(theirs.face, mine.face)
    size = (picture.shape[1], picture.shape[0])
    laid = cv2.warpAffine(theirs.picture, matrix, size)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(mine.face).astype(np.int32)), 255)
    left, top, wide, tall = cv2.boundingRect(mask)
    swapped = cv2.seamlessClone(laid, picture, mask, (left + wide // 2, top + tall // 2), cv2.NORMAL_CLONE)
    assert judged(request, np.asarray(swapped, np.uint8)).reason == "other_face"


@pytest.mark.parametrize(("scale", "right"), [(1.05, 0.0), (1.15, 0.0), (0.92, 0.0), (1.0, 0.06)])
def test_a_picture_cropped_zoomed_or_shifted_does_not_pass(
    dress: Dress, judged: Judge, scale: float, right: float
) -> None:
    request, picture = dress(1, "camp shirt")
    assert judged(request, moved(picture, scale, right)).reason == "other_framing"


def test_a_mirrored_picture_does_not_pass(dress: Dress, judged: Judge) -> None:
    request, picture = dress(1, "camp shirt")
    assert not judged(request, np.ascontiguousarray(picture[:, ::-1])).passed


def test_other_proportions_are_told_without_a_look(dress: Dress, judged: Judge) -> None:
    request, picture = dress(1, "camp shirt")
    verdict = judged(request, np.ascontiguousarray(picture[: int(0.85 * len(picture))]))
    assert verdict.reason == "other_proportions"
    assert set(verdict.scores) == {"truth_proportions"}


def test_another_wall_behind_the_person_is_told(dress: Dress, judged: Judge, local: LocalEngine) -> None:
    request, picture = dress(1, "camp shirt")
    matte = local.analyse(request.person).matte[..., None]
    sunset = np.linspace((250, 170, 90), (60, 40, 120), len(picture))[:, None]
    behind = np.rint(picture * matte + sunset * (1 - matte)).astype(np.uint8)
    assert not judged(request, behind).passed


@pytest.mark.parametrize("candidate", [b"", b"no picture", photo_of(1)[:2000]])
def test_bytes_that_are_no_picture_are_told(local: LocalEngine, candidate: bytes) -> None:
    request = TryOnRequest(photo_of(1), (product("camp shirt"),))
    verdict = judge(request, candidate, "image/png", eyes=local)
    assert (verdict.passed, verdict.reason, verdict.picture) == (False, "not_a_picture", candidate)


def test_eyes_that_can_not_judge_say_so() -> None:
    request = TryOnRequest(photo_of(1), (product("camp shirt"),))
    with pytest.raises(EngineUnavailable):
        judge(request, request.person, "image/png", eyes=QuickEngine())
