"""The FASHN engine before its stand-in."""

from collections.abc import Callable, Iterator

import pytest

from tests.engines.hosted.accepting import accept
from tests.engines.quick import QuickEngine
from tryon.engines.fashn.engine import FashnEngine
from tryon.fake_providers.fashn import FakeFashn
from tryon.outbound import Outbound

KEY = "fa-3kLongSecretOfCornerShop9"
MakeEngine = Callable[..., FashnEngine]


@pytest.fixture
def fashn() -> Iterator[FakeFashn]:
    fake = FakeFashn(key=KEY)
    with fake.running():
        yield fake


@pytest.fixture
def pauses() -> list[float]:
    """Every pause that was made, in seconds; none is waited."""
    return []


@pytest.fixture
def make(fashn: FakeFashn, pauses: list[float]) -> MakeEngine:
    def make(**given: str) -> FashnEngine:
        fields = {"key": KEY, "model": "tryon-v1.6", "base_url": fashn.base_url} | given
        return FashnEngine(
            Outbound(frozenset({fashn.host})), lambda: QuickEngine(), pause=pauses.append, judge=accept, **fields
        )

    return make
