"""How a product looks on the partner surface."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tryon.api.answers import Answer, Moment
from tryon.api.bodies import Address, Body, LongText, ShortText, Title
from tryon.catalog.fields import GivenPicture, ProductChanges, ProductFields
from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import IMAGES_MAX
from tryon.clock import now
from tryon.wiring import tools

EXAMPLE: dict[str, Any] = {
    "external_id": "SKU-001",
    "title": "Blue dress",
    "url": "https://yoursite.com/p/blue-dress",
    "image_urls": ["https://yoursite.com/img/1.jpg"],
    "gender": "women",
    "sizes": ["S", "M", "L"],
    "colors": [{"label": "Navy", "hex": "#1B2A49"}],
}

Gender = Literal["women", "men", "unisex", "girls", "boys"]
CategoryWord = Annotated[
    str,
    Field(
        max_length=40,
        description="tops, bottoms, dresses, outerwear, footwear, eyewear or headwear (also shoes, glasses); "
        "null or apparel: guessed from title, description and picture.",
    ),
]
ImageUrls = Annotated[
    list[Address], Field(min_length=1, max_length=IMAGES_MAX, description="The first is the one that is tried on.")
]
Sizes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=100)]


class ColorBody(Body):
    label: Annotated[str, Field(min_length=1, max_length=80)]
    hex: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None


Colors = Annotated[list[ColorBody], Field(max_length=100)]


class ProductBody(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: Annotated[ShortText, Field(description="Your own id; must not begin with `_anon_`.")]
    title: Title
    url: Annotated[Address, Field(description="The product's page in your shop.")] | None = None
    image_urls: ImageUrls
    description: LongText | None = None
    gender: Gender | None = None
    category: CategoryWord | None = None
    sizes: Sizes = []
    colors: Colors = []
    metadata: dict[str, Any] = {}

    def as_fields(self) -> ProductFields:
        return ProductFields(
            external_id=self.external_id,
            title=self.title,
            url=self.url,
            image_urls=tuple(self.image_urls),
            description=self.description,
            gender=self.gender,
            category=self.category,
            sizes=tuple(self.sizes),
            colors=_colors(self.colors),
            metadata=self.metadata,
        )


class ProductChangesBody(Body):
    """A field that is left out stays; `url`, `description` and `gender` are cleared by null."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"category": "outerwear"}]})

    title: Title = Field(default_factory=str)
    url: Address | None = None
    image_urls: ImageUrls = Field(default_factory=list)
    description: LongText | None = None
    gender: Gender | None = None
    category: CategoryWord | None = None
    sizes: Sizes = []
    colors: Colors = []
    metadata: dict[str, Any] = {}

    def as_changes(self) -> ProductChanges:
        given: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        urls = given.pop("image_urls", None)
        if urls is not None:
            given["pictures"] = tuple(GivenPicture(url=url, path=f"image_urls.{at}") for at, url in enumerate(urls))
        if "sizes" in given:
            given["sizes"] = tuple(self.sizes)
        if "colors" in given:
            given["colors"] = _colors(self.colors)
        return ProductChanges(external_id="", **given)


class ProductAnswer(Answer):
    product_id: str = Field(examples=["prd_01JZ0000000000000000000000"])
    external_id: str
    title: str
    url: str | None
    image_urls: list[str] = Field(
        description="Our own copies, under signed addresses that expire; yours while a picture has not been fetched."
    )
    description: str | None
    gender: str | None
    category: str
    category_is_guessed: bool
    sizes: list[str]
    colors: list[dict[str, str]]
    metadata: dict[str, Any]
    expires_at: Moment | None = Field(description="null: it stays until you delete it.")
    last_used_at: Moment | None = Field(description="When it was last tried on.")
    created_at: Moment
    updated_at: Moment


def describe(product: Product) -> ProductAnswer:
    return ProductAnswer(
        product_id=product.id,
        external_id=product.external_id,
        title=product.title,
        url=product.url,
        image_urls=[_address(image) for image in product.images],
        description=product.description,
        gender=product.gender,
        category=product.category,
        category_is_guessed=product.category_is_guessed,
        sizes=product.sizes,
        colors=product.colors,
        metadata=product.extra,
        expires_at=product.expires_at,
        last_used_at=product.last_used_at,
        created_at=product.created_at,
        updated_at=product.updated_at,
    )


def _address(image: ProductImage) -> str:
    return tools().links.url(image.file_key, now()) if image.file_key else image.source_url or ""


def _colors(colors: list[ColorBody]) -> tuple[dict[str, str], ...]:
    return tuple(color.model_dump(exclude_none=True) for color in colors)
