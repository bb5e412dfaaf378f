"""The silhouette and the filter that sharpens it."""

import cv2
import numpy as np
import pytest

from tests.engines.local.conftest import Analysis, Photo
from tryon.engines.local.analysis import Joint
from tryon.engines.local.body import Body
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.guided import GuidedFilter, enlarge
from tryon.engines.local.pose import find_pose
from tryon.engines.local.silhouette import find_silhouette, notches_of

PEOPLE = ["avatars/1.png", "avatars/2.png", "people/2_posture.jpg", "people/3_posture.jpg"]


@pytest.mark.parametrize("path", PEOPLE)
def test_the_person_is_opaque_and_the_corners_are_not(analysis: Analysis, path: str) -> None:
    person = analysis(path)
    matte = person.matte
    assert matte.shape == person.picture.shape[:2]
    assert matte.dtype == np.float32
    for joint in (Joint.NOSE, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE):
        x, y = person.pose.points[joint].astype(int)
        assert matte[y, x] > 0.9
    assert max(matte[5, 5], matte[5, -6], matte[-6, 5], matte[-6, -6]) == 0.0


@pytest.mark.parametrize("path", PEOPLE)
def test_the_silhouette_is_one_piece(analysis: Analysis, path: str) -> None:
    solid = (analysis(path).matte > 0.5).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])
    assert areas[-1] > 0.97 * areas.sum()


def test_the_edge_of_the_silhouette_lies_on_an_edge_of_the_photo(eyes: Eyes, photo: Photo) -> None:
    """A studio avatar on a plain ground: the true silhouette can be had by its difference from the ground."""
    picture = photo("avatars/3.png")
    pose = find_pose(picture, eyes)
    assert pose is not None
    matte = find_silhouette(picture, pose, eyes)
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    hips = int(pose.points[Joint.LEFT_HIP, 1])
    top = int(pose.points[Joint.LEFT_SHOULDER, 1])
    rows = slice(top + 40, hips)
    left, right = lab[rows, :60].mean(1, keepdims=True), lab[rows, -60:].mean(1, keepdims=True)
    share = np.linspace(0.0, 1.0, lab.shape[1], dtype=np.float32)[None, :, None]
    differs = np.abs(lab[rows] - (left + share * (right - left))).sum(-1) > 25
    solid = matte[rows] > 0.5
    shared = (differs & solid).sum() / (differs | solid).sum()
    assert shared > 0.98


def test_the_edge_is_narrow_at_the_body(analysis: Analysis) -> None:
    person = analysis("avatars/3.png")
    row = int(person.pose.points[[Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW], 1].mean())
    soft = ((person.matte[row] > 0.05) & (person.matte[row] < 0.95)).sum()
    assert soft < 40


def test_a_guided_filter_keeps_a_constant_and_follows_the_edge() -> None:
    guide = np.zeros((40, 60, 3), np.float32)
    guide[:, 30:] = 0.8
    rough = np.zeros((40, 60), np.float32)
    rough[:, 34:] = 1.0
    smooth = GuidedFilter(guide, 6, 1e-4).smooth(rough)
    assert smooth[:, 25:29].max() < 0.1
    assert smooth[20, 31] - smooth[20, 28] > 0.2
    np.testing.assert_allclose(GuidedFilter(guide, 6, 1e-4).smooth(np.full((40, 60), 0.3, np.float32)), 0.3, atol=1e-4)


def test_enlarged_coefficients_follow_the_large_picture() -> None:
    large = np.zeros((80, 120, 3), np.float32)
    large[:, 61:] = 1.0
    small = cv2.resize(large, (60, 40), interpolation=cv2.INTER_AREA)
    answer = enlarge(GuidedFilter(small, 3, 1e-4).coefficients(small[..., 0]), large)
    assert answer[:, :60].max() < 0.1
    assert answer[:, 62:].min() > 0.9


def test_stripes_in_the_background_s_colour_cut_no_notches_and_a_gap_beside_the_body_stays(
    analysis: Analysis,
) -> None:
    body = Body.of(analysis("avatars/3.png").pose, None, (800, 400))
    unit = body.width
    low = round(float(body.neck[1])) + 20
    person = np.zeros((low + round(3 * unit), round(3 * unit)), np.float32)
    person[low:, round(unit) : round(2 * unit)] = 1.0
    edge = round(2 * unit)
    for row in range(low + 10, low + round(unit), 8):
        person[row : row + 3, edge - 4 : edge] = 0.0
    gap = np.s_[low + round(1.5 * unit) :, round(1.5 * unit) : round(1.5 * unit) + max(2, round(0.02 * unit))]
    person[gap] = 0.0
    notches = notches_of(person, body)
    stripes = person[low : low + round(unit), edge - 4 : edge] == 0
    assert notches[low : low + round(unit), edge - 4 : edge][stripes].mean() > 0.95
    assert notches[gap].mean() < 0.05
