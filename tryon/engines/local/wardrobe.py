"""Everything the local engine can dress: for each category how it is put on, and how the result is judged.

A new kind of product adds its row here, and its reading to `garment.READERS`; nothing else has to know of it.

The code of a category is loaded when it is first asked for: who tries on one shirt in a new process does not wait for
shoes and hats. `Wardrobe.open` loads all of it, for a worker that will need it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import Category, TryOnOptions
from tryon.engines.local.analysis import GarmentAnalysis, PersonAnalysis, Picture, Step
from tryon.engines.local.checks import LIMITS, Limits


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


@cache
def _for_upper() -> Outfitter:
    from tryon.engines.local.checks import score
    from tryon.engines.local.dressing import dress_top, tidied_for_top

    return Outfitter(dress_top, score, tidied_for_top)


@cache
def _for_lower() -> Outfitter:
    from tryon.engines.local.bottoms_checks import score_bottom
    from tryon.engines.local.bottoms_dressing import dress_bottom, tidied_for_bottom

    return Outfitter(dress_bottom, score_bottom, tidied_for_bottom)


@cache
def _for_one_piece() -> Outfitter:
    from tryon.engines.local.dress_checks import score_in_one
    from tryon.engines.local.dress_dressing import dress_in_one, tidied_for_dress

    return Outfitter(dress_in_one, score_in_one, tidied_for_dress)


@cache
def _for_eyes() -> Outfitter:
    from tryon.engines.local.eyewear_checks import score_glasses
    from tryon.engines.local.eyewear_dressing import dress_glasses
    from tryon.engines.local.head_checks import HEAD_LIMITS

    return Outfitter(dress_glasses, score_glasses, limits=HEAD_LIMITS)


@cache
def _for_feet() -> Outfitter:
    from tryon.engines.local.footwear_checks import FOOTWEAR_LIMITS, score_shoes
    from tryon.engines.local.footwear_dressing import dress_shoes

    return Outfitter(dress_shoes, score_shoes, limits=FOOTWEAR_LIMITS)


@cache
def _for_head() -> Outfitter:
    from tryon.engines.local.headwear_checks import HEADWEAR_LIMITS, score_hat
    from tryon.engines.local.headwear_dressing import dress_hat

    return Outfitter(dress_hat, score_hat, limits=HEADWEAR_LIMITS)


class Wardrobe(Mapping[Category, Outfitter]):
    """What dresses a category, by its name."""

    def __init__(self, outfitters: Mapping[Category, Callable[[], Outfitter]]) -> None:
        self._outfitters = outfitters

    def __getitem__(self, category: Category) -> Outfitter:
        return self._outfitters[category]()

    def __iter__(self) -> Iterator[Category]:
        return iter(self._outfitters)

    def __len__(self) -> int:
        return len(self._outfitters)

    def open(self) -> None:
        """Load the code of every category now, so that no shopper waits for it."""
        for category in self:
            self[category]


OUTFITTERS: Final = Wardrobe(
    {
        "tops": _for_upper,
        "outerwear": _for_upper,
        "bottoms": _for_lower,
        "dresses": _for_one_piece,
        "eyewear": _for_eyes,
        "footwear": _for_feet,
        "headwear": _for_head,
    }
)

WEARABLE: Final[frozenset[Category]] = frozenset(OUTFITTERS)
