"""A drawn bag on plain cloth: its shadow goes back to the cloth, the bag itself stays."""

import cv2
import numpy as np

from tryon.engines.local.bag_shadow import without_shadow

WIDTH = 150.0
CLOTH = (226.0, 129.0, 138.0)


def _scene(bag: tuple[float, float, float], fading: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(220, 200, 3) Lab of cloth with a bag on it and 30 rows of shade below that; where the bag is, and both."""
    lab = np.full((220, 200, 3), CLOTH, np.float32)
    lab[60:120, 50:140] = bag
    fade = np.linspace(55.0 if fading else 20.0, 4.0 if fading else 20.0, 30)[:, None]
    lab[120:150, 55:145, 0] -= fade.astype(np.float32)
    thing, both = np.zeros(lab.shape[:2], bool), np.zeros(lab.shape[:2], bool)
    thing[60:120, 50:140] = True
    both[60:120, 50:140] = both[118:147, 55:142] = True
    return cv2.GaussianBlur(lab, (0, 0), 0.7), thing, both


def test_the_shadow_below_a_bag_in_the_cloths_own_hue_is_cloth() -> None:
    lab, thing, both = _scene((198.0, 130.0, 138.0))
    found = without_shadow(lab, both, np.ones(both.shape, bool), WIDTH)
    assert found[thing].mean() > 0.97
    assert found[~thing].sum() < 0.06 * (both & ~thing).sum()


def test_what_hangs_from_a_bag_in_another_hue_stays() -> None:
    lab, _, both = _scene((198.0, 130.0, 138.0))
    lab[120:150, 55:145, 1] += 20.0
    assert without_shadow(lab, both, np.ones(both.shape, bool), WIDTH)[both].mean() > 0.97


def test_what_has_an_edge_of_its_own_is_no_shadow() -> None:
    lab, _, both = _scene((198.0, 130.0, 138.0), fading=False)
    lab[145:150, 55:145, 0] = 150.0
    lab[120:150, 140:145, 0] = lab[120:150, 55:60, 0] = 150.0
    found = without_shadow(lab, both, np.ones(both.shape, bool), WIDTH)
    assert found[both].mean() > 0.9


def test_a_bag_without_edges_stays_whole() -> None:
    lab, _, both = _scene(CLOTH)
    lab[both, 0] -= 3.0
    lab = cv2.GaussianBlur(lab, (0, 0), 6.0)
    assert (without_shadow(lab, both, np.ones(both.shape, bool), WIDTH) == both).all()
