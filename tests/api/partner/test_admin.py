import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller, token_of
from tests.scene import Scene
from tryon.config import Settings

ME = "/partner/v1/merchants/me"


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


def test_an_account_is_closed_and_reopened(
    as_admin: Caller, client: FlaskClient, scene: Scene, settings: Settings
) -> None:
    path = f"/partner/v1/admin/merchants/{scene.merchant_id}"
    page = {"Authorization": f"Bearer {scene.owner.publishable_key}", "Origin": "https://corner.example"}
    shopper = {"Authorization": f"Bearer {token_of(scene.shopper, settings)}"}
    server = {"Authorization": f"Bearer {scene.owner.secret_key}"}
    doors = ((ME, server), ("/partner/v1/embed-config", page), ("/user-model/current", shopper), ("/products", server))

    def answers() -> set[tuple[int, str | None]]:
        found = [client.get(door, headers=headers) for door, headers in doors]
        return {(answer.status_code, answer.json.get("reason")) for answer in found}

    assert as_admin("DELETE", path).status_code == 204
    assert as_admin("DELETE", path).status_code == 204
    closed = answers()
    assert {status for status, _ in closed} == {401}
    assert "inactive" in {reason for _, reason in closed}
    assert as_admin("GET", path).json["active"] is False
    assert as_admin("PATCH", path, json={"active": True}).json["active"] is True
    assert {status for status, _ in answers()} == {200}


def test_a_merchant_is_changed_in_part(as_admin: Caller, scene: Scene, outsider_scene: Scene) -> None:
    path = f"/partner/v1/admin/merchants/{scene.merchant_id}"
    before = as_admin("GET", path).json
    changes = {"plan": "PRO", "email": "owner@corner.example", "slug": "corner"}
    assert as_admin("PATCH", path, json=changes).json == before | changes
    taken = as_admin("PATCH", path, json={"name": "New name", "slug": "other-shop"})
    assert (taken.status_code, taken.json["code"]) == (409, "slug_taken")
    assert as_admin("GET", path).json == before | changes
    assert as_admin("PATCH", path, json={"plan": "GOLD"}).status_code == 400


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/credits")])
def test_a_merchant_that_is_not_there_is_not_found(as_admin: Caller, method: str, rest: str) -> None:
    answer = as_admin(method, f"/partner/v1/admin/merchants/mer_none{rest}", json={"amount": 1})
    assert (answer.status_code, answer.json["code"]) == (404, "merchant_not_found")
