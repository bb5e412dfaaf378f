"""usage-integration-api.txt, sentence by sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.api.conftest import Caller
from tests.scene import Scene
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.merchants.models import ApiKey
from tryon.wiring import tools

TRYONS = "/api/v1/integration/increase-tryon-usage-count"
CALLS = "/api/v1/integration/increase-api-key-usage-count"
PRODUCTS = "/api/v1/integration/set-user-product-number"

Push = Callable[..., TestResponse]


@pytest.fixture
def push(client: FlaskClient, settings: Settings) -> Push:
    def call(path: str, **body: Any) -> TestResponse:
        return client.post(path, json={"handshake": settings.integration_handshake_token} | body)

    return call


def usage(as_merchant: Caller) -> dict[str, Any]:
    return as_merchant("GET", "/partner/v1/merchants/me/usage").json


def test_ar_and_ai_try_ons_have_separate_counters(push: Push, as_merchant: Caller, scene: Scene) -> None:
    ar = push(TRYONS, type="AR", count=2, api_key=scene.owner.secret_key)
    assert (ar.status_code, ar.json) == (200, {"success": True, "message": "AR tryon usage increased successfully"})
    ai = push(TRYONS, type="AI", count=3, user_id=scene.merchant_id)
    assert ai.json["success"] is True
    counted = usage(as_merchant)
    assert (counted["ar_try_on_count"], counted["try_on_count"]) == (2, 3)


def test_api_calls_are_counted_for_a_key(push: Push, as_merchant: Caller, scene: Scene) -> None:
    before = usage(as_merchant)["api_call_count"]
    answer = push(CALLS, api_key=scene.owner.publishable_key, count=5, user_id=scene.merchant_id)
    assert answer.json == {"success": True, "message": "API key usage increased successfully"}
    assert usage(as_merchant)["api_call_count"] >= before + 5


def test_the_product_count_is_replaced(push: Push, as_merchant: Caller, scene: Scene) -> None:
    answer = push(PRODUCTS, user_id=scene.merchant_id, value=7)
    assert answer.json["message"] == "Product count set successfully"
    push(PRODUCTS, user_id=scene.merchant_id, value=9)
    assert usage(as_merchant)["product_count"] == 9


def test_soft_limits_warn_and_still_succeed(push: Push, as_merchant: Caller, scene: Scene) -> None:
    tryons = push(TRYONS, type="AI", count=10_000_000, user_id=scene.merchant_id)
    assert (tryons.status_code, tryons.json["warnings"]) == (200, ["Usage limit exceeded for this period"])
    products = push(PRODUCTS, user_id=scene.merchant_id, value=10_000_000)
    assert (products.status_code, products.json["warnings"]) == (200, ["Product limit exceeded for current plan"])
    assert usage(as_merchant)["try_on_count"] == 10_000_000


@pytest.mark.parametrize("path", [TRYONS, CALLS, PRODUCTS])
@pytest.mark.parametrize("handshake", [{}, {"handshake": "wrong"}])
def test_a_missing_or_wrong_handshake_is_401(client: FlaskClient, path: str, handshake: dict[str, str]) -> None:
    answer = client.post(path, json=handshake | {"type": "AI", "count": 1, "user_id": "mer_x", "value": 1})
    assert (answer.status_code, answer.json["success"]) == (401, False)
    assert isinstance(answer.json["error"], str)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TRYONS, {"type": "VR", "count": 1, "user_id": "x"}),
        (TRYONS, {"type": "AI", "count": 0, "user_id": "x"}),
        (TRYONS, {"type": "AI", "count": -1, "user_id": "x"}),
        (TRYONS, {"type": "AI", "count": "1", "user_id": "x"}),
        (TRYONS, {"type": "AI", "count": 1}),
        (CALLS, {"count": 1}),
        (CALLS, {"api_key": "k"}),
        (PRODUCTS, {"user_id": "x", "value": -1}),
        (PRODUCTS, {"value": 1}),
    ],
)
def test_missing_or_invalid_fields_are_400(push: Push, path: str, body: dict[str, Any]) -> None:
    answer = push(path, **body)
    assert (answer.status_code, answer.json["success"]) == (400, False)


def test_an_unknown_inactive_or_foreign_key_is_403(
    push: Push, scene: Scene, outsider_scene: Scene, as_merchant: Caller
) -> None:
    unknown = push(TRYONS, type="AI", count=1, api_key="footwear_xxxxxxxxxxxx")
    foreign = push(TRYONS, type="AI", count=1, api_key=outsider_scene.owner.secret_key, user_id=scene.merchant_id)
    with transaction():
        for key in db.session.scalars(select(ApiKey).where(ApiKey.merchant_id == outsider_scene.merchant_id)):
            key.revoked_at = now()
    inactive = push(CALLS, count=1, api_key=outsider_scene.owner.secret_key)
    assert [each.status_code for each in (unknown, foreign, inactive)] == [403, 403, 403]
    assert usage(as_merchant)["try_on_count"] == 0


@pytest.mark.parametrize("path", [TRYONS, CALLS, PRODUCTS])
def test_get_is_405(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["success"]) == (405, False)


def test_too_many_requests_are_429(push: Push, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools().settings, "rate_limit_operator", 2)
    answers = [push(PRODUCTS, user_id=scene.merchant_id, value=1) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json["success"] is False


def test_an_error_of_ours_is_500(push: Push, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "integration_usage.set_products", lambda: 1 / 0)
    answer = push(PRODUCTS)
    assert (answer.status_code, answer.json["success"]) == (500, False)


def test_a_body_over_16_kb_is_413(push: Push, scene: Scene) -> None:
    answer = push(PRODUCTS, user_id=scene.merchant_id, value=1, padding="x" * 17_000)
    assert (answer.status_code, answer.json["success"]) == (413, False)
