"""Takes the old top off: a picture of the person without it, and an opacity that says where it replaces the photo."""

from dataclasses import dataclass

import numpy as np

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.bare_skin import (
    LEAST_SKIN_PX,
    arm_opacity,
    bare_arm,
    bare_torso,
    torso_ring,
    torso_skin,
    with_pores,
)
from tryon.engines.local.figure import SIDES, Figure, polygon_opacity
from tryon.engines.local.linear import Linear, to_linear
from tryon.engines.local.raster import bits, blurred, grown
from tryon.engines.local.surroundings import FRINGE_PX, background_plate, bottom_continued, head_continued, inside_hair
from tryon.engines.local.target import Target

SKIN_EDGE_PX = 2
"""The old cuff's edge lies on the hand's first pixels."""

LOWEST_LEVEL = 1.5
"""The bottom garment is continued down to this torso level; farther down it was never hidden."""


@dataclass(frozen=True, slots=True)
class Undressed:
    light: Linear
    """(h, w, 3) what stands where the old top was."""
    opacity: Opacity
    """0..1 where it replaces the photo."""
    skin: Opacity
    """0..1 where it shows skin made up here, for shadows."""


def take_off(person: PersonAnalysis, figure: Figure, target: Target, cloth: Opacity) -> Undressed:
    """Remove the old top, from the background forward; `target` tells where the new one leaves skin bare.

    Arms that `cloth`, the new garment's opacity, hides anyway are not made up.
    """
    photo = to_linear(person.picture)
    opacity = _old_top(person)
    shape = opacity.shape
    light = background_plate(person)
    below = polygon_opacity(shape, torso_ring(figure, target.waistband_level, LOWEST_LEVEL), 1.0)
    light = _over(light, bottom_continued(person, photo), below)
    light = _over(light, head_continued(person, photo), inside_hair(person, figure))
    torso = bare_torso(figure, target, shape)
    light, skin = _over(light, torso_skin(person, photo), torso), torso
    needed = (opacity > 0) & (cloth < 0.99)
    for side in SIDES:
        where = arm_opacity(figure.arms[side], target, side, shape)
        if (needed & (where > 0)).sum() > LEAST_SKIN_PX:
            arm = bare_arm(person, photo, figure.arms[side], where, torso)
            light[arm.window] = _over(light[arm.window], arm.light, arm.joined)
            skin = np.maximum(skin, where)
    return Undressed(with_pores(light, skin), opacity, skin * opacity)


def _over(under: Linear, upper: Linear, opacity: Opacity) -> Linear:
    return under + (upper - under) * opacity[..., None]


def _old_top(person: PersonAnalysis) -> Opacity:
    """The old top with the rim where its colour bleeds into the background and onto the skin."""
    top = bits(person.labels == BodyLabel.TOP)
    edges = np.isin(person.labels, (BodyLabel.BACKGROUND, BodyLabel.NECK, BodyLabel.ARM, BodyLabel.MIDRIFF))
    rim = (grown(top, FRINGE_PX, round_=True) > 0) & edges
    cuff = (grown(top, SKIN_EDGE_PX) > 0) & (person.labels == BodyLabel.HAND)
    area = ((top > 0) | rim | cuff).astype(np.float32)
    return np.maximum(blurred(area, 0.8), top.astype(np.float32))
