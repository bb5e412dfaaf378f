"""SSIM against values that others computed: scikit-image 0.26, and the formula by hand."""

import numpy as np
import pytest

from tryon.engines.local.analysis import Picture
from tryon.engines.local.lab.likeness import C1, C2, similarity, similarity_map


def _textures() -> tuple[Picture, Picture, Picture]:
    """A texture, the same with noise, the same with half the contrast; from PCG64 seeded with 5."""
    random = np.random.default_rng(5)
    texture = random.integers(0, 256, (40, 30, 3), dtype=np.uint8)
    noisy = np.clip(texture.astype(int) + random.integers(-40, 41, texture.shape), 0, 255).astype(np.uint8)
    return texture, noisy, (texture // 2 + 60).astype(np.uint8)


def test_it_agrees_with_scikit_image() -> None:
    """structural_similarity(a, b, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
    data_range=255) of version 0.26 gives these."""
    texture, noisy, dull = _textures()
    assert similarity(texture, noisy) == pytest.approx(0.9511820929374576, abs=1e-9)
    assert similarity(texture, dull) == pytest.approx(0.8004483884867373, abs=1e-9)
    assert similarity(texture, 255 - texture) == pytest.approx(-0.9677627261913919, abs=1e-9)


def test_a_picture_is_like_itself() -> None:
    texture, _, _ = _textures()
    assert similarity(texture, texture) == 1.0


def test_two_flat_pictures_differ_in_their_means_alone() -> None:
    dark, light = np.full((16, 16, 3), 60, np.uint8), np.full((16, 16, 3), 180, np.uint8)
    assert similarity(dark, light) == pytest.approx((2 * 60 * 180 + C1) / (60**2 + 180**2 + C1), abs=1e-9)


def test_a_pixel_s_figure_is_the_paper_s_formula_in_its_window() -> None:
    texture, noisy, _ = _textures()
    offsets = np.arange(-5, 6)
    weights = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    weights /= weights.sum()
    a, b = (picture[15:26, 9:20, 1].astype(float) for picture in (texture, noisy))
    mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
    variance_a, variance_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
    covariance = (weights * (a - mean_a) * (b - mean_b)).sum()
    wanted = (2 * mean_a * mean_b + C1) * (2 * covariance + C2)
    wanted /= (mean_a**2 + mean_b**2 + C1) * (variance_a + variance_b + C2)
    green_alone = similarity_map(*(np.repeat(picture[..., 1:2], 3, axis=2) for picture in (texture, noisy)))
    assert green_alone[20, 14] == pytest.approx(wanted, abs=1e-9)


def test_a_change_outside_the_mask_does_not_count_inside_it() -> None:
    texture, _, _ = _textures()
    spoiled = texture.copy()
    spoiled[:, 20:] = 0
    left = np.zeros(texture.shape[:2], bool)
    left[:, :14] = True
    assert similarity(texture, spoiled, left) == 1.0
    assert similarity(texture, spoiled, ~left) < 0.6
    assert np.isnan(similarity(texture, spoiled, np.zeros_like(left)))
