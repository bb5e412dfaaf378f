"""Telling a caller that the shape they use still works but will go (RFC 9745)."""

from datetime import UTC, datetime

from flask import Response, after_this_request

from tryon.wiring import tools

SINCE = datetime(2026, 11, 29, tzinfo=UTC)


def deprecation_headers(*, is_deprecated: bool) -> dict[str, str]:
    if not is_deprecated:
        return {}
    docs = f"{tools().settings.public_app_url}/docs"
    return {"Deprecation": f"@{int(SINCE.timestamp())}", "Link": f'<{docs}>; rel="deprecation"; type="text/html"'}


def announce_deprecation() -> None:
    """The answer to this request says it, also where the request is refused."""

    @after_this_request
    def add(response: Response) -> Response:
        response.headers.update(deprecation_headers(is_deprecated=True))
        return response
