from datetime import UTC, datetime

import pytest
from flask import Flask

from tryon.config import DEFAULT_PLANS, load_settings
from tryon.errors import ConfigurationError
from tryon.merchants.models import Merchant
from tryon.usage.plans import limits_of, period_of


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def month(subscribed: str, at: str) -> tuple[str, str]:
    period = period_of(Merchant(subscribed_at=moment(subscribed)), moment(at))
    assert period.start <= moment(at) < period.end
    return period.start.date().isoformat(), period.end.date().isoformat()


@pytest.mark.parametrize(
    ("subscribed", "at", "start", "end"),
    [
        ("2026-03-24 18:00", "2026-03-24 18:00", "2026-03-24", "2026-04-24"),
        ("2026-03-24 18:00", "2026-04-23 23:59", "2026-03-24", "2026-04-24"),
        ("2026-03-24 18:00", "2026-04-24 00:00", "2026-04-24", "2026-05-24"),
        ("2026-03-24 18:00", "2027-01-02 00:00", "2026-12-24", "2027-01-24"),
        ("2026-01-31 09:00", "2026-02-27 23:00", "2026-01-31", "2026-02-28"),
        ("2026-01-31 09:00", "2026-02-28 00:00", "2026-02-28", "2026-03-31"),
        ("2026-01-31 09:00", "2026-04-30 12:00", "2026-04-30", "2026-05-31"),
        ("2027-12-31 09:00", "2028-02-29 09:00", "2028-02-29", "2028-03-31"),
        ("2028-02-29 09:00", "2029-02-28 09:00", "2029-02-28", "2029-03-29"),
    ],
)
def test_the_month_begins_on_the_day_of_the_subscription_or_on_a_short_months_last(
    subscribed: str, at: str, start: str, end: str
) -> None:
    assert month(subscribed, at) == (start, end)


def test_months_follow_each_other_without_gap_or_overlap() -> None:
    merchant = Merchant(subscribed_at=moment("2026-01-31 09:00"))
    at = moment("2026-01-31 10:00")
    for _ in range(30):
        period = period_of(merchant, at)
        assert period_of(merchant, period.end).start == period.end
        at = period.end


def test_an_operator_may_change_one_plan_and_leave_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    small = DEFAULT_PLANS["FREE"].model_copy(update={"try_ons": 3})
    monkeypatch.setenv("TRYON_PLANS", f'{{"FREE": {small.model_dump_json()}}}')
    settings = load_settings(data_dir=app.extensions["tryon"].settings.data_dir)
    assert limits_of(Merchant(plan="FREE"), settings).try_ons == 3
    assert limits_of(Merchant(plan="PRO"), settings) == DEFAULT_PLANS["PRO"]


def test_a_plan_that_is_none_is_told_at_the_start(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYON_PLANS", '{"GOLD": {}}')
    with pytest.raises(ConfigurationError):
        load_settings(data_dir=app.extensions["tryon"].settings.data_dir)
