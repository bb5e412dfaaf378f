"""A merchant and the keys that speak for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id


class Merchant(Model):
    __tablename__ = "merchants"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("mer"))
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    plan: Mapped[str] = mapped_column(String(20), default="FREE")
    allowed_origins: Mapped[list[str]] = mapped_column(Json, default=list)
    credit_balance: Mapped[int] = mapped_column(default=0)
    """Kept in step with the ledger in `usage`; changed only there, by conditional UPDATE."""
    webhook_signing_secret: Mapped[str] = mapped_column(Text)
    """Signs session callbacks; each webhook endpoint has a secret of its own."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None


class ApiKey(Model):
    """A secret or publishable key. Only a hash is kept; `prefix` finds the row."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("key"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """secret | publishable"""
    mode: Mapped[str] = mapped_column(String(10))
    """live | test"""
    prefix: Mapped[str] = mapped_column(String(40), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    last4: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    merchant: Mapped[Merchant] = relationship(lazy="joined")
