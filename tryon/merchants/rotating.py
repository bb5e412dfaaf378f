"""A merchant's keys over time: made, changed, followed by another, and ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, or_, select

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Conflict, FieldProblem, Forbidden, InvalidRequest, NotFound
from tryon.merchants.keys import PROOF_LENGTH, Kind, Mode, PresentedKey, make_key
from tryon.merchants.models import ApiKey, Merchant

KEYS_MAX = 50
"""That work at the same time."""
OVERLAP_SECONDS_DEFAULT, OVERLAP_SECONDS_MAX = 86_400, 30 * 86_400


def get_key(merchant: Merchant, key_id: str) -> ApiKey:
    """Raises NotFound, for another merchant's key too."""
    key = db.session.get(ApiKey, key_id)
    if key is None or key.merchant_id != merchant.id:
        raise NotFound("There is no key with this id.", code="key_not_found")
    return key


def create_key(
    merchant: Merchant,
    kind: Kind,
    mode: Mode,
    *,
    name: str | None = None,
    expires_at: datetime | None = None,
    usage_limit: int | None = None,
) -> tuple[ApiKey, str]:
    """The key and its text, which is never seen again."""
    _check_expiry(expires_at)
    with transaction():
        if _count_usable(merchant) >= KEYS_MAX:
            raise Conflict(f"There are {KEYS_MAX} keys already. Revoke one first.", code="too_many_keys")
        text = make_key(merchant, kind, mode)
        db.session.flush()
        key = db.session.scalars(select(ApiKey).where(ApiKey.prefix == text[:-PROOF_LENGTH])).one()
        key.name, key.expires_at, key.usage_limit = name, expires_at, usage_limit
    return key, text


def change_key(key: ApiKey, changes: Mapping[str, Any]) -> None:
    """`changes` may hold name, expires_at and usage_limit."""
    _check_expiry(changes.get("expires_at"))
    _check_not_revoked(key)
    with transaction():
        for name, value in changes.items():
            setattr(key, name, value)


def rotate_key(key: ApiKey, overlap_seconds: int) -> tuple[ApiKey, str]:
    """A new key of the same kind; the old one works for so many seconds more."""
    _check_not_revoked(key)
    with transaction():
        kind, mode = cast(Kind, key.kind), cast(Mode, key.mode)
        new, text = create_key(key.merchant, kind, mode, name=key.name, usage_limit=key.usage_limit)
        end = now() + timedelta(seconds=overlap_seconds)
        key.expires_at = min(key.expires_at, end) if key.expires_at else end
    return new, text


def revoke_key(key: ApiKey, *, used: PresentedKey | None) -> None:
    """At once and for good. Raises Conflict for the key that is asking: nobody locks themselves out by mistake.

    `used` is None where the operator asks.
    """
    if used is not None and key.id == used.id:
        raise Conflict("A key can't revoke itself. Rotate it, or use another key.", code="key_in_use")
    if key.revoked_at is None:
        with transaction():
            key.revoked_at = now()


def check_reach(used: PresentedKey, mode: str) -> None:
    """A test key lies on more desks than a live one: it must not become one. Raises Forbidden."""
    if used.mode == "test" and mode == "live":
        raise Forbidden("Live keys are made and changed with a live key.", code="live_key_needed")


def _count_usable(merchant: Merchant) -> int:
    is_usable = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now())
    query = select(func.count()).select_from(ApiKey).filter_by(merchant_id=merchant.id, revoked_at=None)
    return db.session.scalar(query.where(is_usable)) or 0


def _check_expiry(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= now():
        raise InvalidRequest("The expiry is over.", details=[FieldProblem("expires_at", "Must be in the future.")])


def _check_not_revoked(key: ApiKey) -> None:
    if key.revoked_at is not None:
        raise Conflict("This key has been revoked.", code="key_revoked")
