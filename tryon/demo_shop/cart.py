"""What a shopper has put into the bag: a cookie that says so in plain words, checked against the wares when read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tryon.demo_shop.wares import Ware, find_ware

QUANTITY_MAX = 9
LINES_MAX = 20
ONE_SIZE = "one"
_LINE = re.compile(r"([A-Z0-9-]{1,60})_([A-Za-z0-9]{1,6})_([1-9])")


@dataclass(frozen=True, slots=True)
class Line:
    ware: Ware
    size: str
    """One of the ware's, or ONE_SIZE."""
    quantity: int

    @property
    def total(self) -> int:
        return self.ware.price * self.quantity

    @property
    def text(self) -> str:
        """DEMO-SHIRTS-1_M_2"""
        return f"{self.ware.sku}_{self.size}_{self.quantity}"

    def is_same(self, other: "Line") -> bool:
        return (self.ware.sku, self.size) == (other.ware.sku, other.size)


def read_line(text: str) -> Line | None:
    """None for what this shop does not sell."""
    shape = _LINE.fullmatch(text)
    return make_line(shape[1], shape[2], int(shape[3])) if shape else None


def make_line(sku: str, size: str, quantity: int) -> Line | None:
    ware = find_ware(sku)
    if ware is None or size not in (ware.sizes or (ONE_SIZE,)):
        return None
    return Line(ware, size, max(1, min(quantity, QUANTITY_MAX)))


@dataclass(frozen=True, slots=True)
class Cart:
    lines: tuple[Line, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Cart":
        found = [read_line(part) for part in text.split(".")[:LINES_MAX]]
        return cls(tuple(line for line in found if line))

    @property
    def text(self) -> str:
        return ".".join(line.text for line in self.lines)

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    def add(self, new: Line) -> "Cart":
        """As one more line, or more of the line that is there."""
        present = next((line for line in self.lines if line.is_same(new)), None)
        if present is None:
            return Cart((*self.lines, new)[-LINES_MAX:])
        return self.change(replace(new, quantity=min(present.quantity + new.quantity, QUANTITY_MAX)))

    def change(self, changed: Line) -> "Cart":
        return Cart(tuple(changed if line.is_same(changed) else line for line in self.lines))

    def without(self, gone: Line) -> "Cart":
        return Cart(tuple(line for line in self.lines if not line.is_same(gone)))


def others_than(ware: Ware, wares: Iterable[Ware], count: int) -> list[Ware]:
    """What goes well with it: of other departments first."""
    others = [other for other in wares if other.sku != ware.sku]
    return sorted(others, key=lambda other: other.product.category == ware.product.category)[:count]
