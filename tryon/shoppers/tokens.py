"""Shopper tokens: JWTs a merchant's server asks for and hands to the shopper's browser."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from sqlalchemy import bindparam, select

from tryon.clock import now
from tryon.db import db, known
from tryon.errors import Unauthorized
from tryon.fixed import Fixed
from tryon.ids import random_text
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Shopper
from tryon.straight import read_one

ALGORITHM = "HS256"
AUDIENCE = "tryon:shopper"
TTL_SECONDS_MIN, TTL_SECONDS_DEFAULT, TTL_SECONDS_MAX = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class ShopperToken:
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ShopperIdentity:
    """Whose a token is: what every request needs, and the rest where it is asked for."""

    shopper_id: str
    merchant_id: str
    mode: str
    """live | test, as the key that asked for the token."""

    @property
    def shopper(self) -> Shopper:
        return known(Shopper, self.shopper_id, merchant_id=self.merchant_id)

    @property
    def merchant(self) -> Merchant:
        return known(Merchant, self.merchant_id)


_CALLER = Fixed(
    select(Shopper.merchant_id, Merchant.deactivated_at)
    .join(Merchant, Merchant.id == Shopper.merchant_id)
    .where(Shopper.id == bindparam("shopper_id"))
)


def issue_token(
    shopper: Shopper, *, mode: str, secret_key: str, ttl_seconds: int = TTL_SECONDS_DEFAULT
) -> ShopperToken:
    issued_at = now().replace(microsecond=0)
    expires_at = issued_at + timedelta(seconds=ttl_seconds)
    claims = {
        "aud": AUDIENCE,
        "sub": shopper.id,
        "mer": shopper.merchant_id,
        "mode": mode,
        "iat": issued_at,
        "exp": expires_at,
        "jti": random_text(12),
    }
    return ShopperToken(jwt.encode(claims, _signing_key(secret_key), ALGORITHM), expires_at)


def read_token(text: str, *, secret_key: str) -> ShopperIdentity:
    """Whose token this is, or Unauthorized with the reason."""
    try:
        claims = jwt.decode(
            text,
            _signing_key(secret_key),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["sub", "mer", "mode", "exp"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("This shopper token has expired.", reason="expired") from error
    except jwt.InvalidTokenError as error:
        raise Unauthorized("This is not a valid shopper token.", reason="not_found") from error
    caller = read_one(_CALLER, shopper_id=claims["sub"])
    if caller is None or caller.merchant_id != claims["mer"]:
        raise Unauthorized("This shopper is not known.", reason="not_found")
    if caller.deactivated_at is not None:
        raise Unauthorized("This shop is no longer active.", reason="inactive")
    return ShopperIdentity(claims["sub"], caller.merchant_id, claims["mode"])


def find_token_merchant(text: str, *, secret_key: str) -> Merchant | None:
    """Whose shopper a genuine token was made for, even where it has expired: its page may still say so."""
    try:
        claims = jwt.decode(
            text, _signing_key(secret_key), algorithms=[ALGORITHM], audience=AUDIENCE, options={"verify_exp": False}
        )
    except jwt.InvalidTokenError:
        return None
    return db.session.get(Merchant, claims.get("mer", ""))


def _signing_key(secret_key: str) -> bytes:
    """A key of its own, so that a token can never pass for something else signed with the same secret."""
    return hashlib.sha256(b"shopper-token:" + secret_key.encode()).digest()
