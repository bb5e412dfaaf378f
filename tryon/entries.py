"""Writing a job into an RQ queue by one call of a script.

What `Queue.enqueue` does in six commands (its transaction among them, and ten answers to read) is one command here: it
takes a third of the time, and happens wholly or not at all. RQ makes the record of the first job of each kind; of those
that follow only what differs is made anew. A test holds them against RQ's own.
"""

import zlib
from typing import Any
from uuid import uuid4

from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus
from rq.utils import get_call_string, now, utcformat

_PUSH = """
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('SADD', KEYS[3], KEYS[2])
return redis.call('RPUSH', KEYS[2], ARGV[1])
"""
_DIFFERS = frozenset({"created_at", "enqueued_at", "data", "description", "meta"})
_DESCRIPTION_MAX = 75
"""Letters of an argument, as RQ shows it."""


class Entries:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._push = redis.register_script(_PUSH)
        self._queues: dict[str, Queue] = {}
        self._same: dict[tuple[Any, ...], tuple[bytes, ...]] = {}

    def push(
        self,
        queue: str,
        function: str,
        arguments: tuple[str, ...],
        *,
        id: str | None,
        meta: dict[str, Any],
        **limits: Any,
    ) -> None:
        """`limits` is what `Queue.create_job` takes of times, in seconds. Raises RedisError."""
        into, id, moment = self.queue(queue), id or str(uuid4()), utcformat(now())
        pack = into.serializer.dumps
        fields: tuple[Any, ...] = (
            *self._what_is_the_same(into, function, limits),
            *("created_at", moment, "enqueued_at", moment),
            *("data", zlib.compress(pack((function, None, arguments, {})))),
            *("description", get_call_string(function, arguments, {}, max_length=_DESCRIPTION_MAX) or function),
            *("meta", pack(meta)),
        )
        self._push(keys=(Job.key_for(id), into.key, Queue.redis_queues_keys), args=(id, *fields))

    def queue(self, name: str) -> Queue:
        found = self._queues.get(name)
        if found is None:
            found = self._queues[name] = Queue(name, connection=self._redis)
        return found

    def _what_is_the_same(self, into: Queue, function: str, limits: dict[str, Any]) -> tuple[bytes, ...]:
        """Names and values of all jobs of this kind, in bytes already."""
        kind = into.name, function, *limits.items()
        same = self._same.get(kind)
        if same is None:
            record = into.create_job(function, status=JobStatus.QUEUED, **limits).to_dict()
            pairs = [pair for pair in record.items() if pair[0] not in _DIFFERS]
            same = self._same[kind] = tuple(_bytes(each) for pair in pairs for each in pair)
        return same


def _bytes(value: Any) -> bytes:
    text = value.value if isinstance(value, JobStatus) else value
    return text if isinstance(text, bytes) else str(text).encode()
