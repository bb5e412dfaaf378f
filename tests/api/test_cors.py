"""Which pages may read which answers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import token_of
from tests.scene import Scene
from tryon.config import Settings
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
