"""The delivery log of a webhook: what was sent, what came back, and sending it again."""

from typing import Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.partner.delivery_schemas import DeliveryAnswer, DeliveryLogAnswer, describe_delivery, describe_log
from tryon.db import db
from tryon.webhooks.endpoints import get_endpoint
from tryon.webhooks.events import EventName
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event
from tryon.webhooks.replaying import get_delivery, replay
from tryon.wiring import tools

blueprint = Blueprint("partner_deliveries", __name__, url_prefix="/partner/v1/webhooks/<endpoint_id>/deliveries")

NOT_FOUND = {404: ("endpoint_not_found", "delivery_not_found")}


DeliveryStatus = Literal["pending", "delivered", "failed"]


class DeliveryQuery(PageQuery):
    status: DeliveryStatus | None = None
    type: EventName | None = Field(
        default=None, description="Only deliveries of this event.", examples=["tryon.job.completed"]
    )


@blueprint.get("")
@secret_key
@operation(
    "List deliveries",
    tag="Webhooks",
    query=DeliveryQuery,
    answers={200: Page[DeliveryAnswer]},
    errors={404: "endpoint_not_found"},
)
def list_all(endpoint_id: str, query: DeliveryQuery) -> Page[DeliveryAnswer]:
    rows = select(Delivery).where(Delivery.endpoint_id == get_endpoint(calling_merchant(), endpoint_id).id)
    if query.status is not None:
        rows = rows.where(Delivery.status == query.status)
    if query.type is not None:
        rows = rows.join(Event, Event.id == Delivery.event_id).where(Event.type == query.type)
    deliveries, next_cursor = page_of(rows, Delivery.id, query)
    return page([describe_delivery(delivery) for delivery in deliveries], next_cursor)


@blueprint.get("/<delivery_id>")
@secret_key
@operation("Show a delivery", tag="Webhooks", answers={200: DeliveryLogAnswer}, errors=NOT_FOUND)
def show(endpoint_id: str, delivery_id: str) -> DeliveryLogAnswer:
    """With every attempt: what was sent, what came back, and how long it took."""
    delivery = _get(endpoint_id, delivery_id)
    return describe_log(delivery, attempts_of(delivery))


@blueprint.post("/<delivery_id>/replay")
@secret_key
@operation(
    "Send an event again",
    tag="Webhooks",
    answers={202: DeliveryAnswer},
    errors=NOT_FOUND | {409: ("endpoint_disabled",)},
)
def send_again(endpoint_id: str, delivery_id: str) -> tuple[DeliveryAnswer, int]:
    """A new delivery of the same event, with the same `webhook-id`."""
    return describe_delivery(replay(_get(endpoint_id, delivery_id), queue=tools().queue)), 202


def attempts_of(delivery: Delivery) -> list[DeliveryAttempt]:
    attempts = select(DeliveryAttempt).filter_by(delivery_id=delivery.id).order_by(DeliveryAttempt.number)
    return list(db.session.scalars(attempts))


def _get(endpoint_id: str, delivery_id: str) -> Delivery:
    return get_delivery(get_endpoint(calling_merchant(), endpoint_id), delivery_id)
