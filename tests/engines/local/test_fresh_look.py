"""The checks that do not trust the labels see what is painted into a good picture: leftovers, rims, foreign necks."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import dressed, garment_of, picture_of
from tryon.engines.errors import LowQuality
from tryon.engines.local.analysis import BodyLabel, Picture
from tryon.engines.local.checks import LIMITS, refuse_if_ugly, score
from tryon.engines.local.dressing import Dressed
from tryon.engines.local.fresh_look import look_afresh

PERSON, GARMENT = "people/3_posture.jpg", "shirts/3_front.jpg"


def _looked(made: Dressed) -> dict[str, float]:
    return look_afresh(picture_of(PERSON), made, BodyLabel.TOP)


def _spoilt(paint: Callable[[Dressed, Picture], None]) -> Dressed:
    """The finished picture with something painted into the part that was worked on."""
    made = dressed(PERSON, GARMENT)
    picture = made.picture.copy()
    left, upper, right, lower = made.box
    part = np.ascontiguousarray(picture[upper:lower, left:right])
    paint(made, part)
    picture[upper:lower, left:right] = part
    return replace(made, picture=picture)


def test_a_good_picture_keeps_well_inside_every_limit() -> None:
    for name, value in _looked(dressed(PERSON, GARMENT)).items():
        low, high = LIMITS[name]
        assert low <= value <= (low + high) / 2, name


def test_a_piece_of_the_old_sweater_beside_the_new_shirt_is_seen() -> None:
    def leave_a_sleeve(made: Dressed, part: Picture) -> None:
        photo = picture_of(PERSON)[made.box[1] : made.box[3], made.box[0] : made.box[2]]
        old = (made.person.labels == BodyLabel.TOP) & (made.visible < 0.02)
        part[old] = photo[old]

    scores = _looked(_spoilt(leave_a_sleeve))
    assert scores["old_colours"] > LIMITS["old_colours"][1]


def test_cloth_of_a_foreign_colour_at_the_neck_is_seen() -> None:
    def wear_a_scarf(made: Dressed, part: Picture) -> None:
        factor = part.shape[1] / made.warp.torso.shape[1]
        middle = (made.figure.neck_root["left"] + made.figure.neck_root["right"]) / 2 * factor
        size = max(4, round(0.16 * made.figure.unit * factor))
        cv2.circle(part, (round(float(middle[0])), round(float(middle[1]))), size, (30, 160, 60), cv2.FILLED)

    assert _looked(_spoilt(wear_a_scarf))["foreign_at_neck"] > 0.005


def test_an_arm_that_is_missing_is_seen() -> None:
    def paint_the_arms_green(made: Dressed, part: Picture) -> None:
        bare = (made.visible < 0.05) & (made.person.labels == BodyLabel.TOP)
        part[cv2.dilate(bare.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0] = (20, 200, 40)

    made = _spoilt(paint_the_arms_green)
    assert _looked(made)["limb_gap"] > LIMITS["limb_gap"][1]


def test_a_picture_with_leftovers_is_not_shown() -> None:
    scores = score(picture_of(PERSON), dressed(PERSON, GARMENT), garment_of(GARMENT))
    refuse_if_ugly(scores)
    with pytest.raises(LowQuality, match="old_colours"):
        refuse_if_ugly(scores | {"old_colours": 0.2})
