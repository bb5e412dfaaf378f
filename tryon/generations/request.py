"""Asking for a try-on: the same verb for the API and for the pages."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import structlog
from sqlalchemy import insert

from tryon.catalog.lifetimes import note_product_uses
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, known, table_of, transaction
from tryon.engines.base import Category
from tryon.engines.registry import EngineKind
from tryon.errors import Conflict, InsufficientCredits, InvalidRequest
from tryon.fixed import Fixed
from tryon.generations.models import Generation, GenerationGarment
from tryon.generations.nudge import QUEUE_ENTRY_LIFETIME, enqueue_generation
from tryon.generations.outfits import check_outfit
from tryon.ids import new_id
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.providers.choosing import EnginePlan, choose
from tryon.providers.preferring import check_available
from tryon.providers.probing import settle_probe
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
    engine: str | None = None,
) -> Generation:
    """Decide who makes and who pays it, reserve a credit if that is a credit, write the row, enqueue after commit.

    `keep_days` is how long the finished picture is kept, `has_watermark` whether the merchant's logo goes on it,
    `engine` what this one is to be made by instead of what the merchant chose.
    Raises InsufficientCredits, Gone, Conflict (consent_required where only engines are left that the shopper did not
    agree to), and InvalidRequest for products that can't be worn together and engines that there are not.
    """
    _check(shopper, photo, products)
    if engine is not None:
        check_available(shopper.merchant_id, [engine], "options.engine", settings=settings)
    generation_id, moment = new_id("gen"), now()
    plan = _plan(generation_id, photo, products, mode=mode, engine=engine, settings=settings)
    fields: dict[str, Any] = {
        "merchant_id": shopper.merchant_id,
        "shopper_id": shopper.id,
        "photo_id": photo.id,
        "session_id": session.id if session else None,
        "mode": mode,
        "options": options or {},
        "keep_days": keep_days,
        "has_watermark": has_watermark,
        "billed_to": plan.billed_to,
        "engine_wanted": engine,
        "engine_planned": plan.planned.engine,
        **_already_replaced(plan),
        "status": "queued",
        "attempts": 0,
        "lease_expires_at": moment + QUEUE_ENTRY_LIFETIME,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        "created_at": moment,
        "updated_at": moment,
    }
    with transaction():
        # First what nobody else waits for, then the rows that others want too: they are held for less long.
        write_together((_NEW, [{"id": generation_id, **fields}]), (_WORN, _worn(generation_id, products)))
        note_product_uses(products)  # before the merchant's row, in the order of whoever changes a product
        if plan.billed_to == "credit":
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


def check_credit(merchant: Merchant, *, mode: str, settings: Settings, engine: str | None = None) -> None:
    """Raise InsufficientCredits before anything is fetched or kept for what would be refused; `reserve` decides.

    Without a credit left, what the merchant's own key pays is still accepted.
    """
    if mode != "live" or merchant.credit_balance >= COST_OF_A_GENERATION:
        return
    if choose(merchant.id, mode=mode, settings=settings, wanted=engine).billed_to == "credit":
        raise InsufficientCredits


def _plan(
    generation_id: str, photo: Photo, products: Sequence[Product], *, mode: str, engine: str | None, settings: Settings
) -> EnginePlan:
    plan = choose(
        photo.merchant_id,
        mode=mode,
        settings=settings,
        wanted=engine,
        categories={cast(Category, product.category) for product in products},
        may_send=partial(may_send, photo),
    )
    if plan.lacks_consent:
        raise Conflict("The shopper has not agreed that their photo is sent there.", code="consent_required")
    return settle_probe(plan, photo.merchant_id, generation_id)


def _already_replaced(plan: EnginePlan) -> dict[str, str | None]:
    """Where it is known before anybody is asked that another engine than the one wished for will make it."""
    wished = plan.order[0]
    is_replaced = plan.planned.engine != wished.engine
    return {
        "fallback_from": wished.engine if is_replaced else None,
        "fallback_reason": wished.closed if is_replaced else None,
    }


def may_send(photo: Photo, kind: EngineKind) -> bool:
    """Whether its shopper agreed that it goes to this engine's provider."""
    return photo.may_be_sent_to(kind.recipient)


def _check(shopper: Shopper, photo: Photo, products: Sequence[Product]) -> None:
    if photo.shopper_id != shopper.id or photo.erased_at is not None:
        raise Conflict("This photo is no longer available. Please give a new one.", code="model_required")
    if not products or any(product.merchant_id != shopper.merchant_id for product in products):
        raise InvalidRequest("The product is not known.", code="unknown_product")
    for product in products:
        if product.main_image is None:
            raise Conflict("This product has no picture yet, so it can't be tried on.", code="product_image_missing")
    check_outfit(products)
