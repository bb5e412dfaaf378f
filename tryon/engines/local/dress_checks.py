"""Looks at a picture of a new dress as `checks` looks at a new top, and gives the same scores."""

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Picture
from tryon.engines.local.checks import common_scores, shown_of_placed
from tryon.engines.local.dress_dressing import DressedInOne


def score_in_one(photo: Picture, dressed: DressedInOne, garment: GarmentAnalysis) -> dict[str, float]:
    """All checks of one result, under the names `checks.LIMITS` knows; "old_top_left" speaks of all old clothes, which
    the person of a dressed picture wears under the name of a top."""
    return common_scores(photo, dressed, garment, BodyLabel.TOP) | {"garment_shown": shown_of_placed(dressed)}
