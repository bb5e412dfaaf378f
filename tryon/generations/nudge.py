"""Putting a generation into the queue. A queue entry is only a nudge; the row decides whether there is work."""

from datetime import timedelta

from tryon.config import Settings
from tryon.generations.models import Generation
from tryon.jobqueue import GENERATIONS, JobQueue

QUEUE_ENTRY_LIFETIME = timedelta(seconds=20)
"""A queued row older than this is looked for in the queue again, and enqueued if it got lost there."""
GRACE_SECONDS = 30
"""What the queue allows on top of the engine's own deadline, for loading and keeping files."""


def enqueue_generation(generation: Generation, *, queue: JobQueue, settings: Settings, is_first: bool = False) -> None:
    """After the commit of the caller's transaction. An entry still waiting in the queue is not doubled."""
    queue.enqueue_later(
        GENERATIONS,
        "tryon.jobs.run_generation",
        generation.id,
        timeout_seconds=settings.generation_timeout_seconds + GRACE_SECONDS,
        entry=f"{generation.id}-{generation.attempts}",
        is_first=is_first,
    )
