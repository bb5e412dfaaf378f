"""Hair before new cloth shows nothing of the old one between its tips."""

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.hair_rims import with_hair_rims

UNIT = 200.0
HAIR, OLD = np.asarray([70, 40, 30], np.float32), np.asarray([240, 240, 245], np.float32)


def tips() -> tuple[Picture, NDArray[np.bool_], Opacity]:
    """Dark hair over a white top: its lower end goes over into the top between rows 94 and 106, and is taken for hair
    down to row 100."""
    share = np.clip((np.arange(200) - 94) / 12, 0.0, 1.0)[:, None, None]
    photo = np.broadcast_to(HAIR + (OLD - HAIR) * share, (200, 120, 3))
    hair = np.broadcast_to(np.arange(200)[:, None] < 100, (200, 120))
    return np.rint(photo).astype(np.uint8), hair, hair.astype(np.float32)


def test_a_seam_of_the_old_cloth_is_taken_off_the_ends_of_hair() -> None:
    photo, hair, front = tips()
    cloth = np.ones(hair.shape, np.float32)
    picture, opacity = with_hair_rims(photo, front, hair, hair, cloth, UNIT)
    seen = picture.astype(np.float32) * opacity[..., None]
    assert seen[..., 2].max() < HAIR[2] + 15
    assert (opacity[:88] == 1).all()
    assert (opacity[102:] < 0.1).all()


def test_hair_of_the_old_cloth_s_colour_and_hair_away_from_new_cloth_stay_as_they_are() -> None:
    photo, hair, front = tips()
    dark = np.where(photo > 60, np.uint8(60), photo)
    for picture, cloth in ((dark, np.ones(hair.shape, np.float32)), (photo, np.zeros(hair.shape, np.float32))):
        same, opacity = with_hair_rims(picture, front, hair, hair, cloth, UNIT)
        assert (same == picture).all()
        assert np.abs(opacity - front)[:98].max() < 0.05
