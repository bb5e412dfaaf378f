"""Wrists under long sleeves, and the arms that such sleeves hid before the body."""

import numpy as np
import pytest

from tests.engines.local.scenes import dressed, person_of
from tryon.engines.local.analysis import BodyLabel, Joint, PersonAnalysis, Points, Pose, Side
from tryon.engines.local.dress_arms import arms_under_sleeves
from tryon.engines.local.dressing import tidied_for_top
from tryon.engines.local.figure_arms import ARM_STATIONS
from tryon.engines.local.wrists import with_wrists_at_the_hands

HAND_BEGINS = 300


def sleeved(wrist: tuple[float, float]) -> PersonAnalysis:
    """A left arm in a sleeve that hangs down to HAND_BEGINS, its wrist guessed to be somewhere else."""
    points = np.full((33, 2), -1000.0, np.float32)
    points[Joint.LEFT_SHOULDER], points[Joint.RIGHT_SHOULDER] = (160, 60), (-40, 60)
    points[Joint.LEFT_ELBOW], points[Joint.LEFT_WRIST] = (160, 180), wrist
    labels = np.full((420, 300), BodyLabel.BACKGROUND, np.uint8)
    labels[60:HAND_BEGINS, 130:200] = BodyLabel.TOP
    labels[HAND_BEGINS:350, 156:192] = BodyLabel.HAND
    sure, matte = np.ones(33, np.float32), (labels > 0).astype(np.float32)
    pose = Pose(points, sure, sure, np.zeros((33, 3), np.float32), 1.0, matte)
    return PersonAnalysis(np.zeros((*labels.shape, 3), np.uint8), pose, None, matte, labels, None)


def wrist_of(person: PersonAnalysis) -> Points:
    return with_wrists_at_the_hands(person).pose.points[Joint.LEFT_WRIST]


@pytest.mark.parametrize("wrist", [(160.0, 270.0), (190.0, 285.0), (145.0, 270.0)])
def test_a_wrist_under_a_sleeve_is_where_the_hand_comes_out_of_it(wrist: tuple[float, float]) -> None:
    assert wrist_of(sleeved(wrist)) == pytest.approx(np.asarray([173.5, HAND_BEGINS + 5]), abs=4)


def test_a_thumb_or_a_strip_of_the_sleeve_s_rim_is_not_the_beginning_of_the_hand() -> None:
    person = sleeved((160.0, 270.0))
    person.labels[HAND_BEGINS - 40 : HAND_BEGINS, 192:200] = BodyLabel.HAND
    assert wrist_of(person)[1] > HAND_BEGINS - 2


def test_a_wrist_under_a_sleeve_is_where_a_hand_seen_edge_on_comes_out_of_it() -> None:
    """Shoulders are 200 px apart, the hand 12 px broad."""
    person = sleeved((160.0, 270.0))
    person.labels[HAND_BEGINS:] = BodyLabel.BACKGROUND
    person.labels[HAND_BEGINS : HAND_BEGINS + 50, 164:176] = BodyLabel.HAND
    assert wrist_of(person) == pytest.approx(np.asarray([169.5, HAND_BEGINS + 5]), abs=4)


@pytest.mark.parametrize("seen", [BodyLabel.HAND, BodyLabel.ARM])
def test_a_wrist_that_is_seen_stays(seen: BodyLabel) -> None:
    person = sleeved((160.0, 270.0))
    person.labels[260:HAND_BEGINS, 140:190] = seen
    assert tuple(wrist_of(person)) == (160.0, 270.0)


def test_a_hand_that_can_t_belong_to_the_forearm_moves_nothing() -> None:
    assert tuple(wrist_of(sleeved((280.0, 190.0)))) == (280.0, 190.0)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_forearm_that_an_old_sleeve_hid_is_before_a_short_sleeved_top(side: Side) -> None:
    done = dressed("people/3_posture.jpg", "shirts/4_front.jpg")
    _, small, figure = tidied_for_top(person_of("people/3_posture.jpg"))
    bare = arms_under_sleeves(small, figure, done.target, small.labels == BodyLabel.HAND)
    arm = figure.arms[side]
    cuff = float(ARM_STATIONS[np.linalg.norm(arm.path - done.target.sleeves[side].middle[-1], axis=1).argmin()])
    below = (cuff + 0.15 < ARM_STATIONS) & (ARM_STATIONS < 0.9)
    assert arm.covered[below].min() > 0.6
    x, y = np.rint(arm.path[below]).astype(int).T
    assert bare[y, x].min() > 0.8
    x, y = np.rint(arm.path[(ARM_STATIONS > 0.05) & (cuff - 0.1 > ARM_STATIONS)]).astype(int).T
    assert bare[y, x].max() < 0.05
    factor = done.cloth.opacity.shape[1] / small.labels.shape[1]
    x, y = np.rint(arm.path[below] * factor).astype(int).T
    assert done.cloth.opacity[y, x].max() < 0.2
