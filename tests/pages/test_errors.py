import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError

from tests.pages.conftest import read
from tryon.pages import home


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("POST", "/privacy", 405),
        ("GET", "/media/a/b.jpg", 403),
        ("GET", "/static/x", 404),
    ],
)
def test_an_error_is_a_page_with_a_heading_and_a_way_on(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    page = read(answer)
    assert page.all("h1")
    assert page.all("a", href="/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    assert "GET" in client.post("/privacy").headers["Allow"]


def test_a_crash_shows_a_calm_page_and_no_detail(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(limit: int) -> None:
        raise ProgrammingError("SELECT secret", {}, Exception("disk"))

    monkeypatch.setattr(home, "find_demo_products", crash)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "our side" in read(answer).words
    assert "SELECT" not in answer.text


def test_an_api_path_keeps_its_own_error_shape(client: FlaskClient) -> None:
    assert client.get("/v1/nothing").mimetype == "application/problem+json"
