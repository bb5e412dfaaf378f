"""API calls: counted in the process, summed up in Redis, and written down by the sweep, so that a read costs no write.

What a process, Redis or a sweep had counted in its last seconds is lost with it, and never counted twice; nothing is
billed by it. A key with a limit is counted in its row besides, exactly (`merchants/keys.py`).
"""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import date

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import select, update

from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.jobqueue import JobQueue
from tryon.logs import get_logger
from tryon.merchants.keys import PresentedKey
from tryon.merchants.models import ApiKey, Merchant
from tryon.usage.counting import add_to_count, tell_if_over

COUNTED = "tryon:calls"
"""A hash: merchant, key, mode and day → calls."""
HAND_ON_SECONDS = 2.0

log = get_logger(__name__)


class CallCounter:
    """Counts in this process, and hands on to Redis every few seconds: most requests ask Redis nothing."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._timer: threading.Timer | None = None

    def note(self, key: PresentedKey) -> None:
        with self._lock:
            self._calls[f"{key.merchant_id}|{key.id}|{key.mode}|{now().date()}"] += 1
            if self._timer is None:
                self._timer = threading.Timer(HAND_ON_SECONDS, self.hand_on)
                self._timer.daemon = True
                self._timer.start()

    def hand_on(self) -> None:
        """Never fails a caller: while Redis is away the calls wait here, until the next one brings them along."""
        with self._lock:
            calls, self._calls, self._timer = self._calls, Counter(), None
        try:
            _add(self._redis, calls)
        except RedisError as error:
            log.warning("calls.kept", error=str(error))
            with self._lock:
                self._calls += calls


def write_down_calls(*, queue: JobQueue, settings: Settings) -> int:
    """Returns how many calls were written down. Each is taken out of Redis first: by one sweep, whoever else sweeps."""
    calls = _take(queue.redis)
    if not calls:
        return 0
    try:
        _write(calls, settings, queue)
    except BaseException:
        _add(queue.redis, calls)
        raise
    return calls.total()


def _add(redis: Redis, calls: Counter[str]) -> None:
    with redis.pipeline() as pipeline:
        for field, number in calls.items():
            pipeline.hincrby(COUNTED, field, number)
        pipeline.execute()


def _take(redis: Redis) -> Counter[str]:
    with redis.pipeline() as pipeline:
        pipeline.hgetall(COUNTED)
        pipeline.delete(COUNTED)
        counted, _ = pipeline.execute()
    return Counter({field.decode(): int(number) for field, number in counted.items()})


def _write(calls: Counter[str], settings: Settings, queue: JobQueue) -> None:
    """Keys before their merchants' days, and both in order: two who lock in one order never wait for each other."""
    keys: Counter[str] = Counter()
    days: Counter[tuple[str, date]] = Counter()
    for field, number in calls.items():
        merchant_id, key_id, mode, iso_day = field.split("|")
        keys[key_id] += number
        if mode == "live":
            days[merchant_id, date.fromisoformat(iso_day)] += number
    with transaction():
        for key_id, number in sorted(keys.items()):
            _note_use(key_id, number)
        known = _known({merchant_id for merchant_id, _ in days})
        for (merchant_id, day), number in sorted(days.items()):
            if merchant_id in known:
                add_to_count(merchant_id, "api_call", number, day)
        for merchant_id in sorted(known):
            tell_if_over(merchant_id, "api_call", settings=settings, queue=queue)


def _note_use(key_id: str, number: int) -> None:
    """A key with a limit has counted these calls already."""
    db.session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.usage_limit.is_(None))
        .values(usage_count=ApiKey.usage_count + number, last_used_at=now())
        .execution_options(synchronize_session=False)
    )


def _known(merchant_ids: Iterable[str]) -> set[str]:
    """Redis may outlive a database: whoever is gone from there is not counted."""
    return set(db.session.scalars(select(Merchant.id).where(Merchant.id.in_(merchant_ids))))
