"""The shop's own Content-Security-Policy: strict, and as the embed's page asks a merchant to have it."""

from flask import Response

from tryon.demo_shop.backend import backend


def secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", _policy(backend().system_url))
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    return response


def _policy(system_url: str) -> str:
    """What is not ours comes from the system alone: the embed's script, its calls, its pictures and its frame."""
    system = f" {system_url}" if system_url else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{system}",
            "style-src 'self'",
            f"img-src 'self'{system}",
            f"connect-src 'self'{system}",
            f"frame-src 'self'{system}",
            f"form-action 'self'{system}",  # the plain form is sent on to the launch page
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
