"""What became of requests that carry an Idempotency-Key: the table. `api/idempotency.py` gives it its meaning."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tryon.clock import now
from tryon.db import Model, UtcDateTime


class IdempotencyRecord(Model):
    """One key, as one credential used it on one path."""

    __tablename__ = "idempotency_records"

    caller: Mapped[str] = mapped_column(String(60), primary_key=True)
    """The credential's owner: an API key's id, a shopper's id, or "admin"."""
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    """None while the first request runs."""
    sealed_response: Mapped[str | None] = mapped_column(Text)
    """Headers and body, encrypted: an answer may hold a secret that is shown only once."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
