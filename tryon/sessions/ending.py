"""The end of a session, whatever it was: the row, the merchant's event and the callback, in one transaction."""

from typing import Any

from tryon.clock import iso, now
from tryon.jobqueue import JobQueue
from tryon.sessions.models import TryOnSession
from tryon.webhooks.emit import emit, emit_callback

EVENTS = {"completed": "session.completed", "failed": "session.failed", "expired": "session.expired"}


def end_session(
    session: TryOnSession,
    status: str,
    *,
    queue: JobQueue,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    """In the caller's transaction. The merchant hears once of each session, even if a shopper tries on again."""
    is_first_end = session.completed_at is None
    session.status = status
    session.completed_at = session.completed_at or now()
    session.error_code = error["code"] if error else None
    session.error_message = error["message"] if error else None
    if not is_first_end:
        return
    payload = describe_end(session, result=result, error=error)
    if status in EVENTS:
        emit(session.merchant_id, EVENTS[status], payload, queue=queue, shopper_id=session.shopper_id)
    if session.callback_url:
        type = f"session.{status}"
        emit_callback(session.merchant, session.callback_url, type, payload, queue=queue, shopper_id=session.shopper_id)


def describe_end(
    session: TryOnSession, *, result: dict[str, Any] | None, error: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "status": session.status,
        "product_id": session.requested_product_id,
        "category": session.category,
        "merchant_reference": session.merchant_reference,
        "metadata": session.extra,
        "created_at": iso(session.created_at),
        "launched_at": iso(session.launched_at),
        "completed_at": iso(session.completed_at),
        "result": result,
        "error": error,
    }
