"""Taking a delivery that is due, so that no other worker sends it at the same time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.ids import random_text
from tryon.logs import get_logger
from tryon.merchants.models import Merchant
from tryon.sealing import SealBroken
from tryon.webhooks.disabling import ENDPOINT_DISABLED
from tryon.webhooks.message import message_body
from tryon.webhooks.models import Delivery
from tryon.webhooks.rotating import callback_secrets_of, secrets_of
from tryon.webhooks.schedule import ATTEMPTS_MAX

CLAIM_LEASE = timedelta(seconds=90)
"""Longer than a job may run: a claim never runs out under a worker that is still sending."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Everything needed to send, read while the row was claimed."""

    delivery_id: str
    claim: str
    number: int
    event_id: str
    endpoint_id: str | None
    url: str
    secrets: tuple[str, ...]
    """The present one, and for a day after a rotation the one before."""
    body: bytes
    started_at: datetime


def claim(delivery_id: str) -> Attempt | None:
    """The delivery, for this worker alone; None where it is not due, somebody else has it, or it can't be sent."""
    moment, token = now(), random_text(24)
    with transaction():
        claimed = db.session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.status == "pending", Delivery.next_attempt_at <= moment)
            .values(claim=token, attempts=Delivery.attempts + 1, next_attempt_at=moment + CLAIM_LEASE)
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]
            return None
        delivery = db.session.get_one(Delivery, delivery_id, populate_existing=True)
        try:
            return _attempt_or_end(delivery, token)
        except SealBroken as error:
            _put_off(delivery, error)
            return None


def _attempt_or_end(delivery: Delivery, token: str) -> Attempt | None:
    """What to send; or None, and the delivery has ended, where nothing must be sent any more."""
    if delivery.endpoint is not None and delivery.endpoint.status != "enabled":
        _end(delivery, ENDPOINT_DISABLED)
        return None
    if delivery.attempts > ATTEMPTS_MAX:
        _end(delivery, "The last attempt was cut short.")
        return None
    if delivery.endpoint is not None:
        delivery.url, secrets = delivery.endpoint.url, secrets_of(delivery.endpoint)
    else:
        secrets = callback_secrets_of(db.session.get_one(Merchant, delivery.merchant_id, populate_existing=True))
    return Attempt(
        delivery_id=delivery.id,
        claim=token,
        number=delivery.attempts,
        event_id=delivery.event_id,
        endpoint_id=delivery.endpoint_id,
        url=delivery.url,
        secrets=secrets,
        body=message_body(delivery.event),
        started_at=now(),
    )


def _put_off(delivery: Delivery, error: SealBroken) -> None:
    """The operator must see to it. Nothing is lost meanwhile, and no attempt is counted."""
    delivery.claim, delivery.error = None, "The secret that signs it can't be read at the moment."
    delivery.attempts -= 1
    log.error("webhook.secret_sealed", delivery_id=delivery.id, merchant_id=delivery.merchant_id, error=error.message)


def _end(delivery: Delivery, error: str) -> None:
    delivery.status, delivery.claim, delivery.next_attempt_at, delivery.error = "failed", None, None, error
    delivery.attempts -= 1  # none was made
