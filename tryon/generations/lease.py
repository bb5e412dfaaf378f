"""A run owns its row for as long as it shows signs of life; without any for `LEASE` somebody else may have it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine as Database
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.ids import random_text

LEASE = timedelta(seconds=15)
HEARTBEAT_SECONDS = 4.0
PROGRESS_SECONDS = 0.25
"""Least time between two progress writes: a shopper's page looks once a second."""
ENGINE_SHARE = 0.9
"""How much of the bar is the engine's; the rest is reading before and keeping after."""


class ClaimLost(Exception):
    """This run no longer owns the row: it was cancelled, or given to another worker."""


def claim_row(generation_id: str) -> str | None:
    """Make the row ours, if it waits; None if there is nothing to do."""
    claim = random_text(20)
    with transaction():
        changed = db.session.execute(
            update(Generation)
            .where(Generation.id == generation_id, Generation.status == "queued")
            .values(
                status="processing",
                stage="reading",
                progress=1,
                claim=claim,
                attempts=Generation.attempts + 1,
                started_at=now(),
                lease_expires_at=now() + LEASE,
            )
            .execution_options(synchronize_session=False)
        )
    return claim if changed.rowcount else None  # type: ignore[attr-defined]


def reporter(claim: str) -> Callable[[str, int], None]:
    """What it writes never falls, also where another engine begins anew."""
    database: Database = db.engine
    last_write, last_stage, highest = 0.0, "", 0

    def report(stage: str, percent: int) -> None:
        nonlocal last_write, last_stage, highest
        percent = highest = max(highest, percent)
        if stage == last_stage and time.monotonic() - last_write < PROGRESS_SECONDS:
            return
        last_write, last_stage = time.monotonic(), stage
        _touch(database, claim, stage=stage, progress=max(1, min(99, round(percent * ENGINE_SHARE))))

    return report


@contextmanager
def signs_of_life(claim: str) -> Iterator[None]:
    """Renew the lease from a thread of its own, for as long as the block runs."""
    database, done = db.engine, threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                _touch(database, claim)
            except ClaimLost:
                return
            except OperationalError:
                continue  # the database was busy or away for a moment: the next beat tries again

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _touch(database: Database, claim: str, **values: object) -> None:
    with database.begin() as connection:
        changed = connection.execute(
            update(Generation)
            .where(Generation.claim == claim, Generation.status == "processing")
            .values(lease_expires_at=now() + LEASE, **values)
        )
    if not changed.rowcount:
        raise ClaimLost
