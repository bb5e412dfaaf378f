"""Gives straps their own colour where the ground inside a narrow loop of strap was taken for it."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.cutout import CutOut
from tryon.engines.local.ground import Mask
from tryon.engines.local.raster import disc

STRAP_SHARE: Final = 0.012
"""Of the longer side: half the width of the widest strap that is looked at."""
LONG_SHARE: Final = 0.03
"""Of the longer side: the shortest strap."""
UPPER_SHARE: Final = 0.4
"""Of the height: straps lie in the upper part."""
PAPER: Final = 215
"""8-bit lightness from which on the middle of a strap may be paper between two threads."""
CONTRAST: Final = 50
"""8-bit lightness by which the threads of such a loop are darker."""
THREADS: Final = 20
"""Percentile of a loop's lightness up to which its pixels are thread."""


def with_own_strap_colour(cut: CutOut) -> CutOut:
    """The same cut-out; straps that are dark threads around pale ground are of the threads' colour all over."""
    body, straps = _body_and_straps(cut.opacity > 0.5)
    count, islands, stats, _ = cv2.connectedComponentsWithStats(straps.astype(np.uint8))
    light = cv2.cvtColor(cut.picture, cv2.COLOR_RGB2GRAY)
    picture = cut.picture.copy()
    reach = round(STRAP_SHARE * max(straps.shape))
    for island in range(1, count):
        here = islands == island
        low, high = np.percentile(light[here], [THREADS, 80])
        if stats[island, cv2.CC_STAT_HEIGHT] < LONG_SHARE * len(straps) or high < PAPER or high - low < CONTRAST:
            continue
        around = (cv2.dilate(here.astype(np.uint8), disc(reach)) > 0) & ~body
        picture[around & (light > low)] = np.median(cut.picture[here & (light <= low)], axis=0)
    return replace(cut, picture=picture)


def _body_and_straps(solid: Mask) -> tuple[Mask, Mask]:
    """What is broader than a strap can be, and what is narrower in the upper part."""
    opened = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_OPEN, disc(round(STRAP_SHARE * max(solid.shape))))
    body = cv2.dilate(opened, np.ones((3, 3), np.uint8)) > 0
    thin = solid & ~body
    thin[round(UPPER_SHARE * len(solid)) :] = False
    return body, thin
