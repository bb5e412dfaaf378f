"""The feet of a standing person: where each one is, which way it points, and what it wears now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import SIDES, BodyLabel, Joint, PersonAnalysis, Points, Side
from tryon.engines.local.fill import smooth_known
from tryon.engines.local.linear import to_lab
from tryon.engines.local.raster import bits, disc, grown
from tryon.engines.local.rays import Mask

LEG_PER_HEIGHT: Final = 0.49
"""Hip joint to ankle, of the body's height (Drillis and Contini, 1966)."""
SHOE_PER_HEIGHT: Final = 0.168
"""A shoe's length, of the body's height: the foot's 0.152 and the sole around it."""
LEAST_SHOE_PX: Final = 28.0
"""A shoe shorter than this in the photo is a speck."""

HEEL_BACK: Final = 0.12
TOE_AHEAD: Final = 0.32
"""How far the shoe reaches beyond the landmarks of heel and toe joint, of their distance."""
AROUND: Final = 0.42
"""Shoe lengths around the foot's middle line that belong to it, in a picture."""
SEED: Final = 0.07
"""Shoe lengths around the line from heel to toe that surely show the shoe."""
FORE: Final = np.float32(0.65)
"""Of the way from heel to toe: from there on, trousers hide no foot."""
SHIN: Final = (0.72, 0.88)
"""Of the way from knee to ankle: what is seen there is leg or trousers, no low shoe."""
UNLIKE_LEG: Final = 16.0
SKIN_HUE: Final = 8.0
"""Lab distances: from the shin's colours, and in hue and chroma from the wearer's skin."""
SKIN_CLOTH: Final = 0.3
"""Share of trousers above the ankle in the wearer's own hue from which that hue tells no ankle from trousers."""
SOCK: Final = 0.45
"""Shoe lengths above the ankle: what begins lower is a sock."""
LEG_HALF: Final = 0.3
"""Shoe lengths around the shin within which the leg or its trousers are."""
CALF: Final = (0.2, 0.42)
MOSTLY: Final = 0.6
CENTRES: Final = 4
"""Colours told apart in shoe and in leg."""
BELOW_ANKLE: Final = 0.16
"""Shoe lengths below the ankle joint within which leg turns to shoe when the colours do not tell."""
COLOUR_TRUST: Final = 0.05
"""Shoe lengths of place that a Lab unit of colour outweighs."""
TELLING: Final = 15.0
"""Lab distance between foot and shin from which their colours tell them apart; below it, places count for more."""
PLACE: Final = (4.0, 14.0)
"""Votes a shoe length below the ankle: beside colours that tell, and beside such that do not."""
LABEL_TRUST: Final = 0.4
"""Votes of the photo's labels, which were found without these joints."""
CRUMB: Final = 0.04
STRAY: Final = 0.22
"""Shoe lengths: what of a person beside feet is narrower is a lace or rim; what is larger than the square of this is
part of a shoe that was not found."""
TOES_FOUND: Final = 0.6
FOREIGN_REACH: Final = 0.2
"""Shoe lengths above a shoe within which its heel tab may end."""
SHANK: Final = 0.13
"""Shoe lengths around the line from knee to ankle that are surely leg: where the other leg stands before a foot."""

BOOTS_MESSAGE: Final = "Your boots hide your ankles. To try these shoes on, use a photo with low shoes or bare feet."
FEET_MESSAGE: Final = (
    "We can't make out your feet in this photo. Use one in which both shoes are seen, apart from each other, before a "
    "plain floor."
)


@dataclass(frozen=True, slots=True)
class Foot:
    ankle: Points
    heel: Points
    toe: Points
    """(2,) the landmarks in the photo; the toe is that of the big toe's joint."""
    turned: float
    """-1..1: the share of the foot's length seen from the side, positive where it points to the picture's right."""
    length: float
    """Pixels of a shoe of this body seen from the side."""
    shoe: Mask
    """(h, w) what the foot wears now; of a bare foot the foot."""
    leg: Mask
    """(h, w) what is seen of the leg above the shoe, bare or in a stocking."""
    cloth: Mask
    """(h, w) trousers over the shoe or above it, and the other leg where it stands before them."""
    hem: float
    """The row at which this leg's trousers end; 0 where the leg is bare."""


def find_feet(person: PersonAnalysis) -> Mapping[Side, Foot]:
    """Both feet. Raises PoseNotSupported where they can't be told from each other or are too small."""
    length = shoe_length(person)
    if length < LEAST_SHOE_PX:
        raise PoseNotSupported(FEET_MESSAGE, reason="feet_too_small")
    zones = _zones(person, length)
    feet = {side: _foot(person, side, zones[side], length) for side in SIDES}
    near, far = sorted(SIDES, key=lambda side: float(feet[side].toe[1]), reverse=True)
    behind = feet[far].shoe
    feet[near] = replace(feet[near], cloth=feet[near].cloth & ~behind, leg=feet[near].leg & ~behind)
    # The leg of the nearer foot hides what is behind it, as trousers do.
    before = (feet[near].cloth | feet[near].leg) & _shank(person, near, length) & ~feet[far].shoe
    before &= _like_shin(person, near, length)
    feet[far] = replace(feet[far], cloth=feet[far].cloth | before, leg=feet[far].leg & ~before)
    _require_all_found(person, feet, length)
    return feet


def _like_shin(person: PersonAnalysis, side: Side, length: float) -> Mask:
    """What has the colours of the lower leg, bare or in trousers."""
    knee, ankle, *_ = _joints(person, side)
    shin = _stroke(person.labels.shape, [knee + (ankle - knee) * share for share in SHIN], SEED * length)
    lab = to_lab(cv2.GaussianBlur(person.picture, (0, 0), max(0.012 * length, 0.5)))
    return _nearest(lab, lab[shin & (person.matte > 0.5)]) < UNLIKE_LEG


def _require_all_found(person: PersonAnalysis, feet: Mapping[Side, Foot], length: float) -> None:
    """Raise PoseNotSupported where toes lie outside what was found of a shoe, or something of the person stands on the
    floor that is neither shoe nor leg: joints or outline are wrong there."""
    rows = np.arange(person.labels.shape[0])[:, None]
    known = np.logical_or.reduce([grown(bits(foot.shoe | foot.leg | foot.cloth), 2) > 0 for foot in feet.values()])
    highest = min(float(foot.ankle[1]) for foot in feet.values())
    loose = bits((person.matte > 0.5) & ~known & (rows > highest) & _near_feet(person, feet, length))
    loose = np.asarray(cv2.morphologyEx(loose, cv2.MORPH_OPEN, disc(max(1, round(CRUMB * length)))), np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(loose)
    stray = any(stats[1:count, cv2.CC_STAT_AREA] > (STRAY * length) ** 2)
    if stray or any(_toes_found(foot) < TOES_FOUND for foot in feet.values()):
        raise PoseNotSupported(FEET_MESSAGE, reason="feet_unclear")


def _near_feet(person: PersonAnalysis, feet: Mapping[Side, Foot], length: float) -> Mask:
    lines = [np.minimum(*(_distance(person.labels.shape, [foot.heel, foot.toe]) for foot in feet.values()))]
    return np.asarray(lines[0] < length)


def _toes_found(foot: Foot) -> float:
    """Share of the line from the middle of the foot to its toes that lies in the shoe."""
    line = [foot.heel + (foot.toe - foot.heel) * FORE, foot.toe]
    toes = _stroke(foot.shoe.shape, line, SEED * foot.length)
    return float((foot.shoe | foot.cloth)[toes].mean()) if toes.any() else 0.0


def _shank(person: PersonAnalysis, side: Side, length: float) -> Mask:
    """The lower leg above the shoe, as wide as trousers are."""
    knee, ankle, *_ = _joints(person, side)
    return _stroke(person.labels.shape, [knee, ankle], LEG_HALF * length)


def shoe_length(person: PersonAnalysis) -> float:
    """Pixels of a shoe of this body seen from the side, from the length of its legs."""
    points = person.pose.points
    legs = [np.linalg.norm(points[_of(side, "HIP")] - points[_of(side, "KNEE")]) for side in SIDES]
    legs += [np.linalg.norm(points[_of(side, "KNEE")] - points[_of(side, "ANKLE")]) for side in SIDES]
    return float(sum(legs)) / 2 / LEG_PER_HEIGHT * SHOE_PER_HEIGHT


def _of(side: Side, name: str) -> Joint:
    return Joint[f"{side.upper()}_{name}"]


def _joints(person: PersonAnalysis, side: Side) -> tuple[Points, Points, Points, Points]:
    knee, ankle, heel, toe = (
        person.pose.points[_of(side, n)].astype(np.float32) for n in ("KNEE", "ANKLE", "HEEL", "FOOT")
    )
    return knee, ankle, heel, toe


def _zones(person: PersonAnalysis, length: float) -> dict[Side, Mask]:
    """What belongs to each foot: the person near its line, nearer to it than to the other foot's or its leg's."""
    foot, shank = {}, {}
    for side in SIDES:
        knee, ankle, heel, toe = _joints(person, side)
        line = [ankle, heel - (toe - heel) * HEEL_BACK, toe + (toe - heel) * TOE_AHEAD, ankle]
        foot[side] = _distance(person.labels.shape, line)
        shank[side] = np.maximum(_distance(person.labels.shape, [knee, ankle]) - SHANK * length, 0)
    solid = person.matte > 0.5
    for side in SIDES:
        shank[side][~_like_shin(person, side, length)] = np.inf
    right, left = (foot[side] for side in SIDES)
    return {
        "right": solid & (right < AROUND * length) & (right <= np.minimum(left, shank["left"])),
        "left": solid & (left < AROUND * length) & (left < np.minimum(right, shank["right"])),
    }


def _distance(shape: tuple[int, ...], line: list[Points]) -> NDArray[np.float32]:
    """Pixels from a line through several places."""
    canvas = np.ones(shape[:2], np.uint8)
    cv2.polylines(canvas, [np.rint(np.asarray(line)).astype(np.int32)], False, 0, 1)
    return np.asarray(cv2.distanceTransform(canvas, cv2.DIST_L2, 5), np.float32)


def _foot(person: PersonAnalysis, side: Side, zone: Mask, length: float) -> Foot:
    knee, ankle, heel, toe = _joints(person, side)
    if max(toe[1], heel[1]) + TOE_AHEAD * abs(toe[1] - heel[1]) > person.labels.shape[0]:
        raise PoseNotSupported(FEET_MESSAGE, reason="feet_cut_off")
    across = float(toe[0] - heel[0]) * (1 + HEEL_BACK + TOE_AHEAD)
    shoe = _shoe(person, zone, (knee, ankle, heel, toe), length)
    above = _stroke(zone.shape, [knee + (ankle - knee) * 0.5, ankle], LEG_HALF * length) & (person.matte > 0.5)
    above = (above | zone) & ~shoe
    cloth = above & np.isin(person.labels, (BodyLabel.BOTTOM, BodyLabel.TOP, BodyLabel.SHOES))
    skin, sock = _is_skin(person, to_lab(person.picture)), float(ankle[1]) - SOCK * length
    high = cloth & (np.arange(len(cloth))[:, None] < sock)
    if not high.any() or skin[high].mean() < SKIN_CLOTH:
        cloth &= ~skin
    cloth = _from_above(cloth, sock)
    shoe |= _tabs(above & ~cloth, shoe, skin, length)
    turned = float(np.clip(across / length, -1, 1))
    return Foot(ankle, heel, toe, turned, length, shoe, above & ~cloth & ~shoe, cloth, _hem(cloth, knee, ankle, length))


def _hem(cloth: Mask, knee: Points, ankle: Points, length: float) -> float:
    """The row in which cloth ends along the leg's line, from the knee down."""
    line = _stroke(cloth.shape, [knee + (ankle - knee) * 0.5, ankle + (ankle - knee) * 0.3], SEED * length)
    share = (cloth & line).sum(axis=1) / np.maximum(line.sum(axis=1), 1)
    rows = np.flatnonzero(share > 0.5)
    if not rows.size:
        return 0.0
    ends = rows[0] + np.flatnonzero(share[rows[0] :] <= 0.5)
    return float(ends[0] if ends.size else rows[-1])


def _tabs(leg: Mask, shoe: Mask, skin: Mask, length: float) -> Mask:
    """What beside a bare leg is not of its skin and near the shoe: heel tabs, loops, the other shoe's edge."""
    if not leg.any() or skin[leg].mean() < MOSTLY:
        return np.zeros_like(leg)
    near = grown(bits(shoe), round(FOREIGN_REACH * length)) > 0
    return (
        np.asarray(cv2.morphologyEx(bits(leg & near & ~skin), cv2.MORPH_OPEN, disc(max(1, round(0.03 * length))))) > 0
    )


def _from_above(cloth: Mask, row: float) -> Mask:
    """The pieces that begin above a row: trousers do, socks do not."""
    count, islands, stats, _ = cv2.connectedComponentsWithStats(bits(cloth))
    kept = 1 + np.flatnonzero(stats[1:count, cv2.CC_STAT_TOP] < row)
    return np.isin(islands, kept)


def _shoe(person: PersonAnalysis, zone: Mask, joints: tuple[Points, ...], length: float) -> Mask:
    """Where the colours are more like those along the foot than like those of the shin, and places agree."""
    knee, ankle, heel, toe = joints
    window = _window(zone, knee, length)
    part = zone[window]
    if part.sum() < (0.2 * length) ** 2:
        raise PoseNotSupported(FEET_MESSAGE, reason="feet_unclear")
    corner = np.asarray([window[1].start, window[0].start], np.float32)
    lab = to_lab(cv2.GaussianBlur(person.picture[window], (0, 0), max(0.012 * length, 0.5)))
    seeds = _stroke(
        part.shape,
        [heel + (toe - heel) * FORE - corner, toe + (toe - heel) * np.float32(0.2) - corner],
        SEED * length,
    )
    shin = [knee + (ankle - knee) * share - corner for share in SHIN]
    leg = _stroke(part.shape, shin, SEED * length) & (person.matte[window] > 0.5)
    to_leg = _nearest(lab, lab[leg])
    odds = to_leg - _nearest(lab, lab[seeds & part])
    telling = float(np.clip(np.median(to_leg[seeds & part]) / TELLING, 0, 1)) if (seeds & part).any() else 0.0
    rows = np.arange(part.shape[0], dtype=np.float32)[:, None] + corner[1]
    place = (rows - ankle[1] - BELOW_ANKLE * length * 0.3) / length
    vote = telling * COLOUR_TRUST * np.clip(odds, -20, 20)
    vote = vote + np.clip((PLACE[1] + (PLACE[0] - PLACE[1]) * telling) * place, -3, 3)
    vote = vote + LABEL_TRUST * _label_vote(person.labels[window])
    smooth = smooth_known(vote.astype(np.float32), part.astype(np.float32), 0.03 * length)
    shoe = np.zeros_like(zone)
    bare = _is_skin(person, lab)
    _require_no_boots(person, knee, ankle, SEED * length)
    # Beside a bare leg, heel tabs, socks and laces are like neither shin nor skin: they go with the shoe.
    foreign = (to_leg > UNLIKE_LEG) & ~bare if leg.any() and bare[leg].mean() > MOSTLY else np.zeros_like(bare)
    shoe[window] = _whole(((smooth > 0) | foreign) & part, seeds, length)
    return shoe


def _label_vote(labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """1 for shoes, -1 for trousers and legs."""
    other = np.isin(labels, (BodyLabel.BOTTOM, BodyLabel.LEG))
    return (labels == BodyLabel.SHOES).astype(np.float32) - other.astype(np.float32)


def _require_no_boots(person: PersonAnalysis, knee: Points, ankle: Points, half: float) -> None:
    """Raise PoseNotSupported where a bare calf ends in a boot's shaft: nobody sees the leg in it."""
    window = _window(_stroke(person.labels.shape, [knee, ankle], half), knee, half)
    corner = np.asarray([window[1].start, window[0].start], np.float32)
    bare = _is_skin(person, to_lab(person.picture[window]))
    shares = []
    for reach in (CALF, SHIN):
        line = [knee + (ankle - knee) * share - corner for share in reach]
        shares.append(float(bare[_stroke(bare.shape, line, half)].mean()))
    if shares[0] > MOSTLY and shares[1] < 1 - MOSTLY:
        raise PoseNotSupported(BOOTS_MESSAGE, reason="boots_worn")


def _is_skin(person: PersonAnalysis, lab: NDArray[np.float32]) -> Mask:
    """Of the wearer's hue, whatever the light."""
    if person.skin_lab is None:
        return np.zeros(lab.shape[:2], bool)
    return np.asarray(np.linalg.norm(lab[..., 1:] - person.skin_lab[1:], axis=-1) < SKIN_HUE)


def _window(zone: Mask, knee: Points, length: float) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(zone.any(axis=1)), np.flatnonzero(zone.any(axis=0))
    if not rows.size:
        raise PoseNotSupported(FEET_MESSAGE, reason="feet_unclear")
    margin = round(0.2 * length)
    top = max(0, int(min(rows[0], knee[1])) - margin)
    left = max(0, int(min(columns[0], knee[0])) - margin)
    return slice(top, rows[-1] + margin), slice(left, int(max(columns[-1], knee[0])) + margin)


def _stroke(shape: tuple[int, ...], line: list[Points], half: float) -> Mask:
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.polylines(canvas, [np.rint(np.asarray(line)).astype(np.int32)], False, 1, max(1, round(2 * half)))
    return canvas > 0


def _nearest(lab: NDArray[np.float32], samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distance of every pixel to the nearest of the samples' main colours."""
    if len(samples) < 4 * CENTRES:
        return np.full(lab.shape[:2], 10.0, np.float32)
    step = max(1, len(samples) // 2000)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(1)
    centres = cv2.kmeans(np.ascontiguousarray(samples[::step]), CENTRES, None, stop, 1, cv2.KMEANS_PP_CENTERS)[2]  # type: ignore[call-overload]
    apart = [np.linalg.norm(lab - centre, axis=-1) for centre in centres]
    return np.asarray(np.minimum.reduce(apart), np.float32)


def main_colours(lab: NDArray[np.float32], shoe: Mask) -> NDArray[np.float32]:
    """Lab distance of every pixel to the nearest of a shoe's main colours."""
    return _nearest(lab, lab[shoe])


def _whole(shoe: Mask, seeds: Mask, length: float) -> Mask:
    """The pieces that hold the seeds, closed and without threads."""
    radius = max(1, round(0.02 * length))
    closed = np.asarray(cv2.morphologyEx(bits(shoe), cv2.MORPH_CLOSE, disc(2 * radius)), np.uint8)
    opened = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc(radius)), np.uint8)
    islands = cv2.connectedComponents(opened)[1]
    held: NDArray[np.int32] = np.unique(islands[(grown(bits(seeds), 1) > 0) & (opened > 0)])
    return np.isin(islands, held[held > 0])
