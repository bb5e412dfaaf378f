"""Waiting for a generation to end, for callers who want to hold the line."""

import time

from tryon.db import db
from tryon.generations.models import Generation

LOOK_SECONDS = 0.25


def wait_until_finished(generation: Generation, seconds: float) -> bool:
    """Look at the row, between short naps and outside of any transaction; True once it has ended."""
    deadline = time.monotonic() + seconds
    while not generation.is_finished and time.monotonic() < deadline:
        db.session.commit()
        time.sleep(LOOK_SECONDS)
        db.session.refresh(generation)
    return generation.is_finished
