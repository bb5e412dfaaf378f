"""Try-on jobs of a shopper: start one, look at it, call it off."""

from typing import Annotated, Literal

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState
from pydantic import Field
from werkzeug.routing import BaseConverter

from tryon.api.answers import Answer
from tryon.api.auth import calling_shopper, shopper_token
from tryon.api.bodies import Body, Query, ShortText
from tryon.api.operations import operation
from tryon.api.partner.jobs import JOB_ID, Job, get_generation, get_job
from tryon.catalog.finding import get_product_by_any_id
from tryon.errors import Conflict, NotFound
from tryon.generations.cancelling import cancel
from tryon.generations.outfits import PIECES_MAX
from tryon.generations.request import request_generation
from tryon.generations.waiting import wait_until_finished
from tryon.merchants.engine_settings import EngineName
from tryon.pages.addresses import studio_url
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import find_current_photo, find_photo
from tryon.wiring import tools

blueprint = Blueprint("tryons", __name__, url_prefix="/tryon")

SYNC_WAIT_SECONDS = 25.0


class ProductName(BaseConverter):
    """One piece of a path that names a product: not what has an address of its own beside it."""

    regex = r"(?!(?:history|jobs|v1)(?:/|$))[^/]+"


@blueprint.record_once
def _teach_the_map(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["product_name"] = ProductName


class OptionsBody(Body):
    """How it is to be worn; left out: as the product's picture suggests."""

    fit: Literal["slim", "regular", "oversized"] | None = None
    tuck: bool | None = Field(default=None, description="Of a top: tucked in, or hanging over.")
    engine: EngineName | None = Field(
        default=None,
        description="Which engine makes this one: `auto`, `local` or one the merchant may choose; else as they set.",
    )


class TryOnBody(Body):
    model_id: ShortText | None = Field(default=None, description="One of the shopper's models; else the current one.")
    product_ids: Annotated[list[ShortText], Field(max_length=PIECES_MAX - 1)] = Field(
        default=[],
        description="More products to wear with it, by our id or the shop's own: an outfit in one picture.",
        examples=[["prd_01JZ0000000000000000000000"]],
    )
    options: OptionsBody = OptionsBody()


class StartQuery(Query):
    is_async: bool = Field(default=False, alias="async", description="`true`: answer at once.")


class AcceptedJob(Answer):
    """A job that goes on."""

    job_id: str = JOB_ID
    status: Literal["queued", "processing"]
    status_url: str = Field(description="Poll it every 2 seconds.")
    events_url: str = Field(description="The same as server-sent events.")


@blueprint.post("/<product_name:product_id>")
@shopper_token
@operation(
    "Start a try-on",
    tag="Try-on jobs",
    body=TryOnBody,
    is_body_optional=True,
    query=StartQuery,
    answers={200: Job, 202: AcceptedJob},
    errors={
        400: ("unsupported_combination", "engine_not_available"),
        402: "insufficient_credits",
        404: ("unknown_product", "model_not_found"),
        409: ("model_required", "product_image_missing", "consent_required"),
    },
)
def start(product_id: str, body: TryOnBody, query: StartQuery) -> Answer | tuple[Answer, int, dict[str, str]]:
    """With `async=true` the answer is 202 at once. Without, it waits up to 25 seconds for the finished job (200), and
    is 202 if that takes longer. Where the shopper has no model it is 409 `model_required` with `model_studio_url`.
    """
    identity, kit = calling_shopper(), tools()
    names = [product_id, *body.product_ids]
    products = [get_product_by_any_id(identity.merchant, name) for name in names]
    generation = request_generation(
        identity.shopper,
        _choose_photo(body.model_id),
        products,
        mode=identity.mode,
        options=body.options.model_dump(exclude_none=True, exclude={"engine"}),
        engine=body.options.engine,
        settings=kit.settings,
        queue=kit.queue,
    )
    if query.is_async:
        return _accepted(generation.id, "queued")
    wait_until_finished(generation, SYNC_WAIT_SECONDS)
    job = get_job(identity.shopper_id, generation.id)
    return _accepted(job.job_id, job.status) if job.status in ("queued", "processing") else job


@blueprint.get("/jobs/<job_id>")
@shopper_token
@operation("Show a job", tag="Try-on jobs", answers={200: Job}, errors={404: "job_not_found"})
def show(job_id: str) -> Job:
    """Poll it every 2 seconds until `status` is `completed` or `failed`; then `image_urls` or `error` tell the rest."""
    return get_job(calling_shopper().shopper_id, job_id)


@blueprint.post("/jobs/<job_id>/cancel")
@shopper_token
@operation("Cancel a job", tag="Try-on jobs", answers={200: Job}, errors={404: "job_not_found"})
def cancel_job(job_id: str) -> Job:
    """The credit comes back, and the job is `failed` with the code `cancelled`. One that has ended stays as it is."""
    shopper = calling_shopper().shopper
    cancel(get_generation(shopper, job_id), queue=tools().queue)
    return get_job(shopper.id, job_id)


def _choose_photo(model_id: str | None) -> Photo:
    shopper = calling_shopper().shopper
    if model_id is not None:
        photo = find_photo(shopper, model_id)
        if photo is None:
            raise NotFound("This model is not known, or has expired.", code="model_not_found")
        return photo
    current = find_current_photo(shopper)
    if current is None:
        raise _model_required("The shopper has not given a photo yet: send them to the model studio first.")
    return current


def _model_required(message: str) -> Conflict:
    return Conflict(message, code="model_required", model_studio_url=studio_url())


def _accepted(job_id: str, status: str) -> tuple[AcceptedJob, int, dict[str, str]]:
    status_url = f"{tools().settings.public_app_url}/tryon/jobs/{job_id}"
    answer = AcceptedJob(
        job_id=job_id,
        status=status,  # type: ignore[arg-type]
        status_url=status_url,
        events_url=f"{status_url}/events",
    )
    return answer, 202, {"Location": status_url}
