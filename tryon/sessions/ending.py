"""The end of a session, whatever it was: the row, the merchant's event and the callback, in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.jobqueue import JobQueue
from tryon.sessions.models import IDLE, TryOnSession
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
    """In the caller's transaction. The merchant hears once of each session, even if a shopper tries on again.

    What was completed once stays completed, whatever becomes of a further try.
    """
    session.error_code = error["code"] if error else None
    session.error_message = error["message"] if error else None
    if session.completed_at is not None:
        session.status = "completed"
        return
    session.status, session.completed_at = status, now()
    payload = describe_end(session, result=result, error=error)
    if status in EVENTS:
        emit(session.merchant_id, EVENTS[status], payload, queue=queue, shopper_id=session.shopper_id)
    if session.callback_url:
        told = session.merchant, session.id, session.callback_url, f"session.{status}", payload
        emit_callback(*told, queue=queue, shopper_id=session.shopper_id)


def expire_session(session_id: str, moment: datetime, *, queue: JobQueue) -> bool:
    """End it if nothing is being made and its time is up; True if this call did.

    A session with a try under way is left alone until that try has ended.
    """
    with transaction():
        session = lock_session(session_id)
        if session is None or session.status not in IDLE or moment < session.expires_at:
            return False
        end_session(session, "expired", queue=queue)
    return True


def lock_session(session_id: str) -> TryOnSession | None:
    """As it stands now, inside a transaction: of two that would end it, one comes after the other."""
    wanted = select(TryOnSession).where(TryOnSession.id == session_id).with_for_update(of=TryOnSession)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def describe_end(
    session: TryOnSession, *, result: dict[str, Any] | None, error: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "status": session.status,
        "product_id": session.requested_product_id,
        "category": session.present_category,
        "merchant_reference": session.merchant_reference,
        "metadata": session.extra,
        "created_at": iso(session.created_at),
        "launched_at": iso(session.launched_at),
        "completed_at": iso(session.completed_at),
        "result": result,
        "error": error,
    }
