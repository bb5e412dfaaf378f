"""What the reference document leaves open: who is named how, what is refused, and what that leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.scene import Scene
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.merchants.keys import make_key
from tryon.merchants.models import ApiKey, Merchant
from tryon.usage.counting import totals
from tryon.usage.plans import period_of

ROOT = "/api/v1/integration"
TRYONS, CALLS, PRODUCTS = (
    f"{ROOT}/increase-tryon-usage-count",
    f"{ROOT}/increase-api-key-usage-count",
    f"{ROOT}/set-user-product-number",
)
Push = Callable[..., TestResponse]


@pytest.fixture
def push(client: FlaskClient, settings: Settings) -> Push:
    def call(path: str, **body: Any) -> TestResponse:
        return client.post(path, json={"handshake": settings.integration_handshake_token} | body)

    return call


def used(scene: Scene) -> dict[str, int]:
    return totals(scene.merchant_id, period_of(scene.owner.merchant, now()))


def key_of(scene: Scene) -> ApiKey:
    query = select(ApiKey).filter_by(merchant_id=scene.merchant_id, kind="secret", mode="live")
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_user_is_named_by_id_or_slug_and_a_key_by_itself_or_its_public_beginning(push: Push, scene: Scene) -> None:
    users = [{"user_id": scene.merchant_id}, {"user_id": scene.owner.merchant.slug}]
    keys = [{"api_key": scene.owner.secret_key}, {"api_key": scene.owner.publishable_key},
            {"api_key": key_of(scene).prefix}]  # fmt: skip
    for names in (*users, *keys, users[0] | keys[2]):
        assert push(TRYONS, type="AI", count=1, **names).status_code == 200
    assert used(scene)["try_on"] == 6


def test_a_key_that_only_begins_right_is_not_found(push: Push, scene: Scene) -> None:
    forged = key_of(scene).prefix + "x" * 32
    answer = push(TRYONS, type="AI", count=1, api_key=forged)
    assert (answer.status_code, answer.json) == (403, {"success": False, "error": "API key not found."})


def test_calls_are_counted_on_the_key_and_for_its_merchant(push: Push, scene: Scene, outsider_scene: Scene) -> None:
    for count in (5, 2):
        push(CALLS, api_key=scene.owner.secret_key, count=count)
    assert (key_of(scene).usage_count, used(scene)["api_call"]) == (7, 7)
    assert (key_of(outsider_scene).usage_count, used(outsider_scene)["api_call"]) == (0, 0)


def test_what_was_done_with_a_test_key_is_not_counted(push: Push, scene: Scene) -> None:
    with transaction():
        key = make_key(scene.owner.merchant, "secret", "test")
    assert push(TRYONS, type="AI", count=3, api_key=key).status_code == 200
    assert push(CALLS, api_key=key, count=3).status_code == 200
    assert (used(scene)["try_on"], used(scene)["api_call"]) == (0, 0)


def test_large_numbers_add_up(push: Push, scene: Scene) -> None:
    for _ in range(3):
        assert push(CALLS, api_key=scene.owner.secret_key, count=1_000_000_000).status_code == 200
    assert key_of(scene).usage_count == used(scene)["api_call"] == 3_000_000_000


def test_there_is_no_warning_below_the_limit_and_the_merchant_hears_of_the_crossing_once(
    push: Push, scene: Scene, settings: Settings
) -> None:
    limit = settings.plans["FREE"].ar_try_ons
    assert "warnings" not in push(TRYONS, type="AR", count=limit, user_id=scene.merchant_id).json
    for _ in range(2):
        over = push(TRYONS, type="AR", count=1, user_id=scene.merchant_id)
        assert over.json["warnings"] == ["Usage limit exceeded for this period"]
    [event] = scene.events("usage.limit_exceeded")
    assert event.data == {"kind": "ar_try_on", "count": limit + 1, "limit": limit, "plan": "FREE"}


def test_a_deactivated_merchant_s_key_is_403(push: Push, scene: Scene) -> None:
    with transaction():
        scene.owner.merchant.deactivated_at = now()
    answer = push(TRYONS, type="AI", count=1, api_key=scene.owner.secret_key)
    assert (answer.status_code, answer.json["error"]) == (403, "This API key is not active.")


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        (TRYONS, {"type": "AI", "count": 1, "user_id": "usr_abc123"}, "user"),
        (TRYONS, {"type": "AI", "count": True, "user_id": "x"}, "count"),
        (TRYONS, {"type": "ai", "count": 1, "user_id": "x"}, "type"),
        (TRYONS, {"type": "AI", "count": 1.5, "user_id": "x"}, "count"),
        (CALLS, {"count": 1}, "api_key"),
        (PRODUCTS, {"user_id": "x", "value": "9"}, "value"),
        (PRODUCTS, {"user_id": "usr_abc123", "value": 9}, "user"),
    ],
)
def test_a_400_names_the_field(push: Push, scene: Scene, path: str, body: dict[str, Any], named: str) -> None:
    answer = push(path, **body)
    assert (answer.status_code, answer.json["success"]) == (400, False)
    assert set(answer.json) == {"success", "error"}
    assert named in answer.json["error"]


@pytest.mark.parametrize("given", ["", 5, None, "\ud800", "x" * 200])
def test_whatever_is_not_the_handshake_is_401_in_the_surface_s_shape(client: FlaskClient, given: object) -> None:
    answer = client.post(PRODUCTS, json={"handshake": given, "user_id": "x", "value": 1})
    assert answer.status_code == 401
    assert set(answer.json) == {"success", "error"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null"])
def test_a_body_that_holds_no_handshake_is_401(client: FlaskClient, body: bytes) -> None:
    answer = client.post(TRYONS, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["success"]) == (401, False)


@pytest.mark.parametrize("path", [TRYONS, CALLS, PRODUCTS])
def test_other_methods_are_told_the_right_one(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_unknown_address_below_the_surface_has_its_shape(client: FlaskClient) -> None:
    answer = client.post(f"{ROOT}/nothing", json={})
    assert (answer.status_code, answer.json["success"]) == (404, False)


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("https://dash.sister.example", True),
        ("https://sister.example", True),
        ("http://dash.sister.example", False),
        ("https://notsister.example", False),
        ("https://corner.example", False),
    ],
)
def test_only_pages_below_the_named_domains_may_read_answers(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, push: Push, origin: str, is_allowed: bool
) -> None:
    monkeypatch.setattr(settings, "integration_domains", "sister.example")
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for answer in (client.options(PRODUCTS, headers=headers), client.post(PRODUCTS, json={}, headers=headers)):
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if is_allowed else None)


def test_by_default_no_page_may(client: FlaskClient, scene: Scene) -> None:
    answer = client.options(PRODUCTS, headers={"Origin": "https://dash.wearfits.com"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_push_that_is_refused_changes_nothing(push: Push, scene: Scene, outsider_scene: Scene) -> None:
    push(CALLS, count=4, api_key=scene.owner.secret_key, user_id=outsider_scene.merchant_id)
    push(TRYONS, type="AI", count=4, api_key=scene.owner.secret_key, user_id=outsider_scene.merchant_id)
    assert (used(scene)["try_on"], used(scene)["api_call"], used(outsider_scene)["try_on"]) == (0, 0, 0)
    assert key_of(scene).usage_count == 0
    assert db.session.get_one(Merchant, scene.merchant_id).product_count == 1
