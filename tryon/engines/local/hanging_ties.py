"""Drawstrings, ties and threads of the old top that hang down over the bottom garment."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.fill import pull_push
from tryon.engines.local.linear import Linear
from tryon.engines.local.raster import bits, blurred, box_of, disc, grown, length, mirrored, opened

REACH_UNITS: Final = 0.35
"""They hang down at most so far below the old top's edge."""

NARROW_UNITS: Final = 0.035
"""Half their width at most: what is wider is a part of the bottom."""

APART: Final = 45.0
"""8-bit Lab: top and bottom differ by at least so much in their medians, or a tie could not be told."""

LIKE_TOP: Final = 0.55
BESIDE_WAY: Final = 0.35
"""A tie's colour lies on the way from the bottom's to the top's, at least so far along it, and so near to that way at
most, both as shares of its length."""

RIM_PX: Final = 3
"""Their blurred rim and their shadow."""

WEAVE_PX: Final = 3.0
"""What is finer than this (standard deviation) is the bottom's weave, and mirrored into the place of a tie."""

LEAST_TIE_PX: Final = 12
"""Fewer pixels over the bottom are the corner of a hem."""

LEAST_PX: Final = 200


def hanging_ties(person: PersonAnalysis, unit: float) -> NDArray[np.bool_]:
    """Where thin things of the old top's colour hang from its edge over the bottom."""
    top, bottom = person.labels == BodyLabel.TOP, person.labels == BodyLabel.BOTTOM
    reach = max(2, round(REACH_UNITS * unit))
    below = np.asarray(cv2.dilate(bits(top), np.ones((reach + 1, 1), np.uint8), anchor=(0, reach)), np.uint8)
    beside = grown(bits(~(top | bottom)), round(NARROW_UNITS * unit)) > 0
    near, found = bottom & (below > 0) & ~beside, np.zeros(top.shape, bool)
    if near.sum() < LEAST_PX:
        return found
    box = box_of(bits(near), reach)
    lab = cv2.cvtColor(np.ascontiguousarray(person.picture[box]), cv2.COLOR_RGB2Lab).astype(np.float32)
    above = opened(top[box], max(1, round(2 * NARROW_UNITS * unit)))
    if above.sum() < LEAST_PX:
        return found
    of_top, of_bottom = (np.median(lab[mask][::5], axis=0).astype(np.float32) for mask in (above, near[box]))
    way = of_top - of_bottom
    apart = float(np.linalg.norm(way))
    if apart < APART:
        return found
    away = lab - of_bottom
    along = away @ (way / np.float32(apart**2))
    off = length(away - along[..., None] * way) / np.float32(apart)
    like = (near[box] | top[box] & ~above) & (along > LIKE_TOP) & (off < BESIDE_WAY)
    thin = like & ~opened(like & ~above, max(1, round(NARROW_UNITS * unit)))
    count, pieces = cv2.connectedComponents(cv2.morphologyEx(bits(thin), cv2.MORPH_CLOSE, disc(2)))
    hung = np.bincount(pieces[grown(bits(above), RIM_PX) > 0], minlength=count) > 0
    over = np.bincount(pieces[thin & near[box]], minlength=count) > LEAST_TIE_PX
    hanging = (hung & over)[pieces] & thin
    found[box] = grown(bits(hanging), RIM_PX, round_=True) > 0
    return found & (bottom | top & (grown(bits(bottom), round(NARROW_UNITS * unit)) > 0))


def without_ties(photo: Linear, person: PersonAnalysis, ties: NDArray[np.bool_]) -> Linear:
    """The photo with the bottom's colours over the ties."""
    if not ties.any():
        return photo
    box = box_of(bits(ties), 24)
    known = (person.labels[box] == BodyLabel.BOTTOM) & ~ties[box]
    filled = photo.copy()
    broad = (
        blurred(photo[box] * known[..., None], WEAVE_PX)
        / np.maximum(blurred(known.astype(np.float32), WEAVE_PX), 1e-3)[..., None]
    )
    weave = mirrored(((photo[box] - broad) * known[..., None]).astype(np.float32), bits(known))
    filled[box][ties[box]] = np.maximum(pull_push(photo[box], known.astype(np.float32)) + weave, 0.0)[ties[box]]
    return filled
