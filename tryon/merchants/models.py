"""A merchant and the keys that speak for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id
from tryon.sealed import SealedText


class Merchant(Model):
    __tablename__ = "merchants"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("mer"))
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    plan: Mapped[str] = mapped_column(String(20), default="FREE")
    allowed_origins: Mapped[list[str]] = mapped_column(Json, default=list)
    credit_balance: Mapped[int] = mapped_column(BigInteger, default=0)
    """Kept in step with the ledger in `usage`; changed only there, by conditional UPDATE."""
    credits_low_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the merchant was told that credits run low; None again after a top-up."""
    webhook_signing_secret: Mapped[str] = mapped_column(
        SealedText("webhook-secret"), deferred=True, deferred_group="secrets"
    )
    """Signs session callbacks; each webhook endpoint has a secret of its own. Opened only where somebody signs."""
    previous_webhook_secret: Mapped[str | None] = mapped_column(
        SealedText("webhook-secret"), deferred=True, deferred_group="secrets"
    )
    previous_webhook_secret_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then every callback is signed with both."""
    product_count: Mapped[int] = mapped_column(default=0)
    """Products in the catalogue: moved by our own catalogue, replaced by what a sister system reports."""
    storefront: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Only what the merchant set; `storefront.py` knows the fields and their defaults."""
    engine_settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    """Only what was set; `engine_settings.py` knows the fields and their defaults."""
    logo_key: Mapped[str | None] = mapped_column(String(255))
    """The watermark and the logo of hosted pages."""
    watermark: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Size, margin and opacity of the watermark, where the merchant set them."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
    subscribed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """Where the monthly window of the plan begins."""
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
    name: Mapped[str | None] = mapped_column(String(80))
    """The merchant's own note of what the key is for."""
    usage_limit: Mapped[int | None]
    """How many calls it may make in all; None for as many as it likes."""
    usage_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """Calls so far. Exact for a key with a limit; for others the sweep adds what was counted meanwhile."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    merchant: Mapped[Merchant] = relationship(lazy="joined")

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.merchant.is_active and not self.has_expired

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= now()


class GoogleKey(Model):
    """The merchant's own Google key, sealed: see `google_key.py`."""

    __tablename__ = "google_keys"

    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    last4: Mapped[str] = mapped_column(String(4))
    model: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    state: Mapped[str] = mapped_column(String(20), default="unknown")
    """What Google said of it last: ok | key_invalid | key_forbidden | billing_off | model_gone; unknown where Google
    could not be asked yet; unreadable where it was sealed with a secret this system no longer has."""
    message: Mapped[str] = mapped_column(Text, default="")
    """The same for the merchant, in a sentence."""
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When Google last said that it works."""
    invalid_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was first found not to work any more; None while it works, or nobody knows."""
    next_check_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
