"""Small pieces that passed for the old top but lie apart from it, on an arm or a hand: they are skin.

Where a hand goes into a pocket, its arm is framed by cloth on both sides, and a piece of it may be named after them.
Taken off as a piece of the top, it would leave a hole in the arm.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.raster import among, bits, grown
from tryon.engines.local.relabelling import ColourCosts

LEAST_PX: Final = 40
"""Fewer pixels are noise on a rim."""
LARGEST: Final = 0.05
"""Square units of the largest such piece: a cuff that shows below a jacket's sleeve is larger."""
BESIDE_SHARE: Final = 0.25
"""Of what is around such a piece, at least so much is arm or hand."""
LIKELIER: Final = 1.0
"""Natural logarithms by which skin explains it better than the old top does."""
SKIN: Final = (BodyLabel.ARM, BodyLabel.HAND)


def with_skin_islands(person: PersonAnalysis, unit: float) -> PersonAnalysis:
    """The same person, with what lies apart from the top in an arm, and has that arm's colours, named after it."""
    top = person.labels == BodyLabel.TOP
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(bits(top))
    sizes = stats[:, cv2.CC_STAT_AREA]
    small = [k for k in range(1, count) if LEAST_PX <= sizes[k] < min(LARGEST * unit**2, sizes[1:].max())]
    if not small:
        return person
    skin = among(person.labels, SKIN)
    lab = cv2.cvtColor(person.picture, cv2.COLOR_RGB2Lab).astype(np.float32)
    own, cloth = ColourCosts.of(lab, skin), ColourCosts.of(lab, top & (pieces == 1 + int(sizes[1:].argmax())))
    if own is None or cloth is None or own.looks_like(cloth):
        return person
    labels = person.labels.copy()
    for k in small:
        x, y, width, height = (int(v) for v in stats[k, :4])
        box = np.s_[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2]
        piece = pieces[box] == k
        around = (grown(bits(piece), 2) > 0) & ~piece
        if (around & skin[box]).sum() < BESIDE_SHARE * around.sum():
            continue
        colours = lab[box][piece][None]
        if float((cloth.at(colours, 0.0) - own.at(colours, 0.0)).mean()) > LIKELIER:
            labels[box][piece] = BodyLabel.ARM
    return replace(person, labels=labels)
