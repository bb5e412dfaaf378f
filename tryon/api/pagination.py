"""Lists in pages: newest first by id (ids sort by birth), with an opaque cursor that names the last one seen."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from tryon.api.bodies import Query
from tryon.db import db
from tryon.errors import FieldProblem, InvalidRequest
from tryon.wiring import tools

LIMIT_DEFAULT, LIMIT_MAX = 50, 200
MARK_BYTES = 6
"""Of a cursor, to tell ours from others: a mistake should be named, not answered with a page from somewhere."""

Row = TypeVar("Row")


class PageQuery(Query):
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT
    cursor: Annotated[str, Field(max_length=300, description="`next_cursor` of the page before.")] = ""


def page_of(
    rows: Select[Row], column: InstrumentedAttribute[str], query: PageQuery
) -> tuple[Sequence[Row], str | None]:
    """One page of `rows`, newest first, and the cursor of the next one."""
    return _cut(db.session.scalars(_windowed(rows, column, query)).all(), column, query)


def rows_of(
    rows: Select[Any], column: InstrumentedAttribute[str], query: PageQuery
) -> tuple[Sequence[Any], str | None]:
    """The same for a query of several columns, of which `column` is one."""
    return _cut(db.session.execute(_windowed(rows, column, query)).all(), column, query)


def rows_of_any(
    several: Sequence[Select[Any]], column: InstrumentedAttribute[str], query: PageQuery
) -> tuple[Sequence[Any], str | None]:
    """The same for several queries of which each has an index of its own, while all together would have none."""
    found = [row for rows in several for row in db.session.execute(_windowed(rows, column, query))]
    found.sort(key=lambda row: getattr(row, column.key), reverse=True)
    return _cut(found[: query.limit + 1], column, query)


def _windowed(rows: Select[Any], column: InstrumentedAttribute[str], query: PageQuery) -> Select[Any]:
    """One row more than asked for tells whether there is another page."""
    rows = rows.order_by(column.desc()).limit(query.limit + 1)
    return rows.where(column < _read_cursor(query.cursor, column)) if query.cursor else rows


def _cut(
    found: Sequence[Row], column: InstrumentedAttribute[str], query: PageQuery
) -> tuple[Sequence[Row], str | None]:
    if len(found) <= query.limit:
        return found, None
    return found[: query.limit], _write_cursor(getattr(found[query.limit - 1], column.key), column)


def _read_cursor(text: str, column: InstrumentedAttribute[str]) -> str:
    """Only what `_write_cursor` wrote, and for this list, is taken."""
    try:
        value = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)[MARK_BYTES:]
        if hmac.compare_digest(_write_cursor(value.decode("ascii"), column).encode(), text.encode()):
            return value.decode("ascii")
    except (binascii.Error, UnicodeError):
        pass
    problem = FieldProblem("cursor", "Use next_cursor of the page before.")
    raise InvalidRequest("The cursor is not valid.", details=[problem])


def _write_cursor(value: str, column: InstrumentedAttribute[str]) -> str:
    key = hashlib.sha256(b"cursor:" + tools().settings.secret_key.encode()).digest()
    mark = hashlib.blake2b(f"{column}:{value}".encode(), key=key, digest_size=MARK_BYTES).digest()
    return base64.urlsafe_b64encode(mark + value.encode()).decode().rstrip("=")
