"""The inside of a longer back is cut off below the front's hem."""

import cv2
import numpy as np

from tryon.engines.local.back_hem import without_back_hem
from tryon.engines.local.cutout import CutOut

FRONT_ENDS, BACK_ENDS = 300, 350


def _top(below: float, depth_at_sides: float = 0.0) -> CutOut:
    """A plain top 240 px wide whose cloth is `below` times as light under row 300, down to 350 in the middle; at the
    sides so much of that depth is left."""
    picture = np.full((380, 280, 3), 225, np.float32)
    solid = np.zeros((380, 280), np.uint8)
    solid[20:FRONT_ENDS, 20:260] = 1
    x = np.arange(20, 260)
    bow = 1 - (np.abs(x - 139.5) / 119.5) ** 2
    for column, share in zip(x, depth_at_sides + (1 - depth_at_sides) * bow, strict=True):
        solid[FRONT_ENDS : round(FRONT_ENDS + (BACK_ENDS - FRONT_ENDS) * share), column] = 1
    picture[FRONT_ENDS:] *= below
    noise = np.random.default_rng(4).normal(0, 2, picture.shape)
    picture = cv2.GaussianBlur(np.clip(picture + noise, 0, 255), (0, 0), 0.8).astype(np.uint8)
    return CutOut(picture, solid.astype(np.float32), frozenset(), 1.0)


def _end_of_the_middle(cut: CutOut) -> int:
    return int(np.flatnonzero(cut.opacity[:, 140] > 0.5)[-1])


def test_the_shaded_crescent_below_the_front_is_cut_off() -> None:
    assert abs(_end_of_the_middle(without_back_hem(_top(below=0.82))) - FRONT_ENDS) < 5


def test_a_front_with_a_round_hem_stays_whole() -> None:
    cut = _top(below=1.0)
    assert without_back_hem(cut) is cut


def test_a_darker_band_as_deep_at_the_sides_is_the_hem_itself() -> None:
    cut = _top(below=0.82, depth_at_sides=1.0)
    assert without_back_hem(cut) is cut


def test_much_darker_cloth_below_is_no_inside() -> None:
    cut = _top(below=0.4)
    assert without_back_hem(cut) is cut
