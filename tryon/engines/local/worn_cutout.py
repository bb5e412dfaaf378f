"""Cuts a garment off the model who wears it: what shows the garment, what hides it, and cloth where something did."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis, Picture
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.fill import pull_push
from tryon.engines.local.ground import Mask, lab_of
from tryon.engines.local.guided import GuidedFilter
from tryon.engines.local.layers import carry_colour
from tryon.engines.local.raster import bits, blurred, disc, grown, opened, reduced, resized, shrunk
from tryon.engines.local.worn_landmarks import WornTop, sleeve_areas

BEFORE: Final = (BodyLabel.HAIR, BodyLabel.HAND, BodyLabel.ARM, BodyLabel.CARRIED)
"""What can hide a garment on its wearer."""
PIECE: Final = 0.08
"""A part of the garment apart from its largest one (a sleeve behind a bag) is at least this share of it."""
SPOT_UNITS: Final = 0.12
"""A hole in the cloth smaller than the square of this is a button, a brooch, or a slip of the labels."""
EDGE_UNITS: Final = 0.025
"""Label edges are moved onto the picture's own within so far."""
EDGE_EPS: Final = 2e-4
SKIN_PX: Final = 1
"""The cut keeps so far from skin and hair, whose colour the lens mixes into the cloth."""
SHADE_UNITS: Final = 0.06
"""What hides the cloth shades and stains it so far around itself."""
THREAD_UNITS: Final = 0.035
"""Cloth below the armpits that is narrower than this is a shadow or a slip of the labels; straps lie above."""
RIM_READ_UNITS: Final = 220.0
"""Pixels a shoulder width at which the rim's colours are compared: prints and weave average out."""
RIM_UNITS: Final = 0.07
"""How far inside the labels' edge something else may have been taken for cloth."""
BESIDE_UNITS: Final = 0.03
ALIKE: Final = 0.6
"""A pixel belongs to the surroundings when it is so many times nearer to their colour than to the cloth's."""
FOREIGN_LAB: Final = 14.0
PATTERNED_LAB: Final = 9.0
FOREIGN_SPREAD: Final = 1.6
"""Lab distance, and how many times the cloth's own spread around it, that a foreign pixel is away from the cloth."""
HEM_SLACK: Final = 0.08
"""Torso lengths by which a hem's sides may hang lower than its middle."""
TIP_STANDS: Final = 0.1
ROOT_STANDS: Final = 0.26
"""Units above shoulder tips and above the neck's roots to which puffs and collars reach; hair goes on higher."""
TAIL_UNITS: Final = 0.1
"""Below the hem only what is twice as wide as this is a shirt's tail."""
THREADS_FROM: Final = 0.5
"""Torso level."""


@dataclass(frozen=True, slots=True)
class Revealed:
    picture: Picture
    """The photo with cloth where something hid the garment."""
    cloth: Mask
    """The whole garment, hidden parts included."""
    hidden: float
    """0..1, share of it that was made up."""


def find_cloth(person: PersonAnalysis, figure: Figure, labels: tuple[BodyLabel, ...]) -> Mask:
    """What shows the garment that bears these labels: its larger pieces, with edges on the picture's own."""
    rough = np.isin(person.labels, labels) & (person.matte > 0.5) & _below_the_shoulders(figure, person.labels.shape)
    count, islands, stats, _ = cv2.connectedComponentsWithStats(bits(rough))
    if count < 2:
        return rough
    sizes = stats[1:, cv2.CC_STAT_AREA]
    rough = np.isin(islands, 1 + np.flatnonzero(sizes > PIECE * sizes.max()))
    rough = _without_spots(rough, SPOT_UNITS * figure.unit)
    settled = _without_surroundings(person, _on_the_edge(person, rough, figure.unit), figure.unit)
    return _without_threads(settled, figure)


def _without_spots(cloth: Mask, side: float) -> Mask:
    """Small holes closed."""
    count, islands, stats, _ = cv2.connectedComponentsWithStats(bits(~cloth))
    small = 1 + np.flatnonzero(stats[1:count, cv2.CC_STAT_AREA] < side * side)
    return cloth | np.isin(islands, small)


def _without_surroundings(person: PersonAnalysis, cloth: Mask, unit: float) -> Mask:
    """Without what lies at the rim and has the colour of what is beside the garment, not the garment's own."""
    rows, columns = np.nonzero(cloth)
    if not rows.size:
        return cloth
    margin = round(2 * BESIDE_UNITS * unit) + 2
    window = np.s_[
        max(0, rows.min() - margin) : rows.max() + margin + 1,
        max(0, columns.min() - margin) : columns.max() + margin + 1,
    ]
    factor = min(1.0, RIM_READ_UNITS / max(unit, 1.0))
    lab = lab_of(reduced(np.ascontiguousarray(person.picture[window]), factor))
    small = resized(bits(cloth[window]), lab.shape, cv2.INTER_NEAREST)
    inner = shrunk(small, max(1, round(RIM_UNITS * unit * factor))).astype(np.float32)
    pattern = np.linalg.norm(lab - blurred(lab, RIM_UNITS * unit * factor), axis=-1)
    if not inner.any() or pattern[inner > 0].mean() > PATTERNED_LAB:
        # In a bold pattern a stripe may well have the surroundings' colour.
        return cloth
    outer = 1.0 - grown(small, max(1, round(BESIDE_UNITS * unit * factor)))
    own, other = pull_push(lab, inner), pull_push(lab, outer.astype(np.float32))
    spread = np.sqrt(pull_push(((lab - own) ** 2).sum(axis=-1), inner))
    to_own, to_other = (np.linalg.norm(lab - colour, axis=-1) for colour in (own, other))
    foreign = (
        (small > 0) & (inner == 0) & (to_other < ALIKE * to_own) & (to_own > FOREIGN_LAB + FOREIGN_SPREAD * spread)
    )
    kept = cloth.copy()
    kept[window] &= resized(bits(foreign), cloth[window].shape, cv2.INTER_NEAREST) == 0
    return kept


def _without_threads(cloth: Mask, figure: Figure) -> Mask:
    """Without threads below the armpits, and without what hangs below the end of most columns and is not wide."""
    kept = opened(cloth, max(1, round(THREAD_UNITS * figure.unit)), round_=True)
    kept[: max(0, int(figure.at_level(THREADS_FROM)[1]))] = True
    hem = _hem_row(figure, cloth)
    kept[hem:] &= opened(cloth, max(1, round(TAIL_UNITS * figure.unit)), round_=True)[hem:]
    for limb in sleeve_areas(figure, cloth).values():
        kept |= limb
    return cloth & kept


def _below_the_shoulders(figure: Figure, shape: tuple[int, ...]) -> Mask:
    """Where a garment can be: under a collar's height beside the neck, and on the shoulders farther out."""
    height, width = shape
    tip, root = figure.shoulder_tip, figure.neck_root
    stands = [TIP_STANDS, ROOT_STANDS, ROOT_STANDS, TIP_STANDS]
    knots = np.asarray([tip["right"], root["right"], root["left"], tip["left"]])
    x, y = knots[:, 0], knots[:, 1] - np.asarray(stands) * figure.unit
    # Beyond the shoulders arms may be raised.
    line = np.interp(np.arange(width), x, y, left=0.0, right=0.0)
    return np.arange(height)[:, None] > line


def _hem_row(figure: Figure, cloth: Mask) -> int:
    """The row at which most columns about the body's axis end."""
    ends = len(cloth) - 1 - cloth[::-1].argmax(axis=0)
    near = cloth.any(axis=0) & (np.abs(np.arange(cloth.shape[1]) - figure.hip_middle[0]) < 0.4 * figure.unit)
    return int(np.median(ends[near])) if near.any() else len(cloth)


def _on_the_edge(person: PersonAnalysis, rough: Mask, unit: float) -> Mask:
    """The mask with its edge moved onto the picture's, and away from skin."""
    radius = max(2, round(EDGE_UNITS * unit))
    rows, columns = np.nonzero(rough)
    margin = 4 * radius
    window = np.s_[
        max(0, rows.min() - margin) : rows.max() + margin + 1,
        max(0, columns.min() - margin) : columns.max() + margin + 1,
    ]
    guide = person.picture[window].astype(np.float32) / np.float32(255)
    smooth = GuidedFilter(guide, radius, EDGE_EPS).smooth(rough[window].astype(np.float32))
    part = bits(rough[window])
    band = (grown(part, radius) - shrunk(part, radius)) > 0
    moved = np.where(band, smooth > 0.5, rough[window])
    skin = np.isin(
        person.labels[window], (BodyLabel.NECK, BodyLabel.HEAD, BodyLabel.ARM, BodyLabel.HAND, BodyLabel.HAIR)
    )
    moved &= ~(grown(bits(skin & ~moved), SKIN_PX) > 0)
    whole = np.zeros_like(rough)
    whole[window] = cv2.medianBlur(bits(moved), 5) > 0
    return whole & (person.matte > 0.5)


def reveal_top(person: PersonAnalysis, cloth: Mask, torso: Mask, unit: float) -> Revealed:
    """The garment on the torso with cloth under hair, hands and bags."""
    before = np.isin(person.labels, BEFORE) & ~cloth & torso
    hair = before & (person.labels == BodyLabel.HAIR)
    return with_cloth(person, cloth, hair | (before & between(cloth)), unit)


def with_cloth(person: PersonAnalysis, cloth: Mask, hidden: Mask, unit: float) -> Revealed:
    """The garment with cloth where `hidden` says that something is before it."""
    share = float(hidden.sum()) / max(int((cloth | hidden).sum()), 1)
    if not hidden.any():
        return Revealed(person.picture, cloth, 0.0)
    reach = max(2, round(SHADE_UNITS * unit))
    near = grown(bits(hidden), reach) > 0
    # Threads of ground between the cloth and what hid it are cloth too.
    closed = cv2.morphologyEx(bits(cloth | hidden), cv2.MORPH_CLOSE, disc(reach)) > 0
    whole = cloth | hidden | (closed & near)
    filled = carry_colour(person.picture, (cloth & ~near).astype(np.float32), whole & near)
    return Revealed(np.where((whole & near)[..., None], filled, person.picture), whole, share)


def between(cloth: Mask) -> Mask:
    """Where there is cloth on both sides, or above and below."""
    left, right = np.cumsum(cloth, axis=1) > 0, np.cumsum(cloth[:, ::-1], axis=1)[:, ::-1] > 0
    above, below = np.cumsum(cloth, axis=0) > 0, np.cumsum(cloth[::-1], axis=0)[::-1] > 0
    return (left & right) | (above & below)


def torso_area(figure: Figure, cloth: Mask, top: WornTop) -> Mask:
    """Where the garment must be on the torso: below the neckline, between shoulders and sides, above the hem."""
    hem = np.asarray([figure.hip_middle[0], _hem_row(figure, cloth)], np.float32)
    last = figure.level_of(hem) + HEM_SLACK
    levels = TORSO_LEVELS[(TORSO_LEVELS > 0.2) & (last >= TORSO_LEVELS)]
    sides = {}
    for side in SIDES:
        seen = figure.silhouette[side]
        half = np.interp(levels, TORSO_LEVELS, np.where(np.isfinite(seen), seen, figure.bare[side]))
        sign = 1.0 if side == "left" else -1.0
        centre = figure.shoulder_middle + np.outer(levels * figure.torso_length, figure.down)
        sides[side] = centre + np.outer(sign * half, figure.across)
    tips = figure.shoulder_tip
    ring = [*top.neckline, tips["left"], *sides["left"], *sides["right"][::-1], tips["right"]]
    canvas = np.zeros(cloth.shape, np.uint8)
    cv2.fillPoly(canvas, [np.rint(np.asarray(ring, np.float32)).astype(np.int32)], 1)
    return canvas > 0
