"""What every pixel of the person shows: face, hair, bare skin, top, bottom, shoes.

Three kinds of knowledge are added up as log odds: the colours of each thing, learnt from this photo; where on a body
the thing can be; and where garments end (`hems`). The sums are smoothed along the photo's edges and the best wins.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, Picture, Points, Pose
from tryon.engines.local.body import ARMS, FEET, HANDS, Body, Window, distance_to_path
from tryon.engines.local.colours import Bins, ColourModel, colour_bins
from tryon.engines.local.guided import GuidedFilter
from tryon.engines.local.hems import find_cuffs, find_hem, find_leg_hems
from tryon.engines.local.skin import Skin, hand_outline, learn_more, learn_skin

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

WORK_PIXELS: Final = 260_000
"""Pixels of the reduced cut-out of the person that is labelled; label edges are enlarged smoothly afterwards."""
MARGIN_PX: Final = 8
COLOUR_TRUST: Final = 0.7
"""How much of the colours' log odds counts, for neighbours repeat each other's evidence."""
MAX_COLOUR: Final = 4.0
NEVER: Final = -12.0
MIN_SAMPLES: Final = 60
ONE_COLOUR: Final = 0.55
"""Likeness of two garments' colours from which they can't be told apart by colour."""
SPOT: Final = 0.05
"""Shoulder widths: a spot smaller than the square of this is taken for what surrounds it."""
SURE: Final = 0.72
"""Smoothed probability from which a pixel's label stands."""
BALD: Final = 0.95
"""Share of skin-coloured pixels around the upper face from which there is no hair."""


class Thing(IntEnum):
    """What the colours are learnt for; skin is told apart into parts of the body afterwards."""

    SKIN = 0
    HAIR = 1
    TOP = 2
    BOTTOM = 3
    SHOES = 4
    CARRIED = 5


@dataclass(slots=True)
class _Scene:
    """Everything the stages below share, at the reduced size."""

    picture: Picture
    bins: Bins
    matte: Opacity
    person: Mask
    body: Body
    skin: Skin
    skin_odds: Floats
    arms: dict[str, tuple[Floats, Floats]]
    legs: dict[str, tuple[Floats, Floats]]
    forearm: Floats
    """Distance to the nearer arm below the middle of the upper arm, in shoulder widths; large elsewhere."""
    hands: Mask
    hand: Floats
    """Distance to the nearer hand's axis, in shoulder widths."""
    feet: Floats
    """Distance to the nearer foot, in shoulder widths."""
    head: Floats
    """Distance to the face's outline in face heights, negative inside."""


@dataclass(slots=True)
class _Ends:
    """Where garments end."""

    hem: Floats | None
    one_colour: bool
    cuffs: dict[str, float]
    leg_hems: dict[str, float]


def find_labels(
    picture: Picture, pose: Pose, face: Points | None, matte: Opacity
) -> tuple[LabelMap, NDArray[np.float32] | None]:
    """The BodyLabel of every pixel, and the person's skin colour, (3,) CIE Lab, or None where no skin is seen."""
    window = Window.around(matte > 0.1, MARGIN_PX, WORK_PIXELS)
    scene = _set_up(picture, pose, face, matte, window)
    models = _first_models(scene)
    ends = _find_ends(scene, models)
    likely = _likelihoods(scene, models, ends)
    models = _learn_again(scene, models, likely, ends)
    ends = _find_ends(scene, models)
    scores = _smooth_along_edges(scene, _likelihoods(scene, models, ends))
    small = _split_skin(scene, _settle(scene, scores), ends)
    labels = np.zeros(matte.shape, np.uint8)
    labels[window.part] = _to_full_size(small, matte[window.part])
    return labels, scene.skin.lab


def _set_up(picture: Picture, pose: Pose, face: Points | None, matte: Opacity, window: Window) -> _Scene:
    small, opacity = window.view(picture), window.view(matte)
    body = Body.of(pose, face, (small.shape[0], small.shape[1]), window)
    skin = learn_skin(small, body, opacity)
    bins = colour_bins(np.asarray(cv2.medianBlur(small, 3), np.uint8))
    feet = np.minimum(*(body.along(*FEET[side])[0] for side in FEET))
    arms = {side: body.arm(side) for side in ARMS}
    return _Scene(
        picture=small,
        bins=bins,
        matte=opacity,
        person=opacity > 0.5,
        body=body,
        skin=skin,
        skin_odds=skin.colours.log_odds(bins),
        arms=arms,
        forearm=np.minimum(*(np.where(at > 0.6, distance, 9.0).astype(np.float32) for distance, at in arms.values())),
        legs={side: body.leg(side) for side in ARMS},
        hands=hand_outline(body, "left") | hand_outline(body, "right"),
        hand=np.minimum(*(_hand_distance(body, side) for side in HANDS)),
        feet=feet,
        head=_distance_to_oval(body),
    )


def _hand_distance(body: Body, side: str) -> Floats:
    wrist, little, index = (body[joint] for joint in HANDS[side])
    knuckles = (little + index) / 2.0
    path = np.stack((wrist, wrist + 1.9 * (knuckles - wrist)))
    return distance_to_path(path, body.shape, body.width)[0]


def _distance_to_oval(body: Body) -> Floats:
    outline = np.concatenate((body.oval, body.oval[:1]))
    distance, _ = distance_to_path(outline, body.shape, body.face_height)
    return np.where(body.in_oval, -distance, distance).astype(np.float32)


def _first_models(scene: _Scene) -> dict[Thing, ColourModel]:
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


def _on_chest(scene: _Scene, not_skin: Mask) -> Mask:
    """The chest. Above the breast skin may show; below it people are dressed, in whatever colour."""
    across, down = scene.body.frame
    chest = (scene.matte > 0.95) & ~scene.hands & (np.abs(across) < 0.40) & (scene.forearm > 0.14)
    chest &= (scene.head > 0.15) & (down > 0.28) & (down < 0.55)
    covered = (np.abs(across) < 0.32) & (down > 0.34) & (down < 0.46)
    return chest & (not_skin | covered)


def _on_thighs(scene: _Scene) -> Mask:
    _, down = scene.body.frame
    place = (scene.matte > 0.95) & ~scene.hands & (scene.forearm > 0.14) & (down > 1.12)
    thigh = np.logical_or(*((distance < 0.12) & (at > 0.1) & (at < 0.8) for distance, at in scene.legs.values()))
    return place & thigh


def _on_hair(scene: _Scene, not_skin: Mask, top: ColourModel) -> Mask:
    """The crown; where that is cropped, what hangs beside the neck and is not the top's colour."""
    across, down = scene.body.frame
    sure = (scene.matte > 0.95) & not_skin
    around = (scene.matte > 0.95) & (scene.head > 0.04) & (scene.head < 0.35) & _above_chin(scene, 0.6)
    if around.sum() > MIN_SAMPLES and (around & not_skin).sum() < (1.0 - BALD) * around.sum():
        return np.zeros_like(around)
    crown = sure & (scene.head > 0.04) & (scene.head < 0.35) & (down < -0.1) & _above_chin(scene)
    if crown.sum() > MIN_SAMPLES:
        return crown
    beside = sure & (np.abs(across) < 0.45) & (down < -0.12) & (scene.skin_odds < 0.0)
    beside &= top.log_odds(scene.bins) < 0.0
    return beside if beside.sum() > MIN_SAMPLES else np.zeros_like(crown)


def _above_chin(scene: _Scene, face_heights: float = 0.3) -> Mask:
    """The rows at least so many face heights above the chin."""
    return _above(scene, float(scene.body.chin[1]) - face_heights * scene.body.face_height)


def _mostly_cloth(scene: _Scene, place: Mask, not_skin: Mask) -> ColourModel:
    """Without the skin-coloured pixels, unless nearly all are: then the cloth is skin-coloured."""
    without = place & not_skin
    return ColourModel(scene.bins[without if without.sum() > 0.25 * place.sum() else place])


def _find_ends(scene: _Scene, models: dict[Thing, ColourModel]) -> _Ends:
    top, bottom = (models[thing].log_odds(scene.bins) for thing in (Thing.TOP, Thing.BOTTOM))
    # Cloth of an unknown colour is still cloth: what skin does not explain better than chance is not skin.
    over_arm, over_leg = np.maximum(top, -0.3), np.maximum(np.maximum(bottom, top), -0.3)
    bare = scene.skin_odds > np.maximum(np.maximum(top, bottom), 1.0)
    usable = scene.person & ~bare & ~scene.hands & (scene.forearm > 0.13)
    hem, straight = None, _one_colour(models)
    if models[Thing.BOTTOM].samples > MIN_SAMPLES:
        hem = find_hem(top, bottom, _row_contrast(scene.picture), usable, scene.body, straight)
    return _Ends(
        hem,
        straight,
        find_cuffs(over_arm, scene.skin_odds, scene.person, scene.body),
        find_leg_hems(over_leg, scene.skin_odds, scene.person, scene.body),
    )


def _one_colour(models: dict[Thing, ColourModel]) -> bool:
    """A dress, a suit, or white on white."""
    return models[Thing.TOP].likeness(models[Thing.BOTTOM]) > ONE_COLOUR


def _row_contrast(picture: Picture) -> Floats:
    """Contrast between what is above and below each pixel, 0..1, 1 for about 40 Lab units."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    soft = cv2.blur(lab, (7, 3))
    change = np.abs(soft[4:] - soft[:-4]).sum(-1)
    return np.pad(np.clip(change / 40.0, 0.0, 1.0), ((2, 2), (0, 0)))


def _likelihoods(scene: _Scene, models: dict[Thing, ColourModel], ends: _Ends) -> Floats:
    """(things, height, width): each pixel's probabilities by itself."""
    priors = _priors(scene, models, ends)
    odds = np.empty((len(Thing), *scene.body.shape), np.float32)
    for thing in Thing:
        colour = np.clip(models[thing].log_odds(scene.bins), -MAX_COLOUR, MAX_COLOUR)
        odds[thing] = COLOUR_TRUST * colour + priors[thing]
    odds -= odds.max(0)
    likely = np.exp(odds)
    return likely / likely.sum(0)


def _smooth_along_edges(scene: _Scene, likely: Floats) -> Floats:
    guide = scene.picture.astype(np.float32) / 255.0
    smoother = GuidedFilter(guide, max(2, round(0.03 * scene.body.width)), 4e-4)
    return np.stack([smoother.smooth(part) for part in likely])


def _priors(scene: _Scene, models: dict[Thing, ColourModel], ends: _Ends) -> dict[Thing, Floats]:
    """Log odds of each thing by place alone."""
    places = _places(scene, ends)
    hair = models[Thing.HAIR]
    return {
        Thing.SKIN: _skin_prior(scene, places, ends, bald=not hair.samples),
        Thing.HAIR: _hair_prior(scene) - (0.0 if hair.samples else 2.5),
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


def _places(scene: _Scene, ends: _Ends) -> _Places:
    below_hem = _below_hem(scene, ends)
    sleeve, _ = _limb_shares(scene.arms, ends.cuffs, 0.30)
    cuffed, _ = _limb_shares(scene.arms, {side: end + 0.25 for side, end in ends.cuffs.items()}, 0.17)
    _, bare_arm = _limb_shares(scene.arms, ends.cuffs, 0.13)
    trouser, bare_leg = _limb_shares(scene.legs, ends.leg_hems, 0.24)
    return _Places(below_hem, sleeve, cuffed, bare_arm, trouser * below_hem, bare_leg * (below_hem > 0.5))


def _carried_prior(scene: _Scene) -> Floats:
    """Things are carried in or below a hand, beside the legs more often than before the torso."""
    across, down = scene.body.frame
    by_hand = np.clip(1.5 - scene.hand / 0.4, 0.0, 1.0) * (down > 0.5)
    return (-4.0 + 3.3 * by_hand - 1.5 * (np.abs(across) < 0.35)).astype(np.float32)


def _below_hem(scene: _Scene, ends: _Ends) -> Floats:
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
    covered, bare = None, None
    for side, (distance, position) in limbs.items():
        near = np.clip(1.5 - distance / radius, 0.0, 1.0)
        after = 1.0 / (1.0 + np.exp(-np.clip((position - ends[side]) / 0.04, -30.0, 30.0)))
        now_covered, now_bare = near * (1.0 - after), near * after
        covered = now_covered if covered is None else np.maximum(covered, now_covered)
        bare = now_bare if bare is None else np.maximum(bare, now_bare)
    assert covered is not None
    assert bare is not None
    return covered.astype(np.float32), bare.astype(np.float32)


def _skin_prior(scene: _Scene, places: _Places, ends: _Ends, bald: bool) -> Floats:
    across, down = scene.body.frame
    chest = np.clip(1.0 - np.hypot(across / 0.42, down / 0.28), 0.0, 1.0)
    prior = -2.0 + 4.0 * chest - 3.0 * places.sleeve * (1.0 - chest) - 2.0 * places.trouser
    prior = np.maximum(prior, -1.5 + 3.5 * np.maximum(places.bare_arm, places.bare_leg))
    torso = (np.abs(across) < 0.45) & (down > 0.3) & (down < 1.0)
    prior[torso] -= 3.0 if ends.one_colour else 0.5
    if not bald:
        # Above the eyes, what lies outside the face is hair, however bright its highlights are.
        prior[(scene.head > 0.03) & _above_chin(scene, 0.6)] -= 3.0
    prior = np.where(scene.head < 0.0, 3.0 if scene.body.face is not None else 1.0, prior)
    throat = (np.abs(across) < 0.18) & (down < 0.0) & (scene.head > 0.0) & ~_above_chin(scene)
    prior = np.where(throat, np.maximum(prior, 1.0), prior)
    return np.where(scene.hands, np.maximum(prior, 2.0), prior).astype(np.float32)


def _hair_prior(scene: _Scene) -> Floats:
    """Around the face; less and less down to the chest, and hardly inside the face."""
    across, down = scene.body.frame
    ring = np.clip(1.5 - np.maximum(scene.head, 0.0) / 0.5, -4.0, 1.5)
    low = np.clip((down - 0.1) / 0.25, 0.0, 3.0)
    upper_face = (scene.head < 0.0) & ~_above(scene, scene.body.chin[1] - 0.75 * scene.body.face_height)
    prior = ring - low
    prior = np.where(scene.head < -0.02, np.where(upper_face, -2.5, -0.5), prior)
    # The throat lies in the chin's shade, and shaded skin can look like dark hair.
    throat = (np.abs(across) < 0.18) & (down < 0.1) & (scene.head > 0.0) & ~_above_chin(scene)
    return np.where(throat, prior - 2.5, prior).astype(np.float32)


def _above(scene: _Scene, row: float) -> Mask:
    rows = np.arange(scene.body.shape[0], dtype=np.float32)[:, None]
    return np.broadcast_to(rows < row, scene.body.shape)


def _top_prior(scene: _Scene, places: _Places) -> Floats:
    across, down = scene.body.frame
    prior = 0.8 * np.clip((down + 0.05) / 0.25, 0.0, 1.0) * (np.abs(across) < 0.6) - 1.0 * places.bare_arm
    prior -= 6.0 * places.below_hem * (1.0 - places.cuffed)
    # Shoulders may rise beside the chin, and a collar up to it, but no garment is worn around the face.
    around_head = (scene.head < 0.6) | (down < -0.45)
    prior -= around_head * (3.0 * _above(scene, scene.body.chin[1]) + 5.0 * _above_chin(scene))
    prior = np.where(scene.head < 0.0, NEVER if scene.body.face is not None else -1.0, prior)
    return np.where(scene.hands, prior - 1.0, prior).astype(np.float32)


def _bottom_prior(scene: _Scene, places: _Places) -> Floats:
    prior = -8.0 + 8.8 * places.below_hem - 3.0 * places.bare_leg - 3.0 * np.maximum(places.cuffed, places.bare_arm)
    prior -= 5.0 * np.clip(1.5 - scene.feet / 0.12, 0.0, 1.0)
    return np.where(scene.hands, prior - 2.5, prior).astype(np.float32)


def _learn_again(
    scene: _Scene, models: dict[Thing, ColourModel], likely: Floats, ends: _Ends
) -> dict[Thing, ColourModel]:
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


def _covered_limbs(scene: _Scene, ends: _Ends) -> tuple[Mask, Mask]:
    """The cores of arms before their cuffs, and of legs between the top's hem and theirs."""
    core = {side: (d < 0.06) & (at > 0.2) & (at < ends.cuffs[side] - 0.2) for side, (d, at) in scene.arms.items()}
    legs = {side: (d < 0.08) & (at > 0.1) & (at < ends.leg_hems[side] - 0.2) for side, (d, at) in scene.legs.items()}
    off_arms = (scene.forearm > 0.14) & ~scene.hands & (_below_hem(scene, ends) > 0.9)
    return np.logical_or(*core.values()) & ~scene.hands, np.logical_or(*legs.values()) & off_arms


def _bare(scene: _Scene, scores: Floats) -> Mask:
    """Skin for sure, where the light differs from the face's."""
    across, down = scene.body.frame
    chest = (np.abs(across) < 0.3) & (np.abs(down) < 0.15)
    limbs = np.minimum(*(distance for distance, _ in scene.arms.values())) < 0.07
    return (scores[Thing.SKIN] > 0.9) & (chest | limbs | scene.hands)


def _settle(scene: _Scene, scores: Floats) -> LabelMap:
    """The best Thing of every pixel, once hair that hangs on no head and scattered spots are given to the next best."""
    at_head = (scene.head > 0.0) & (scene.head < 0.4) & _above_chin(scene, 0.1)
    smallest = (SPOT * scene.body.width) ** 2
    best = scores.argmax(0)
    for thing in Thing:
        mask = ((best == thing) & scene.person).astype(np.uint8)
        _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        lost = stats[:, cv2.CC_STAT_AREA] < smallest
        if thing == Thing.HAIR:
            lost |= ~np.isin(np.arange(len(stats)), np.unique(pieces[at_head]))
        lost[0] = False
        scores[thing][lost[pieces]] = -1.0
    return _flood(scene, scores)


def _flood(scene: _Scene, scores: Floats) -> LabelMap:
    """Let what is sure spread over what is not, up to the nearest edge in the photo.

    A highlight on the chest may have the shirt's colour, but there is no edge between it and the skin around it.
    """
    best = scores.argmax(0)
    markers = np.where(scores.max(0) > SURE, best + 1, 0)
    outside = len(Thing) + 1
    markers[~scene.person] = outside
    flooded = cv2.watershed(cv2.medianBlur(scene.picture, 3), markers.astype(np.int32))
    decided = (flooded > 0) & (flooded < outside)
    return np.where(decided, flooded - 1, best).astype(np.uint8)


def _split_skin(scene: _Scene, best: LabelMap, ends: _Ends) -> LabelMap:
    """One label a pixel; skin is named after the part of the body it lies on."""
    names = {
        Thing.HAIR: BodyLabel.HAIR,
        Thing.TOP: BodyLabel.TOP,
        Thing.BOTTOM: BodyLabel.BOTTOM,
        Thing.SHOES: BodyLabel.SHOES,
        Thing.CARRIED: BodyLabel.CARRIED,
    }
    labels = np.zeros(scene.body.shape, np.uint8)
    for thing, label in names.items():
        labels[best == thing] = label
    labels = np.where(best == Thing.SKIN, _part_of_body(scene, ends), labels)
    labels[~scene.person] = BodyLabel.BACKGROUND
    return labels.astype(np.uint8)


def _part_of_body(scene: _Scene, ends: _Ends) -> LabelMap:
    """Which bare part of the body a pixel would be, if it is skin."""
    across, down = scene.body.frame
    arm = np.minimum(*(distance for distance, _ in scene.arms.values())) / 0.14
    bare_legs = (np.where(at > ends.leg_hems[side] - 0.1, d, 9.0) for side, (d, at) in scene.legs.items())
    leg = np.minimum(*bare_legs) / 0.2
    part = np.full(scene.body.shape, BodyLabel.ARM, np.uint8)
    # The chest narrows towards the armpits; what is skin beside it belongs to the arm.
    part[(np.abs(across) < 0.44 - 0.5 * np.abs(down)) & ((arm > 0.7) | (down < 0.05))] = BodyLabel.NECK
    part[(np.abs(across) < 0.44) & (arm > 0.8) & (down >= 0.45)] = BodyLabel.MIDRIFF
    part[(down > 0.9) & (leg < arm)] = BodyLabel.LEG
    past_wrist = np.logical_or(*(at > 1.97 for _, at in scene.arms.values()))
    part[scene.hands | (past_wrist & (scene.hand < 0.25) & (scene.hand / 0.16 < leg))] = BodyLabel.HAND
    head = (scene.head < 0.12) & _above(scene, scene.body.chin[1] - 0.12 * scene.body.face_height)
    part[(scene.head < 0.0) | head] = BodyLabel.HEAD
    return part


def _to_full_size(labels: LabelMap, matte: Opacity) -> LabelMap:
    """Enlarge label by label, so that the edges between labels become smooth curves, not stairs."""
    size = (matte.shape[1], matte.shape[0])
    best, winner = np.zeros(matte.shape, np.float32), np.zeros(matte.shape, np.uint8)
    present = [label for label in np.unique(labels) if label != BodyLabel.BACKGROUND]
    # The labels are carried a little over the silhouette, so that the finer matte can decide where they end.
    filled = _fill_background(labels)
    for label in present:
        part = cv2.resize(cv2.GaussianBlur((filled == label).astype(np.float32), (0, 0), 1.0), size)
        better = part > best
        best[better], winner[better] = part[better], label
    winner[matte < 0.5] = BodyLabel.BACKGROUND
    return winner


def _fill_background(labels: LabelMap) -> LabelMap:
    """Every background pixel takes the label of the nearest person pixel."""
    if not labels.any():
        return labels
    background = (labels == BodyLabel.BACKGROUND).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(background, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    of_pixel = np.zeros(int(nearest.max()) + 1, np.uint8)
    of_pixel[nearest[labels > 0]] = labels[labels > 0]
    return of_pixel[nearest]
