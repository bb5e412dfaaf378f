"""Above clothes in the colour of skin the neck ends in a fair curve; above all others, where it is seen to end."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, LabelMap, Picture
from tryon.engines.local.figure import Figure
from tryon.engines.local.neck_end import with_neck_to_its_end

UNIT = 200.0
ROOTS = {"right": np.asarray([110, 100], np.float32), "left": np.asarray([190, 100], np.float32)}
FIGURE = cast(Figure, SimpleNamespace(unit=UNIT, neck_root=ROOTS))
COLLAR = 108
"""Row at which the neck's own colour ends."""
SKIN, CLOTH = (215, 165, 145), (188, 152, 122)


def scene(cloth: tuple[int, int, int], worn_from: int) -> tuple[Picture, LabelMap]:
    """A neck whose label runs down into the top as a ragged tongue, which has the top's colour from `worn_from` on."""
    labels = np.full((300, 300), BodyLabel.BACKGROUND, np.uint8)
    labels[100:, 40:260] = BodyLabel.TOP
    labels[40:100, 115:186] = labels[100:150, 115:186] = BodyLabel.NECK
    for column in range(115, 186, 14):
        labels[150:165, column : column + 7] = BodyLabel.NECK
    picture = np.full((300, 300, 3), 235, np.uint8)
    picture[labels == BodyLabel.NECK] = SKIN
    picture[labels == BodyLabel.TOP] = cloth
    picture[worn_from:][labels[worn_from:] == BodyLabel.NECK] = cloth
    noise = np.random.default_rng(2).normal(0, 3, picture.shape)
    return cv2.add(picture, noise, dtype=cv2.CV_8U), labels


def ended(picture: Picture, labels: LabelMap) -> LabelMap:
    person = replace(person_of("people/1_posture.jpg"), picture=picture, labels=labels)
    return with_neck_to_its_end(person, FIGURE).labels


def test_cloth_that_passed_for_skin_below_the_neck_is_the_top_s_again() -> None:
    labels = ended(*scene(CLOTH, COLLAR))
    [neck] = [np.flatnonzero(labels[:, 150] == BodyLabel.NECK)]
    assert abs(neck.max() - COLLAR) < 6, "it ends where its own colour does"
    assert (labels[125:] != BodyLabel.NECK).all()
    ends = [np.flatnonzero(labels[:, column] == BodyLabel.NECK).max() for column in range(116, 185)]
    assert np.abs(np.diff(ends)).max() <= 1, "in a curve without teeth"


@pytest.mark.parametrize(("cloth", "worn_from"), [((40, 60, 170), 300), (CLOTH, 300)])
def test_skin_that_differs_from_the_top_stays_skin(cloth: tuple[int, int, int], worn_from: int) -> None:
    picture, labels = scene(cloth, worn_from)
    np.testing.assert_array_equal(ended(picture, labels), labels)
