"""Labels on real photos: each place of the body shows what it must, whatever the clothes and the light."""

import cv2
import numpy as np
import pytest

from tests.engines.local.conftest import Analysis, Photo
from tryon.engines.local.analysis import BodyLabel, Joint, PersonAnalysis
from tryon.engines.local.body import Body
from tryon.engines.local.colours import ColourModel, bins_of, colour_bins
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.hand_gaps import AROUND
from tryon.engines.local.person import analyse_person

PEOPLE = [*(f"people/{n}_posture.jpg" for n in range(1, 5)), *(f"avatars/{n}.png" for n in range(1, 5))]
SKIN = (BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.MIDRIFF, BodyLabel.LEG)


def _share(person: PersonAnalysis, centre: np.ndarray, radius: float, *labels: BodyLabel) -> float:
    """How much of a disc shows one of the labels."""
    rows, columns = np.indices(person.labels.shape)
    disc = np.hypot(columns - centre[0], rows - centre[1]) < radius
    return float(np.isin(person.labels[disc], labels).mean())


def _between(person: PersonAnalysis, one: Joint, other: Joint, share: float) -> np.ndarray:
    points = person.pose.points
    return points[one] + share * (points[other] - points[one])


def _shoulders(person: PersonAnalysis) -> float:
    return float(np.linalg.norm(person.pose.points[Joint.LEFT_SHOULDER] - person.pose.points[Joint.RIGHT_SHOULDER]))


@pytest.mark.parametrize("path", PEOPLE)
def test_chest_thighs_and_face_are_told_apart(analysis: Analysis, path: str) -> None:
    person = analysis(path)
    radius = 0.1 * _shoulders(person)
    chest = (_between(person, Joint.LEFT_SHOULDER, Joint.RIGHT_HIP, 0.4) + person.pose.points[Joint.RIGHT_SHOULDER]) / 2
    assert _share(person, chest, radius, BodyLabel.TOP) > 0.9
    for hip, knee in ((Joint.LEFT_HIP, Joint.LEFT_KNEE), (Joint.RIGHT_HIP, Joint.RIGHT_KNEE)):
        assert _share(person, _between(person, hip, knee, 0.6), radius, BodyLabel.BOTTOM) > 0.9
    assert _share(person, person.pose.points[Joint.NOSE], radius, BodyLabel.HEAD) > 0.9


@pytest.mark.parametrize("path", PEOPLE)
def test_long_sleeves_belong_to_the_top_down_to_the_wrist(analysis: Analysis, path: str) -> None:
    person = analysis(path)
    radius = 0.05 * _shoulders(person)
    for shoulder, elbow, wrist in (
        (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
        (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    ):
        for start, end, share in ((shoulder, elbow, 0.5), (elbow, wrist, 0.2), (elbow, wrist, 0.7)):
            assert _share(person, _between(person, start, end, share), radius, BodyLabel.TOP) > 0.85


@pytest.mark.parametrize("path", PEOPLE)
def test_hands_are_hands(analysis: Analysis, path: str) -> None:
    person = analysis(path)
    radius = 0.04 * _shoulders(person)
    for wrist, index in ((Joint.LEFT_WRIST, Joint.LEFT_INDEX), (Joint.RIGHT_WRIST, Joint.RIGHT_INDEX)):
        assert _share(person, _between(person, wrist, index, 0.6), radius, BodyLabel.HAND) > 0.7


@pytest.mark.parametrize("path", PEOPLE)
def test_labels_fill_the_silhouette_but_for_ground_seen_at_the_hands_and_nothing_else(
    analysis: Analysis, path: str
) -> None:
    """`hand_gaps.py` opens the names there, and leaves the silhouette as it is."""
    person = analysis(path)
    named, silhouette = person.labels > 0, person.matte >= 0.5
    assert not (named & ~silhouette).any()
    opened = silhouette & ~named
    around = round(AROUND * Body.of(person.pose, None, (named.shape[0], named.shape[1])).width)
    hands = person.labels == BodyLabel.HAND
    at_hands = cv2.dilate(hands.astype(np.uint8), np.ones((2 * around + 1, 2 * around + 1), np.uint8)) > 0
    assert not (opened & ~at_hands).any()
    assert opened.mean() < 0.0005


@pytest.mark.parametrize("path", PEOPLE)
def test_nothing_worn_is_seen_in_the_face(analysis: Analysis, path: str) -> None:
    person = analysis(path)
    assert person.face is not None
    low, high = person.face.min(0).astype(int), person.face.max(0).astype(int)
    inner = person.labels[low[1] : high[1], low[0] : high[0]]
    assert not np.isin(inner, (BodyLabel.BOTTOM, BodyLabel.SHOES)).any()
    assert np.isin(inner, (BodyLabel.TOP,)).mean() < 0.02


def test_open_jacket_and_shirt_are_one_top(analysis: Analysis) -> None:
    person = analysis("avatars/4.png")
    points = person.pose.points
    breast = (points[Joint.LEFT_SHOULDER] + points[Joint.RIGHT_SHOULDER]) / 2 * 0.6
    breast += (points[Joint.LEFT_HIP] + points[Joint.RIGHT_HIP]) / 2 * 0.4
    assert _share(person, breast, 0.12 * _shoulders(person), BodyLabel.TOP) > 0.9


def test_a_bald_head_is_head(analysis: Analysis) -> None:
    person = analysis("people/1_posture.jpg")
    top = int(np.flatnonzero((person.matte > 0.9).any(axis=1))[0])
    crown = person.labels[top + 4 : top + 12]
    assert np.isin(crown[crown > 0], (BodyLabel.HEAD, BodyLabel.HAIR)).mean() > 0.95


def test_the_shade_of_a_beard_is_no_top(analysis: Analysis) -> None:
    person = analysis("people/3_posture.jpg")
    assert person.face is not None
    chin, shoulders = person.face[152], person.pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
    assert _share(person, chin + 0.25 * (shoulders - chin), 0.05 * _shoulders(person), *SKIN) > 0.95


def test_the_skin_colour_is_the_faces_colour(analysis: Analysis) -> None:
    person = analysis("people/2_posture.jpg")
    assert person.skin_lab is not None
    light, red, yellow = person.skin_lab
    assert 20 < light < 90
    assert red > 3
    assert yellow > 3


@pytest.mark.parametrize("factor", [0.35, 0.6])
def test_darker_skin_is_parsed_as_well(eyes: Eyes, analysis: Analysis, photo: Photo, factor: float) -> None:
    """The same photo with its skin darkened in linear light: the labels hardly change."""
    usual = analysis("avatars/2.png")
    picture = photo("avatars/2.png").astype(np.float32) / 255.0
    skin = np.isin(usual.labels, SKIN)[..., None]
    darker = np.where(skin, (picture**2.2 * factor) ** (1 / 2.2), picture)
    person = analyse_person(np.round(darker * 255.0).astype(np.uint8), eyes)
    assert person.skin_lab is not None
    assert usual.skin_lab is not None
    assert person.skin_lab[0] < usual.skin_lab[0] - 8
    for label in (BodyLabel.TOP, BodyLabel.BOTTOM, BodyLabel.HAND):
        one, other = usual.labels == label, person.labels == label
        assert (one & other).sum() / (one | other).sum() > (0.75 if label == BodyLabel.HAND else 0.93)


def test_a_top_of_another_colour_is_found_as_well(eyes: Eyes, analysis: Analysis, photo: Photo) -> None:
    usual = analysis("avatars/3.png")
    picture = photo("avatars/3.png").copy()
    top = usual.labels == BodyLabel.TOP
    picture[top] = np.clip(picture[top].astype(int) + np.array((120, 40, 20)), 0, 255)
    person = analyse_person(picture, eyes)
    found = person.labels == BodyLabel.TOP
    assert (found & top).sum() / (found | top).sum() > 0.95


def test_a_photo_cropped_at_the_chin_keeps_its_labels(eyes: Eyes, analysis: Analysis, photo: Photo) -> None:
    usual = analysis("avatars/1.png")
    mouth = int(usual.pose.points[[Joint.MOUTH_LEFT, Joint.MOUTH_RIGHT], 1].mean())
    person = analyse_person(np.ascontiguousarray(photo("avatars/1.png")[mouth:]), eyes)
    for label in (BodyLabel.TOP, BodyLabel.BOTTOM):
        one, other = usual.labels[mouth:] == label, person.labels == label
        assert (one & other).sum() / (one | other).sum() > 0.9


def test_a_colour_model_prefers_what_it_learnt() -> None:
    red, green = np.full((20, 20, 3), (200, 30, 40), np.uint8), np.full((20, 20, 3), (30, 160, 60), np.uint8)
    model = ColourModel(colour_bins(red))
    assert model.log_odds(colour_bins(red)).min() > 3.0
    assert model.log_odds(colour_bins(green)).max() < -2.0
    assert model.likeness(ColourModel(colour_bins(green))) < 0.05
    assert model.likeness(model) == pytest.approx(1.0, abs=0.01)


def test_a_colour_model_without_samples_has_no_opinion() -> None:
    model = ColourModel(np.empty(0, np.int32))
    anything = bins_of(np.random.default_rng(3).uniform(0, 255, (50, 3)).astype(np.float32))
    np.testing.assert_allclose(model.log_odds(anything), 0.0, atol=1e-5)
