"""What is kept about engines outside of this system: every call to them, and which of their accounts work."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tryon.clock import now
from tryon.db import Model, UtcDateTime
from tryon.ids import new_id

OPERATOR = "operator"
"""Owns the accounts that are no merchant's."""
_OPEN = text("ended_at IS NULL")


class EngineCall(Model):
    """One picture asked for at a provider, however many requests it took there."""

    __tablename__ = "engine_calls"
    __table_args__ = (
        Index("ix_engine_calls_merchant_id_id", "merchant_id", "id"),
        Index("ix_engine_calls_merchant_id_started_at", "merchant_id", "started_at"),
        Index("ix_engine_calls_open", "merchant_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_engine_calls_started_at", "started_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("ecl"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    """Whose shopper the picture is for."""
    generation_id: Mapped[str] = mapped_column(String(40))
    engine: Mapped[str] = mapped_column(String(40))
    model: Mapped[str | None] = mapped_column(String(120))
    key_owner: Mapped[str] = mapped_column(String(10))
    """merchant | operator: whose account at the provider pays."""
    key_fingerprint: Mapped[str] = mapped_column(String(16))
    """Tells one key from another, and nothing of what it is."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    lost_after: Mapped[datetime] = mapped_column(UtcDateTime)
    """A call that is open longer belongs to a worker that is gone."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(40))
    """ok, a row of `engines/hosted/failures.py`, another engine's reason, or lost; None while it runs."""
    cost_microdollars: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[float | None]


class EngineBreaker(Model):
    """Whether an account at a provider works: one row for each that ever failed. See `breaker.py`."""

    __tablename__ = "engine_breakers"

    owner: Mapped[str] = mapped_column(String(40), primary_key=True)
    """A merchant's id, or operator."""
    engine: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_fingerprint: Mapped[str] = mapped_column(String(16))
    """Of the key that failed: to another key the row means nothing."""
    failures: Mapped[int] = mapped_column(default=0)
    """One after the other, since `failing_since`."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    openings: Mapped[int] = mapped_column(default=0)
    """How often it opened since it last worked: the pauses grow with it."""
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: closed, the account is used."""
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then nobody is sent there; afterwards one try-on is, to find out."""
    probe_by: Mapped[str | None] = mapped_column(String(40))
    """The generation that finds out."""
    probe_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(40), default="")
    """Why it failed last: a row of `engines/hosted/failures.py`, or another engine's reason."""
    merchant_message: Mapped[str] = mapped_column(Text, default="")
    """The same in a sentence for whoever owns the key."""
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the merchant was told of it; None where it passed before it was worth telling."""
