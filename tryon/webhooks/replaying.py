"""Sending something on purpose: an event once more, to an endpoint or a session's address, or a trial."""

from sqlalchemy import select

from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.errors import Conflict, NotFound
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.webhooks.emit import keep_event, owe
from tryon.webhooks.events import EVENTS, EVERY_EVENT
from tryon.webhooks.locking import reread
from tryon.webhooks.models import Delivery, WebhookEndpoint


def get_delivery(endpoint: WebhookEndpoint, delivery_id: str) -> Delivery:
    """Raises NotFound, for another endpoint's delivery too."""
    delivery = db.session.scalar(select(Delivery).filter_by(id=delivery_id, endpoint_id=endpoint.id))
    if delivery is None:
        raise NotFound("There is no delivery with this id.", code="delivery_not_found")
    return delivery


def get_callback(merchant: Merchant, delivery_id: str) -> Delivery:
    """Raises NotFound, for another merchant's and for an endpoint's delivery too."""
    mine = select(Delivery).filter_by(id=delivery_id, merchant_id=merchant.id)
    delivery = db.session.scalar(mine.where(Delivery.session_id.is_not(None)))
    if delivery is None:
        raise NotFound("There is no callback with this id.", code="callback_not_found")
    return delivery


def replay_callback(delivery: Delivery, *, queue: JobQueue) -> Delivery:
    """A new delivery of the same event, with the same webhook-id, to the session's address."""
    with transaction():
        return owe(delivery.event, None, delivery.url, queue, session_id=delivery.session_id)


def replay(delivery: Delivery, *, queue: JobQueue) -> Delivery:
    """A new delivery of the same event, with the same webhook-id, to where the endpoint is now.

    Raises Conflict where it is disabled, NotFound where it was deleted meanwhile.
    """
    assert delivery.endpoint is not None
    with transaction():
        endpoint = _enabled(delivery.endpoint)
        return owe(delivery.event, endpoint.id, endpoint.url, queue)


def send_trial(endpoint: WebhookEndpoint, *, queue: JobQueue) -> Delivery:
    """An event of the first kind the endpoint asked for, whose data says that it is a trial. Raises what `replay`
    raises."""
    data = {"test": True, "message": "A trial of this webhook: nothing happened.", "sent_at": iso(now())}
    with transaction():
        endpoint = _enabled(endpoint)
        wanted = next((name for name in endpoint.events if name != EVERY_EVENT), EVENTS[0])
        return owe(keep_event(endpoint.merchant_id, wanted, data), endpoint.id, endpoint.url, queue)


def _enabled(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """As it stands now, and stays until the end of the caller's transaction."""
    present = reread(endpoint)
    if present.status != "enabled":
        raise Conflict("This endpoint is disabled. Enable it first.", code="endpoint_disabled")
    return present
