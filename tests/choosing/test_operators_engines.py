"""Vertex and FASHN on the operator's account: a job on its whole way, over real HTTP to the stand-ins."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.choosing.conftest import EVERYTHING, made, settle
from tests.engines.hosted.accepting import accept
from tests.engines.quick import QuickEngine
from tests.providers.google_account import key_pair, write_account
from tests.scene import Scene, run
from tryon.db import db
from tryon.engines.base import Engine
from tryon.engines.hosted.engine import HostedEngine
from tryon.engines.rack import EngineRack
from tryon.engines.registry import Credential
from tryon.fake_providers.drawing import pasted
from tryon.fake_providers.fashn import FakeFashn
from tryon.fake_providers.server import FakeProvider, failing
from tryon.fake_providers.vertex import FakeVertex
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.providers.models import EngineCall
from tryon.wiring import tools

FASHN_KEY = "fa-operators-own-key-0123456789"
COMPANIES = {"vertex": "Google", "fashn": "FASHN"}
MODELS = {"vertex": "virtual-try-on-001", "fashn": "tryon-v1.6"}
PRICES = {"vertex": 60_000, "fashn": 75_000}


class Rack(EngineRack):
    """As the real one, with a judge that says yes: who is in the picture is not what is tested here."""

    def get(self, name: str, credential: Credential | None = None) -> Engine:
        engine = super().get(name, credential)
        if isinstance(engine, HostedEngine):
            engine._judge = accept
        return engine


@pytest.fixture(params=["vertex", "fashn"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def provider(
    name: str, app: Flask, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeProvider]:
    """The operator's engine, and a shopper who agreed to whom their photo goes."""
    fakes = {
        "vertex": FakeVertex(public_key=key_pair("ours")[1], drawing=pasted),
        "fashn": FakeFashn(key=FASHN_KEY, drawing=pasted, states=()),
    }
    kit = tools()
    kit.settings.engine = name
    with fakes[name].running() as fake:
        if isinstance(fake, FakeVertex):
            monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(write_account(tmp_path, fake.token_uri)))
            kit.settings.vertex_project, kit.settings.vertex_base_url = "corner-shop", fake.base_url
        elif isinstance(fake, FakeFashn):
            kit.settings.fashn_api_key, kit.settings.fashn_base_url = FASHN_KEY, fake.base_url
        kit.engines = Rack(kit.settings, Outbound(frozenset({fake.host})))
        kit.use_engine(QuickEngine(name="local", categories=EVERYTHING))
        scene.photo.agreed_provider = COMPANIES[name]
        db.session.commit()
        yield fake


def balance_of(scene: Scene) -> int:
    return db.session.get_one(Merchant, scene.merchant_id, populate_existing=True).credit_balance


def test_the_job_names_who_made_it_and_costs_the_merchant_a_credit(
    provider: FakeProvider, name: str, scene: Scene
) -> None:
    credits = balance_of(scene)
    generation = made(scene)
    assert (generation.status, generation.engine, generation.fallback_from) == ("completed", name, None)
    assert generation.engine_model == MODELS[name]
    [call] = db.session.scalars(select(EngineCall)).all()
    assert (call.engine, call.outcome, call.cost_microdollars) == (name, "ok", PRICES[name])
    assert balance_of(scene) == credits - 1


def test_a_provider_that_fails_is_followed_by_the_local_engine(provider: FakeProvider, name: str, scene: Scene) -> None:
    settle(scene, engine_fallback=["local"])
    generation = scene.request()
    provider.default = failing(401)
    run(generation)
    assert (generation.status, generation.engine) == ("completed", "local")
    assert (generation.fallback_from, generation.fallback_reason) == (name, "key_invalid")


def test_a_photo_goes_to_nobody_whom_its_shopper_did_not_agree_to(
    provider: FakeProvider, name: str, scene: Scene
) -> None:
    settle(scene, engine_fallback=["local"])
    generation = scene.request()
    scene.photo.agreed_provider = "FASHN" if name == "vertex" else "Google"
    db.session.commit()
    run(generation)
    assert (generation.status, generation.engine) == ("completed", "local")
    assert provider.heard == []
