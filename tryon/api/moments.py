"""A moment as callers give it, in a body or a query: ISO 8601 text with its time zone, and nothing else."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema


def _require_iso(value: Any) -> Any:
    """pydantic would also take a number, as seconds since 1970."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("Must be ISO 8601 with a time zone, as in 2026-03-24T18:00:00Z.")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("This moment is out of reach.") from error


GivenMoment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_require_iso),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
