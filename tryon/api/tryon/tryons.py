"""Create a try-on: products and a person in, a generation out."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field

from tryon.api.auth import api_key, calling_key, calling_merchant
from tryon.api.bodies import ShortText
from tryon.api.operations import operation
from tryon.api.tryon.deprecation import deprecation_headers
from tryon.api.tryon.describing import describe, get_referenced, images_required
from tryon.api.tryon.errors import code_of
from tryon.api.tryon.generations import result_url, status_of
from tryon.api.tryon.people import CustomerSpec, PersonSource, PersonSpec, photo_of
from tryon.api.tryon.schemas import OLD, CamelAnswer, CamelBody, ProductSpec
from tryon.catalog.models import Product
from tryon.db import db
from tryon.errors import FieldProblem, InvalidRequest
from tryon.generations.models import Generation
from tryon.generations.outfits import PIECES_MAX, check_outfit
from tryon.generations.request import request_generation
from tryon.generations.waiting import wait_until_finished
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import erase_photo
from tryon.wiring import tools

blueprint = Blueprint("tryon_tryons", __name__)

SYNC_WAIT_SECONDS = 90.0

KeepDays = Literal[1, 3, 7]


class OutputSpec(CamelBody):
    watermark: bool | None = Field(default=None, description="false leaves your logo out of this one picture.")
    keep_for_days: KeepDays | None = Field(default=None, description="Days after which the picture is deleted.")


class TryOnOptionsSpec(CamelBody):
    fit: Literal["slim", "regular", "oversized"] | None = None
    tuck: bool | None = None


class CreateTryOnBody(CamelBody):
    products: Annotated[list[ProductSpec], Field(min_length=1, max_length=PIECES_MAX)] | None = Field(
        default=None, description="One product, or several that are worn together."
    )
    person: PersonSpec | None = Field(default=None, description="The shopper's photo.")
    external_user_id: ShortText | None = Field(
        default=None, description="Your own opaque id of the shopper; everything under it can be wiped on demand."
    )
    output: OutputSpec = OutputSpec()
    options: TryOnOptionsSpec = TryOnOptionsSpec()
    product: ProductSpec | None = Field(default=None, json_schema_extra=OLD)
    customer: CustomerSpec | None = Field(default=None, json_schema_extra=OLD)
    customer_id: ShortText | None = Field(default=None, json_schema_extra=OLD)
    use_watermark: bool | None = Field(default=None, json_schema_extra=OLD)
    retention_days: KeepDays | None = Field(default=None, json_schema_extra=OLD)

    @property
    def specs(self) -> list[tuple[str, ProductSpec]]:
        """Each product with the path at which the body has it."""
        if self.products is not None:
            return [(f"products.{index}.", spec) for index, spec in enumerate(self.products)]
        return [("product.", self.product)] if self.product is not None else []

    @property
    def source(self) -> tuple[str, PersonSource] | None:
        if self.person is not None:
            return "person.image.source", self.person.image.source
        if self.customer is not None and self.customer.source is not None:
            return "customer.source", self.customer.source
        return None

    @property
    def external_ref(self) -> str | None:
        return self.external_user_id or self.customer_id

    @property
    def keep_days(self) -> int | None:
        return self.output.keep_for_days or self.retention_days

    @property
    def has_watermark(self) -> bool:
        wanted = self.output.watermark if self.output.watermark is not None else self.use_watermark
        return wanted is not False

    @property
    def is_old_shape(self) -> bool:
        old = {"product", "customer", "customer_id", "use_watermark", "retention_days"}
        return not old.isdisjoint(self.model_fields_set) or any(spec.is_old_shape for _, spec in self.specs)


class TryOnAccepted(CamelAnswer):
    generation_id: str = Field(examples=["gen_01JZ0000000000000000000000"])
    status: Literal["PENDING"]
    product_external_id: str = Field(description="As you named it, or the name we gave a one-shot product.")
    product_external_ids: list[str] = Field(default=[], description="Of all pieces of an outfit.")


class TryOnFinished(CamelAnswer):
    generation_id: str
    status: Literal["COMPLETED", "FAILED"]
    result_image_url: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    product_external_id: str


class TryOnStillRunning(CamelAnswer):
    generation_id: str
    status: Literal["PENDING", "PROCESSING"]
    product_external_id: str


ERRORS: dict[int, str | tuple[str, ...]] = {
    400: (
        "product_images_required",
        "customer_image_required",
        "customer_image_fetch_failed",
        "multipart_file_not_found",
        "unsupported_combination",
        "forbidden_address",
        "invalid_image",
    ),
    402: "insufficient_credits",
    404: ("unknown_product", "image_not_found"),
    409: "reserved_external_id",
    413: ("image_too_large",),
    415: ("unsupported_image_type",),
}


@blueprint.post("/try-on")
@api_key
@operation(
    "Create a try-on", tag="Try-on", body=CreateTryOnBody, takes_files=True, answers={200: TryOnAccepted}, errors=ERRORS
)
def create(body: CreateTryOnBody) -> tuple[TryOnAccepted, int, dict[str, str]]:
    """Accepted at once; poll `GET /generations/{generation_id}` every 2 seconds. Costs one credit if it succeeds.

    A product is referenced by its `externalId` alone, described along with it, or described without one (one-shot).
    A described product lives 15 days from its last use, a one-shot product 7. On `PRODUCT_NOT_FOUND` send it whole.
    """
    generation, products = _start(body)
    accepted = TryOnAccepted(generation_id=generation.id, status="PENDING", product_external_id=products[0].external_id)
    if len(products) > 1:
        accepted.product_external_ids = [product.external_id for product in products]
    return accepted, 200, deprecation_headers(is_deprecated=body.is_old_shape)


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
def create_and_wait(body: CreateTryOnBody) -> tuple[CamelAnswer, int, dict[str, str]]:
    """Holds the line for up to 90 seconds. 202 if it takes longer: go on as with `POST /try-on`."""
    generation, products = _start(body)
    headers = deprecation_headers(is_deprecated=body.is_old_shape)
    name = products[0].external_id
    if not wait_until_finished(generation, SYNC_WAIT_SECONDS):
        running = TryOnStillRunning(
            generation_id=generation.id, status=status_of(generation.status), product_external_id=name
        )
        return running, 202, headers
    finished = TryOnFinished(generation_id=generation.id, status=status_of(generation.status), product_external_id=name)
    if generation.result_key is not None:
        finished.result_image_url = result_url(generation.result_key)
    if generation.error_code is not None:
        finished.error_code, finished.error_message = code_of(generation.error_code), generation.error_message
    return finished, 200, headers


def _start(body: CreateTryOnBody) -> tuple[Generation, list[Product]]:
    merchant = calling_merchant()
    specs = _specs_of(body)
    known = {path: get_referenced(merchant, spec.external_id or "") for path, spec in specs if spec.is_reference}
    path, source = _source_of(body)
    photo = photo_of(merchant, source, path=path, external_ref=body.external_ref, keep_days=body.keep_days)
    try:
        products = [known.get(at) or describe(merchant, spec, path=at, is_inline=True)[0] for at, spec in specs]
        return _request(merchant, photo, products, body), products
    except BaseException:
        if source.id is None:  # it came with this call, which made nothing of it
            erase_photo(photo, storage=tools().storage)
        raise


def _specs_of(body: CreateTryOnBody) -> list[tuple[str, ProductSpec]]:
    specs = body.specs
    if not specs:
        problem = FieldProblem("products", "Name or describe at least one product.")
        raise InvalidRequest(problem.message, details=[problem])
    for _, spec in specs:
        if spec.external_id is None and not spec.images and not spec.image_urls:
            raise images_required()
    return specs


def _source_of(body: CreateTryOnBody) -> tuple[str, PersonSource]:
    if body.source is None:
        problem = FieldProblem("person", "The shopper's photo is needed.")
        raise InvalidRequest(problem.message, code="customer_image_required", details=[problem])
    return body.source


def _request(merchant: Merchant, photo: Photo, products: list[Product], body: CreateTryOnBody) -> Generation:
    if any(product.main_image is None for product in products):
        raise images_required()
    check_outfit(products)
    kit = tools()
    options: dict[str, Any] = body.options.model_dump(exclude_none=True)
    return request_generation(
        db.session.get_one(Shopper, photo.shopper_id),
        photo,
        products,
        mode=calling_key().mode,
        options=options,
        keep_days=body.keep_days,
        has_watermark=body.has_watermark,
        settings=kit.settings,
        queue=kit.queue,
    )
