"""A merchant's shopper and the photos they gave of themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id
from tryon.merchants.models import Merchant

ANY_PROVIDER = "*"

_ERASING, _FILE_LEFT = text("erasing_since IS NOT NULL"), text("erased_at IS NOT NULL AND file_key <> ''")


class Shopper(Model):
    __tablename__ = "shoppers"
    __table_args__ = (
        UniqueConstraint("merchant_id", "external_ref"),
        Index("ix_shoppers_erasing_since", "erasing_since", sqlite_where=_ERASING, postgresql_where=_ERASING),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("shp"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    external_ref: Mapped[str | None] = mapped_column(String(255))
    """The merchant's own name for this shopper; None for a passer-by on a launch page."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    erasing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While everything of theirs is being erased; the sweep goes on with it where the process that began was killed."""

    merchant: Mapped[Merchant] = relationship(viewonly=True)


class Photo(Model):
    """One photo a shopper gave. The shopper's current one is what the API calls their model."""

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_shopper_id_created_at", "shopper_id", "created_at"),
        Index("ix_photos_merchant_id_created_at", "merchant_id", "created_at"),
        Index("ix_photos_file_left", "erased_at", sqlite_where=_FILE_LEFT, postgresql_where=_FILE_LEFT),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("mdl"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    shopper_id: Mapped[str] = mapped_column(ForeignKey("shoppers.id"))
    file_key: Mapped[str] = mapped_column(String(255))
    """Empty once the file has been deleted."""
    stock_model: Mapped[str | None] = mapped_column(String(20))
    """Which of our own people it shows (`stock.py`); None: the shopper, or whom a merchant's server sent."""
    width: Mapped[int]
    height: Mapped[int]
    status: Mapped[str] = mapped_column(String(20), default="ready")
    checks: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    body: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreed_provider: Mapped[str] = mapped_column(String(80), default="")
    """Whom the consent names beside the shop: "Google", say; empty where it names nobody, so that the photo may not
    leave this system; `ANY_PROVIDER` where the merchant answers for the consent, or there is nobody to ask."""
    is_current: Mapped[bool] = mapped_column(default=True)
    mode: Mapped[str] = mapped_column(String(10), default="live")
    """live | test: of the key it was given with; a test is not counted."""
    keep_days: Mapped[int | None]
    """Days it is kept after it came, however often it is used; None: the system's own days after its last use."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when nobody finds it any more; the row stays, empty, so that old generations keep their reference."""

    def may_be_sent_to(self, provider: str) -> bool:
        """An empty name is this system itself."""
        return not provider or self.agreed_provider in (provider, ANY_PROVIDER)


class ShopperVisit(Model):
    """A shopper at the pages that show what is theirs: see `visits.py`."""

    __tablename__ = "shopper_visits"

    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    shopper_id: Mapped[str] = mapped_column(ForeignKey("shoppers.id", ondelete="CASCADE"), index=True)
    mode: Mapped[str] = mapped_column(String(10))
    """live | test, as the key that asked for the token."""
    partner_return: Mapped[str | None] = mapped_column(Text)
    """Where the shop wants its shopper back, as it was given."""
    locale: Mapped[str | None] = mapped_column(String(35))
    is_bound: Mapped[bool] = mapped_column(default=False)
    """The browser has shown that it keeps the visit's cookie: without it the address opens nothing any more."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    shopper: Mapped[Shopper] = relationship(viewonly=True)
