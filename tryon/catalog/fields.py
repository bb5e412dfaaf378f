"""What may be said of a product, by whichever surface: all of it, or only what changes."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal


class _NotGiven(Enum):
    NOT_GIVEN = "not given"


NotGiven = Literal[_NotGiven.NOT_GIVEN]
NOT_GIVEN: Final = _NotGiven.NOT_GIVEN
"""Leaves a field as it is; on a new product, at its default."""


@dataclass(frozen=True, slots=True)
class GivenPicture:
    """A picture by its address or as encoded bytes; exactly one of the two."""

    url: str | None = None
    data: bytes | None = None
    classifications: dict[str, Any] = field(default_factory=dict)
    path: str = "images"
    """Where the caller gave it, dotted, to name it when it can't be used."""


@dataclass(frozen=True, slots=True)
class ProductChanges:
    """What is to change of a product; whatever is NOT_GIVEN stays as it is."""

    external_id: str
    """Empty: a one-shot, which gets a name from us."""
    title: str | NotGiven = NOT_GIVEN
    url: str | NotGiven | None = NOT_GIVEN
    pictures: tuple[GivenPicture, ...] | NotGiven = NOT_GIVEN
    """Replace the whole list."""
    description: str | NotGiven | None = NOT_GIVEN
    gender: str | NotGiven | None = NOT_GIVEN
    category: str | NotGiven | None = NOT_GIVEN
    """None: ours to guess. NOT_GIVEN: what has been said before stays."""
    sizes: tuple[str, ...] | NotGiven = NOT_GIVEN
    colors: tuple[dict[str, str], ...] | NotGiven = NOT_GIVEN
    metadata: dict[str, Any] | NotGiven = NOT_GIVEN
    valid_for_days: int | NotGiven | None = NOT_GIVEN
    """Days it lives between uses; None for ever."""
    path: str = ""
    """Of this product in the request, with a dot at its end, for details of errors."""


@dataclass(frozen=True, slots=True)
class ProductFields:
    """Everything a merchant says of a product that is to stay; what is left out is empty, but pictures and category
    stay as they are.

    `images` are encoded pictures given as bytes, after those of `image_urls`.
    """

    external_id: str
    title: str
    url: str | None = None
    image_urls: tuple[str, ...] = ()
    images: tuple[bytes, ...] = ()
    description: str | None = None
    gender: str | None = None
    category: str | None = None
    sizes: tuple[str, ...] = ()
    colors: tuple[dict[str, str], ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)

    def as_changes(self) -> ProductChanges:
        pictures = [GivenPicture(url=url, path=f"image_urls.{at}") for at, url in enumerate(self.image_urls)]
        pictures += [GivenPicture(data=data, path=f"images.{at}") for at, data in enumerate(self.images)]
        return ProductChanges(
            external_id=self.external_id,
            title=self.title,
            url=self.url,
            pictures=tuple(pictures) or NOT_GIVEN,
            description=self.description,
            gender=self.gender,
            category=NOT_GIVEN if self.category is None else self.category,
            sizes=self.sizes,
            colors=self.colors,
            metadata=self.metadata,
            valid_for_days=None,
        )
