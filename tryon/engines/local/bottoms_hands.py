"""A third look at the hands beside the old bottom: pockets, belts and folds that were taken for skin go with it."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, LabelMap, PersonAnalysis
from tryon.engines.local.bottoms_skin import of_own_hue, skin_in, with_own_rims, with_thighs
from tryon.engines.local.raster import among, bits, blurred, box_of, grown
from tryon.engines.local.relabelling import near_edge, redrawn_by_colour

BAND_UNITS: Final = 0.35
"""How far from the edge between hand and bottom the colours are asked."""
BONE_UNITS: Final = 0.045
"""Skin this near to the bones of hand and forearm is that hand's, and tells its colour."""
SKIN_HUE: Final = 14.0
"""CIE Lab a, b: what is farther from the person's skin teaches nothing about it."""
SOFT_PX: Final = 1.5
AROUND_UNITS: Final = 0.25
"""The bottom this near to a supposed hand tells whether that is cloth as well."""
LIKE_CLOTH: Final = 0.3
MIDRIFF_LIKE_CLOTH: Final = 0.5
CLEARLY: Final = 9.0
"""A supposed hand is cloth if its colour (8-bit Lab) is so many times nearer to the cloth around it than to the skin,
and at least so far from that."""
FOREARM_UNITS: Final = 0.2
LEAST_FOREARM_UNITS: Final = 0.08
"""How far above a hand its forearm tells its colour, and the square of how much of it must be seen."""
SEEN: Final = 0.07
"""Share of a supposed hand that is nearer to the skin than to the cloth, from which on some of it is a hand."""
LIGHTNESS_SHARE: Final = 0.5
"""Hands lie in light and in shade: lightness tells less than hue."""
RIM_UNITS: Final = 0.016
INNER_UNITS: Final = 0.06
FOREIGN: Final = 24.0
"""So near to the bottom, what differs by more than the last (8-bit Lab) from the skin inside it, averaged over so much
(standard deviation), has the bottom's colour."""
FOREIGN_SHARE: Final = 0.45
CALM_UNITS: Final = 0.014
"""Of what is around a pixel of the rim (standard deviation), so much must be foreign: what is cut off has no teeth."""
LEAST_INNER: Final = 0.02
"""Share of skin inside the rim from which its colour is known."""
MIDRIFF_UNITS: Final = 0.03
"""Square units of midriff from which some of it is surely seen: a strip a twentieth as high as the shoulders are wide
has 0.04."""
WAISTBAND_UNITS: Final = 0.12
"""So near to the bottom such scraps are looked for."""
STRAY_UNITS: Final = (0.12, 0.10)
"""A piece of hand up to the square of the first, and farther than the second from all other skin, from sleeves and from
the bones of hands, is none."""

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]


def without_cloth_hands(labels: LabelMap, lab: Field, person: PersonAnalysis, unit: float) -> LabelMap:
    """The labels with what is no skin beside the bottom given to it; `lab` is the picture in 8-bit Lab."""
    labels = _without_hidden_hands(labels, lab, person, unit)
    alike = skin_in(labels, lab)
    labels = with_own_rims(with_thighs(labels, alike, unit), lab, unit, alike)
    bottom, skin = labels == BodyLabel.BOTTOM, among(labels, (BodyLabel.HAND, BodyLabel.ARM))
    area = near_edge(bottom, skin, BAND_UNITS * unit) & skin
    sure = _from_bones(person) < BONE_UNITS * unit
    if person.skin_lab is not None:
        # Where a hand is in its pocket its bones lie under cloth.
        sure &= skin
        sure[sure] = np.linalg.norm(lab[sure][:, 1:] - 128 - person.skin_lab[1:], axis=1) < SKIN_HUE
    taught = {BodyLabel.BOTTOM: bottom & ~alike}
    taught |= {label: (labels == label) & sure for label in (BodyLabel.HAND, BodyLabel.ARM)}
    labels = redrawn_by_colour(labels, lab, area, taught, {}, SOFT_PX)
    labels = without_foreign_rim(_without_stray_hands(labels, person, unit), lab, unit)
    # In shade as they are, such scraps must not teach the bottom's colours.
    return without_scraps_of_midriff(labels, unit)


def without_scraps_of_midriff(labels: LabelMap, unit: float) -> LabelMap:
    """Where a top leaves no more than scraps of a midriff bare, those beside the waistband, and no higher than it, are
    some of it in the shade of top and arms."""
    midriff = labels == BodyLabel.MIDRIFF
    if not 0 < midriff.sum() < MIDRIFF_UNITS * unit * unit:
        return labels
    reach = max(2, round(WAISTBAND_UNITS * unit))
    box = box_of(midriff, reach)
    bottom = bits(labels[box] == BodyLabel.BOTTOM)
    begins = np.where(bottom.any(axis=0), bottom.argmax(axis=0), len(bottom)).astype(np.float32)
    highest = cv2.erode(begins[None], np.ones((1, 2 * reach + 1), np.uint8)).ravel()
    beside = (grown(bottom, reach) > 0) & (np.arange(len(bottom))[:, None] >= highest[None] - 1)
    redrawn = labels.copy()
    redrawn[box][midriff[box] & beside] = BodyLabel.BOTTOM
    return redrawn


def _without_stray_hands(labels: LabelMap, person: PersonAnalysis, unit: float) -> LabelMap:
    """Shade at the hem of a skirt, say, has the colour of a hand, but hangs on no arm."""
    labels = labels.copy()
    arms = among(labels, (BodyLabel.HAND, BodyLabel.ARM, BodyLabel.TOP, BodyLabel.CARRIED))
    bones = _from_bones(person)
    for piece in _pieces(labels == BodyLabel.HAND):
        if piece.sum() > (STRAY_UNITS[0] * unit) ** 2 or bones[piece].min() < STRAY_UNITS[1] * unit:
            continue
        around = grown(bits(piece), max(2, round(STRAY_UNITS[1] * unit))) > 0
        if not (arms & around & ~piece).any() and (labels[around] == BodyLabel.BOTTOM).any():
            labels[piece] = BodyLabel.BOTTOM
    return labels


def without_foreign_rim(labels: LabelMap, lab: Field, unit: float) -> LabelMap:
    """Arms and hands without the threads of the old bottom's colour along their edge: a new one would end there as
    raggedly as the old one's pattern does. Beside the top, what little lies between may be shade."""
    bottom, skin = labels == BodyLabel.BOTTOM, among(labels, (BodyLabel.HAND, BodyLabel.ARM))
    reach = max(2, round(RIM_UNITS * unit))
    near = grown(bits(bottom), reach, round_=True) > 0
    rim = near & skin & (grown(bits(labels == BodyLabel.TOP), 3 * reach) == 0)
    if not rim.any():
        return labels
    box = box_of(rim, round(3 * INNER_UNITS * unit))
    inner, colours = (skin & ~near)[box].astype(np.float32), lab[box]
    weight = blurred(inner, INNER_UNITS * unit)
    known = np.where(inner[..., None] > 0, colours, np.float32(0.0))
    usual = np.asarray(blurred(known, INNER_UNITS * unit) / np.maximum(weight, 1e-4)[..., None], np.float32)
    foreign = rim[box] & (weight > LEAST_INNER) & (_apart(colours, usual) > FOREIGN)
    foreign &= ~(_shaded(colours, usual, bottom[box], unit) | of_own_hue(colours, usual, bottom[box], unit))
    share, whole = (blurred(area.astype(np.float32), CALM_UNITS * unit) for area in (foreign, rim[box]))
    labels = labels.copy()
    labels[box][rim[box] & (share > FOREIGN_SHARE * whole)] = BodyLabel.BOTTOM
    return labels


def _shaded(colours: Field, usual: Field, bottom: Mask, unit: float) -> Mask:
    """Where a colour is farther from the bottom's nearby ones than even the `usual` skin is: beside a white skirt the
    dark edge of an arm is that arm, turned away from the light. Of a pattern's colours some is always near."""
    known = bottom.astype(np.float32)
    weight = np.maximum(blurred(known, INNER_UNITS * unit), 1e-4)
    cloth = np.asarray(blurred(np.where(bottom[..., None], colours, np.float32(0.0)), INNER_UNITS * unit))
    cloth = np.asarray(cloth / weight[..., None], np.float32)
    off = np.where(bottom, _apart(colours, cloth), np.float32(0.0))
    spread = blurred(off, INNER_UNITS * unit) / weight
    return np.asarray(_apart(colours, cloth) > _apart(usual, cloth) + spread)


def _without_hidden_hands(labels: LabelMap, lab: Field, person: PersonAnalysis, unit: float) -> LabelMap:
    """A hand that is wholly in its pocket is not seen: what was taken for it is the cloth over it. So is what was taken
    for a midriff between shirt and arm."""
    if person.skin_lab is None:
        return labels
    skin = person.skin_lab * np.asarray([2.55, 1, 1], np.float32) + np.asarray([0, 128, 128], np.float32)
    labels = labels.copy()
    hands = [(piece, LIKE_CLOTH) for piece in _pieces(labels == BodyLabel.HAND)]
    midriffs = [(piece, MIDRIFF_LIKE_CLOTH) for piece in _pieces(labels == BodyLabel.MIDRIFF)]
    for hand, like in hands + midriffs:
        around = (grown(bits(hand), round(AROUND_UNITS * unit)) > 0) & (labels == BodyLabel.BOTTOM)
        if not around.any():
            continue
        own, cloth = np.median(lab[hand], axis=0), np.median(lab[around], axis=0)
        to_skin, to_cloth = float(_apart(own, skin)), float(_apart(own, cloth))
        forearm = (grown(bits(hand), round(FOREARM_UNITS * unit)) > 0) & (labels == BodyLabel.ARM)
        if forearm.sum() > (LEAST_FOREARM_UNITS * unit) ** 2:
            # A bare forearm lies in the hand's own light.
            to_skin = min(to_skin, float(_apart(own, np.median(lab[forearm], axis=0))))
        seen = _apart(lab[hand], skin) < _apart(lab[hand], cloth)
        if to_skin > CLEARLY and to_cloth < like * to_skin and seen.mean() < SEEN:
            labels[hand] = BodyLabel.BOTTOM
    return labels


def _apart(one: Field, other: Field) -> Field:
    """How far colours (..., 3) are from each other."""
    return np.asarray(np.linalg.norm((one - other) * np.asarray([LIGHTNESS_SHARE, 1, 1], np.float32), axis=-1))


def _pieces(mask: Mask) -> Iterator[Mask]:
    count, islands = cv2.connectedComponents(bits(mask))
    for piece in range(1, count):
        yield islands == piece


def _from_bones(person: PersonAnalysis) -> Field:
    """(h, w) pixels from the lines through elbow, wrist and fingers of both hands."""
    canvas = np.ones(person.labels.shape, np.uint8)
    for side in ("LEFT", "RIGHT"):
        elbow, wrist, *tips = (
            person.pose.points[Joint[f"{side}_{name}"]] for name in ("ELBOW", "WRIST", "PINKY", "INDEX", "THUMB")
        )
        for line in ((elbow, wrist), *((wrist, tip) for tip in tips)):
            cv2.polylines(canvas, [np.rint(np.asarray(line)).astype(np.int32)], False, 0, 1)
    if canvas.all():
        return np.full(canvas.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform(canvas, cv2.DIST_L2, 3), np.float32)
