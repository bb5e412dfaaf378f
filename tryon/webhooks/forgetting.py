"""Taking a person out of what was told, and is still to be told, about them."""

from typing import Any

from sqlalchemy import select, update

from tryon.clock import now
from tryon.db import db
from tryon.webhooks.locking import lock_deliveries
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event

NAMES_A_PERSON = frozenset({"external_user_ref", "image_url", "image_urls", "result", "merchant_reference", "metadata"})
"""Fields of an event's data that hold a merchant's name for somebody, or an address of their picture."""


def strip_shopper(shopper_id: str) -> None:
    """In the caller's transaction. Events stay, without what names the person; so do their deliveries, without what
    the receivers answered."""
    events = db.session.scalars(select(Event).where(Event.shopper_id == shopper_id)).all()
    for event in events:
        event.stripped_at = now()  # an answer still to come is not kept: see `recording.py`
        event.data = {name: _stripped(name, value) for name, value in event.data.items()}
    deliveries = select(Delivery.id).where(Delivery.event_id.in_([event.id for event in events]))
    lock_deliveries(Delivery.id.in_(deliveries))
    quiet = {"synchronize_session": False}
    db.session.execute(
        update(Delivery).where(Delivery.id.in_(deliveries)).values(response_body=None).execution_options(**quiet)
    )
    db.session.execute(
        update(DeliveryAttempt)
        .where(DeliveryAttempt.delivery_id.in_(deliveries))
        .values(response_body=None, response_headers={})
        .execution_options(**quiet)
    )


def _stripped(name: str, value: Any) -> Any:
    if name not in NAMES_A_PERSON:
        return value
    return {} if name == "metadata" else None
