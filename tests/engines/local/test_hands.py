"""Hands are cut along their own edges, and what they carry is told from the clothes behind it."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis, Picture
from tryon.engines.local.bags import with_bags
from tryon.engines.local.bottoms_hands import without_cloth_hands
from tryon.engines.local.dress_arms import with_sleeves_over_arms
from tryon.engines.local.hands import with_whole_hands
from tryon.engines.local.misfits import without_thin_things

STANDING = "avatars/2.png"


@cache
def person() -> PersonAnalysis:
    return person_of(STANDING)


def unit() -> float:
    points = person().pose.points
    return float(np.linalg.norm(points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER]))


def hands(labels: LabelMap) -> LabelMap:
    return with_whole_hands(person().picture, person().pose, person().matte, labels)


def left_hand() -> NDArray[np.bool_]:
    """The pixels of the wearer's left hand."""
    wrist = person().pose.points[Joint.LEFT_WRIST]
    rows, columns = np.indices(person().labels.shape)
    return (person().labels == BodyLabel.HAND) & (np.hypot(columns - wrist[0], rows - wrist[1]) < 0.6 * unit())


def test_fingers_that_passed_for_cloth_come_back() -> None:
    hand = left_hand()
    rows = np.flatnonzero(hand.any(axis=1))
    fingers = hand.copy()
    fingers[: int(np.quantile(rows, 0.7))] = False
    assert fingers.sum() > 100
    found = hands(np.where(fingers, np.uint8(BodyLabel.BOTTOM), person().labels))
    assert (found[fingers] == BodyLabel.HAND).mean() > 0.8


def test_a_found_hand_is_found_again_the_same() -> None:
    once = hands(person().labels)
    hand, again = once == BodyLabel.HAND, hands(person().labels)
    assert (once == again).all()
    assert (hand != (person().labels == BodyLabel.HAND)).sum() < 0.05 * hand.sum()


def test_no_hand_grows_where_none_was_found() -> None:
    none = np.where(person().labels == BodyLabel.HAND, np.uint8(BodyLabel.BACKGROUND), person().labels)
    assert (hands(none) == none).all()


def with_a_bag(colour: tuple[int, int, int]) -> tuple[Picture, LabelMap, NDArray[np.bool_]]:
    """A thing of this colour in the left hand, taken for the trousers it hangs before."""
    hand = left_hand()
    rows, columns = np.nonzero(hand)
    corner = int(np.median(columns)) - int(0.35 * unit()), int(rows.max()) - int(0.02 * unit())
    thing = np.zeros(hand.shape, np.uint8)
    cv2.rectangle(thing, corner, (corner[0] + int(0.5 * unit()), corner[1] + int(0.4 * unit())), 1, -1)
    bag = (thing > 0) & ~hand
    picture = np.where(bag[..., None], np.uint8(colour), person().picture)
    return picture, np.where(bag, np.uint8(BodyLabel.BOTTOM), person().labels), bag


def test_a_bag_in_a_hand_is_something_carried() -> None:
    picture, labels, bag = with_a_bag((200, 60, 40))
    found = with_bags(picture, person().pose, labels) == BodyLabel.CARRIED
    assert found[bag].mean() > 0.95
    # Cloth in its shade may come with it.
    assert (found & ~bag).sum() < 0.4 * bag.sum()


def test_who_carries_nothing_is_given_nothing() -> None:
    assert (with_bags(person().picture, person().pose, person().labels) == person().labels).all()


def test_sleeves_go_over_arms_and_never_over_hands() -> None:
    hand = left_hand()
    arm = hand & (np.indices(hand.shape)[0] < np.median(np.nonzero(hand)[0]))
    before = np.where(arm, np.uint8(BodyLabel.ARM), person().labels)
    found = with_sleeves_over_arms(person(), before, [np.ones(hand.shape, np.float32)]).labels
    assert (found[arm] == BodyLabel.ARM).all()
    assert (found[hand & ~arm] == BodyLabel.HAND).all()


def test_the_rim_of_a_hand_is_no_thing_it_carries() -> None:
    hand = left_hand()
    rim = hand & ~(cv2.erode(hand.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    found = without_thin_things(np.where(rim, np.uint8(BodyLabel.CARRIED), person().labels), unit())
    assert not np.isin(found[rim], (BodyLabel.CARRIED, BodyLabel.BACKGROUND)).any()
    _, _, bag = with_a_bag((200, 60, 40))
    carrying = np.where(bag, np.uint8(BodyLabel.CARRIED), person().labels)
    assert (without_thin_things(carrying, unit()) == carrying).all()


def test_a_hand_that_was_found_with_much_cloth_beside_it_is_not_in_its_pocket() -> None:
    hand = left_hand()
    bottom = person().labels == BodyLabel.BOTTOM
    wide = cv2.dilate(hand.astype(np.uint8), np.ones((1, int(unit())), np.uint8)) > 0
    cloth = wide & bottom
    assert cloth.sum() > 2 * hand.sum()
    labels = np.where(cloth, np.uint8(BodyLabel.HAND), person().labels)
    lab = cv2.cvtColor(person().picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    found = without_cloth_hands(labels, lab, person(), unit())
    assert (found[hand] == BodyLabel.HAND).mean() > 0.8
