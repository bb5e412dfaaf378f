"""The skin under the old top's straps: what is seen to both sides of them goes on between."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, Opacity, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.fill import pull_push
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import Bits, among, bits, blurred, box_of, depth, grown, reduced, resized, shrunk
from tryon.engines.local.skin_tone import DARKEST
from tryon.engines.local.surroundings import FRINGE_PX

NARROW_UNITS: Final = 0.05
"""Half the width of the broadest strap; under broader ones a chest has a form of its own, which is drawn."""
LOWEST_LEVEL: Final = 0.35
"""Torso level down to which straps run."""
SKIN: Final = (BodyLabel.NECK, BodyLabel.ARM)
WHOLLY: Final = 0.99
"""Share of a pixel of half the size that is skin."""
HALO_PX: Final = 3
"""So much farther than a strap's own rim a photo that was sharpened is too pale beside it."""
CLEAR_PX: Final = 3
"""Beside what goes with a strap, its shadow and blur still lie on so much of the skin."""


def with_skin_from_beside(light: Linear, person: PersonAnalysis, photo: Linear, figure: Figure) -> Linear:
    """`light`, skin made up without the old top, continued from the seen skin to both sides of its narrow straps: a
    strip of even a slightly other tone would be seen as a ghost of the strap."""
    lowest = int(np.clip(figure.at_level(LOWEST_LEVEL)[1], 0, len(person.labels)))
    labels = person.labels[:lowest]
    top = bits(labels == BodyLabel.TOP)
    straps = _straps(top, bits(among(labels, SKIN)), max(1, round(NARROW_UNITS * figure.unit)))
    if not straps.any():
        return light
    window = box_of(straps, round(2 * NARROW_UNITS * figure.unit) + 2 * FRINGE_PX)
    known = among(labels[window], SKIN) & (grown(top[window], FRINGE_PX + CLEAR_PX) == 0)
    # At the body's outline the background mixes in.
    known &= cv2.erode(bits(labels[window] != BodyLabel.BACKGROUND), np.ones((5, 5), np.uint8)) > 0
    if not shrunk(bits(known), 1).any():
        return light
    # What goes on under a strap is smooth: half the size tells it.
    log = np.log(np.maximum(reduced(photo[:lowest][window], 0.5), DARKEST))
    sure = (reduced(known.astype(np.float32), 0.5) > WHOLLY).astype(np.float32)
    beside = resized(np.exp(pull_push(log, sure)), known.shape)
    share = blurred(grown(straps[window], 2 * FRINGE_PX).astype(np.float32), FRINGE_PX / 2)[..., None]
    mended = light.copy()
    part = mended[:lowest][window]
    part += (beside - part) * share
    return mended


def rim_of_straps(person: PersonAnalysis, figure: Figure) -> Opacity:
    """0..1 over narrow straps and the skin beside them that a sharpened photo draws paler than it is: the light line
    beside a dark cord would outline a strap that is gone."""
    lowest = int(np.clip(figure.at_level(LOWEST_LEVEL)[1], 0, len(person.labels)))
    labels, rim = person.labels[:lowest], np.zeros(person.labels.shape, np.float32)
    skin = bits(among(labels, SKIN))
    straps = _straps(bits(labels == BodyLabel.TOP), skin, max(1, round(NARROW_UNITS * figure.unit)))
    if straps.any():
        window = box_of(straps, 3 * FRINGE_PX)
        near = grown(straps[window], FRINGE_PX + HALO_PX, round_=True) & (skin[window] | straps[window])
        rim[:lowest][window] = blurred(near.astype(np.float32), HALO_PX / 2)
    return rim


def _straps(top: Bits, skin: Bits, half: int) -> Bits:
    """What of the old top is narrower than twice `half` pixels, with skin near to both sides."""
    # As an opening by discs, whose time would grow with their size.
    broad = bits(depth(top) > half)
    thin = top & bits(depth(1 - broad) > half) if broad.any() else top
    if not thin.any():
        return thin
    reach = np.zeros((1, 4 * half + 1), np.uint8)
    reach[0, : 2 * half + 1] = 1
    return thin & cv2.dilate(skin, reach) & cv2.dilate(skin, reach[:, ::-1].copy())
