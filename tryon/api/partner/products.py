"""A merchant's products on the partner surface: one by one."""

from typing import Annotated

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState
from pydantic import Field
from sqlalchemy import select
from werkzeug.routing import BaseConverter

from tryon.api.answers import Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.partner.product_schemas import ProductAnswer, ProductBody, ProductChangesBody, describe
from tryon.catalog.finding import get_product_by_any_id
from tryon.catalog.importing import change_product, upsert_product
from tryon.catalog.lifetimes import is_alive
from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.engines.base import Category
from tryon.wiring import tools

blueprint = Blueprint("partner_products", __name__, url_prefix="/partner/v1/products")


class NotBatch(BaseConverter):
    """One piece of a path that names a product; `batch` has an address of its own."""

    regex = r"(?!batch$)[^/]+"


@blueprint.record_once
def _teach_the_map(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["not_batch"] = NotBatch


PICTURE_ERRORS: dict[int, str | tuple[str, ...]] = {
    400: ("image_fetch_failed", "forbidden_address", "unsupported_category", "invalid_image"),
    413: "image_too_large",
    415: "unsupported_image_type",
}


class ProductsQuery(PageQuery):
    category: Category | None = None
    q: Annotated[str, Field(max_length=200, description="Part of the title, or the beginning of external_id.")] = ""


@blueprint.post("")
@secret_key
@operation(
    "Create or update a product",
    tag="Products",
    body=ProductBody,
    answers={200: ProductAnswer, 201: ProductAnswer},
    errors=PICTURE_ERRORS | {409: "reserved_external_id"},
)
def upsert(body: ProductBody) -> tuple[ProductAnswer, int]:
    """The product of that `external_id` is created (201) or replaced (200). Its pictures are fetched now; those whose
    address did not change are not fetched again. Without a `category` it is guessed from title, description and
    picture, and can be changed with `PATCH`; a category given once stays."""
    kit = tools()
    product, created = upsert_product(
        calling_merchant(), body.as_fields(), outbound=kit.outbound, storage=kit.storage, queue=kit.queue
    )
    return describe(product), 201 if created else 200


@blueprint.get("")
@secret_key
@operation("List products", tag="Products", query=ProductsQuery, answers={200: Page[ProductAnswer]})
def list_all(query: ProductsQuery) -> Page[ProductAnswer]:
    """Newest first. Products only described with a try-on are not listed."""
    rows = select(Product).where(Product.merchant_id == calling_merchant().id, Product.origin == "catalog", is_alive())
    if query.category is not None:
        rows = rows.where(Product.category == query.category)
    if query.q:
        by_title = Product.title.icontains(query.q, autoescape=True)
        rows = rows.where(by_title | Product.external_id.istartswith(query.q, autoescape=True))
    products, next_cursor = page_of(rows, Product.id, query)
    return page([describe(product) for product in products], next_cursor)


@blueprint.get("/<not_batch:product_id>")
@secret_key
@operation("Show a product", tag="Products", answers={200: ProductAnswer}, errors={404: "unknown_product"})
def show(product_id: str) -> ProductAnswer:
    """By our id or by your own `external_id`."""
    return describe(get_product_by_any_id(calling_merchant(), product_id))


@blueprint.patch("/<not_batch:product_id>")
@secret_key
@operation(
    "Change a product",
    tag="Products",
    body=ProductChangesBody,
    answers={200: ProductAnswer},
    errors=PICTURE_ERRORS | {404: "unknown_product"},
)
def change(product_id: str, body: ProductChangesBody) -> ProductAnswer:
    """What is left out stays as it is: a guessed category can be put right, for example."""
    kit = tools()
    product = get_product_by_any_id(calling_merchant(), product_id)
    changed = change_product(product, body.as_changes(), outbound=kit.outbound, storage=kit.storage, queue=kit.queue)
    return describe(changed)


@blueprint.delete("/<not_batch:product_id>")
@secret_key
@operation("Delete a product", tag="Products", answers={204: None}, errors={404: "unknown_product"})
def remove(product_id: str) -> tuple[str, int]:
    """Its pictures are deleted at once; try-ons already made keep theirs."""
    remove_product(get_product_by_any_id(calling_merchant(), product_id), storage=tools().storage)
    return "", 204
