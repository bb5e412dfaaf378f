"""What a shopper tried on before, and taking something out of it."""

from flask import Blueprint

from tryon.api.answers import Page, page
from tryon.api.auth import calling_shopper, shopper_token
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, rows_of
from tryon.api.partner.jobs import Job, describe_jobs, get_generation, jobs_where
from tryon.generations.history import forget_generation
from tryon.generations.models import Generation
from tryon.merchants.storefront import Storefront
from tryon.wiring import tools

blueprint = Blueprint("tryon_history", __name__, url_prefix="/tryon/history")


@blueprint.get("")
@shopper_token
@operation("List the shopper's try-ons", tag="Try-on jobs", query=PageQuery, answers={200: Page[Job]})
def history(query: PageQuery) -> Page[Job]:
    """Newest first, of any status. Empty where the shop has switched `history` off; what was made can still be
    forgotten then, job by job.
    """
    if not Storefront.of(calling_shopper().merchant).history:
        return page([], None)
    mine = jobs_where(Generation.shopper_id == calling_shopper().shopper_id)
    rows, next_cursor = rows_of(mine, Generation.id, query)
    return page(describe_jobs(rows), next_cursor)


@blueprint.delete("/<job_id>")
@shopper_token
@operation("Forget a try-on", tag="Try-on jobs", answers={204: None}, errors={404: "job_not_found"})
def forget(job_id: str) -> tuple[str, int]:
    """Its picture is gone when this is answered, and the job is neither listed nor shown any more. One that still runs
    is stopped.
    """
    forget_generation(get_generation(calling_shopper().shopper, job_id), storage=tools().storage, queue=tools().queue)
    return "", 204
