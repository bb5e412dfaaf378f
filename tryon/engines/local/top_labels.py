"""A second look at where the old top ends: at hair, neck and arms, once the figure is known.

The eyes' labels are right in the large. What they take for hair, throat or arm and is a strap, a collar or a sheer
sleeve would stay in the picture as a piece of the old top.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, BodyLabel, LabelMap, PersonAnalysis
from tryon.engines.local.bottoms_labels import CALM_UNITS, at_waist
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import ARM_STATIONS
from tryon.engines.local.linear import to_linear
from tryon.engines.local.pale_sleeves import with_whole_outlines
from tryon.engines.local.raster import among, bits, connected, disc, grown, holding, pieces_holding, tube_outline
from tryon.engines.local.relabelling import LEAST_SAMPLES, near_edge, redrawn_by_colour
from tryon.engines.local.shaded_skin import unlike_skin, with_skin_in_the_shade
from tryon.engines.local.skin_tone import learn_tone
from tryon.engines.local.thin_straps import with_thin_straps

HAIR_BAND_UNITS: Final = 0.6
"""How far from the edge between hair and top the colours are asked."""
HAIR_SOFT_UNITS: Final = 0.014
"""Pixels decide together with their neighbours so far away: strands of hair have light and dark ones."""
SLEEVED: Final = 0.6
"""Share of the arm before the cuff that a sleeve covers at least; a watch and a wide strap cover less."""
MOSTLY: Final = 0.5
"""Share of a piece inside a sleeve from which all of it is seen through that sleeve."""
ARM_REACH: Final = 0.2
"""Units from its middle line within which an arm surely lies, even where the middle line misses it."""
CHEST_LEVEL: Final = 0.25
CHEST_REACH: Final = 0.6
"""Below this torso level, and so far to the sides, the torso is looked at."""
COLLAR_HEIGHT: Final = 0.25
"""Units that a collar stands up at most."""
SAME_CLOTH: Final = 16.0
"""8-bit Lab, any channel: nearer than this to the top's colour is the top."""
LOWEST_WAIST: Final = 1.9
"""Torso level down to which sleeves hang beside trousers."""
ISLAND: Final = 0.03
"""Share of the bottom below which a piece apart from it is none of it."""
RIM_PX: Final = 4.0
"""A sleeve's outer rim, where its colour goes over into the background's."""
NO_SKIN: Final = 0.6
"""Natural logarithm by which a channel differs from this person's skin in the same light; shade stays below 0.5."""
STEP: Final = 0.5
STEP_UNITS: Final = 0.025
"""The same between a collar's rim and the skin within this distance of it: light and shade on an arm have no such
border, only the line at which their hue passes what is believed of skin."""
COLLAR_UNITS: Final = 0.016
"""Half the width of the narrowest collar; necklaces are narrower and stay."""

SPECK_UNITS: Final = 0.03
"""Side of the square that a piece of neck fills at least."""
LOOP_UNITS: Final = 0.06
"""Width of what hangs down from the waist and is a belt loop, not the top's corner; they are 0.03 to 0.045 wide."""
LOOP_LENGTH: Final = 0.3
WAIST_REACH: Final = 0.2
"""Units below the waist in the body's middle, and so far to either side, down to which they hang."""
THREAD_UNITS: Final = 0.03
"""Half the width of a rim of hair that is none."""

Mask = NDArray[np.bool_]


def with_clear_edges(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person, with pieces of the old top that passed for hair, skin or bottom given back to it."""
    person = with_skin_in_the_shade(person, figure)
    lab = cv2.GaussianBlur(cv2.cvtColor(person.picture, cv2.COLOR_RGB2Lab), (0, 0), CALM_UNITS * figure.unit)
    labels = at_waist(person, lab.astype(np.float32), figure, LOWEST_WAIST)
    labels = with_belt_loops(labels, person.labels == BodyLabel.BOTTOM, figure)
    labels = _without_skin_on_the_chest(_with_whole_sleeves(_without_islands(labels), figure), figure)
    labels = _with_collars(replace(person, labels=labels), figure)
    labels = with_thin_straps(replace(person, labels=labels), figure)
    labels = _with_straps_and_hair(replace(person, labels=labels), figure)
    return with_whole_outlines(replace(person, labels=_without_specks(labels, figure.unit)), figure)


def with_belt_loops(labels: LabelMap, bottom: Mask, figure: Figure) -> LabelMap:
    """Belt loops and seams of the `bottom`, as the eyes found it, that have the top's colour are given back to it: they
    would be taken off, and the new top's hem would have a tooth there. What lies lower is a cuff."""
    across = np.ones((1, 2 * max(1, round(LOOP_UNITS * figure.unit / 2)) + 1), np.uint8)
    x, reach = figure.hip_middle[0], WAIST_REACH * figure.unit
    middle = bottom[:, max(0, int(x - reach)) : int(x + reach) + 1]
    middle = middle[:, middle.any(axis=0)]
    if not middle.size:
        return labels
    lowest = int(np.median(middle.argmax(axis=0)) + LOOP_LENGTH * figure.unit)
    labels = labels.copy()
    upper = labels[: max(lowest, 0)]
    wide = cv2.morphologyEx(bits(upper == BodyLabel.TOP), cv2.MORPH_OPEN, across) > 0
    upper[bottom[: len(upper)] & (upper == BodyLabel.TOP) & ~wide] = BodyLabel.BOTTOM
    return labels


def _without_specks(labels: LabelMap, unit: float) -> LabelMap:
    """Specks of skin on the old top are its rim: no neck begins there, for cloth or skin beside it to follow."""
    pieces, sizes = connected(labels == BodyLabel.NECK)
    specks = (pieces > 0) & (sizes < (SPECK_UNITS * unit) ** 2).take(pieces)
    if not specks.any():
        return labels
    on_it = specks & (grown(bits(labels == BodyLabel.TOP), 1) > 0)
    return np.where(holding(pieces, on_it), np.uint8(BodyLabel.TOP), labels)


def _without_islands(labels: LabelMap) -> LabelMap:
    """Small pieces of the bottom that hang on the top, apart from the rest, are cuffs and hems of the top."""
    pieces, sizes = connected(labels == BodyLabel.BOTTOM)
    if len(sizes) < 3:
        return labels
    small = (sizes < ISLAND * sizes.sum()).take(pieces)
    touching = small & (grown(bits(labels == BodyLabel.TOP), 2) > 0)
    return np.where(holding(pieces, touching), np.uint8(BodyLabel.TOP), labels)


def _with_whole_sleeves(labels: LabelMap, figure: Figure) -> LabelMap:
    """Skin or skirt seen through a sleeve, or through holes in it, is sleeve: it goes where the sleeve goes."""
    labels = labels.copy()
    for side in SIDES:
        arm = figure.arms[side]
        inside = arm.cuff - 0.05 > ARM_STATIONS
        if inside.sum() < 3 or arm.covered[inside].mean() < SLEEVED:
            continue
        for share, label in ((1.0, BodyLabel.ARM), (0.35, BodyLabel.BOTTOM)):
            outer, inner = arm.outward * (arm.outer[:, None] + RIM_PX), arm.inward * arm.inner[:, None] * share
            canvas = np.zeros(labels.shape, np.uint8)
            outline = tube_outline(arm.path[inside], outer[inside], inner[inside])
            cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 1)
            labels[_whole_pieces(labels, label, canvas > 0)] = BodyLabel.TOP
    return labels


def _whole_pieces(labels: LabelMap, name: BodyLabel, area: Mask) -> Mask:
    """What has that label in the area, with all of the pieces that lie in it with their greater part and end there: the
    rim of a bare shoulder in a sleeve would stay as a corner on the new one."""
    mask = labels == name
    inside = mask & area
    if not inside.any():
        return inside
    count, pieces = cv2.connectedComponents(bits(mask))
    size, within = (np.bincount(pieces[part], minlength=count) for part in (mask, inside))
    whole = within > MOSTLY * size
    # Skin that goes over into the neck is seen beside the neckline, not through a hole.
    whole[pieces[grown(bits(labels == BodyLabel.NECK), 1) > 0]] = False
    return inside | (mask & whole[pieces])


def _without_skin_on_the_chest(labels: LabelMap, figure: Figure) -> LabelMap:
    """What is taken for an arm but lies apart from both arms is cloth in the colour of skin."""
    arms = np.zeros(labels.shape, np.uint8)
    for arm in figure.arms.values():
        line = np.rint(arm.path * 16).astype(np.int32)
        cv2.polylines(arms, [line], False, 1, max(1, round(2 * ARM_REACH * figure.unit)), shift=4)
    rows, columns = np.nonzero((labels == BodyLabel.ARM) & (arms == 0))
    spots = np.stack([columns, rows], axis=1) - figure.shoulder_middle
    level = spots @ figure.down / figure.torso_length
    stray = (level > CHEST_LEVEL) & (np.abs(spots @ figure.across) < CHEST_REACH * figure.unit)
    labels = labels.copy()
    labels[rows[stray], columns[stray]] = BodyLabel.TOP
    return labels


def _with_collars(person: PersonAnalysis, figure: Figure) -> LabelMap:
    """What is taken for throat or arm beside the top and has no hue of skin is a collar, a hood, a second shirt."""
    labels = person.labels
    skin = among(labels, (BodyLabel.NECK, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.MIDRIFF))
    rows, columns = np.flatnonzero(skin.any(axis=1)), np.flatnonzero(skin.any(axis=0))
    if person.skin_lab is None or not rows.size:
        return labels
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    light = to_linear(np.asarray(cv2.medianBlur(np.ascontiguousarray(person.picture[box]), 3), np.uint8))
    tone = learn_tone(replace(person, labels=labels[box]), light)
    unlike = unlike_skin(light, tone)
    strange = bits(skin[box] & (unlike > NO_SKIN))
    core = cv2.morphologyEx(strange, cv2.MORPH_OPEN, disc(max(1, round(COLLAR_UNITS * figure.unit))))
    # The dark lines between fingers have any hue too, and are no cuff where they begin at one.
    strange &= grown(core, 2) | bits(labels[box] != BodyLabel.HAND)
    count, pieces = cv2.connectedComponents(strange)
    beside = (grown(bits(labels[box] == BodyLabel.TOP), 3) > 0) & (pieces > 0)
    touching = np.intersect1d(pieces[beside], pieces[np.asarray(core) > 0])
    reach = max(2, round(STEP_UNITS * figure.unit))
    collars = [k for k in touching if has_border(pieces == k, skin[box] & (strange == 0), unlike, reach)]
    if count < 2 or not collars:
        return labels
    piece = grown(bits(np.isin(pieces, collars)), 2) & bits(skin[box])
    labels = labels.copy()
    labels[box][piece > 0] = BodyLabel.TOP
    return labels


def has_border(piece: Mask, skin: Mask, unlike: NDArray[np.float32], reach: int) -> bool:
    """Whether the piece's hue differs from that of skin beside it at once, and not little by little."""
    beside = (grown(bits(piece), reach) > 0) & skin
    rim = (grown(bits(beside), reach) > 0) & piece
    if not beside.any() or not rim.any():
        return True
    return float(np.median(unlike[rim]) - np.median(unlike[beside])) > STEP


def _with_straps_and_hair(person: PersonAnalysis, figure: Figure) -> LabelMap:
    """Hair, throat or top? Hair beside the face, the throat and what is worn on the chest teach their colours.

    Skin in the shadow of hair passes for hair, and would stand before the new top like it.
    """
    labels, unit = person.labels, figure.unit
    chin, low = round(float(figure.chin[1])), round(float(figure.at_level(0.75)[1]))
    columns = np.flatnonzero(among(labels, (BodyLabel.HAIR, BodyLabel.NECK)).any(axis=0))
    if not columns.size or low <= chin:
        return labels
    reach, thread = round(HAIR_BAND_UNITS * unit), max(1, round(THREAD_UNITS * unit))
    box = np.s_[: min(low, labels.shape[0]), max(columns[0] - reach, 0) : columns[-1] + reach]
    hair, neck, top = (labels[box] == name for name in (BodyLabel.HAIR, BodyLabel.NECK, BodyLabel.TOP))
    rows = np.arange(hair.shape[0])[:, None]
    throat = max(float(root[1]) for root in figure.neck_root.values())
    taught = {
        BodyLabel.TOP: top & (rows > figure.at_level(0.15)[1]),
        BodyLabel.HAIR: hair & (rows < chin),
        BodyLabel.NECK: neck & (rows < throat) | (labels[box] == BodyLabel.ARM),
    }
    area = near_edge(hair | neck, top | hair, HAIR_BAND_UNITS * unit) & (rows > chin) & (hair | neck)
    lab = cv2.cvtColor(np.ascontiguousarray(person.picture[box]), cv2.COLOR_RGB2Lab).astype(np.float32)
    found = redrawn_by_colour(labels[box], lab, area, taught, {}, HAIR_SOFT_UNITS * unit, BodyLabel.TOP)
    found = np.where(neck & (found == BodyLabel.HAIR), np.uint8(BodyLabel.NECK), found)
    found = _without_threads(found, (found != labels[box]) & hair, thread)
    new = (found == BodyLabel.TOP) & ~top
    found = np.where(new & ~pieces_holding(new, grown(bits(top), thread) > 0), labels[box], found)
    labels = labels.copy()
    labels[box] = _without_standing_collars(found, lab, taught[BodyLabel.TOP], round(COLLAR_HEIGHT * unit))
    return labels


def _without_standing_collars(labels: LabelMap, lab: NDArray[np.float32], top: Mask, highest: int) -> LabelMap:
    """Hair hangs from the head. What lies on the top with nothing but background above it, and has the top's colour,
    is a collar that stands up."""
    hair = bits(labels == BodyLabel.HAIR)
    low = hair & (1 - np.asarray(cv2.morphologyEx(hair, cv2.MORPH_OPEN, np.ones((highest, 1), np.uint8)), np.uint8))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(low)
    above, below = np.roll(labels, 1, axis=0), np.roll(labels, -1, axis=0)
    upper, lower = (low > 0) & (above != labels), (low > 0) & (below != labels)
    free = np.bincount(pieces[upper & (above == BodyLabel.BACKGROUND)], minlength=count)
    resting = np.bincount(pieces[lower & (below == BodyLabel.TOP)], minlength=count)
    wide = stats[:, cv2.CC_STAT_WIDTH]
    collars = (free > 0.6 * wide) & (resting > 0.5 * wide) & (stats[:, cv2.CC_STAT_AREA] > LEAST_SAMPLES)
    collars[0] = False
    if not collars.any() or not top.any():
        return labels
    usual = np.median(lab[top][::7], axis=0)
    alike = [bool(np.abs(np.median(lab[pieces == k], axis=0) - usual).max() < SAME_CLOTH) for k in range(count)
             if collars[k]]  # fmt: skip
    found = np.isin(pieces, np.flatnonzero(collars)[alike])
    return np.where(found, np.uint8(BodyLabel.TOP), labels)


def _without_threads(labels: LabelMap, turned: Mask, radius: int) -> LabelMap:
    """The thin rest of hair around what turned out to be top is its blurred rim."""
    if not turned.any():
        return labels
    hair = bits(labels == BodyLabel.HAIR)
    thin = hair & (1 - np.asarray(cv2.morphologyEx(hair, cv2.MORPH_OPEN, disc(radius)), np.uint8))
    rim = thin & grown(bits(turned), 2 * radius)
    return np.where(rim > 0, np.uint8(BodyLabel.TOP), labels)
