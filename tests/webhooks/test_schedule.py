"""When a failed delivery is tried again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tryon.webhooks.schedule import ATTEMPTS_MAX, next_attempt

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)
HOUR = 3600
DELAYS = [5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


def delay(attempts: int, retry_after: str | None = None) -> float:
    due = next_attempt(attempts, NOON, retry_after)
    assert due is not None
    return (due - NOON).total_seconds()


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate(DELAYS, start=1)))
def test_delays_grow_as_the_standard_says_with_some_jitter_above(attempts: int, seconds: int) -> None:
    delays = [delay(attempts) for _ in range(50)]
    assert all(seconds <= each <= seconds * 1.2 for each in delays)
    assert max(delays) - min(delays) > seconds * 0.05


def test_after_the_tenth_attempt_there_is_no_other() -> None:
    assert ATTEMPTS_MAX == 10
    assert next_attempt(10, NOON, None) is None
    assert next_attempt(10, NOON, "5") is None


def test_a_server_may_ask_for_more_time_but_not_for_less_nor_for_ever() -> None:
    assert delay(1, "600") == 600
    assert delay(1, format_datetime(NOON + timedelta(minutes=20), usegmt=True)) == 1200
    assert delay(2, "1") >= 300
    assert delay(1, "99999999999999999999") == 24 * HOUR


@pytest.mark.parametrize(
    "nonsense", ["", "soon", "-5", "1e9", "٣", "Tue, 99 Foo 2026", "Tue, 24 Mar 1999 10:00:00 GMT"]
)
def test_a_nonsensical_wish_changes_nothing(nonsense: str) -> None:
    assert 5 <= delay(1, nonsense) <= 6
