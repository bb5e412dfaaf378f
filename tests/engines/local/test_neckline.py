"""The front neckline, where other lines in the opening are as clear as its own edge."""

import cv2
import numpy as np

from tests.engines.local.drawn import MIDDLE, Drawn, t_shirt
from tryon.engines.local.garment_landmarks import read_upper_landmarks

CLOTH = (120, 190, 220)
DEEPEST = 300
"""Row in which the fronts of the blouse meet; its neck points lie in row 120."""


def blouse(*, opens: bool) -> Drawn:
    """Plain cloth that shows the facing of its back as a faint bow, and in its place a V down to where fronts meet."""
    drawn = t_shirt(cloth=CLOTH, shadow=0.1)
    ground = np.asarray(drawn.picture[5, 5], np.float64)
    picture = np.where(drawn.mask[..., None], np.asarray(CLOTH, np.float64), ground)
    t = np.linspace(0, np.pi, 41)
    bow = np.stack([MIDDLE + 72 * np.cos(t), 120 + 56 * np.sin(t)], axis=1)
    cv2.polylines(picture, [np.rint(bow).astype(np.int32)], False, [0.975 * c for c in CLOTH], 2, cv2.LINE_AA)
    if opens:
        point = np.asarray([(MIDDLE - 72, 120), (MIDDLE, DEEPEST), (MIDDLE + 72, 120)], np.int32)
        cv2.polylines(picture, [point], False, [0.9 * c for c in CLOTH], 4, cv2.LINE_AA)
    noise = np.random.default_rng(7).normal(0, 1.2, picture.shape)
    return Drawn(np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7) + noise, 0, 255).astype(np.uint8), drawn.mask, {})


def deepest(drawn: Drawn) -> float:
    return float(read_upper_landmarks(drawn.picture, drawn.mask).neckline.curve[:, 1].max())


def test_a_blouse_opens_down_to_where_its_fronts_meet_and_not_to_the_facing_of_its_back() -> None:
    assert abs(deepest(blouse(opens=True)) - DEEPEST) < 25


def test_without_an_opening_the_neckline_stays_shallow() -> None:
    assert deepest(blouse(opens=False)) < 200
