"""Looks at a picture of new trousers or a new skirt as `checks` looks at a new top, and gives the same scores."""

from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Picture
from tryon.engines.local.bottoms_dressing import DressedBottom
from tryon.engines.local.checks import CHANGED, colour_error, sharpness
from tryon.engines.local.dressing import Dressed
from tryon.engines.local.raster import resized
from tryon.engines.local.warp import Strain, strain

ENOUGH_SHOWN: Final = 0.6
"""Share of the placed garment that is seen below a long top and behind the hands of a picture worth making."""

LEAST_PX: Final = 100


def score_bottom(photo: Picture, dressed: DressedBottom, garment: GarmentAnalysis) -> dict[str, float]:
    """All checks of one result, under the names `checks.LIMITS` knows; "old_top_left" speaks of the old bottom."""
    left, upper, right, lower = dressed.box
    window = np.s_[upper:lower, left:right]
    before, after = photo[window], dressed.picture[window]
    labels = dressed.person.labels
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    cloth_strain = _strain_of(dressed)
    # These two ask only for fields that both kinds of result have.
    as_top = cast(Dressed, dressed)
    return {
        "face_identical": _kept(labels, changed, (BodyLabel.HEAD,)),
        "hands_and_hair": _kept(labels, changed, (BodyLabel.HAND, BodyLabel.HAIR)),
        "outside_identical": float(np.array_equal(photo[~dressed.edited], dressed.picture[~dressed.edited])),
        "colour_error": colour_error(after, as_top, garment),
        "sharpness": sharpness(after, as_top),
        "folded": cloth_strain.folded,
        "anisotropy": cloth_strain.anisotropy_p99,
        "old_top_left": _old_left(labels, changed, dressed),
        "garment_shown": _shown(dressed),
    }


def _kept(labels: NDArray[np.uint8], changed: NDArray[np.bool_], wanted: tuple[BodyLabel, ...]) -> float:
    """Share of the labelled pixels that did not change; their rim, where layers mix, is left out."""
    area = cv2.erode(np.isin(labels, wanted).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return float(1.0 - changed[area].mean()) if area.sum() > LEAST_PX else 1.0


def _strain_of(dressed: DressedBottom) -> Strain:
    """The strain of what is seen of seat and legs."""
    shape = dressed.warp.torso.shape
    seen = resized(dressed.visible, shape)
    legs = {side: resized(mask, shape) for side, mask in dressed.cloth.sleeves.items()}
    seat = seen.copy()
    for leg in legs.values():
        seat = np.minimum(seat, 1 - leg)
    parts = [(dressed.warp.torso, seat * dressed.warp.torso_area)]
    parts += [(dressed.warp.sleeves[side], np.minimum(mask, seen)) for side, mask in legs.items()]
    return strain(*parts)


def _old_left(labels: NDArray[np.uint8], changed: NDArray[np.bool_], dressed: DressedBottom) -> float:
    """Share of the old bottom that still stands in the picture where nothing of the new one is."""
    old = cv2.erode((labels == BodyLabel.BOTTOM).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    left = old & ~changed & (dressed.visible < 0.1)
    return float(left.sum() / max(old.sum(), 1))


def _shown(dressed: DressedBottom) -> float:
    """Seen share of the garment as it was placed, 1 from ENOUGH_SHOWN on."""
    placed = float((dressed.cloth.opacity > 0.5).sum())
    return float(np.clip((dressed.visible > 0.5).sum() / max(placed, 1.0) / ENOUGH_SHOWN, 0.0, 1.0))
