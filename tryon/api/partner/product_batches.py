"""Many products at once: each is taken or refused by itself."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import ConfigDict, Field

from tryon.api.answers import Answer
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Body, validate
from tryon.api.operations import operation
from tryon.api.partner.product_schemas import EXAMPLE, ProductBody
from tryon.api.problems import Detail
from tryon.catalog.importing import upsert_product
from tryon.errors import FieldProblem, InvalidRequest, TryOnError
from tryon.merchants.models import Merchant
from tryon.wiring import tools

blueprint = Blueprint("partner_product_batches", __name__, url_prefix="/partner/v1/products/batch")

PRODUCTS_MAX = 500


class BatchBody(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"products": [EXAMPLE]}]})

    products: Annotated[
        list[Any],
        Field(
            min_length=1,
            max_length=PRODUCTS_MAX,
            description="Each as in `POST /partner/v1/products`; one that is not valid does not stop the others.",
        ),
    ]


class BatchError(Answer):
    code: str = Field(description="As the single call would answer.", examples=["invalid_request"])
    message: str
    details: list[Detail] = Field(description="One for each field that is not valid.")


class BatchResult(Answer):
    index: int = Field(description="Of the product in your list, from 0.")
    external_id: str | None
    status: Literal["created", "updated", "failed"]
    product_id: str | None
    error: BatchError | None


class BatchAnswer(Answer):
    results: list[BatchResult] = Field(description="In the order of your list.")
    created: int
    updated: int
    failed: int


@blueprint.post("")
@secret_key
@operation("Create or update many products", tag="Products", body=BatchBody, answers={200: BatchAnswer})
def upsert_many(body: BatchBody) -> BatchAnswer:
    """Up to 500 at once. 200 even where some failed: look at each result.

    Addresses are checked now; the pictures are fetched afterwards, one product after another. A picture that can't be
    had is told by the try-on that needs it.
    """
    merchant = calling_merchant()
    results = [_take(merchant, index, item) for index, item in enumerate(body.products)]
    counts = {status: sum(result.status == status for result in results) for status in ("created", "updated", "failed")}
    return BatchAnswer(results=results, **counts)


def _take(merchant: Merchant, index: int, item: Any) -> BatchResult:
    kit = tools()
    try:
        if not isinstance(item, dict):
            raise InvalidRequest("Must be an object.", details=[FieldProblem("", "Must be an object.")])
        fields = validate(ProductBody, item).as_fields()
        product, created = upsert_product(
            merchant, fields, fetches_later=True, outbound=kit.outbound, storage=kit.storage, queue=kit.queue
        )
    except TryOnError as error:
        return _failed(index, item, error)
    status: Literal["created", "updated"] = "created" if created else "updated"
    return BatchResult(index=index, external_id=product.external_id, status=status, product_id=product.id, error=None)


def _failed(index: int, item: Any, error: TryOnError) -> BatchResult:
    name = item.get("external_id") if isinstance(item, dict) else None
    problems = error.details if isinstance(error, InvalidRequest) else ()
    said = BatchError(
        code=error.code,
        message=error.message,
        details=[Detail(path=problem.path, message=problem.message) for problem in problems],
    )
    return BatchResult(
        index=index, external_id=name if isinstance(name, str) else None, status="failed", product_id=None, error=said
    )
