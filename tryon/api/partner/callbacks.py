"""The delivery log of sessions' callbacks: what was sent to a `callback_url`, what came back, and sending it again."""

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import ShortText
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.partner.deliveries import DeliveryStatus, attempts_of
from tryon.api.partner.delivery_schemas import (
    CallbackAnswer,
    CallbackLogAnswer,
    describe_callback,
    describe_callback_log,
)
from tryon.webhooks.models import Delivery
from tryon.webhooks.replaying import get_callback, replay_callback
from tryon.wiring import tools

blueprint = Blueprint("partner_callbacks", __name__, url_prefix="/partner/v1/callbacks")


class CallbackQuery(PageQuery):
    status: DeliveryStatus | None = None
    session_id: ShortText | None = Field(default=None, description="Only those of this session.")


@blueprint.get("")
@secret_key
@operation("List callbacks", tag="Webhooks", query=CallbackQuery, answers={200: Page[CallbackAnswer]})
def list_all(query: CallbackQuery) -> Page[CallbackAnswer]:
    """The deliveries to sessions' own `callback_url`s, newest first. Those to webhooks have their own lists."""
    rows = select(Delivery).where(Delivery.merchant_id == calling_merchant().id, Delivery.session_id.is_not(None))
    if query.status is not None:
        rows = rows.where(Delivery.status == query.status)
    if query.session_id is not None:
        rows = rows.where(Delivery.session_id == query.session_id)
    deliveries, next_cursor = page_of(rows, Delivery.id, query)
    return page([describe_callback(delivery) for delivery in deliveries], next_cursor)


@blueprint.get("/<delivery_id>")
@secret_key
@operation("Show a callback", tag="Webhooks", answers={200: CallbackLogAnswer}, errors={404: "callback_not_found"})
def show(delivery_id: str) -> CallbackLogAnswer:
    """With every attempt: what was sent, what came back, and how long it took."""
    delivery = get_callback(calling_merchant(), delivery_id)
    return describe_callback_log(delivery, attempts_of(delivery))


@blueprint.post("/<delivery_id>/replay")
@secret_key
@operation("Send a callback again", tag="Webhooks", answers={202: CallbackAnswer}, errors={404: "callback_not_found"})
def send_again(delivery_id: str) -> tuple[CallbackAnswer, int]:
    """A new delivery of the same event, with the same `webhook-id`."""
    delivery = get_callback(calling_merchant(), delivery_id)
    return describe_callback(replay_callback(delivery, queue=tools().queue)), 202
