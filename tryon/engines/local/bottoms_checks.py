"""Looks at a picture of new trousers or a new skirt as `checks` looks at a new top, and gives the same scores."""

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, Picture
from tryon.engines.local.bottoms_dressing import DressedBottom
from tryon.engines.local.checks import common_scores, shown_of_placed


def score_bottom(photo: Picture, dressed: DressedBottom, garment: GarmentAnalysis) -> dict[str, float]:
    """All checks of one result, under the names `checks.LIMITS` knows; "old_top_left" speaks of the old bottom."""
    return common_scores(photo, dressed, BodyLabel.BOTTOM, garment) | {"garment_shown": shown_of_placed(dressed)}
