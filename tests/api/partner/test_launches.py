from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import caller, token_of
from tests.scene import Scene
from tryon.clock import now
from tryon.db import db
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Shopper
from tryon.wiring import tools

ORIGIN, LAUNCHES = "https://corner.example", "/partner/v1/embed/launches"


@pytest.fixture
def press(client: FlaskClient, scene: Scene) -> Any:
    """The embed's button on the merchant's page."""

    def call(origin: str = ORIGIN, mode: str = "live", **body: Any) -> TestResponse:
        token = token_of(scene.shopper, tools().settings, mode)
        headers = {"Origin": origin} if origin else {}
        return caller(client, token)("POST", LAUNCHES, json={"product_id": scene.product.id} | body, headers=headers)

    return call


def opened(answer: TestResponse) -> TryOnSession:
    assert answer.status_code == 201
    return db.session.get_one(TryOnSession, answer.json["session_id"])


def test_a_press_opens_a_session_of_that_shopper_which_remembers_the_page(
    press: Any, client: FlaskClient, scene: Scene
) -> None:
    answer = press(locale="fr_CA", return_url=f"{ORIGIN}/p/1?size=m")
    session = opened(answer)
    assert (session.shopper_id, session.product_id) == (scene.shopper.id, scene.product.id)
    assert (session.embed_origin, session.locale, session.return_url) == (ORIGIN, "fr-CA", f"{ORIGIN}/p/1?size=m")
    assert timedelta(hours=23) < session.expires_at - now() <= timedelta(hours=24)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    page = client.get(answer.json["launch_url"].removeprefix(tools().settings.public_app_url))
    assert page.status_code == 200
    assert ORIGIN in page.headers["Content-Security-Policy"]


def test_the_session_is_of_the_tokens_mode(press: Any) -> None:
    assert opened(press(mode="test")).mode == "test"
    assert opened(press()).mode == "live"


def test_the_shops_own_id_of_the_product_will_do(press: Any, scene: Scene) -> None:
    assert opened(press(product_id="SKU-1")).product_id == scene.product.id


@pytest.mark.parametrize("language", ["", "not a language", "x" * 300])
def test_an_odd_language_of_the_page_turns_nobody_away(press: Any, language: str) -> None:
    assert opened(press(locale=language)).locale is None


def test_a_session_opened_otherwise_has_no_page(scene: Scene) -> None:
    assert scene.open_session().embed_origin is None


@pytest.mark.parametrize("origin", ["", "null", "https://other.example", "https://corner.example.evil.example"])
def test_another_page_is_refused(press: Any, origin: str) -> None:
    answer = press(origin)
    assert (answer.status_code, answer.json["code"]) == (403, "origin_not_allowed")
    assert db.session.query(TryOnSession).count() == 0


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "javascript:alert(1)", "https://corner.example@evil.example/", "/p/1"]
)
def test_the_shopper_is_never_sent_elsewhere(press: Any, address: str) -> None:
    answer = press(return_url=address)
    assert answer.status_code == 400
    assert [detail["path"] for detail in answer.json["details"]] == ["return_url"]


def test_the_outsiders_product_is_unknown(press: Any, outsider_scene: Scene) -> None:
    answer = press(product_id=outsider_scene.product.id)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_product")


def test_the_outsiders_shopper_gets_a_session_of_their_own_shop_only(
    client: FlaskClient, scene: Scene, outsider_scene: Scene
) -> None:
    theirs = caller(client, token_of(outsider_scene.shopper, tools().settings))
    body = {"product_id": "SKU-1"}
    assert theirs("POST", LAUNCHES, json=body, headers={"Origin": ORIGIN}).status_code == 403
    session = opened(theirs("POST", LAUNCHES, json=body, headers={"Origin": "https://other.example"}))
    assert (session.merchant_id, session.product_id) == (outsider_scene.merchant_id, outsider_scene.product.id)


def test_presses_are_counted_for_each_shopper(press: Any, client: FlaskClient, scene: Scene) -> None:
    assert [press().status_code for _ in range(31)] == [201] * 30 + [429]
    somebody = Shopper(merchant_id=scene.merchant_id)
    db.session.add(somebody)
    db.session.commit()
    other = caller(client, token_of(somebody, tools().settings))
    body = {"product_id": scene.product.id}
    assert other("POST", LAUNCHES, json=body, headers={"Origin": ORIGIN}).status_code == 201
