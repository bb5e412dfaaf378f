"""Takes the old top off: a picture of the person without it, and an opacity that says where it replaces the photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, PersonAnalysis
from tryon.engines.local.bare_edges import with_soft_edges
from tryon.engines.local.bare_skin import bare_skin
from tryon.engines.local.bare_waist import with_bare_waist
from tryon.engines.local.bare_wrist import cuff_on_hands
from tryon.engines.local.bared_bottom import SEAM_PX, at_old_hem, continued_area, hem_reach
from tryon.engines.local.bottom_alone import as_wide_as_seen
from tryon.engines.local.figure import Figure
from tryon.engines.local.hair_behind import with_hair_behind
from tryon.engines.local.hanging_ties import hanging_ties, without_ties
from tryon.engines.local.linear import Linear, to_linear
from tryon.engines.local.raster import Bits, among, bits, blurred, connected, depth, grown, highest, opened
from tryon.engines.local.skin_texture import as_uneven_as_seen
from tryon.engines.local.strap_skin import rim_of_straps, with_skin_from_beside
from tryon.engines.local.surroundings import FRINGE_PX, background_plate, bottom_continued, head_continued, inside_hair
from tryon.engines.local.target import Target

SHADOW_UNITS = {BodyLabel.ARM: 0.18, BodyLabel.MIDRIFF: 0.12, BodyLabel.NECK: 0.05}
"""The old top's edge darkens skin at most so far from it."""
SHADOW_CORE = {BodyLabel.ARM: 0.35, BodyLabel.MIDRIFF: 0.0, BodyLabel.NECK: 0.0}
"""Over this share of that way nothing of the skin is kept: a sleeve's hem draws a dark line there."""

BARED_UNITS = 0.025
"""Strips of the old top narrower than twice this are the new garment's edge, no bared skin."""

LOOSE_UNITS = 0.06
"""Loose ends of the old top stand out at most so far."""

LOOSE_CONTRAST = 0.12
"""Difference in the square root of light; a soft shadow on a wall has less."""

SKIN_EDGE_PX = 2
"""The old cuff's edge lies on the hand's first pixels."""

SPECK_SHARE = 0.0005
"""A piece of the old top smaller than this share of it is noise on the rim of a hand or an arm."""

RIM_PX = 1
"""So far beyond what the photo shows of the person, made-up skin ends."""

EDGE_PX = 0.8
"""Softness of the bottom's edge (standard deviation) where the old top is taken off before it."""

PARTLY = 0.02
MOST_THROUGH = 0.35
"""Where skin meets the bottom garment at most a quarter of the background shines through; more of it is background
beside both."""


@dataclass(frozen=True, slots=True)
class Undressed:
    light: Linear
    """(h, w, 3) what stands where the old top was."""
    opacity: Opacity
    """0..1 where it replaces the photo."""
    skin: Opacity
    """0..1 where it shows skin made up here, for shadows."""
    bottom: Opacity
    """0..1 where it shows the bottom garment, continued under the old top."""


def take_off(person: PersonAnalysis, figure: Figure, target: Target, cloth: Opacity) -> Undressed:
    """Remove the old top, from the background forward; `target` tells where the new one leaves skin bare.

    Arms that `cloth`, the new garment's opacity, hides anyway are not made up.
    """
    photo = to_linear(person.picture)
    figure = with_bare_waist(figure, target)
    opacity = np.maximum(old_top(person), old_shadow(person, cloth, figure.unit))
    opacity = np.maximum(opacity, rim_of_straps(person, figure))
    shape = opacity.shape
    light = plate = background_plate(person, cloth < 0.99)
    opacity = np.maximum(opacity, _loose_ends(person, photo, light, figure.unit))
    opacity = np.maximum(opacity, cuff_on_hands(person, photo, figure, cloth) * (cloth < 0.5))
    below = as_wide_as_seen(continued_area(figure, target, shape), person.labels, figure.unit)
    reach = hem_reach(figure, target)
    ties = hanging_ties(person, figure.unit) if reach > SEAM_PX else np.zeros(shape, bool)
    hem = np.maximum(at_old_hem(person.labels, reach), ties)
    opacity = np.maximum(opacity, hem)
    edge = (hem > 0) & (person.labels == BodyLabel.BOTTOM)
    soft = soft_edge(person.labels, edge) * (cloth < 0.99)
    hidden = ((below > 0) & (opacity > 0) | (soft > 0) & (person.labels == BodyLabel.TOP)) & (cloth < 0.99)
    continued = bottom_continued(person, without_ties(photo, person, ties), reach, hidden)
    light = over(light, continued, np.maximum(below, bits(hem > 0)))
    light = over(light, head_continued(person, photo), inside_hair(person, figure))
    behind = light
    light, skin = with_bare_torso(light, person, photo, figure, target, (opacity > 0) & (cloth < 0.99), below)
    light = without_background_between(light, plate, skin, below)
    light = with_hair_behind(light, behind, person, photo, figure, skin, cloth)
    # Skin that is made up ends at the bottom's edge, which has been seen.
    light, skin = over(light, continued, soft), skin * (1 - soft)
    bottom = np.maximum(below, edge) * (person.labels == BodyLabel.BOTTOM).any()
    return Undressed(light, opacity, skin * opacity, bottom * opacity)


def with_bare_torso(
    light: Linear, person: PersonAnalysis, photo: Linear, figure: Figure, target: Target, needed: NDArray[np.bool_],
    bottom: Opacity | None = None,
) -> tuple[Linear, Opacity]:  # fmt: skip
    """Neck, chest and arms laid over `light` where `target` bares them, and where they are; arms only if `needed`, and
    those that go behind the body only beside `bottom`.

    Their unevenness is drawn already.
    """
    made = bare_skin(person, photo, figure, target, needed, bottom)
    # In the fringe that goes with the old top, background is seen, and the body is no wider than the cloth over it.
    bared = made.opacity * blurred(grown(bits(person.labels != BodyLabel.BACKGROUND), RIM_PX).astype(np.float32), 0.8)
    skin = with_skin_from_beside(made.light, person, photo, figure)
    uneven = as_uneven_as_seen(over(light, skin, bared), bared, person, photo)
    return with_soft_edges(uneven, photo, person.labels, bared), bared


def without_background_between(light: Linear, plate: Linear, skin: Opacity, below: Opacity) -> Linear:
    """`light` without the background that shines through where skin goes over into what lies `below` it: each covers
    half of the pixels on their common edge, and the two together all of them."""
    common = (np.minimum(skin, below) > PARTLY) & (np.maximum(skin, below) < 1 - PARTLY)
    rows, columns = np.nonzero(common & ((1 - skin) * (1 - below) < MOST_THROUGH))
    through = ((1 - skin[rows, columns]) * (1 - below[rows, columns]))[:, None]
    mended = light.copy()
    mended[rows, columns] = np.clip((light[rows, columns] - plate[rows, columns] * through) / (1 - through), 0.0, None)
    return mended


def soft_edge(labels: LabelMap, edge: NDArray[np.bool_]) -> Opacity:
    """0..1 how much of each pixel the bottom covers, where the old top ends on it; all but its last pixels of `edge`,
    what is made anew of it."""
    bottom = blurred(bits(labels == BodyLabel.BOTTOM).astype(np.float32), EDGE_PX)
    # Only where the two meet: beside hands and the background the bottom's edge is the photo's own.
    top = grown(bits(labels == BodyLabel.TOP), round(3 * EDGE_PX)) > 0
    inside = np.where(top, bottom, np.float32(1.0))
    return np.where(edge, inside, np.where((labels == BodyLabel.TOP) & (bottom > PARTLY), bottom, np.float32(0.0)))


def _loose_ends(person: PersonAnalysis, photo: Linear, plate: Linear, unit: float) -> Opacity:
    """Lace, threads and fringes of the old top that passed for background, but do not look like it."""
    top, hair = bits(person.labels == BodyLabel.TOP), bits(person.labels == BodyLabel.HAIR)
    reach = round(LOOSE_UNITS * unit)
    near = (grown(top, reach) > 0) & (grown(hair, 2 * reach) == 0) & (person.labels == BodyLabel.BACKGROUND)
    # The rim of an arm or of trousers looks like neither; it is no thread of the top.
    near &= grown(bits(~among(person.labels, (BodyLabel.TOP, BodyLabel.BACKGROUND))), FRINGE_PX) == 0
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    loose = np.zeros(top.shape, np.float32)
    if not rows.size:
        return loose
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    unlike = highest(np.abs(np.sqrt(photo[box]) - np.sqrt(plate[box]))) > LOOSE_CONTRAST
    loose[box] = blurred(grown(bits(unlike & near[box]), 1).astype(np.float32), 0.8) * near[box]
    return loose


def old_shadow(person: PersonAnalysis, cloth: Opacity, unit: float) -> Opacity:
    """Fading out on seen skin: the shadow of the old top's edge, where that top gives way to skin.

    An arm that is seen before the new `cloth` stays as it is, or the cloth would be laid over it."""
    bared = (person.labels == BodyLabel.TOP) & (cloth < 0.5)
    bared = bits(opened(bared, max(1, round(BARED_UNITS * unit)), round_=True))
    near = np.zeros(bared.shape, np.float32)
    if not bared.any():
        return near
    away = depth(1 - bared)
    for label, reach in SHADOW_UNITS.items():
        fading = (1.0 - away / np.float32(reach * unit)) / np.float32(1.0 - SHADOW_CORE[label])
        near = np.where(person.labels == label, np.clip(fading, 0.0, 1.0), near)
    return np.asarray(near * (1.0 - cloth), np.float32)


def over(under: Linear, upper: Linear, opacity: Opacity) -> Linear:
    """`upper` laid over `under`."""
    rows, columns = np.flatnonzero(opacity.any(axis=1)), np.flatnonzero(opacity.any(axis=0))
    if not rows.size:
        return under
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    laid = under.copy()
    laid[box] += (upper[box] - under[box]) * opacity[box][..., None]
    return laid


def old_top(person: PersonAnalysis) -> Opacity:
    """The old top with the rim where its colour bleeds into the background and onto the skin."""
    top = _without_specks(bits(person.labels == BodyLabel.TOP))
    edges = among(person.labels, (BodyLabel.BACKGROUND, BodyLabel.NECK, BodyLabel.ARM, BodyLabel.MIDRIFF))
    rim = (grown(top, FRINGE_PX, round_=True) > 0) & edges
    cuff = (grown(top, SKIN_EDGE_PX) > 0) & (person.labels == BodyLabel.HAND)
    area = ((top > 0) | rim | cuff).astype(np.float32)
    return np.maximum(blurred(area, 0.8), top.astype(np.float32))


def _without_specks(mask: Bits) -> Bits:
    pieces, sizes = connected(mask)
    return bits((sizes > SPECK_SHARE * sizes.sum()).take(pieces))
