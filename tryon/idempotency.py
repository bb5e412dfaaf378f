"""What became of requests that carry an Idempotency-Key: who may run one, and what its answer was.

`begin` decides by one INSERT (or, where a record is left over, one conditional UPDATE): whoever's statement changed
the row runs the request, everybody else sees the record. That holds for any number of processes on both databases.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Executable, String, Text, and_, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tryon.clock import now
from tryon.db import Model, UtcDateTime, db, transaction
from tryon.errors import IdempotencyInProgress, IdempotencyMismatch
from tryon.ids import random_text

KEEP = timedelta(hours=24)
"""How long an answer is given again."""
LEASE = timedelta(minutes=5)
"""A request that has run for longer has died with its process: the next one with its key runs in its place."""
_TRIES = 3


class IdempotencyRecord(Model):
    """One key, as one credential used it on one path."""

    __tablename__ = "idempotency_records"

    caller: Mapped[str] = mapped_column(String(60), primary_key=True)
    """The credential's owner: an API key's id, a shopper's id, "admin" or "handshake"."""
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    claim: Mapped[str] = mapped_column(String(20))
    """Names the one request that may write its answer here."""
    lease_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    """None while the request runs."""
    sealed_response: Mapped[str | None] = mapped_column(Text)
    """Headers and body, encrypted: an answer may hold a secret that is shown only once."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


@dataclass(frozen=True, slots=True)
class Request:
    """What makes two requests the same."""

    caller: str
    path: str
    key: str
    body_hash: str

    @property
    def is_this(self) -> ColumnElement[bool]:
        record = IdempotencyRecord
        return and_(record.caller == self.caller, record.path == self.path, record.key == self.key)


@dataclass(frozen=True, slots=True)
class Begun:
    """The caller is to do the work, and then to call `finish` or `abandon`."""

    request: Request
    claim: str


@dataclass(frozen=True, slots=True)
class Finished:
    """It was done before."""

    status: int
    sealed_response: str


def begin(request: Request) -> Begun | Finished:
    """Raises IdempotencyInProgress, IdempotencyMismatch."""
    for _ in range(_TRIES):
        moment, claim = now(), random_text(20)
        if _insert(request, claim, moment):
            return Begun(request, claim)
        record = db.session.execute(_columns(request)).one_or_none()
        if record is None:  # the first one failed and withdrew meanwhile
            continue
        is_old = record.created_at <= moment - KEEP
        if not is_old and record.body_hash != request.body_hash:
            raise IdempotencyMismatch
        if not is_old and record.status is not None:
            return Finished(record.status, record.sealed_response)
        if not is_old and record.lease_expires_at > moment:
            raise IdempotencyInProgress
        if _take_over(request, record.claim, claim, moment):
            return Begun(request, claim)
    raise IdempotencyInProgress


def finish(begun: Begun, status: int, sealed_response: str) -> None:
    """Keep the answer, unless the request ran for so long that another one has taken its place."""
    _change(update(IdempotencyRecord).where(_is_ours(begun)).values(status=status, sealed_response=sealed_response))


def abandon(begun: Begun) -> None:
    """Nothing came of it: the key is free again."""
    _change(delete(IdempotencyRecord).where(_is_ours(begun)))


def forget_old(moment: datetime, *, limit: int) -> int:
    """Delete up to `limit` records past their 24 hours; how many there were."""
    key = (IdempotencyRecord.caller, IdempotencyRecord.path, IdempotencyRecord.key)
    old = select(*key).where(IdempotencyRecord.created_at <= moment - KEEP).limit(limit)
    return _change(delete(IdempotencyRecord).where(tuple_(*key).in_(old)))


def _insert(request: Request, claim: str, moment: datetime) -> bool:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    record = {
        "caller": request.caller,
        "path": request.path,
        "key": request.key,
        "body_hash": request.body_hash,
        "claim": claim,
        "lease_expires_at": moment + LEASE,
        "created_at": moment,
    }
    insert = dialect.insert(IdempotencyRecord).values(record).on_conflict_do_nothing()
    with transaction():
        return db.session.scalar(insert.returning(IdempotencyRecord.claim)) == claim


def _take_over(request: Request, old_claim: str, claim: str, moment: datetime) -> bool:
    fresh = {
        "body_hash": request.body_hash,
        "claim": claim,
        "lease_expires_at": moment + LEASE,
        "status": None,
        "sealed_response": None,
        "created_at": moment,
    }
    is_theirs = and_(request.is_this, IdempotencyRecord.claim == old_claim)
    return _change(update(IdempotencyRecord).where(is_theirs).values(fresh)) == 1


def _columns(request: Request) -> Executable:
    record = IdempotencyRecord
    return select(
        record.body_hash, record.claim, record.lease_expires_at, record.status, record.sealed_response,
        record.created_at,
    ).where(request.is_this)  # fmt: skip


def _is_ours(begun: Begun) -> ColumnElement[bool]:
    return and_(begun.request.is_this, IdempotencyRecord.claim == begun.claim)


def _change(statement: Executable) -> int:
    """The rows that it changed, committed."""
    with transaction():
        result = db.session.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        return result.rowcount
