"""How many requests a caller may make: by key after the merchant's plan, by shopper, by address where nobody is known.

A route's credential says which policy holds for it (`spend`); a route that needs a stricter one has it by
`@limited("10/minute")`. What is left stands on every counted answer, after draft-ietf-httpapi-ratelimit-headers:

    RateLimit-Policy: "default";q=600;w=60
    RateLimit: "default";r=599;t=42

Flask-Limiter holds the storage and the strategy. Its own hooks are left out: they run before a credential is known,
and ask Redis twice more for the headers.
"""

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from math import ceil
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerMinute, parse
from werkzeug.datastructures import Headers

from tryon.api import windows  # noqa: F401 (registers the strategy)
from tryon.config import Settings
from tryon.errors import RateLimited, Unauthorized
from tryon.wiring import tools

REDIS_TIMEOUT_SECONDS = 1
"""A count must not hold up the request that it counts."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    item: RateLimitItem

    @property
    def header(self) -> str:
        return f'"{self.name}";q={self.item.amount};w={self.item.get_expiry()}'


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands with a policy after this request."""

    policy: Policy
    remaining: int
    ends_at: float

    @property
    def seconds(self) -> int:
        return max(1, ceil(self.ends_at - time.time()))


def install(app: Flask) -> None:
    settings: Settings = app.extensions["tryon"].settings
    limiter = Limiter(
        address,
        strategy="shared-window",
        storage_uri=_storage_uri(settings.redis_url),
        storage_options=dict.fromkeys(("socket_timeout", "socket_connect_timeout"), REDIS_TIMEOUT_SECONDS),
        enabled=settings.rate_limits,
    )
    app.extensions["limiter"] = {limiter}  # known before init_app, so it hangs no hooks of its own into the app
    limiter.init_app(app)
    app.extensions["tryon_limiter"] = limiter


def spend(auth: str) -> None:
    """Count this request to whoever made it. Raises RateLimited."""
    settings = tools().settings
    if not settings.rate_limits:
        return
    if auth == "publishable":
        _hit(_per_minute("page", settings.rate_limit_address), f"{g.api_key.id} {address()}")
    elif "api_key" in g:
        _hit(_per_minute("default", settings.plans[g.api_key.plan].requests_per_minute), g.api_key.id)
    elif "identity" in g:
        _hit(_per_minute("shopper", settings.rate_limit_shopper), g.identity.shopper_id)
    elif auth in ("admin", "handshake"):
        _hit(_per_minute(auth, settings.rate_limit_operator), auth)
    else:
        _hit(_per_minute("address", settings.rate_limit_address), address())


def note_refusal(error: Unauthorized) -> None:
    """Count a wrong credential to the address it came from; a missing one is a mistake, not an attempt.

    Raises RateLimited where there were too many.
    """
    settings = tools().settings
    if settings.rate_limits:
        attempts = error.reason != "missing"
        name, amount = (
            ("failures", settings.rate_limit_failures) if attempts else ("address", settings.rate_limit_address)
        )
        _hit(_per_minute(name, amount), address())


def refuse_guessing() -> None:
    """For secrets that an operator chose: who failed too often is not even heard. Raises RateLimited."""
    settings = tools().settings
    if settings.rate_limits:
        policy = _per_minute("failures", settings.rate_limit_failures)
        standing = _standing(policy, address())
        if standing.remaining == 0:
            raise _refuse(standing)


def tell(headers: Headers) -> None:
    """How the caller stands, where this request was counted."""
    standing: Standing | None = g.get("rate_limit")
    if standing is not None:
        headers["RateLimit-Policy"] = standing.policy.header
        headers["RateLimit"] = f'"{standing.policy.name}";r={standing.remaining};t={standing.seconds}'


def limited(rate: str, *, name: str, by: Callable[[], str] | None = None) -> Callable[[View], View]:
    """At most so many requests to this route, as in "10/minute", for each address, or for each of what `by` gives."""
    policy = Policy(name, parse(rate))

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if tools().settings.rate_limits:
                _hit(policy, (by or address)())
            return view(*args, **kwargs)

        return counted  # type: ignore[return-value]

    return decorate


def path_name(part: str) -> str:
    """For `by`: what this part of the path names. A page's shopper, where a whole mall may have one address."""
    return str((request.view_args or {})[part])


def address() -> str:
    """Where the request came from; of an IPv6 address the network, which is what one customer has."""
    return _network(request.remote_addr or "unknown")


@lru_cache(1024)
def _network(text: str) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(getattr(found, "ipv4_mapped", None) or found)


@lru_cache(64)
def _per_minute(name: str, amount: int) -> Policy:
    return Policy(name, RateLimitItemPerMinute(amount, namespace=name))


def _hit(policy: Policy, who: str) -> None:
    is_allowed = _limiter().limiter.hit(policy.item, policy.name, who)
    standing = _standing(policy, who)
    if not is_allowed:
        raise _refuse(standing)
    known: Standing | None = g.get("rate_limit")
    if known is None or standing.remaining <= known.remaining:  # of several policies the tightest is told
        g.rate_limit = standing


def _standing(policy: Policy, who: str) -> Standing:
    ends_at, remaining = _limiter().limiter.get_window_stats(policy.item, policy.name, who)
    return Standing(policy, remaining, ends_at)


def _refuse(standing: Standing) -> RateLimited:
    g.rate_limit = standing
    return RateLimited(retry_after_seconds=standing.seconds)


def _limiter() -> Limiter:
    found: Limiter = current_app.extensions["tryon_limiter"]
    return found


def _storage_uri(redis_url: str) -> str:
    """As `limits` calls them: a Unix socket is redis+unix, and valkey would ask for another client."""
    address = redis_url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
    return f"redis+{address}" if address.startswith("unix:") else address
