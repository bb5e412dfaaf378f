"""API calls: counted in the process, summed up in Redis, and written down by the sweep, so that a read costs no write.

What a process or Redis had counted in its last seconds is lost with it; nothing is billed by it. A key with a limit is
counted in its row instead, exactly (`merchants/keys.py`).
"""

import threading
from collections import Counter
from datetime import date, datetime

from redis import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.logs import get_logger
from tryon.merchants.keys import PresentedKey
from tryon.merchants.models import ApiKey
from tryon.usage.counting import add_to_count

COUNTED, BEING_WRITTEN = "tryon:calls", "tryon:calls:being-written"
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
            self._calls[f"{key.merchant_id}|{key.id}|{now().date()}"] += 1
            if self._timer is None:
                self._timer = threading.Timer(HAND_ON_SECONDS, self.hand_on)
                self._timer.daemon = True
                self._timer.start()

    def hand_on(self) -> None:
        """Never fails a caller: while Redis is away the calls wait here."""
        with self._lock:
            calls, self._calls, self._timer = self._calls, Counter(), None
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for field, number in calls.items():
                    pipeline.hincrby(COUNTED, field, number)
                pipeline.execute()
        except RedisError as error:
            log.warning("calls.kept", error=str(error))
            with self._lock:
                self._calls += calls


def write_down_calls(redis: Redis) -> int:
    """Returns how many calls were written. What an earlier sweep left unfinished comes first."""
    if not redis.exists(BEING_WRITTEN):
        try:
            redis.rename(COUNTED, BEING_WRITTEN)
        except ResponseError:
            return 0  # nobody called
    counted = {field.decode(): int(number) for field, number in redis.hgetall(BEING_WRITTEN).items()}  # type: ignore[union-attr]
    with transaction():
        for field, number in counted.items():
            merchant_id, key_id, day = field.split("|")
            _write(merchant_id, key_id, date.fromisoformat(day), number)
    redis.delete(BEING_WRITTEN)
    return sum(counted.values())


def _write(merchant_id: str, key_id: str, day: date, number: int) -> None:
    add_to_count(merchant_id, "api_call", number, datetime(day.year, day.month, day.day))
    db.session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.usage_limit.is_(None))
        .values(usage_count=ApiKey.usage_count + number, last_used_at=now())
        .execution_options(synchronize_session=False)
    )
