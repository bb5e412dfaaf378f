"""Noting that something happened, in the same transaction as the thing itself: no event without it, nor it without."""

from typing import Any

from tryon.clock import now
from tryon.db import db, transaction
from tryon.ids import new_id
from tryon.jobqueue import DELIVERIES, JobQueue
from tryon.merchants.models import Merchant
from tryon.webhooks.deliver import JOB_TIMEOUT_SECONDS
from tryon.webhooks.events import EVERY_EVENT
from tryon.webhooks.locking import hold_enabled
from tryon.webhooks.models import Delivery, Event


def emit(merchant_id: str, type: str, data: dict[str, Any], *, queue: JobQueue, shopper_id: str | None = None) -> Event:
    """Keep an event and owe it to every enabled endpoint of this merchant that asked for its type.

    `shopper_id` is whom it tells of, if of anybody.
    """
    with transaction():
        event = keep_event(merchant_id, type, data, shopper_id)
        for listener in hold_enabled(merchant_id):
            if not {type, EVERY_EVENT}.isdisjoint(listener.events):
                owe(event, listener.id, listener.url, queue)
    return event


def emit_callback(
    merchant: Merchant,
    session_id: str,
    url: str,
    type: str,
    data: dict[str, Any],
    *,
    queue: JobQueue,
    shopper_id: str | None = None,
) -> Event:
    """Keep an event and owe it to the session's own address, signed with the merchant's own secret."""
    with transaction():
        event = keep_event(merchant.id, type, data, shopper_id)
        owe(event, None, url, queue, session_id=session_id)
    return event


def keep_event(merchant_id: str, type: str, data: dict[str, Any], shopper_id: str | None = None) -> Event:
    """In the caller's transaction."""
    event = Event(id=new_id("evt"), merchant_id=merchant_id, shopper_id=shopper_id, type=type, data=data)
    db.session.add(event)
    return event


def owe(event: Event, endpoint_id: str | None, url: str, queue: JobQueue, *, session_id: str | None = None) -> Delivery:
    """One telling of the event, to an endpoint or a session's address, to be sent after the commit of the caller's
    transaction."""
    delivery = Delivery(
        id=new_id("dlv"),
        event=event,
        merchant_id=event.merchant_id,
        endpoint_id=endpoint_id,
        session_id=session_id,
        url=url,
        status="pending",
        attempts=0,
        created_at=now(),
        next_attempt_at=now(),
    )
    db.session.add(delivery)
    queue.enqueue_later(DELIVERIES, "tryon.jobs.deliver_webhook", delivery.id, timeout_seconds=JOB_TIMEOUT_SECONDS)
    return delivery
