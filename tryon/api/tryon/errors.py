"""The try-on surface's words for what goes wrong: {code, message, status, details?}."""

from flask import Response, json

from tryon.api.answers import Answer
from tryon.api.errors import Failure

CODES = {
    "invalid_request": "VALIDATION_FAILED",
    "invalid_json": "VALIDATION_FAILED",
    "unknown_product": "PRODUCT_NOT_FOUND",
    "unauthorized": "INVALID_API_KEY",
    "photo_gone": "IMAGE_NOT_FOUND",
    "model_required": "IMAGE_NOT_FOUND",
    "forbidden_address": "INVALID_IMAGE_INPUT",
    "internal": "INTERNAL",
}
"""Where this surface's word is not the domain's in capitals."""


class TryOnDetail(Answer):
    path: str
    message: str


class TryOnFailure(Answer):
    """What went wrong."""

    code: str
    message: str
    status: int
    details: list[TryOnDetail] = []


def code_of(code: str, reason: str | None = None) -> str:
    """The domain's code as this surface says it."""
    if code == "unauthorized" and reason == "missing":
        return "MISSING_API_KEY"
    return CODES.get(code, code.upper())


def answer_tryon_error(failure: Failure) -> Response:
    body: dict[str, object] = {
        "code": code_of(failure.code, failure.reason),
        "message": failure.message,
        "status": failure.status,
    }
    if failure.details:
        body["details"] = [{"path": field.path, "message": field.message} for field in failure.details]
    response = Response(json.dumps(body), status=failure.status, content_type="application/json")
    response.headers.update(failure.headers)
    return response
