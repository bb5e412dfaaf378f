"""Pale products on clean grounds keep their sleeves' ends and gaps; shadows are not taken for them."""

import cv2
import numpy as np
import pytest

from tests.engines.local.drawn import t_shirt
from tryon.engines.local.analysis import Picture
from tryon.engines.local.clean_ground import cut_on_clean_ground
from tryon.engines.local.cutout import cut_out
from tryon.engines.local.ground import fit_ground

MASK = t_shirt(sleeve="long").mask


def pale_shirt(ground: float, cloth: float, *, slope: float = 0.0, shadow: float = 0.0, noise: float = 0.0) -> Picture:
    """A long-sleeved shirt hardly lighter or darker than its ground, as a shop's JPEG."""
    height, width = MASK.shape
    light = ground + slope * np.linspace(-1, 1, height)[:, None] ** 3 * np.ones((1, width))
    light = light - shadow * cv2.GaussianBlur(MASK.astype(np.float64), (0, 0), 14)
    folds = 1.5 * np.sin(np.arange(width) / 17.0)[None]
    light = np.where(MASK, cloth + slope * np.linspace(-1, 1, height)[:, None] ** 3 + folds, light)
    light = cv2.GaussianBlur(light, (0, 0), 0.8) + np.random.default_rng(3).normal(0, noise, light.shape)
    encoded = cv2.imencode(".jpg", np.clip(light, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
    return cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), cv2.COLOR_GRAY2RGB)


def overlap(picture: Picture) -> float:
    """Intersection over union of the cut and the true shirt, both cropped to themselves."""
    found = cut_out(picture).opacity > 0.5
    cropped = []
    for mask in (found, MASK):
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        cropped.append(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8))
    same = cv2.resize(cropped[0], cropped[1].shape[::-1], interpolation=cv2.INTER_NEAREST)
    return float((same & cropped[1]).sum() / (same | cropped[1]).sum())


@pytest.mark.parametrize(("ground", "cloth"), [(244, 250), (255, 246), (230, 236)])
def test_a_pale_shirt_is_cut_whole(ground: float, cloth: float) -> None:
    assert overlap(pale_shirt(ground, cloth)) > 0.92


def test_a_ground_of_many_shades_hides_no_cuff() -> None:
    assert overlap(pale_shirt(232, 242, slope=5.0)) > 0.96


def test_a_soft_shadow_is_not_cut_out_with_the_shirt() -> None:
    assert overlap(pale_shirt(240, 228, shadow=9.0)) > 0.9


def test_on_a_noisy_ground_the_first_cut_stays() -> None:
    assert overlap(pale_shirt(225, 245, noise=3.0)) > 0.9


def test_a_gap_that_a_cuff_nearly_closes_is_open_on_either_side() -> None:
    middle, body = MASK.shape[1] // 2, MASK.copy()
    for side in (-1, 1):
        body[640:716, middle + side * np.arange(192, 280)] = True
        body[640:720, middle + side * np.arange(194, 199)] = False
    picture = np.full((*body.shape, 3), 255.0)
    picture[body] = (240, 226, 222)
    picture[430:600, middle - 190 : middle + 190] = (40, 20, 20)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.uint8)
    encoded = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    cut = cut_out(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)))
    row = cut.opacity[round(0.6 * cut.opacity.shape[0])] > 0.5
    assert np.count_nonzero(np.diff(np.pad(row, 1).astype(int)) == 1) == 3


def test_white_cloth_in_the_shade_of_a_print_is_no_hole_and_a_gap_is() -> None:
    rows, columns = np.nonzero(MASK)
    y, x = round(rows.mean()), round(columns.mean())
    light = np.where(MASK, 238.0, 226.0)
    bars = MASK & ((np.arange(len(MASK)) // 24 % 3 == 0)[:, None])
    bars[y - 60 : y + 60, x - 80 : x + 90] = True
    bars[y - 22 : y + 22, x - 42 : x + 2] = False
    light[bars] = 60.0
    shade = np.zeros(MASK.shape)
    cv2.circle(shade, (x - 20, y), 16, 12.0, -1)
    light -= cv2.GaussianBlur(shade, (0, 0), 5.0)
    light[y - 20 : y + 20, x + 40 : x + 60] = 226.0
    picture = cv2.cvtColor(cv2.GaussianBlur(light, (0, 0), 0.8).astype(np.uint8), cv2.COLOR_GRAY2RGB)
    body = MASK & (cv2.GaussianBlur(shade, (0, 0), 5.0) < 6.0)
    body[y - 20 : y + 20, x + 40 : x + 60] = False
    cut = cut_on_clean_ground(picture, MASK, body, fit_ground(picture), (0.0, 0.0, 1.0, 1.0))
    assert cut[y - 10 : y + 10, x - 30 : x - 10].all()
    assert not cut[y - 10 : y + 10, x + 46 : x + 54].any()
