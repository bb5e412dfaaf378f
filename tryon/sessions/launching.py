"""What moves a session on while it lives: its link is opened, a try-on begins, a try-on is turned down."""

from sqlalchemy import update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Gone
from tryon.jobqueue import JobQueue
from tryon.sessions.models import ENDED, TryOnSession
from tryon.webhooks.emit import emit


def mark_launched(session: TryOnSession, *, queue: JobQueue) -> None:
    """The shopper opened the link, for the first time; later openings change nothing."""
    with transaction():
        changed = db.session.execute(
            update(TryOnSession)
            .where(TryOnSession.id == session.id, TryOnSession.status == "ready")
            .values(status="launched", launched_at=now())
        )
        if changed.rowcount:  # type: ignore[attr-defined]
            data = {"session_id": session.id, "product_id": session.requested_product_id}
            emit(session.merchant_id, "session.launched", data, queue=queue, shopper_id=session.shopper_id)
    db.session.refresh(session)


def note_try(session: TryOnSession, *, generation_id: str, photo_id: str) -> None:
    """A try-on of this session was accepted. In the caller's transaction; Gone if the session is over."""
    moment = now()
    changed = db.session.execute(
        update(TryOnSession)
        .where(
            TryOnSession.id == session.id,
            TryOnSession.status.in_(("ready", "launched", "processing", "completed")),
            TryOnSession.expires_at > moment,
        )
        .values(
            status="processing",
            generation_id=generation_id,
            photo_id=photo_id,
            launched_at=session.launched_at or moment,
            error_code=None,
            error_message=None,
        )
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Gone("This try-on session is over.", code="session_over")


def let_shopper_try_again(session: TryOnSession, *, code: str, message: str) -> None:
    """The newest try was turned down for a reason another photo can mend: the session goes on, or stays completed."""
    if session.status not in ENDED:
        session.status = "launched" if session.completed_at is None else "completed"
        session.error_code, session.error_message = code, message
