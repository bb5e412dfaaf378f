"""The rim of patterns that have the ground's colour: white stripes end where the dark ones beside them do."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.ground import fit_ground
from tryon.engines.local.likeness import Likeness, smooth_lab_of, steps_of
from tryon.engines.local.pattern_rim import with_pattern_rim

Mask = NDArray[np.bool_]

NAVY, WHITE, RIM, PAPER = (36, 38, 58), (246, 247, 244), (226, 227, 226), (244, 244, 244)


def _striped(period: int = 26) -> tuple[NDArray[np.uint8], Mask, Mask]:
    """A shirt in navy and white on white paper, its white hardly shaded at the sides; the shirt, its white stripes."""
    shirt = np.zeros((600, 500), bool)
    shirt[80:520, 120:380] = True
    white = shirt & (np.arange(600)[:, None] % period >= period // 2)
    edge = cv2.distanceTransform(shirt.astype(np.uint8), cv2.DIST_L2, 3) < 5
    picture = np.full((600, 500, 3), PAPER, np.float32)
    picture[shirt], picture[white], picture[white & edge] = NAVY, WHITE, RIM
    return cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.uint8), shirt, white


def _cut(picture: NDArray[np.uint8], body: Mask, gaps: Mask | None = None) -> Mask:
    ground, lab = fit_ground(picture), smooth_lab_of(picture)
    likeness = Likeness.of(lab, ground.colours(*lab.shape[:2]), ground)
    none = np.zeros_like(body)
    return with_pattern_rim(body, likeness, steps_of(lab), none if gaps is None else gaps, float(ground.noise[0]))


def test_the_lost_ends_of_white_stripes_come_back() -> None:
    picture, shirt, white = _striped()
    bitten = shirt.copy()
    bitten[:, 120:132] &= ~white[:, 120:132]
    found = _cut(picture, bitten)
    assert (found & shirt)[100:500, 120:132].mean() > 0.9
    assert (found & ~shirt).sum() < 60


def test_a_white_stripe_lost_above_the_last_dark_one_comes_back() -> None:
    picture, shirt, white = _striped()
    torn = shirt.copy()
    torn[455:480] &= ~white[455:480] | (np.arange(500) < 126) | (np.arange(500) > 374)
    assert _cut(picture, torn)[455:480, 120:380].mean() > 0.95


def test_a_gap_beside_a_striped_sleeve_stays_open() -> None:
    picture, shirt, _ = _striped()
    gap = np.zeros_like(shirt)
    gap[200:440, 300:310] = True
    picture[gap] = PAPER
    assert _cut(picture, shirt & ~gap, gap)[210:430, 301:309].mean() < 0.05


def test_a_notch_in_cloth_unlike_the_ground_stays() -> None:
    picture, shirt, _ = _striped()
    picture[shirt] = NAVY
    notch = np.zeros_like(shirt)
    notch[300:320, 120:132] = True
    picture[notch] = PAPER
    assert not (_cut(picture, shirt & ~notch) & notch).any()
