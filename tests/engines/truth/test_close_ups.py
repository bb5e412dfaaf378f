"""Photos that show only what is tried on: a face, or feet alone."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.truth_variants import drifted
from tests.engines.truth.conftest import Dress, Judge, decoded, encoded, product
from tryon.engines.base import TryOnRequest
from tryon.engines.local.analysis import Picture


@pytest.fixture(scope="module")
def feet(dress: Dress) -> tuple[TryOnRequest, Picture]:
    """The lowest part of a full-length try-on of shoes, and of its photo."""
    request, picture = dress(1, "sneakers")
    top = int(0.8 * len(picture))
    low = encoded(decoded(request.person)[top:])
    return replace(request, person=low), np.ascontiguousarray(picture[top:])


@pytest.mark.parametrize("name", ["sunglasses", "straw hat"])
def test_a_portrait_with_something_on_the_head_passes_and_a_blurred_face_does_not(
    dress: Dress, judged: Judge, name: str
) -> None:
    request, picture = dress(4, name, "selfie")
    verdict = judged(request, drifted(picture))
    assert verdict.passed, verdict
    assert "truth_face_detail" in verdict.scores
    assert not judged(request, np.asarray(cv2.GaussianBlur(picture, (0, 0), 25), np.uint8)).passed


def test_a_portrait_without_the_glasses_is_told(dress: Dress, judged: Judge) -> None:
    request, _ = dress(4, "sunglasses", "selfie")
    assert judged(request, decoded(request.person)).reason == "product_missing"


def test_feet_alone_are_judged_by_their_pixels(feet: tuple[TryOnRequest, Picture], judged: Judge) -> None:
    request, picture = feet
    verdict = judged(request, drifted(picture))
    assert verdict.passed, verdict
    assert not any(name.startswith("truth_face") for name in verdict.scores)


def test_feet_given_back_as_they_were_or_in_other_shoes_do_not_pass(
    feet: tuple[TryOnRequest, Picture], judged: Judge
) -> None:
    request, picture = feet
    assert judged(request, decoded(request.person)).reason == "product_missing"
    assert not judged(request, np.ascontiguousarray(picture[:, ::-1])).passed
    assert not judged(replace(request, garments=(product("camp shirt"),)), picture).passed
