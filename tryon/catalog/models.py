"""A merchant's product and its pictures."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id


class Product(Model):
    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("merchant_id", "external_id"),
        Index("ix_products_merchant_id_id", "merchant_id", "id"),
        Index("ix_products_merchant_id_origin_id", "merchant_id", "origin", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("prd"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    external_id: Mapped[str] = mapped_column(String(255))
    """The merchant's own SKU."""
    title: Mapped[str] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    gender: Mapped[str | None] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(20))
    category_is_guessed: Mapped[bool] = mapped_column(default=False)
    guessed_from: Mapped[str | None] = mapped_column(String(10))
    """words or picture; None where nobody has looked at the picture yet."""
    sizes: Mapped[list[str]] = mapped_column(Json, default=list)
    colors: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    extra: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)
    origin: Mapped[str] = mapped_column(String(10), default="catalog")
    """catalog: put there on purpose, and listed. inline: described with a try-on. one_shot: that, without a name."""
    valid_for_days: Mapped[int | None]
    """Days it lives after each use; None for ever."""
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    images: Mapped[list["ProductImage"]] = relationship(
        back_populates="product", order_by="ProductImage.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def is_counted(self) -> bool:
        """In the merchant's number of products; one that has expired is, until it is swept or begins anew."""
        return self.origin == "catalog" and self.deleted_at is None

    @property
    def file_keys(self) -> list[str]:
        """Of the pictures that have been fetched."""
        return [image.file_key for image in self.fetched_images if image.file_key]

    @property
    def fetched_images(self) -> list["ProductImage"]:
        """Those that can be shown: their files are here."""
        return [image for image in self.images if image.file_key]

    @property
    def main_image(self) -> "ProductImage | None":
        """What is tried on; its file may not be here yet."""
        return self.images[0] if self.images else None


class ProductImage(Model):
    __tablename__ = "product_images"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("pim"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    source_url: Mapped[str | None] = mapped_column(Text)
    file_key: Mapped[str | None] = mapped_column(String(255))
    """None until the picture has been fetched from `source_url`."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    classifications: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the merchant says the picture shows; kept and given back."""

    product: Mapped[Product] = relationship(back_populates="images")
