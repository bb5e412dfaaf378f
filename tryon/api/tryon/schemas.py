"""What the try-on surface's bodies have in common: camelCase, pictures by address or file, products by three ways."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from tryon.api.answers import Answer
from tryon.api.bodies import Address, Body, LongText, ShortText
from tryon.catalog.lifetimes import VALID_DAYS_MAX
from tryon.catalog.pictures import IMAGES_MAX

OLD: dict[str, Any] = {"deprecated": True}
"""Marks a field in the document; the field still works."""


class CamelBody(Body):
    model_config = ConfigDict(alias_generator=to_camel)


class CamelAnswer(Answer):
    model_config = ConfigDict(alias_generator=to_camel)


FileKey = Annotated[str, Field(min_length=1, max_length=255, description="The name of a file in the same form.")]


EXACTLY_ONE = "Give exactly one of url and fileKey."


class ImageSource(CamelBody):
    """Exactly one of `url` and `fileKey`."""

    url: Address | None = Field(default=None, examples=["https://yoursite.com/img/1.jpg"])
    file_key: FileKey | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.url is None) == (self.file_key is None):
            raise ValueError(EXACTLY_ONE)
        return self


class ImageSpec(CamelBody):
    """A picture of the product. The flat form, without `source`, is deprecated."""

    source: ImageSource | None = None
    classifications: dict[str, Any] | None = Field(default=None, description="Kept, and given back with the product.")
    url: Address | None = Field(default=None, json_schema_extra=OLD)
    file_key: FileKey | None = Field(default=None, json_schema_extra=OLD)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.source, self.url, self.file_key)) != 1:
            raise ValueError(EXACTLY_ONE)
        if self.source is None:
            self.source = ImageSource.model_validate({"url": self.url, "file_key": self.file_key})
        return self

    @property
    def is_flat(self) -> bool:
        return self.url is not None or self.file_key is not None


class ProductSpec(CamelBody):
    """A product of yours: by name only, described with its name, or described without one."""

    external_id: ShortText | None = Field(default=None, description="Your own id of it.", examples=["SKU-001"])
    title: Annotated[str, Field(max_length=500)] | None = Field(default=None, examples=["Blue Oxford shirt"])
    description: LongText | None = None
    images: Annotated[list[ImageSpec], Field(max_length=IMAGES_MAX)] | None = Field(
        default=None, description="Replaces the whole list."
    )
    metadata: dict[str, Any] | None = Field(default=None, description="Kept, and given back with the product.")
    valid_for_days: Annotated[int, Field(ge=1, le=VALID_DAYS_MAX)] | None = Field(
        default=None, description="Days it lives after each use; null for ever; left out, as before."
    )
    image_urls: Annotated[list[Address], Field(max_length=IMAGES_MAX)] | None = Field(
        default=None, json_schema_extra=OLD
    )

    @property
    def is_reference(self) -> bool:
        """Names a known product and says nothing about it; a field that is null says nothing."""
        described = (self.title, self.description, self.images, self.metadata, self.valid_for_days, self.image_urls)
        return self.external_id is not None and all(each is None for each in described)

    @property
    def is_old_shape(self) -> bool:
        return self.image_urls is not None or any(image.is_flat for image in self.images or ())
