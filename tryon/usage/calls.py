"""API calls: counted in Redis as they come, and written down by the sweep, so that a read costs no write.

What was counted in the seconds before Redis was lost is lost with it; nothing is billed by it. A key with a limit is
counted in its row instead, exactly (`merchants/keys.py`).
"""

from datetime import date, datetime

from redis import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.logs import get_logger
from tryon.merchants.models import ApiKey
from tryon.usage.counting import add_to_count

COUNTED, BEING_WRITTEN = "tryon:calls", "tryon:calls:being-written"

log = get_logger(__name__)


def note_call(redis: Redis, key: ApiKey) -> None:
    """Never fails a request: without Redis the call goes uncounted."""
    try:
        redis.hincrby(COUNTED, f"{key.merchant_id}|{key.id}|{now().date()}", 1)
    except RedisError as error:
        log.warning("calls.uncounted", error=str(error))


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
