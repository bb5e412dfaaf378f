"""An API caller for each credential, on an application with the quick engine."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.engines.quick import QuickEngine
from tests.scene import Scene
from tests.shop import Shop, open_shop
from tryon.config import Settings
from tryon.outbound import Outbound
from tryon.shoppers.models import Shopper
from tryon.shoppers.tokens import issue_token
from tryon.wiring import tools

Caller = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def quick_engine(app: Flask) -> QuickEngine:
    engine = QuickEngine()
    tools().use_engine(engine)
    return engine


@pytest.fixture
def shop(app: Flask) -> Iterator[Shop]:
    """The merchant's own server, which this installation may call although it is private."""
    with open_shop() as shop:
        tools().outbound = Outbound(frozenset({shop.host}))
        yield shop


def caller(client: FlaskClient, credential: str) -> Caller:
    def call(method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {credential}"} | options.pop("headers", {})
        return client.open(path, method=method, headers=headers, **options)

    return call


def token_of(shopper: Shopper, settings: Settings, mode: str = "live") -> str:
    return issue_token(shopper, mode=mode, secret_key=settings.secret_key).text


@pytest.fixture
def as_admin(client: FlaskClient, settings: Settings) -> Caller:
    return caller(client, settings.partner_admin_secret)


@pytest.fixture
def as_merchant(client: FlaskClient, scene: Scene) -> Caller:
    return caller(client, scene.owner.secret_key)


@pytest.fixture
def as_outsider(client: FlaskClient, outsider_scene: Scene) -> Caller:
    return caller(client, outsider_scene.owner.secret_key)


@pytest.fixture
def as_shopper(client: FlaskClient, scene: Scene, settings: Settings) -> Caller:
    return caller(client, token_of(scene.shopper, settings))


@pytest.fixture
def as_outside_shopper(client: FlaskClient, outsider_scene: Scene, settings: Settings) -> Caller:
    return caller(client, token_of(outsider_scene.shopper, settings))
