"""Try-on sessions: open one, look at it, list them, call one off."""

from flask import Blueprint
from sqlalchemy import select

from tryon.api.answers import Page, page
from tryon.api.auth import calling_key, calling_merchant, secret_key
from tryon.api.operations import operation
from tryon.api.pagination import page_of
from tryon.api.sessions.describing import describe_new, describe_session, describe_sessions
from tryon.api.sessions.schemas import SessionAnswer, SessionBody, SessionQuery
from tryon.generations.closing import cancel_session
from tryon.sessions.listing import created_between, of_product, standing
from tryon.sessions.models import TryOnSession
from tryon.sessions.opening import get_session, open_session
from tryon.wiring import tools

blueprint = Blueprint("sessions", __name__, url_prefix="/v1/sessions")


@blueprint.post("")
@secret_key
@operation(
    "Create a session",
    tag="Sessions",
    body=SessionBody,
    answers={200: SessionAnswer},
    errors={
        400: ("unsupported_category", "unknown_product", "image_fetch_failed", "forbidden_address", "invalid_image"),
        413: "image_too_large",
        415: "unsupported_image_type",
    },
)
def create(body: SessionBody) -> SessionAnswer:
    """A link for one shopper to try one product on. Open `launch_url` from the product's page, or show the code at
    `qr_code_url` for the shopper's phone. However the session ends (`completed`, `failed`, `expired`, `cancelled`),
    `callback_url` hears it once.
    """
    kit = tools()
    session = open_session(
        calling_merchant(),
        body.as_fields(),
        mode=calling_key().mode,
        outbound=kit.outbound,
        storage=kit.storage,
        queue=kit.queue,
    )
    return describe_new(session)


@blueprint.get("")
@secret_key
@operation("List sessions", tag="Sessions", query=SessionQuery, answers={200: Page[SessionAnswer]})
def list_all(query: SessionQuery) -> Page[SessionAnswer]:
    """Newest first. A session whose time is up counts as `expired` at once."""
    merchant = calling_merchant()
    rows = select(TryOnSession).where(TryOnSession.merchant_id == merchant.id)
    if query.status is not None:
        rows = rows.where(standing(query.status))
    if query.product_id is not None:
        rows = rows.where(of_product(merchant, query.product_id))
    rows = rows.where(*created_between(query.created_after, query.created_before))
    sessions, next_cursor = page_of(rows, TryOnSession.id, query)
    return page(describe_sessions(sessions), next_cursor)


@blueprint.get("/<session_id>")
@secret_key
@operation("Show a session", tag="Sessions", answers={200: SessionAnswer}, errors={404: "session_not_found"})
def show(session_id: str) -> SessionAnswer:
    return describe_session(get_session(calling_merchant(), session_id))


@blueprint.post("/<session_id>/cancel")
@secret_key
@operation(
    "Cancel a session",
    tag="Sessions",
    answers={200: SessionAnswer},
    errors={404: "session_not_found", 409: "session_over"},
)
def cancel(session_id: str) -> SessionAnswer:
    """Its link closes, a try-on under way is stopped and its credit returned, and the callback is made. Cancelling it
    once more changes nothing; a session that has ended otherwise is 409 `session_over`.
    """
    session = get_session(calling_merchant(), session_id)
    cancel_session(session, queue=tools().queue)
    return describe_session(session)
