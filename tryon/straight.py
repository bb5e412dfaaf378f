"""Asking and changing by `Fixed` statements, on the driver's own connection: for what every request does.

A question outside of a `transaction()` has a connection of its own that begins no transaction: one trip to the
database instead of three, and the session is not even made. Inside, both use the session's connection, so what was
changed is seen and stands or falls with the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager
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
        made = question.made_for(connection.dialect, tuple(given))
        with _told_as_sqlalchemy_does(made, connection, connection.dialect):
            return _rows(connection.connection.dbapi_connection, made, given)
    readers = _readers()
    made = question.made_for(readers.dialect, tuple(given))
    reader = readers.raw_connection()
    try:
        with _told_as_sqlalchemy_does(made, reader, readers.dialect):
            return _rows(reader.dbapi_connection, made, given)
    finally:
        reader.close()


def read_one(question: Fixed, **given: Any) -> Any:
    """The row, or None. Of several it is the first."""
    rows = read(question, **given)
    return rows[0] if rows else None


def write(change: Fixed, *rows: dict[str, Any]) -> Changed:
    """Inside a `transaction()`; several rows of one INSERT at once. What the session still holds back is written
    first; objects it has read do not learn of the change."""
    connection = changing_connection()
    made = change.made_for(connection.dialect, tuple(rows[0]))
    with _told_as_sqlalchemy_does(made, connection, connection.dialect):
        cursor = connection.connection.cursor()
        if len(rows) > 1:
            cursor.executemany(made.text, [made.bind(row) for row in rows])
        else:
            cursor.execute(made.text, made.bind(rows[0]))
        given = cursor.fetchone() if made.row else None
        count = cursor.rowcount
        cursor.close()  # SQLite counts the rows of a RETURNING only when they have been fetched
    return Changed(count, None if given is None or made.row is None else made.row(given))


def _rows(connection: Any, made: Made, given: dict[str, Any]) -> list[Any]:
    assert made.row is not None
    cursor = connection.cursor()
    cursor.execute(made.text, made.bind(given))
    rows = [made.row(row) for row in cursor.fetchall()]
    cursor.close()
    return rows


@contextmanager
def _told_as_sqlalchemy_does(made: Made, used: Connection | PoolProxiedConnection, dialect: Dialect) -> Iterator[None]:
    """Whoever catches IntegrityError or OperationalError need not know of this module; a cut connection is dropped,
    and with it its neighbours."""
    try:
        yield
    except dialect.loaded_dbapi.Error as error:
        own = used.connection if isinstance(used, Connection) else used
        is_cut = dialect.is_disconnect(error, own.dbapi_connection, None)  # type: ignore[arg-type]
        if is_cut:
            used.invalidate(error)
            (db.engine if isinstance(used, Connection) else _readers()).dispose()
        raise DBAPIError.instance(
            made.text, None, error, dialect.loaded_dbapi.Error, connection_invalidated=is_cut, dialect=dialect
        ) from error


def _readers() -> Engine:
    found: Engine = current_app.extensions["tryon_readers"]
    return found
