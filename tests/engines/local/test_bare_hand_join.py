"""Made-up forearms meet the hands that are seen."""

import numpy as np
import pytest

from tests.engines.local.test_bare_arm import UNIT
from tests.engines.local.test_bare_wrist import WRIST, hand_at, long_sleeved
from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.bare_hand_join import meet_the_hand
from tryon.engines.local.linear import Linear


def _met(photo: Linear, made: Linear) -> Linear:
    labels = hand_at(180, 220)
    light = made.copy()
    meet_the_hand(light, photo, labels, long_sleeved(), labels == BodyLabel.TOP, UNIT)
    return light


def _even(colour: tuple[float, float, float]) -> Linear:
    return np.broadcast_to(np.asarray(colour, np.float32), (450, 400, 3)).copy()


@pytest.mark.parametrize("hand", [(0.4, 0.3, 0.2), (0.22, 0.15, 0.1), (0.3, 0.24, 0.2)])
def test_there_is_no_step_in_light_or_hue_at_the_wrist(hand: tuple[float, float, float]) -> None:
    light = _met(_even(hand), _even((0.3, 0.2, 0.14)))
    np.testing.assert_allclose(light[WRIST - 3, 200], hand, rtol=0.05)
    assert np.abs(np.diff(np.log(light[:WRIST, 200]), axis=0)).max() < 0.02


def test_what_the_hand_tells_fades_up_the_arm() -> None:
    made = _even((0.3, 0.2, 0.14))
    light = _met(_even((0.4, 0.3, 0.2)), made)
    off = np.log(light[..., 0] / made[..., 0])[:, 200]
    assert 0 <= off[int(WRIST - 1.2 * UNIT)] < 0.01
    assert (np.diff(off[int(WRIST - 1.2 * UNIT) : WRIST]) >= -1e-4).all()


def test_a_hand_that_is_lit_from_one_side_lights_the_wrist_so_and_not_the_forearm() -> None:
    aside = np.linspace(-1.0, 1.0, 41, dtype=np.float32)
    photo = _even((0.3, 0.2, 0.14))
    photo[:, 180:221] *= np.exp(0.3 * aside)[:, None]
    off = np.log(_met(photo, _even((0.3, 0.2, 0.14)))[..., 0] / 0.3)
    assert off[WRIST - 3, 212] - off[WRIST - 3, 188] > 0.2
    assert abs(off[int(WRIST - 0.4 * UNIT), 212] - off[int(WRIST - 0.4 * UNIT), 188]) < 0.02


def test_without_a_hand_nothing_is_changed() -> None:
    labels = np.where(hand_at(180, 220) == BodyLabel.HAND, np.uint8(BodyLabel.BACKGROUND), hand_at(180, 220))
    made = _even((0.3, 0.2, 0.14))
    light = made.copy()
    meet_the_hand(light, _even((0.4, 0.3, 0.2)), labels, long_sleeved(), labels == BodyLabel.TOP, UNIT)
    np.testing.assert_array_equal(light, made)
