"""Every engine that ships, ready to be asked: the local one, and the others before their stand-ins over real HTTP.

Each is made as the system makes it, from settings and by its kind; the eyes and the checks of the answers are real, and
the stand-ins draw what the local engine would.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.providers.google_account import key_pair, write_account
from tryon.config import Settings
from tryon.engines.base import Engine, Garment
from tryon.engines.rack import EngineRack
from tryon.fake_providers.drawing import Drawing, drifted, worn
from tryon.fake_providers.fashn import FakeFashn
from tryon.fake_providers.gemini import FakeGemini
from tryon.fake_providers.server import HONEST, Behaviour, FakeProvider
from tryon.fake_providers.vertex import FakeVertex
from tryon.outbound import Outbound

NAMES = ("local", "gemini", "vertex", "fashn")
GOOGLE_KEY, FASHN_KEY = "AIzaSyThePromiseTestsOwnKeyOfThirtyNine", "fa-ThePromiseTestsOwnKey-1234567890"


@dataclass(frozen=True)
class Candidate:
    name: str
    engine: Engine
    provider: FakeProvider | None
    """None: nobody is called."""
    secrets: tuple[str, ...]
    """What must stand in no error."""

    @property
    def is_hosted(self) -> bool:
        return self.provider is not None

    @property
    def calls(self) -> int:
        """How often the provider was called until now."""
        return len(self.provider.heard) if self.provider else 0

    @contextmanager
    def behaving(self, behaviour: Behaviour) -> Iterator[None]:
        """With every answer of the provider so; nothing else happens where there is none."""
        if self.provider is None:
            yield
            return
        self.provider.default = behaviour
        try:
            yield
        finally:
            self.provider.default = HONEST


@contextmanager
def candidate(name: str, eyes: Engine, folder: Path) -> Iterator[Candidate]:
    drawing = _remembered(drifted(worn(lambda: eyes)))
    private, public = key_pair("ours")
    providers: dict[str, FakeProvider] = {
        "gemini": FakeGemini(drawing=drawing),
        "vertex": FakeVertex(public_key=public, drawing=drawing),
        "fashn": FakeFashn(key=FASHN_KEY, drawing=drawing, states=("in_queue",)),
    }
    settings = Settings(data_dir=folder)
    if name == "local":
        yield Candidate(name, _made(name, settings, eyes, frozenset()), None, ())
        return
    with providers[name].running() as provider, pytest.MonkeyPatch.context() as patched:
        if isinstance(provider, FakeVertex):
            account = write_account(folder, provider.token_uri)
            patched.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
            settings.vertex_project, settings.vertex_base_url = "corner-shop", provider.base_url
        elif isinstance(provider, FakeFashn):
            settings.fashn_api_key, settings.fashn_base_url = FASHN_KEY, provider.base_url
        elif isinstance(provider, FakeGemini):
            settings.gemini_api_key, settings.gemini_base_url = GOOGLE_KEY, provider.base_url
        engine = _made(name, settings, eyes, frozenset({provider.host}))
        yield Candidate(name, engine, provider, (GOOGLE_KEY, FASHN_KEY, private.splitlines()[3], "ya29."))


def _remembered(drawing: Drawing) -> Drawing:
    """The same of the same, drawn once."""
    drawn: dict[tuple[bytes, ...], Image.Image] = {}

    def draw(person: bytes, garments: Sequence[Garment]) -> Image.Image:
        key = (person, *(garment.picture for garment in garments))
        if key not in drawn:
            drawn[key] = drawing(person, garments)
        return drawn[key]

    return draw


def _made(name: str, settings: Settings, eyes: Engine, allow_hosts: frozenset[str]) -> Engine:
    rack = EngineRack(settings, Outbound(allow_hosts))
    rack.use("local", eyes)
    return rack.get(name)
