"""What routes answer with: pydantic schemas, so that the document and the bytes come from one place.

A field that was not given is left out of the JSON: give it a default to make it optional, and don't set it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from flask import Response
from pydantic import BaseModel, ConfigDict, PlainSerializer

from tryon.clock import iso

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]
"""ISO 8601, UTC, with Z."""


class Answer(BaseModel):
    model_config = ConfigDict(populate_by_name=True)


Row = TypeVar("Row", bound=Answer)


class Page(Answer, Generic[Row]):
    """One page of a list, newest first."""

    data: list[Row]
    next_cursor: str | None
    has_more: bool


def page(rows: Sequence[Row], next_cursor: str | None) -> Page[Row]:
    return Page(data=list(rows), next_cursor=next_cursor, has_more=next_cursor is not None)


def respond(answer: Answer | None, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """As JSON; None is `null`."""
    body = "null" if answer is None else answer.model_dump_json(by_alias=True, exclude_unset=True)
    response = Response(body, status, mimetype="application/json")
    if headers:
        response.headers.update(headers)
    return response
