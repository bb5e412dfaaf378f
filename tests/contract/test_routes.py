"""Rules that hold for every route there is, found by walking the URL map."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pictures import card
from tests.scene import Scene
from tryon.api.surfaces import surface_of


def api_rules(app: Flask) -> list[tuple[str, str, str]]:
    """(method, rule, endpoint) of every route of the API."""
    return [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if surface_of(rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_api_route_says_which_credential_it_takes(app: Flask) -> None:
    rules = api_rules(app)
    assert len(rules) > 15
    silent = [rule for _, rule, endpoint in rules if not hasattr(app.view_functions[endpoint], "auth")]
    assert silent == []


def test_every_guarded_route_turns_a_caller_without_credential_away(app: Flask, client: FlaskClient) -> None:
    for method, rule, endpoint in api_rules(app):
        if app.view_functions[endpoint].auth == "none":
            continue
        path = rule.replace("<", "").replace(">", "")
        answer = client.open(path, method=method, json={})
        assert answer.status_code == 401, (method, rule)
        surface = surface_of(rule)
        assert surface is not None
        assert answer.mimetype == surface.error_media_type, (method, rule)
        if surface.name in ("partner", "sessions"):
            assert answer.json["reason"] == "missing", (method, rule)
        elif surface.name == "tryon":
            assert answer.json["code"] == "MISSING_API_KEY", (method, rule)


def test_the_outsider_finds_nothing_of_the_merchants_by_any_route(
    app: Flask, client: FlaskClient, scene: Scene, outsider_scene: Scene
) -> None:
    from tests.api.conftest import token_of
    from tryon.sessions.assets import add_product_asset
    from tryon.wiring import tools

    session, generation, kit = scene.open_session(), scene.request(), tools()
    asset = add_product_asset(scene.product, card("blue"), outbound=kit.outbound, storage=kit.storage, queue=kit.queue)
    names = {
        "asset_id": asset.id,
        "product_id": scene.product.id,
        "session_id": session.id,
        "job_id": generation.id,
        "photo_id": scene.photo.id,
        "not_upload:image_id": scene.photo.id,
        "endpoint_id": "whk_none",
        "key_id": "key_none",
        "delivery_id": "dlv_none",
        "shopper_id": "shp_none",
        "generation_id": generation.id,
        "product_name:product_id": scene.product.id,
        "not_batch:product_id": scene.product.id,
        "path:external_id": "only-here",
    }
    scene.add_product("only-here", "Shirt", card())
    secret_key = outsider_scene.owner.secret_key
    keys = {
        "secret": secret_key,
        "api_key": secret_key,
        "shopper": token_of(outsider_scene.shopper, tools().settings),
    }
    visited = 0
    for method, rule, endpoint in api_rules(app):
        credential = keys.get(app.view_functions[endpoint].auth)
        if "<" not in rule or credential is None or rule.endswith("/customers/<path:customer_id>"):  # always 204
            continue
        path = rule
        for name, value in names.items():
            path = path.replace(f"<{name}>", value)
        assert "<" not in path, f"teach this test the parameter of {rule}"
        body = {} if method in ("PATCH", "PUT") else None
        answer = client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {credential}"})
        assert answer.status_code == 404, (method, rule)
        visited += 1
    assert visited >= 7


@pytest.mark.parametrize("path", ["/partner/v1/nothing", "/v1/nothing", "/tryon/jobs/a/b/c", "/user-model/a/b"])
def test_an_unknown_api_address_is_a_problem_not_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["code"] == "not_found"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.put("/v1/sessions")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_crash_is_a_500_problem_without_details(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(app.view_functions, "partner_admin.health", crash)
    answer = client.get("/partner/v1/health")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "secret detail" not in answer.text


def test_a_sane_request_id_is_echoed_and_a_wild_one_replaced(client: FlaskClient) -> None:
    kept = client.get("/partner/v1/health", headers={"X-Request-Id": "order-7.retry-2"})
    assert kept.headers["X-Request-Id"] == "order-7.retry-2"
    replaced = client.get("/partner/v1/health", headers={"X-Request-Id": "<script>" * 20})
    assert replaced.headers["X-Request-Id"].startswith("req_")


def test_a_body_that_is_no_json_is_told_so(client: FlaskClient, scene: Scene) -> None:
    headers = {"Authorization": f"Bearer {scene.owner.secret_key}"}
    broken = client.post("/v1/sessions", data="{", headers=headers | {"Content-Type": "application/json"})
    assert (broken.status_code, broken.json["code"]) == (400, "invalid_json")
    other = client.post("/v1/sessions", data="a=1", headers=headers)
    assert (other.status_code, other.json["code"]) == (415, "unsupported_media_type")
    a_list = client.post("/v1/sessions", json=[1], headers=headers)
    assert a_list.status_code == 400
