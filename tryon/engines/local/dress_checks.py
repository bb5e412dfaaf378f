"""Looks at a picture of a new dress as `checks` looks at a new top, and gives the same scores."""

import numpy as np

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Picture
from tryon.engines.local.checks import cloth_of, common_scores, median_difference, shown_of_placed
from tryon.engines.local.dress_dressing import DressedInOne

LEAST_SHARE = 0.1
"""Of the whole: a part of which less is seen is not asked for its colour."""


def score_in_one(photo: Picture, dressed: DressedInOne, garment: GarmentAnalysis) -> dict[str, float]:
    """All checks of one result, under the names `checks.LIMITS` knows; "old_top_left" speaks of all old clothes, which
    the person of a dressed picture wears under the name of a top."""
    scores = common_scores(photo, dressed, BodyLabel.TOP, garment)
    # The median of a dress in two colours may be either, that of a patterned part any.
    colour_error = min(scores["colour_error"], _colour_error_of_parts(dressed, garment))
    return scores | {"colour_error": colour_error, "garment_shown": shown_of_placed(dressed)}


def _colour_error_of_parts(dressed: DressedInOne, garment: GarmentAnalysis) -> float:
    """The worse one of the parts above and below the waist."""
    left, upper, right, lower = dressed.box
    after, shown = dressed.picture[upper:lower, left:right], dressed.visible > 0.95
    factor = (right - left) / dressed.warp.torso.shape[1]
    cloth, flat_waist = cloth_of(garment), int(garment.points["waist_middle"][1])
    waist = int(np.median(dressed.target.upper.hem[:, 1]) * factor)
    found = []
    for flat, worn in ((np.s_[:flat_waist], np.s_[:waist]), (np.s_[flat_waist:], np.s_[waist:])):
        if shown[worn].sum() > LEAST_SHARE * shown.sum():
            found.append(median_difference(garment.picture[flat], cloth[flat], after[worn], shown[worn]))
    return max(found, default=99.0)
