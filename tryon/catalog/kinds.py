"""What is known of each category, for whoever has to choose one or to ask a shopper for a fitting photo."""

from dataclasses import dataclass
from typing import Final, Literal

from tryon.catalog.categories import CATEGORIES, OTHER_NAMES
from tryon.engines.base import Category

Dressing = Literal["warped", "anchored"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One category."""

    id: Category
    name: str
    photo_shows: tuple[str, ...]
    """Which of "head", "torso", "hips", "legs", "feet" must be in the shopper's photo."""
    photo_hint: str
    """The same as a sentence to the shopper."""
    dressing: Dressing
    """warped: the product's picture is bent to the body. anchored: it is placed on feet or head, keeping its shape."""

    @property
    def other_names(self) -> tuple[str, ...]:
        """What a merchant may call it as well."""
        return tuple(name for name, category in OTHER_NAMES.items() if category == self.id)


_CLOTHES: Final = ("head", "torso", "hips")
_FROM_HEAD_TO_HIPS: Final = "Face the camera, and show yourself from head to at least the hips."
_KINDS: Final = (
    Kind("tops", "Tops", _CLOTHES, _FROM_HEAD_TO_HIPS, "warped"),
    Kind(
        "bottoms",
        "Trousers and skirts",
        _CLOTHES,
        "Face the camera, and show yourself from head to at least the middle of the thighs.",
        "warped",
    ),
    Kind(
        "dresses",
        "Dresses",
        _CLOTHES,
        "Face the camera, and show as much of yourself as the dress will cover, at least from head to hips.",
        "warped",
    ),
    Kind("outerwear", "Jackets and coats", _CLOTHES, _FROM_HEAD_TO_HIPS, "warped"),
    Kind(
        "footwear",
        "Shoes",
        (*_CLOTHES, "legs", "feet"),
        "Face the camera, and show yourself from head to toe.",
        "anchored",
    ),
    Kind("eyewear", "Glasses", ("head",), "Face the camera, without glasses. A selfie is enough.", "anchored"),
    Kind("headwear", "Hats", ("head",), "Face the camera, with your whole head in the photo.", "anchored"),
)
KINDS: Final[dict[str, Kind]] = {kind.id: kind for kind in sorted(_KINDS, key=lambda kind: CATEGORIES.index(kind.id))}
