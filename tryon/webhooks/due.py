"""Finding deliveries that nobody is going to make unless the sweep asks for them."""

from datetime import timedelta

from sqlalchemy import or_, select

from tryon.clock import now
from tryon.db import db
from tryon.webhooks.models import Delivery

FIRST_ATTEMPT_GRACE = timedelta(seconds=30)
"""A new delivery lies in the queue already; only if it still waits after this long was its queue entry lost."""


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
