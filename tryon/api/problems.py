"""Errors as problem details (RFC 9457) with a stable `code`: the shape of the partner and sessions surfaces."""

from http import HTTPStatus

from flask import Response, g, json
from pydantic import Field

from tryon.api.answers import Answer
from tryon.api.errors import Failure


class Detail(Answer):
    path: str = Field(description="Which field, dotted, as in product.image_urls.0.")
    message: str


class PhotoCheck(Answer):
    """One thing looked for in a shopper's photo."""

    code: str = Field(examples=["facing_camera"])
    ok: bool
    message: str = Field(description="A sentence for the shopper where it failed; else empty.")


class Problem(Answer):
    """What went wrong, after RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="Stable, for machines.")
    detail: str = Field(description="A sentence, for people.")
    request_id: str | None
    reason: str = Field(
        default="", description="With 401: `missing`, `not_found`, `inactive`, `expired` or `over_limit`."
    )
    model_studio_url: str = Field(
        default="", description="With `model_required`: where the shopper gives a photo of themselves."
    )
    checks: list[PhotoCheck] = Field(
        default=[], description="With a photo that can't be used: everything that was looked for."
    )
    replacements: list[str] = Field(
        default=[], description="With `google_model_retired`: models to choose instead, the best first."
    )
    details: list[Detail] = Field(default=[], description="One for each field that is not valid.")


def answer_problem(failure: Failure) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "code": failure.code,
        "detail": failure.message,
        "request_id": g.get("request_id"),
        **failure.members,
    }
    if failure.reason is not None:
        body["reason"] = failure.reason
    if failure.details:
        body["details"] = [{"path": field.path, "message": field.message} for field in failure.details]
    response = Response(json.dumps(body), status=failure.status, content_type="application/problem+json")
    response.headers.update(failure.headers)
    return response
