"""Who is calling: each route says which credential it takes, in its decorator."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from tryon.errors import Unauthorized
from tryon.merchants.keys import authenticate
from tryon.merchants.models import ApiKey, Merchant
from tryon.shoppers.tokens import ShopperIdentity, read_token
from tryon.wiring import tools

View = TypeVar("View", bound=Callable[..., Any])


def no_auth(view: View) -> View:
    """Open to everybody, on purpose."""
    view.auth = "none"  # type: ignore[attr-defined]
    return view


def admin_secret(view: View) -> View:
    """The operator's secret, in X-Partner-Admin-Secret or as Bearer."""

    def check() -> None:
        given = request.headers.get("X-Partner-Admin-Secret") or _bearer()
        if given is None:
            raise Unauthorized("The admin secret is needed.", reason="missing")
        if not hmac.compare_digest(given.encode(), tools().settings.partner_admin_secret.encode()):
            raise Unauthorized("This is not the admin secret.", reason="not_found")

    return _guarded(view, "admin", check)


def secret_key(view: View) -> View:
    """A merchant's secret key as Bearer; then `calling_key()` and `calling_merchant()` know who it is."""

    def check() -> None:
        text = _bearer()
        if text is None:
            raise Unauthorized("A secret key is needed: Authorization: Bearer dress_sk_live_…", reason="missing")
        g.api_key = authenticate(text, "secret")

    return _guarded(view, "secret", check)


def shopper_token(view: View) -> View:
    """A shopper's token as Bearer; then `calling_shopper()` knows who it is."""

    def check() -> None:
        text = _bearer()
        if text is None:
            raise Unauthorized("A shopper token is needed: Authorization: Bearer <token>", reason="missing")
        g.identity = read_token(text, secret_key=tools().settings.secret_key)

    return _guarded(view, "shopper", check)


def calling_key() -> ApiKey:
    key: ApiKey = g.api_key
    return key


def calling_merchant() -> Merchant:
    return calling_key().merchant


def calling_shopper() -> ShopperIdentity:
    identity: ShopperIdentity = g.identity
    return identity


def _guarded(view: View, auth: str, check: Callable[[], None]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check()
        return view(*args, **kwargs)

    guarded.auth = auth  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _bearer() -> str | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() or None if scheme.lower() == "bearer" else None
