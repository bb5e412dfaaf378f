"""Which products can be worn together."""

from collections import Counter
from collections.abc import Sequence

from tryon.catalog.models import Product
from tryon.errors import FieldProblem, InvalidRequest

PIECES_MAX = 6
_ONE_OF = ("bottoms", "dresses", "footwear", "eyewear", "headwear")
"""Of these nobody wears two; tops and outerwear go over one another."""


def check_outfit(products: Sequence[Product]) -> None:
    """Raises InvalidRequest for what no engine can dress on one body."""
    worn = Counter(product.category for product in products)
    twice = next((category for category in _ONE_OF if worn[category] > 1), None)
    if twice is not None:
        raise _unsupported(f"Only one of {twice} can be worn at a time.")
    if worn["dresses"] and worn["bottoms"]:
        raise _unsupported("A dress and bottoms can't be worn together.")
    if worn["tops"] > 2 or worn["outerwear"] > 1:
        raise _unsupported("At most two tops and one piece of outerwear can be worn over one another.")
    if len(products) > PIECES_MAX:
        raise _unsupported(f"At most {PIECES_MAX} products can be worn together.")


def _unsupported(message: str) -> InvalidRequest:
    return InvalidRequest(message, code="unsupported_combination", details=[FieldProblem("products", message)])
