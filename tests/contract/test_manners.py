"""What every route of every surface owes its caller, whatever goes wrong: found by walking the URL map."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import TestResponse

from tests.scene import Scene
from tryon.api.surfaces import SURFACES, surface_of
from tryon.config import Settings

UNKNOWN = {
    "partner": ["/partner/v1/nothing", "/user-model/a/b", "/tryon/jobs/a/b/c"],
    "sessions": ["/v1/nothing", "/v1"],
    "tryon": ["/tryon/v1/nothing", "/generations/a/b", "/images", "/account/nothing"],
    "integration": ["/api/v1/integration/nothing", "/api/v1/integration"],
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def is_shaped(answer: TestResponse, surface: str, status: int, code: str) -> bool:
    """Whether this is the surface's way to say it."""
    body: Any = answer.json
    if answer.status_code != status or "X-Request-Id" not in answer.headers:
        return False
    if surface == "integration":
        return answer.mimetype == "application/json" and set(body) == {"success", "error"} and body["success"] is False
    if surface == "tryon":
        named = (body["code"], body["status"]) == (code.upper() if code != "internal" else "INTERNAL", status)
        return answer.mimetype == "application/json" and named and bool(body["message"])
    named = (body["code"], body["status"]) == (code, status)
    return (
        answer.mimetype == "application/problem+json" and named and body["request_id"] == answer.headers["X-Request-Id"]
    )


@pytest.fixture
def credentials(scene: Scene, settings: Settings) -> dict[str, dict[str, str]]:
    from tests.api.conftest import token_of

    owner = scene.owner
    return {
        "none": {},
        "handshake": {},
        "admin": {"X-Partner-Admin-Secret": settings.partner_admin_secret},
        "secret": {"Authorization": f"Bearer {owner.secret_key}"},
        "api_key": {"X-Api-Key": owner.secret_key},
        "publishable": {
            "Authorization": f"Bearer {owner.publishable_key}",
            "Origin": owner.merchant.allowed_origins[0],
        },
        "shopper": {"Authorization": f"Bearer {token_of(scene.shopper, settings)}"},
    }


def routes(app: Flask) -> Iterator[tuple[str, str, set[str], str]]:
    """(surface, path with something in place of its parameters, methods, endpoint)."""
    for rule in app.url_map.iter_rules():
        surface = surface_of(rule.rule)
        if surface is not None:
            yield surface.name, rule.rule.replace("<", "").replace(">", ""), set(rule.methods or ()), rule.endpoint


@pytest.mark.parametrize(("surface", "path"), [(name, path) for name, paths in UNKNOWN.items() for path in paths])
def test_an_unknown_address_is_said_in_the_surfaces_shape(client: FlaskClient, surface: str, path: str) -> None:
    assert {each.name for each in SURFACES} == set(UNKNOWN)
    for address in (path, path + "/%00", path + "/" + "x" * 400):
        assert is_shaped(client.get(address), surface, 404, "not_found"), address


def test_a_wrong_method_is_405_with_allow_on_every_route(app: Flask, client: FlaskClient) -> None:
    by_path: dict[str, tuple[str, set[str]]] = {}
    for surface, path, methods, _ in routes(app):
        by_path.setdefault(path, (surface, set()))[1].update(methods)
    for path, (surface, methods) in by_path.items():
        for method in set(METHODS) - methods:
            answer = client.open(path, method=method)
            if answer.status_code != 405 and _is_anothers(answer):
                continue
            assert is_shaped(answer, surface, 405, "method_not_allowed"), (method, path)
            assert methods <= set(answer.headers["Allow"].split(", ")), (method, path)


def _is_anothers(answer: TestResponse) -> bool:
    """A name in the path made it another route's, as "current" in place of an id does."""
    return answer.status_code == 401


def test_options_tells_the_methods_without_a_credential(app: Flask, client: FlaskClient) -> None:
    for _, path, methods, _ in routes(app):
        answer = client.options(path)
        assert answer.status_code in (200, 204), path
        assert methods <= set(answer.headers["Allow"].split(", ")), path
        assert answer.data == b""
        assert "X-Request-Id" in answer.headers


def test_head_is_get_without_a_body(app: Flask, client: FlaskClient, credentials: dict[str, dict[str, str]]) -> None:
    compared = 0
    for _, path, methods, endpoint in routes(app):
        if "GET" not in methods or path.endswith("/events"):
            continue
        headers = credentials[app.view_functions[endpoint].auth]  # type: ignore[attr-defined]
        got, head = client.get(path, headers=headers), client.head(path, headers=headers)
        assert (head.status_code, head.data, head.mimetype) == (got.status_code, b"", got.mimetype), path
        compared += 1
    assert compared > 10


def test_a_crash_an_outage_and_a_flood_are_said_in_the_surfaces_shape(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    for surface, path, methods, endpoint in list(routes(app)):
        method = sorted(methods - {"HEAD", "OPTIONS"})[0]
        for error, status, code in (
            (ZeroDivisionError("secret detail"), 500, "internal"),
            (OperationalError("SELECT secret detail", {}, Exception("secret detail")), 503, "unavailable"),
            (RequestEntityTooLarge(), 413, "payload_too_large"),
        ):
            monkeypatch.setitem(app.view_functions, endpoint, _raise(error))
            answer = client.open(path, method=method)
            if answer.status_code in (401, 404):  # a shorter route took it
                continue
            assert is_shaped(answer, surface, status, code), (path, answer.text)
            assert "secret detail" not in answer.text
            assert (status == 503) == ("Retry-After" in answer.headers)
            seen.add((surface, status))
    assert len(seen) >= 9


def _raise(error: Exception) -> Any:
    def view(**_: str) -> None:
        raise error

    return view


def test_what_is_no_json_is_415_or_400_on_every_route_with_a_json_body(
    app: Flask, client: FlaskClient, credentials: dict[str, dict[str, str]]
) -> None:
    wrong = [
        ({"data": "a=1", "content_type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
        ({"data": "a=1", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({"data": "{", "content_type": "application/json"}, 400, "invalid_json"),
        ({"data": b'{"a": "\xff"}', "content_type": "application/json"}, 400, "invalid_json"),
        ({"data": '{"a": NaN}', "content_type": "application/json"}, 400, "invalid_json"),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400, "invalid_json"),
        ({"data": '{"a": ' + "9" * 400 + "}", "content_type": "application/json"}, 400, "invalid_json"),
        ({"data": '{"a": "\\u0000", "b": "\\ud800"}', "content_type": "application/json"}, 400, "invalid_request"),
        ({"data": "[1]", "content_type": "application/json"}, 400, "invalid_request"),
    ]
    walked = 0
    for surface, path, methods, endpoint in routes(app):
        view: Any = app.view_functions[endpoint]
        if getattr(view, "operation", None) is None or view.operation.body is None or view.auth == "handshake":
            continue
        if surface == "tryon" and not path.startswith("/tryon/v1"):
            continue  # the same views once more
        for options, status, code in wrong:
            answer = client.open(path, method=_writing(methods), headers=credentials[view.auth], **options)
            if answer.status_code == 404:  # no such object; nothing else was looked at
                break
            said = "VALIDATION_FAILED" if surface == "tryon" and status == 400 else code
            assert is_shaped(answer, surface, status, said), (path, options, answer.text)
        walked += 1
    assert walked >= 5


def _writing(methods: set[str]) -> str:
    [method] = methods & {"POST", "PUT", "PATCH", "DELETE"}
    return method


def test_names_in_paths_and_queries_that_no_database_holds(client: FlaskClient, scene: Scene) -> None:
    key = {"Authorization": f"Bearer {scene.owner.secret_key}"}
    assert client.get("/partner/v1/products/a%00b", headers=key).status_code == 404
    assert client.get("/partner/v1/products/%ff%fe", headers=key).status_code == 404
    assert client.get("/partner/v1/products/" + "x" * 300, headers=key).status_code == 404
    answer = client.get("/partner/v1/products?cursor=%00", headers=key)
    assert (answer.status_code, answer.json["details"][0]["path"]) == (400, "cursor")


def test_addresses_and_headers_that_are_too_long_are_said_in_the_surfaces_shape(client: FlaskClient) -> None:
    for surface, path in (("sessions", "/v1/sessions"), ("tryon", "/generations"), ("partner", "/user-model")):
        assert is_shaped(client.get(path + "?a=" + "x" * 9000), surface, 414, "address_too_long")
        answer = client.get(path, headers={"X-Long": "x" * 40_000})
        assert is_shaped(answer, surface, 431, "headers_too_large")


def test_answers_of_the_api_are_for_machines_only(client: FlaskClient) -> None:
    answer = client.get("/v1/nothing")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
