"""What a route may answer: its own answers, and the errors that any route of its surface may give."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from tryon.api.openapi.schemas import Components
from tryon.api.operations import AnswerKind, Media, Operation
from tryon.api.surfaces import Surface
from tryon.api.tryon.errors import code_of

HEADERS: dict[str, Any] = {
    "RequestId": {"description": "Names this request in our logs.", "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "RateLimitPolicy": {"description": 'For example `"default";q=600;w=60`.', "schema": {"type": "string"}},
    "RateLimit": {"description": 'For example `"default";r=599;t=42`.', "schema": {"type": "string"}},
    "IdempotencyReplayed": {
        "description": "`true` where this is the answer of an earlier request with the same Idempotency-Key.",
        "schema": {"type": "string"},
    },
}
_BODY_ERRORS = {413: ("payload_too_large",), 415: ("unsupported_media_type",)}
_IDEMPOTENCY_ERRORS = {409: ("idempotency_in_progress",), 422: ("idempotency_mismatch",)}


def error_models(surfaces: Iterable[Surface]) -> Iterator[type[BaseModel]]:
    yield from (surface.error_schema for surface in surfaces)


def answers_of(
    surface: Surface, given: Operation, components: Components, *, auth: str, method: str, has_parameters: bool
) -> dict[str, Any]:
    """By status, as OpenAPI wants them."""
    answers = {
        str(status): _answer(status, kind, components, may_be_null=given.may_be_null)
        for status, kind in sorted(given.answers.items())
    }
    errors = _errors(given, auth=auth, method=method, has_parameters=has_parameters)
    for status, codes in sorted(errors.items()):
        answers.setdefault(str(status), _error(surface, status, codes, components))
    return answers


def _answer(status: int, kind: AnswerKind, components: Components, *, may_be_null: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": _headers()}
    if isinstance(kind, Media):
        described["description"] = kind.description or described["description"]
        described["content"] = {kind.media_type: {"schema": {"type": "string"}}}
    elif kind is not None:
        schema: dict[str, Any] = components.ref(kind)
        if may_be_null:
            schema = {"anyOf": [schema, {"type": "null"}]}
        described["content"] = {"application/json": {"schema": schema}}
    return described


def _errors(given: Operation, *, auth: str, method: str, has_parameters: bool) -> dict[int, tuple[str, ...]]:
    """Those every such route may give, and the route's own."""
    errors: dict[int, tuple[str, ...]] = {429: ("rate_limited",), 500: ("internal",), 503: ("unavailable",)}
    has_body = given.body is not None or given.form is not None
    if has_body or given.query is not None or method == "POST":
        errors[400] = ("invalid_request",)
    if has_body:
        errors |= _BODY_ERRORS
    if auth != "none":
        errors[401] = ("unauthorized",)
        if method == "POST":
            errors |= _IDEMPOTENCY_ERRORS
    if auth == "publishable":
        errors[403] = ("origin_not_allowed",)
    if has_parameters:
        errors[404] = ("not_found",)
    return _joined(errors, given.errors)


def _joined(common: Mapping[int, tuple[str, ...]], own: Mapping[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    joined = dict(common)
    for status, codes in own.items():
        kept = tuple(code for code in common.get(status, ()) if code not in ("not_found", *codes))
        joined[status] = (*codes, *kept)
    return joined


def _error(surface: Surface, status: int, codes: tuple[str, ...], components: Components) -> dict[str, Any]:
    said = [code_of(code) if surface.name == "tryon" else code for code in codes]
    if surface.name == "tryon" and status == 401:
        said = ["MISSING_API_KEY", "INVALID_API_KEY"]
    named = "" if surface.name == "integration" else ": " + ", ".join(f"`{code}`" for code in said)
    return {
        "description": HTTPStatus(status).phrase + named,
        "headers": _headers(has_retry=status in (429, 503)),
        "content": {surface.error_media_type: {"schema": components.ref(surface.error_schema)}},
    }


def _headers(*, has_retry: bool = False) -> dict[str, Any]:
    headers = {
        "X-Request-Id": {"$ref": "#/components/headers/RequestId"},
        "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
        "RateLimit": {"$ref": "#/components/headers/RateLimit"},
    }
    if has_retry:
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    return headers
