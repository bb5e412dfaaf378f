"""The OpenAPI document says what is there, all of it, and nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from tryon.api.openapi.document import build_document
from tryon.api.openapi.security import OF_AUTH
from tryon.api.surfaces import surface_of


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return build_document(app)


def routes(app: Flask) -> set[tuple[str, str]]:
    """(method, path) of every route of every surface."""
    return {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if surface_of(rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_is_in_the_document_and_the_document_names_no_other(app: Flask, document: dict[str, Any]) -> None:
    documented = {(method, path) for method, path, _ in operations(document)}
    assert documented == routes(app)
    assert len(documented) > 60


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_each_credential_a_route_takes_is_described(app: Flask, document: dict[str, Any]) -> None:
    used = {view.auth for view in app.view_functions.values() if hasattr(view, "auth")}
    assert used <= set(OF_AUTH)
    assert {name for each in OF_AUTH.values() for given in each for name in given} == set(
        document["components"]["securitySchemes"]
    )


def test_every_operation_says_what_it_answers_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        statuses = set(operation["responses"])
        assert any(status.startswith("2") for status in statuses), (method, path)
        assert {"429", "500"} <= statuses, (method, path)
        if operation["security"]:
            assert "401" in statuses, (method, path)
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= statuses, (method, path)


def test_both_are_served_and_may_be_cached(client: FlaskClient, document: dict[str, Any]) -> None:
    answer = client.get("/openapi.json")
    assert answer.json == document
    again = client.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in re.sub(r"http://127\.0\.0\.1:8000\S*", "", page.text)


def test_the_reference_page_has_a_card_for_each_operation(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/docs").text
    shown = set(re.findall(r'<article class="docs-entry" id="([^"]+)"', page))
    twins = {path for path in document["paths"] if f"/tryon/v1{path}" in document["paths"]}
    expected = {operation["operationId"] for _, path, operation in operations(document) if path not in twins}
    assert shown == expected


def test_the_watermark_is_set_by_json_or_by_a_form_and_says_what_a_logo_may_be_refused_for(
    document: dict[str, Any],
) -> None:
    described = document["paths"]["/tryon/v1/account/watermark"]["put"]
    assert set(described["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    for code in ("INVALID_IMAGE", "LOGO_NOT_VISIBLE", "IMAGE_FETCH_FAILED", "INVALID_IMAGE_INPUT"):
        assert f"`{code}`" in described["responses"]["400"]["description"]
