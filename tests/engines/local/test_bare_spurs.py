"""Corners of the old top that were taken for an arm."""

import numpy as np

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bare_spurs import spurs
from tryon.engines.local.figure import measure_figure


def test_an_arm_that_stands_out_of_the_shoulder_is_a_spur_and_one_that_hangs_is_none() -> None:
    figure = measure_figure(person_of("people/3_posture.jpg"))
    (x, y), unit = np.rint(figure.shoulder_tip["left"]).astype(int), figure.unit
    rounded = np.zeros((1000, 1000), np.float32)
    rounded[y:, : x + 5] = 1.0
    labels = np.zeros(rounded.shape, np.uint8)
    labels[y - 6 : y + 10, x - 4 : x] = BodyLabel.ARM
    labels[y + round(0.5 * unit) :, x : x + 40] = BodyLabel.ARM
    found = spurs(labels, rounded, figure)
    assert found[y - 6 : y - 2, x - 4 : x].all()
    assert not found[y - 1 :].any()
