"""Lists in pages: newest first by id (ids sort by birth), with an opaque cursor that names the last one seen."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from tryon.api.bodies import Query
from tryon.db import db
from tryon.errors import FieldProblem, InvalidRequest

LIMIT_DEFAULT, LIMIT_MAX = 50, 200

Row = TypeVar("Row")


class PageQuery(Query):
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT
    cursor: Annotated[str, Field(max_length=300, description="`next_cursor` of the page before.")] = ""


def page_of(
    rows: Select[Row], column: InstrumentedAttribute[str], query: PageQuery
) -> tuple[Sequence[Row], str | None]:
    """One page of `rows`, newest first, and the cursor of the next one."""
    rows = rows.order_by(column.desc()).limit(query.limit + 1)
    if query.cursor:
        rows = rows.where(column < _read_cursor(query.cursor))
    found = db.session.scalars(rows).all()
    if len(found) <= query.limit:
        return found, None
    return found[: query.limit], _write_cursor(getattr(found[query.limit - 1], column.key))


def _read_cursor(text: str) -> str:
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        problem = FieldProblem("cursor", "Use next_cursor of the page before.")
        raise InvalidRequest("The cursor is not valid.", details=[problem]) from error


def _write_cursor(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
