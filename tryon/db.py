"""The database: the one `db` object, column types, and how a change is committed.

A change is made inside `transaction()`. It begins as a writer at once (SQLite would otherwise refuse to turn a
reader into a writer under load), commits at its end, and only then runs what `after_commit` was given: a job is
never enqueued for a row that nobody else can see yet.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Engine, MetaData, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

from tryon import turns

SQLITE_BUSY_TIMEOUT_MS = 15_000
RESTED_SECONDS = 5.0
"""A connection that nobody used for so long is asked whether it still stands before it is used again."""

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model  # made while running, so type checkers can't see that it is a Base


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite has no time zones: there it is kept without, and given back with, UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone must not reach the database.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


@dataclass(slots=True)
class _Change:
    """What is known of an open `transaction()`."""

    afterwards: list[Callable[[], None]]
    connection: Connection | None = None
    """The session's, kept at hand: asking the session takes as long as a short statement."""


_change: ContextVar[_Change | None] = ContextVar("change", default=None)


@contextmanager
def transaction() -> Iterator[None]:
    """One change, all or nothing. Inside another one it joins that one."""
    if is_changing():
        yield
        return
    if db.session.registry.has() and db.session().in_transaction():
        db.session.commit()  # end the reading transaction, so that the next one can begin as a writer
    change = _Change([])
    token = _change.set(change)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _change.reset(token)
        turns.give_up()
    for callback in change.afterwards:
        callback()


def is_changing() -> bool:
    """Whether a `transaction()` is open."""
    return _change.get() is not None


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` when the present transaction has been committed, never if it fails; at once outside of one."""
    change = _change.get()
    if change is None:
        callback()
    else:
        change.afterwards.append(callback)


def changing_connection() -> Connection:
    """The one in which the open `transaction()` is; what the session held back has been written to it."""
    change, session = _change.get(), db.session()
    assert change is not None
    session.flush()
    if change.connection is None or change.connection.closed:
        if db.engine.dialect.name == "sqlite":
            turns.take(db.engine)  # before a connection is: so one after the other has the same, with its warm cache
        change.connection = session.connection()
    return change.connection


def table_of(kind: type[Base]) -> Table:
    return cast(Table, kind.__table__)


Known = TypeVar("Known", bound=Base)


def known(kind: type[Known], id: str, **values: Any) -> Known:
    """The row of that id, which is known to be there, without reading it. What is not among `values` is read when
    somebody asks for it."""
    session, mapper = db.session(), kind.__mapper__
    key = mapper.identity_key_from_primary_key((id,))
    loaded: Any = session.identity_map.get(key)
    if loaded is not None:
        return cast(Known, loaded)
    row = mapper.class_manager.new_instance()
    state: Any = instance_state(row)
    values |= {"id": id}
    instance_dict(row).update(values)
    state.key = key
    state.expired_attributes.update(mapper.column_attrs.keys() - values.keys())
    session.add(row)
    return cast(Known, row)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if type(connection).__module__.partition(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # the driver's own transaction guessing off; `_begin_sqlite` says BEGIN
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "wal_autocheckpoint=4000",  # pages: what is written again and again is copied once, and synced less often
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    if is_changing():
        turns.take(connection.engine)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # waits for its turn, and may have to say that none came
    else:
        connection.connection.dbapi_connection.execute("BEGIN")  # can't fail; straight to the driver costs half


@event.listens_for(Pool, "checkout")
def _look_at_rested(connection: Any, record: ConnectionPoolEntry, proxy: Any) -> None:
    """A database server may have been restarted while a connection rested: then the pool makes a new one. Asking
    those in steady use as well would be one more trip for every request."""
    rested_since = record.info.get("rested_since")
    if rested_since is None or time.monotonic() - rested_since < RESTED_SECONDS:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.rollback()
    except connection.Error as error:
        raise DisconnectionError from error


@event.listens_for(Pool, "checkin")
def _note_rest(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rested_since"] = time.monotonic()
