"""Errors as problem details (RFC 9457) with a stable `code`: the shape of the partner and sessions surfaces."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, g, json

from tryon.engines.errors import EngineError, EngineRefusal
from tryon.errors import InvalidRequest, TryOnError, Unauthorized

RETRY_AFTER_SECONDS = 5


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": g.get("request_id"),
        **members,
    }
    response = Response(json.dumps(body), status=status, content_type="application/problem+json")
    response.headers.update(headers or {})
    return response


def problem_of(error: TryOnError | EngineError) -> Response:
    """Any error of ours, as this shape says it."""
    if isinstance(error, EngineError):
        return _engine_problem(error)
    if isinstance(error, Unauthorized):
        headers = {"WWW-Authenticate": "Bearer"}
        return problem(error.status, error.code, error.message, headers=headers, reason=error.reason)
    if isinstance(error, InvalidRequest) and error.details:
        details = [{"path": field.path, "message": field.message} for field in error.details]
        return problem(error.status, error.code, error.message, details=details)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if error.status == 503 else {}
    return problem(error.status, error.code, error.message, headers=headers)


def _engine_problem(error: EngineError) -> Response:
    if isinstance(error, EngineRefusal):
        return problem(422, error.code, error.message)
    return problem(503, error.code, error.message, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
