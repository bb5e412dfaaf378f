"""A Gemini engine that calls the stand-in over real HTTP, with quick eyes and a judge that says yes."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from tests.engines.quick import QuickEngine
from tests.pictures import card
from tryon.engines.base import Engine, Garment, TryOnRequest
from tryon.engines.gemini.engine import GeminiEngine
from tryon.engines.truth.verdict import Verdict
from tryon.fake_providers.drawing import pasted
from tryon.fake_providers.gemini import FakeGemini
from tryon.outbound import Outbound

KEY = "AIzaSy-a-key-of-a-merchant-0123456789"
MODEL = "gemini-nano-banana-2.1"
SHIRT = Garment(card("red"), "tops", title="Red shirt")


@dataclass
class Looks:
    """A judge that passes everything but what `refusals` still hold, and keeps what it saw."""

    refusals: list[str] = field(default_factory=list)
    seen: list[tuple[bytes, str]] = field(default_factory=list)

    def __call__(self, request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
        self.seen.append((candidate, media_type))
        reason = self.refusals.pop(0) if self.refusals else ""
        return Verdict(not reason, reason, candidate, media_type, True, {"same_face": 0.9})


@dataclass
class Bench:
    """One engine, its provider, and what happened between them."""

    fake: FakeGemini
    judge: Looks = field(default_factory=Looks)
    pauses: list[float] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)

    def engine(self, **more: Any) -> GeminiEngine:
        parts = {"base_url": self.fake.base_url, "key": KEY, "model": MODEL} | more
        return GeminiEngine(
            Outbound(frozenset({self.fake.host})), QuickEngine, judge=self.judge, pause=self.pauses.append, **parts
        )

    def request(self, *garments: Garment, size: tuple[int, int] = (384, 512), **more: Any) -> TryOnRequest:
        parts: dict[str, Any] = {"deadline": time.monotonic() + 20} | more
        return TryOnRequest(
            photo(size), garments or (SHIRT,), report_progress=lambda *news: self.told.append(news), **parts
        )

    def bodies(self) -> list[Any]:
        return [heard.json for heard in self.fake.heard]


def photo(size: tuple[int, int] = (384, 512)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_mandelbrot(size, (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB").save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@pytest.fixture
def bench() -> Iterator[Bench]:
    fake = FakeGemini(drawing=pasted)
    with fake.running():
        yield Bench(fake)
