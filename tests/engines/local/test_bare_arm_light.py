"""The light of bared arms."""

import numpy as np
import pytest

from tryon.engines.local.bare_arm_light import (
    LIMB_LIMIT,
    LIMB_SHARE,
    PROFILE_PLACES,
    arm_light,
    bend,
    hue_of_limb,
    limb_profile,
)
from tryon.engines.local.skin_tone import SkinTone


def test_a_limb_is_brightest_in_its_middle_and_darkest_at_the_side_of_the_body() -> None:
    across = np.linspace(-1, 1, 41, dtype=np.float32)
    for station in (0.35, 0.6, 0.9):
        light = arm_light(np.full((1, 41), station, np.float32), across[None])[0]
        assert abs(across[light.argmax()]) < 0.4
        assert light[0] <= light[-1] < light.max() - 0.3


def test_the_form_of_an_arm_has_no_edges() -> None:
    station, across = np.meshgrid(np.linspace(0, 1, 150), np.linspace(-1, 1, 50), indexing="ij")
    light = arm_light(station.astype(np.float32), across.astype(np.float32))
    # The fold of the elbow is the sharpest there is.
    assert max(np.abs(np.diff(light, axis=axis)).max() for axis in (0, 1)) < 0.12


def test_an_arm_has_an_elbow_whose_pit_lies_nearer_to_the_inner_edge_where_it_is_bent() -> None:
    across = np.linspace(-0.8, 0.8, 81, dtype=np.float32)[None]

    def at(station: float, bent: float) -> np.ndarray:
        return arm_light(np.full(across.shape, station, np.float32), across, bent)[0]

    straight = at(0.47, 0.0) - at(0.75, 0.0)
    assert abs(across[0, straight.argmin()]) < 0.25
    # Deeper it would be a bruise: 0.35 below what is around it.
    assert -0.35 < straight.min() < -0.2
    bent = at(0.47, 1.0) - at(0.75, 1.0)
    assert across[0, bent.argmin()] < across[0, straight.argmin()] - 0.2
    assert at(0.56, 0.0)[60] > at(0.4, 0.0)[60] + 0.2
    seen = arm_light(np.full(across.shape, 0.47, np.float32), across, 0.0, elbow=False)[0]
    np.testing.assert_allclose(seen, arm_light(np.full(across.shape, 0.6, np.float32), across, 0.0, elbow=False)[0])


def test_how_far_an_arm_is_bent() -> None:
    down = np.stack([np.zeros(21), np.linspace(0, 1, 21)], axis=1).astype(np.float32)
    assert bend(down) == pytest.approx(0.0, abs=1e-6)
    across = np.stack([np.maximum(np.linspace(-1, 1, 21), 0), np.minimum(np.linspace(-1, 1, 21), 0)], axis=1)
    assert bend(across.astype(np.float32)) == pytest.approx(1.0, abs=0.05)


def test_a_hand_tells_the_hue_of_its_arm_and_a_seen_arm_that_of_its_shade() -> None:
    tone = SkinTone(0.0, 1.0, np.zeros(3, np.float32), np.ones(3, np.float32))
    level = np.asarray([[-1.0, -0.5]], np.float32)
    redder = np.exp(np.asarray([0.1, 0.0, -0.1], np.float32) - np.float32(1.0)) * np.ones((400, 1), np.float32)
    hand = hue_of_limb(redder, np.zeros(400, bool), tone, level)
    assert hand[0, 0, 0] > 0.05
    assert hand[0, 0, 2] < -0.05
    np.testing.assert_allclose(hand[0, 0], hand[0, 1], atol=1e-6)
    bright = np.linspace(-0.5, 0.5, 400, dtype=np.float32)[:, None] - np.float32(0.7)
    shaded = np.exp(bright - 0.2 * (bright + 0.7) * np.asarray([1.0, 0.0, -1.0], np.float32))
    arm = hue_of_limb(shaded.astype(np.float32), np.ones(400, bool), tone, level)
    assert arm[0, 0, 0] > arm[0, 1, 0] + 0.03


def test_a_hand_tells_how_bright_the_arm_is_and_the_arm_on_which_side() -> None:
    across = np.linspace(-0.9, 0.9, 400).astype(np.float32)
    off = -0.3 * across
    arm = limb_profile(off + np.float32(0.1), across, np.ones(400, bool))
    np.testing.assert_allclose(arm[1:-1], 0.1 - 0.3 * PROFILE_PLACES[1:-1], atol=0.02)
    hand = limb_profile(off + np.float32(9.0), across, np.zeros(400, bool))
    np.testing.assert_allclose(hand, LIMB_SHARE * LIMB_LIMIT, atol=1e-6)
