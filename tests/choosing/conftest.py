"""A merchant with a key of their own, and a scripted engine in Gemini's place."""

from dataclasses import dataclass, field

import pytest
from flask import Flask

from tests.engines.quick import QuickEngine
from tests.scene import Scene, run
from tryon.clock import now
from tryon.db import db
from tryon.engines.base import Category, TryOnRequest, TryOnResult
from tryon.engines.hosted.failures import ProviderFailure
from tryon.generations.models import Generation
from tryon.merchants.google_key import put_google_key, remove_google_key, sealer_of
from tryon.merchants.models import Merchant
from tryon.providers.breaker import Account
from tryon.providers.models import EngineBreaker
from tryon.providers.standing import standing_of
from tryon.wiring import tools

EVERYTHING: frozenset[Category] = frozenset(
    {"tops", "bottoms", "dresses", "outerwear", "footwear", "eyewear", "headwear"}
)
KEY = "AIzaSy-a-key-of-this-merchant-0123456789"
PRICE = 67_000
"""Microdollars."""


@dataclass
class ScriptedProvider(QuickEngine):
    """Fails with each of `errors` in turn, then makes pictures for money."""

    name: str = "gemini"
    version: str = "scripted"
    categories: frozenset[Category] = EVERYTHING
    prepared: list[bytes] = field(default_factory=list)

    def dress(self, request: TryOnRequest) -> TryOnResult:
        made = super().dress(request)
        return TryOnResult(
            made.picture, made.media_type, self.name, self.version, "nano", {"asking": 0.1}, cost_microdollars=PRICE
        )


def failing(name: str, *, wait: float | None = None) -> Exception:
    """What a hosted engine raises for this row of the table."""
    return ProviderFailure(name, retry_after_seconds=wait).as_error()


@pytest.fixture
def provider(app: Flask) -> ScriptedProvider:
    """In Gemini's place."""
    scripted = ScriptedProvider()
    tools().engines.use("gemini", scripted)
    return scripted


@pytest.fixture
def local(app: Flask) -> QuickEngine:
    """In the local engine's place."""
    engine = QuickEngine(name="local", categories=EVERYTHING)
    tools().use_engine(engine)
    return engine


@pytest.fixture
def keyed(scene: Scene) -> Scene:
    """The scene, with the merchant's key, and a shopper who agreed that Google sees their photo."""
    give_key(scene)
    return scene


def give_key(scene: Scene, text: str = KEY, *, state: str = "ok", model: str | None = None) -> None:
    merchant = db.session.get_one(Merchant, scene.merchant_id)
    put_google_key(merchant, text, model, sealer=sealer_of(tools().settings), state=state)
    scene.photo.agreed_provider = "Google"
    db.session.commit()


def take_key(scene: Scene) -> None:
    remove_google_key(db.session.get_one(Merchant, scene.merchant_id))


def settle(scene: Scene, **settings: object) -> None:
    """What the merchant chose."""
    merchant = db.session.get_one(Merchant, scene.merchant_id)
    merchant.engine_settings = settings
    db.session.commit()


def made(scene: Scene) -> Generation:
    generation = scene.request()
    run(generation)
    return generation


def account_of(scene: Scene) -> Account:
    return Account(scene.merchant_id, "gemini", standing_of(scene.merchant_id).keys["gemini"].fingerprint)


def pause_is_over(scene: Scene) -> None:
    row = db.session.get_one(EngineBreaker, (scene.merchant_id, "gemini"), populate_existing=True)
    row.retry_at = now()
    db.session.commit()
