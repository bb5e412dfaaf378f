"""Which products may be worn together: an outfit that nobody could wear is refused before anything is made of it."""

from collections import Counter
from collections.abc import Sequence

from tryon.catalog.models import Product
from tryon.errors import FieldProblem, InvalidRequest

AT_ONCE_MAX = {
    "bottoms": 1,
    "dresses": 1,
    "tops": 2,
    "outerwear": 1,
    "footwear": 1,
    "headwear": 1,
    "eyewear": 1,
}
"""Two tops are a shirt and the vest over it, the inner one first."""
PIECES_MAX = sum(AT_ONCE_MAX.values()) - AT_ONCE_MAX["bottoms"]

NEVER_TOGETHER = frozenset({"dresses", "bottoms"})
"""A dress takes the place of trousers and skirts."""

_WORDS = {
    "bottoms": "one pair of trousers or one skirt",
    "dresses": "one dress",
    "tops": "two tops, one over the other",
    "outerwear": "one jacket or coat",
    "footwear": "one pair of shoes",
    "headwear": "one hat",
    "eyewear": "one pair of glasses",
}


def check_outfit(products: Sequence[Product]) -> None:
    """Raise InvalidRequest (unsupported_combination), naming why, for products that can't be worn together.

    A dress takes the place of trousers and skirts; a top may be worn over it.
    """
    if len({product.id for product in products}) < len(products):
        raise _unsupported("The same product is named twice.")
    worn = Counter(product.category for product in products)
    for category, count in worn.items():
        if count > AT_ONCE_MAX.get(category, 1):
            raise _unsupported(f"Only {_WORDS.get(category, category)} can be worn at once, not {count}.")
    if worn.keys() >= NEVER_TOGETHER:
        raise _unsupported("A dress is not worn with trousers or a skirt.")


def _unsupported(why: str) -> InvalidRequest:
    return InvalidRequest(
        f"These products can't be tried on together. {why}",
        code="unsupported_combination",
        details=[FieldProblem("products", why)],
    )
