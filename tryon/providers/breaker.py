"""A breaker for each account at a provider: a dead key must not cost every shopper a time-out.

It is a row, so every worker on every machine knows the same. It opens at once where the account is refused, after
several failures in a row where the provider is in trouble, and for as long as the provider asks where it is called too
often. After a pause that grows exactly one try-on finds out whether it works again. The owner of the key hears once
that it opened, and once that it closed; another key begins with a closed one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.engines.errors import EngineError, EngineMisconfigured, EngineRefusal, EngineTimeout
from tryon.engines.hosted.failures import FAILURES
from tryon.fixed import Fixed
from tryon.jobqueue import JobQueue
from tryon.logs import get_logger
from tryon.providers.models import OPERATOR, EngineBreaker
from tryon.providers.standing import CLOSED, BreakerState, standing_of, state_of_row
from tryon.straight import read_one
from tryon.webhooks.emit import emit

AT_ONCE = frozenset({"key_invalid", "key_forbidden", "billing_off", "region_closed", "model_gone"})
"""One is enough: asking again gives the same answer."""
PAUSES = frozenset({"quota_used_up", "rate_limited"})
"""The provider wants to be left alone for a while."""
OURS = frozenset({"before_asking"})
"""No time was left to ask: nothing was learned."""
FAILURES_MAX, FAILURES_WITHIN = 3, timedelta(minutes=10)
"""In a row, of any other kind, before it opens."""
TIMEOUT_COUNTS = 2
"""So many, for it costs a shopper most."""
KEY_PAUSE, KEY_PAUSE_MAX = timedelta(minutes=5), timedelta(hours=1)
PROVIDER_PAUSE, PROVIDER_PAUSE_MAX = timedelta(seconds=15), timedelta(minutes=10)
ASKED_PAUSE_MAX = timedelta(hours=6)
"""Longest that a provider's own wish is followed without asking."""
PROBE_LEASE = timedelta(minutes=3)
"""A probe that has not told anything for so long was lost: another try-on may find out."""
WORTH_TELLING = timedelta(seconds=60)
"""A shorter pause that passes by itself is not told."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """One key at one provider."""

    owner: str
    """A merchant's id, or operator."""
    engine: str
    fingerprint: str


def state_of(merchant_id: str, engine: str) -> BreakerState:
    """How the merchant's own key for that engine stands; closed where there is none."""
    standing = standing_of(merchant_id)
    key = standing.keys.get(engine)
    if key is None:
        return CLOSED
    return state_of_row(standing.read_breakers().get((merchant_id, engine)), key.fingerprint, now())


def take_probe(account: Account, generation_id: str) -> bool:
    """Whether this try-on is the one that finds out; the one that already does may ask again."""
    moment = now()
    free = or_(
        EngineBreaker.probe_until.is_(None),
        EngineBreaker.probe_until <= moment,
        EngineBreaker.probe_by == generation_id,
    )
    with transaction():
        taken = db.session.execute(
            update(EngineBreaker)
            .where(*_is(account), EngineBreaker.opened_at.is_not(None), EngineBreaker.retry_at <= moment, free)
            .values(probe_by=generation_id, probe_until=moment + PROBE_LEASE)
            .execution_options(synchronize_session=False)
        )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def note_success(account: Account, *, queue: JobQueue) -> None:
    """It works: forget what failed before, and tell whoever heard of it."""
    if read_one(_TROUBLED, owner=account.owner, engine=account.engine) is None:
        return
    with transaction():
        row = _hold(account)
        if row is None or not _is_current(account):
            return
        was_told, opened_at, reason = row.told_at, row.opened_at, row.reason
        _reset(row, account.fingerprint)
        if opened_at is not None:
            log.info("breaker.closed", owner=account.owner, engine=account.engine, was=reason)
        if was_told is not None:
            _tell(account, "engine.recovered", {"reason": reason, "unavailable_since": iso(opened_at)}, queue)


def note_failure(account: Account, error: EngineError, *, generation_id: str, queue: JobQueue) -> None:
    """What a call came to, if it says anything about the account: a refusal of the pictures says that it works."""
    if isinstance(error, EngineRefusal):
        if error.reason in FAILURES:
            note_success(account, queue=queue)
        else:
            let_go(account, generation_id)
        return
    if error.reason in OURS:
        let_go(account, generation_id)
        return
    with transaction():
        row = _hold_or_make(account)
        if not _is_current(account):
            return
        if row.key_fingerprint != account.fingerprint:
            _reset(row, account.fingerprint)
        _count(row, error)
        if row.opened_at is not None or _is_enough(row):
            _open(row, account, error, queue)


def let_go(account: Account, generation_id: str) -> None:
    """The probe learned nothing: another one may find out at once."""
    with transaction():
        db.session.execute(
            update(EngineBreaker)
            .where(*_is(account), EngineBreaker.probe_by == generation_id)
            .values(probe_by=None, probe_until=None)
            .execution_options(synchronize_session=False)
        )


def _count(row: EngineBreaker, error: EngineError) -> None:
    moment = now()
    if row.failing_since is None or moment - row.failing_since > FAILURES_WITHIN:
        row.failures, row.failing_since = 0, moment
    row.failures += TIMEOUT_COUNTS if isinstance(error, EngineTimeout) else 1
    row.reason = error.reason or error.code
    row.merchant_message = error.merchant_message


def _is_enough(row: EngineBreaker) -> bool:
    return row.reason in AT_ONCE | PAUSES or row.failures >= FAILURES_MAX


def _open(row: EngineBreaker, account: Account, error: EngineError, queue: JobQueue) -> None:
    """Or stay open: what was under way when it opened lengthens no pause, what found out does."""
    moment = now()
    is_new = row.opened_at is None
    if not is_new and row.retry_at is not None and row.retry_at > moment:
        return
    row.openings += 1
    pause = _pause(row, error)
    row.opened_at, row.retry_at = row.opened_at or moment, moment + pause
    row.probe_by = row.probe_until = None
    log.warning(
        "breaker.open", owner=account.owner, engine=account.engine, reason=row.reason, seconds=pause.total_seconds()
    )
    is_serious = is_the_keys_fault(row.reason, error) or pause >= WORTH_TELLING or row.openings > 1
    if is_serious and row.told_at is None:
        row.told_at = moment
        data = {"reason": row.reason, "message": row.merchant_message, "retry_at": iso(row.retry_at)}
        _tell(account, "engine.unavailable", data, queue)


def is_the_keys_fault(reason: str, error: EngineError) -> bool:
    """Whether only the key's owner can mend it."""
    known = FAILURES.get(reason)
    return known.fault == "key" if known else isinstance(error, EngineMisconfigured)


def _pause(row: EngineBreaker, error: EngineError) -> timedelta:
    if error.retry_after_seconds is not None and row.reason in PAUSES:
        return min(ASKED_PAUSE_MAX, timedelta(seconds=max(1.0, error.retry_after_seconds)))
    first, longest = (PROVIDER_PAUSE, PROVIDER_PAUSE_MAX)
    if is_the_keys_fault(row.reason, error):
        first, longest = KEY_PAUSE, KEY_PAUSE_MAX
    return min(longest, first * 2 ** min(row.openings - 1, 10))


def _tell(account: Account, type: str, data: Mapping[str, Any], queue: JobQueue) -> None:
    """Of the operator's own accounts the log tells."""
    if account.owner != OPERATOR:
        emit(account.owner, type, {"engine": account.engine, **data}, queue=queue)


def _is(account: Account) -> tuple[Any, ...]:
    return (
        EngineBreaker.owner == account.owner,
        EngineBreaker.engine == account.engine,
        EngineBreaker.key_fingerprint == account.fingerprint,
    )


def _hold(account: Account) -> EngineBreaker | None:
    """The row, locked until the end of the transaction; it may be of an earlier key."""
    mine = select(EngineBreaker).filter_by(owner=account.owner, engine=account.engine).with_for_update()
    return db.session.scalar(mine.execution_options(populate_existing=True))


def _hold_or_make(account: Account) -> EngineBreaker:
    is_postgres = db.engine.dialect.name == "postgresql"
    insert = postgresql.insert(EngineBreaker) if is_postgres else sqlite.insert(EngineBreaker)
    fresh = {"owner": account.owner, "engine": account.engine, "key_fingerprint": account.fingerprint}
    new = insert.values(failures=0, openings=0, reason="", merchant_message="", **fresh)
    db.session.execute(new.on_conflict_do_nothing())
    row = _hold(account)
    assert row is not None
    return row


def _is_current(account: Account) -> bool:
    """A call with a key that was replaced meanwhile says nothing about the one that is there now."""
    if account.owner == OPERATOR:
        return True
    key = standing_of(account.owner).keys.get(account.engine)
    return key is not None and key.fingerprint == account.fingerprint


def _reset(row: EngineBreaker, fingerprint: str) -> None:
    row.key_fingerprint = fingerprint
    row.failures = row.openings = 0
    row.failing_since = row.opened_at = row.retry_at = row.probe_by = row.probe_until = row.told_at = None
    row.reason = row.merchant_message = ""


_TROUBLED = Fixed(
    select(EngineBreaker.owner).where(
        EngineBreaker.owner == bindparam("owner"),
        EngineBreaker.engine == bindparam("engine"),
        or_(EngineBreaker.failures > 0, EngineBreaker.opened_at.is_not(None)),
    )
)
