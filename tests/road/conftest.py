"""One running system for all tests over real HTTP that leave it as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shop import Shop, open_shop
from tests.system import RunningSystem
from tryon.fake_providers.gemini import FakeGemini


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A merchant's own server."""
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def google() -> Iterator[FakeGemini]:
    """Accepts every key, so that no test calls the real one."""
    provider = FakeGemini()
    with provider.running():
        yield provider


@pytest.fixture(scope="session")
def system(
    tmp_path_factory: pytest.TempPathFactory, networks_folder: Path, shop: Shop, google: FakeGemini
) -> Iterator[RunningSystem]:
    """`python app.py` in an empty folder, allowed to call the merchant's server and the stand-in on loopback."""
    folder = tmp_path_factory.mktemp("road") / "var"
    settings = {"OUTBOUND_ALLOW_HOSTS": f"{shop.host},{google.host}", "GEMINI_BASE_URL": google.base_url}
    with RunningSystem(folder, networks_folder, **settings) as system:
        yield system
