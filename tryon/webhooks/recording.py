"""Writing down what became of an attempt: on the delivery, in its log, and on the endpoint's health."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.logs import get_logger
from tryon.outbound import Answer
from tryon.webhooks.claiming import Attempt
from tryon.webhooks.health import note_outcome
from tryon.webhooks.locking import lock_endpoint
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event, WebhookEndpoint
from tryon.webhooks.schedule import next_attempt
from tryon.webhooks.sending import Outcome

KEPT_HEADERS = 30

log = get_logger(__name__)


def record(attempt: Attempt, outcome: Outcome) -> None:
    """Write the outcome, if the claim is still ours."""
    with transaction():
        endpoint = lock_endpoint(attempt.endpoint_id) if attempt.endpoint_id else None  # before the delivery
        db.session.execute(select(Delivery.id).where(Delivery.id == attempt.delivery_id).with_for_update())
        kept = None if _is_stripped(attempt.event_id) else outcome.answer
        values = _values(attempt, outcome, kept, may_retry=endpoint is None or endpoint.status == "enabled")
        recorded = db.session.execute(
            update(Delivery)
            .where(Delivery.id == attempt.delivery_id, Delivery.claim == attempt.claim, Delivery.status == "pending")
            .values(claim=None, **values)
        )
        if recorded.rowcount == 1:  # type: ignore[attr-defined]
            db.session.add(_log_row(attempt, outcome, kept))
            if endpoint is not None:
                _note_health(endpoint, attempt, outcome)
    log.info(
        "webhook.attempt",
        delivery_id=attempt.delivery_id,
        event_id=attempt.event_id,
        attempt=attempt.number,
        status=values["status"],
        response_status=values["response_status"],
        error=outcome.error,
    )


def _is_stripped(event_id: str) -> bool:
    """Asked while the delivery's row is held: whoever erases the person has done it by now, or comes after us."""
    return db.session.scalar(select(Event.stripped_at).where(Event.id == event_id)) is not None


def _note_health(endpoint: WebhookEndpoint, attempt: Attempt, outcome: Outcome) -> None:
    note_outcome(endpoint, started_at=attempt.started_at, is_delivered=outcome.is_delivered, is_gone=outcome.is_gone)


def _values(attempt: Attempt, outcome: Outcome, kept: Answer | None, *, may_retry: bool) -> dict[str, Any]:
    moment, answer = now(), outcome.answer
    values: dict[str, Any] = {
        "response_status": answer.status if answer else None,
        "response_body": _as_text(kept.body) if kept else None,
        "duration_ms": round(outcome.seconds * 1000),
        "error": outcome.error,
    }
    if outcome.is_delivered:
        return values | {"status": "delivered", "delivered_at": moment, "next_attempt_at": None}
    retry_after = answer.headers.get("retry-after") if answer else None
    is_last = outcome.is_gone or not may_retry
    due = None if is_last else next_attempt(attempt.number, moment, retry_after)
    return values | {"status": "failed" if due is None else "pending", "next_attempt_at": due}


def _as_text(body: bytes) -> str:
    """PostgreSQL keeps no NUL in text."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")


def _log_row(attempt: Attempt, outcome: Outcome, kept: Answer | None) -> DeliveryAttempt:
    answer = outcome.answer
    return DeliveryAttempt(
        delivery_id=attempt.delivery_id,
        number=attempt.number,
        started_at=attempt.started_at,
        duration_ms=round(outcome.seconds * 1000),
        request_headers=outcome.headers,
        response_status=answer.status if answer else None,
        response_headers=_few(kept.headers) if kept else {},
        response_body=_as_text(kept.body) if kept else None,
        error=outcome.error,
    )


def _few(headers: Mapping[str, str]) -> dict[str, str]:
    """Enough to understand an answer; a server may send any number of any length."""
    return {name[:100]: _as_text(value[:500].encode()) for name, value in list(headers.items())[:KEPT_HEADERS]}
