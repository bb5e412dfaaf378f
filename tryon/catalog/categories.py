"""The categories we dress, their other names, and a guess where a merchant gave none."""

import re
from typing import get_args

from tryon.engines.base import Category
from tryon.errors import FieldProblem, InvalidRequest

CATEGORIES: tuple[str, ...] = get_args(Category)
DEFAULT_CATEGORY = "tops"
"""The most common case, where nothing tells."""

_OTHER_NAMES = {"shoes": "footwear", "glasses": "eyewear"}
_GUESS_ME = frozenset({"apparel"})

_WORDS: tuple[tuple[str, str], ...] = (
    # The most telling words first: a "shirt dress" is a dress, a "denim jacket" is outerwear.
    ("dresses", "dress dresses gown jumpsuit jumpsuits playsuit romper dungarees overalls kaftan"),
    (
        "outerwear",
        "jacket jackets coat coats parka blazer blazers anorak trench windbreaker gilet bomber overcoat puffer",
    ),
    ("footwear", "shoe shoes sneaker sneakers trainers boot boots sandal sandals loafer loafers heels pumps slippers"),
    ("eyewear", "glasses sunglasses spectacles eyewear goggles"),
    ("headwear", "hat hats cap caps beanie beret headband fedora bucket-hat"),
    ("bottoms", "jeans trousers pants shorts leggings skirt skirts chinos joggers culottes sweatpants"),
    (
        "tops",
        "t-shirt tee tees shirt shirts blouse blouses top tops sweater sweaters sweatshirt hoodie hoodies jumper "
        "cardigan polo tank camisole knit pullover vest tunic bodysuit turtleneck quarter-zip half-zip",
    ),
)


def read_category(given: str | None) -> str | None:
    """A merchant's word as one of CATEGORIES; None where it leaves the choice to us; InvalidRequest if unknown."""
    if given is None or given.strip().lower() in _GUESS_ME:
        return None
    category = _OTHER_NAMES.get(given.strip().lower(), given.strip().lower())
    if category not in CATEGORIES:
        supported = ", ".join(CATEGORIES)
        raise InvalidRequest(
            f"The category {given!r} is not supported. Supported are: {supported}.",
            code="unsupported_category",
            details=[FieldProblem("category", f"One of {supported}.")],
        )
    return category


def told_category(*texts: str | None) -> str | None:
    """From title, then description: the first that holds a telling word; None where none does."""
    for text in texts:
        words = set(re.findall(r"[a-z]+(?:-[a-z]+)*", (text or "").lower()))
        for category, telling in _WORDS:
            if words.intersection(telling.split()):
                return category
    return None


def guess_category(*texts: str | None) -> str:
    return told_category(*texts) or DEFAULT_CATEGORY
