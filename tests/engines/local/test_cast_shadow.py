"""The shadow a garment casts on its ground is not part of the garment."""

import cv2
import numpy as np

from tests.engines.local.drawn import t_shirt
from tests.engines.local.scenes import garment_of
from tryon.engines.local.analysis import Picture
from tryon.engines.local.cutout import cut_out


def with_deep_shadow(picture: Picture, mask: np.ndarray) -> Picture:
    """A shadow that is darkest right under the hem and fades over fifty pixels."""
    moved = np.roll(mask, (16, 0), axis=(0, 1)).astype(np.float32)
    shade = 1 - 0.6 * cv2.GaussianBlur(moved, (0, 0), 13)
    lit = np.where(mask[..., None], picture, picture * shade[..., None])
    return np.clip(cv2.GaussianBlur(lit, (0, 0), 0.7), 0, 255).astype(np.uint8)


def test_a_deep_shadow_under_the_hem_is_cut_off() -> None:
    drawn = t_shirt(cloth=(120, 120, 122), shadow=0.0)
    cut = cut_out(with_deep_shadow(drawn.picture, drawn.mask))
    rows = np.flatnonzero(drawn.mask.any(axis=1))
    assert abs(cut.opacity.shape[0] - (rows[-1] - rows[0] + 1)) < 10
    assert abs(float((cut.opacity > 0.5).sum()) / drawn.mask.sum() - 1) < 0.03


def test_a_brown_jackets_hem_ends_in_brown() -> None:
    garment = garment_of("jackets/4_front.jpg")
    lowest = garment.opacity.shape[0] - 1 - (garment.opacity[::-1] > 0.5).argmax(axis=0)
    columns = np.arange(garment.opacity.shape[1])[garment.opacity.max(axis=0) > 0.5]
    rim = garment.picture[np.maximum(lowest[columns] - 3, 0), columns].astype(float)
    grey = np.abs(rim[:, 0] - rim[:, 2]) < 8
    assert grey.mean() < 0.12
