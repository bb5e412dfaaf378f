"""The checks see what a customer would see: a changed face, a wrong colour, an old sleeve left."""

from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.engines.local.scenes import NETWORKS, asset, dressed, garment_of, picture_of
from tryon.engines.base import Garment, TryOnOptions, TryOnRequest
from tryon.engines.errors import LowQuality
from tryon.engines.local.check_detail import product_detail
from tryon.engines.local.checks import LIMITS, _old_left, refuse_if_ugly, score, worse
from tryon.engines.local.engine import LocalEngine
from tryon.engines.local.footwear_checks import FOOTWEAR_LIMITS
from tryon.imaging.encode import to_png

PERSON, GARMENT = "people/3_posture.jpg", "shirts/1_front.jpg"


def test_a_good_picture_passes_and_scores_are_plain_numbers() -> None:
    scores = score(picture_of(PERSON), dressed(PERSON, GARMENT), garment_of(GARMENT))
    refuse_if_ugly(scores)
    assert set(LIMITS) <= set(scores)
    assert all(isinstance(value, float) for value in scores.values())
    assert scores["face_identical"] == 1.0
    assert scores["hands_and_hair"] > 0.95
    assert 0.8 <= scores["sharpness"] <= 1.6


def test_a_garment_in_another_colour_is_refused() -> None:
    made = dressed(PERSON, GARMENT)
    left, upper, right, lower = made.box
    picture = made.picture.copy()
    window = picture[upper:lower, left:right]
    window[made.visible > 0.5] = window[made.visible > 0.5][:, ::-1]
    scores = score(picture_of(PERSON), replace(made, picture=picture), garment_of(GARMENT))
    assert scores["colour_error"] > 9
    with pytest.raises(LowQuality, match="colour_error"):
        refuse_if_ugly(scores)


def test_a_painted_face_is_refused() -> None:
    made = dressed(PERSON, GARMENT)
    picture = made.picture.copy()
    chin = np.rint(made.figure.chin + made.box[:2]).astype(int)
    picture[chin[1] - 70 : chin[1] - 10, chin[0] - 40 : chin[0] + 40] = 90
    scores = score(picture_of(PERSON), replace(made, picture=picture), garment_of(GARMENT))
    assert scores["face_identical"] < 0.97
    with pytest.raises(LowQuality, match="face_identical"):
        refuse_if_ugly(scores)


def test_a_pixel_changed_outside_the_edit_is_seen() -> None:
    made = dressed(PERSON, GARMENT)
    picture = made.picture.copy()
    picture[2, 2] ^= 1
    scores = score(picture_of(PERSON), replace(made, picture=picture), garment_of(GARMENT))
    assert scores["outside_identical"] == 0.0


def test_of_two_pictures_the_worse_scores_are_kept() -> None:
    kept = worse({"face_identical": 0.98, "colour_error": 1.0}, {"face_identical": 1.0, "colour_error": 4.0})
    assert kept == {"face_identical": 0.98, "colour_error": 4.0}


def test_of_two_pairs_of_shoes_more_left_of_the_old_and_the_stranger_size_are_the_worse() -> None:
    first = {"old_shoes_left": 0.08, "shoe_size": 0.9, "face_identical": 0.99}
    second = {"old_shoes_left": 0.01, "shoe_size": 1.4}
    kept = worse(first, second, FOOTWEAR_LIMITS)
    assert kept == {"old_shoes_left": 0.08, "shoe_size": 1.4, "face_identical": 0.99}


@pytest.mark.parametrize("tucked", [True, False])
def test_a_long_top_may_be_tucked_in_and_may_not_be_cut_off(tucked: bool) -> None:
    person, product = "people/3_posture.jpg", "shirts/3_front.jpg"
    made, garment = dressed(person, product, TryOnOptions(tuck=tucked)), garment_of(product)
    twice = {"picture": np.concatenate([garment.picture] * 2), "parts": np.concatenate([garment.parts] * 2)}
    long = replace(garment, opacity=np.concatenate([garment.opacity, np.ones_like(garment.opacity)]), **twice)
    assert made.target.tucked == tucked
    shown = score(picture_of(person), made, long)["garment_shown"]
    assert shown >= LIMITS["garment_shown"][0] if tucked else shown < LIMITS["garment_shown"][0]


def test_a_product_of_too_few_pixels_for_a_photo_this_close_is_refused_with_what_to_do() -> None:
    whole = picture_of(f"clothes/{GARMENT}")
    engine, photo = LocalEngine(NETWORKS), asset(PERSON).read_bytes()
    found = {}
    for width in (whole.shape[1], 150):
        small = cv2.resize(whole, (width, round(width * whole.shape[0] / whole.shape[1])), interpolation=cv2.INTER_AREA)
        product = Garment(to_png(Image.fromarray(small)), "tops")
        try:
            found[width] = engine.dress(TryOnRequest(photo, (product,))).scores["product_detail"]
        except LowQuality as refusal:
            found[width] = refusal
    assert found[whole.shape[1]] > 0.6
    assert found[150].reason.startswith("product_detail=")
    assert "farther away" in found[150].message


@pytest.mark.parametrize(("folds", "shown"), [(0.0, False), (0.05, True)])
def test_white_cloth_without_folds_needs_nearly_a_pixel_of_its_picture_for_one_of_the_photo(
    folds: float, shown: bool
) -> None:
    waves = 1.0 + folds * np.sin(np.arange(300) / 4.0)
    light = np.clip(225.0 * waves, 0, 255).astype(np.uint8)
    picture = np.repeat(np.broadcast_to(light, (400, 300))[..., None], 3, axis=2)
    opacity = np.zeros((400, 300), np.float32)
    opacity[20:-20, 20:-20] = 1.0
    garment = SimpleNamespace(picture=picture, opacity=opacity)
    made = SimpleNamespace(box=(0, 0, 768, 1024), warp=SimpleNamespace(torso=np.zeros((1024, 768, 2), np.float32)))
    photo = np.zeros((1024, 768, 3), np.uint8)
    detail = product_detail(photo, made, SimpleNamespace(density=0.8), garment)  # type: ignore[arg-type]
    assert (detail >= LIMITS["product_detail"][0]) == shown


def test_old_cloth_stands_in_patches_and_skin_of_its_colour_agrees_with_it_here_and_there() -> None:
    worn = np.ones((60, 60), bool)
    nothing = SimpleNamespace(visible=np.zeros(worn.shape, np.float32))
    here_and_there = np.random.default_rng(3).random(worn.shape) > 0.4
    assert _old_left(worn, here_and_there, nothing) < 0.02  # type: ignore[arg-type]
    patch = np.ones(worn.shape, bool)
    patch[20:40, 20:40] = False
    assert 0.1 < _old_left(worn, patch, nothing) < 0.13  # type: ignore[arg-type]
