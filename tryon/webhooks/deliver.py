"""Sending one delivery: claim its row, POST with no transaction open, record what became of it.

At least once: a worker that dies between sending and recording leaves a claim that runs out, and the delivery is
sent again with the same webhook-id, by which the receiver knows it.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.errors import OutboundFailure
from tryon.ids import random_text
from tryon.logs import get_logger
from tryon.merchants.models import Merchant
from tryon.outbound import USER_AGENT, Answer, Outbound
from tryon.webhooks.health import note_outcome
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event
from tryon.webhooks.rotating import secrets_of
from tryon.webhooks.schedule import ATTEMPTS_MAX, next_attempt
from tryon.webhooks.signing import sign

POST_TIMEOUT_SECONDS = 15.0
JOB_TIMEOUT_SECONDS = 60
CLAIM_LEASE = timedelta(seconds=90)
"""Longer than a job may run: a claim never runs out under a worker that is still sending."""
KEPT_RESPONSE_BYTES = 1024
KEPT_HEADERS = 30

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Everything needed to send, read while the row was claimed."""

    delivery_id: str
    claim: str
    number: int
    event_id: str
    url: str
    secrets: tuple[str, ...]
    """The present one, and for a day after a rotation the one before."""
    body: bytes
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: an answer, or the sentence why there was none."""

    seconds: float
    headers: dict[str, str]
    """As they were sent."""
    answer: Answer | None = None
    error: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.answer is not None and 200 <= self.answer.status < 300

    @property
    def is_gone(self) -> bool:
        return self.answer is not None and self.answer.status == 410


def deliver(delivery_id: str, *, outbound: Outbound) -> None:
    """Make one attempt, if one is due and nobody else is making it. Failure is a value on the row, never raised."""
    attempt = _claim(delivery_id)
    if attempt is None:
        return
    outcome = _send(attempt, outbound)
    _record(attempt, outcome)


def message_body(event: Event) -> bytes:
    """The same bytes on every attempt, whichever database kept the event and in whatever order."""
    head = json.dumps({"type": event.type, "timestamp": iso(event.created_at)}, separators=(",", ":"))
    data = json.dumps(event.data, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f'{head[:-1]},"data":{data}}}'.encode()


def _claim(delivery_id: str) -> Attempt | None:
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
        return _attempt_or_end(delivery, token)


def _attempt_or_end(delivery: Delivery, token: str) -> Attempt | None:
    """What to send; or None, and the delivery has ended, where nothing must be sent any more."""
    if delivery.endpoint is not None and delivery.endpoint.status != "enabled":
        _end(delivery, "The endpoint is disabled.")
        return None
    if delivery.attempts > ATTEMPTS_MAX:
        _end(delivery, "The last attempt was cut short.")
        return None
    merchant = db.session.get_one(Merchant, delivery.merchant_id)
    return Attempt(
        delivery_id=delivery.id,
        claim=token,
        number=delivery.attempts,
        event_id=delivery.event_id,
        url=delivery.url,
        secrets=secrets_of(delivery.endpoint) if delivery.endpoint else (merchant.webhook_signing_secret,),
        body=message_body(delivery.event),
        started_at=now(),
    )


def _end(delivery: Delivery, error: str) -> None:
    delivery.status, delivery.claim, delivery.next_attempt_at, delivery.error = "failed", None, None, error
    delivery.attempts -= 1  # none was made


def _send(attempt: Attempt, outbound: Outbound) -> Outcome:
    timestamp = int(now().timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": attempt.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            sign(secret, attempt.event_id, timestamp, attempt.body) for secret in attempt.secrets
        ),
    }
    started = time.monotonic()
    try:
        answer = outbound.post(
            attempt.url,
            attempt.body,
            headers,
            timeout_seconds=POST_TIMEOUT_SECONDS,
            max_response_bytes=KEPT_RESPONSE_BYTES,
        )
    except OutboundFailure as error:
        return Outcome(time.monotonic() - started, headers, error=error.message)
    return Outcome(answer.seconds, headers, answer=answer, error=_complaint(answer))


def _complaint(answer: Answer) -> str | None:
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        return f"The server answered {answer.status}. Redirects are not followed."
    return f"The server answered {answer.status}."


def _record(attempt: Attempt, outcome: Outcome) -> None:
    """Write the outcome, if the claim is still ours."""
    values = _values(attempt, outcome)
    with transaction():
        recorded = db.session.execute(
            update(Delivery)
            .where(Delivery.id == attempt.delivery_id, Delivery.claim == attempt.claim, Delivery.status == "pending")
            .values(claim=None, **values)
        )
        if recorded.rowcount == 1:  # type: ignore[attr-defined]
            db.session.add(_log_row(attempt, outcome))
            note_outcome(attempt.delivery_id, is_delivered=outcome.is_delivered, is_gone=outcome.is_gone)
    log.info(
        "webhook.attempt",
        delivery_id=attempt.delivery_id,
        event_id=attempt.event_id,
        attempt=attempt.number,
        status=values["status"],
        response_status=values["response_status"],
        error=outcome.error,
    )


def _values(attempt: Attempt, outcome: Outcome) -> dict[str, Any]:
    moment, answer = now(), outcome.answer
    values: dict[str, Any] = {
        "response_status": answer.status if answer else None,
        "response_body": _as_text(answer.body) if answer else None,
        "duration_ms": round(outcome.seconds * 1000),
        "error": outcome.error,
    }
    if outcome.is_delivered:
        return values | {"status": "delivered", "delivered_at": moment, "next_attempt_at": None}
    retry_after = answer.headers.get("retry-after") if answer else None
    due = None if outcome.is_gone else next_attempt(attempt.number, moment, retry_after)
    return values | {"status": "failed" if due is None else "pending", "next_attempt_at": due}


def _as_text(body: bytes) -> str:
    """PostgreSQL keeps no NUL in text."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")


def _log_row(attempt: Attempt, outcome: Outcome) -> DeliveryAttempt:
    answer = outcome.answer
    return DeliveryAttempt(
        delivery_id=attempt.delivery_id,
        number=attempt.number,
        started_at=attempt.started_at,
        duration_ms=round(outcome.seconds * 1000),
        request_headers=outcome.headers,
        response_status=answer.status if answer else None,
        response_headers=_few(answer.headers) if answer else {},
        response_body=_as_text(answer.body) if answer else None,
        error=outcome.error,
    )


def _few(headers: Mapping[str, str]) -> dict[str, str]:
    """Enough to understand an answer; a server may send any number of any length."""
    return {name[:100]: _as_text(value[:500].encode()) for name, value in list(headers.items())[:KEPT_HEADERS]}
