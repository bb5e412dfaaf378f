"""Forgetting a person altogether: their photos, every picture made of them, and what names them in any row."""

from sqlalchemy import select, update

from tryon.db import db, transaction
from tryon.generations.cancelling import cancel
from tryon.generations.models import Generation
from tryon.generations.result import result_key
from tryon.jobqueue import JobQueue
from tryon.sessions.models import Asset, TryOnSession
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo, Shopper
from tryon.storage.base import Storage
from tryon.webhooks.forgetting import strip_shopper


def erase_shopper(shopper: Shopper, *, storage: Storage, queue: JobQueue) -> None:
    """The rows stay, naming nobody, so that credits and usage still add up. May be repeated: it finds nothing left."""
    with transaction():
        shopper.external_ref = None  # first: whoever comes under that name from now on is somebody new
    _stop_work(shopper, storage, queue)
    _erase_results(shopper, storage)
    photos = select(Photo).where(Photo.shopper_id == shopper.id, Photo.erased_at.is_(None))
    for photo in db.session.scalars(photos).all():
        forget_photo(photo, storage=storage, queue=queue)
    with transaction():
        _empty_sessions(shopper)
        strip_shopper(shopper.id)


def _stop_work(shopper: Shopper, storage: Storage, queue: JobQueue) -> None:
    """Before files are looked for: a run that goes on finds its row taken, and throws its picture away itself.

    One that was killed just after it had kept its picture can't.
    """
    running = select(Generation).where(
        Generation.shopper_id == shopper.id, Generation.status.in_(("queued", "processing"))
    )
    for generation in db.session.scalars(running.execution_options(populate_existing=True)).all():
        claim = generation.claim
        if cancel(generation, queue=queue) and claim is not None:
            storage.delete(result_key(generation.merchant_id, generation.id, claim))


def _erase_results(shopper: Shopper, storage: Storage) -> None:
    made = select(Generation).where(Generation.shopper_id == shopper.id, Generation.result_key.is_not(None))
    for generation in db.session.scalars(made.execution_options(populate_existing=True)).all():
        erase_result(generation, storage=storage)


def erase_result(generation: Generation, *, storage: Storage) -> None:
    """Delete the finished picture; the row says that there was one."""
    if generation.result_key is None:
        return
    storage.delete(generation.result_key)
    with transaction():
        generation.result_key = None


def _empty_sessions(shopper: Shopper) -> None:
    emptied: dict[str, object] = {"merchant_reference": None, "extra": {}, "return_url": None, "photo_id": None}
    mine = select(TryOnSession.id).where(TryOnSession.shopper_id == shopper.id)
    quiet = {"synchronize_session": False}
    db.session.execute(
        update(TryOnSession).where(TryOnSession.shopper_id == shopper.id).values(**emptied).execution_options(**quiet)
    )
    db.session.execute(update(Asset).where(Asset.session_id.in_(mine)).values(photo_id=None).execution_options(**quiet))
    db.session.expire_all()
