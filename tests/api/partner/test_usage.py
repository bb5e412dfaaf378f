from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller, caller, token_of
from tests.engines.quick import QuickEngine, broken
from tests.scene import Scene, keep, work
from tryon.clock import iso, now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.generations.opinions import give_opinion
from tryon.shoppers.finding import get_or_create_shopper
from tryon.usage.counting import add_to_count
from tryon.usage.plans import limits_of, period_of
from tryon.usage.products import set_product_count

USAGE, CREDITS = "/partner/v1/merchants/me/usage", "/partner/v1/merchants/me/credits"


def usage(call: Caller, query: str = "") -> dict[str, Any]:
    answer = call("GET", USAGE + query)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_the_report_is_of_the_present_month_and_holds_all_that_was_promised(
    as_merchant: Caller, scene: Scene, settings: Settings
) -> None:
    work(scene.request())
    work(scene.request())
    report, merchant = usage(as_merchant), scene.owner.merchant
    month, limits = period_of(merchant, now()), limits_of(merchant, settings)
    assert (report["merchant_id"], report["plan"]) == (merchant.id, "FREE")
    assert (report["period_from"], report["period_to"]) == (iso(month.start), iso(month.end))
    names = ("try_on_count", "ar_try_on_count", "user_model_generation_count", "api_call_count", "product_count")
    assert [report[name] for name in names] == [2, 0, 1, 0, 1]
    assert (report["users_with_model_count"], report["users_with_try_on_count"]) == (1, 1)
    assert report["limits"] == limits.model_dump(exclude={"requests_per_minute", "first_credits"})
    assert report["remaining"] == report["limits"] | {
        "try_ons": limits.try_ons - 2, "user_models": limits.user_models - 1, "products": limits.products - 1,
    }  # fmt: skip
    assert (report["credit_balance"], report["warnings"]) == (98, [])
    [today] = report["daily"]
    assert today == {
        "day": now().date().isoformat(), "try_on_count": 2, "ar_try_on_count": 0, "user_model_generation_count": 1,
        "api_call_count": 0,
    }  # fmt: skip


def test_people_are_counted_once_and_only_for_live_pictures_that_came_out(
    as_merchant: Caller, scene: Scene, outsider_scene: Scene
) -> None:
    second = get_or_create_shopper(scene.owner.merchant, "customer-2")
    with transaction():
        keep(second).mode = "test"
    work(scene.request(mode="test"))
    work(scene.request(), QuickEngine(errors=[broken()]))
    work(outsider_scene.request())
    report = usage(as_merchant)
    assert (report["users_with_model_count"], report["users_with_try_on_count"]) == (1, 0)
    assert (report["try_on_count"], report["credit_balance"]) == (0, 100)


def test_what_shoppers_thought_of_live_pictures_is_counted_as_they_last_said(
    as_merchant: Caller, as_outsider: Caller, scene: Scene, outsider_scene: Scene
) -> None:
    assert usage(as_merchant)["opinions"] == {"up": 0, "down": 0}
    liked, second, disliked, unsaid, trial = (scene.request(mode=mode) for mode in ["live"] * 4 + ["test"])
    for generation in (liked, second, disliked, unsaid, trial):
        work(generation)
        give_opinion(generation, "up")
    give_opinion(disliked, "down", "fit")
    give_opinion(unsaid, None)
    theirs = outsider_scene.request()
    work(theirs)
    give_opinion(theirs, "down")
    assert usage(as_merchant)["opinions"] == {"up": 2, "down": 1}
    assert usage(as_outsider)["opinions"] == {"up": 0, "down": 1}
    day = now().date() - timedelta(days=2)
    assert usage(as_merchant, f"?from={day}&to={day + timedelta(days=1)}")["opinions"] == {"up": 0, "down": 0}


def test_any_span_of_days_can_be_asked_for_and_the_limits_stay_the_months(as_merchant: Caller, scene: Scene) -> None:
    past, merchant_id = now() - timedelta(days=40), scene.merchant_id
    with transaction():
        add_to_count(merchant_id, "try_on", 7, past.date())
        add_to_count(merchant_id, "try_on", 5, (past - timedelta(days=1)).date())
    day, next_day = past.date(), (past + timedelta(days=1)).date()
    report = usage(as_merchant, f"?from={day}&to={next_day}")
    assert (report["try_on_count"], report["period_from"], report["period_to"]) == (
        7, f"{day}T00:00:00Z", f"{next_day}T00:00:00Z",
    )  # fmt: skip
    assert report["remaining"]["try_ons"] == report["limits"]["try_ons"]
    by_moment = usage(as_merchant, f"?from={day}T13:00:00Z&to={day}T14:00:00Z")
    assert (by_moment["try_on_count"], by_moment["period_to"]) == (7, f"{next_day}T00:00:00Z")
    assert usage(as_merchant, f"?from={day - timedelta(days=1)}")["try_on_count"] == 12


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=1700000000", "to=9999-12-31", "from=2026-03-02&to=2026-03-01",
              "from=2026-03-01T10:00:00", "from=2026-13-01"],
)  # fmt: skip
def test_a_span_that_is_none_is_refused(as_merchant: Caller, query: str) -> None:
    assert as_merchant("GET", f"{USAGE}?{query}").status_code == 400


def test_exceeded_limits_are_warned_of_in_the_documented_words(as_merchant: Caller, scene: Scene) -> None:
    limits = usage(as_merchant)["limits"]
    with transaction():
        add_to_count(scene.merchant_id, "ar_try_on", limits["ar_try_ons"])
    set_product_count(scene.owner.merchant, limits["products"])
    assert usage(as_merchant)["warnings"] == []
    with transaction():
        add_to_count(scene.merchant_id, "ar_try_on", 1)
    set_product_count(scene.owner.merchant, limits["products"] + 1)
    report = usage(as_merchant)
    assert report["warnings"] == ["Usage limit exceeded for this period", "Product limit exceeded for current plan"]
    assert (report["remaining"]["ar_try_ons"], report["remaining"]["products"]) == (0, 0)


def test_the_ledger_lists_every_change_newest_first_and_sums_to_the_balance(as_merchant: Caller, scene: Scene) -> None:
    done, failed = scene.request(), scene.request()
    work(done)
    work(failed, QuickEngine(errors=[broken()]))
    first = as_merchant("GET", f"{CREDITS}?limit=3").json
    rest = as_merchant("GET", f"{CREDITS}?cursor={first['next_cursor']}").json
    entries = first["data"] + rest["data"]
    assert [(entry["kind"], entry["amount"]) for entry in entries] == [
        ("returned", 1), ("spent", 0), ("reserved", -1), ("reserved", -1), ("granted", 100),
    ]  # fmt: skip
    assert (entries[0]["generation_id"], entries[1]["generation_id"]) == (failed.id, done.id)
    assert sum(entry["amount"] for entry in entries) == usage(as_merchant)["credit_balance"] == 99


def test_the_outsider_sees_only_their_own(as_outsider: Caller, scene: Scene) -> None:
    work(scene.request())
    report = usage(as_outsider)
    assert (report["try_on_count"], report["credit_balance"]) == (0, 100)
    assert [entry["kind"] for entry in as_outsider("GET", CREDITS).json["data"]] == ["granted"]


@pytest.mark.parametrize("path", [USAGE, CREDITS])
def test_only_the_secret_key_opens_it(client: FlaskClient, scene: Scene, settings: Settings, path: str) -> None:
    for credential in (scene.owner.publishable_key, token_of(scene.shopper, settings)):
        assert caller(client, credential)("GET", path).status_code == 401
    db.session.rollback()
