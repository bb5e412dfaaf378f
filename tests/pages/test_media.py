from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import read
from tests.pictures import card
from tryon.clock import now
from tryon.wiring import tools

KEY = "results/mer_a/gen_a-1.jpg"
OTHERS_KEY = "results/mer_b/gen_b-1.jpg"


@pytest.fixture
def picture(app: Flask) -> bytes:
    data = card("purple")
    tools().storage.write(KEY, data)
    tools().storage.write(OTHERS_KEY, card("black"))
    return data


def test_a_signed_address_shows_the_file(client: FlaskClient, picture: bytes) -> None:
    answer = client.get(tools().links.path(KEY, now()))
    assert answer.data == picture
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    lifetime, age = answer.headers["Cache-Control"].split(", max-age=")
    assert lifetime == "private"
    assert 23 * 3600 < int(age) <= 25 * 3600


def test_a_browser_that_has_it_need_not_load_it_again(client: FlaskClient, picture: bytes) -> None:
    address = tools().links.path(KEY, now())
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_it_can_be_asked_for(client: FlaskClient, picture: bytes) -> None:
    address = tools().links.path(KEY, now())
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, picture[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(picture)}"
    beyond = client.get(address, headers={"Range": "bytes=9999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(picture)}"


def test_it_can_be_saved_under_a_name(client: FlaskClient, picture: bytes) -> None:
    plain = client.get(tools().links.path(KEY, now()))
    assert not plain.headers.get("Content-Disposition", "").startswith("attachment")
    saved = client.get(tools().links.path(KEY, now()) + "&download=1")
    assert saved.headers["Content-Disposition"] == "attachment; filename=try-on.jpg"


def test_an_address_opens_no_other_file(client: FlaskClient, picture: bytes) -> None:
    address = tools().links.path(KEY, now())
    assert client.get(address.replace(KEY, OTHERS_KEY)).status_code == 403
    assert client.get(address.replace(KEY, "results/../results/mer_b/gen_b-1.jpg")).status_code in (403, 404)


@pytest.mark.parametrize("expires", ["", "x", "-1", "9" * 40, "٣"])
@pytest.mark.parametrize("signature", ["", "0" * 40, "ü"])
def test_an_unsigned_or_odd_address_is_refused_with_a_page(
    client: FlaskClient, picture: bytes, expires: str, signature: str
) -> None:
    answer = client.get(f"/media/{KEY}?{urlencode({'expires': expires, 'signature': signature})}")
    assert answer.status_code == 403
    assert read(answer).all("h1")


def test_a_longer_life_can_not_be_written_into_an_address(client: FlaskClient, picture: bytes) -> None:
    path, _, query = tools().links.path(KEY, now()).partition("?expires=")
    expires, _, rest = query.partition("&")
    assert client.get(f"{path}?expires={int(expires) + 86_400}&{rest}").status_code == 403


def test_an_expired_address_says_so(client: FlaskClient, picture: bytes) -> None:
    answer = client.get(tools().links.path(KEY, now() - timedelta(days=3)))
    assert answer.status_code == 410
    assert "expired" in read(answer).words


def test_a_file_no_longer_kept_is_a_404(client: FlaskClient, picture: bytes) -> None:
    address = tools().links.path(KEY, now())
    tools().storage.delete(KEY)
    assert client.get(address).status_code == 404
