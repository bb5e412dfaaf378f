from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene, work
from tests.shop import Shop
from tryon.clock import iso, now
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


def open_one(caller: Caller, **fields: object) -> str:
    answer = caller("POST", "/v1/sessions", json={"product_id": "SKU-1"} | fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json["id"])


def listed(caller: Caller, query: str) -> list[str]:
    answer = caller("GET", f"/v1/sessions?{query}")
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def test_a_cancelled_session_is_closed_and_says_so_again(as_merchant: Caller, client: FlaskClient) -> None:
    session_id = open_one(as_merchant, return_url="https://corner.example/p/1")
    for _ in range(2):
        answer = as_merchant("POST", f"/v1/sessions/{session_id}/cancel")
        assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
        assert answer.json["completed_at"]
    page = client.get(f"/s/{session_id}")
    assert page.status_code == 410
    assert "https://corner.example/p/1" in page.text


def test_a_session_that_is_over_cannot_be_cancelled(as_merchant: Caller) -> None:
    session_id = open_one(as_merchant)
    with transaction():
        find_session(session_id).expires_at = now() - timedelta(seconds=1)
    answer = as_merchant("POST", f"/v1/sessions/{session_id}/cancel")
    assert (answer.status_code, answer.json["code"]) == (409, "session_over")


def test_the_list_can_be_narrowed_to_a_state(as_merchant: Caller) -> None:
    overdue, cancelled, ready = (open_one(as_merchant) for _ in range(3))
    as_merchant("POST", f"/v1/sessions/{cancelled}/cancel")
    with transaction():
        find_session(overdue).expires_at = now() - timedelta(seconds=1)
    assert listed(as_merchant, "status=ready") == [ready]
    assert listed(as_merchant, "status=expired") == [overdue]
    assert listed(as_merchant, "status=cancelled") == [cancelled]
    assert as_merchant("GET", "/v1/sessions?status=asleep").status_code == 400


def test_the_list_can_be_narrowed_to_a_product_and_a_time(as_merchant: Caller, scene: Scene) -> None:
    scene.add_product("SKU-2", "Blue shirt", card("blue"))
    first, second = open_one(as_merchant), open_one(as_merchant, product_id="SKU-2")
    assert listed(as_merchant, "product_id=SKU-2") == [second]
    assert listed(as_merchant, f"product_id={scene.product.id}") == [first]
    assert listed(as_merchant, "product_id=SKU-9") == []
    born = iso(find_session(second).created_at).replace("+", "%2B")
    day_ago = iso(now() - timedelta(days=1))
    assert listed(as_merchant, f"created_after={day_ago}") == [second, first]
    assert listed(as_merchant, f"created_before={day_ago}") == []
    assert listed(as_merchant, f"created_before={born}") in ([first], [])  # the text has milliseconds only
    assert listed(as_merchant, "created_after=0001-01-01T00:00:00Z&created_before=9999-12-31T23:59:59Z") == [
        second,
        first,
    ]
    for wrong in ("yesterday", "2026-03-24T18:00:00", "0001-01-01T00:00:00%2B05:00"):
        assert as_merchant("GET", f"/v1/sessions?created_after={wrong}").status_code == 400


def test_pages_of_a_narrowed_list_follow_each_other(as_merchant: Caller) -> None:
    ids = [open_one(as_merchant) for _ in range(5)]
    as_merchant("POST", f"/v1/sessions/{ids[2]}/cancel")
    found, cursor = [], ""
    while cursor is not None:
        answer = as_merchant("GET", f"/v1/sessions?status=ready&limit=2&cursor={cursor}").json
        found += [row["id"] for row in answer["data"]]
        cursor = answer["next_cursor"]
    assert found == [ids[4], ids[3], ids[1], ids[0]]


def test_a_guess_that_becomes_better_is_the_sessions_too(as_merchant: Caller, scene: Scene) -> None:
    guessed, said = open_one(as_merchant), open_one(as_merchant, category="outerwear")
    with transaction():
        scene.product.category = "dresses"
    assert as_merchant("GET", f"/v1/sessions/{guessed}").json["category"] == "dresses"
    assert as_merchant("GET", f"/v1/sessions/{said}").json["category"] == "outerwear"


def test_the_outsider_cannot_cancel(as_merchant: Caller, as_outsider: Caller) -> None:
    session_id = open_one(as_merchant)
    answer = as_outsider("POST", f"/v1/sessions/{session_id}/cancel")
    assert (answer.status_code, answer.json["code"]) == (404, "session_not_found")
    assert find_session(session_id).status == "ready"
    assert listed(as_outsider, "product_id=" + find_session(session_id).product_id) == []
