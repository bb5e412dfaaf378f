"""A try-on session: one product, one link, one shopper, one outcome."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id
from tryon.merchants.models import Merchant

STATUSES = ("ready", "launched", "processing", "completed", "failed", "expired", "cancelled")
IDLE = frozenset({"ready", "launched"})
"""Nothing is being made: these expire."""
ENDED = frozenset({"completed", "failed", "expired", "cancelled"})


class TryOnSession(Model):
    __tablename__ = "try_on_sessions"
    __table_args__ = (
        Index("ix_try_on_sessions_status_expires_at", "status", "expires_at"),
        Index("ix_try_on_sessions_merchant_id_id", "merchant_id", "id"),
        Index("ix_try_on_sessions_merchant_id_status_id", "merchant_id", "status", "id"),
        Index("ix_try_on_sessions_product_id_id", "product_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("tsn"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    shopper_id: Mapped[str] = mapped_column(ForeignKey("shoppers.id"))
    mode: Mapped[str] = mapped_column(String(10), default="live")
    requested_product_id: Mapped[str] = mapped_column(String(255))
    """As the merchant named it in the request; echoed back."""
    category: Mapped[str] = mapped_column(String(20))
    """As the merchant said it, or the product's when the session was opened."""
    category_is_guessed: Mapped[bool] = mapped_column(default=False)
    """The merchant has said it neither here nor of the product."""
    experience: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str | None] = mapped_column(String(35))
    status: Mapped[str] = mapped_column(String(20), default="ready")
    """ready → launched → processing → completed | failed, or expired, cancelled"""
    callback_url: Mapped[str | None] = mapped_column(Text)
    return_url: Mapped[str | None] = mapped_column(Text)
    embed_origin: Mapped[str | None] = mapped_column(Text)
    """The origin of the shop's page whose embed opened it: who its frame may talk to. None: opened otherwise."""
    merchant_reference: Mapped[str | None] = mapped_column(String(255))
    extra: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)
    photo_id: Mapped[str | None] = mapped_column(String(40))
    """The photo of the newest try."""
    generation_id: Mapped[str | None] = mapped_column(String(40))
    """The newest try."""
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    launched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    merchant: Mapped[Merchant] = relationship(lazy="joined")
    product: Mapped[Product] = relationship(lazy="joined")

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def present_category(self) -> str:
        """A guess may become better when the product's picture has been looked at."""
        return self.product.category if self.category_is_guessed else self.category

    def status_at(self, moment: datetime) -> str:
        """Past its expiry a session is expired, whether or not the sweep has noted it yet."""
        if self.status in IDLE and moment >= self.expires_at:
            return "expired"
        return self.status

    def is_over(self, moment: datetime) -> bool:
        """Ended, or past its expiry even if no sweep has noted that yet."""
        return self.has_ended or moment >= self.expires_at


class Asset(Model):
    """A picture given for a session: of the product, or of the shopper."""

    __tablename__ = "assets"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("ast"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("try_on_sessions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """product | model"""
    product_id: Mapped[str | None] = mapped_column(ForeignKey("products.id"))
    """Whose picture it is, where it is a product's."""
    product_image_id: Mapped[str | None] = mapped_column(String(40))
    photo_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
