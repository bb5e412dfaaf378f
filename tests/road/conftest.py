"""One running system for all tests over real HTTP that leave it as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shop import Shop, open_shop
from tests.system import RunningSystem


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A merchant's own server."""
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, networks_folder: Path, shop: Shop) -> Iterator[RunningSystem]:
    """`python app.py` in an empty folder, allowed to call the merchant's server on loopback."""
    folder = tmp_path_factory.mktemp("road") / "var"
    with RunningSystem(folder, networks_folder, OUTBOUND_ALLOW_HOSTS=shop.host) as system:
        yield system
