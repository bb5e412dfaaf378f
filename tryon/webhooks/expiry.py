"""Old events and their delivery logs, deleted after their days; what is still owed stays."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from tryon.db import db, transaction
from tryon.webhooks.locking import lock_deliveries
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event


def delete_old_events(moment: datetime, keep_days: int, limit: int) -> int:
    """Returns how many were deleted. An event goes with all its deliveries, once none of them is pending."""
    owed = exists().where(Delivery.event_id == Event.id, Delivery.status == "pending")
    old = select(Event.id).where(Event.created_at < moment - timedelta(days=keep_days), ~owed).limit(limit)
    ids = list(db.session.scalars(old))
    if not ids:
        return 0
    quiet = {"synchronize_session": False}
    with transaction():
        lock_deliveries(Delivery.event_id.in_(ids))
        deliveries = select(Delivery.id).where(Delivery.event_id.in_(ids))
        attempts = delete(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(deliveries))
        db.session.execute(attempts.execution_options(**quiet))
        db.session.execute(delete(Delivery).where(Delivery.event_id.in_(ids)).execution_options(**quiet))
        db.session.execute(delete(Event).where(Event.id.in_(ids)).execution_options(**quiet))
    return len(ids)
