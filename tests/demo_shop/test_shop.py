"""The shop's pages as a visitor meets them, and what its server says to the system."""

import json
import re

import httpx2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.demo_shop.conftest import SHOP
from tests.pages.conftest import Page, read
from tryon.db import db
from tryon.demo import LOOKS, PRODUCTS, seed_demo_shop
from tryon.demo_shop import application
from tryon.demo_shop.keys import ShopKeys
from tryon.errors import ConfigurationError
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

SHIRT = "DEMO-SHIRTS-2"


def put_in(shop: FlaskClient, sku: str = SHIRT, **fields: str) -> TestResponse:
    return shop.post("/cart/add", data={"sku": sku, **fields})


def bag(shop: FlaskClient) -> Page:
    return read(shop.get("/cart"))


def test_the_shelves_show_every_ware_and_a_before_and_after_of_each_kind(shop: FlaskClient) -> None:
    page = read(shop.get("/"))
    for product in PRODUCTS:
        assert product.title in page.words
        assert page.all("a", href=f"/{product.sku}")
    pairs = [picture for picture in page.all("img") if "/before-after/" in (picture["src"] or "")]
    assert len(pairs) == len(LOOKS)
    assert all(shop.get(str(picture["src"])).status_code == 200 for picture in page.all("img"))
    dresses = read(shop.get("/?department=dresses"))
    assert len([tag for tag in dresses.all("li") if tag.get("class") == "card"]) == 1
    assert shop.get("/?department=%00").status_code == 200


def test_every_page_reserves_the_place_of_its_pictures_as_they_are(shop: FlaskClient) -> None:
    for sku in (SHIRT, "DEMO-EYEWEAR-1", "DEMO-DRESSES-1"):
        for picture in read(shop.get(f"/{sku}")).all("img"):
            assert picture["alt"] is not None
            assert int(str(picture["width"])) > 0
            assert int(str(picture["height"])) > 0


@pytest.mark.parametrize("path", ["/pictures/DEMO-SHIRTS-2/front-641.webp", "/pictures/DEMO-SHIRTS-2/x-640.webp",
                                  "/pictures/OTHER/front-640.webp", "/OTHER", "/%00", "/cart/nothing"])  # fmt: skip
def test_what_the_shop_does_not_have_is_a_kind_404(shop: FlaskClient, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 404
    assert "We don't have this" in read(answer).words.replace("’", "'")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_product_page_says_what_it_sells_to_machines_too(shop: FlaskClient) -> None:
    answer = shop.get(f"/{SHIRT}", base_url=SHOP)
    page = read(answer)
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text)
    product = json.loads(text)
    assert (product["@type"], product["sku"]) == ("Product", SHIRT)
    assert product["url"] == f"{SHOP}/{SHIRT}"
    assert product["image"][0] == page.one("meta", property="og:image")["content"]
    assert shop.get(product["image"][0].removeprefix(SHOP)).mimetype == "image/webp"
    assert page.one("meta", property="og:title")["content"] == product["name"]


def test_the_policy_lets_in_the_system_and_nobody_else(shop: FlaskClient) -> None:
    policy = shop.get("/").headers["Content-Security-Policy"]
    system = tools().settings.public_app_url
    assert set(re.findall(r"https?://[^ ;]+", policy)) == {system}
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_without_the_embed_the_button_opens_a_session_with_the_secret_key(
    shop: FlaskClient, keys: ShopKeys, joined: list[httpx2.Request]
) -> None:
    seed_demo_shop(tools())
    answer = shop.post(f"/{SHIRT}/try-on", base_url=SHOP, headers={"Accept-Language": "fr"})
    assert answer.status_code == 303
    [asked] = joined
    assert asked.headers["Authorization"] == f"Bearer {keys.secret_key}"
    assert asked.url.host == "system"
    session = db.session.get_one(TryOnSession, answer.headers["Location"].rpartition("/")[2])
    assert session.product.external_id == SHIRT
    assert (session.return_url, session.locale) == (f"{SHOP}/{SHIRT}", "fr")


def test_a_system_out_of_reach_is_told_kindly(shop: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    monkeypatch.setattr("tryon.demo_shop.backend.httpx2.post", fail)
    answer = shop.post(f"/{SHIRT}/try-on")
    assert answer.status_code == 503
    assert "closed for a moment" in answer.text


def test_things_go_into_the_bag_change_go_and_come_back(shop: FlaskClient) -> None:
    assert "nothing in it" in bag(shop).words
    assert put_in(shop, size="L").headers["Location"] == "/cart"
    put_in(shop, "DEMO-EYEWEAR-1")
    assert "Bandana camp shirt" in bag(shop).words
    assert "Size L" in bag(shop).words
    shop.post("/cart/change", data={"sku": SHIRT, "size": "L", "quantity": "3"})
    assert "4 pieces" in bag(shop).words
    away = shop.post("/cart/change", data={"sku": SHIRT, "size": "L", "quantity": "0"})
    page = read(shop.get(away.headers["Location"]))
    assert "Bandana camp shirt was taken out" in page.words
    assert "1 piece" in page.words
    shop.post("/cart/add", data={"sku": SHIRT, "size": "L", "quantity": "3"})
    assert "4 pieces" in bag(shop).words
    assert "nothing can be bought" in bag(shop).words


def test_the_script_is_answered_in_words_it_can_show(shop: FlaskClient) -> None:
    answer = shop.post("/cart/add", data={"sku": SHIRT}, headers={"Accept": "application/json"})
    assert answer.json == {"count": 1, "label": "Bag, 1 piece", "words": "Bandana camp shirt is in your bag."}
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"sku": "OTHER"}, 404), ({}, 404), ({"sku": SHIRT, "size": "44"}, 400), ({"sku": SHIRT, "quantity": "x"}, 400)],
)
def test_what_can_not_be_had_is_refused(shop: FlaskClient, fields: dict[str, str], status: int) -> None:
    assert shop.post("/cart/add", data=fields).status_code == status
    assert "nothing in it" in bag(shop).words


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                                     {"Origin": "https://evil.example"}, {"Origin": "null"}])  # fmt: skip
def test_forms_of_other_pages_are_refused(
    shop: FlaskClient, joined: list[httpx2.Request], headers: dict[str, str]
) -> None:
    for path in ("/cart/add", "/cart/change", "/cart/remove", f"/{SHIRT}/try-on"):
        assert shop.post(path, data={"sku": SHIRT}, headers=headers).status_code == 403, path
    assert joined == []
    assert put_in(shop, size="M").status_code == 303


def test_a_shop_without_keys_says_so(app: Flask) -> None:
    with pytest.raises(ConfigurationError, match="keys"):
        application.create_app(tools().settings)


def test_another_language_is_spoken_where_the_browser_asks_for_it(shop: FlaskClient) -> None:
    page = read(shop.get(f"/{SHIRT}", headers={"Accept-Language": "he"}))
    assert page.one("html")["dir"] == "rtl"
    assert "29.00" in page.words
