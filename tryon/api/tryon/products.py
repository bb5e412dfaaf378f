"""The try-on surface's catalogue: optional, for products that are to live without a try-on."""

from typing import Any

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Moment
from tryon.api.auth import api_key, calling_merchant
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.tryon.deprecation import announce_deprecation
from tryon.api.tryon.describing import describe, get_referenced
from tryon.api.tryon.schemas import CamelAnswer, ProductSpec
from tryon.catalog.lifetimes import is_alive
from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.clock import now
from tryon.errors import FieldProblem, InvalidRequest
from tryon.wiring import tools

blueprint = Blueprint("tryon_products", __name__)


class ProductImageAnswer(CamelAnswer):
    source_url: str | None = Field(description="As you gave it; our own copy's address for a picture sent as a file.")
    order: int
    classifications: dict[str, Any]


class CatalogProductAnswer(CamelAnswer):
    external_id: str
    title: str
    description: str | None
    category: str = Field(description="As given or guessed.")
    metadata: dict[str, Any]
    valid_for_days: int | None = Field(description="Days it lives after each use; null for ever.")
    expires_at: Moment | None
    last_used_at: Moment | None
    created_at: Moment
    updated_at: Moment
    images: list[ProductImageAnswer]


class CatalogPage(CamelAnswer):
    items: list[CatalogProductAnswer]
    next_cursor: str | None
    has_more: bool
    count: int = Field(description="How many there are on this page.")


@blueprint.post("/products")
@api_key
@operation(
    "Upsert a product",
    tag="Products",
    body=ProductSpec,
    takes_files=True,
    answers={200: CatalogProductAnswer, 201: CatalogProductAnswer},
    errors={
        400: (
            "external_id_required",
            "product_images_required",
            "multipart_file_not_found",
            "forbidden_address",
            "invalid_image",
        ),
        409: "reserved_external_id",
        413: ("image_too_large",),
        415: ("unsupported_image_type",),
    },
)
def upsert(body: ProductSpec) -> tuple[CatalogProductAnswer, int]:
    """Create the product of that `externalId` (201), or change what is given of it (200).

    Most callers need no catalogue: describe the product with the try-on instead. A product made here lives for ever
    unless `validForDays` says otherwise; one that was described with a try-on before keeps its days until `null` or
    another number is sent. Any other field that is left out, or null, stays as it is; `images` replace the whole list.
    Pictures given by address are fetched afterwards: one that can't be had is told by the try-on, as
    `PRODUCT_IMAGE_FETCH_FAILED`.
    """
    if body.is_old_shape:
        announce_deprecation()
    if body.external_id is None:
        problem = FieldProblem("externalId", "Your own id of the product is needed.")
        raise InvalidRequest(problem.message, code="external_id_required", details=[problem])
    product, created = describe(calling_merchant(), body, path="", is_inline=False)
    return _describe(product), 201 if created else 200


@blueprint.get("/products")
@api_key
@operation("List products", tag="Products", query=PageQuery, answers={200: CatalogPage})
def list_all(query: PageQuery) -> CatalogPage:
    """Those that were put into the catalogue; not those only described with a try-on."""
    rows = select(Product).where(Product.merchant_id == calling_merchant().id, Product.origin == "catalog", is_alive())
    products, next_cursor = page_of(rows, Product.id, query)
    return CatalogPage(
        items=[_describe(product) for product in products],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
        count=len(products),
    )


@blueprint.get("/products/<path:external_id>")
@api_key
@operation("Show a product", tag="Products", answers={200: CatalogProductAnswer}, errors={404: "unknown_product"})
def show(external_id: str) -> CatalogProductAnswer:
    return _describe(get_referenced(calling_merchant(), external_id))


@blueprint.delete("/products/<path:external_id>")
@api_key
@operation("Delete a product", tag="Products", answers={204: None}, errors={404: "unknown_product"})
def remove(external_id: str) -> tuple[str, int]:
    """Its pictures go at once; try-ons already made keep theirs."""
    remove_product(get_referenced(calling_merchant(), external_id), storage=tools().storage)
    return "", 204


def _describe(product: Product) -> CatalogProductAnswer:
    links, moment = tools().links, now()
    images = [
        ProductImageAnswer(
            source_url=image.source_url or (links.url(image.file_key, moment) if image.file_key else None),
            order=image.position,
            classifications=image.classifications,
        )
        for image in product.images
    ]
    return CatalogProductAnswer(
        external_id=product.external_id,
        title=product.title,
        description=product.description,
        category=product.category,
        metadata=product.extra,
        valid_for_days=product.valid_for_days,
        expires_at=product.expires_at,
        last_used_at=product.last_used_at,
        created_at=product.created_at,
        updated_at=product.updated_at,
        images=images,
    )
