"""A bite out of a sleeve's label is given back before a wall of the sleeve's colour, and stays before another."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.dressing import crop_person, tidied, working_box
from tryon.engines.local.figure import measure_figure
from tryon.engines.local.pale_sleeves import with_whole_outlines


@pytest.mark.parametrize("like_the_top", [True, False])
def test_a_bite_is_closed_where_the_wall_looks_like_the_sleeve(like_the_top: bool) -> None:
    person = person_of("people/3_posture.jpg")
    small = tidied(crop_person(person, working_box(person)))
    figure = measure_figure(small)
    arm = figure.arms["left"]
    x, y = np.rint(arm.path[4] + arm.outward[4] * arm.outer[4]).astype(int)
    bite = np.zeros(small.labels.shape, np.uint8)
    cv2.circle(bite, (int(x), int(y)), round(0.05 * figure.unit), 1, -1)
    bite[small.labels != BodyLabel.TOP] = 0
    labels = np.where(bite > 0, np.uint8(BodyLabel.BACKGROUND), small.labels)
    picture = small.picture.copy()
    picture[small.labels == BodyLabel.TOP] = (240, 240, 244)
    picture[small.labels == BodyLabel.BACKGROUND] = (240, 240, 244) if like_the_top else (120, 130, 140)
    found = with_whole_outlines(replace(small, picture=picture, labels=labels), figure).labels
    assert bite.sum() > 100
    if like_the_top:
        assert (found[bite > 0] == BodyLabel.TOP).mean() > 0.7
        assert (found != small.labels).mean() < 0.01
    else:
        assert (found == labels).all()
