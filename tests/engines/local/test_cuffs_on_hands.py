"""Cuffs lie over the wrist, not behind the hand."""

from dataclasses import replace

import numpy as np

from tests.engines.local.scenes import dressed, garment_of, person_of, picture_of
from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import BodyLabel, GarmentPart
from tryon.engines.local.cuffs_on_hands import with_hands_in_cuffs
from tryon.engines.local.dressing import dress_top
from tryon.engines.local.garment_parts import with_whole_sleeves

PERSON, JACKET, SHIRT = "people/3_posture.jpg", "jackets/1_front.jpg", "shirts/4_front.jpg"


def test_a_cuff_hides_the_beginning_of_the_hand_and_no_more() -> None:
    done = dressed(PERSON, JACKET)
    factor = done.cloth.opacity.shape[1] / done.warp.torso.shape[1]
    all_hands = replace(done.person, labels=np.full_like(done.person.labels, BodyLabel.HAND))
    labels = with_hands_in_cuffs(all_hands, done.cloth.sleeves, done.figure, done.target, factor).labels
    for side, outline in done.target.sleeves.items():
        x, y = np.rint((outline.middle[-1] * 0.6 + outline.middle[-2] * 0.4) * factor).astype(int)
        assert labels[y, x] == BodyLabel.ARM
        beyond = outline.middle[-1] + (outline.middle[-1] - outline.middle[-2]) * 2
        x, y = np.rint(beyond * factor).astype(int)
        assert labels[y, x] == BodyLabel.HAND, side


def test_short_sleeves_touch_no_hand() -> None:
    done = dress_top(
        picture_of(PERSON), person_of(PERSON), garment_of(SHIRT), TryOnOptions(), lambda stage, percent: None
    )
    factor = done.cloth.opacity.shape[1] / done.warp.torso.shape[1]
    all_hands = replace(done.person, labels=np.full_like(done.person.labels, BodyLabel.HAND))
    same = with_hands_in_cuffs(all_hands, done.cloth.sleeves, done.figure, done.target, factor)
    assert (same.labels == BodyLabel.HAND).all()


def test_the_frill_of_a_cuff_belongs_to_its_sleeve() -> None:
    parts = np.zeros((400, 400), np.uint8)
    parts[40:300, 140:260] = GarmentPart.TORSO
    parts[60:360, 60:100] = GarmentPart.RIGHT_SLEEVE
    parts[340:360, 50:60] = GarmentPart.TORSO
    whole = with_whole_sleeves(parts)
    assert (whole[340:360, 50:60] == GarmentPart.RIGHT_SLEEVE).all()
    assert (whole[40:300, 140:260] == GarmentPart.TORSO).all()
