"""A shopper's own list of try-ons, and taking one out of it for good."""

from sqlalchemy import update

from tryon.db import db, transaction
from tryon.generations.cancelling import cancel
from tryon.generations.erasing import erase_result
from tryon.generations.models import Generation
from tryon.generations.opinions import forget_opinions
from tryon.jobqueue import JobQueue
from tryon.sessions.models import TryOnSession
from tryon.storage.base import Storage


def forget_generation(generation: Generation, *, storage: Storage, queue: JobQueue) -> None:
    """Stop it if it runs, delete its picture, and make the row nobody's: it still counts, but leads to no person."""
    cancel(generation, queue=queue)
    erase_result(generation, storage=storage)
    with transaction():
        newest = update(TryOnSession).where(TryOnSession.generation_id == generation.id)
        db.session.execute(newest.values(generation_id=None).execution_options(synchronize_session=False))
        forget_opinions([generation.id])
        generation.shopper_id = generation.photo_id = generation.session_id = None
        generation.request_id = None
