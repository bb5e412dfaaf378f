"""The demo shop as an application of its own, on a running API that is Flask's client instead of a second port."""

from collections.abc import Iterator

import httpx2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tryon.demo import CREDITS, SLUG
from tryon.demo_shop import application, backend
from tryon.demo_shop.keys import ShopKeys, keep_keys
from tryon.onboarding import create_merchant
from tryon.wiring import tools

SHOP = "http://shop.example:8001"


@pytest.fixture
def keys(app: Flask) -> ShopKeys:
    """The demo merchant is there, still without products, and its shop has what it needs."""
    settings = tools().settings
    settings.demo_shop_url = SHOP
    made = create_merchant("Demo Shop", slug=SLUG, credits=CREDITS)
    return keep_keys(made.merchant, made, shop_url=SHOP, api_url="http://system", data_dir=settings.data_dir)


@pytest.fixture
def shop(app: Flask, keys: ShopKeys) -> FlaskClient:
    return application.create_app(tools().settings).test_client()


@pytest.fixture
def joined(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[httpx2.Request]]:
    """What the shop asks of the system reaches it; the requests, for looking at."""
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        given = client.open(
            request.url.path, method=request.method, data=request.content, headers=dict(request.headers)
        )
        return httpx2.Response(given.status_code, content=given.data)

    through = httpx2.Client(transport=httpx2.MockTransport(answer))
    monkeypatch.setattr(backend.httpx2, "post", through.post)
    yield asked
    through.close()
