"""The demo shop at /demo of the system: sent on to its own origin, or shown from ours where it has none."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import read
from tests.scene import Scene
from tryon.db import db
from tryon.demo import PRODUCTS, find_demo_merchant, seed_demo_shop
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

SHOP = "http://shop.example:8001"


@pytest.fixture
def demo_shop(app: Flask) -> None:
    seed_demo_shop(tools())


def test_without_a_demo_merchant_the_demo_shop_is_a_kind_404(browser: FlaskClient, scene: Scene) -> None:
    for path in ("/demo", "/demo/SKU-1"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert read(answer).all("h1")
    assert browser.get("/").status_code == 200


def test_a_shop_with_an_origin_of_its_own_is_visited_there(browser: FlaskClient, demo_shop: None) -> None:
    tools().settings.demo_shop_url = SHOP
    sku = PRODUCTS[0].sku
    for path, place in {
        "/demo": SHOP,
        f"/demo/{sku}": f"{SHOP}/{sku}",
        "/demo?department=tops": f"{SHOP}?department=tops",
        "/demo/cart": f"{SHOP}/cart",
    }.items():
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (307, place)
    assert browser.post(f"/demo/{sku}/try-on").headers["Location"] == f"{SHOP}/{sku}/try-on"


@pytest.mark.parametrize(
    "path", ["/demo//evil.example", "/demo/@evil.example", "/demo/%0d%0aX:y", "/demo.evil.example"]
)
def test_nobody_is_sent_on_to_another_host(browser: FlaskClient, demo_shop: None, path: str) -> None:
    tools().settings.demo_shop_url = SHOP
    place = browser.get(path).headers.get("Location", f"{SHOP}/")
    assert place.startswith((f"{SHOP}/", "/demo", "http://localhost/demo/")), place


def test_the_shop_shows_every_product_with_its_picture(browser: FlaskClient, demo_shop: None) -> None:
    page = read(browser.get("/demo"))
    for product in PRODUCTS:
        assert product.title in page.words
        assert page.all("a", href=f"/demo/{product.sku}")
    for picture in page.all("img"):
        assert browser.get(str(picture["src"])).mimetype.startswith("image/")


def test_the_button_opens_a_session_as_a_merchants_backend_would(browser: FlaskClient, demo_shop: None) -> None:
    sku = PRODUCTS[0].sku
    [form] = read(browser.get(f"/demo/{sku}")).all("form", action=f"/demo/{sku}/try-on")
    assert form["method"] == "post"
    answer = browser.post(str(form["action"]))
    assert answer.status_code == 303
    session = db.session.get_one(TryOnSession, answer.headers["Location"].removeprefix("/s/"))
    assert session.product.external_id == sku
    assert session.merchant_id == find_demo_merchant().id
    assert session.return_url == f"{tools().settings.public_app_url}/demo/{sku}"
    assert PRODUCTS[0].title in read(browser.get(answer.headers["Location"])).words


def test_the_demo_shop_sells_nothing_of_other_merchants(browser: FlaskClient, demo_shop: None, scene: Scene) -> None:
    assert "Red shirt" not in browser.get("/demo").text
    for name in ("SKU-1", scene.product.id, "%00", "x" * 300):
        assert browser.get(f"/demo/{name}").status_code == 404
        assert browser.post(f"/demo/{name}/try-on").status_code == 404
