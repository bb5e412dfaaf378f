"""Which colours each thing has in this photo: first from where it almost surely is, then from all that was found."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.colours import ColourModel
from tryon.engines.local.hems import Ends
from tryon.engines.local.places import below_hem
from tryon.engines.local.raster import pieces_holding
from tryon.engines.local.scene import MIN_SAMPLES, Scene, Thing, above_chin
from tryon.engines.local.skin import learn_more

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Palette = dict[Thing, ColourModel]

ONE_COLOUR: Final = 0.75
"""Likeness of two garments' colours from which they can't be told apart by colour: dresses reach 0.83 and more."""
LEAST_HAIR: Final = 0.03
"""Of the face's height squared: less that is not skin is earrings and collars, not hair."""
FRAME_ROWS: Final = 3
"""Of the reduced picture: what begins in them comes from above the frame."""
BALD: Final = 0.95
"""Share of skin-coloured pixels around the upper face from which there is no hair."""


def first_palette(scene: Scene) -> Palette:
    """Colours from the places where a thing almost certainly is."""
    sure = scene.matte > 0.95
    not_skin = scene.skin_odds < 2.0
    feet = sure & (scene.feet < 0.08) & (scene.skin_odds < 0.0)
    top = ColourModel(scene.bins[_on_chest(scene, not_skin)])
    return {
        Thing.SKIN: scene.skin.colours,
        Thing.HAIR: ColourModel(scene.bins[_on_hair(scene, not_skin, top)]),
        Thing.TOP: top,
        Thing.BOTTOM: _mostly_cloth(scene, _on_thighs(scene), not_skin),
        Thing.SHOES: ColourModel(scene.bins[feet]),
        Thing.CARRIED: ColourModel(scene.bins[:0, 0]),
    }


def _on_chest(scene: Scene, not_skin: Mask) -> Mask:
    """The chest. Above the breast skin may show; below it people are dressed, in whatever colour."""
    across, down = scene.body.frame
    chest = (scene.matte > 0.95) & ~scene.hands & (np.abs(across) < 0.40) & (scene.forearm > 0.14)
    chest &= (scene.head > 0.15) & (down > 0.28) & (down < 0.55)
    covered = (np.abs(across) < 0.32) & (down > 0.34) & (down < 0.46)
    return chest & (not_skin | covered)


def _on_thighs(scene: Scene) -> Mask:
    _, down = scene.body.frame
    place = (scene.matte > 0.95) & ~scene.hands & (scene.forearm > 0.14) & (down > 1.12)
    thigh = np.logical_or(*((distance < 0.12) & (at > 0.1) & (at < 0.8) for distance, at in scene.legs.values()))
    return place & thigh


def _on_hair(scene: Scene, not_skin: Mask, top: ColourModel) -> Mask:
    """The crown; where that is cropped, what hangs beside the neck and is not the top's colour."""
    across, down = scene.body.frame
    sure = (scene.matte > 0.95) & not_skin
    around = (scene.matte > 0.95) & (scene.head > 0.04) & (scene.head < 0.35) & above_chin(scene, 0.6)
    if around.sum() > MIN_SAMPLES and (around & not_skin).sum() < (1.0 - BALD) * around.sum():
        return np.zeros_like(around)
    crown = sure & (scene.head > 0.04) & (scene.head < 0.35) & (down < -0.1) & above_chin(scene, 0.4)
    if crown.sum() > MIN_SAMPLES:
        return crown
    tied = _tied_hair(scene, sure)
    if tied.sum() > MIN_SAMPLES:
        return tied
    beside = sure & (np.abs(across) < 0.45) & (down < -0.12) & (scene.skin_odds < 0.0)
    beside &= top.log_odds(scene.bins) < 0.0
    enough = max(MIN_SAMPLES, LEAST_HAIR * scene.body.face_height**2)
    return beside if beside.sum() > enough else np.zeros_like(crown)


def _tied_hair(scene: Scene, sure: Mask) -> Mask:
    """What hangs behind the neck from above the frame that cuts the head at the mouth: no collar stands so high."""
    high = sure & (scene.head > 0.04) & (scene.head < 1.0) & above_chin(scene, 0.15) & (scene.skin_odds < 0.0)
    at_frame = np.zeros_like(high)
    at_frame[:FRAME_ROWS] = True
    return pieces_holding(high, at_frame, connectivity=4)


def _mostly_cloth(scene: Scene, place: Mask, not_skin: Mask) -> ColourModel:
    """Without the skin-coloured pixels, unless nearly all are: then the cloth is skin-coloured."""
    without = place & not_skin
    return ColourModel(scene.bins[without if without.sum() > 0.25 * place.sum() else place])


def of_one_colour(models: Palette) -> bool:
    """A dress, a suit, or white on white."""
    return models[Thing.TOP].likeness(models[Thing.BOTTOM]) > ONE_COLOUR


def learn_again(scene: Scene, models: Palette, likely: Floats, ends: Ends) -> Palette:
    """Colours from all pixels that are now sure, and from limbs that are covered whatever colour their cover has."""
    learnt = dict(models)
    scores = np.stack([cv2.blur(part, (5, 5)) for part in likely])
    sure = scene.matte > 0.95
    in_sleeves, in_trousers = _covered_limbs(scene, ends)
    chosen = {thing: sure & (scores[thing] > 0.8) for thing in (Thing.HAIR, Thing.TOP, Thing.BOTTOM, Thing.SHOES)}
    chosen[Thing.HAIR] &= scene.body.frame[1] < 0.0
    chosen[Thing.TOP] |= sure & in_sleeves
    chosen[Thing.BOTTOM] |= sure & in_trousers
    for thing, samples in chosen.items():
        if samples.sum() > MIN_SAMPLES:
            learnt[thing] = ColourModel(scene.bins[samples])
    learnt[Thing.SKIN] = learn_more(scene.skin, scene.bins[sure & _bare(scene, scores) & ~in_sleeves & ~in_trousers])
    scene.skin_odds = learnt[Thing.SKIN].log_odds(scene.bins)
    return learnt


def _covered_limbs(scene: Scene, ends: Ends) -> tuple[Mask, Mask]:
    """The cores of arms before their cuffs, and of legs between the top's hem and theirs."""
    core = {side: (d < 0.06) & (at > 0.2) & (at < ends.cuffs[side] - 0.2) for side, (d, at) in scene.arms.items()}
    legs = {side: (d < 0.08) & (at > 0.1) & (at < ends.leg_hems[side] - 0.2) for side, (d, at) in scene.legs.items()}
    off_arms = (scene.forearm > 0.14) & ~scene.hands & (below_hem(scene, ends) > 0.9)
    return np.logical_or(*core.values()) & ~scene.hands, np.logical_or(*legs.values()) & off_arms


def _bare(scene: Scene, scores: Floats) -> Mask:
    """Skin for sure, where the light differs from the face's."""
    across, down = scene.body.frame
    chest = (np.abs(across) < 0.3) & (np.abs(down + 0.05) < 0.1)
    limbs = np.minimum(*(distance for distance, _ in scene.arms.values())) < 0.07
    return (scores[Thing.SKIN] > 0.9) & (chest | limbs | scene.hands)
