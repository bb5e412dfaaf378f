"""Glasses: what is frame and what is lens in a product picture, and how they sit on a face."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from tests.engines.local.conftest import Analysis, Photo
from tests.engines.local.drawn import t_shirt
from tryon.demo_products.eyewear import KINDS, DrawnGlasses, draw
from tryon.demo_products.headwear import KINDS as HATS
from tryon.demo_products.headwear import draw as draw_hat
from tryon.engines.base import TryOnOptions
from tryon.engines.errors import GarmentNotFound, PoseNotSupported
from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, PersonAnalysis
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.eyewear_checks import score_glasses
from tryon.engines.local.eyewear_dressing import DressedGlasses, dress_glasses
from tryon.engines.local.eyewear_landmarks import analyse_glasses
from tryon.engines.local.eyewear_target import place_glasses
from tryon.engines.local.head_checks import HEAD_LIMITS
from tryon.engines.local.heads import measure_head
from tryon.engines.local.keeping import as_kept_garment, pack_garment, unpack_garment
from tryon.engines.local.person import check_person
from tryon.engines.local.worn_glasses import wears_glasses

SELFIE = "people/2_selfie.jpg"
EYE = (33, 160, 158, 133, 153, 144)
"""Mesh points around the wearer's right eye."""


@cache
def drawn(kind: str) -> DrawnGlasses:
    return draw(KINDS[kind])


@cache
def read(kind: str) -> GarmentAnalysis:
    return as_kept_garment(analyse_glasses(drawn(kind).picture))


def _worn(person: PersonAnalysis, kind: str) -> DressedGlasses:
    return dress_glasses(person.picture, person, read(kind), TryOnOptions(), lambda stage, percent: None)


def _lens(kind: str) -> np.ndarray:  # type: ignore[type-arg]
    """The lens pixels' own share, from the upper to the lower edge of the middle of one lens."""
    found = read(kind)
    column = round(found.points["lens_left"][0])
    rows = np.flatnonzero(found.parts[:, column] == GarmentPart.LENS)
    return found.opacity[rows[5:-5], column]


@pytest.mark.parametrize("kind", ["black_square", "gold_aviator", "white_round"])
def test_frame_and_lenses_are_told_apart(kind: str) -> None:
    true, found = drawn(kind), read(kind)
    apart = true.points["lens_left"][0] - true.points["lens_right"][0]
    scale = (found.points["lens_left"][0] - found.points["lens_right"][0]) / apart
    assert 0.95 < scale < 1.25
    lenses = float((found.parts == GarmentPart.LENS).sum()) / scale**2
    assert lenses == pytest.approx(float(true.lenses.sum()), rel=0.08)
    frame = float(found.opacity[found.parts == GarmentPart.TORSO].sum()) / scale**2
    assert frame == pytest.approx(float(true.frame.sum()), rel=0.25)


def test_clear_lenses_are_seen_through_and_dark_ones_are_not() -> None:
    assert _lens("black_square").max() < 0.05
    assert _lens("dark_square").min() > 0.8


def test_a_gradient_is_darker_above_than_below() -> None:
    share = _lens("gold_aviator")
    assert share[0] > share[-1] + 0.4


def test_temples_folded_behind_the_lenses_are_not_worn_before_the_eyes() -> None:
    found = read("red_cat_eye")
    inner = cv2.erode((found.parts == GarmentPart.LENS).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert drawn("red_cat_eye").picture[..., 1][176:240, 160:320].min() < 60, "the temple is in the picture"
    assert found.picture[inner].min() > 225


@pytest.mark.parametrize("what", ["shirt", "hat", "half", "askew"])
def test_what_is_no_pair_of_glasses_from_the_front_is_refused(what: str) -> None:
    picture = drawn("black_square").picture
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 28, 0.8)
    pictures = {
        "shirt": lambda: t_shirt().picture,
        "hat": lambda: draw_hat(HATS["black_hat"]).picture,
        "half": lambda: np.ascontiguousarray(picture[:, width // 3 :]),
        "askew": lambda: cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE),
    }
    with pytest.raises(GarmentNotFound):
        analyse_glasses(pictures[what]())


def test_what_was_read_survives_being_kept() -> None:
    found = read("gold_aviator")
    again = unpack_garment(pack_garment(found, "1"), "1")
    assert again is not None
    assert np.array_equal(again.parts, found.parts)
    assert np.array_equal(again.opacity, found.opacity)


@pytest.mark.parametrize("kind", ["black_square", "gold_aviator"])
def test_glasses_sit_before_the_eyes_and_nothing_else_changes(analysis: Analysis, kind: str) -> None:
    person = analysis(SELFIE)
    worn = _worn(person, kind)
    scores = score_glasses(person.picture, worn, read(kind))
    refuse_if_ugly(scores, HEAD_LIMITS)
    assert scores["outside_identical"] == 1.0
    assert scores["centred"] > 0.9
    assert person.face is not None
    across = person.face[263] - person.face[33]
    frame = np.flatnonzero((worn.frame > 0.5).any(axis=0))
    assert 1.3 < len(frame) / np.linalg.norm(across) < 1.9, "as wide as the face, and no wider"


def test_eyes_behind_clear_lenses_stay_the_photo_s(analysis: Analysis) -> None:
    person = analysis(SELFIE)
    assert person.face is not None
    left, upper = np.floor(person.face[list(EYE)].min(0)).astype(int)
    right, lower = np.ceil(person.face[list(EYE)].max(0)).astype(int)
    before = person.picture[upper:lower, left:right].astype(np.float32)
    clear = _worn(person, "black_square").picture[upper:lower, left:right].astype(np.float32)
    dark = _worn(person, "dark_square").picture[upper:lower, left:right].astype(np.float32)
    assert np.corrcoef(before.ravel(), clear.ravel())[0, 1] > 0.97
    assert dark.mean() < 0.5 * before.mean()


def test_a_turned_head_shows_the_temple_on_the_side_that_is_seen(analysis: Analysis) -> None:
    frontal, turned = analysis(SELFIE), analysis("people/2_posture.jpg")
    assert frontal.face is not None
    assert turned.face is not None
    head = measure_head(turned.face)
    assert head.yaw < -20, "she looks to the picture's left"
    lengths = []
    for person in (frontal, turned):
        assert person.face is not None
        target = place_glasses(measure_head(person.face), read("black_square"))
        longest = max((float(np.linalg.norm(t[1] - t[0])) for t in target.temples), default=0.0)
        lengths.append(longest / target.head.unit)
    assert lengths[0] < 1.5
    assert lengths[1] > 3.0
    [temple] = place_glasses(head, read("black_square")).temples
    assert temple[1, 0] > temple[0, 0], "it runs back to her left ear, at the picture's right"


def test_glasses_that_are_worn_already_are_noticed(analysis: Analysis) -> None:
    for number in (1, 2):
        person = analysis(f"people/{number}_selfie.jpg")
        assert person.face is not None
        head = measure_head(person.face)
        assert not wears_glasses(person.picture, head)
        if number == 2:
            assert wears_glasses(_worn(person, "black_square").picture, head)


def test_a_face_that_is_not_there_is_refused(analysis: Analysis) -> None:
    person = analysis(SELFIE)
    assert person.face is not None
    cut = replace(person, face=person.face - np.array((0.0, person.face[33, 1]), np.float32))
    for faceless in (replace(person, face=None), cut):
        with pytest.raises(PoseNotSupported) as refusal:
            _worn(faceless, "black_square")
        assert refusal.value.reason == "face_visible"
    small = replace(person, face=person.face * np.float32(0.08))
    with pytest.raises(PoseNotSupported) as refusal:
        _worn(small, "black_square")
    assert refusal.value.reason == "face_large_enough"


def test_a_selfie_is_enough_for_glasses_and_not_for_a_shirt(eyes: Eyes, photo: Photo) -> None:
    assert check_person(photo(SELFIE), eyes, "eyewear").ok
    for category in ("tops", None):
        failure = check_person(photo(SELFIE), eyes, category).first_failure  # type: ignore[arg-type]
        assert failure is not None
        assert failure.code == "hips_visible"
    assert "hips" not in check_person(photo(SELFIE), eyes, "eyewear").visible
