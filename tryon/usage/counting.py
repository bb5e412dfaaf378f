"""Counting what was used: one row a merchant, day and kind, raised in the transaction of the thing itself."""

from datetime import date
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.usage.models import UsageCount, UsageNotice
from tryon.usage.plans import Period, limits_of, period_of
from tryon.webhooks.emit import emit

Kind = Literal["try_on", "ar_try_on", "user_model", "api_call"]
LIMIT_NAMES: dict[str, str] = {
    "try_on": "try_ons",
    "ar_try_on": "ar_try_ons",
    "user_model": "user_models",
    "api_call": "api_calls",
}
"""A kind → its limit in a plan."""


def count_usage(merchant_id: str, kind: Kind, amount: int = 1, *, settings: Settings, queue: JobQueue) -> bool:
    """Add to today's count; True where the plan's limit for this month is now exceeded, of which the merchant hears."""
    with transaction():
        add_to_count(merchant_id, kind, amount)
        return tell_if_over(merchant_id, kind, settings=settings, queue=queue)


def tell_if_over(merchant_id: str, kind: Kind, *, settings: Settings, queue: JobQueue) -> bool:
    """Whether the plan's limit for this month is exceeded. In the caller's transaction."""
    merchant = db.session.get_one(Merchant, merchant_id)
    used = totals(merchant_id, period_of(merchant, now()))[kind]
    limit: int = getattr(limits_of(merchant, settings), LIMIT_NAMES[kind])
    if used > limit:
        tell_once(merchant, kind, used, limit, queue=queue)
    return used > limit


def tell_once(merchant: Merchant, kind: str, used: int, limit: int, *, queue: JobQueue) -> None:
    """The merchant hears of a limit once for each month and kind, however many go over it at the same moment."""
    notice = {"merchant_id": merchant.id, "kind": kind, "period_from": period_of(merchant, now()).start}
    statement = _insert(UsageNotice).values(created_at=now(), **notice).on_conflict_do_nothing()
    if db.session.execute(statement.returning(UsageNotice.kind)).scalar() is not None:
        data = {"kind": kind, "count": used, "limit": limit, "plan": merchant.plan}
        emit(merchant.id, "usage.limit_exceeded", data, queue=queue)


def add_to_count(merchant_id: str, kind: Kind, amount: int, day: date | None = None) -> None:
    """In the caller's transaction: one statement, so that nobody's count is lost, however many come at once."""
    row = {"merchant_id": merchant_id, "day": day or now().date(), "kind": kind, "count": amount}
    statement = _insert(UsageCount).values(**row)
    statement = statement.on_conflict_do_update(
        index_elements=["merchant_id", "day", "kind"], set_={"count": UsageCount.count + amount}
    )
    db.session.execute(statement)


def totals(merchant_id: str, period: Period) -> dict[str, int]:
    """Of every kind."""
    query = (
        select(UsageCount.kind, func.sum(UsageCount.count))
        .where(
            UsageCount.merchant_id == merchant_id,
            UsageCount.day >= period.start.date(),
            UsageCount.day < period.end.date(),
        )
        .group_by(UsageCount.kind)
    )
    return dict.fromkeys(LIMIT_NAMES, 0) | {kind: int(number) for kind, number in db.session.execute(query)}


def _insert(table: type[UsageCount] | type[UsageNotice]) -> sqlite.Insert | postgresql.Insert:
    """Both databases know ON CONFLICT; SQLAlchemy has it in each dialect's own INSERT."""
    is_postgres = db.engine.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)
