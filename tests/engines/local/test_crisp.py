"""Small pale products enlarged: flat folds are seen and their edges are steep; patterns stay as they are."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.crisp import enlarged_crisply, folds_seen, with_usual_folds

SIZE = (360, 600)
INSIDE = np.s_[90:-90, 90:-90]


def _folded(light: float, depth: float) -> tuple[Picture, NDArray[np.uint8]]:
    """Cloth in upright folds with a sharp edge each, in a small picture, and where it is in it."""
    columns = np.arange(120)
    folds = light - depth * ((columns % 12) < 5)
    picture = np.repeat(np.rint(folds)[None, :, None], 200, axis=0).repeat(3, axis=2).astype(np.uint8)
    opacity = np.zeros((200, 120), np.uint8)
    opacity[10:190, 10:110] = 255
    return picture, opacity


def _plain(picture: Picture, size: tuple[int, int] = SIZE) -> Picture:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _steepest(picture: Picture) -> float:
    return float(np.abs(np.diff(picture[INSIDE][..., 1].astype(float), axis=1)).max())


def test_the_folds_of_overexposed_cloth_are_deeper_and_steeper_and_its_colour_is_its_own() -> None:
    picture, opacity = _folded(244, 3)
    crisp, plain = enlarged_crisply(picture, opacity, SIZE), _plain(picture)
    assert crisp.shape == plain.shape
    assert crisp[INSIDE].std() > 1.8 * plain[INSIDE].std()
    assert _steepest(crisp) > 1.8 * _steepest(plain)
    assert np.abs(np.median(crisp[INSIDE], axis=(0, 1)) - np.median(plain[INSIDE], axis=(0, 1))).max() <= 4


def test_one_level_of_noise_is_no_fold() -> None:
    picture, opacity = _folded(244, 0)
    noisy = picture - np.random.default_rng(1).integers(0, 2, picture.shape[:2], np.uint8)[..., None]
    assert enlarged_crisply(noisy, opacity, SIZE)[INSIDE].std() < _plain(noisy)[INSIDE].std() + 0.5


def test_patterns_and_dark_cloth_stay_as_they_are() -> None:
    for light, depth in ((244, 60), (60, 3)):
        picture, opacity = _folded(light, depth)
        assert (enlarged_crisply(picture, opacity, SIZE) == _plain(picture)).all()
        assert with_usual_folds(picture, opacity) is picture
        assert folds_seen(picture, opacity) == 1.0


def test_folds_are_deepened_in_pictures_that_are_not_enlarged_too() -> None:
    picture, opacity = _folded(244, 3)
    inner = np.s_[30:-30, 30:-30]
    assert with_usual_folds(picture, opacity)[inner].std() > 1.5 * picture[inner].std()
    assert folds_seen(picture, opacity) < 0.7
    hardly = (140, 233)
    crisp, plain = enlarged_crisply(picture, opacity, hardly), _plain(picture, hardly)
    assert crisp[40:-40, 40:-40].std() > 1.5 * plain[40:-40, 40:-40].std()


def test_a_seam_that_is_as_deep_as_usual_on_pale_cloth_is_made_no_stain() -> None:
    picture, opacity = _folded(236, 3)
    picture[60:64, 30:90] -= 24
    deepened = with_usual_folds(picture, opacity)
    seam, beside = np.s_[61:63, 40:80], np.s_[100:150, 40:80]
    assert picture[seam].mean() - deepened[seam].mean() < 16
    assert deepened[beside].std() > 1.4 * picture[beside].std()
