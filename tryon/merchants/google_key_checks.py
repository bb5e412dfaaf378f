"""Asking Google whether a merchant's key works: when it is put in, and then once a day."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.gemini.kind import replacements_of
from tryon.engines.gemini.models import ModelCheck, check_model
from tryon.errors import GoogleKeyRefused
from tryon.jobqueue import DELIVERIES, JobQueue
from tryon.logs import get_logger
from tryon.masking import hide
from tryon.merchants.google_key import (
    CHECK_EVERY,
    change_google_key,
    check_shape,
    open_google_key,
    put_google_key,
    sealer_of,
)
from tryon.merchants.models import GoogleKey, Merchant
from tryon.outbound import Outbound

CODES = {
    "key_invalid": "google_key_invalid",
    "key_forbidden": "google_key_forbidden",
    "billing_off": "google_billing_off",
    "model_gone": "google_model_retired",
}
"""Of what Google says when the key can't make pictures."""
SECONDS_MAX = 8.0
CHECK_AGAIN = timedelta(hours=1)
"""After an answer that was not a good one: what was mended is noticed soon."""
JOB_LOST_AFTER = timedelta(minutes=10)
JOB_TIMEOUT_SECONDS = 60

log = get_logger(__name__)


def verify_and_put(
    merchant: Merchant, text: str, model: str | None, *, outbound: Outbound, settings: Settings
) -> GoogleKey:
    """Keep the key if Google accepts it, or can't be asked now: then it is checked again within the hour.

    Raises InvalidRequest for what can't be a key, GoogleKeyRefused for one that does not work; the earlier key stays.
    """
    check_shape(text, model)
    hide(text)
    db.session.commit()  # nothing is held while Google thinks
    found = _ask(text, model, outbound, settings)
    if found.state in CODES:
        raise GoogleKeyRefused(found.sentence, code=CODES[found.state], replacements=found.replacements)
    message = "" if found.state == "ok" else found.sentence
    return put_google_key(merchant, text, model, sealer=sealer_of(settings), state=found.state, message=message)


def enqueue_due_checks(moment: datetime, limit: int, *, queue: JobQueue) -> int:
    """For the sweep: each check is a job of its own, so that a slow answer holds up nothing."""
    due = select(GoogleKey.merchant_id).where(GoogleKey.next_check_at <= moment)
    ids = db.session.scalars(due.limit(limit)).all()
    for merchant_id in ids:
        with transaction():
            mine = update(GoogleKey).where(GoogleKey.merchant_id == merchant_id, GoogleKey.next_check_at <= moment)
            claimed = db.session.execute(
                mine.values(next_check_at=moment + JOB_LOST_AFTER).execution_options(synchronize_session=False)
            )
            if claimed.rowcount:  # type: ignore[attr-defined]
                job = "tryon.jobs.check_google_key"
                queue.enqueue_later(DELIVERIES, job, merchant_id, timeout_seconds=JOB_TIMEOUT_SECONDS)
    return len(ids)


def recheck(merchant_id: str, *, outbound: Outbound, settings: Settings) -> ModelCheck | None:
    """Ask again, and write down what Google said; None where there is no key, none that can be read, or another one
    meanwhile."""
    credential = open_google_key(merchant_id, sealer=sealer_of(settings))
    key = db.session.get(GoogleKey, merchant_id)
    if key is None:
        return None
    if credential is None:
        change_google_key(key, next_check_at=now() + CHECK_EVERY)
        return None
    db.session.commit()
    found = _ask(credential.secret, key.model, outbound, settings)
    was_fine = key.invalid_since is None
    if not change_google_key(key, **_changes(key, found)):
        return None
    if was_fine and found.state in CODES:
        log.warning("google_key.refused", merchant=merchant_id, state=found.state)
    return found


def warn_of_operators_key(*, outbound: Outbound, settings: Settings) -> ModelCheck:
    """What Google says of the operator's own key and model, into the log, while there is time to change them."""
    found = _ask(settings.gemini_api_key, None, outbound, settings)
    if found.state == "ok":
        log.info("gemini.ready", model=settings.gemini_model)
    else:
        names = {"replacements": ", ".join(found.replacements)} if found.replacements else {}
        log.warning(
            f"gemini.{found.state}",
            model=settings.gemini_model,
            message=found.sentence,
            setting="GEMINI_MODEL",
            **names,
        )
    return found


def _ask(text: str, model: str | None, outbound: Outbound, settings: Settings) -> ModelCheck:
    return check_model(
        outbound,
        base_url=settings.gemini_base_url,
        key=text,
        model=model or settings.gemini_model,
        seconds=SECONDS_MAX,
        replacements=replacements_of(settings),
    )


def _changes(key: GoogleKey, found: ModelCheck) -> dict[str, object]:
    moment = now()
    if found.state == "ok":
        return {
            "state": "ok", "message": "", "verified_at": moment, "invalid_since": None,
            "next_check_at": moment + CHECK_EVERY,
        }  # fmt: skip
    if found.state in CODES:
        return {
            "state": found.state, "message": found.sentence, "invalid_since": key.invalid_since or moment,
            "next_check_at": moment + CHECK_AGAIN,
        }  # fmt: skip
    return {"next_check_at": moment + CHECK_AGAIN}  # what was known stays known
