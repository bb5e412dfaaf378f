"""Handing work to RQ. The queue only nudges: what must be done stands in a row, and the sweep finds what got lost."""

import structlog
from redis import Redis
from redis.exceptions import RedisError

from tryon.db import after_commit
from tryon.entries import Entries
from tryon.logs import get_logger

GENERATIONS = "generations"
"""Pictures to make: for workers with a warm engine."""
PREPARATIONS = "preparations"
"""Photos and products to look at ahead of time: for the same workers, when no shopper waits."""
DELIVERIES = "deliveries"
"""Webhooks to send: slow servers of others must not keep a shopper waiting."""

REDIS_TIMEOUT_SECONDS = 5
PREPARE_TIMEOUT_SECONDS = 60
JOB_RECORD_SECONDS = 3600

log = get_logger(__name__)


class JobQueue:
    def __init__(self, redis_url: str) -> None:
        self.redis = connect(redis_url)
        self._entries = Entries(self.redis)

    def enqueue_later(
        self,
        queue: str,
        function: str,
        *arguments: str,
        timeout_seconds: int,
        entry: str | None = None,
        is_first: bool = False,
    ) -> None:
        """Enqueue `function` (dotted name) once the present transaction has been committed.

        An `entry` names the piece of work: while an entry of that name waits in the queue, no second one is made.
        With `is_first` nobody can have made one, and the queue is not searched.
        """
        after_commit(lambda: self._enqueue(queue, function, arguments, timeout_seconds, entry, is_first))

    def _enqueue(
        self,
        queue: str,
        function: str,
        arguments: tuple[str, ...],
        timeout_seconds: int,
        entry: str | None,
        is_first: bool,
    ) -> None:
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        try:
            if entry is not None and not is_first and self._is_waiting(queue, entry):
                return
            self._entries.push(
                queue,
                function,
                arguments,
                id=entry,
                meta={"request_id": request_id},
                timeout=timeout_seconds,
                result_ttl=0,
                failure_ttl=JOB_RECORD_SECONDS,
            )
        except RedisError as error:
            # The row is committed; the sweep will enqueue it again, so the caller need not fail.
            log.warning("queue.unreachable", function=function, arguments=arguments, error=str(error))

    def _is_waiting(self, queue: str, entry: str) -> bool:
        """A job record alone proves nothing: its worker may have died between taking it and starting it."""
        return self._entries.queue(queue).get_job_position(entry) is not None

    def waiting(self, queue: str) -> int:
        return self._entries.queue(queue).count


def connect(redis_url: str) -> Redis:
    """A client for `redis://`, `rediss://`, `valkey://` or `unix://` addresses. Connects on first use."""
    address = redis_url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
    return Redis.from_url(
        address, socket_connect_timeout=REDIS_TIMEOUT_SECONDS, socket_timeout=None, health_check_interval=30
    )
