import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller
from tests.scene import Scene
from tryon.config import Settings


def test_the_operator_creates_a_merchant_and_sees_its_keys_once(as_admin: Caller, client: FlaskClient) -> None:
    answer = as_admin(
        "POST", "/partner/v1/admin/merchants", json={"name": "New Shop", "allowed_origins": ["https://new.example"]}
    )
    assert answer.status_code == 201
    created = answer.json
    assert created["merchant_id"].startswith("mer_")
    assert created["slug"] == "new-shop"
    assert created["allowed_origins"] == ["https://new.example"]
    assert created["webhook_signing_secret"].startswith("whsec_")
    session = client.post(
        "/partner/v1/sessions",
        json={"external_user_ref": "c-1"},
        headers={"Authorization": f"Bearer {created['secret_key']}"},
    )
    assert session.status_code == 200
    shown = as_admin("GET", f"/partner/v1/admin/merchants/{created['merchant_id']}").json
    assert "secret_key" not in shown
    assert shown["credit_balance"] == 100


def test_the_admin_secret_also_travels_in_its_own_header(client: FlaskClient, settings: Settings) -> None:
    answer = client.get(
        "/partner/v1/admin/merchants", headers={"X-Partner-Admin-Secret": settings.partner_admin_secret}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(("headers", "reason"), [({}, "missing"), ({"Authorization": "Bearer wrong"}, "not_found")])
def test_nobody_else_may(client: FlaskClient, headers: dict[str, str], reason: str) -> None:
    answer = client.post("/partner/v1/admin/merchants", json={"name": "X"}, headers=headers)
    assert answer.status_code == 401
    assert (answer.json["code"], answer.json["reason"]) == ("unauthorized", reason)


def test_a_merchants_key_is_no_admin_secret(as_merchant: Caller) -> None:
    assert as_merchant("GET", "/partner/v1/admin/merchants").status_code == 401


def test_wrong_fields_are_named(as_admin: Caller) -> None:
    body = {"name": "", "email": "nobody", "allowed_origins": "https://x.example"}
    answer = as_admin("POST", "/partner/v1/admin/merchants", json=body)
    assert answer.status_code == 400
    assert {detail["path"] for detail in answer.json["details"]} == {"name", "email", "allowed_origins"}


def test_credits_are_topped_up(as_admin: Caller, scene: Scene) -> None:
    answer = as_admin("POST", f"/partner/v1/admin/merchants/{scene.merchant_id}/credits", json={"amount": 50})
    assert answer.status_code == 201
    assert answer.json["credit_balance"] == 150
    assert (
        as_admin("POST", f"/partner/v1/admin/merchants/{scene.merchant_id}/credits", json={"amount": -1}).status_code
        == 400
    )


def test_merchants_are_listed_page_by_page(as_admin: Caller, scene: Scene, outsider_scene: Scene) -> None:
    first = as_admin("GET", "/partner/v1/admin/merchants?limit=1").json
    second = as_admin("GET", f"/partner/v1/admin/merchants?limit=1&cursor={first['next_cursor']}").json
    ids = [row["merchant_id"] for row in first["data"] + second["data"]]
    assert ids == [outsider_scene.merchant_id, scene.merchant_id]
    assert (first["has_more"], second["has_more"]) == (True, False)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=%ff"])
def test_a_bad_page_is_refused(as_admin: Caller, query: str) -> None:
    assert as_admin("GET", f"/partner/v1/admin/merchants?{query}").status_code == 400
