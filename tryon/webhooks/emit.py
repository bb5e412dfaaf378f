"""Noting that something happened, in the same transaction as the thing itself: no event without it, nor it without."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from tryon.db import db, transaction
from tryon.ids import new_id
from tryon.jobqueue import DELIVERIES, JobQueue
from tryon.merchants.models import Merchant
from tryon.webhooks.deliver import JOB_TIMEOUT_SECONDS
from tryon.webhooks.events import EVERY_EVENT
from tryon.webhooks.models import Delivery, Event, WebhookEndpoint


def emit(merchant_id: str, type: str, data: dict[str, Any], *, queue: JobQueue, shopper_id: str | None = None) -> Event:
    """Keep an event and owe it to every enabled endpoint of this merchant that asked for its type.

    `shopper_id` is whom it tells of, if of anybody.
    """
    with transaction():
        event = _keep(merchant_id, type, data, shopper_id)
        enabled = select(WebhookEndpoint).filter_by(merchant_id=merchant_id, status="enabled")
        wanted = [
            endpoint for endpoint in db.session.scalars(enabled) if not {type, EVERY_EVENT}.isdisjoint(endpoint.events)
        ]
        _owe(event, ((endpoint.id, endpoint.url) for endpoint in wanted), queue)
    return event


def emit_callback(
    merchant: Merchant, url: str, type: str, data: dict[str, Any], *, queue: JobQueue, shopper_id: str | None = None
) -> Event:
    """Keep an event and owe it to one address, signed with the merchant's own secret."""
    with transaction():
        event = _keep(merchant.id, type, data, shopper_id)
        _owe(event, [(None, url)], queue)
    return event


def _keep(merchant_id: str, type: str, data: dict[str, Any], shopper_id: str | None) -> Event:
    event = Event(id=new_id("evt"), merchant_id=merchant_id, shopper_id=shopper_id, type=type, data=data)
    db.session.add(event)
    return event


def _owe(event: Event, receivers: Iterable[tuple[str | None, str]], queue: JobQueue) -> None:
    for endpoint_id, url in receivers:
        delivery = Delivery(
            id=new_id("dlv"), event=event, merchant_id=event.merchant_id, endpoint_id=endpoint_id, url=url
        )
        db.session.add(delivery)
        queue.enqueue_later(DELIVERIES, "tryon.jobs.deliver_webhook", delivery.id, timeout_seconds=JOB_TIMEOUT_SECONDS)
