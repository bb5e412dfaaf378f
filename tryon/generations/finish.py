"""The end of a generation: row, credit, session and webhooks in ONE transaction, and only by the run that owns it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.errors import EngineError, EngineUnavailable
from tryon.generations.making import Made
from tryon.generations.models import Generation
from tryon.generations.telling import describe_job, newest_session_of, tell_merchant
from tryon.jobqueue import JobQueue
from tryon.sessions.ending import end_session
from tryon.sessions.launching import let_shopper_try_again
from tryon.sessions.models import TryOnSession
from tryon.storage.links import MediaLinks
from tryon.usage.counting import count_usage
from tryon.usage.credits import give_back, spend

ATTEMPTS_MAX = 3
RETRY_AFTER = timedelta(seconds=5)
WEBHOOK_LINK_LIFETIME = timedelta(days=7)
"""The retries of a delivery span three days; the address in it must outlive them."""

PHOTO_CODES = frozenset(
    {
        "no_person_found",
        "several_people",
        "pose_not_supported",
        "content_blocked",
        "engine_low_quality",
        "photo_gone",
        "consent_required",
    }
)
"""What another photo may mend: the shopper may try again in the same session."""


def succeed(
    generation_id: str,
    claim: str,
    made: Made,
    result_key: str,
    *,
    links: MediaLinks,
    queue: JobQueue,
    settings: Settings,
) -> bool:
    """Complete it. False if this run no longer owns the row; then nothing has changed."""
    moment, result = now(), made.result
    values = {
        "status": "completed",
        "stage": "completed",
        "progress": 100,
        "result_key": result_key,
        "engine": result.engine,
        "engine_version": result.engine_version,
        "engine_model": result.model or None,
        "fallback_from": made.fallback_from,
        "fallback_reason": made.fallback_reason,
        "scores": dict(result.scores),
        "seconds": dict(result.seconds),
        "completed_at": moment,
    }
    with transaction():
        generation = _take(generation_id, claim, values)
        if generation is None:
            return False
        generation.expires_at = moment + timedelta(days=generation.keep_days or settings.result_keep_days)
        if generation.billed_to == "credit":
            spend(generation.merchant_id, generation.id)
        if generation.is_billable:
            count_usage(generation.merchant_id, "try_on", settings=settings, queue=queue)
        image_url = links.url(result_key, moment, lifetime=WEBHOOK_LINK_LIFETIME)
        tell_merchant(generation, "tryon.job.completed", describe_job(generation, image_url=image_url), queue)
        session = newest_session_of(generation)
        if session is not None:
            end_session(session, "completed", queue=queue, result={"image_url": image_url, "job_id": generation.id})
    return True


def fail(generation_id: str, claim: str, error: EngineError, *, queue: JobQueue) -> str:
    """Fail it, or put it back into the queue where trying again may help. Returns what was done."""
    generation = db.session.get_one(Generation, generation_id, populate_existing=True)
    db.session.commit()
    if isinstance(error, EngineUnavailable) and generation.attempts < ATTEMPTS_MAX:
        return _try_again_later(generation_id, claim)
    return _fail_now(generation_id, claim, error, queue=queue)


def fail_lost(generation_id: str, claim: str | None, *, queue: JobQueue) -> None:
    """Give up on a generation whose worker was lost too often."""
    _fail_now(generation_id, claim, EngineError(reason="worker_lost"), queue=queue)


def _try_again_later(generation_id: str, claim: str) -> str:
    values = {"status": "queued", "stage": "queued", "progress": 0, "claim": None}
    with transaction():
        taken = _take(generation_id, claim, values | {"lease_expires_at": now() + RETRY_AFTER})
    return "requeued" if taken is not None else "skipped"


def _fail_now(generation_id: str, claim: str | None, error: EngineError, *, queue: JobQueue) -> str:
    values = {
        "status": "failed",
        "stage": "failed",
        "error_code": error.code,
        "error_message": error.message,
        "error_is_permanent": error.permanent,
        "completed_at": now(),
    }
    with transaction():
        generation = _take(generation_id, claim, values)
        if generation is None:
            return "skipped"
        give_back(generation.merchant_id, generation.id)
        tell_merchant(generation, "tryon.job.failed", describe_job(generation), queue)
        session = newest_session_of(generation)
        if session is not None:
            _tell_session(session, error, queue)
    return "failed"


def _take(generation_id: str, claim: str | None, values: dict[str, Any]) -> Generation | None:
    """The conditional UPDATE all endings share: exactly one run ever gets the row back."""
    changed = db.session.execute(
        update(Generation)
        .where(Generation.id == generation_id, Generation.claim == claim, Generation.status == "processing")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return None
    return db.session.get_one(Generation, generation_id, populate_existing=True)


def _tell_session(session: TryOnSession, error: EngineError, queue: JobQueue) -> None:
    if error.code in PHOTO_CODES or not error.permanent:
        let_shopper_try_again(session, code=error.code, message=error.message)
    else:
        end_session(session, "failed", queue=queue, error={"code": error.code, "message": error.message})
