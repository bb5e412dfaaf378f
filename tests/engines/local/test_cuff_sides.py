"""A sleeve that hangs down beside a skirt, and a piece of that skirt that was taken for its cuff."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from tests.engines.local.test_bare_arm import UNIT
from tests.engines.local.test_bare_wrist import WRIST, long_sleeved
from tryon.engines.local.analysis import BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.cuff_sides import with_narrow_cuffs

SKIRT = np.s_[200:450, 60:182]
BULGE = np.s_[WRIST - 24 : WRIST + 4, 145:176]
SLEEVE = np.s_[40:WRIST, 182:218]


def _labels() -> LabelMap:
    labels = np.full((450, 400), BodyLabel.BACKGROUND, np.uint8)
    labels[SKIRT] = BodyLabel.BOTTOM
    labels[SLEEVE] = labels[BULGE] = BodyLabel.TOP
    labels[WRIST:400, 180:220] = BodyLabel.HAND
    return labels


def _found(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> LabelMap:
    """The labels after the second look, of clothes in these colours."""
    labels = _labels()
    picture = np.full((*labels.shape, 3), 240, np.uint8)
    picture[labels == BodyLabel.TOP], picture[SKIRT] = top, bottom
    if top != bottom:
        picture[BULGE] = top
    picture[labels == BodyLabel.HAND] = (200, 150, 130)
    noise = np.random.default_rng(3).integers(-4, 5, labels.shape)[..., None]
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    person = PersonAnalysis(picture, cast(Any, None), None, np.ones(labels.shape, np.float32), labels, None)
    figure = SimpleNamespace(unit=UNIT, arms={"left": long_sleeved()})
    return with_narrow_cuffs(person, cast(Any, figure)).labels


def test_beside_a_skirt_of_its_own_colour_a_cuff_is_as_wide_as_the_hand() -> None:
    found = _found((190, 160, 130), (190, 160, 130))
    assert (found[BULGE] == BodyLabel.BOTTOM).mean() > 0.9
    assert (found[SLEEVE] == BodyLabel.TOP).all()
    assert (found[WRIST:400, 180:220] == BodyLabel.HAND).all()


def test_a_wide_cuff_in_another_colour_stays_wide() -> None:
    assert (_found((30, 30, 40), (190, 160, 130)) == _labels()).all()


@pytest.mark.parametrize("aside", [(-400.0, 0.0), (400.0, 0.0), (0.0, 400.0)])
def test_an_arm_whose_hand_is_beyond_the_frame_tells_nothing(aside: tuple[float, float]) -> None:
    labels, arm = _labels(), long_sleeved()
    arm = replace(arm, path=arm.path + np.asarray(aside, np.float32))
    picture = np.zeros((*labels.shape, 3), np.uint8)
    person = PersonAnalysis(picture, cast(Any, None), None, np.ones(labels.shape, np.float32), labels, None)
    figure = SimpleNamespace(unit=UNIT, arms={"left": arm})
    assert (with_narrow_cuffs(person, cast(Any, figure)).labels == labels).all()
