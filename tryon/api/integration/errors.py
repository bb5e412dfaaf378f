"""The usage integration surface's shape for what goes wrong: {success: false, error}."""

from typing import Literal

from flask import Response, json

from tryon.api.answers import Answer
from tryon.api.errors import Failure


class IntegrationError(Answer):
    """What went wrong."""

    success: Literal[False]
    error: str


def answer_integration_error(failure: Failure) -> Response:
    named = "; ".join(f"{field.path}: {field.message}" for field in failure.details)
    body = {"success": False, "error": f"{failure.message} {named}".strip()}
    response = Response(json.dumps(body), status=failure.status, content_type="application/json")
    response.headers.update(failure.headers)
    return response
