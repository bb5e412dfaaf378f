"""Small drift made good: where a candidate shows what the photo shows, the photo's own pixels take its place."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Picture
from tryon.engines.truth.changes import Floats
from tryon.engines.truth.frame import Mask
from tryon.engines.truth.measures import Compared
from tryon.engines.truth.scene import HEAD_ONLY

MOVED: Final = 0.0008
"""Share of the diagonal, about a pixel of a phone's screen, from which a shift is worth repairing."""
LIT: Final = 2.5
"""Of 255, from which a change of the whole picture's light is."""
REDRAWN: Final = 1.1
"""Mean CIE76 distance where nothing should have changed, from which the redrawing is; a good JPEG stays below."""
AGREES: Final = 6.0
AGREES_CLOSELY: Final = 3.0
"""CIE76 distances up to which the two show the same: outside the product's zone, and on the background inside it."""
REDRAWN_MOST: Final = 14.0
"""The same for a face's, hair's or hand's details, where all around them agrees."""
ROOM_PX: Final = 4
"""Kept between the photo's pixels and whatever differs, in pixels of the compared pictures: there the seam lies."""
FEATHER_PX: Final = 2.2
PATCH: Final = 0.0008
"""Of the picture: smaller islands of either are given to what surrounds them."""
HALO_PX: Final = 14.0
"""Within this distance of a seam the candidate is brought to the photo's light, fading."""
HALO_MOST: Final = 14.0
"""Of 255: a larger difference than this beside a seam is no light."""
WORTH_IT: Final = 0.05
"""With less of the picture to take from the photo there is nothing to align it by."""


def is_needed(compared: Compared, photo: Picture, candidate: Picture) -> bool:
    """Whether anybody would see that the candidate is not the photo where it should be."""
    if photo.shape != candidate.shape or compared.tone.shift > LIT:
        return True
    if compared.placement.drift(compared.scene.labels.shape) > MOVED:
        return True
    steady = compared.scene.steady & compared.covered
    return bool(steady.any() and float(compared.different[steady].mean()) > REDRAWN)


def repaired(compared: Compared, photo: Picture, candidate: Picture) -> tuple[Picture, float]:
    """The candidate at the photo's size and place, and the share of it that is the photo's own pixels.

    Where too little is alike, the candidate as it is, at the photo's size, and 0.
    """
    size = (photo.shape[1], photo.shape[0])
    enlarging = candidate.shape[0] < photo.shape[0]
    same_size = candidate
    if candidate.shape != photo.shape:
        how = cv2.INTER_CUBIC if enlarging else cv2.INTER_AREA
        same_size = np.asarray(cv2.resize(candidate, size, interpolation=how), np.uint8)
    weight = weight_of_photo(compared)
    if float(weight.mean()) < WORTH_IT:
        return same_size, 0.0
    laid = compared.placement.scaled(size[0] / compared.scene.picture.shape[1]).warp(same_size)
    laid = compared.tone.apply(laid)
    laid = _in_the_photos_light(compared, laid, weight)
    large = np.clip(cv2.resize(weight, size, interpolation=cv2.INTER_LINEAR), 0.0, 1.0)
    return _mixed(photo, laid, large), float((large > WHOLLY).mean())


WHOLLY: Final = 0.998
"""From this weight on a pixel is the photo's, byte for byte."""


def weight_of_photo(compared: Compared) -> Floats:
    """0..1 for every pixel at the scene's size: 1 where the photo's own is to be seen."""
    scene, different = compared.scene, compared.different
    calm = np.asarray(cv2.GaussianBlur(different, (0, 0), 1.5))
    background = (scene.labels == BodyLabel.BACKGROUND) & ~scene.inside
    if set(scene.categories) <= HEAD_ONLY:
        background |= scene.inside
    alike = np.where(scene.steady, (calm < AGREES) | _redrawn(compared, calm), (calm < AGREES_CLOSELY) & background)
    alike = _without_specks(alike)
    # Nothing of the photo beside what differs: a seam there would show both edges.
    room = cv2.distanceTransform(alike.astype(np.uint8), cv2.DIST_L2, 3)
    kept = (room > ROOM_PX) | (_frame_rim(alike.shape) & alike)
    kept |= ~compared.covered
    soft = cv2.GaussianBlur(kept.astype(np.float32), (0, 0), FEATHER_PX)
    # The feather lies wholly inside what agrees.
    return np.asarray(np.clip((soft - 0.5) * 2.0, 0.0, 1.0), np.float32)


def _redrawn(compared: Compared, calm: Floats) -> Mask:
    """Patches of face, hair and hands that were drawn anew but not moved: the photo's own are wanted there."""
    drawn = compared.scene.steady & (calm >= AGREES)
    kept = np.isin(compared.scene.labels, (BodyLabel.HEAD, BodyLabel.HAIR, BodyLabel.HAND))
    pieces, which = cv2.connectedComponents(drawn.astype(np.uint8), connectivity=4)
    total = np.bincount(which.ravel(), minlength=pieces)
    mine = np.bincount(which[kept], minlength=pieces)
    far = np.bincount(which[calm > REDRAWN_MOST], minlength=pieces)
    fine = (mine > 0.8 * total) & (far < 0.1 * total)
    fine[0] = False
    return np.asarray(fine[which])


def _without_specks(mask: Mask) -> Mask:
    """Small islands of either kind, given to what surrounds them."""
    least = PATCH * mask.size
    for kind in (True, False):
        pieces, which, stats, _ = cv2.connectedComponentsWithStats((mask == kind).astype(np.uint8), connectivity=4)
        small = np.flatnonzero(stats[:pieces, cv2.CC_STAT_AREA] < least)
        mask = np.where(np.isin(which, small[small > 0]), not kind, mask)
    return mask


def _frame_rim(size: tuple[int, ...]) -> Mask:
    """The picture's own edge is no seam."""
    rim = np.zeros(size, bool)
    rim[:ROOM_PX], rim[-ROOM_PX:], rim[:, :ROOM_PX], rim[:, -ROOM_PX:] = True, True, True, True
    return rim


def _in_the_photos_light(compared: Compared, laid: NDArray[np.uint8], weight: Floats) -> NDArray[np.uint8]:
    """What is still brighter or redder than the photo beside a seam is taken off the candidate, less away from it."""
    trusted = weight[..., None]
    error = (compared.scene.picture.astype(np.float32) - compared.laid) * trusted
    spread = cv2.GaussianBlur(error, (0, 0), HALO_PX) / (cv2.GaussianBlur(weight, (0, 0), HALO_PX) + 0.02)[..., None]
    far = cv2.distanceTransform((weight < 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    fading = np.exp(-far / HALO_PX)[..., None]
    change = np.clip(spread, -HALO_MOST, HALO_MOST) * fading
    large = cv2.resize(change, laid.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.clip(np.rint(laid + large), 0, 255).astype(np.uint8)


def _mixed(photo: Picture, laid: NDArray[np.uint8], weight: Floats) -> Picture:
    made = laid.copy()
    wholly = weight > WHOLLY
    seam = (weight > 0) & ~wholly
    share = weight[seam][:, None]
    made[seam] = np.rint(photo[seam] * share + laid[seam] * (1 - share))
    made[wholly] = photo[wholly]
    return made
