"""sessions-api.txt, sentence by sentence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.api.conftest import Caller
from tests.scene import Scene
from tryon.db import db
from tryon.sessions.models import TryOnSession
from tryon.webhooks.models import Delivery
from tryon.wiring import tools

BODY = {
    "product_id": "sku-12345",
    "category": "footwear",
    "experience": "browser",
    "callback_url": "https://merchant.example/callbacks/tryon",
    "locale": "en-US",
}


@pytest.fixture
def session(as_merchant: Caller, picture_url: str) -> dict[str, Any]:
    product = {"external_id": "sku-12345", "title": "Running shoes", "image_urls": [picture_url]}
    assert as_merchant("POST", "/partner/v1/products", json=product).status_code == 201
    answer = as_merchant("POST", "/v1/sessions", json=BODY)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_example_is_answered_200_with_the_documented_fields(session: dict[str, Any]) -> None:
    assert session["id"].startswith("tsn_")
    assert session["status"] == "ready"
    assert session["launch_url"].endswith(f"/s/{session['id']}")
    assert session["qr_code_url"].endswith(f"/qr/{session['id']}.png")
    expires = datetime.fromisoformat(session["expires_at"])
    assert timedelta(hours=23) < expires - datetime.now(UTC) <= timedelta(hours=24)
    assert session["expires_at"].endswith("Z")


def test_the_session_keeps_what_it_was_asked_for(session: dict[str, Any]) -> None:
    assert {name: session[name] for name in ("product_id", "category", "experience", "locale")} == {
        name: BODY[name] for name in ("product_id", "category", "experience", "locale")
    }


def test_the_session_has_category_metadata_and_assets(session: dict[str, Any]) -> None:
    assert session["category_metadata"]
    assert isinstance(session["assets"], list)


def test_the_launch_url_opens_in_a_browser(session: dict[str, Any], client: FlaskClient) -> None:
    page = client.get(f"/s/{session['id']}", headers={"User-Agent": "Mozilla/5.0"})
    assert (page.status_code, page.mimetype) == (200, "text/html")


def test_the_qr_handoff_gives_a_code(session: dict[str, Any], client: FlaskClient) -> None:
    assert client.get(f"/qr/{session['id']}.png").mimetype == "image/png"
    assert client.get(f"/qr/{session['id']}.svg").mimetype == "image/svg+xml"


def test_a_callback_is_owed_when_the_session_ends(session: dict[str, Any], as_merchant: Caller, scene: Scene) -> None:
    ended = as_merchant("POST", f"/v1/sessions/{session['id']}/cancel")
    assert (ended.status_code, ended.json["status"]) == (200, "cancelled")
    delivery = db.session.scalars(select(Delivery).where(Delivery.endpoint_id.is_(None))).one()
    assert delivery.url == BODY["callback_url"]
    told = delivery.event.data
    assert {"session_id", "status", "product_id", "category", "merchant_reference", "metadata", "created_at",
            "launched_at", "completed_at", "result", "error"} == set(told)  # fmt: skip
    assert told["session_id"] == session["id"]


def test_the_callback_tells_the_merchants_reference(as_merchant: Caller, session: dict[str, Any]) -> None:
    other = as_merchant("POST", "/v1/sessions", json=BODY | {"merchant_reference": "order-9"}).json
    as_merchant("POST", f"/v1/sessions/{other['id']}/cancel")
    told = [each.event.data for each in db.session.scalars(select(Delivery))]
    assert [each["merchant_reference"] for each in told] == ["order-9"]


def test_an_invalid_payload_or_unsupported_category_is_400(as_merchant: Caller, session: dict[str, Any]) -> None:
    unsupported = as_merchant("POST", "/v1/sessions", json=BODY | {"category": "spaceships"})
    assert (unsupported.status_code, unsupported.json["code"]) == (400, "unsupported_category")
    assert "footwear" in unsupported.json["detail"]
    assert as_merchant("POST", "/v1/sessions", json={"category": "footwear"}).status_code == 400


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_a_missing_or_invalid_token_is_401(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/sessions", json=BODY, headers=headers).status_code == 401


def test_too_many_requests_for_the_plan_are_429(as_merchant: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tools().settings
    slow = settings.plans["FREE"].model_copy(update={"requests_per_minute": 2})
    monkeypatch.setattr(settings, "plans", settings.plans | {"FREE": slow})
    answers = [as_merchant("GET", "/v1/sessions") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_error_of_ours_is_500(as_merchant: Caller, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "sessions.list_all", lambda: 1 / 0)
    answer = as_merchant("GET", "/v1/sessions")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")


def test_an_unknown_session_is_404(as_merchant: Caller, as_outsider: Caller, session: dict[str, Any]) -> None:
    assert as_merchant("GET", "/v1/sessions/tsn_01HZZXYZ123").status_code == 404
    assert as_outsider("GET", f"/v1/sessions/{session['id']}").status_code == 404


def test_the_session_completes_with_its_picture(
    as_merchant: Caller, scene: Scene, do_the_work: Callable[[], None]
) -> None:
    session = as_merchant("POST", "/v1/sessions", json={"product_id": scene.product.external_id}).json
    scene.request(db.session.get_one(TryOnSession, session["id"]))
    do_the_work()
    done = as_merchant("GET", f"/v1/sessions/{session['id']}").json
    assert done["status"] == "completed"
    assert done["result"]["image_url"]
