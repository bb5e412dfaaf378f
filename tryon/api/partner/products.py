"""A merchant's products on the partner surface."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Answer, Moment, Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Address, Body, LongText, ShortText, Title
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.catalog.fields import ProductFields
from tryon.catalog.finding import find_product_by_any_id
from tryon.catalog.importing import upsert_product
from tryon.catalog.models import Product
from tryon.catalog.pictures import IMAGES_MAX
from tryon.catalog.removing import remove_product
from tryon.clock import now
from tryon.errors import NotFound
from tryon.wiring import tools

blueprint = Blueprint("partner_products", __name__, url_prefix="/partner/v1/products")


class ColorBody(Body):
    label: Annotated[str, Field(min_length=1, max_length=80)]
    hex: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None


class ProductBody(Body):
    external_id: ShortText
    title: Title
    url: Address | None = None
    image_urls: Annotated[list[Address], Field(min_length=1, max_length=IMAGES_MAX)]
    description: LongText | None = None
    gender: Literal["women", "men", "unisex", "girls", "boys"] | None = None
    category: Annotated[str, Field(max_length=40)] | None = None
    sizes: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=100)] = []
    colors: Annotated[list[ColorBody], Field(max_length=100)] = []
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
            colors=tuple(color.model_dump(exclude_none=True) for color in self.colors),
            metadata=self.metadata,
        )


class ProductAnswer(Answer):
    product_id: str
    external_id: str
    title: str
    url: str | None
    image_urls: list[str] = Field(description="Our own copies, under signed addresses that expire.")
    description: str | None
    gender: str | None
    category: str
    category_is_guessed: bool
    sizes: list[str]
    colors: list[dict[str, str]]
    metadata: dict[str, Any]
    created_at: Moment
    updated_at: Moment


@blueprint.post("")
@secret_key
@operation(
    "Create or update a product",
    tag="Products",
    body=ProductBody,
    answers={200: ProductAnswer, 201: ProductAnswer},
    errors={400: ("image_fetch_failed", "forbidden_address", "unsupported_category", "invalid_image")},
)
def upsert(body: ProductBody) -> tuple[ProductAnswer, int]:
    """The product of that `external_id` is created (201) or replaced (200). Its pictures are fetched now."""
    kit = tools()
    product, created = upsert_product(
        calling_merchant(), body.as_fields(), outbound=kit.outbound, storage=kit.storage, queue=kit.queue
    )
    return _describe(product), 201 if created else 200


@blueprint.get("")
@secret_key
@operation("List products", tag="Products", query=PageQuery, answers={200: Page[ProductAnswer]})
def list_all(query: PageQuery) -> Page[ProductAnswer]:
    rows = select(Product).where(Product.merchant_id == calling_merchant().id, Product.deleted_at.is_(None))
    products, next_cursor = page_of(rows, Product.id, query)
    return page([_describe(product) for product in products], next_cursor)


@blueprint.get("/<product_id>")
@secret_key
@operation("Show a product", tag="Products", answers={200: ProductAnswer}, errors={404: "unknown_product"})
def show(product_id: str) -> ProductAnswer:
    """By our id or by your own `external_id`."""
    return _describe(_get(product_id))


@blueprint.delete("/<product_id>")
@secret_key
@operation("Delete a product", tag="Products", answers={204: None}, errors={404: "unknown_product"})
def remove(product_id: str) -> tuple[str, int]:
    remove_product(_get(product_id), storage=tools().storage)
    return "", 204


def _get(product_id: str) -> Product:
    product = find_product_by_any_id(calling_merchant(), product_id)
    if product is None:
        raise NotFound("This product is not known.", code="unknown_product")
    return product


def _describe(product: Product) -> ProductAnswer:
    links, moment = tools().links, now()
    return ProductAnswer(
        product_id=product.id,
        external_id=product.external_id,
        title=product.title,
        url=product.url,
        image_urls=[links.url(image.file_key, moment) for image in product.images if image.file_key],
        description=product.description,
        gender=product.gender,
        category=product.category,
        category_is_guessed=product.category_is_guessed,
        sizes=product.sizes,
        colors=product.colors,
        metadata=product.extra,
        created_at=product.created_at,
        updated_at=product.updated_at,
    )
