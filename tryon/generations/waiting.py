"""Waiting for a generation to end, for callers who hold the line. No transaction is held meanwhile."""

import threading
import time

from sqlalchemy import select

from tryon.db import db
from tryon.generations.models import FINISHED, Generation

LOOK_SECONDS = 0.25
WAITERS_MAX = 8
"""At once in one process: each holds a thread of the web server, and the others must go on being answered."""

_places = threading.BoundedSemaphore(WAITERS_MAX)


def wait_until_finished(generation: Generation, seconds: float) -> bool:
    """Look at the row now and then until it is finished or time is up; whether it is finished.

    Where too many wait already it is looked at once only. A finished row is then as the database has it.
    """
    is_finished = _watch(generation.id, seconds)
    if is_finished:
        db.session.refresh(generation)
    return is_finished


def _watch(generation_id: str, seconds: float) -> bool:
    if not _places.acquire(blocking=False):
        return _has_ended(generation_id)
    try:
        deadline = time.monotonic() + seconds
        while not _has_ended(generation_id):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(LOOK_SECONDS, left))
        return True
    finally:
        _places.release()


def _has_ended(generation_id: str) -> bool:
    status = db.session.scalar(select(Generation.status).where(Generation.id == generation_id))
    db.session.commit()
    return status in FINISHED
