from typing import Any

import jwt
import pytest
from flask import current_app
from flask.testing import FlaskClient
from limits import parse
from werkzeug.test import TestResponse

from tests.api.conftest import Caller, caller
from tests.pictures import card
from tests.scene import Scene
from tests.shop import Shop
from tryon.catalog.models import Product
from tryon.db import db
from tryon.merchants.branding import set_logo
from tryon.wiring import tools

ORIGIN = "https://corner.example"
SETTINGS = {"brand_color": "#ff0000", "privacy_url": "https://corner.example/privacy"}
SESSIONS, RESOLVE = "/partner/v1/embed/sessions", "/partner/v1/embed/resolve-product"


@pytest.fixture
def page(client: FlaskClient, scene: Scene) -> Any:
    """The merchant's own page."""

    def call(method: str, path: str, origin: str = ORIGIN, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {scene.owner.publishable_key}", "Origin": origin}
        return client.open(path, method=method, headers=headers, **options)

    return call


def test_the_config_tells_addresses_theme_and_features(page: Any, as_merchant: Caller) -> None:
    as_merchant("PATCH", "/partner/v1/merchants/me/storefront-settings", json=SETTINGS)
    config = page("GET", "/partner/v1/embed-config").json
    assert config["merchant"] == {"name": "Corner Shop", "logo_url": None}
    assert config["theme"]["brand_color"] == "#ff0000"
    assert config["privacy_url"] == "https://corner.example/privacy"
    assert config["features"]["guest_sessions"] is True
    assert config["onboarding_url"].endswith("/onboarding")
    assert config["widget_url"].endswith("/widget/v1/tryon.js")


@pytest.mark.parametrize("origin", ["https://other.example", "https://corner.example.evil.example", "null", ""])
def test_a_page_elsewhere_is_refused(page: Any, origin: str) -> None:
    answer = page("GET", "/partner/v1/embed-config", origin=origin)
    assert (answer.status_code, answer.json["code"]) == (403, "origin_not_allowed")


def test_a_product_is_found_by_the_shops_own_id(page: Any, scene: Scene) -> None:
    assert page("GET", f"{RESOLVE}?external_id=SKU-1").json == {"product_id": scene.product.id}
    unknown = page("GET", f"{RESOLVE}?external_id=SKU-9")
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_product")


def test_an_unknown_product_is_created_only_where_the_shop_allows_it(
    page: Any, as_merchant: Caller, shop: Shop
) -> None:
    picture = shop.serve("/new.jpg", card("teal"))
    path = f"{RESOLVE}?external_id=SKU-9&fallback_title=Scarf&fallback_image={picture}"
    assert page("GET", path).status_code == 404
    as_merchant("PATCH", "/partner/v1/merchants/me/storefront-settings", json={"product_fallback": True})
    elsewhere = page("GET", path + "&fallback_url=https://evil.example/p")
    assert elsewhere.status_code == 400
    made = page("GET", path + f"&fallback_url={ORIGIN}/p/9").json["product_id"]
    assert db.session.get_one(Product, made).title == "Scarf"
    assert page("GET", f"{RESOLVE}?external_id=SKU-9").json["product_id"] == made
    private = path.replace("SKU-9", "SKU-10").replace(picture, "http://10.0.0.1/x.jpg")
    assert page("GET", private).json["code"] == "forbidden_address"


def test_what_a_page_says_too_much_of_a_product_does_not_hide_it(page: Any, scene: Scene) -> None:
    told = {"fallback_title": "x" * 900, "fallback_image": "data:" + "x" * 3_000, "fallback_url": "https://x" * 400}
    answer = page("GET", RESOLVE, query_string={"external_id": "SKU-1"} | told)
    assert answer.json == {"product_id": scene.product.id}


def test_a_guest_gets_a_token_and_is_the_same_guest_again(page: Any, client: FlaskClient, as_merchant: Caller) -> None:
    first = page("POST", SESSIONS).json
    assert caller(client, first["access_token"])("GET", "/user-model/current").json is None
    again = page("POST", SESSIONS, json={"guest_id": first["guest_id"]}).json
    assert again["shopper_id"] == first["shopper_id"]
    assert page("POST", SESSIONS).json["shopper_id"] != first["shopper_id"]
    assert jwt.decode(first["access_token"], options={"verify_signature": False})["mode"] == "live"


def test_a_guest_never_is_a_named_shopper(page: Any, as_merchant: Caller, scene: Scene) -> None:
    assert page("POST", SESSIONS, json={"guest_id": "customer-1"}).status_code == 400
    taken = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "_guest_" + "a" * 32})
    assert taken.status_code == 400
    assert page("POST", SESSIONS, json={"guest_id": "a" * 32}).json["shopper_id"] != scene.shopper.id


def test_guests_can_be_switched_off(page: Any, as_merchant: Caller) -> None:
    as_merchant("PATCH", "/partner/v1/merchants/me/storefront-settings", json={"guest_sessions": False})
    answer = page("POST", SESSIONS)
    assert (answer.status_code, answer.json["code"]) == (403, "guest_sessions_disabled")


def test_guests_are_let_in_slowly(page: Any) -> None:
    answers = [page("POST", SESSIONS) for _ in range(62)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_test_pages_guest_makes_test_pictures(client: FlaskClient, as_merchant: Caller) -> None:
    made = as_merchant("POST", "/partner/v1/merchants/me/keys", json={"kind": "publishable", "mode": "test"}).json
    token = caller(client, made["key"])("POST", SESSIONS, headers={"Origin": ORIGIN}).json["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["mode"] == "test"


def test_one_guest_id_is_another_person_at_another_shop(page: Any, client: FlaskClient, outsider_scene: Scene) -> None:
    mine = page("POST", SESSIONS).json
    at_theirs = caller(client, outsider_scene.owner.publishable_key)(
        "POST", SESSIONS, json={"guest_id": mine["guest_id"]}, headers={"Origin": "https://other.example"}
    )
    assert at_theirs.json["shopper_id"] != mine["shopper_id"]


def test_a_shop_lets_in_only_so_many_guests_from_wherever(page: Any, scene: Scene) -> None:
    limiter = current_app.extensions["tryon_limiter"].limiter
    limiter.hit(parse("600/minute"), "shop-guests", scene.merchant_id, cost=599)
    answers = [page("POST", SESSIONS, environ_base={"REMOTE_ADDR": f"198.51.100.{number}"}) for number in (1, 2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_what_a_page_tells_of_products_is_taken_in_slowly(page: Any, as_merchant: Caller) -> None:
    as_merchant("PATCH", "/partner/v1/merchants/me/storefront-settings", json={"product_fallback": True})
    path = f"{RESOLVE}?fallback_title=Scarf&fallback_image=http://10.0.0.1/x.jpg&external_id="
    assert {page("GET", f"{path}{number}").status_code for number in range(20)} == {400}
    assert page("GET", f"{path}21").status_code == 429
    assert page("GET", f"{RESOLVE}?external_id=SKU-1").status_code == 200
    assert page("GET", f"{RESOLVE}?external_id=SKU-99").status_code == 404


def test_the_outsiders_product_is_unknown_here(page: Any, scene: Scene, outsider_scene: Scene) -> None:
    found = page("GET", f"{RESOLVE}?external_id=SKU-1").json["product_id"]
    assert found == scene.product.id != outsider_scene.product.id
    assert page("GET", f"{RESOLVE}?external_id={outsider_scene.product.id}").status_code == 404


def test_the_logo_is_told_by_an_address_that_works(page: Any, client: FlaskClient, scene: Scene) -> None:
    set_logo(scene.owner.merchant, card("navy"), storage=tools().storage)
    url = page("GET", "/partner/v1/embed-config").json["merchant"]["logo_url"]
    assert client.get(url.removeprefix(tools().settings.public_app_url)).mimetype == "image/png"
