"""Create a try-on: products and a person in, a generation out."""

from typing import Literal

from flask import Blueprint
from pydantic import Field

from tryon.api.auth import api_key, calling_key, calling_merchant
from tryon.api.operations import operation
from tryon.api.tryon.asking import CreateTryOnBody
from tryon.api.tryon.deprecation import announce_deprecation
from tryon.api.tryon.describing import describe, get_referenced, images_required
from tryon.api.tryon.errors import code_of
from tryon.api.tryon.generations import (
    ENGINE,
    ENGINE_MODEL,
    ERROR_CODES,
    FALLBACK_FROM,
    FALLBACK_REASON,
    GENERATION_ID,
    result_url,
    status_of,
)
from tryon.api.tryon.people import photo_of
from tryon.api.tryon.schemas import CamelAnswer, ProductSpec
from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.db import known
from tryon.generations.models import Generation
from tryon.generations.request import check_credit, request_generation
from tryon.generations.waiting import wait_until_finished
from tryon.providers.preferring import check_available
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import erase_photo
from tryon.wiring import tools

blueprint = Blueprint("tryon_tryons", __name__)

SYNC_WAIT_SECONDS = 90.0


class TryOnAccepted(CamelAnswer):
    generation_id: str = GENERATION_ID
    status: Literal["PENDING"]
    product_external_id: str = Field(description="As you named it, or the name we gave a one-shot product.")
    product_external_ids: list[str] = Field(default=[], description="Of all pieces of an outfit, as you ordered them.")


class TryOnFinished(CamelAnswer):
    generation_id: str = GENERATION_ID
    status: Literal["COMPLETED", "FAILED"]
    result_image_url: str | None = None
    error_code: str | None = Field(default=None, description=ERROR_CODES)
    error_message: str | None = None
    product_external_id: str
    engine: str | None = ENGINE
    engine_model: str | None = ENGINE_MODEL
    fallback_from: str | None = FALLBACK_FROM
    fallback_reason: str | None = FALLBACK_REASON


class TryOnStillRunning(CamelAnswer):
    generation_id: str = GENERATION_ID
    status: Literal["PENDING", "PROCESSING"]
    product_external_id: str


ERRORS: dict[int, str | tuple[str, ...]] = {
    400: (
        "product_images_required",
        "customer_image_required",
        "customer_image_fetch_failed",
        "multipart_file_not_found",
        "unsupported_combination",
        "engine_not_available",
        "forbidden_address",
        "invalid_image",
    ),
    402: "insufficient_credits",
    404: ("unknown_product", "image_not_found"),
    409: ("reserved_external_id", "consent_required"),
    413: ("image_too_large",),
    415: ("unsupported_image_type",),
}


@blueprint.post("/try-on")
@api_key
@operation(
    "Create a try-on", tag="Try-on", body=CreateTryOnBody, takes_files=True, answers={200: TryOnAccepted}, errors=ERRORS
)
def create(body: CreateTryOnBody) -> TryOnAccepted:
    """Accepted at once; poll `GET /generations/{generation_id}` every 2 seconds. Costs one credit if it succeeds.

    A product is referenced by its `externalId` alone, described along with it, or described without one (one-shot).
    A described product lives 15 days from its last use, a one-shot product 7. On `PRODUCT_NOT_FOUND` send it whole.

    With files it is `multipart/form-data`: this JSON in the field `data`, and a file for each `fileKey`. The shapes
    marked as deprecated still work; answers to them carry `Deprecation` and `Link` headers.
    """
    generation, products = _start(body)
    accepted = TryOnAccepted(generation_id=generation.id, status="PENDING", product_external_id=products[0].external_id)
    if len(products) > 1:
        accepted.product_external_ids = [product.external_id for product in products]
    return accepted


@blueprint.post("/try-on/sync")
@api_key
@operation(
    "Create a try-on and wait for it",
    tag="Try-on",
    body=CreateTryOnBody,
    takes_files=True,
    answers={200: TryOnFinished, 202: TryOnStillRunning},
    errors=ERRORS,
)
def create_and_wait(body: CreateTryOnBody) -> tuple[CamelAnswer, int]:
    """Takes what `POST /try-on` takes and holds the line for up to 90 seconds.

    202 if it takes longer, or if too many are waiting already: go on as with `POST /try-on`.
    """
    generation, products = _start(body)
    name = products[0].external_id
    if not wait_until_finished(generation, SYNC_WAIT_SECONDS):
        status = status_of(generation.status)
        return TryOnStillRunning(generation_id=generation.id, status=status, product_external_id=name), 202
    finished = TryOnFinished(generation_id=generation.id, status=status_of(generation.status), product_external_id=name)
    if generation.result_key is not None:
        finished.result_image_url = result_url(generation.result_key)
    if generation.status == "completed":
        finished.engine, finished.engine_model = generation.engine, generation.engine_model
        finished.fallback_from, finished.fallback_reason = generation.fallback_from, generation.fallback_reason
    if generation.error_code is not None:
        finished.error_code, finished.error_message = code_of(generation.error_code), generation.error_message
    return finished, 200


def _start(body: CreateTryOnBody) -> tuple[Generation, list[Product]]:
    """First whatever can be refused for nothing, then what is fetched and kept."""
    if body.is_old_shape:
        announce_deprecation()
    merchant, given, specs = calling_merchant(), body.given_person(), body.specs()
    for _, spec in specs:
        if spec.external_id is None and not spec.images and not spec.image_urls:
            raise images_required()
    known = {path: get_referenced(merchant, spec.external_id or "") for path, spec in specs if spec.is_reference}
    engine = body.options.engine if body.options else None
    if engine is not None:
        check_available(merchant.id, [engine], "options.engine", settings=tools().settings)
    check_credit(merchant, mode=calling_key().mode, settings=tools().settings, engine=engine)
    photo = photo_of(merchant, given, external_ref=body.external_ref, keep_days=body.keep_days)
    products: list[Product] = []
    try:
        for path, spec in specs:
            products.append(known.get(path) or _describe(spec, path))
        return _request(photo, products, body), products
    except BaseException:
        _forget(photo if given.came_along else None, products)
        raise


def _describe(spec: ProductSpec, path: str) -> Product:
    product, _ = describe(calling_merchant(), spec, path=path, is_inline=True)
    if product.main_image is None:
        raise images_required()
    return product


def _request(photo: Photo, products: list[Product], body: CreateTryOnBody) -> Generation:
    kit = tools()
    return request_generation(
        known(Shopper, photo.shopper_id, merchant_id=photo.merchant_id),
        photo,
        products,
        mode=calling_key().mode,
        options=body.options.model_dump(exclude_none=True, exclude={"engine"}) if body.options else None,
        engine=body.options.engine if body.options else None,
        keep_days=body.keep_days,
        has_watermark=body.has_watermark,
        settings=kit.settings,
        queue=kit.queue,
    )


def _forget(photo: Photo | None, products: list[Product]) -> None:
    """What came with a call that was refused after all, and that nobody else can name."""
    storage = tools().storage
    if photo is not None:
        erase_photo(photo, storage=storage)
    for product in products:
        if product.origin == "one_shot" and product.last_used_at is None:
            remove_product(product, storage=storage)
