"""Which pages may read our answers: those of the calling merchant's allowed origins, and nobody else's.

Only what a browser is meant to call is covered (`Surface.is_for_browsers`), and the usage integration for the domains
the operator names. No cookies are ever accepted across origins: a page holds a publishable key or a shopper's token.
"""

import json
import re
import time
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_cors.core import serialize_options, set_cors_headers
from sqlalchemy import Text, cast, select

from tryon.api.auth import is_allowed_origin
from tryon.api.surfaces import surface_of
from tryon.db import db
from tryon.merchants.models import Merchant
from tryon.wiring import tools

ORIGINS_KNOWN_SECONDS = 10.0
"""How long a process goes on letting in the origins it has read. One that is not among them is asked for each time: a
shop may have named it a moment ago, of another process."""
ORIGIN_MAX = 300
"""Letters. Longer than any host name with its scheme and port."""
_OF_ACTIVE_MERCHANTS = select(Merchant.allowed_origins).where(Merchant.deactivated_at.is_(None))
_OPTIONS: dict[str, Any] = {
    "methods": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    "allow_headers": ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id", "Last-Event-ID"],
    "expose_headers": [
        "X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy", "Location", "ETag", "Idempotency-Replayed",
    ],
    "max_age": 600,
    "vary_header": True,
    "supports_credentials": False,
}  # fmt: skip


def install(app: Flask) -> None:
    app.after_request(_let_pages_read)


def _let_pages_read(response: Response) -> Response:
    origin = request.headers.get("Origin", "")
    surface = surface_of(request.path)
    if surface is None:
        return response
    if surface.name == "integration":
        is_allowed = _is_in_domains(origin)
    elif surface.is_for_browsers is not None and surface.is_for_browsers.match(request.path):
        is_allowed = _is_allowed(origin)
    else:
        return response
    response.vary.add("Origin")
    return set_cors_headers(response, _options(origin)) if origin and is_allowed else response


@lru_cache(1024)
def _options(origin: str) -> Any:
    return serialize_options(_OPTIONS | {"origins": re.compile(f"^{re.escape(origin)}$")})


def _is_allowed(origin: str) -> bool:
    """Of the calling merchant. A preflight, and a caller whose credential was refused, is nobody's yet: there the
    origin must be some merchant's, so that the page can read why."""
    if not origin:
        return False
    if "api_key" in g:
        return is_allowed_origin(g.api_key.merchant, origin)
    if "identity" in g:
        return is_allowed_origin(g.identity.merchant, origin)
    origin = origin.lower()
    return origin in tools().settings.cors_origins or origin in _known_origins() or _is_new(origin)


def _known_origins() -> frozenset[str]:
    """Of all active merchants."""
    kept: tuple[float, frozenset[str]] | None = current_app.extensions.get("tryon_origins")
    if kept is None or kept[0] < time.monotonic():
        lists = db.session.scalars(_OF_ACTIVE_MERCHANTS)
        kept = time.monotonic() + ORIGINS_KNOWN_SECONDS, frozenset(origin for each in lists for origin in each)
        current_app.extensions["tryon_origins"] = kept
    return kept[1]


def _is_new(origin: str) -> bool:
    """Has a shop named it since the list was read? The database looks for its letters, we for the origin itself."""
    if len(origin) > ORIGIN_MAX:
        return False
    listed = cast(Merchant.allowed_origins, Text).contains(json.dumps(origin), autoescape=True)
    return any(origin in each for each in db.session.scalars(_OF_ACTIVE_MERCHANTS.where(listed)))


def _is_in_domains(origin: str) -> bool:
    """https pages of a domain that the operator named, and of every domain below it."""
    parts = urlsplit(origin)
    host = (parts.hostname or "").lower()
    domains = (domain.lstrip(".") for domain in tools().settings.integration_domains_allowed)
    return parts.scheme == "https" and any(host == domain or host.endswith("." + domain) for domain in domains)
