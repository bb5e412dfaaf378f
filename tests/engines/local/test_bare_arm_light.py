"""The light of bared arms."""

import numpy as np

from tryon.engines.local.bare_arm_light import LIMB_LIMIT, LIMB_SHARE, PROFILE_PLACES, arm_light, limb_profile


def test_a_limb_is_brightest_in_its_middle_and_darkest_at_the_side_of_the_body() -> None:
    across = np.linspace(-1, 1, 41, dtype=np.float32)
    for station in (0.35, 0.6, 0.9):
        light = arm_light(np.full((1, 41), station, np.float32), across[None])[0]
        assert abs(across[light.argmax()]) < 0.4
        assert light[0] <= light[-1] < light.max() - 0.3


def test_the_form_of_an_arm_has_no_edges() -> None:
    station, across = np.meshgrid(np.linspace(0, 1, 150), np.linspace(-1, 1, 50), indexing="ij")
    light = arm_light(station.astype(np.float32), across.astype(np.float32))
    assert max(np.abs(np.diff(light, axis=axis)).max() for axis in (0, 1)) < 0.06


def test_a_hand_tells_how_bright_the_arm_is_and_the_arm_on_which_side() -> None:
    across = np.linspace(-0.9, 0.9, 400).astype(np.float32)
    off = -0.3 * across
    arm = limb_profile(off + np.float32(0.1), across, np.ones(400, bool))
    np.testing.assert_allclose(arm[1:-1], 0.1 - 0.3 * PROFILE_PLACES[1:-1], atol=0.02)
    hand = limb_profile(off + np.float32(9.0), across, np.zeros(400, bool))
    np.testing.assert_allclose(hand, LIMB_SHARE * LIMB_LIMIT, atol=1e-6)
