"""How many requests are let pass, for whom, and what the caller is told."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as RedisAway

from tests.api.conftest import Caller, caller
from tests.scene import Scene
from tryon.api import ratelimit
from tryon.api.auth import no_auth
from tryon.api.ratelimit import limited
from tryon.config import Settings, load_settings
from tryon.factory import create_app
from tryon.wiring import tools

PRODUCTS = "/partner/v1/products"


@pytest.fixture
def few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan with five requests a minute."""
    settings = tools().settings
    free = settings.plans["FREE"].model_copy(update={"requests_per_minute": 5})
    monkeypatch.setattr(settings, "plans", settings.plans | {"FREE": free})


def test_every_counted_answer_says_what_is_left(as_merchant: Caller) -> None:
    first, second = as_merchant("GET", PRODUCTS), as_merchant("GET", PRODUCTS)
    assert first.headers["RateLimit-Policy"] == '"default";q=600;w=60'
    assert re.fullmatch(r'"default";r=599;t=\d+', first.headers["RateLimit"])
    assert re.fullmatch(r'"default";r=598;t=([1-9]|[1-5]\d|60)', second.headers["RateLimit"])
    assert not any(name.lower().startswith("x-ratelimit") for name, _ in first.headers)


@pytest.mark.usefixtures("few")
def test_one_request_too_many_is_429_in_the_surfaces_shape(
    client: FlaskClient, scene: Scene, as_merchant: Caller, as_outsider: Caller
) -> None:
    assert [as_merchant("GET", PRODUCTS).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    refused = as_merchant("GET", PRODUCTS)
    assert refused.json["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"] == f'"default";r=0;t={refused.headers["Retry-After"]}'
    other = client.get("/products", headers={"x-api-key": scene.owner.secret_key})
    assert (other.status_code, other.json["code"]) == (429, "RATE_LIMITED")
    assert as_outsider("GET", PRODUCTS).status_code == 200


@pytest.mark.usefixtures("few")
def test_processes_share_one_count(app: Flask, settings: Settings, scene: Scene) -> None:
    apps = [app, create_app(settings), create_app(settings)]
    callers = [caller(each.test_client(), scene.owner.secret_key) for each in apps]
    with apps[1].app_context(), apps[2].app_context():
        answers = [callers[number % 3]("GET", PRODUCTS).status_code for number in range(9)]
    assert sorted(answers) == [200] * 5 + [429] * 4


def test_a_shopper_is_counted_by_themselves(as_shopper: Caller, as_outside_shopper: Caller) -> None:
    assert as_shopper("GET", "/user-model/current").headers["RateLimit"].startswith('"shopper";r=299')
    assert as_outside_shopper("GET", "/user-model/current").headers["RateLimit"].startswith('"shopper";r=299')


def test_calls_without_a_credential_are_counted_by_address(client: FlaskClient) -> None:
    assert client.get("/partner/v1/health").headers["RateLimit"].startswith('"address";r=299')
    refused = client.get(PRODUCTS)
    assert (refused.status_code, refused.headers["RateLimit"][:15]) == (401, '"address";r=298')


@pytest.fixture
def wary(settings: Settings) -> Iterator[FlaskClient]:
    """An application that believes one proxy and bears three wrong credentials."""
    settings.rate_limit_failures, settings.trusted_proxies = 3, 1
    app = create_app(settings)
    with app.app_context():
        yield app.test_client()


def test_whoever_guesses_is_stopped_and_a_good_key_is_not(app: Flask, wary: FlaskClient, scene: Scene) -> None:
    wrong = caller(wary, "dress_sk_live_" + "x" * 40)
    assert [wrong("GET", PRODUCTS).status_code for _ in range(5)] == [401] * 3 + [429] * 2
    assert caller(wary, scene.owner.secret_key)("GET", PRODUCTS).status_code == 200


def test_whoever_guesses_the_admin_secret_is_not_even_heard(app: Flask, wary: FlaskClient, settings: Settings) -> None:
    merchants = "/partner/v1/admin/merchants"
    wrong, right = caller(wary, "guess"), caller(wary, settings.partner_admin_secret)
    assert right("GET", merchants).status_code == 200
    for _ in range(3):
        assert wrong("GET", merchants).status_code == 401
    assert right("GET", merchants).status_code == 429
    elsewhere = right("GET", merchants, headers={"X-Forwarded-For": "10.0.0.9, 203.0.113.7"})
    assert elsewhere.status_code == 200


def test_a_forwarded_address_is_believed_only_from_a_known_proxy(client: FlaskClient) -> None:
    for number in range(3):
        answer = client.get("/partner/v1/health", headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert answer.headers["RateLimit"].startswith('"address";r=297')


def test_the_addresses_of_one_network_are_one_customer() -> None:
    assert ratelimit._network("2001:db8::1") == ratelimit._network("2001:db8::ffff:1") == "2001:db8::"
    assert ratelimit._network("::ffff:192.0.2.1") == ratelimit._network("192.0.2.1") == "192.0.2.1"


def test_a_route_may_have_a_stricter_limit(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/v1/strict", view_func=no_auth(limited("2/minute", name="strict")(lambda: "yes")))
    answers = [client.get("/v1/strict") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"strict";q=2;w=60'


@pytest.mark.usefixtures("few")
def test_without_redis_requests_pass_and_each_process_counts_by_itself(
    app: Flask, as_merchant: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise RedisAway("gone")

    monkeypatch.setattr(app.extensions["tryon_limiter"].limiter, "_take_share", away)
    assert [as_merchant("GET", PRODUCTS).status_code for _ in range(6)] == [200] * 5 + [429]
    assert sum("rate_limits.redis_unreachable" in record.getMessage() for record in caplog.records) == 1


def test_it_can_be_switched_off(settings: Settings, scene: Scene, tmp_path: object) -> None:
    assert load_settings(data_dir=settings.data_dir).rate_limits is True
    settings.rate_limits = False
    app = create_app(settings)
    with app.app_context():
        answer = caller(app.test_client(), scene.owner.secret_key)("GET", PRODUCTS)
    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)


def test_most_requests_ask_redis_nothing(app: Flask, as_merchant: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    strategy = app.extensions["tryon_limiter"].limiter
    asked, ask = [], strategy._take_share
    monkeypatch.setattr(strategy, "_take_share", lambda *given: asked.append(given) or ask(*given))
    for _ in range(30):
        as_merchant("GET", PRODUCTS)
    assert len(asked) == 3
