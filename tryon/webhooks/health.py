"""How an endpoint is doing: one that is gone, or that has failed for days, is not called any more, and says why."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from tryon.clock import now
from tryon.db import db
from tryon.webhooks.disabling import disable
from tryon.webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint

FAILING_MAX = timedelta(days=5)
"""Longer than the retries of one delivery span: a server that was down over a weekend is not given up."""
FAILURES_MIN = 10
"""So many attempts must have failed meanwhile: a shop that is told something once a week gets its chances."""
GONE = "The server answered 410: it does not want to hear of anything any more."
FAILING = "No message has been delivered since {since:%Y-%m-%d %H:%M} UTC, after {count} attempts."


def note_outcome(endpoint: WebhookEndpoint, *, started_at: datetime, is_delivered: bool, is_gone: bool) -> None:
    """After an attempt begun at `started_at` and written to the log, in the caller's transaction, which holds the
    endpoint."""
    if is_delivered:
        endpoint.failing_since = None
    elif endpoint.status == "enabled":
        _note_failure(endpoint, started_at, is_gone)


def _note_failure(endpoint: WebhookEndpoint, started_at: datetime, is_gone: bool) -> None:
    since = endpoint.failing_since = endpoint.failing_since or started_at
    if is_gone:
        disable(endpoint, GONE)
    elif now() - since >= FAILING_MAX and (count := _count_failures(endpoint, since)) >= FAILURES_MIN:
        disable(endpoint, FAILING.format(since=since, count=count))


def _count_failures(endpoint: WebhookEndpoint, since: datetime) -> int:
    """With the one that began it."""
    failures = (
        select(func.count())
        .select_from(DeliveryAttempt)
        .join(Delivery, Delivery.id == DeliveryAttempt.delivery_id)
        .where(
            Delivery.endpoint_id == endpoint.id,
            DeliveryAttempt.started_at >= since,
            DeliveryAttempt.error.is_not(None),
        )
    )
    return db.session.scalar(failures) or 0
