"""Guests of pages without a backend who came, and never gave a photo: nothing of theirs is worth a row."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists

from tryon.db import db, transaction
from tryon.ids import first_id
from tryon.jobqueue import JobQueue
from tryon.sessions.models import TryOnSession
from tryon.shoppers.finding import GUEST_PREFIX
from tryon.shoppers.models import Photo, Shopper

IDLE_MAX = timedelta(days=2)
"""A guest who has given no photo by then is forgotten; who comes back is made anew, under the same guest id."""
LOOKS_BACK = timedelta(days=3)
"""How far beyond that a sweep looks: what a system that stood still for longer leaves is a few empty rows."""
SWEEP_EVERY = timedelta(hours=1)


def delete_idle_guests(moment: datetime, *, queue: JobQueue) -> int:
    """Once an hour, whoever sweeps: ids sort by time of birth, so this reads one span of them. Returns how many."""
    if not queue.redis.set("tryon:guests-swept", "1", nx=True, ex=SWEEP_EVERY):
        return 0
    newest = moment - IDLE_MAX
    idle = delete(Shopper).where(
        Shopper.id >= first_id("shp", newest - LOOKS_BACK),
        Shopper.id < first_id("shp", newest),
        Shopper.external_ref.startswith(GUEST_PREFIX, autoescape=True),
        ~exists().where(Photo.shopper_id == Shopper.id),
        ~exists().where(TryOnSession.shopper_id == Shopper.id),
    )
    with transaction():
        done = db.session.execute(idle.execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]
