"""One try-on: a photo, one or more garments, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id
from tryon.sealed import SealedText

FINISHED = frozenset({"completed", "failed", "cancelled"})


class Generation(Model):
    """The row is the truth, the queue is a nudge: a lost queue entry is enqueued again from here."""

    __tablename__ = "generations"
    __table_args__ = (
        Index("ix_generations_status_lease_expires_at", "status", "lease_expires_at"),
        Index("ix_generations_shopper_id_id", "shopper_id", "id"),
        Index("ix_generations_merchant_id_id", "merchant_id", "id"),
        Index("ix_generations_merchant_id_status_id", "merchant_id", "status", "id"),
        Index("ix_generations_merchant_id_completed_at", "merchant_id", "completed_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("gen"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    shopper_id: Mapped[str | None] = mapped_column(ForeignKey("shoppers.id"))
    """None once the shopper has taken it out of their history: then it is nobody's, and only counts."""
    photo_id: Mapped[str | None] = mapped_column(ForeignKey("photos.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("try_on_sessions.id"), index=True)
    mode: Mapped[str] = mapped_column(String(10), default="live")
    """live spends a credit; test does not and marks the picture."""
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    keep_days: Mapped[int | None]
    """Days the finished picture is kept; None: as many as the system's settings say."""
    has_watermark: Mapped[bool] = mapped_column(default=True)
    """Whether the merchant's logo goes on the picture, if there is one."""
    status: Mapped[str] = mapped_column(String(20), default="queued")
    """queued → processing → completed | failed, or cancelled"""
    stage: Mapped[str] = mapped_column(String(40), default="queued")
    progress: Mapped[int] = mapped_column(default=0)
    """0..100, as reported by the engine, never guessed from the clock."""
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(40))
    """Names the one run that may write to this row; a run that lost its lease finds another name here."""
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """processing: when the worker counts as lost. queued: when the queue entry counts as lost."""
    billed_to: Mapped[str] = mapped_column(String(20), default="credit", server_default="credit")
    """credit | merchant_key | nobody: decided when it was accepted, whatever happens later."""
    engine_wanted: Mapped[str | None] = mapped_column(String(40))
    """What the request asked for; None: what the merchant's settings say."""
    engine_planned: Mapped[str | None] = mapped_column(String(40))
    """Which engine was to make it when it was accepted."""
    engine: Mapped[str | None] = mapped_column(String(40))
    """Which one really made it."""
    engine_version: Mapped[str | None] = mapped_column(String(40))
    engine_model: Mapped[str | None] = mapped_column(String(120))
    """Which of the provider's models; None where the engine has none to name."""
    fallback_from: Mapped[str | None] = mapped_column(String(40))
    """Which engine should have made it; None where that one did."""
    fallback_reason: Mapped[str | None] = mapped_column(String(40))
    """Why it did not: a row of `engines/hosted/failures.py`, or why it was not even asked (`providers/choosing.py`)."""
    scores: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    seconds: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    result_key: Mapped[str | None] = mapped_column(String(255))
    provenance: Mapped[str | None] = mapped_column(String(60))
    """How the picture was made, in IPTC's words (`imaging/provenance.py`); None of pictures older than this column."""
    is_untouched: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The file is the provider's own, its marks (SynthID, C2PA) whole."""
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)
    error_is_permanent: Mapped[bool] = mapped_column(default=False)
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the finished picture's file is deleted."""

    garments: Mapped[list["GenerationGarment"]] = relationship(
        order_by="GenerationGarment.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def is_billable(self) -> bool:
        return self.mode == "live"

    @property
    def first_product(self) -> Product:
        return self.garments[0].product


class GenerationGarment(Model):
    """Which product, in dressing order, innermost first."""

    __tablename__ = "generation_garments"

    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)

    product: Mapped[Product] = relationship(lazy="joined")


class Opinion(Model):
    """What a shopper thinks of a finished picture: one of each, which they may change or take back."""

    __tablename__ = "opinions"

    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    """up | down"""
    reason: Mapped[str | None] = mapped_column(String(20))
    """fit, colour, body or odd, with a verdict of down; None where they said no more."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Share(Model):
    """A link under which anybody sees a finished picture, for some days."""

    __tablename__ = "shares"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("shr"))
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str | None] = mapped_column(SealedText("share-token"), deferred=True)
    """None once it was revoked."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
