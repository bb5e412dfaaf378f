"""A try-on job as the partner surface shows it, read from a few columns only: a poll is one small query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from flask import json
from pydantic import Field
from sqlalchemy import ColumnElement, Select, bindparam, select

from tryon.api.answers import Answer, Moment
from tryon.api.provenance import ProvenanceAnswer, provenance_of
from tryon.clock import now
from tryon.db import db
from tryon.errors import NotFound
from tryon.fixed import Fixed
from tryon.generations.models import FINISHED, Generation, GenerationGarment
from tryon.shoppers.models import Shopper
from tryon.straight import read
from tryon.wiring import tools

Status = Literal["queued", "processing", "completed", "failed"]
JOB_ID: Any = Field(examples=["gen_01JZ0000000000000000000000"])
CODES = (
    "`no_person_found`, `several_people`, `pose_not_supported`, `garment_not_found`, `product_image_fetch_failed`, "
    "`unsupported_category`, `engine_low_quality`, `content_blocked`, `consent_required`, `photo_gone`, "
    "`engine_misconfigured`, `engine_unavailable`, `engine_timeout`, `cancelled` or `internal`."
)


class JobError(Answer):
    code: str = Field(description=CODES, examples=["pose_not_supported"])
    message: str = Field(description="A sentence for the shopper.")
    retryable: bool = Field(description="Whether the same photo and product may succeed another time.")


class Job(Answer):
    """One try-on."""

    job_id: str = JOB_ID
    status: Status = Field(description="A cancelled job is `failed` with the code `cancelled`.")
    progress: int = Field(description="0 to 100.")
    stage: str = Field(description="What is being done, for example `person`, `garment`, `fitting` or `light`.")
    product_id: str = Field(description="The product; of an outfit the one that was asked for first.")
    product_ids: list[str] = Field(description="Every product of it.")
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None
    image_url: str = Field(default="", description="When `completed`, while the picture is kept: a signed address.")
    image_urls: list[str] = Field(default=[], description="The same in a list.")
    expires_at: Moment | None = Field(default=None, description="When the finished picture is deleted.")
    engine: str | None = Field(default=None, description="What made the picture.")
    engine_model: str | None = Field(default=None, description="Which of the provider's models, where it names any.")
    fallback_from: str | None = Field(
        default=None, description="Which engine should have made it, where another one had to."
    )
    fallback_reason: str | None = Field(
        default=None, description="Why it did not, in a word: `docs/engines.md` lists them.", examples=["key_invalid"]
    )
    scores: dict[str, float] = Field(default={}, description="The engine's own checks of it.")
    provenance: ProvenanceAnswer | None = Field(default=None, description="When `completed`: how the picture was made.")
    error: JobError = Field(default=cast(JobError, None), description="When `failed`.")


@dataclass(frozen=True, slots=True)
class JobStep:
    """How a job stands at one moment, for those who follow it."""

    name: str
    is_last: bool
    json: str


def get_job(shopper_id: str, job_id: str) -> Job:
    """Raises NotFound, for another shopper's job too."""
    rows = read(_ONE, id=job_id, shopper_id=shopper_id)
    if not rows:
        raise not_found()
    return _describe_one(rows)


def get_generation(shopper: Shopper, job_id: str) -> Generation:
    """The whole row, to change it. Raises NotFound, for another shopper's job too."""
    generation = db.session.get(Generation, job_id)
    if generation is None or generation.shopper_id != shopper.id:
        raise not_found()
    return generation


def find_step(shopper_id: str, job_id: str) -> JobStep | None:
    rows = read(_ONE, id=job_id, shopper_id=shopper_id)
    if not rows:
        return None
    row = rows[0]
    name = f"{row.attempts}-{row.status}-{row.stage}-{row.progress}"
    job = _describe_one(rows).model_dump(mode="json", exclude_unset=True)
    return JobStep(name, row.status in FINISHED, json.dumps(job))


def jobs_where(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Rows for `describe_jobs`."""
    columns: Any = select(
        Generation.id,
        Generation.status,
        Generation.stage,
        Generation.progress,
        Generation.attempts,
        Generation.created_at,
        Generation.started_at,
        Generation.completed_at,
        Generation.expires_at,
        Generation.engine,
        Generation.engine_model,
        Generation.fallback_from,
        Generation.fallback_reason,
        Generation.scores,
        Generation.provenance,
        Generation.is_untouched,
        Generation.result_key,
        Generation.error_code,
        Generation.error_message,
        Generation.error_is_permanent,
    )
    rows: Select[Any] = columns.where(*conditions)
    return rows


_ONE = Fixed(
    jobs_where(Generation.id == bindparam("id"), Generation.shopper_id == bindparam("shopper_id"))
    .add_columns(GenerationGarment.product_id)
    .join(GenerationGarment, GenerationGarment.generation_id == Generation.id)
    .order_by(GenerationGarment.position)
)
"""A row for each of its products: one question instead of two."""
_WORN = (
    select(GenerationGarment.generation_id, GenerationGarment.product_id)
    .where(GenerationGarment.generation_id.in_(bindparam("ids", expanding=True)))
    .order_by(GenerationGarment.generation_id, GenerationGarment.position)
)


def describe_jobs(rows: Sequence[Any]) -> list[Job]:
    products = _products_of([row.id for row in rows])
    return [_describe(row, products[row.id]) for row in rows]


def not_found() -> NotFound:
    return NotFound("This job is not known.", code="job_not_found")


def _products_of(job_ids: list[str]) -> dict[str, list[str]]:
    products: dict[str, list[str]] = {}
    for row in db.session.execute(_WORN, {"ids": job_ids}):
        products.setdefault(row.generation_id, []).append(row.product_id)
    return products


def _describe_one(rows: Sequence[Any]) -> Job:
    return _describe(rows[0], [row.product_id for row in rows])


def _describe(row: Any, product_ids: list[str]) -> Job:
    job = Job(
        job_id=row.id,
        status="failed" if row.status == "cancelled" else row.status,
        progress=row.progress,
        stage=row.stage,
        product_id=product_ids[0],
        product_ids=product_ids,
        created_at=row.created_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
    )
    if row.status == "completed":
        job.engine, job.scores, job.expires_at = row.engine, row.scores, row.expires_at
        job.provenance = provenance_of(row)
        job.engine_model = row.engine_model
        job.fallback_from, job.fallback_reason = row.fallback_from, row.fallback_reason
    if row.result_key is not None:
        job.image_url = tools().links.url(row.result_key, now())
        job.image_urls = [job.image_url]
    if row.error_code is not None:
        retryable = not row.error_is_permanent
        job.error = JobError(code=row.error_code, message=row.error_message or "", retryable=retryable)
    return job
