"""What an integrator of the reference documents holds: a key, a photo, a product picture on their own server."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tests.scene import Scene, work
from tests.shop import Shop
from tryon.db import db
from tryon.generations.models import Generation

TryOn = Callable[..., TestResponse]


@pytest.fixture
def key(client: FlaskClient, scene: Scene) -> TryOn:
    """Calls with x-api-key; `files` makes it multipart, with the JSON in the field `data`."""

    def call(method: str, path: str, body: Any = None, files: dict[str, bytes] | None = None) -> TestResponse:
        headers = {"x-api-key": scene.owner.secret_key}
        if files is None:
            return client.open(path, method=method, json=body, headers=headers)
        form = {name: (BytesIO(data), f"{name}.jpg") for name, data in files.items()}
        return client.open(path, method=method, data={"data": json.dumps(body), **form}, headers=headers)

    return call


@pytest.fixture
def picture_url(shop: Shop) -> str:
    return shop.serve("/dress.jpg", card("green"))


@pytest.fixture
def image_id(client: FlaskClient, scene: Scene) -> str:
    """A photo uploaded once."""
    answer = client.post(
        "/images/upload",
        data={"file": (BytesIO(person()), "me.jpg")},
        headers={"x-api-key": scene.owner.secret_key},
    )
    assert answer.status_code == 200, answer.text
    return answer.json["imageId"]


@pytest.fixture
def do_the_work(app: Flask) -> Callable[[], None]:
    """What the workers do: make every picture that waits."""

    def make() -> None:
        for generation in db.session.scalars(select(Generation).where(Generation.status == "queued")).all():
            work(generation, QuickEngine())

    return make
