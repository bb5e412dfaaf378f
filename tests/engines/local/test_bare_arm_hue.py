"""The hue of arms that were hidden."""

import numpy as np

from tryon.engines.local.bare_arm_hue import TELLING_PX, as_yellow, yellower

STATION = np.linspace(0.0, 1.0, 101, dtype=np.float32)[:, None]
WHOLE = np.ones_like(STATION)


def test_an_arm_is_yellower_than_its_hand_up_to_the_wrist_and_no_darker() -> None:
    skin = np.broadcast_to(np.asarray([0.4, 0.28, 0.2], np.float32), (101, 1, 3))
    arm = np.log(as_yellow(skin.copy(), yellower(STATION, WHOLE, 0.0)) / skin)[:, 0]
    np.testing.assert_allclose(arm[-1], 0.0, atol=1e-6)
    assert (arm[:70, 2] - arm[:70, 1] < -0.04).all()
    np.testing.assert_allclose(arm.mean(axis=1), 0.0, atol=1e-6)
    assert np.abs(np.diff(arm, axis=0)).max() < 0.004


def test_an_arm_that_is_seen_tells_its_hue_itself() -> None:
    assert yellower(STATION, WHOLE, TELLING_PX).max() == 0.0
    assert yellower(STATION, WHOLE, TELLING_PX / 2).max() == 0.5


def test_beside_the_arm_nothing_is_yellower() -> None:
    assert yellower(STATION, 0 * WHOLE, 0.0).max() == 0.0
