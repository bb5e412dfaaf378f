"""What every pixel of the person shows: face, hair, bare skin, top, bottom, shoes.

Three kinds of knowledge are added up as log odds: the colours of each thing, learnt from this photo; where on a body
the thing can be; and where garments end (`hems`). The sums are smoothed along the photo's edges and the best wins.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, Picture, Points, Pose
from tryon.engines.local.body import Window
from tryon.engines.local.guided import GuidedFilter
from tryon.engines.local.hems import Ends, find_cuffs, find_hem, find_leg_hems
from tryon.engines.local.misfits import without_misfits
from tryon.engines.local.palette import Palette, first_palette, learn_again, of_one_colour
from tryon.engines.local.places import priors_by_place
from tryon.engines.local.raster import connected, sum_of_channels
from tryon.engines.local.scene import MIN_SAMPLES, Scene, Thing, above, above_chin, set_up
from tryon.engines.local.sleeve_sides import with_sleeves_apart

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

WORK_PIXELS: Final = 260_000
"""Pixels of the reduced cut-out of the person that is labelled; label edges are enlarged smoothly afterwards."""
MARGIN_PX: Final = 8
COLOUR_TRUST: Final = 0.7
"""How much of the colours' log odds counts, for neighbours repeat each other's evidence."""
MAX_COLOUR: Final = 4.0
SPOT: Final = 0.05
"""Shoulder widths: a spot smaller than the square of this is taken for what surrounds it."""
STREAK: Final = 0.08
"""Shoulder widths: a bare arm is broader than this."""
HAIRLINE: Final = 0.35
"""Face heights above the chin that hair reaches somewhere; a dark collar beside the neck does not."""
BROW: Final = 0.75
"""Face heights above the chin from which bare skin is a bald head."""
FRAME_ROWS: Final = 12
"""Of the reduced picture; its first ones are the margin around the person, if there was room for one."""
SURE: Final = 0.72
"""Smoothed probability from which a pixel's label stands."""


def find_labels(
    picture: Picture, pose: Pose, face: Points | None, matte: Opacity
) -> tuple[LabelMap, NDArray[np.float32] | None]:
    """The BodyLabel of every pixel, and the person's skin colour, (3,) CIE Lab, or None where no skin is seen."""
    window = Window.around(matte > 0.1, MARGIN_PX, WORK_PIXELS)
    scene = set_up(picture, pose, face, matte, window)
    models = first_palette(scene)
    contrast = _row_contrast(scene.picture)
    ends = _find_ends(scene, models, contrast)
    likely = _likelihoods(scene, models, ends)
    models = learn_again(scene, models, likely, ends)
    ends = _find_ends(scene, models, contrast)
    scores = _smooth_along_edges(scene, _likelihoods(scene, models, ends))
    settled = without_misfits(scene, models, ends, _settle(scene, scores, ends))
    small = _split_skin(scene, with_sleeves_apart(scene, ends, settled), ends)
    labels = np.zeros(matte.shape, np.uint8)
    labels[window.part] = _to_full_size(small, matte[window.part])
    return labels, scene.skin.lab


def _find_ends(scene: Scene, models: Palette, contrast: Floats) -> Ends:
    top, bottom = (models[thing].log_odds(scene.bins) for thing in (Thing.TOP, Thing.BOTTOM))
    # Cloth of an unknown colour is still cloth: what skin does not explain better than chance is not skin.
    over_arm, over_leg = np.maximum(top, -0.3), np.maximum(np.maximum(bottom, top), -0.3)
    bare = scene.skin_odds > np.maximum(np.maximum(top, bottom), 1.0)
    usable = scene.person & ~bare & ~scene.hands & (scene.forearm > 0.13)
    hem, straight = None, of_one_colour(models)
    if models[Thing.BOTTOM].samples > MIN_SAMPLES:
        hem = find_hem(top, bottom, contrast, usable, scene.body, straight)
    return Ends(
        hem,
        straight,
        find_cuffs(over_arm, scene.skin_odds, scene.person, scene.body),
        find_leg_hems(over_leg, scene.skin_odds, scene.person, scene.body),
    )


def _row_contrast(picture: Picture) -> Floats:
    """Contrast between what is above and below each pixel, 0..1, 1 for about 40 Lab units."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    soft = cv2.blur(lab, (7, 3))
    change = sum_of_channels(np.abs(soft[4:] - soft[:-4]))
    return np.pad(np.clip(change / 40.0, 0.0, 1.0), ((2, 2), (0, 0)))


def _likelihoods(scene: Scene, models: Palette, ends: Ends) -> Floats:
    """(things, height, width): each pixel's probabilities by itself."""
    priors = priors_by_place(scene, ends, hair_is_known=models[Thing.HAIR].samples > 0)
    odds = np.empty((len(Thing), *scene.body.shape), np.float32)
    for thing in Thing:
        colour = np.clip(models[thing].log_odds(scene.bins), -MAX_COLOUR, MAX_COLOUR)
        odds[thing] = COLOUR_TRUST * colour + priors[thing]
    odds -= odds.max(0)
    likely = np.exp(odds)
    return likely / likely.sum(0)


def _smooth_along_edges(scene: Scene, likely: Floats) -> Floats:
    guide = scene.picture * np.float32(1 / 255)
    smoother = GuidedFilter(guide, max(2, round(0.03 * scene.body.width)), 4e-4)
    smooth = [smoother.smooth(part) for part in likely[:-1]]
    # What is left of certainty, for all probabilities are 1 together, smoothed or not.
    return np.stack([*smooth, 1.0 - sum(smooth)])


def _settle(scene: Scene, scores: Floats, ends: Ends) -> LabelMap:
    """The best Thing of every pixel, once hair that hangs on no head and scattered spots are given to the next best."""
    at_head = (scene.head > 0.0) & (scene.head < 0.4) & (above_chin(scene, HAIRLINE) | _cut_by_the_frame(scene))
    smallest = (SPOT * scene.body.width) ** 2
    best = scores.argmax(0)
    for thing in Thing:
        mask = ((best == thing) & scene.person).astype(np.uint8)
        pieces, sizes = connected(mask, connectivity=4)
        lost = sizes < smallest
        if thing == Thing.HAIR:
            lost |= np.bincount(pieces[at_head], minlength=len(sizes)) == 0
        if thing == Thing.SKIN:
            lost |= _are_rims_of_sleeves(scene, ends, mask, pieces, sizes)
        lost[0] = False
        scores[thing][lost.take(pieces)] = -1.0
    return _flood(scene, scores)


def _cut_by_the_frame(scene: Scene) -> Mask:
    """The first rows, where the frame cuts a head: hair may hang from what is not in the picture."""
    cut = np.zeros(scene.body.shape, bool)
    cut[:FRAME_ROWS] = scene.matte[:2].max(initial=0.0) > 0.5
    return cut


def _are_rims_of_sleeves(
    scene: Scene, ends: Ends, skin: LabelMap, pieces: NDArray[np.int32], sizes: NDArray[np.intp]
) -> Mask:
    """Which pieces of skin are only thin streaks on covered arms: light on a sleeve's edge, not an arm."""
    covered = [(d < 0.35) & (at < ends.cuffs[side] - 0.1) for side, (d, at) in scene.arms.items()]
    thick = cv2.erode(skin, _disc(STREAK * scene.body.width))
    on_sleeves = np.bincount(pieces[np.logical_or(*covered)], minlength=len(sizes))
    in_cores = np.bincount(pieces[thick > 0], minlength=len(sizes))
    return (on_sleeves > 0.7 * sizes) & (in_cores == 0)


def _disc(diameter: float) -> NDArray[np.uint8]:
    side = max(3, round(diameter))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _flood(scene: Scene, scores: Floats) -> LabelMap:
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


def _split_skin(scene: Scene, best: LabelMap, ends: Ends) -> LabelMap:
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


def _part_of_body(scene: Scene, ends: Ends) -> LabelMap:
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
    head = (scene.head < 0.12) & above(scene, scene.body.chin[1] - 0.12 * scene.body.face_height)
    crown = (scene.head < 0.5) & above_chin(scene, BROW) if scene.body.face is not None else head
    part[(scene.head < 0.0) | head | crown] = BodyLabel.HEAD
    return part


def _to_full_size(labels: LabelMap, matte: Opacity) -> LabelMap:
    """Enlarge label by label, so that the edges between labels become smooth curves, not stairs."""
    size = (matte.shape[1], matte.shape[0])
    best, winner = np.zeros(matte.shape, np.float32), np.zeros(matte.shape, np.uint8)
    present = [label for label in np.flatnonzero(np.bincount(labels.ravel())) if label != BodyLabel.BACKGROUND]
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
