"""A merchant's products on the partner surface."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Address, Body, LongText, ShortText, Title, read_body
from tryon.api.pagination import as_list, page_of
from tryon.catalog.importing import IMAGES_MAX, ProductFields, find_product_by_any_id, upsert_product
from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.clock import iso, now
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


@blueprint.post("")
@secret_key
def upsert() -> tuple[dict[str, Any], int]:
    fields = read_body(ProductBody).as_fields()
    kit = tools()
    product, created = upsert_product(
        calling_merchant(), fields, outbound=kit.outbound, storage=kit.storage, queue=kit.queue
    )
    return _describe(product), 201 if created else 200


@blueprint.get("")
@secret_key
def list_all() -> dict[str, Any]:
    query = select(Product).where(Product.merchant_id == calling_merchant().id, Product.deleted_at.is_(None))
    products, next_cursor = page_of(query, Product.id)
    return as_list([_describe(product) for product in products], next_cursor)


@blueprint.get("/<product_id>")
@secret_key
def show(product_id: str) -> dict[str, Any]:
    return _describe(_get(product_id))


@blueprint.delete("/<product_id>")
@secret_key
def remove(product_id: str) -> tuple[str, int]:
    remove_product(_get(product_id), storage=tools().storage)
    return "", 204


def _get(product_id: str) -> Product:
    product = find_product_by_any_id(calling_merchant(), product_id)
    if product is None:
        raise NotFound("This product is not known.", code="unknown_product")
    return product


def _describe(product: Product) -> dict[str, Any]:
    links, moment = tools().links, now()
    return {
        "product_id": product.id,
        "external_id": product.external_id,
        "title": product.title,
        "url": product.url,
        "image_urls": [links.url(image.file_key, moment) for image in product.images],
        "description": product.description,
        "gender": product.gender,
        "category": product.category,
        "category_is_guessed": product.category_is_guessed,
        "sizes": product.sizes,
        "colors": product.colors,
        "metadata": product.extra,
        "created_at": iso(product.created_at),
        "updated_at": iso(product.updated_at),
    }
