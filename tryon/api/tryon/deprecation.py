"""Telling a caller that the shape they use still works but will go (RFC 9745)."""

from datetime import UTC, datetime

from tryon.wiring import tools

SINCE = datetime(2026, 11, 29, tzinfo=UTC)


def deprecation_headers(*, is_deprecated: bool) -> dict[str, str]:
    if not is_deprecated:
        return {}
    docs = f"{tools().settings.public_app_url}/docs"
    return {"Deprecation": f"@{int(SINCE.timestamp())}", "Link": f'<{docs}>; rel="deprecation"; type="text/html"'}
