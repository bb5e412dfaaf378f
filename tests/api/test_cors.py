"""Which pages may read which answers."""

import math
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import token_of
from tests.scene import Scene
from tryon.config import Settings
from tryon.merchants.editing import change_merchant
from tryon.wiring import tools

MINE, THEIRS, NOBODYS = "https://corner.example", "https://other.example", "https://evil.example"
INTEGRATION = "/api/v1/integration/set-user-product-number"


def allowed(answer: TestResponse) -> str | None:
    return answer.headers.get("Access-Control-Allow-Origin")


def preflight(client: FlaskClient, path: str, origin: str, method: str = "POST") -> TestResponse:
    headers = {"Origin": origin, "Access-Control-Request-Method": method,
               "Access-Control-Request-Headers": "authorization, content-type"}  # fmt: skip
    return client.options(path, headers=headers)


@pytest.mark.parametrize("path", ["/user-model", "/tryon/SKU-1", "/partner/v1/embed/sessions"])
def test_a_preflight_from_a_shops_origin_is_answered_and_from_elsewhere_not(
    client: FlaskClient, scene: Scene, path: str
) -> None:
    answer = preflight(client, path, MINE)
    assert allowed(answer) == MINE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert allowed(preflight(client, path, NOBODYS)) is None


@pytest.mark.parametrize("path", ["/partner/v1/products", "/v1/sessions", "/try-on", "/tryon/v1/try-on", INTEGRATION])
def test_what_servers_call_is_closed_to_pages(client: FlaskClient, scene: Scene, path: str) -> None:
    assert allowed(preflight(client, path, MINE)) is None


def test_an_answer_is_readable_by_the_callers_own_shop_only(
    client: FlaskClient, scene: Scene, outsider_scene: Scene, settings: Settings
) -> None:
    headers = {"Authorization": f"Bearer {token_of(scene.shopper, settings)}"}
    mine = client.get("/user-model/current", headers=headers | {"Origin": MINE})
    assert allowed(mine) == MINE
    assert "Origin" in mine.headers["Vary"]
    assert "RateLimit" in mine.headers["Access-Control-Expose-Headers"]
    assert allowed(client.get("/user-model/current", headers=headers | {"Origin": THEIRS})) is None


def test_a_page_can_read_why_it_was_refused(client: FlaskClient, scene: Scene) -> None:
    refused = client.get("/user-model/current", headers={"Origin": MINE, "Authorization": "Bearer old"})
    assert (refused.status_code, allowed(refused)) == (401, MINE)
    missing = client.get("/tryon/jobs/a/b/c", headers={"Origin": MINE})
    assert (missing.status_code, allowed(missing)) == (404, MINE)


def test_the_usage_integration_is_open_to_the_operators_domains(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools().settings, "integration_domains", ".wearfits.com")
    for origin in ("https://wearfits.com", "https://dash.wearfits.com"):
        assert allowed(preflight(client, INTEGRATION, origin)) == origin
    for origin in ("http://dash.wearfits.com", "https://evilwearfits.com", "https://wearfits.com.evil.example"):
        assert allowed(preflight(client, INTEGRATION, origin)) is None


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_page_may_use_every_method_and_resume_a_stream(client: FlaskClient, scene: Scene, method: str) -> None:
    asked = {"Origin": MINE, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "last-event-id"}
    answer = client.options("/user-model/current", headers=asked)
    assert method in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "last-event-id"


@pytest.mark.parametrize(
    ("owner", "origin", "status", "readable"),
    [
        ("mine", MINE, 200, True),
        ("mine", MINE.upper(), 200, True),
        ("mine", MINE + ":8443", 403, False),
        ("mine", THEIRS, 403, False),
        ("mine", NOBODYS, 403, False),
        ("theirs", THEIRS, 200, True),
        ("theirs", MINE, 403, False),
    ],
)
def test_a_publishable_key_works_on_its_own_shops_pages_only(
    client: FlaskClient, scene: Scene, outsider_scene: Scene, owner: str, origin: str, status: int, readable: bool
) -> None:
    key = (scene if owner == "mine" else outsider_scene).owner.publishable_key
    answer = client.get("/partner/v1/embed-config", headers={"Authorization": f"Bearer {key}", "Origin": origin})
    assert (answer.status_code, allowed(answer)) == (status, origin if readable else None)
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/partner/v1/merchants/me", "/products", "/tryon/v1/products", "/v1/sessions"])
def test_what_a_secret_key_is_answered_no_page_can_read(client: FlaskClient, scene: Scene, path: str) -> None:
    answer = client.get(path, headers={"Authorization": f"Bearer {scene.owner.secret_key}", "Origin": MINE})
    assert (answer.status_code, allowed(answer)) == (200, None)


def test_a_closed_shops_pages_are_strangers(client: FlaskClient, scene: Scene) -> None:
    change_merchant(scene.owner.merchant, {"active": False})
    assert allowed(preflight(client, "/user-model", MINE)) is None


@pytest.mark.both_databases
def test_an_origin_is_known_as_soon_as_a_shop_has_named_it(client: FlaskClient, scene: Scene) -> None:
    new = "https://new.example"
    assert allowed(preflight(client, "/user-model", new)) is None
    change_merchant(scene.owner.merchant, {"allowed_origins": [MINE, new]})
    assert allowed(preflight(client, "/user-model", new)) == new
    for other in (
        "https://new.exampl",
        "https://ne%.example",
        "https://ne_.example",
        'https://new.example", "',
        "null",
    ):
        assert allowed(preflight(client, "/user-model", other)) is None


def test_an_origin_that_was_taken_back_is_let_in_until_the_list_is_read_again(
    client: FlaskClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert allowed(preflight(client, "/user-model", MINE)) == MINE
    change_merchant(scene.owner.merchant, {"allowed_origins": ["https://new.example"]})
    assert allowed(preflight(client, "/user-model", MINE)) == MINE
    monkeypatch.setattr(time, "monotonic", lambda: math.inf)
    assert allowed(preflight(client, "/user-model", MINE)) is None


def test_the_operators_origins_are_every_shops(
    client: FlaskClient, scene: Scene, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools().settings, "partner_cors_origins", "https://preview.example")
    assert allowed(preflight(client, "/user-model", "https://preview.example")) == "https://preview.example"
    headers = {"Authorization": f"Bearer {scene.owner.publishable_key}", "Origin": "https://preview.example"}
    assert allowed(client.get("/partner/v1/embed-config", headers=headers)) == "https://preview.example"


def test_a_page_can_read_that_nothing_changed(client: FlaskClient, scene: Scene, settings: Settings) -> None:
    headers = {"Authorization": f"Bearer {token_of(scene.shopper, settings)}", "Origin": MINE}
    first = client.get("/user-model/current", headers=headers)
    assert "ETag" in first.headers["Access-Control-Expose-Headers"]
    same = client.get("/user-model/current", headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, allowed(same)) == (304, MINE)
