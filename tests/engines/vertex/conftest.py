"""The Vertex engine before its stand-in, signed in with a service account's file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.hosted.accepting import accept
from tests.engines.quick import QuickEngine
from tests.providers.google_account import key_pair, write_account
from tryon.engines.vertex.engine import VertexEngine
from tryon.fake_providers.vertex import FakeVertex
from tryon.outbound import Outbound

MakeEngine = Callable[..., VertexEngine]


@pytest.fixture
def google() -> Iterator[FakeVertex]:
    fake = FakeVertex(public_key=key_pair("ours")[1])
    with fake.running():
        yield fake


@pytest.fixture
def account(google: FakeVertex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_account(tmp_path, google.token_uri)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    return path


@pytest.fixture
def make(google: FakeVertex, account: Path) -> MakeEngine:
    def make(**given: str) -> VertexEngine:
        fields = {"project": "corner-shop", "location": "europe-west4", "model": "virtual-try-on-001"} | given
        return VertexEngine(
            Outbound(frozenset({google.host})),
            lambda: QuickEngine(),
            base_url=google.base_url,
            pause=lambda seconds: None,
            judge=accept,
            **fields,
        )

    return make
