"""Calling an endpoint no more: what waits for it ends at once, and does not pile up until its time comes."""

from sqlalchemy import and_, or_, update

from tryon.clock import now
from tryon.db import db
from tryon.webhooks.locking import lock_deliveries, lock_endpoint
from tryon.webhooks.models import Delivery, WebhookEndpoint

ENDPOINT_DISABLED = "The endpoint is disabled."


def disable(endpoint: WebhookEndpoint, reason: str | None) -> None:
    """In the caller's transaction, which holds the endpoint. `reason` is a sentence for the merchant, where it was not
    the merchant who asked.

    An attempt under way may still succeed, and is then told so; it is not followed by another one.
    """
    endpoint.status, endpoint.disabled_reason = "disabled", reason
    db.session.flush()
    lock_endpoint(endpoint.id, alone=True)  # whoever is about to owe it something has done so, or sees that it is off
    _end_waiting(endpoint.id)


def _end_waiting(endpoint_id: str) -> None:
    nobody_sends = or_(Delivery.claim.is_(None), Delivery.next_attempt_at <= now())
    waiting = and_(Delivery.endpoint_id == endpoint_id, Delivery.status == "pending", nobody_sends)
    lock_deliveries(waiting)
    ended = {"status": "failed", "claim": None, "next_attempt_at": None, "error": ENDPOINT_DISABLED}
    quiet = {"synchronize_session": False}
    db.session.execute(update(Delivery).where(waiting).values(ended).execution_options(**quiet))
