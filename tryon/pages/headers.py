"""What every page tells the browser to forbid: other people's scripts, inline code, and framing by strangers."""

from collections.abc import Sequence

from flask import Flask, Response, g

from tryon.wiring import tools

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",  # blob: is the preview of a photo that has not left the browser
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_secure)


def allow_framing_by(origins: Sequence[str]) -> None:
    """Let these origins (beside our own) show the answer to the present request in a frame; and those that the operator
    allows for all merchants, whose pages may call us too."""
    g.framing_origins = (*origins, *sorted(tools().settings.cors_origins.difference(origins)))


def keep_private(response: Response) -> Response:
    """For pages whose address is the key to them: leave no trace in caches, search engines or other sites' logs."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _begin() -> None:
    g.framing_origins = ()


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if response.mimetype != "text/html":
        return response
    origins: tuple[str, ...] = g.get("framing_origins", ())
    ancestors = " ".join(("frame-ancestors 'self'", *origins))
    headers.setdefault("Content-Security-Policy", "; ".join((*_POLICY, ancestors)))
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if not origins:
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    return response
