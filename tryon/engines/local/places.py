"""How likely each thing is at each place of a body, by place alone: log odds that the colours are added to."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.hems import Ends
from tryon.engines.local.raster import box_of
from tryon.engines.local.scene import Scene, Thing, above, above_chin

Floats = NDArray[np.float32]

NEVER: Final = -12.0
"""Log odds that no colour outweighs."""


def priors_by_place(scene: Scene, ends: Ends, hair_is_known: bool) -> dict[Thing, Floats]:
    """Log odds of each thing by place alone."""
    places = _places(scene, ends)
    return {
        Thing.SKIN: _skin_prior(scene, places, ends, hair_is_known),
        Thing.HAIR: _hair_prior(scene) - (0.0 if hair_is_known else 2.5),
        Thing.TOP: _top_prior(scene, places),
        Thing.BOTTOM: _bottom_prior(scene, places),
        Thing.SHOES: np.where(scene.feet < 0.16, 2.0 - 14.0 * scene.feet, NEVER).astype(np.float32),
        Thing.CARRIED: _carried_prior(scene),
    }


@dataclass(slots=True)
class _Places:
    """How much each pixel belongs to a place, 0..1."""

    below_hem: Floats
    sleeve: Floats
    """Arm before the cuff, with room for a wide sleeve."""
    cuffed: Floats
    """Arm before the cuff and a little past it: joints are not placed to the pixel."""
    bare_arm: Floats
    trouser: Floats
    """Leg before its hem."""
    bare_leg: Floats


def _places(scene: Scene, ends: Ends) -> _Places:
    below = below_hem(scene, ends)
    sleeve, _ = _limb_shares(scene.arms, ends.cuffs, 0.30)
    cuffed, _ = _limb_shares(scene.arms, {side: end + 0.25 for side, end in ends.cuffs.items()}, 0.17)
    _, bare_arm = _limb_shares(scene.arms, ends.cuffs, 0.13)
    trouser, bare_leg = _limb_shares(scene.legs, ends.leg_hems, 0.24)
    return _Places(below, sleeve, cuffed, bare_arm, trouser * below, bare_leg * (below > 0.5))


def below_hem(scene: Scene, ends: Ends) -> Floats:
    """0 above the hem, 1 below, soft over a few pixels."""
    rows = np.arange(scene.body.shape[0], dtype=np.float32)[:, None]
    if ends.hem is None:
        return np.zeros(scene.body.shape, np.float32)
    soft = max(1.0, 0.01 * scene.body.torso)
    return (1.0 / (1.0 + np.exp(-np.clip((rows - ends.hem[None]) / soft, -30.0, 30.0)))).astype(np.float32)


def _limb_shares(
    limbs: dict[str, tuple[Floats, Floats]], ends: dict[str, float], radius: float
) -> tuple[Floats, Floats]:
    """How much each pixel belongs to the covered, and to the bare, part of a limb: 0..1 each."""
    shape = next(iter(limbs.values()))[0].shape
    covered, bare = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for side, (distance, position) in limbs.items():
        box = box_of(distance < 1.5 * radius)
        near = np.clip(1.5 - distance[box] / radius, 0.0, 1.0)
        after = 1.0 / (1.0 + np.exp(-np.clip((position[box] - ends[side]) / 0.04, -30.0, 30.0)))
        np.maximum(covered[box], near * (1.0 - after), out=covered[box])
        np.maximum(bare[box], near * after, out=bare[box])
    return covered, bare


def _skin_prior(scene: Scene, places: _Places, ends: Ends, hair_is_known: bool) -> Floats:
    across, down = scene.body.frame
    chest = np.clip(1.0 - np.hypot(across / 0.42, down / 0.28), 0.0, 1.0)
    prior = -2.0 + 4.0 * chest - 3.0 * places.sleeve * (1.0 - chest) - 2.0 * places.trouser
    prior = np.maximum(prior, -1.5 + 3.5 * np.maximum(places.bare_arm, places.bare_leg))
    torso = (np.abs(across) < 0.45) & (down > 0.3) & (down < 1.0)
    prior[torso] -= 3.0 if ends.one_colour else 0.5
    if hair_is_known:
        # Above the eyes, what lies outside the face is hair, however bright its highlights are.
        prior[(scene.head > 0.03) & above_chin(scene, 0.6)] -= 3.0
    prior = np.where(scene.head < 0.0, 3.0 if scene.body.face is not None else 1.0, prior)
    throat = (np.abs(across) < 0.18) & (down < 0.0) & (scene.head > 0.0) & ~above_chin(scene)
    prior = np.where(throat, np.maximum(prior, 1.0), prior)
    return np.where(scene.hands, np.maximum(prior, 2.0), prior).astype(np.float32)


def _chin_trust(scene: Scene) -> Floats:
    """How far "above the chin" can be believed: without a face the chin is a guess, bad beside the neck."""
    if scene.body.face is not None:
        return np.ones((1, 1), np.float32)
    across, _ = scene.body.frame
    return np.clip((0.45 - np.abs(across)) / 0.15, 0.3, 1.0)


def _hair_prior(scene: Scene) -> Floats:
    """Around the face; less and less down to the chest, and hardly inside the face."""
    across, down = scene.body.frame
    ring = np.clip(1.5 - np.maximum(scene.head, 0.0) / 0.5, -4.0, 1.5)
    low = np.clip((down - 0.1) / 0.25, 0.0, 3.0)
    upper_face = (scene.head < 0.0) & ~above(scene, scene.body.chin[1] - 0.75 * scene.body.face_height)
    prior = ring - low
    prior = prior - 1.4 * (1.0 - _chin_trust(scene))
    prior = np.where(scene.head < -0.02, np.where(upper_face, -2.5, -0.5), prior)
    # The throat lies in the chin's shade, and shaded skin can look like dark hair.
    throat = (np.abs(across) < 0.18) & (down < 0.1) & (scene.head > 0.0) & ~above_chin(scene)
    return np.where(throat, prior - 2.5, prior).astype(np.float32)


def _top_prior(scene: Scene, places: _Places) -> Floats:
    across, down = scene.body.frame
    prior = 0.8 * np.clip((down + 0.05) / 0.25, 0.0, 1.0) * (np.abs(across) < 0.6) - 1.0 * places.bare_arm
    prior -= 6.0 * places.below_hem * (1.0 - places.cuffed)
    # Shoulders may rise beside the chin, and a collar up to it, but no garment is worn around the face.
    around_head = (scene.head < 0.6) | (down < -0.45)
    trust = _chin_trust(scene)
    prior -= trust * around_head * (3.0 * above(scene, scene.body.chin[1]) + 5.0 * above_chin(scene))
    prior = np.where(scene.head < 0.0, NEVER if scene.body.face is not None else -1.0, prior)
    return np.where(scene.hands, prior - 1.0, prior).astype(np.float32)


def _bottom_prior(scene: Scene, places: _Places) -> Floats:
    prior = -8.0 + 8.8 * places.below_hem - 3.0 * places.bare_leg - 3.0 * np.maximum(places.cuffed, places.bare_arm)
    prior -= 5.0 * np.clip(1.5 - scene.feet / 0.12, 0.0, 1.0)
    return np.where(scene.hands, prior - 2.5, prior).astype(np.float32)


def _carried_prior(scene: Scene) -> Floats:
    """Things are carried in or below a hand, beside the legs more often than before the torso."""
    across, down = scene.body.frame
    by_hand = np.clip(1.5 - scene.hand / 0.4, 0.0, 1.0) * (down > 0.5)
    return (-4.0 + 3.3 * by_hand - 1.5 * (np.abs(across) < 0.35)).astype(np.float32)
