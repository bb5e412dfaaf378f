"""Small drift is made good with the photo's own pixels, without a seam; what needs none is not touched."""

import cv2
import numpy as np
import pytest

from benchmarks.truth_variants import drifted
from tests.engines.truth.conftest import Dress, Judge, decoded, encoded
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Picture
from tryon.engines.local.engine import LocalEngine
from tryon.engines.truth.judging import judge
from tryon.engines.truth.measures import compare
from tryon.engines.truth.repairing import is_needed, weight_of_photo
from tryon.engines.truth.scene import scene_of


def error(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(np.float32) - other).mean())


@pytest.fixture(scope="module")
def repaired(dress: Dress, judged: Judge, local: LocalEngine) -> tuple[Picture, Picture, Picture, PersonAnalysis]:
    """The photo, the picture as it should be, the drifted one repaired, and what is known of the photo."""
    request, honest = dress(3, "leather jacket")
    verdict = judged(request, drifted(honest))
    assert verdict.passed, verdict
    assert not verdict.is_untouched
    return decoded(request.person), honest, decoded(verdict.picture), local.analyse(request.person)


def test_a_picture_that_needs_no_repair_comes_back_byte_for_byte(dress: Dress, local: LocalEngine) -> None:
    request, honest = dress(3, "leather jacket")
    candidate = encoded(honest)
    verdict = judge(request, candidate, "image/png", eyes=local)
    assert verdict.is_untouched
    assert (verdict.picture, verdict.media_type) == (candidate, "image/png")
    assert "truth_from_photo" not in verdict.scores


def test_face_and_background_are_the_photo_s_own_pixels_again(
    repaired: tuple[Picture, Picture, Picture, PersonAnalysis],
) -> None:
    photo, _, made, person = repaired
    same = (made == photo).all(2)
    labels = cv2.resize(person.labels, same.shape[::-1], interpolation=cv2.INTER_NEAREST)
    assert made.shape == photo.shape
    assert same[labels == BodyLabel.BACKGROUND].mean() > 0.6
    assert same[labels == BodyLabel.HEAD].mean() > 0.6
    assert same[labels == BodyLabel.TOP].mean() < 0.2


def test_the_repaired_picture_is_nearer_to_what_it_should_be(
    repaired: tuple[Picture, Picture, Picture, PersonAnalysis],
) -> None:
    _, honest, made, _ = repaired
    assert error(made, honest) < 0.4 * error(drifted(honest), honest)


def test_no_seam_lies_where_photo_and_candidate_differ(dress: Dress, local: LocalEngine) -> None:
    request, honest = dress(3, "leather jacket")
    photo, candidate = decoded(request.person), drifted(honest)
    compared = compare(scene_of(photo, local.analyse(request.person), request.garments), candidate, None)
    weight = weight_of_photo(compared)
    seam = (weight > 0.02) & (weight < 0.98)
    assert is_needed(compared, photo, candidate)
    assert seam.any()
    assert np.percentile(compared.different[seam], 95) < 8


def test_a_smaller_picture_comes_back_as_large_as_the_photo(dress: Dress, judged: Judge) -> None:
    request, honest = dress(3, "leather jacket")
    small = cv2.resize(honest, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    verdict = judged(request, np.asarray(small, np.uint8))
    assert decoded(verdict.picture).shape == honest.shape
    assert not verdict.is_untouched


def test_a_picture_that_does_not_pass_is_not_repaired(dress: Dress, judged: Judge) -> None:
    request, honest = dress(3, "leather jacket")
    mirrored = np.ascontiguousarray(honest[:, ::-1])
    verdict = judged(request, mirrored)
    assert (verdict.passed, verdict.is_untouched, verdict.picture) == (False, True, encoded(mirrored))
