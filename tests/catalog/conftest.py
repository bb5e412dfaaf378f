"""A shop whose pictures this installation may fetch although it is private."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.shop import Shop, open_shop
from tryon.outbound import Outbound
from tryon.wiring import tools


@pytest.fixture
def shop(app: Flask) -> Iterator[Shop]:
    with open_shop() as shop:
        tools().outbound = Outbound(frozenset({shop.host}))
        yield shop


def kept_files() -> set[str]:
    return set(tools().storage.keys("products/"))
