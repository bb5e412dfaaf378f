"""Asking and changing by `Fixed` statements, on the driver's own connection: for what every request does.

A question outside of a `transaction()` has a connection of its own that begins no transaction: one trip to the
database instead of three, and the session is not even made. Inside, both use the session's connection, so what was
changed is seen and stands or falls with the rest.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

from tryon.db import changing_connection, db, is_changing
from tryon.fixed import Fixed, Made


@dataclass(frozen=True, slots=True)
class Changed:
    count: int
    """Rows that the statement met."""
    row: Any
    """The first that it gave back; None where there was none."""


def install(app: Flask, **pool: Any) -> None:
    """`pool` is what its readers' connections may be, as `create_engine` takes it."""
    with app.app_context():
        engine = db.engine
        readers = create_engine(engine.url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **pool)
    app.extensions["tryon_readers"] = readers
    event.listen(engine, "engine_disposed", lambda _: readers.dispose())


def read(question: Fixed, **given: Any) -> list[Any]:
    """Rows, with names."""
    if is_changing():
        connection = changing_connection()
        return _rows(connection, connection.connection.dbapi_connection, connection.dialect, question, given)
    readers = _readers()
    reader = _reader_of(readers)
    try:
        return _rows(reader, reader.dbapi_connection, readers.dialect, question, given)
    finally:
        reader.close()


def _reader_of(readers: Engine) -> PoolProxiedConnection:
    base: Any = readers.dialect.loaded_dbapi.Error
    try:
        return readers.raw_connection()
    except base as error:  # the database is away: SQLAlchemy leaves that to whoever asks for a raw connection
        raise DBAPIError.instance(None, None, error, base, dialect=readers.dialect) from error


def read_one(question: Fixed, **given: Any) -> Any:
    """The row, or None. Of several it is the first."""
    rows = read(question, **given)
    return rows[0] if rows else None


def write(change: Fixed, *rows: dict[str, Any]) -> Changed:
    """Inside a `transaction()`; several rows of one INSERT at once. What the session still holds back is written
    first; objects it has read do not learn of the change."""
    return write_together((change, rows))[0]


def write_together(*changes: tuple[Fixed, Sequence[dict[str, Any]]]) -> list[Changed]:
    """The same for several changes, none of which needs to know what came of another: on PostgreSQL one trip, not one
    for each, so that locked rows are given free sooner."""
    connection = changing_connection()
    dialect, raw = connection.dialect, connection.connection.dbapi_connection
    made = [change.made_for(dialect, tuple(rows[0])) for change, rows in changes]
    begun = []
    try:
        with _one_trip(raw, dialect) if len(changes) > 1 else _EACH_ITS_OWN:
            for each, (_, rows) in zip(made, changes, strict=True):
                cursor = raw.cursor()  # type: ignore[union-attr]
                if len(rows) > 1:
                    cursor.executemany(each.text, [each.bind(row) for row in rows])
                else:
                    cursor.execute(each.text, each.bind(rows[0]))
                begun.append(cursor)
        return [_outcome(cursor, each) for cursor, each in zip(begun, made, strict=True)]
    except dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_tells_it(error, "; ".join(each.text for each in made), connection, dialect) from error


_EACH_ITS_OWN: AbstractContextManager[Any] = nullcontext()


def _one_trip(raw: Any, dialect: Dialect) -> AbstractContextManager[Any]:
    """psycopg's pipeline, where there is one."""
    pipeline = getattr(dialect.loaded_dbapi, "Pipeline", None)
    return raw.pipeline() if pipeline is not None and pipeline.is_supported() else _EACH_ITS_OWN


def _outcome(cursor: Any, made: Made) -> Changed:
    row = cursor.fetchone() if made.row else None
    count = cursor.rowcount
    cursor.close()
    return Changed(count, None if row is None or made.row is None else made.row(row))


def _rows(
    used: Connection | PoolProxiedConnection, raw: Any, dialect: Dialect, question: Fixed, given: dict[str, Any]
) -> list[Any]:
    made = question.made_for(dialect, tuple(given))
    assert made.row is not None
    try:
        cursor = raw.cursor()
        cursor.execute(made.text, made.bind(given))
        rows = cursor.fetchall()
        cursor.close()
    except dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_tells_it(error, made.text, used, dialect) from error
    return [made.row(row) for row in rows]


def _as_sqlalchemy_tells_it(
    error: Exception, said: str, used: Connection | PoolProxiedConnection, dialect: Dialect
) -> BaseException:
    """Whoever catches IntegrityError or OperationalError need not know of this module. A cut connection is dropped,
    and with it its neighbours."""
    base: Any = dialect.loaded_dbapi.Error
    own = used.connection if isinstance(used, Connection) else used
    is_cut = dialect.is_disconnect(error, own.dbapi_connection, None)  # type: ignore[arg-type]
    if is_cut:
        used.invalidate(error)
        (db.engine if isinstance(used, Connection) else _readers()).dispose()
    return DBAPIError.instance(said, None, error, base, connection_invalidated=is_cut, dialect=dialect)


def _readers() -> Engine:
    found: Engine = current_app.extensions["tryon_readers"]
    return found
