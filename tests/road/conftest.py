"""The merchant's own server and the system, as most tests here know them."""

import pytest

from tests.shop import Shop
from tests.system import RunningSystem


@pytest.fixture(scope="session")
def shop(road_shop: Shop) -> Shop:
    return road_shop


@pytest.fixture(scope="session")
def system(shared_system: RunningSystem) -> RunningSystem:
    return shared_system
