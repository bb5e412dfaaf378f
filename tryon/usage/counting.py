"""Counting what was used: one row a merchant, day and kind, raised in the transaction of the thing itself."""

from datetime import datetime
from typing import Literal

from sqlalchemy import func, select, update
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
    """Add to today's count; True where the plan's limit for this month is now exceeded.

    The merchant hears of that once a month and kind.
    """
    with transaction():
        add_to_count(merchant_id, kind, amount)
        merchant = db.session.get_one(Merchant, merchant_id)
        period, limit = period_of(merchant, now()), getattr(limits_of(merchant, settings), LIMIT_NAMES[kind])
        used = total(merchant_id, kind, period)
        if used <= limit:
            return False
        if _note_once(merchant_id, kind, period.start):
            data = {"kind": kind, "count": used, "limit": limit, "plan": merchant.plan}
            emit(merchant_id, "usage.limit_exceeded", data, queue=queue)
    return True


def add_to_count(merchant_id: str, kind: Kind, amount: int, moment: datetime | None = None) -> None:
    """In the caller's transaction: one statement, so that nobody's count is lost, however many come at once."""
    row = {"merchant_id": merchant_id, "day": (moment or now()).date(), "kind": kind, "count": amount}
    statement = _insert(UsageCount).values(**row)
    statement = statement.on_conflict_do_update(
        index_elements=["merchant_id", "day", "kind"], set_={"count": UsageCount.count + amount}
    )
    db.session.execute(statement)


def total(merchant_id: str, kind: Kind, period: Period) -> int:
    """Days count whole: a month that begins at noon takes in that whole day, and leaves its last day to the next."""
    query = select(func.sum(UsageCount.count)).where(
        UsageCount.merchant_id == merchant_id,
        UsageCount.kind == kind,
        UsageCount.day >= period.start.date(),
        UsageCount.day < period.end.date(),
    )
    return int(db.session.scalar(query) or 0)


def change_product_count(merchant_id: str, change: int) -> None:
    """Our own catalogue grew or shrank. In the caller's transaction."""
    raised = Merchant.product_count + change
    db.session.execute(
        update(Merchant)
        .where(Merchant.id == merchant_id, raised >= 0)
        .values(product_count=raised)
        .execution_options(synchronize_session=False)
    )


def _note_once(merchant_id: str, kind: str, period_from: datetime) -> bool:
    statement = _insert(UsageNotice).values(
        merchant_id=merchant_id, kind=kind, period_from=period_from, created_at=now()
    )
    noted = db.session.execute(statement.on_conflict_do_nothing().returning(UsageNotice.kind))
    return noted.first() is not None


def _insert(table: type[UsageCount] | type[UsageNotice]) -> sqlite.Insert | postgresql.Insert:
    """Both databases know ON CONFLICT; SQLAlchemy has it in each dialect's own INSERT."""
    is_postgres = db.engine.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)
