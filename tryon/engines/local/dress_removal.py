"""Takes all old clothes off: what a dress leaves bare is background, neck and arms as under a top, and legs."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis
from tryon.engines.local.bare_legs import HEM_REACH_UNITS, beside_legs, legs_are_seen, shared_with_seen, with_bare_legs
from tryon.engines.local.bare_wrist import cuff_on_hands
from tryon.engines.local.bottoms_removal import beside_trousers
from tryon.engines.local.bottoms_stance import Stance
from tryon.engines.local.dress_target import DressTarget
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.hair_behind import with_hair_behind
from tryon.engines.local.light import shadow_of
from tryon.engines.local.linear import to_linear
from tryon.engines.local.loose_hems import loose_hems
from tryon.engines.local.raster import among, bits, blurred, grown
from tryon.engines.local.removal import Undressed, old_shadow, old_top, over, with_bare_torso
from tryon.engines.local.skin_texture import as_uneven_as_seen
from tryon.engines.local.strap_skin import rim_of_straps
from tryon.engines.local.surroundings import FRINGE_PX, background_plate, head_continued, inside_hair

LEG_SHADOW: Final = 0.24
DEEP_UNITS: Final = 0.08
"""Share of the light that made-up legs lose in the wide shade under a dress's hem, and how far it reaches; just below
the hem comes the narrow shadow that it throws on all."""
EDGE_PX: Final = 2
"""So far beyond a hand the soft edge of skin reaches that is made up on its rim."""
ARMPITS_LEVEL: Final = 0.42
INSIDE: Final = 0.7
"""Torso level below which a dress hides the trunk, and the share of the trunk's width that is made up there."""


def take_off_all(
    person: PersonAnalysis, in_one: PersonAnalysis, figure: Figure, stance: Stance, target: DressTarget,
    cloth: Opacity, shade: NDArray[np.float32],
) -> Undressed:  # fmt: skip
    """Remove top and bottom of `person`, who is also given with them `in_one` piece.

    Skin that `cloth`, the new dress's opacity, hides anyway is not made up; `shade` is the log gain of the light on
    the old clothes. Raises LowQuality where legs would have to be made up and no skin is seen to take their tone from.
    """
    shadow = old_shadow(person, cloth, figure.unit)
    rim = rim_of_straps(person, figure)
    opacity = np.maximum(np.maximum(old_top(in_one), shadow), rim)
    photo = to_linear(person.picture)
    opacity = np.maximum(opacity, cuff_on_hands(person, photo, figure, cloth) * (cloth < 0.5))
    needed = (opacity > 0) & (cloth < 0.99)
    light = background_plate(person, cloth < 0.99)
    opacity = np.maximum(opacity, loose_hems(person, light, opacity, figure.unit))
    hidden = beside_trousers(cloth, target.lower, figure.unit)
    light, legs = with_bare_legs(light, person, stance, target.lower.hems, needed, shade, figure.unit, hidden)
    deep = shadow_of(cloth, (0.0, DEEP_UNITS * figure.unit / 2), DEEP_UNITS * figure.unit)
    light = as_uneven_as_seen(light, legs, person, photo) * (1 - LEG_SHADOW * deep * legs)[..., None]
    shared = shared_with_seen(person.labels, figure.unit)
    if not legs_are_seen(person.labels, stance):
        # What little is labelled leg may be a patch of floor, and goes with the old clothes.
        shared = (~among(person.labels, (BodyLabel.SHOES, BodyLabel.HAND))).astype(np.float32)
    opacity = np.maximum(opacity, legs * shared)
    opacity = np.maximum(opacity, beside_legs(person.labels, legs, HEM_REACH_UNITS * figure.unit))
    light = over(light, head_continued(in_one, photo), inside_hair(in_one, figure))
    behind = light
    upper, skin = with_bare_torso(light, in_one, photo, _bare_above_the_armpits(figure), target.whole, needed)
    replaced = (opacity > 0) & among(person.labels, (BodyLabel.ARM, BodyLabel.HAND))
    above = arms_and_trunk(person.labels, replaced, np.maximum(shadow, rim))
    light, skin = over(light, upper, above), np.maximum(skin * above, legs)
    light = with_hair_behind(light, behind, in_one, photo, figure, skin, cloth)
    return Undressed(light, opacity, skin * opacity, np.zeros_like(opacity))


def arms_and_trunk(labels: LabelMap, replaced: NDArray[np.bool_], shadow: Opacity) -> Opacity:
    """0..1 where skin of arms and trunk may be made up: under the old top, in its `shadow` and on its straps' rims, and
    on the rim of seen arms and hands that is `replaced`, with the soft edge of that. No arm was under trousers or a
    skirt, however near it hangs to them."""
    place = grown(bits(labels == BodyLabel.TOP), FRINGE_PX) | grown(bits(replaced), EDGE_PX)
    return np.maximum(blurred(place.astype(np.float32), 0.8), (shadow > 0).astype(np.float32))


def _bare_above_the_armpits(figure: Figure) -> Figure:
    """The figure whose trunk lies well inside a dress from the armpits down, for no skin is seen beside it there."""
    inside = np.where(TORSO_LEVELS > ARMPITS_LEVEL, np.float32(INSIDE), np.float32(1.0))
    return replace(figure, bare={side: half * inside for side, half in figure.bare.items()})
