"""Finding deliveries that nobody is going to make unless the sweep asks for them, and asking."""

from datetime import timedelta

from sqlalchemy import or_, select

from tryon.clock import now
from tryon.db import db
from tryon.jobqueue import DELIVERIES, JobQueue
from tryon.webhooks.deliver import JOB_TIMEOUT_SECONDS
from tryon.webhooks.models import Delivery

FIRST_ATTEMPT_GRACE = timedelta(seconds=30)
"""A new delivery lies in the queue already; only if it still waits after this long was its queue entry lost."""


def enqueue_due_deliveries(*, queue: JobQueue, limit: int = 200) -> int:
    """Returns how many were due. One that waits in the queue already is not doubled."""
    due = find_due_deliveries(limit)
    for delivery_id in due:
        queue.enqueue_later(
            DELIVERIES,
            "tryon.jobs.deliver_webhook",
            delivery_id,
            timeout_seconds=JOB_TIMEOUT_SECONDS,
            entry=f"{delivery_id}-due",
        )
    return len(due)


def find_due_deliveries(limit: int = 200) -> list[str]:
    """Ids of deliveries whose time has come: retries, attempts whose worker died, and lost first attempts."""
    moment = now()
    due = (
        select(Delivery.id)
        .where(
            Delivery.status == "pending",
            Delivery.next_attempt_at <= moment,
            or_(Delivery.attempts > 0, Delivery.created_at <= moment - FIRST_ATTEMPT_GRACE),
        )
        .order_by(Delivery.next_attempt_at)
        .limit(limit)
    )
    return list(db.session.scalars(due))
