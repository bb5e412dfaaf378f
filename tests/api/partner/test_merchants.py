import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.api.conftest import Caller
from tests.scene import Scene
from tryon.db import db
from tryon.merchants.google_key import PURPOSE
from tryon.merchants.models import GoogleKey
from tryon.sealing import Sealer
from tryon.wiring import tools

ME = "/partner/v1/merchants/me"
STOREFRONT = f"{ME}/storefront-settings"
GOOGLE = "/partner/v1/integrations/google-api-key"
GOOGLE_KEY = "AIzaSyD-an-example-key-of-39-characters"


def test_a_merchant_sees_and_changes_themselves_only(as_merchant: Caller, as_outsider: Caller) -> None:
    changed = as_merchant("PATCH", ME, json={"name": "Corner & Co", "allowed_origins": ["https://New.example/"]}).json
    assert (changed["name"], changed["allowed_origins"]) == ("Corner & Co", ["https://new.example"])
    assert as_merchant("GET", ME).json["name"] == "Corner & Co"
    assert as_outsider("GET", ME).json["name"] == "Other Shop"
    assert as_merchant("PATCH", ME, json={"allowed_origins": ["shop"]}).status_code == 400


def test_null_takes_the_email_away_and_nothing_else(as_merchant: Caller) -> None:
    assert as_merchant("PATCH", ME, json={"email": "me@corner.example"}).json["email"] == "me@corner.example"
    changed = as_merchant("PATCH", ME, json={"email": None, "name": None, "allowed_origins": None}).json
    assert (changed["email"], changed["name"]) == (None, "Corner Shop")
    assert changed["allowed_origins"] == ["https://corner.example"]


def test_a_merchant_can_not_give_themselves_a_plan_or_another_address(as_merchant: Caller) -> None:
    before = as_merchant("GET", ME).json
    assert as_merchant("PATCH", ME, json={"plan": "PRO", "slug": "demo", "credit_balance": 9}).json == before


def test_storefront_settings_change_in_part_and_go_back_to_their_defaults(as_merchant: Caller) -> None:
    before = as_merchant("GET", STOREFRONT).json
    changed = as_merchant("PATCH", STOREFRONT, json={"brand_color": "#ff0000", "history": False}).json
    assert changed == before | {"brand_color": "#ff0000", "on_brand_color": "#000000", "history": False}
    assert as_merchant("PATCH", STOREFRONT, json={"brand_color": None}).json == before | {"history": False}


def test_a_text_colour_that_was_chosen_stays_whatever_the_brand(as_merchant: Caller, as_outsider: Caller) -> None:
    as_merchant("PATCH", STOREFRONT, json={"on_brand_color": "#eeeeee"})
    assert as_merchant("PATCH", STOREFRONT, json={"brand_color": "#ffff00"}).json["on_brand_color"] == "#eeeeee"
    assert as_outsider("GET", STOREFRONT).json["brand_color"] == "#1f4a3c"


@pytest.mark.parametrize(
    "body",
    [{"brand_color": "red"}, {"corner_radius_px": 90}, {"privacy_url": "javascript:alert(1)"}, {"history": "no"}],
)
def test_a_setting_that_is_none_is_named(as_merchant: Caller, body: dict[str, object]) -> None:
    answer = as_merchant("PATCH", STOREFRONT, json=body)
    assert answer.status_code == 400
    assert [detail["path"] for detail in answer.json["details"]] == list(body)


def test_the_google_key_is_kept_sealed_shown_never_and_removed(
    as_merchant: Caller, as_outsider: Caller, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    put = as_merchant("PUT", GOOGLE, json={"api_key": GOOGLE_KEY, "model": "gemini-nano-banana-2.1"})
    assert put.json == {
        "configured": True, "last4": "ters", "model": "gemini-nano-banana-2.1", "verified_at": None,
        "state": "unknown", "message": put.json["message"], "invalid_since": None,
        "paused": None,
    }  # fmt: skip
    kept = db.session.get_one(GoogleKey, scene.merchant_id)
    assert Sealer(tools().settings.secret_key, purpose=PURPOSE).open(kept.sealed) == GOOGLE_KEY
    for table in db.metadata.sorted_tables:
        assert GOOGLE_KEY not in str(db.session.execute(text(f'SELECT * FROM "{table.name}"')).all())
    assert GOOGLE_KEY not in caplog.text
    assert as_outsider("GET", GOOGLE).json["configured"] is False
    assert as_merchant("DELETE", GOOGLE).status_code == 204
    assert as_merchant("GET", GOOGLE).json["configured"] is False


def test_what_can_be_no_google_key_is_refused(as_merchant: Caller) -> None:
    for key in ("short", "with spaces in it, and commas too", 5):
        assert as_merchant("PUT", GOOGLE, json={"api_key": key}).status_code == 400


def test_usage_counts_what_came_out_and_was_live(as_merchant: Caller, as_outsider: Caller, scene: Scene) -> None:
    from tests.scene import work

    work(scene.request())
    work(scene.request(mode="test"))
    usage = as_merchant("GET", f"{ME}/usage").json
    assert (usage["try_on_count"], usage["users_with_try_on_count"], usage["product_count"]) == (1, 1, 1)
    assert usage["remaining"]["try_ons"] == usage["limits"]["try_ons"] - 1
    assert usage["warnings"] == []
    assert as_outsider("GET", f"{ME}/usage").json["try_on_count"] == 0
    old = as_merchant("GET", f"{ME}/usage?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z").json
    assert old["try_on_count"] == 0
    assert as_merchant("GET", f"{ME}/usage?from=yesterday").status_code == 400


def test_the_ledger_adds_up_to_the_balance(as_merchant: Caller, as_outsider: Caller, scene: Scene) -> None:
    from tests.scene import work

    work(scene.request())
    entries = as_merchant("GET", f"{ME}/credits").json["data"]
    assert sum(entry["amount"] for entry in entries) == as_merchant("GET", ME).json["credit_balance"] == 99
    assert [entry["kind"] for entry in entries] == ["spent", "reserved", "granted"]
    assert [entry["kind"] for entry in as_outsider("GET", f"{ME}/credits").json["data"]] == ["granted"]


def test_a_key_of_one_kind_does_not_open_the_others_door(client: FlaskClient, scene: Scene) -> None:
    for key, path in ((scene.owner.secret_key, "/partner/v1/embed-config"), (scene.owner.publishable_key, ME)):
        headers = {"Authorization": f"Bearer {key}", "Origin": "https://corner.example"}
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.json["reason"]) == (401, "not_found")
