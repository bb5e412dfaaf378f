from datetime import timedelta

import pytest

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene, work
from tests.shop import Shop
from tryon.clock import now
from tryon.db import db, transaction
from tryon.sessions.opening import find_session


def test_the_documents_example_answers_as_documented(as_merchant: Caller, shop: Shop) -> None:
    answer = as_merchant(
        "POST",
        "/v1/sessions",
        json={
            "product_id": "sku-12345",
            "category": "footwear",
            "experience": "browser",
            "callback_url": "https://merchant.example/callbacks/tryon",
            "locale": "en-US",
            "product": {"title": "Trail shoe", "image_urls": [shop.serve("/shoe.jpg", card())]},
        },
    )
    assert answer.status_code == 200
    session = answer.json
    assert session["id"].startswith("tsn_")
    assert session["status"] == "ready"
    assert session["launch_url"] == f"http://127.0.0.1:8000/s/{session['id']}"
    assert session["qr_code_url"] == f"http://127.0.0.1:8000/qr/{session['id']}.png"
    assert session["expires_at"].endswith("Z")
    assert (session["category"], session["locale"], session["product_id"]) == ("footwear", "en-US", "sku-12345")


def test_a_session_tells_how_it_stands(as_merchant: Caller, scene: Scene) -> None:
    session_id = as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1"}).json["id"]
    session = find_session(session_id)
    work(scene.request(session))
    shown = as_merchant("GET", f"/v1/sessions/{session_id}").json
    assert shown["status"] == "completed"
    assert "/media/results/" in shown["result"]["image_url"]
    assert shown["completed_at"]
    listed = as_merchant("GET", "/v1/sessions?status=completed").json["data"]
    assert [row["id"] for row in listed] == [session_id]


def test_past_its_expiry_a_session_is_expired(as_merchant: Caller) -> None:
    session_id = as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1"}).json["id"]
    with transaction():
        find_session(session_id).expires_at = now() - timedelta(seconds=1)
    assert as_merchant("GET", f"/v1/sessions/{session_id}").json["status"] == "expired"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"product_id": "SKU-1", "category": "spaceships"}, "unsupported_category"),
        ({"product_id": "SKU-9"}, "unknown_product"),
        ({}, "invalid_request"),
        ({"product_id": "SKU-1", "metadata": {"a": "x" * 5000}}, "invalid_request"),
        ({"product_id": "SKU-1", "callback_url": "http://127.0.0.1/x"}, "forbidden_address"),
    ],
)
def test_a_wrong_request_is_a_400_with_its_code(as_merchant: Caller, body: dict[str, object], code: str) -> None:
    answer = as_merchant("POST", "/v1/sessions", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, code)


def test_without_a_key_it_is_401(client) -> None:
    answer = client.post("/v1/sessions", json={"product_id": "SKU-1"})
    assert (answer.status_code, answer.json["reason"]) == (401, "missing")


def test_the_outsiders_session_is_not_found(as_merchant: Caller, as_outsider: Caller) -> None:
    session_id = as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1"}).json["id"]
    answer = as_outsider("GET", f"/v1/sessions/{session_id}")
    assert (answer.status_code, answer.json["code"]) == (404, "session_not_found")
    assert as_outsider("GET", "/v1/sessions").json["data"] == []
    assert db.session.get(type(find_session(session_id)), session_id) is not None
