"""Calling a generation off: the credit comes back, and whatever a worker still does for it changes nothing."""

from sqlalchemy import case, null, update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.generations.telling import describe_job, newest_session_of, tell_merchant
from tryon.jobqueue import JobQueue
from tryon.sessions.launching import let_shopper_try_again
from tryon.usage.credits import give_back

CANCELLED_CODE = "cancelled"
CANCELLED_MESSAGE = "This try-on was cancelled."


def cancel(generation: Generation, *, queue: JobQueue) -> bool:
    """Cancel it, unless it has ended. True if this call did; either way the row is then as the database has it.

    The conditional UPDATE is the same race that every ending runs: of a cancellation and a worker's last step exactly
    one finds the row unfinished. The worker that loses deletes its picture; the row goes on naming its run until the
    sweep has looked whether that was killed before it could.
    """
    with transaction():
        is_ours = _take(generation)
        db.session.refresh(generation)
        if is_ours:
            _settle(generation, queue)
    return is_ours


def _take(generation: Generation) -> bool:
    changed = db.session.execute(
        update(Generation)
        .where(Generation.id == generation.id, Generation.status.in_(("queued", "processing")))
        .values(
            status="cancelled",
            stage="cancelled",
            lease_expires_at=case((Generation.claim.is_(None), null()), else_=Generation.lease_expires_at),
            error_code=CANCELLED_CODE,
            error_message=CANCELLED_MESSAGE,
            error_is_permanent=True,
            completed_at=now(),
        )
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _settle(generation: Generation, queue: JobQueue) -> None:
    give_back(generation.merchant_id, generation.id)
    tell_merchant(generation, "tryon.job.failed", describe_job(generation), queue)
    session = newest_session_of(generation)
    if session is not None:
        let_shopper_try_again(session, code=CANCELLED_CODE, message=CANCELLED_MESSAGE)
