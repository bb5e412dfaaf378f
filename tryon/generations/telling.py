"""Who hears how a generation ended, in the caller's transaction: the merchant's server, and its session."""

from typing import Any

from tryon.clock import iso
from tryon.db import db
from tryon.generations.models import Generation
from tryon.jobqueue import JobQueue
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Shopper
from tryon.webhooks.emit import emit


def newest_session_of(generation: Generation) -> TryOnSession | None:
    """The session, if this is its newest try; an older try that ends late does not touch it."""
    if generation.session_id is None:
        return None
    session = db.session.get_one(TryOnSession, generation.session_id, populate_existing=True)
    return session if session.generation_id == generation.id and session.status == "processing" else None


def tell_merchant(generation: Generation, type: str, data: dict[str, Any], queue: JobQueue) -> None:
    emit(generation.merchant_id, type, data, queue=queue, shopper_id=generation.shopper_id)


def describe_job(generation: Generation, *, image_url: str | None = None) -> dict[str, Any]:
    """What the merchant's server is told of a finished job."""
    product = generation.first_product
    shopper = db.session.get_one(Shopper, generation.shopper_id)
    data: dict[str, Any] = {
        "job_id": generation.id,
        "status": generation.status,
        "product_id": product.id,
        "external_id": product.external_id,
        "external_user_ref": shopper.external_ref,
        "session_id": generation.session_id,
        "mode": generation.mode,
        "created_at": iso(generation.created_at),
        "started_at": iso(generation.started_at),
        "completed_at": iso(generation.completed_at),
    }
    if image_url is not None:
        return data | {"image_url": image_url, "image_urls": [image_url]} | _made_by(generation)
    error = {"code": generation.error_code, "message": generation.error_message}
    return data | {"error": error | {"retryable": not generation.error_is_permanent}}


def _made_by(generation: Generation) -> dict[str, Any]:
    return {
        "engine": generation.engine,
        "engine_model": generation.engine_model,
        "fallback_from": generation.fallback_from,
        "fallback_reason": generation.fallback_reason,
    }
