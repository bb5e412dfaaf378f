"""Who is calling: each route says which credential it takes, in its decorator."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from tryon.api.bodies import body_max_bytes
from tryon.api.idempotency import answer_once
from tryon.api.ratelimit import note_refusal, refuse_guessing, spend
from tryon.errors import Forbidden, Unauthorized
from tryon.merchants.keys import PresentedKey, authenticate
from tryon.merchants.models import Merchant
from tryon.merchants.origins import is_allowed
from tryon.shoppers.tokens import ShopperIdentity, read_token
from tryon.wiring import tools

View = TypeVar("View", bound=Callable[..., Any])


def no_auth(view: View) -> View:
    """Open to everybody, on purpose."""
    return _guarded(view, "none", lambda: None)


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


def api_key(view: View) -> View:
    """A merchant's secret key in x-api-key or as Bearer: what the try-on surface takes."""

    def check() -> None:
        text = request.headers.get("X-Api-Key", "").strip() or _bearer()
        if text is None:
            raise Unauthorized("An API key is needed: x-api-key: dress_sk_live_…", reason="missing")
        g.api_key = authenticate(text, "secret")

    return _guarded(view, "api_key", check)


def publishable_key(view: View) -> View:
    """A merchant's publishable key as Bearer, from one of the merchant's own origins."""

    def check() -> None:
        text = _bearer()
        if text is None:
            raise Unauthorized("A publishable key is needed: Authorization: Bearer dress_pk_live_…", reason="missing")
        g.api_key = authenticate(text, "publishable")
        if not is_allowed_origin(g.api_key.merchant, request.headers.get("Origin", "")):
            raise Forbidden("This page's origin is not among the shop's allowed origins.", code="origin_not_allowed")

    return _guarded(view, "publishable", check)


def is_allowed_origin(merchant: Merchant, origin: str) -> bool:
    """One of the merchant's own origins, or one that the operator allows to all."""
    return is_allowed(merchant, origin, to_all=tools().settings.cors_origins)


def shopper_token(view: View) -> View:
    """A shopper's token as Bearer; then `calling_shopper()` knows who it is."""

    def check() -> None:
        text = _bearer()
        if text is None:
            raise Unauthorized("A shopper token is needed: Authorization: Bearer <token>", reason="missing")
        g.identity = read_token(text, secret_key=tools().settings.secret_key)

    return _guarded(view, "shopper", check)


INTEGRATION_BODY_MAX_BYTES = 16 * 1024


def handshake(view: View) -> View:
    """The sister systems' shared secret, in the body's field `handshake`."""

    def check() -> None:
        request.max_content_length = INTEGRATION_BODY_MAX_BYTES
        body = request.get_json(silent=True)
        given = body.get("handshake") if isinstance(body, dict) else None
        if not isinstance(given, str) or not given:
            raise Unauthorized("The handshake token is missing.", reason="missing")
        expected = tools().settings.integration_handshake_token
        if not hmac.compare_digest(given.encode(errors="surrogatepass"), expected.encode()):
            raise Unauthorized("The handshake token does not match.", reason="not_found")

    return _guarded(view, "handshake", check)


def calling_key() -> PresentedKey:
    key: PresentedKey = g.api_key
    return key


def calling_merchant() -> Merchant:
    return calling_key().merchant


def calling_shopper() -> ShopperIdentity:
    identity: ShopperIdentity = g.identity
    return identity


def _guarded(view: View, auth: str, check: Callable[[], None]) -> View:
    takes_files = hasattr(view, "operation") and view.operation.takes_files

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        request.max_content_length = body_max_bytes(takes_files)
        _identify(auth, check)
        spend(auth)
        return view(*args, **kwargs) if auth == "none" else answer_once(auth, lambda: view(*args, **kwargs))

    guarded.auth = auth  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _identify(auth: str, check: Callable[[], None]) -> None:
    """Whoever offers many wrong credentials is slowed down; secrets that a person chose can't be guessed for long."""
    if auth in ("admin", "handshake"):
        refuse_guessing()
    try:
        check()
    except Unauthorized as error:
        note_refusal(error)
        raise


def _bearer() -> str | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() or None if scheme.lower() == "bearer" else None
