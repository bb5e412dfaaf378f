"""Everything the local engine can dress: for each category how it is put on, and how the result is judged.

A new kind of product adds its row here, and its reading to `garment.READERS`; nothing else has to know of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category, TryOnOptions
from tryon.engines.local.analysis import GarmentAnalysis, PersonAnalysis, Picture
from tryon.engines.local.bottoms_checks import score_bottom
from tryon.engines.local.bottoms_dressing import dress_bottom, tidied_for_bottom
from tryon.engines.local.checks import LIMITS, Limits, score
from tryon.engines.local.dress_checks import score_in_one
from tryon.engines.local.dress_dressing import dress_in_one, tidied_for_dress
from tryon.engines.local.dressing import Step, dress_top, tidied_for_top
from tryon.engines.local.eyewear_checks import score_glasses
from tryon.engines.local.eyewear_dressing import dress_glasses
from tryon.engines.local.footwear_checks import FOOTWEAR_LIMITS, score_shoes
from tryon.engines.local.footwear_dressing import dress_shoes
from tryon.engines.local.head_checks import HEAD_LIMITS
from tryon.engines.local.headwear_checks import HEADWEAR_LIMITS, score_hat
from tryon.engines.local.headwear_dressing import dress_hat


class Worn(Protocol):
    """What every kind of dressing gives back; each knows more, which only its own checks ask for."""

    @property
    def picture(self) -> Picture: ...

    @property
    def edited(self) -> NDArray[np.bool_]:
        """(height, width) of the picture, True where it may differ from the photo."""
        ...


Dress = Callable[[Picture, PersonAnalysis, GarmentAnalysis, TryOnOptions, Step], Any]
"""(photo, person, garment, options, step) -> Worn; raises EngineRefusal. The photo may be larger than its analysis."""
Score = Callable[[Picture, Any, GarmentAnalysis], dict[str, float]]
"""(photo, worn, garment) -> scores by name."""

Tidy = Callable[[PersonAnalysis], Any]
"""Fills `tidied` of the analysis."""


@dataclass(frozen=True, slots=True)
class Outfitter:
    dress: Dress
    score: Score
    tidy: Tidy | None = None
    """What can be found out of a photo before a product is known: done when the photo is prepared."""
    limits: Limits = field(default_factory=lambda: LIMITS)
    """Lowest and highest value of every score that decides whether the picture is shown."""


OUTFITTERS: Final[Mapping[Category, Outfitter]] = {
    "tops": Outfitter(dress_top, score, tidied_for_top),
    "outerwear": Outfitter(dress_top, score, tidied_for_top),
    "bottoms": Outfitter(dress_bottom, score_bottom, tidied_for_bottom),
    "dresses": Outfitter(dress_in_one, score_in_one, tidied_for_dress),
    "eyewear": Outfitter(dress_glasses, score_glasses, limits=HEAD_LIMITS),
    "footwear": Outfitter(dress_shoes, score_shoes, limits=FOOTWEAR_LIMITS),
    "headwear": Outfitter(dress_hat, score_hat, limits=HEADWEAR_LIMITS),
}

WEARABLE: Final[frozenset[Category]] = frozenset(OUTFITTERS)
