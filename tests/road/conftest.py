"""The merchant's own server, as all tests here know it."""

import pytest

from tests.shop import Shop


@pytest.fixture(scope="session")
def shop(road_shop: Shop) -> Shop:
    return road_shop
