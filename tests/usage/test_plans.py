from datetime import UTC, datetime, timedelta

import pytest

from tryon.clock import now
from tryon.config import DEFAULT_PLANS, load_settings
from tryon.db import db, transaction
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant
from tryon.usage.calls import CallCounter, write_down_calls
from tryon.usage.counting import count_usage, total
from tryon.usage.credits import grant, reserve, tell_if_low
from tryon.usage.plans import period_of
from tryon.webhooks.models import Event
from tryon.wiring import tools


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("subscribed", "moment", "start", "end"),
    [
        ("2026-01-15", "2026-03-20", "2026-03-15", "2026-04-15"),
        ("2026-01-15", "2026-03-10", "2026-02-15", "2026-03-15"),
        ("2026-01-31", "2026-02-28", "2026-02-28", "2026-03-31"),
        ("2026-01-31", "2026-02-27", "2026-01-31", "2026-02-28"),
        ("2024-02-29", "2025-03-01", "2025-02-28", "2025-03-29"),
        ("2026-01-15", "2026-01-15", "2026-01-15", "2026-02-15"),
    ],
)
def test_the_month_begins_on_the_day_of_the_subscription(subscribed: str, moment: str, start: str, end: str) -> None:
    period = period_of(Merchant(subscribed_at=day(subscribed)), day(moment))
    assert (period.start, period.end) == (day(start), day(end))


def test_plans_are_a_setting_and_what_is_left_out_stays(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    free = DEFAULT_PLANS["FREE"].model_copy(update={"try_ons": 7})
    monkeypatch.setenv("TRYON_PLANS", '{"FREE": ' + free.model_dump_json() + "}")
    plans = load_settings(data_dir=tmp_path).plans
    assert plans["FREE"].try_ons == 7
    assert plans["PRO"] == DEFAULT_PLANS["PRO"]


@pytest.mark.both_databases
def test_going_over_a_limit_is_told_once_a_month(merchant: NewMerchant, outsider: NewMerchant) -> None:
    kit, limit = tools(), DEFAULT_PLANS["FREE"].try_ons
    told = [count_usage(merchant.merchant.id, "try_on", amount, settings=kit.settings, queue=kit.queue)
            for amount in (limit, 1, 1)]  # fmt: skip
    assert told == [False, True, True]
    [event] = db.session.query(Event).all()
    assert (event.type, event.merchant_id) == ("usage.limit_exceeded", merchant.merchant.id)
    assert event.data == {"kind": "try_on", "count": limit + 1, "limit": limit, "plan": "FREE"}
    assert total(outsider.merchant.id, "try_on", period_of(outsider.merchant, now())) == 0


@pytest.mark.both_databases
def test_low_credits_are_told_once_until_there_are_more(merchant: NewMerchant) -> None:
    account = merchant.merchant

    def spend(name: str) -> None:
        with transaction():
            reserve(account.id, name)
            tell_if_low(account.id, 99, queue=tools().queue)

    spend("gen_1")
    assert db.session.query(Event).count() == 0
    spend("gen_2")
    spend("gen_3")
    assert [event.data["credit_balance"] for event in db.session.query(Event)] == [98]
    grant(account, 10)
    for number in range(12):
        spend(f"gen_{10 + number}")
    assert db.session.query(Event).count() == 2


@pytest.mark.both_databases
def test_calls_counted_in_a_process_are_written_down_once(merchant: NewMerchant) -> None:
    from tryon.merchants.keys import find_key

    key, redis = find_key(merchant.secret_key), tools().queue.redis
    assert key is not None
    counter = CallCounter(redis)
    for _ in range(5):
        counter.note(key)
    counter.hand_on()
    assert (write_down_calls(redis), write_down_calls(redis)) == (5, 0)
    db.session.expire_all()
    assert find_key(merchant.secret_key).usage_count == 5  # type: ignore[union-attr]
    period = period_of(merchant.merchant, now() + timedelta(seconds=1))
    assert total(merchant.merchant.id, "api_call", period) == 5
