"""Edges of made-up skin before the bottom garment."""

import numpy as np

from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bare_edges import REACH_PX, with_soft_edges

SHAPE = (80, 60)
SKIN, JEANS, SLEEVE = (0.4, 0.28, 0.2), (0.01, 0.02, 0.05), (0.5, 0.0, 0.0)


def _scene() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Made-up skin all over, the photo, and labels: the old sleeve to the left of a slanting line, jeans right of it;
    their first two pixels show the sleeve's colour."""
    beyond = np.arange(SHAPE[1]) - (20 + np.arange(SHAPE[0]) // 4)[:, None]
    labels = np.where(beyond >= 0, np.uint8(BodyLabel.BOTTOM), np.uint8(BodyLabel.TOP))
    light = np.broadcast_to(np.asarray(SKIN, np.float32), (*SHAPE, 3)).copy()
    photo = np.where((beyond >= 2)[..., None], np.asarray(JEANS), np.asarray(SLEEVE)).astype(np.float32)
    return light, photo, labels, beyond


def test_skin_goes_over_into_the_garment_and_takes_nothing_of_the_old_sleeve() -> None:
    light, photo, labels, beyond = _scene()
    soft = with_soft_edges(light, photo, labels, np.ones(SHAPE, np.float32))
    inner = np.s_[10:70]
    first, second = soft[inner][beyond[inner] == -1], soft[inner][beyond[inner] == -2]
    assert 0.15 < ((SKIN[1] - first[:, 1]) / (SKIN[1] - JEANS[1])).mean() < 0.5
    assert (SKIN[1] - second[:, 1]).mean() > 0.01
    assert (first[:, 0] <= SKIN[0] + 1e-6).all()
    # Along the steps of the slanting line more is mixed in where the garment is on two sides.
    assert np.ptp(first[:, 1]) > 0.02


def test_away_from_the_garment_and_on_it_nothing_is_changed() -> None:
    light, photo, labels, beyond = _scene()
    soft = with_soft_edges(light, photo, labels, np.ones(SHAPE, np.float32))
    same = (beyond >= 0) | (beyond < -REACH_PX - 1)
    np.testing.assert_array_equal(soft[same], light[same])


def test_without_made_up_skin_beside_it_nothing_is_changed() -> None:
    light, photo, labels, _ = _scene()
    assert with_soft_edges(light, photo, labels, np.zeros(SHAPE, np.float32)) is light
