"""Finding what was lost and erasing what has expired. Safe to run at any time, by several processes at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from tryon.catalog.expiry import remove_expired_products
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.generations.erasing import erase_result, go_on_erasing
from tryon.generations.finish import ATTEMPTS_MAX, fail_lost
from tryon.generations.models import Generation
from tryon.generations.nudge import QUEUE_ENTRY_LIFETIME, enqueue_generation
from tryon.generations.result import delete_lost_result
from tryon.generations.sharing import forget_ended_shares
from tryon.idempotency import forget_old
from tryon.jobqueue import JobQueue
from tryon.merchants.google_key_checks import enqueue_due_checks
from tryon.providers.calls import delete_old_calls, end_lost_calls
from tryon.sessions.ending import expire_session
from tryon.sessions.handoffs import delete_old_handoffs
from tryon.sessions.idle_guests import delete_idle_guests
from tryon.sessions.models import IDLE, TryOnSession
from tryon.shoppers.arriving import delete_stranded
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import delete_file, erase_photo
from tryon.shoppers.visits import delete_old_visits
from tryon.storage.base import Storage
from tryon.usage.calls import write_down_calls
from tryon.usage.products import tell_of_many_products
from tryon.webhooks.due import enqueue_due_deliveries
from tryon.webhooks.expiry import delete_old_events

ERASING_MAX = timedelta(minutes=2)
"""An erasure that has taken longer was cut short."""
BATCH = 200
"""Rows a kind and run: a sweep never holds the database for long, the next one goes on."""


@dataclass(frozen=True, slots=True)
class SweepCounts:
    lost: int
    """Generations whose worker was lost: enqueued again, or given up."""
    nudged: int
    """Queued generations whose queue entry was checked, and renewed if it was gone."""
    deliveries: int
    sessions_expired: int
    photos_erased: int
    results_erased: int
    leftovers_erased: int
    """Files of which the process that was to delete them was killed."""
    people_erased: int
    """Shoppers whose erasure was cut short."""
    guests_forgotten: int
    """Guests who never gave a photo."""
    visits_forgotten: int
    """Visits to a shopper's own pages that ended long ago."""
    shares_forgotten: int
    """Links to pictures that ended long ago."""
    products_removed: int
    codes_forgotten: int
    """That led from a desk to the phone."""
    answers_forgotten: int
    """Answers kept for their Idempotency-Key, for longer than a day."""
    calls_counted: int
    engine_calls_deleted: int
    events_deleted: int
    limits_told: int
    """Merchants who heard that their catalogue outgrew their plan."""
    keys_checked: int
    """Google keys that Google is asked about again."""


def sweep(*, storage: Storage, queue: JobQueue, settings: Settings) -> SweepCounts:
    moment = now()
    return SweepCounts(
        lost=_recover_lost(moment, queue, storage),
        nudged=_nudge_queued(moment, queue, settings),
        deliveries=enqueue_due_deliveries(queue=queue, limit=BATCH),
        sessions_expired=_expire_sessions(moment, queue),
        photos_erased=_erase_photos(moment, storage),
        results_erased=_erase_results(moment, storage),
        leftovers_erased=_erase_leftovers(moment, storage),
        guests_forgotten=delete_idle_guests(moment, queue=queue),
        visits_forgotten=delete_old_visits(moment, BATCH),
        people_erased=_go_on_erasing(moment, storage, queue),
        shares_forgotten=forget_ended_shares(moment, BATCH),
        products_removed=remove_expired_products(moment, BATCH, storage=storage),
        codes_forgotten=delete_old_handoffs(moment, BATCH),
        answers_forgotten=forget_old(moment, limit=BATCH),
        engine_calls_deleted=_sweep_calls(moment, settings),
        events_deleted=delete_old_events(moment, settings.event_keep_days, BATCH),
        calls_counted=write_down_calls(queue=queue, settings=settings),
        keys_checked=enqueue_due_checks(moment, BATCH, queue=queue),
        limits_told=tell_of_many_products(moment, queue=queue, settings=settings),
    )


def _sweep_calls(moment: datetime, settings: Settings) -> int:
    end_lost_calls(moment)
    return delete_old_calls(moment, settings.event_keep_days, BATCH)


def _recover_lost(moment: datetime, queue: JobQueue, storage: Storage) -> int:
    """Processing, but its lease ran out: back to the queue, or failed if that happened too often.

    The lost run may have kept its picture already: nobody will ever look at it.
    """
    overdue = select(Generation.id, Generation.claim, Generation.attempts, Generation.merchant_id).where(
        Generation.status == "processing", Generation.lease_expires_at < moment
    )
    lost = db.session.execute(overdue.limit(BATCH)).all()
    for generation_id, claim, attempts, merchant_id in lost:
        if attempts >= ATTEMPTS_MAX:
            fail_lost(generation_id, claim, queue=queue)
        else:
            _put_back(generation_id, claim, moment)
        if claim is not None and _has_lost(generation_id, claim):
            delete_lost_result(storage, merchant_id, generation_id, claim)
    return len(lost)


def _has_lost(generation_id: str, claim: str) -> bool:
    """Whether a run of that name owns the row no more, and did not finish it at the last moment either."""
    now_there = select(Generation.claim, Generation.status).where(Generation.id == generation_id)
    owner, status = db.session.execute(now_there).one()
    db.session.commit()
    return owner != claim or status in ("failed", "cancelled")


def _put_back(generation_id: str, claim: str | None, moment: datetime) -> None:
    with transaction():
        db.session.execute(
            update(Generation)
            .where(Generation.id == generation_id, Generation.claim == claim, Generation.status == "processing")
            .values(status="queued", stage="queued", progress=0, claim=None, lease_expires_at=moment)
            .execution_options(synchronize_session=False)
        )


def _nudge_queued(moment: datetime, queue: JobQueue, settings: Settings) -> int:
    waiting = select(Generation.id).where(Generation.status == "queued", Generation.lease_expires_at <= moment)
    ids = db.session.scalars(waiting.limit(BATCH)).all()
    for generation_id in ids:
        with transaction():
            generation = db.session.get_one(Generation, generation_id, populate_existing=True)
            if generation.status == "queued":
                generation.lease_expires_at = moment + QUEUE_ENTRY_LIFETIME
                enqueue_generation(generation, queue=queue, settings=settings)
    return len(ids)


def _expire_sessions(moment: datetime, queue: JobQueue) -> int:
    overdue = select(TryOnSession.id).where(TryOnSession.status.in_(IDLE), TryOnSession.expires_at <= moment)
    ids = db.session.scalars(overdue.limit(BATCH)).all()
    return sum(expire_session(session_id, moment, queue=queue) for session_id in ids)


def _erase_photos(moment: datetime, storage: Storage) -> int:
    """One that a waiting try-on still needs may be among them, if it was given for a fixed number of days: the try-on
    then ends with `photo_gone`."""
    expired = select(Photo).where(Photo.erased_at.is_(None), Photo.expires_at <= moment).limit(BATCH)
    photos = db.session.scalars(expired).all()
    for photo in photos:
        erase_photo(photo, storage=storage)
    return len(photos)


def _erase_results(moment: datetime, storage: Storage) -> int:
    expired = select(Generation).where(Generation.result_key.is_not(None), Generation.expires_at <= moment)
    generations = db.session.scalars(expired.limit(BATCH)).all()
    for generation in generations:
        erase_result(generation, storage=storage)
    return len(generations)


def _erase_leftovers(moment: datetime, storage: Storage) -> int:
    """Photos that were erased but for their file, photos that never got a row, and the pictures of runs that were
    cancelled, and then killed."""
    photos = db.session.scalars(select(Photo).where(Photo.erased_at < moment, Photo.file_key != "").limit(BATCH)).all()
    for photo in photos:
        delete_file(photo, storage=storage)
    cancelled = select(Generation.id, Generation.claim, Generation.merchant_id).where(
        Generation.status == "cancelled", Generation.lease_expires_at < moment
    )
    runs = db.session.execute(cancelled.limit(BATCH)).all()
    for generation_id, claim, merchant_id in runs:
        if claim is not None:
            delete_lost_result(storage, merchant_id, generation_id, claim)
        with transaction():
            done = update(Generation).where(Generation.id == generation_id)
            db.session.execute(done.values(claim=None, lease_expires_at=None))
    return len(photos) + len(runs) + delete_stranded(moment, BATCH, storage=storage)


def _go_on_erasing(moment: datetime, storage: Storage, queue: JobQueue) -> int:
    begun = select(Shopper).where(Shopper.erasing_since < moment - ERASING_MAX).limit(BATCH)
    shoppers = db.session.scalars(begun).all()
    for shopper in shoppers:
        go_on_erasing(shopper, storage=storage, queue=queue)
    return len(shoppers)
