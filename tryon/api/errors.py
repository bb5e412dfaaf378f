"""Whatever goes wrong, as one plain value; each surface then says it in its own shape (`surfaces.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import HTTPException

from tryon.engines.errors import EngineError, EngineRefusal
from tryon.errors import FieldProblem, InvalidRequest, TryOnError, Unauthorized

RETRY_AFTER_SECONDS = 5

CODES = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "timeout",
    409: "conflict",
    413: "payload_too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    429: "rate_limited",
    431: "headers_too_large",
    503: "unavailable",
}
"""Of errors that the framework raises."""
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    414: "This address is too long.",
    415: "This content type can't be used here.",
    429: "Too many requests. Please slow down.",
    431: "The headers are too large.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    status: int
    code: str
    """Of the domain, in lower case; a surface may have another word for it."""
    message: str
    details: tuple[FieldProblem, ...] = ()
    reason: str | None = None
    """With 401: missing, not_found, inactive, expired or over_limit."""
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    """More that this one failure tells, as name and value."""


def failure_of(error: TryOnError | EngineError | HTTPException) -> Failure:
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, EngineError):
        return _of_engine(error)
    wait = error.retry_after_seconds
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if isinstance(error, Unauthorized):
        headers = {"WWW-Authenticate": "Bearer"}
        return Failure(error.status, error.code, error.message, reason=error.reason, headers=headers)
    details = error.details if isinstance(error, InvalidRequest) else ()
    return Failure(error.status, error.code, error.message, details, headers=headers, members=error.members)


def _of_engine(error: EngineError) -> Failure:
    if isinstance(error, EngineRefusal):
        return Failure(422, error.code, error.message)
    return Failure(503, error.code, error.message, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _of_framework(error: HTTPException) -> Failure:
    status = error.code or 500
    code = CODES.get(status, "internal" if status >= 500 else "invalid_request")
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Failure(status, code, _SENTENCES.get(status, error.description or error.name), headers=headers)
