"""Calling a whole session off: its link closes, whatever is being made for it is stopped, and the merchant is told."""

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Conflict
from tryon.generations.cancelling import cancel
from tryon.generations.models import Generation
from tryon.jobqueue import JobQueue
from tryon.sessions.ending import end_session, lock_session
from tryon.sessions.models import TryOnSession


def cancel_session(session: TryOnSession, *, queue: JobQueue) -> None:
    """Cancel it; once more changes nothing. Raises Conflict (session_over) where it has ended otherwise.

    The generation is taken before the session, as every ending does it: so none of two ever waits for the other's row.
    """
    while not _cancel_once(session, queue):
        pass  # a try began at this very moment: that one is stopped next


def _cancel_once(session: TryOnSession, queue: JobQueue) -> bool:
    with transaction():
        db.session.refresh(session)
        if session.status == "cancelled":
            return True
        _check_not_over(session)
        generation = db.session.get(Generation, session.generation_id) if session.generation_id else None
        if generation is not None:
            cancel(generation, queue=queue)
        lock_session(session.id)
        if session.status == "processing":
            return False
        if session.status != "cancelled":
            _check_not_over(session)
            end_session(session, "cancelled", queue=queue)
    return True


def _check_not_over(session: TryOnSession) -> None:
    status = session.status_at(now())
    if session.completed_at is not None or status == "expired":
        was = "completed" if status == "processing" else status
        raise Conflict(f"This session is over: it is {was}.", code="session_over")
