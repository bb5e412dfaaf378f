"""Something the shopper should know before going on, and the way on that the page offers them."""

from dataclasses import dataclass
from typing import Literal

Way = Literal["photo", "product", "again"]
"""Another photo, another product, or the same once more."""


@dataclass(frozen=True, slots=True)
class Problem:
    title: str
    message: str
    way: Way = "photo"
    code: str | None = None
    """The domain's; for programs that look at the page."""
