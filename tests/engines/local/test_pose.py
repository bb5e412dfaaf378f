"""Joints and faces on real photos."""

import threading

import cv2
import numpy as np
import pytest

from tests.engines.local.conftest import Analysis, Photo
from tryon.engines.local.analysis import Joint
from tryon.engines.local.detection import BODIES, detect
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.face import find_face
from tryon.engines.local.pose import find_pose

STANDING = "people/1_posture.jpg"
SELFIE = "people/2_selfie.jpg"


def test_a_standing_man_is_found_from_head_to_feet(analysis: Analysis) -> None:
    pose = analysis(STANDING).pose
    rows = [pose.points[joint, 1] for joint in (Joint.NOSE, Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE)]
    assert rows == sorted(rows)
    assert pose.score > 0.9
    assert pose.presence[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]].min() > 0.5


def test_left_is_the_wearers_left(analysis: Analysis) -> None:
    pose = analysis(STANDING).pose
    for left, right in ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP)):
        assert pose.points[left, 0] > pose.points[right, 0]


def test_a_mirrored_photo_gives_the_mirrored_pose(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/2.png")
    pose = find_pose(picture, eyes)
    mirrored = find_pose(np.ascontiguousarray(picture[:, ::-1]), eyes)
    assert pose is not None
    assert mirrored is not None
    shoulders = abs(pose.points[Joint.LEFT_SHOULDER, 0] - pose.points[Joint.RIGHT_SHOULDER, 0])
    back = picture.shape[1] - 1 - mirrored.points[:, 0]
    for one, other in ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW)):
        assert abs(pose.points[one, 0] - back[other]) < 0.08 * shoulders
        assert abs(pose.points[one, 1] - mirrored.points[other, 1]) < 0.08 * shoulders


def test_a_leaning_camera_turns_the_pose_with_it(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/3.png")
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 15, 0.9)
    straight = find_pose(picture, eyes)
    leaning = find_pose(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), eyes)
    assert straight is not None
    assert leaning is not None
    expected = straight.points @ turn[:, :2].T + turn[:, 2]
    joints = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP]
    shoulders = np.linalg.norm(straight.points[Joint.LEFT_SHOULDER] - straight.points[Joint.RIGHT_SHOULDER])
    assert np.linalg.norm(leaning.points[joints] - expected[joints], axis=1).max() < 0.15 * shoulders
    assert leaning.world[Joint.LEFT_HIP, 1] < leaning.world[Joint.LEFT_KNEE, 1]


def test_hips_below_the_frame_are_known_to_be_absent(eyes: Eyes, photo: Photo) -> None:
    pose = find_pose(photo(SELFIE), eyes)
    assert pose is not None
    assert pose.presence[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].max() < 0.5


def test_two_people_are_two_detections(eyes: Eyes, photo: Photo) -> None:
    one, other = photo("avatars/1.png"), photo("avatars/3.png")
    together = np.concatenate((one, other), axis=1)
    assert len(detect(together, BODIES, eyes)) == 2
    pose = find_pose(together, eyes)
    assert pose is not None
    assert len(pose.other_people) == 1
    assert 0.6 < pose.other_people[0] <= 1.0


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_an_empty_picture_holds_nobody(eyes: Eyes, colour: int) -> None:
    assert find_pose(np.full((600, 400, 3), colour, np.uint8), eyes) is None


def test_a_head_cropped_away_does_not_turn_the_person_round(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/1.png")
    whole = find_pose(picture, eyes)
    assert whole is not None
    mouth = int(whole.points[[Joint.MOUTH_LEFT, Joint.MOUTH_RIGHT], 1].mean())
    cropped = find_pose(np.ascontiguousarray(picture[mouth:]), eyes)
    assert cropped is not None
    shoulders = whole.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]] - (0.0, mouth)
    width = np.linalg.norm(shoulders[0] - shoulders[1])
    found = cropped.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]]
    assert np.linalg.norm(found - shoulders, axis=1).max() < 0.2 * width


@pytest.mark.parametrize("path", [STANDING, "people/2_posture.jpg", "avatars/4.png", SELFIE])
def test_the_face_mesh_lies_on_the_face(eyes: Eyes, photo: Photo, path: str) -> None:
    pose = find_pose(photo(path), eyes)
    assert pose is not None
    face = find_face(photo(path), pose, eyes)
    assert face is not None
    assert face.shape == (468, 2)
    low, high = face.min(0), face.max(0)
    for joint in (Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE, Joint.MOUTH_LEFT):
        assert (low < pose.points[joint]).all()
        assert (pose.points[joint] < high).all()


def test_no_face_is_found_where_the_head_is_cropped(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/1.png")
    pose = find_pose(picture, eyes)
    assert pose is not None
    shoulders = pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]]
    below_chin = int(shoulders[:, 1].min() - 0.3 * np.linalg.norm(shoulders[0] - shoulders[1]))
    cropped = np.ascontiguousarray(picture[below_chin:])
    again = find_pose(cropped, eyes)
    assert again is not None
    assert find_face(cropped, again, eyes) is None


def test_threads_see_the_same(eyes: Eyes, photo: Photo) -> None:
    picture = photo("avatars/2.png")
    seen: list[np.ndarray] = []

    def look() -> None:
        pose = find_pose(picture, eyes)
        assert pose is not None
        seen.append(pose.points)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 3
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])
