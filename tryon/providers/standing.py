"""How a merchant stands with the engines at one moment: what they chose, whose keys there are, which of them work."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from tryon.clock import now
from tryon.fixed import Fixed
from tryon.merchants.engine_settings import EngineSettings
from tryon.merchants.models import GoogleKey, Merchant
from tryon.providers.models import OPERATOR, EngineBreaker, EngineCall
from tryon.straight import read, read_one
from tryon.usage.plans import midnight


@dataclass(frozen=True, slots=True)
class MerchantKey:
    """The merchant's own at a provider, without the secret."""

    engine: str
    fingerprint: str
    model: str | None
    dead: str
    """Why the provider refuses it, as far as a check of it said so; empty where it works or nobody knows."""


@dataclass(frozen=True, slots=True)
class BreakerState:
    """Whether an account may be used."""

    state: str
    """closed: it is used; open: nobody is sent there; half_open: one try-on is, to find out."""
    reason: str = ""
    """Why it is not closed: a row of `engines/hosted/failures.py`."""
    merchant_message: str = ""
    """The same in a sentence for whoever owns the key."""
    opened_at: datetime | None = None
    retry_at: datetime | None = None
    probe_by: str | None = None
    """The generation that finds out, while it does."""


CLOSED = BreakerState("closed")
WORKING = frozenset({"ok", "unknown"})
"""States of a key that may be used."""


@dataclass(frozen=True, slots=True)
class Standing:
    merchant_id: str
    chosen: EngineSettings
    keys: Mapping[str, MerchantKey]
    """By engine."""

    def read_breakers(self) -> Mapping[tuple[str, str], Any]:
        """Rows by owner and engine: of this merchant, and of the operator's accounts."""
        return {(row.owner, row.engine): row for row in read(_BREAKERS, merchant_id=self.merchant_id)}


def standing_of(merchant_id: str) -> Standing:
    """One question."""
    row = read_one(_STANDING, merchant_id=merchant_id)
    keys = {}
    if row.put_at is not None:
        fingerprint = fingerprint_of(f"{merchant_id} {row.put_at.isoformat()}")
        dead = "" if row.state in WORKING else row.state
        keys["gemini"] = MerchantKey("gemini", fingerprint, row.model, dead)
    return Standing(merchant_id, EngineSettings.kept(row.engine_settings), keys)


def fingerprint_of(text: str) -> str:
    """Tells one key from another. Of a merchant's it is made of when they put it in: one that is put in again, after
    something was mended at the provider, counts as new. Of the operator's it is made of the key."""
    return hashlib.sha256(f"engine-key:{text}".encode()).hexdigest()[:16]


def state_of_row(row: Any, fingerprint: str, moment: datetime) -> BreakerState:
    """Of a breaker's row, or of none."""
    if row is None or row.key_fingerprint != fingerprint or row.opened_at is None:
        return CLOSED
    is_resting = row.retry_at is not None and row.retry_at > moment
    is_asked = row.probe_until is not None and row.probe_until > moment
    return BreakerState(
        "open" if is_resting else "half_open",
        row.reason,
        row.merchant_message,
        row.opened_at,
        row.retry_at,
        row.probe_by if is_asked else None,
    )


def spent_today(merchant_id: str) -> int:
    """Microdollars, since midnight UTC, with the merchant's own keys."""
    row = read_one(_SPENT, merchant_id=merchant_id, since=midnight(now()))
    return int(row.spent or 0)


_STANDING = Fixed(
    select(Merchant.engine_settings, GoogleKey.created_at.label("put_at"), GoogleKey.state, GoogleKey.model)
    .outerjoin(GoogleKey, GoogleKey.merchant_id == Merchant.id)
    .where(Merchant.id == bindparam("merchant_id"))
)
_BREAKERS = Fixed(
    select(
        EngineBreaker.owner,
        EngineBreaker.engine,
        EngineBreaker.key_fingerprint,
        EngineBreaker.opened_at,
        EngineBreaker.retry_at,
        EngineBreaker.probe_by,
        EngineBreaker.probe_until,
        EngineBreaker.reason,
        EngineBreaker.merchant_message,
    ).where(or_(EngineBreaker.owner == bindparam("merchant_id"), EngineBreaker.owner == OPERATOR))
)
_SPENT = Fixed(
    select(func.sum(EngineCall.cost_microdollars).label("spent")).where(
        EngineCall.merchant_id == bindparam("merchant_id"),
        EngineCall.started_at >= bindparam("since"),
        EngineCall.key_owner == "merchant",
    )
)
