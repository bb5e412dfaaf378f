"""Where the neck ends above clothes in the colour of the wearer's skin.

There the neckline that was found wanders through plain cloth, and what it takes for skin would stay as it is: cloth
with its old collar, in the middle of a bared chest. If skin below the root of the neck has the colours of the cloth
beside it, the neck ends in one fair curve, where its own colours do; below, skin is made up as under any other cloth.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.figure import Figure
from tryon.engines.local.ground import lab_of
from tryon.engines.local.raster import bits, blurred, box_of, grown

SAME: Final = 5.0
"""CIE Lab distance up to which skin counts as having the cloth's colour: cloth in folds differs from itself as much.
Of 43 people one lies below it; in nobody else's photo are the two nearer than twice that."""
APART: Final = 2.0
"""At least so far from that colour the neck's own is, if its end is to be seen."""
DEEPEST: Final = 0.12
SHALLOWEST: Final = 0.03
"""Units below the roots of the neck that a round neckline's middle lies at the most, and where it lies if its end is
not seen."""
BESIDE: Final = 0.08
"""Units around such skin in which the cloth is looked at."""
CALM: Final = 0.02
"""Standard deviation, in units, over which colours are averaged: knit cloth is uneven."""
LEAST_PX: Final = 30

Mask = NDArray[np.bool_]


def with_neck_to_its_end(person: PersonAnalysis, figure: Figure) -> PersonAnalysis:
    """The same person; the neck ends at a fair curve where what is below its roots can't be told from the top."""
    neck = person.labels == BodyLabel.NECK
    if not neck.any():
        return person
    left, right = (figure.neck_root[side] for side in ("right", "left"))
    middle, half = (left + right) / 2, max(float(abs(right[0] - left[0])) / 2, 4.0)
    rows = np.arange(len(neck), dtype=np.float32)[:, None]
    place = (np.arange(neck.shape[1], dtype=np.float32) - middle[0]) / half
    # A round neckline: 1 in the middle, 0 at the roots; beside these it goes on level.
    bow = np.clip(1.0 - place**2, 0.0, 1.0).astype(np.float32) * np.float32(figure.unit)
    low = neck & (rows > middle[1] + DEEPEST * bow)
    beside = (grown(bits(low), max(3, round(BESIDE * figure.unit))) > 0) & (person.labels == BodyLabel.TOP)
    if min(low.sum(), beside.sum()) < LEAST_PX:
        return person
    box = box_of(neck | beside, 2)
    lab = blurred(lab_of(person.picture[box]), max(0.8, CALM * figure.unit))
    cloth, below = (np.median(lab[mask[box]], axis=0) for mask in (beside, low))
    if np.linalg.norm(below - cloth) > SAME:
        return person
    depth = _depth(lab, cloth, neck[box], rows[box[0]] - middle[1], bow[box[1]])
    ended = neck & (rows > middle[1] + depth * bow)
    return replace(person, labels=np.where(ended, np.uint8(BodyLabel.TOP), person.labels))


def _depth(
    lab: NDArray[np.float32], cloth: NDArray[np.float32], neck: Mask, below: NDArray[np.float32],
    bow: NDArray[np.float32],
) -> float:  # fmt: skip
    """Units that the curve hangs down: as far as most pixels of the neck along it still have the neck's own colour.
    `below` (h, 1) counts pixels from the roots, `bow` (w,) is how far a curve of depth 1 hangs there."""
    upper = neck & (below < -SHALLOWEST * bow.max())
    if upper.sum() < LEAST_PX:
        return SHALLOWEST
    own = np.median(lab[upper], axis=0)
    way = own - cloth
    if np.linalg.norm(way) < APART:
        return SHALLOWEST
    is_own = (lab - cloth) @ way > 0.5 * float(way @ way)
    for depth in np.linspace(-DEEPEST, DEEPEST, 17):
        along = neck & (np.abs(below - depth * bow) < 1.5) & (bow > 0.5 * bow.max())
        if along.any() and is_own[along].mean() < 0.5:
            return float(depth)
    return DEEPEST
