"""Looking at generations: one, to poll it, and all, page by page."""

from typing import Any, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import bindparam, select

from tryon.api.answers import Moment
from tryon.api.auth import api_key, calling_key, calling_merchant
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, rows_of_any
from tryon.api.provenance import SOURCE, UNTOUCHED, provenance_of
from tryon.api.tryon.errors import code_of
from tryon.api.tryon.schemas import CamelAnswer
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import db
from tryon.errors import NotFound
from tryon.fixed import Fixed
from tryon.generations.cancelling import cancel
from tryon.generations.models import Generation, GenerationGarment
from tryon.straight import read_one
from tryon.wiring import tools

blueprint = Blueprint("tryon_generations", __name__)

Status = Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED"]

_STATUSES: dict[str, Status] = {
    "queued": "PENDING",
    "processing": "PROCESSING",
    "completed": "COMPLETED",
    "failed": "FAILED",
    "cancelled": "FAILED",
}


GENERATION_ID: Any = Field(examples=["gen_01JZ0000000000000000000000"])
ERROR_CODES = (
    "With FAILED: `PRODUCT_IMAGE_FETCH_FAILED`, `NO_PERSON_FOUND`, `SEVERAL_PEOPLE`, `POSE_NOT_SUPPORTED`, "
    "`GARMENT_NOT_FOUND`, `UNSUPPORTED_CATEGORY`, `ENGINE_LOW_QUALITY`, `CONTENT_BLOCKED`, `CONSENT_REQUIRED`, "
    "`ENGINE_MISCONFIGURED`, `ENGINE_UNAVAILABLE`, `ENGINE_TIMEOUT`, `IMAGE_NOT_FOUND`, `CANCELLED` or `INTERNAL`."
)
ENGINE: Any = Field(default=None, description="With COMPLETED: what made the picture.", examples=["local"])
ENGINE_MODEL: Any = Field(default=None, description="Which of the provider's models, where it names any.")
FALLBACK_FROM: Any = Field(default=None, description="Which engine should have made it, where another one had to.")
FALLBACK_REASON: Any = Field(default=None, description="Why it did not, in a word.", examples=["key_invalid"])


class CamelProvenance(CamelAnswer):
    digital_source_type: str = SOURCE
    is_untouched: bool = UNTOUCHED


class GenerationAnswer(CamelAnswer):
    generation_id: str = GENERATION_ID
    status: Status
    progress: int = Field(description="0 to 100.")
    result_image_url: str | None = Field(
        default=None, description="A signed address that expires; ask again for another."
    )
    provenance: CamelProvenance | None = Field(default=None, description="While the picture is kept: how it was made.")
    error_code: str | None = Field(default=None, description=ERROR_CODES)
    error_message: str | None = None
    product_external_id: str = Field(description="The product; of an outfit the first.")
    engine: str | None = ENGINE
    engine_model: str | None = ENGINE_MODEL
    fallback_from: str | None = FALLBACK_FROM
    fallback_reason: str | None = FALLBACK_REASON
    created_at: Moment
    updated_at: Moment


class GenerationPage(CamelAnswer):
    items: list[GenerationAnswer]
    next_cursor: str | None
    has_more: bool
    count: int = Field(description="How many there are on this page.")


class GenerationQuery(PageQuery):
    status: Status | None = None


def status_of(status: str) -> Any:
    return _STATUSES[status]


def result_url(key: str) -> str:
    return tools().links.url(key, now())


@blueprint.get("/generations/<generation_id>")
@api_key
@operation("Show a generation", tag="Try-on", answers={200: GenerationAnswer}, errors={404: "generation_not_found"})
def show(generation_id: str) -> GenerationAnswer:
    """Poll it every 2 seconds until `status` is `COMPLETED` or `FAILED`."""
    return _look(generation_id)


@blueprint.get("/generations")
@api_key
@operation("List generations", tag="Try-on", query=GenerationQuery, answers={200: GenerationPage})
def list_all(query: GenerationQuery) -> GenerationPage:
    """Newest first, whichever surface asked for them."""
    rows = _columns().where(Generation.merchant_id == calling_key().merchant_id)
    wanted = [ours for ours, said in _STATUSES.items() if said == query.status]
    several = [rows.where(Generation.status == status) for status in wanted] or [rows]
    found, next_cursor = rows_of_any(several, Generation.id, query)
    items = [_describe(row) for row in found]
    return GenerationPage(items=items, next_cursor=next_cursor, has_more=next_cursor is not None, count=len(items))


@blueprint.post("/generations/<generation_id>/cancel")
@api_key
@operation("Cancel a generation", tag="Try-on", answers={200: GenerationAnswer}, errors={404: "generation_not_found"})
def cancel_one(generation_id: str) -> GenerationAnswer:
    """The credit comes back. One that has ended already stays as it is."""
    generation = db.session.get(Generation, generation_id)
    if generation is None or generation.merchant_id != calling_merchant().id:
        raise _not_found()
    cancel(generation, queue=tools().queue)
    return _look(generation_id)


def _look(generation_id: str) -> GenerationAnswer:
    row = read_one(_ONE, id=generation_id, merchant_id=calling_key().merchant_id)
    if row is None:
        raise _not_found()
    return _describe(row)


def _not_found() -> NotFound:
    return NotFound("This generation is not known.", code="generation_not_found")


def _columns() -> Any:
    """Only what is answered. The product's name comes by a question of its own for each row, not by a join: so a page
    reads its own rows and no others, whatever the database thinks of its tables' sizes."""
    first_product = (
        select(Product.external_id)
        .join(GenerationGarment, GenerationGarment.product_id == Product.id)
        .where(GenerationGarment.generation_id == Generation.id, GenerationGarment.position == 0)
    )
    return select(
        Generation.id,
        Generation.status,
        Generation.progress,
        Generation.result_key,
        Generation.provenance,
        Generation.is_untouched,
        Generation.error_code,
        Generation.error_message,
        Generation.engine,
        Generation.engine_model,
        Generation.fallback_from,
        Generation.fallback_reason,
        Generation.created_at,
        Generation.updated_at,
        first_product.scalar_subquery().label("external_id"),
    )


_ONE = Fixed(_columns().where(Generation.id == bindparam("id"), Generation.merchant_id == bindparam("merchant_id")))


def _describe(row: Any) -> GenerationAnswer:
    answer = GenerationAnswer(
        generation_id=row.id,
        status=_STATUSES[row.status],
        progress=row.progress,
        product_external_id=row.external_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
    if row.result_key is not None:
        answer.result_image_url = result_url(row.result_key)
        told = provenance_of(row)
        answer.provenance = CamelProvenance(**told.model_dump()) if told else None
    if row.status == "completed":
        answer.engine, answer.engine_model = row.engine, row.engine_model
        answer.fallback_from, answer.fallback_reason = row.fallback_from, row.fallback_reason
    if row.error_code is not None:
        answer.error_code, answer.error_message = code_of(row.error_code), row.error_message
    return answer
