"""What is checked before dressing, and what is refused in which words."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.local.conftest import Analysis, Photo
from tryon.engines.errors import EngineRefusal, NoPersonFound, PoseNotSupported, SeveralPeople
from tryon.engines.local.analysis import Joint, PersonAnalysis, Picture, Pose
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.person import MESSAGES, analyse_person, box_of, check_person, require_dressable, view_of
from tryon.engines.local.pose import find_pose

PEOPLE = [*(f"people/{n}_posture.jpg" for n in range(1, 5)), *(f"avatars/{n}.png" for n in range(1, 5))]


def _with(person: PersonAnalysis, **changes: object) -> PersonAnalysis:
    return replace(person, pose=replace(person.pose, **changes))  # type: ignore[arg-type]


def _moved(pose: Pose, joint: Joint, x: float, y: float) -> Pose:
    points = pose.points.copy()
    points[joint] = (x, y)
    return replace(pose, points=points)


@pytest.mark.parametrize("path", PEOPLE)
def test_a_good_photo_passes_every_check(eyes: Eyes, photo: Photo, path: str) -> None:
    check = check_person(photo(path), eyes)
    assert check.ok, check.first_failure
    assert check.view == "front"
    assert set(check.visible) >= {"head", "torso", "hips"}


@pytest.mark.parametrize("path", PEOPLE)
def test_a_good_photo_can_wear_a_top(analysis: Analysis, path: str) -> None:
    require_dressable(analysis(path), "tops")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_selfie_is_told_that_the_hips_are_missing(eyes: Eyes, photo: Photo, number: int) -> None:
    check = check_person(photo(f"people/{number}_selfie.jpg"), eyes)
    assert check.first_failure is not None
    assert check.first_failure.code == "hips_visible"
    assert check.first_failure.message == MESSAGES["hips_visible"]
    assert "head" in check.visible
    assert "hips" not in check.visible


@pytest.mark.parametrize(
    "path", ["clothes/shirts/1_front.jpg", "clothes/pants/2_front.jpg", "clothes/jackets/3_back.jpg"]
)
def test_clothes_lying_flat_are_nobody(eyes: Eyes, photo: Photo, path: str) -> None:
    check = check_person(photo(path), eyes)
    assert check.first_failure is not None
    assert check.first_failure.code == "person_visible"
    assert check.view == "unknown"
    with pytest.raises(NoPersonFound):
        analyse_person(photo(path), eyes)


def test_two_people_of_one_size_are_too_many(eyes: Eyes, photo: Photo) -> None:
    together = np.concatenate((photo("avatars/1.png"), photo("avatars/3.png")), axis=1)
    check = check_person(together, eyes)
    assert check.first_failure is not None
    assert check.first_failure.code == "one_person"


def test_passers_by_in_the_distance_do_not_matter(analysis: Analysis) -> None:
    person = analysis("avatars/1.png")
    require_dressable(_with(person, other_people=(0.3,)), "tops")
    with pytest.raises(SeveralPeople):
        require_dressable(_with(person, other_people=(0.7,)), "tops")


def _put(ground: Picture, person: Picture, left: int, top: int, height: int) -> None:
    """Paste a photo, shrunk to that height, onto `ground`."""
    scale = height / person.shape[0]
    small = cv2.resize(person, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground[top : top + small.shape[0], left : left + small.shape[1]] = small


def test_passers_by_neither_hide_the_person_nor_widen_their_box(eyes: Eyes, photo: Photo) -> None:
    alone = np.full((1000, 1000, 3), photo("avatars/1.png")[4, 4], np.uint8)
    _put(alone, photo("avatars/1.png"), 50, 0, 1000)
    crowded = alone.copy()
    _put(crowded, photo("avatars/4.png"), 660, 300, 450)
    wanted, found = check_person(alone, eyes).box, check_person(crowded, eyes).box
    assert find_pose(crowded, eyes).other_people  # type: ignore[union-attr]
    assert wanted is not None
    assert found == pytest.approx(wanted, abs=0.02)


def test_of_two_people_of_one_size_neither_gets_a_box(eyes: Eyes, photo: Photo) -> None:
    assert check_person(np.concatenate((photo("avatars/1.png"), photo("avatars/3.png")), axis=1), eyes).box is None


def test_what_is_in_the_mask_apart_from_the_person_is_not_in_the_box(analysis: Analysis) -> None:
    person = analysis("avatars/1.png")
    wanted = box_of(person.pose, person.picture)
    mask = person.pose.body_mask.copy()
    mask[100:180, 4:60] = 0.9
    assert box_of(replace(person.pose, body_mask=mask), person.picture) == wanted


def test_a_part_of_the_person_apart_from_the_rest_is_in_the_box(analysis: Analysis) -> None:
    """A hand beyond a dark sleeve, a foot below a skirt: the joints there tell."""
    person = analysis("avatars/1.png")
    wanted = box_of(person.pose, person.picture)
    assert wanted is not None
    ankles = person.pose.points[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 1].min()
    mask = person.pose.body_mask.copy()
    mask[round(ankles) - 60 : round(ankles) - 20] = 0.0
    assert box_of(replace(person.pose, body_mask=mask), person.picture) == wanted


def test_a_tilted_camera_is_refused(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/3.png")
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 28, 0.7)
    check = check_person(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), eyes)
    assert check.first_failure is not None
    assert check.first_failure.code == "upright"


def test_a_tiny_person_is_asked_to_come_closer(eyes: Eyes, photo: Photo) -> None:
    check = check_person(cv2.resize(photo("avatars/2.png"), None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA), eyes)
    assert check.first_failure is not None
    assert check.first_failure.code == "close_enough"


def test_arms_across_the_torso_are_refused_and_hands_in_front_are_not(analysis: Analysis) -> None:
    person = analysis("avatars/1.png")
    points = person.pose.points
    middle = (points[Joint.LEFT_SHOULDER] + points[Joint.RIGHT_SHOULDER]) / 2
    chest = middle[1] + 0.5 * (points[Joint.LEFT_HIP, 1] - middle[1])
    width = points[Joint.LEFT_SHOULDER, 0] - points[Joint.RIGHT_SHOULDER, 0]
    crossed = _moved(person.pose, Joint.LEFT_WRIST, middle[0] - 0.3 * width, chest)
    crossed = _moved(crossed, Joint.RIGHT_WRIST, middle[0] + 0.3 * width, chest)
    with pytest.raises(PoseNotSupported) as refusal:
        require_dressable(replace(person, pose=crossed), "tops")
    assert refusal.value.reason == "arms_uncrossed"
    clasped = _moved(person.pose, Joint.LEFT_WRIST, middle[0] + 0.05 * width, chest)
    require_dressable(replace(person, pose=_moved(clasped, Joint.RIGHT_WRIST, middle[0] - 0.05 * width, chest)), "tops")


@pytest.mark.parametrize(
    ("degrees", "has_face", "view"),
    [(0, True, "front"), (30, True, "front"), (-30, False, "front"), (75, True, "side"), (-90, False, "side"),
     (180, False, "back"), (170, True, "front")],
)  # fmt: skip
def test_the_view_follows_how_far_the_body_is_turned(
    analysis: Analysis, degrees: float, has_face: bool, view: str
) -> None:
    pose = analysis("avatars/2.png").pose
    angle = np.radians(degrees)
    turn = np.array(((np.cos(angle), 0, -np.sin(angle)), (0, 1, 0), (np.sin(angle), 0, np.cos(angle))))
    turned = replace(pose, world=(pose.world @ turn.T).astype(np.float32))
    assert view_of(turned, has_face) == view


def test_a_photo_cropped_at_the_thighs_is_good_enough_for_trousers_and_tops(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/2.png")
    person = analyse_person(np.ascontiguousarray(picture[: int(0.62 * len(picture))]), eyes)
    require_dressable(person, "tops")
    require_dressable(person, "bottoms")
    with pytest.raises(PoseNotSupported) as refusal:
        require_dressable(person, "footwear")
    assert refusal.value.reason == "feet_visible"


def test_every_refusal_is_permanent_and_kind(analysis: Analysis) -> None:
    person = analysis("avatars/1.png")
    with pytest.raises(EngineRefusal) as refusal:
        require_dressable(_with(person, other_people=(1.0,)), "tops")
    assert refusal.value.permanent
    assert all(message.endswith(".") and 20 < len(message) < 130 for message in MESSAGES.values())
