"""Forgetting a person altogether: their photos, every picture made of them, and what names them in any row.

Three steps, in an order that leaves no gap. First, in one transaction, the name goes and no photo is found any more:
what comes under the name from then on is somebody new, and no try-on can begin with what is being erased. Then the
files go: the photos', so that a try-on accepted a moment before ends without one, and the results'. Last the names in
other rows, which what ended meanwhile may still have written. Killed in between, the sweep goes on
(`Shopper.erasing_since`).
"""

from sqlalchemy import delete, select, update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.cancelling import cancel
from tryon.generations.models import Generation, Opinion, Share
from tryon.generations.result import delete_lost_result
from tryon.generations.sharing import forget_shares
from tryon.jobqueue import JobQueue
from tryon.sessions.handoffs import Handoff
from tryon.sessions.models import Asset, TryOnSession
from tryon.shoppers.forgetting import disown_photo
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import delete_file
from tryon.shoppers.visits import end_visits
from tryon.storage.base import Storage
from tryon.storage.variants import delete_picture
from tryon.webhooks.forgetting import strip_shopper


def erase_shopper(shopper: Shopper, *, storage: Storage, queue: JobQueue) -> None:
    """The rows stay, naming nobody, so that credits and usage still add up. May be repeated: it finds nothing left."""
    with transaction():
        _hold(shopper)
        shopper.external_ref, shopper.erasing_since = None, now()
        photos = select(Photo).where(Photo.shopper_id == shopper.id, Photo.erased_at.is_(None))
        for photo in db.session.scalars(photos.execution_options(populate_existing=True)).all():
            disown_photo(photo, queue=queue)
    go_on_erasing(shopper, storage=storage, queue=queue)


def go_on_erasing(shopper: Shopper, *, storage: Storage, queue: JobQueue) -> None:
    """What is left to do once nobody finds the photos any more."""
    photos = select(Photo).where(Photo.shopper_id == shopper.id, Photo.erased_at.is_not(None), Photo.file_key != "")
    for photo in db.session.scalars(photos).all():
        delete_file(photo, storage=storage)
    _stop_work(shopper, storage, queue)
    _erase_results(shopper, storage)
    with transaction():
        _forget_opinions(shopper)
        _empty_sessions(shopper)
        strip_shopper(shopper.id)
        end_visits(shopper)
        shopper.erasing_since = None


def erase_result(generation: Generation, *, storage: Storage) -> None:
    """Delete the finished picture, and the links to it; the row says that there was one."""
    if generation.result_key is None:
        return
    delete_picture(storage, generation.result_key)
    with transaction():
        generation.result_key = None
        forget_shares(Share.generation_id == generation.id)


def _hold(shopper: Shopper) -> None:
    """Until the end of the transaction nobody writes anything of theirs (`hold_shopper`) or names them."""
    db.session.execute(select(Shopper.id).where(Shopper.id == shopper.id).with_for_update())
    db.session.refresh(shopper)


def _stop_work(shopper: Shopper, storage: Storage, queue: JobQueue) -> None:
    """A run that goes on finds its row taken, and throws its picture away itself. One that was killed just after it had
    kept its picture can't: what lies there goes now, and what it may still write, with the next sweep."""
    running = select(Generation).where(
        Generation.shopper_id == shopper.id, Generation.status.in_(("queued", "processing"))
    )
    for generation in db.session.scalars(running.execution_options(populate_existing=True)).all():
        if cancel(generation, queue=queue) and generation.claim is not None:
            delete_lost_result(storage, generation.merchant_id, generation.id, generation.claim)


def _erase_results(shopper: Shopper, storage: Storage) -> None:
    made = select(Generation).where(Generation.shopper_id == shopper.id, Generation.result_key.is_not(None))
    for generation in db.session.scalars(made.execution_options(populate_existing=True)).all():
        erase_result(generation, storage=storage)


def _forget_opinions(shopper: Shopper) -> None:
    mine = select(Generation.id).where(Generation.shopper_id == shopper.id)
    quiet = {"synchronize_session": False}
    db.session.execute(delete(Opinion).where(Opinion.generation_id.in_(mine)).execution_options(**quiet))


def _empty_sessions(shopper: Shopper) -> None:
    emptied: dict[str, object] = {"merchant_reference": None, "extra": {}, "return_url": None, "photo_id": None}
    mine = select(TryOnSession.id).where(TryOnSession.shopper_id == shopper.id)
    quiet = {"synchronize_session": False}
    db.session.execute(
        update(TryOnSession).where(TryOnSession.shopper_id == shopper.id).values(**emptied).execution_options(**quiet)
    )
    db.session.execute(update(Asset).where(Asset.session_id.in_(mine)).values(photo_id=None).execution_options(**quiet))
    db.session.execute(delete(Handoff).where(Handoff.session_id.in_(mine)).execution_options(**quiet))
    db.session.expire_all()
