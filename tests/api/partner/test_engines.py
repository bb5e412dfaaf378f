"""Merchants choose engines, one request may ask for another, and every answer names who really made the picture."""

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.choosing.conftest import KEY, PRICE, ScriptedProvider, failing, keyed, provider
from tests.scene import Scene, run
from tryon.db import db
from tryon.generations.models import Generation
from tryon.merchants.models import Merchant
from tryon.wiring import tools

__all__ = ["keyed", "provider"]
ME, USAGE = "/partner/v1/merchants/me", "/partner/v1/merchants/me/usage"
DEFAULTS = {
    "engine": "auto",
    "engine_fallback": ["local"],
    "engine_daily_spend_max": None,
    "engine_concurrency_max": 4,
}


def chosen(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.json
    return {name: answer.json[name] for name in DEFAULTS}


def start(call: Caller, scene: Scene, **options: object) -> Any:
    return call("POST", f"/tryon/{scene.product.id}?async=true", json={"options": options})


def finish(job_id: str) -> Generation:
    generation = db.session.get_one(Generation, job_id)
    run(generation)
    return generation


def test_engines_are_shown_changed_in_part_and_put_back(as_merchant: Caller, as_outsider: Caller, keyed: Scene) -> None:
    assert chosen(as_merchant("GET", ME)) == DEFAULTS
    changes = {"engine": "gemini", "engine_fallback": [], "engine_daily_spend_max": 20_000_000}
    assert chosen(as_merchant("PATCH", ME, json=changes)) == DEFAULTS | changes
    assert chosen(as_merchant("PATCH", ME, json={"engine_concurrency_max": 9}))["engine"] == "gemini"
    assert chosen(as_merchant("GET", ME)) == DEFAULTS | changes | {"engine_concurrency_max": 9}
    assert chosen(as_outsider("GET", ME)) == DEFAULTS
    assert chosen(as_merchant("PATCH", ME, json=dict.fromkeys(DEFAULTS))) == DEFAULTS


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"engine": "gemini"}, "engine"),
        ({"engine": "oilpaint"}, "engine"),
        ({"engine_fallback": ["local", "fashn"]}, "engine_fallback"),
        ({"engine_fallback": ["auto"]}, "engine_fallback"),
    ],
)
def test_an_engine_that_is_not_there_for_them_is_refused_with_those_that_are(
    as_merchant: Caller, change: dict[str, object], path: str
) -> None:
    answer = as_merchant("PATCH", ME, json=change | {"name": "Another name"})
    assert (answer.status_code, answer.json["code"]) == (400, "engine_not_available")
    assert [detail["path"] for detail in answer.json["details"]] == [path]
    assert "There are: auto, local." in answer.json["details"][0]["message"]
    assert as_merchant("GET", ME).json["name"] == "Corner Shop"


@pytest.mark.parametrize(
    "change",
    [{"engine_concurrency_max": 0}, {"engine_daily_spend_max": -1}, {"engine_fallback": "local"}, {"engine": "A b"}],
)
def test_a_setting_that_makes_no_sense_is_named(as_merchant: Caller, change: dict[str, object]) -> None:
    answer = as_merchant("PATCH", ME, json=change)
    assert answer.status_code == 400
    assert [detail["path"] for detail in answer.json["details"]] == list(change)


def test_the_operator_changes_them_too(as_admin: Caller, keyed: Scene, as_merchant: Caller) -> None:
    path = f"/partner/v1/admin/merchants/{keyed.merchant_id}"
    assert chosen(as_admin("PATCH", path, json={"engine": "local"}))["engine"] == "local"
    assert chosen(as_merchant("GET", ME))["engine"] == "local"
    assert as_admin("PATCH", path, json={"engine": "oilpaint"}).json["code"] == "engine_not_available"


def test_one_request_may_ask_for_another_engine(as_shopper: Caller, keyed: Scene, provider: ScriptedProvider) -> None:
    job_id = start(as_shopper, keyed, engine="local", fit="slim").json["job_id"]
    assert (finish(job_id).engine, finish(job_id).options) == ("quick", {"fit": "slim"})
    job = as_shopper("GET", f"/tryon/jobs/{job_id}").json
    assert (job["engine"], job["fallback_from"], job["fallback_reason"]) == ("quick", None, None)
    assert provider.requests == []


def test_one_that_asks_for_what_is_not_there_is_told_what_is(as_outside_shopper: Caller, outsider_scene: Scene) -> None:
    answer = start(as_outside_shopper, outsider_scene, engine="gemini")
    assert (answer.status_code, answer.json["code"]) == (400, "engine_not_available")
    assert [detail["path"] for detail in answer.json["details"]] == ["options.engine"]
    assert "auto, local" in answer.json["details"][0]["message"]


def test_a_job_names_the_engine_and_model_that_made_it_and_what_it_fell_back_from(
    as_shopper: Caller, as_merchant: Caller, keyed: Scene, provider: ScriptedProvider
) -> None:
    first = start(as_shopper, keyed).json["job_id"]
    finish(first)
    job = as_shopper("GET", f"/tryon/jobs/{first}").json
    assert (job["engine"], job["engine_model"], job["fallback_from"]) == ("gemini", "nano", None)
    provider.errors.append(failing("provider_error"))
    second = start(as_shopper, keyed).json["job_id"]
    finish(second)
    job = as_shopper("GET", f"/tryon/jobs/{second}").json
    assert (job["engine"], job["engine_model"]) == ("quick", None)
    assert (job["fallback_from"], job["fallback_reason"]) == ("gemini", "provider_error")
    report = as_merchant("GET", USAGE).json
    assert (report["engines"], report["try_on_count"]) == ({"gemini": 1, "quick": 1}, 2)


def test_a_merchant_without_credits_goes_on_with_their_own_key(
    as_shopper: Caller, as_merchant: Caller, keyed: Scene, provider: ScriptedProvider
) -> None:
    db.session.get_one(Merchant, keyed.merchant_id).credit_balance = 0
    db.session.commit()
    assert start(as_shopper, keyed).status_code == 202
    assert start(as_shopper, keyed, engine="local").status_code == 402
    by_key = {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"id": keyed.photo.id}}}}
    assert as_merchant("POST", "/try-on", json=by_key).status_code == 200
    answer = as_merchant("POST", "/try-on", json=by_key | {"options": {"engine": "local"}})
    assert (answer.status_code, answer.json["code"]) == (402, "INSUFFICIENT_CREDITS")


def test_without_consent_and_without_a_fallback_the_shopper_is_asked_again(
    as_shopper: Caller, keyed: Scene, provider: ScriptedProvider
) -> None:
    keyed.photo.agreed_provider = ""
    db.session.get_one(Merchant, keyed.merchant_id).engine_settings = {"engine_fallback": []}
    db.session.commit()
    answer = start(as_shopper, keyed)
    assert (answer.status_code, answer.json["code"]) == (409, "consent_required")
    assert tools().queue.waiting("generations") == 0


def test_a_merchant_sees_how_their_engines_stand_and_what_they_cost(
    as_shopper: Caller, as_merchant: Caller, as_outsider: Caller, keyed: Scene, provider: ScriptedProvider
) -> None:
    tools().settings.gemini_api_key = "AIzaSy-a-key-of-the-operator-0123456789"
    finish(start(as_shopper, keyed).json["job_id"])
    provider.errors.append(failing("billing_off"))
    finish(start(as_shopper, keyed).json["job_id"])
    shown = as_merchant("GET", f"{ME}/engines").json
    assert shown["spent_today_microdollars"] == PRICE
    stand = [(each["name"], each["billed_to"], each["is_used"], each["reason"]) for each in shown["engines"]]
    assert stand == [
        ("local", "credit", True, None),
        ("gemini", "merchant_key", False, "billing_off"),
        ("gemini", "credit", True, None),
    ]
    assert (shown["engines"][1]["sent_to"], shown["engines"][0]["sent_to"]) == ("Google", None)
    assert shown["engines"][1]["message"]
    assert shown["engines"][1]["retry_at"]
    calls = as_merchant("GET", f"{ME}/engine-calls").json["data"]
    assert [call["outcome"] for call in calls] == ["billing_off", "ok"]
    assert (calls[1]["cost_microdollars"], calls[1]["key_owner"], calls[1]["model"]) == (PRICE, "merchant", "nano")
    assert KEY not in str(shown) + str(calls)
    others = as_outsider("GET", f"{ME}/engines").json
    assert [(each["name"], each["is_used"]) for each in others["engines"]] == [("local", True), ("gemini", True)]
    assert others["spent_today_microdollars"] == 0
    assert as_outsider("GET", f"{ME}/engine-calls").json["data"] == []
