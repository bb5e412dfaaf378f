"""When a failed delivery is tried again: the retry schedule that Standard Webhooks recommends."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_HOUR = 3600
RETRY_DELAYS_SECONDS = (5, 300, 1800, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR)
"""After the first failed attempt, the second, and so on; the first attempt is made at once."""
ATTEMPTS_MAX = 1 + len(RETRY_DELAYS_SECONDS)
JITTER_SHARE = 0.2
"""Delays are up to this much longer, so that a shop that was down does not hear of everything in one second."""
RETRY_AFTER_MAX_SECONDS = 24 * _HOUR


def next_attempt(attempts: int, moment: datetime, retry_after: str | None) -> datetime | None:
    """When to try again after `attempts` failures, or None after the last; not before `retry_after` asks."""
    if attempts >= ATTEMPTS_MAX:
        return None
    delay = RETRY_DELAYS_SECONDS[attempts - 1] * (1 + JITTER_SHARE * random.random())  # noqa: S311 (not a secret)
    asked = min(_seconds_asked(retry_after, moment), RETRY_AFTER_MAX_SECONDS)
    return moment + timedelta(seconds=max(delay, asked))


def _seconds_asked(retry_after: str | None, moment: datetime) -> float:
    """From a Retry-After header, seconds or a date; 0 where it says nothing sensible."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        asked = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    asked = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return max(0.0, (asked - moment).total_seconds())
