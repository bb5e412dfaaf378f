"""Counting requests in fixed windows, exactly over all processes, with far less than one trip to Redis for each.

A process takes a share of what is left of a window (one in `SHARES`, at least one request) and spends it by itself;
only then it asks again. Shares shrink as the window empties, so its end is counted one by one. Never more than the
limit is let pass; up to 2 in 100 less where a process that holds a share gets no more requests in that window.

Without Redis each process counts by itself, and looks again after a few seconds.
"""

import threading
import time
from dataclasses import dataclass

from limits import RateLimitItem
from limits.storage import RedisStorage, Storage
from limits.strategies import STRATEGIES, FixedWindowRateLimiter
from limits.util import WindowStats
from redis.exceptions import RedisError

from tryon.logs import get_logger

SHARES = 50
LOOK_AGAIN_SECONDS = 5.0
HELD_MAX = 10_000
"""Windows a process remembers; more than that, and those that are over are thrown out."""

_TAKE_SHARE = f"""
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local left = tonumber(ARGV[1]) - used
if left <= 0 then
    return {{0, 0, redis.call('PTTL', KEYS[1])}}
end
local share = math.min(left, math.max(tonumber(ARGV[3]), math.floor(left / {SHARES})))
if redis.call('INCRBY', KEYS[1], share) == share then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return {{share, left - share, redis.call('PTTL', KEYS[1])}}
"""

log = get_logger(__name__)


@dataclass(slots=True)
class Window:
    """What this process knows of one."""

    share: int
    """Requests that it may let pass without asking."""
    left: int
    """What was left for all when it last asked."""
    ends_at: float
    """Seconds since 1970."""


class SharedWindows(FixedWindowRateLimiter):
    """The strategy `shared-window`."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(storage)
        self._held: dict[str, Window] = {}
        self._lock = threading.Lock()
        self._alone_until = 0.0
        redis = storage.get_connection() if isinstance(storage, RedisStorage) else None
        self._take_share = redis.register_script(_TAKE_SHARE.encode()) if redis is not None else None

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        name, moment = item.key_for(*identifiers), time.time()
        with self._lock:
            window = self._held.get(name)
            if window is not None and window.ends_at > moment and _spend(window, cost):
                return True
        if window is not None and window.ends_at > moment and window.left <= 0:
            return False  # it was empty when we last asked, and nothing flows back
        share, left, ends_at = self._ask(name, item, cost, moment)
        with self._lock:
            held = self._hold(name, moment, ends_at)
            held.share += share
            held.left = left
            return _spend(held, cost)

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """As far as this process knows."""
        window = self._held.get(item.key_for(*identifiers))
        return window is None or window.ends_at <= time.time() or window.share + window.left >= cost

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """As far as this process knows; no trip."""
        window = self._held.get(item.key_for(*identifiers))
        moment = time.time()
        if window is None or window.ends_at <= moment:
            return WindowStats(moment + item.get_expiry(), item.amount)
        return WindowStats(window.ends_at, max(0, window.share) + window.left)

    def _ask(self, name: str, item: RateLimitItem, cost: int, moment: float) -> tuple[int, int, float]:
        """The share we got, what is left beside it, when the window ends."""
        if self._take_share is None or moment < self._alone_until:
            return self._alone(name, item, moment)
        try:
            key = f"rate:{name}"
            share, left, milliseconds = self._take_share([key], [item.amount, item.get_expiry() * 1000, cost])
        except RedisError as error:
            self._alone_until = moment + LOOK_AGAIN_SECONDS
            log.warning("rate_limits.redis_unreachable", error=str(error))
            return self._alone(name, item, moment)
        return share, left, moment + max(0, milliseconds) / 1000

    def _alone(self, name: str, item: RateLimitItem, moment: float) -> tuple[int, int, float]:
        """A new window of our own, or no more of the present one."""
        window = self._held.get(name)
        if window is not None and window.ends_at > moment:
            return window.left, 0, window.ends_at
        return item.amount, 0, moment + item.get_expiry()

    def _hold(self, name: str, moment: float, ends_at: float) -> Window:
        window = self._held.get(name)
        if window is not None and window.ends_at > moment:
            window.ends_at = ends_at
            return window
        if len(self._held) >= HELD_MAX:
            self._held = {name: window for name, window in self._held.items() if window.ends_at > moment}
        window = self._held[name] = Window(0, 0, ends_at)
        return window


def _spend(window: Window, cost: int) -> bool:
    if window.share < cost:
        return False
    window.share -= cost
    return True


STRATEGIES["shared-window"] = SharedWindows
