"""Makes straps whole: two threads with the ground between them, or a row of dashes, are one strap in its own colour."""

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
THREADS_APART: Final = 0.009
DASHES_APART: Final = 0.03
"""Of the longer side: the widest gap between the two threads of a strap, and between two dashes of it."""
PAPER: Final = 215
"""8-bit lightness from which on the middle of a strap may be paper between two threads."""
CONTRAST: Final = 50
"""8-bit lightness by which the threads of such a loop are darker."""
THREADS: Final = 20
"""Percentile of a loop's lightness up to which its pixels are thread."""


def with_whole_straps(cut: CutOut) -> CutOut:
    """The same cut-out with the gaps in its thinnest straps closed and their paper dyed in the threads' colour."""
    solid = cut.opacity > 0.5
    body, threads = _body_and_straps(solid)
    side = max(solid.shape)
    kernel = np.ones((2 * round(DASHES_APART * side / 2) + 1, 2 * round(THREADS_APART * side / 2) + 1), np.uint8)
    straps = (cv2.morphologyEx(threads.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0) & ~body
    count, islands, stats, _ = cv2.connectedComponentsWithStats(straps.astype(np.uint8))
    light = cv2.cvtColor(cut.picture, cv2.COLOR_RGB2GRAY)
    picture, opacity = cut.picture.copy(), cut.opacity.copy()
    for island in range(1, count):
        here = islands == island
        seen = here & solid
        low, high = np.percentile(light[seen], [THREADS, 80]) if seen.any() else (0, 0)
        if stats[island, cv2.CC_STAT_HEIGHT] < LONG_SHARE * side or high < PAPER or high - low < CONTRAST:
            continue
        around = (cv2.dilate(here.astype(np.uint8), disc(round(STRAP_SHARE * side))) > 0) & ~body
        picture[around] = np.median(cut.picture[seen & (light <= low)], axis=0)
        opacity[here] = 1.0
    return replace(cut, picture=picture, opacity=opacity)


def _body_and_straps(solid: Mask) -> tuple[Mask, Mask]:
    """What is broader than a strap can be, and what is narrower in the upper part."""
    opened = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_OPEN, disc(round(STRAP_SHARE * max(solid.shape))))
    body = cv2.dilate(opened, np.ones((3, 3), np.uint8)) > 0
    thin = solid & ~body
    thin[round(UPPER_SHARE * len(solid)) :] = False
    return body, thin
