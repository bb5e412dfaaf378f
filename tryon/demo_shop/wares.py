"""What the shop sells: the demo products with what a shop adds to them: a price, sizes, more than one picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask_babel import lazy_gettext as _

from tryon.config import PROJECT_ROOT
from tryon.demo import BEFORE_AFTER, LOOKS, PRODUCTS, DemoProduct, picture_folder

CURRENCY = "EUR"
DEPARTMENTS = {
    "tops": _("Tops"),
    "outerwear": _("Jackets"),
    "bottoms": _("Trousers and skirts"),
    "dresses": _("Dresses"),
    "eyewear": _("Glasses"),
    "headwear": _("Hats"),
    "footwear": _("Shoes"),
}
"""Category → what stands on the door. In the order they are shown."""
_SIZES: dict[str, tuple[str, ...]] = {
    "tops": ("S", "M", "L", "XL"),
    "outerwear": ("S", "M", "L", "XL"),
    "bottoms": ("36", "38", "40", "42", "44"),
    "dresses": ("36", "38", "40", "42"),
    "eyewear": (),
    "headwear": (),
    "footwear": ("38", "39", "40", "41", "42", "43"),
}
_PRICES = {
    "tops": (45, 29, 39, 59),
    "outerwear": (139, 249, 119),
    "bottoms": (89, 49, 95, 79),
    "dresses": (99,),
    "eyewear": (120, 95),
    "headwear": (35, 55),
    "footwear": (110, 159),
}


_UPPER, _LOWER = (0.585, 0, 1, 0.78), (0.585, 0.22, 1, 1)
"""Of a before-and-after: the person on the right, without the product's picture between the two."""


@dataclass(frozen=True, slots=True)
class View:
    """One picture of a ware."""

    name: str
    """As the picture's address has it."""
    file: Path
    part: tuple[float, float, float, float] = (0, 0, 1, 1)
    """Which part of the file is shown: left, top, right, bottom."""
    is_padded: bool = False
    """On an even ground, which may go on above and below."""


@dataclass(frozen=True, slots=True)
class Ware:
    product: DemoProduct
    price: int
    views: tuple[View, ...]

    @property
    def sku(self) -> str:
        return self.product.sku

    @property
    def title(self) -> str:
        return self.product.title

    @property
    def department(self) -> str:
        return str(DEPARTMENTS[self.product.category])

    @property
    def sizes(self) -> tuple[str, ...]:
        """None at all where one size fits everybody."""
        return _SIZES[self.product.category]

    def view(self, name: str) -> View | None:
        return next((view for view in self.views if view.name == name), None)


def find_wares(category: str | None = None) -> list[Ware]:
    """All whose picture is there, or those of one department; none where the example pictures are not installed."""
    return [ware for ware in _all(picture_folder()) if category in (None, ware.product.category)]


def find_ware(sku: str) -> Ware | None:
    return next((ware for ware in _all(picture_folder()) if ware.sku == sku), None)


@lru_cache(maxsize=4)
def _all(folder: Path | None) -> tuple[Ware, ...]:
    return tuple(_make(folder)) if folder else ()


def _make(folder: Path) -> Iterator[Ware]:
    counts = dict.fromkeys(DEPARTMENTS, 0)
    for product in PRODUCTS:
        prices = _PRICES[product.category]
        price = prices[counts[product.category] % len(prices)]
        counts[product.category] += 1
        if product.file(folder).is_file():
            yield Ware(product, price, tuple(_views(product, product.file(folder))))


def _views(product: DemoProduct, front: Path) -> Iterator[View]:
    yield View("front", front, is_padded=True)
    for look in LOOKS:
        if look.product == product.picture:
            part = _LOWER if product.category in ("bottoms", "footwear") else _UPPER
            yield View("worn", PROJECT_ROOT / "static" / BEFORE_AFTER / look.file_name, part)
    back = front.with_name(front.name.replace("_front", "_back"))
    if back.is_file():
        yield View("back", back, is_padded=True)
    yield View("close", front, (0.3, 0.2, 0.7, 0.7))
