"""Lists in pages: newest first by id (ids sort by birth), with an opaque cursor that names the last one seen."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from tryon.db import db
from tryon.errors import FieldProblem, InvalidRequest

LIMIT_DEFAULT, LIMIT_MAX = 50, 200

Row = TypeVar("Row")


def page_of(query: Select[Row], column: InstrumentedAttribute[str]) -> tuple[Sequence[Row], str | None]:
    """One page of `query`, newest first, and the cursor of the next one; `limit` and `cursor` come from the query."""
    limit, after = _read_limit(), _read_cursor()
    query = query.order_by(column.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(column < after)
    rows = db.session.scalars(query).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], _write_cursor(getattr(rows[limit - 1], column.key))


def as_list(rows: list[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    return {"data": rows, "next_cursor": next_cursor, "has_more": next_cursor is not None}


def _read_limit() -> int:
    text = request.args.get("limit", str(LIMIT_DEFAULT))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LIMIT_MAX:
        problem = FieldProblem("limit", f"A whole number from 1 to {LIMIT_MAX}.")
        raise InvalidRequest("The limit is not valid.", details=[problem])
    return int(text)


def _read_cursor() -> str | None:
    text = request.args.get("cursor")
    if not text:
        return None
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        problem = FieldProblem("cursor", "Use next_cursor of the page before.")
        raise InvalidRequest("The cursor is not valid.", details=[problem]) from error


def _write_cursor(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
