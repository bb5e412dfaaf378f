"""API keys: made once, shown once, kept as a hash, found by their prefix.

A key reads dress_sk_live_ + 8 letters that find it + 32 letters that prove it (about 190 bits, so a plain SHA-256
is enough: there is nothing to guess).
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, select, update

from tryon.clock import now
from tryon.db import db, known, transaction
from tryon.errors import Unauthorized
from tryon.fixed import Fixed
from tryon.ids import random_text
from tryon.merchants.models import ApiKey, Merchant
from tryon.straight import read_one

Kind = Literal["secret", "publishable"]
Mode = Literal["live", "test"]

LOOKUP_LENGTH = 8
PROOF_LENGTH = 32
_SHORT_KIND = {"secret": "sk", "publishable": "pk"}
_KEY = re.compile(rf"(dress_(?:sk|pk)_(?:live|test)_[A-Za-z0-9]{{{LOOKUP_LENGTH}}})[A-Za-z0-9]{{{PROOF_LENGTH}}}")


def make_key(merchant: Merchant, kind: Kind, mode: Mode = "live") -> str:
    """Add a key to the session (inside a transaction) and return its text: the only time it is seen."""
    prefix = f"dress_{_SHORT_KIND[kind]}_{mode}_{random_text(LOOKUP_LENGTH)}"
    text = prefix + random_text(PROOF_LENGTH)
    db.session.add(
        ApiKey(merchant_id=merchant.id, kind=kind, mode=mode, prefix=prefix, hash=_hash(text), last4=text[-4:])
    )
    return text


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """What every request needs of its key; the rest is read where it is asked for."""

    id: str
    merchant_id: str
    mode: str
    plan: str
    credit_balance: int
    """Of the merchant, when the request came."""
    usage_limit: int | None

    @property
    def merchant(self) -> Merchant:
        return known(Merchant, self.merchant_id, plan=self.plan, credit_balance=self.credit_balance)


_PRESENTED = Fixed(
    select(
        ApiKey.id,
        ApiKey.merchant_id,
        ApiKey.kind,
        ApiKey.mode,
        ApiKey.hash,
        ApiKey.usage_limit,
        ApiKey.revoked_at,
        ApiKey.expires_at,
        Merchant.plan,
        Merchant.credit_balance,
        Merchant.deactivated_at,
    )
    .join(Merchant, Merchant.id == ApiKey.merchant_id)
    .where(ApiKey.prefix == bindparam("prefix"))
)


def authenticate(text: str, kind: Kind) -> PresentedKey:
    """The key a caller presented, or Unauthorized with the reason."""
    shape = _KEY.fullmatch(text)
    key = read_one(_PRESENTED, prefix=shape[1]) if shape else None
    if key is None or key.kind != kind or not hmac.compare_digest(key.hash, _hash(text)):
        raise Unauthorized("This key is not known.", reason="not_found")
    if key.revoked_at is not None or key.deactivated_at is not None:
        raise Unauthorized("This key is no longer active.", reason="inactive")
    if key.expires_at is not None and key.expires_at <= now():
        raise Unauthorized("This key has expired.", reason="expired")
    if key.usage_limit is not None and not _spend_one_use(key.id):
        raise Unauthorized("This key has used up its calls.", reason="over_limit")
    return PresentedKey(key.id, key.merchant_id, key.mode, key.plan, key.credit_balance, key.usage_limit)


def find_key(text: str) -> ApiKey | None:
    """By the whole key, which must be right, or by its public beginning."""
    shape = _KEY.fullmatch(text)
    key = _find(shape[1] if shape else text)
    if key is not None and shape is not None and not hmac.compare_digest(key.hash, _hash(text)):
        return None
    return key


def _spend_one_use(key_id: str) -> bool:
    """Exact, whoever calls at the same moment: one conditional UPDATE."""
    with transaction():
        changed = db.session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.usage_count < ApiKey.usage_limit)
            .values(usage_count=ApiKey.usage_count + 1, last_used_at=now())
            .execution_options(synchronize_session=False)
        )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _find(prefix: str) -> ApiKey | None:
    return db.session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
