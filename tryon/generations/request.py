"""Asking for a try-on: the same verb for the API and for the pages."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import insert

from tryon.catalog.lifetimes import note_product_uses
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, known, table_of, transaction
from tryon.errors import Conflict, InsufficientCredits, InvalidRequest
from tryon.fixed import Fixed
from tryon.generations.models import Generation, GenerationGarment
from tryon.generations.nudge import QUEUE_ENTRY_LIFETIME, enqueue_generation
from tryon.generations.outfits import check_outfit
from tryon.ids import new_id
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.sessions.launching import note_try
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import note_use
from tryon.straight import write_together
from tryon.usage.credits import COST_OF_A_GENERATION, reserve, tell_if_low


def request_generation(
    shopper: Shopper,
    photo: Photo,
    products: Sequence[Product],
    *,
    mode: str,
    settings: Settings,
    queue: JobQueue,
    options: dict[str, Any] | None = None,
    keep_days: int | None = None,
    has_watermark: bool = True,
    session: TryOnSession | None = None,
) -> Generation:
    """Reserve a credit, write the row, enqueue after commit.

    `keep_days` is how long the finished picture is kept, `has_watermark` whether the merchant's logo goes on it.
    Raises InsufficientCredits, Gone, Conflict, and InvalidRequest for products that can't be worn together.
    """
    _check(shopper, photo, products)
    moment = now()
    fields: dict[str, Any] = {
        "merchant_id": shopper.merchant_id,
        "shopper_id": shopper.id,
        "photo_id": photo.id,
        "session_id": session.id if session else None,
        "mode": mode,
        "options": options or {},
        "keep_days": keep_days,
        "has_watermark": has_watermark,
        "status": "queued",
        "attempts": 0,
        "lease_expires_at": moment + QUEUE_ENTRY_LIFETIME,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        "created_at": moment,
        "updated_at": moment,
    }
    generation_id = new_id("gen")
    with transaction():
        # First what nobody else waits for, then the rows that others want too: they are held for less long.
        write_together((_NEW, [{"id": generation_id, **fields}]), (_WORN, _worn(generation_id, products)))
        note_product_uses(products)  # before the merchant's row, in the order of whoever changes a product
        if mode == "live":
            left = reserve(shopper.merchant_id, generation_id)
            if left < settings.credits_low_below:
                tell_if_low(shopper.merchant_id, settings.credits_low_below, queue=queue)
        note_use(photo, settings)
        if session is not None:
            note_try(session, generation_id=generation_id, photo_id=photo.id)
        generation = known(Generation, generation_id, **fields)
        enqueue_generation(generation, queue=queue, settings=settings, is_first=True)
    if session is not None:
        db.session.refresh(session)
    return generation


_NEW, _WORN = Fixed(insert(table_of(Generation))), Fixed(insert(table_of(GenerationGarment)))


def _worn(generation_id: str, products: Sequence[Product]) -> list[dict[str, Any]]:
    return [
        {"generation_id": generation_id, "position": position, "product_id": product.id}
        for position, product in enumerate(products)
    ]


def check_credit(merchant: Merchant, *, mode: str) -> None:
    """Raise InsufficientCredits before anything is fetched or kept for what would be refused; `reserve` decides."""
    if mode == "live" and merchant.credit_balance < COST_OF_A_GENERATION:
        raise InsufficientCredits


def _check(shopper: Shopper, photo: Photo, products: Sequence[Product]) -> None:
    if photo.shopper_id != shopper.id or photo.erased_at is not None:
        raise Conflict("This photo is no longer available. Please give a new one.", code="model_required")
    if not products or any(product.merchant_id != shopper.merchant_id for product in products):
        raise InvalidRequest("The product is not known.", code="unknown_product")
    for product in products:
        if product.main_image is None:
            raise Conflict("This product has no picture yet, so it can't be tried on.", code="product_image_missing")
    check_outfit(products)
