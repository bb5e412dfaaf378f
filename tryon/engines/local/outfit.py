"""In which order the products of an outfit are put on, so that each finds beneath it what it is worn over."""

from collections.abc import Sequence
from typing import Final

from tryon.engines.base import Category, Garment

LAYERS: Final[tuple[Category, ...]] = (
    "bottoms",  # first: a top needs the new waistband, to be tucked into it or to hang over it
    "dresses",
    "tops",
    "outerwear",
    "footwear",  # after the hems that fall on it
    "headwear",
    "eyewear",
)
"""From the body outwards."""


def in_order_of_layers(garments: Sequence[Garment]) -> tuple[Garment, ...]:
    """Innermost first. Products of one kind stay in the order given: a shirt before the vest over it."""
    return tuple(sorted(garments, key=lambda garment: LAYERS.index(garment.category)))
