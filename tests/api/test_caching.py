"""Tags that save sending the same again, and gzip where it helps."""

import gzip

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from tests.api.conftest import Caller
from tests.scene import Scene

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/partner/v1/products/SKU-1", "/partner/v1/products", "/products/SKU-1"])
def test_a_read_that_has_not_changed_is_304(as_merchant: Caller, path: str) -> None:
    first = as_merchant("GET", path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = as_merchant("GET", path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "X-Request-Id" in again.headers
    assert "Content-Type" not in again.headers


def test_a_read_that_has_changed_is_sent(as_merchant: Caller, scene: Scene) -> None:
    tag = as_merchant("GET", "/partner/v1/products").headers["ETag"]
    as_merchant("DELETE", "/partner/v1/products/SKU-1")
    again = as_merchant("GET", "/partner/v1/products", headers={"If-None-Match": tag})
    assert (again.status_code, again.json["data"]) == (200, [])


def test_what_is_written_refused_or_secret_is_not_kept(as_merchant: Caller) -> None:
    for answer in (
        as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "customer-1"}),
        as_merchant("GET", "/partner/v1/products/unknown"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_long_json_is_packed_for_whoever_takes_it(as_merchant: Caller, client: FlaskClient) -> None:
    for number in range(8):
        as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1", "merchant_reference": f"order-{number}"})
    plain = as_merchant("GET", "/v1/sessions")
    packed = as_merchant("GET", "/v1/sessions", headers=GZIP)
    assert (plain.headers["Vary"], packed.headers["Vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] == plain.headers["ETag"]
    again = as_merchant("GET", "/v1/sessions", headers=GZIP | {"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_pages_scripts_and_styles_are_packed_and_pictures_are_not(client: FlaskClient) -> None:
    for path in ("/", "/static/css/tryon.css", "/static/js/launch.js"):
        packed = client.get(path, headers=GZIP)
        assert packed.headers["Content-Encoding"] == "gzip", path
        assert gzip.decompress(packed.data) == client.get(path).data
        assert client.get(path, headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None
    picture = client.get("/static/demo/products/dresses/1_front.jpg", headers=GZIP)
    assert "Content-Encoding" not in picture.headers


def test_a_packed_script_is_304_by_its_tag_and_parts_of_it_are_not_packed(client: FlaskClient) -> None:
    packed = client.get("/static/js/launch.js", headers=GZIP)
    again = client.get("/static/js/launch.js", headers=GZIP | {"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    part = client.get("/static/js/launch.js", headers=GZIP | {"Range": "bytes=0-99"})
    assert (part.status_code, len(part.data), "Content-Encoding" in part.headers) == (206, 100, False)


def test_short_answers_and_streams_of_events_are_left_alone(app: Flask, client: FlaskClient) -> None:
    events = ["data: 1\n\n"] * 500
    app.add_url_rule("/v1/stream", view_func=lambda: Response(iter(events), mimetype="text/event-stream"))
    short, stream = (client.get(path, headers=GZIP) for path in ("/partner/v1/health", "/v1/stream"))
    assert "Content-Encoding" not in short.headers
    assert "Content-Encoding" not in stream.headers
    assert "ETag" not in stream.headers
