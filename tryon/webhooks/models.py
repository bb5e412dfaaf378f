"""Where a merchant wants to hear of things, what happened, and each telling of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tryon.clock import now
from tryon.db import Json, Model, UtcDateTime
from tryon.ids import new_id
from tryon.sealed import SealedText


class WebhookEndpoint(Model):
    __tablename__ = "webhook_endpoints"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("whk"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(Json)
    secret: Mapped[str] = mapped_column(SealedText("webhook-secret"), deferred=True, deferred_group="secrets")
    """whsec_ and 32 random bytes in base64, after Standard Webhooks. Opened only where somebody signs."""
    previous_secret: Mapped[str | None] = mapped_column(
        SealedText("webhook-secret"), deferred=True, deferred_group="secrets"
    )
    previous_secret_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then every message is signed with both secrets."""
    description: Mapped[str | None] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(20), default="enabled")
    """enabled | disabled"""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when no attempt has succeeded; None after a success."""
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    """A sentence for the merchant, where we disabled it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


class Event(Model):
    """Something that happened to a merchant. Its id is the `webhook-id` of every delivery and of every retry."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_created_at", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("evt"))
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), index=True)
    shopper_id: Mapped[str | None] = mapped_column(String(40), index=True)
    """Whom it tells of; when that shopper is erased, `data` is stripped of what names them."""
    stripped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When that was done. From then on no receiver's answer is kept: it may repeat what it was told."""
    type: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


_CALLBACK = text("session_id IS NOT NULL")


class Delivery(Model):
    """One event on its way to one address: a webhook endpoint, or a session's callback URL."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_status_next_attempt_at", "status", "next_attempt_at"),
        Index("ix_deliveries_endpoint_id_id", "endpoint_id", "id"),
        Index("ix_deliveries_endpoint_id_status_id", "endpoint_id", "status", "id"),
        Index("ix_deliveries_callbacks", "merchant_id", "id", sqlite_where=_CALLBACK, postgresql_where=_CALLBACK),
        Index("ix_deliveries_session_id", "session_id", sqlite_where=_CALLBACK, postgresql_where=_CALLBACK),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("dlv"))
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"), index=True)
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), index=True)
    endpoint_id: Mapped[str | None] = mapped_column(ForeignKey("webhook_endpoints.id"))
    """None for a callback, and once the endpoint has been deleted."""
    session_id: Mapped[str | None] = mapped_column(String(40))
    """Whose end it tells to the session's own callback URL; None for every other delivery."""
    url: Mapped[str] = mapped_column(Text)
    """Where the newest attempt went; each goes to where the endpoint is by then."""
    status: Mapped[str] = mapped_column(String(20), default="pending")
    """pending | delivered | failed"""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=now)
    """pending: when it is due. While an attempt runs, when that attempt counts as lost."""
    claim: Mapped[str | None] = mapped_column(String(40))
    response_status: Mapped[int | None]
    response_body: Mapped[str | None] = mapped_column(Text)
    """The first kilobyte of the newest answer."""
    duration_ms: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship(lazy="joined")
    endpoint: Mapped[WebhookEndpoint | None] = relationship(lazy="joined")


class DeliveryAttempt(Model):
    """One request of a delivery and what came back, for the delivery log."""

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    duration_ms: Mapped[int | None]
    request_headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    response_status: Mapped[int | None]
    response_headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    response_body: Mapped[str | None] = mapped_column(Text)
    """Its first kilobyte."""
    error: Mapped[str | None] = mapped_column(Text)
