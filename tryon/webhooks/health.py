"""How an endpoint is doing: one that is gone, or that has failed for days, is not called any more, and says why."""

from datetime import timedelta

from sqlalchemy import func, select, update

from tryon.clock import now
from tryon.db import db
from tryon.webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint

FAILING_MAX = timedelta(days=5)
"""Longer than the retries of one delivery span: a server that was down over a weekend is not given up."""
FAILURES_MIN = 10
"""So many attempts must have failed meanwhile: a shop that is told something once a week gets its chances."""
GONE = "The server answered 410: it does not want to hear of anything any more."
FAILING = "No message has been delivered since {since:%Y-%m-%d %H:%M} UTC, after {count} attempts."


def note_outcome(delivery_id: str, *, is_delivered: bool, is_gone: bool) -> None:
    """After an attempt, in the caller's transaction. Callbacks have no endpoint: nothing to note."""
    endpoint_id = db.session.scalar(select(Delivery.endpoint_id).where(Delivery.id == delivery_id))
    if endpoint_id is None:
        return
    if is_delivered:
        _set(endpoint_id, failing_since=None)
    elif is_gone:
        disable(endpoint_id, GONE)
    else:
        _note_failure(endpoint_id)


def disable(endpoint_id: str, reason: str) -> None:
    """What it is still owed ends when its time comes (`deliver.py`)."""
    _set(endpoint_id, status="disabled", disabled_reason=reason)


def _note_failure(endpoint_id: str) -> None:
    moment = now()
    first = update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.failing_since.is_(None))
    db.session.execute(first.values(failing_since=moment).execution_options(synchronize_session=False))
    since = db.session.scalar(select(WebhookEndpoint.failing_since).where(WebhookEndpoint.id == endpoint_id))
    if since is None or moment - since < FAILING_MAX:
        return
    failures = (
        select(func.count())
        .select_from(DeliveryAttempt)
        .join(Delivery, Delivery.id == DeliveryAttempt.delivery_id)
        .where(Delivery.endpoint_id == endpoint_id, DeliveryAttempt.started_at >= since)
    )
    count = db.session.scalar(failures) or 0
    if count >= FAILURES_MIN:
        disable(endpoint_id, FAILING.format(since=since, count=count))


def _set(endpoint_id: str, **values: object) -> None:
    db.session.execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id)
        .values(**values, updated_at=now())
        .execution_options(synchronize_session=False)
    )
