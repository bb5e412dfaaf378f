"""The credit ledger, one row for every change of a merchant's balance; and what was used, one row a day and kind."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tryon.clock import now
from tryon.db import Model, UtcDateTime
from tryon.ids import new_id


class CreditEntry(Model):
    __tablename__ = "credit_entries"
    __table_args__ = (
        UniqueConstraint("generation_id", "kind"),
        Index("ix_credit_entries_merchant_id_id", "merchant_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("crd"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    generation_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    """granted (+n), reserved (-1), returned (+1), spent (0: the reservation became final)"""
    amount: Mapped[int]
    """What it added to the balance; the sum of a merchant's rows is its balance."""
    note: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class UsageCount(Model):
    """How much of one kind a merchant used on one day (UTC)."""

    __tablename__ = "usage_counts"

    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """try_on | ar_try_on | user_model | api_call"""
    count: Mapped[int] = mapped_column(BigInteger, default=0)


class UsageNotice(Model):
    """That a merchant was told of a limit they went over: once for each kind and month."""

    __tablename__ = "usage_notices"

    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """A kind of `UsageCount`, or product."""
    period_from: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
