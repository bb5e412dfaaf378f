"""A key removed, a minute of 429, silence: every shopper's job ends within its time, and everybody hears the truth.

The real Gemini engine over real HTTP, against a server that speaks Google's wire format.
"""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.choosing.conftest import KEY, give_key, local, made, pause_is_over, settle, take_key
from tests.engines.gemini.conftest import Looks
from tests.engines.quick import QuickEngine
from tests.scene import Scene, run
from tryon.engines.base import Engine
from tryon.engines.gemini.engine import GeminiEngine
from tryon.engines.rack import EngineRack
from tryon.engines.registry import Credential
from tryon.fake_providers.drawing import pasted
from tryon.fake_providers.gemini import FakeGemini, google_error
from tryon.fake_providers.server import Behaviour
from tryon.generations.models import Generation
from tryon.outbound import Outbound
from tryon.providers.breaker import state_of
from tryon.wiring import tools

__all__ = ["local"]
OTHER_KEY = "AIzaSy-a-key-of-the-other-shop-0123456789"
DEADLINE_SECONDS = 6
RESERVE_SECONDS = 3


class Rack(EngineRack):
    """As the real one, with a judge that says yes: who is in the picture is not what is tested here."""

    def __init__(self, fake: FakeGemini) -> None:
        super().__init__(tools().settings, Outbound(frozenset({fake.host})))
        self.fake = fake

    def get(self, name: str, credential: Credential | None = None) -> Engine:
        if name != "gemini" or credential is None:
            return super().get(name, credential)
        return GeminiEngine(
            Outbound(frozenset({self.fake.host})),
            QuickEngine,
            base_url=self.fake.base_url,
            key=credential.secret,
            model="gemini-nano-banana-2.1",
            judge=Looks(),
        )


@pytest.fixture
def google(app: Flask, scene: Scene, outsider_scene: Scene) -> Iterator[FakeGemini]:
    """Two merchants with a key each, and a job's time cut short."""
    kit = tools()
    kit.settings.generation_timeout_seconds = DEADLINE_SECONDS
    kit.settings.engine_fallback_seconds = RESERVE_SECONDS
    give_key(scene)
    give_key(outsider_scene, OTHER_KEY)
    with FakeGemini(drawing=pasted).running() as fake:
        assert isinstance(fake, FakeGemini)
        kit.engines = Rack(fake)
        kit.use_engine(QuickEngine(name="local"))
        yield fake


def in_time(scene: Scene) -> Generation:
    began = time.monotonic()
    generation = made(scene)
    assert time.monotonic() - began < DEADLINE_SECONDS + 2
    assert generation.is_finished
    return generation


def heard_with(google: FakeGemini, key: str) -> int:
    return sum(heard.headers["x-goog-api-key"] == key for heard in google.heard)


def outcome(generation: Generation) -> tuple[str | None, ...]:
    return generation.status, generation.engine, generation.fallback_from, generation.fallback_reason


def shown(client: FlaskClient, scene: Scene) -> list[str]:
    lines = client.get("/metrics").text.splitlines()
    return [line for line in lines if line.startswith("tryon_engine_breaker{") and scene.merchant_id in line]


def test_in_good_times_google_makes_it(google: FakeGemini, scene: Scene) -> None:
    generation = in_time(scene)
    assert outcome(generation) == ("completed", "gemini", None, None)
    assert generation.engine_model == "gemini-nano-banana-2.1"
    assert heard_with(google, KEY) == 1


def test_a_key_removed_at_our_side_mid_flight(google: FakeGemini, scene: Scene, outsider_scene: Scene) -> None:
    waiting = scene.request()
    take_key(scene)
    run(waiting)
    assert outcome(waiting) == ("completed", "local", "gemini", "no_key")
    assert heard_with(google, KEY) == 0
    assert in_time(outsider_scene).engine == "gemini"


def test_a_key_removed_at_google_mid_flight(
    google: FakeGemini, scene: Scene, outsider_scene: Scene, client: FlaskClient
) -> None:
    waiting = [scene.request() for _ in range(3)]
    google.bad_keys.add(KEY)
    for generation in waiting:
        run(generation)
    assert {outcome(generation) for generation in waiting} == {("completed", "local", "gemini", "key_invalid")}
    assert heard_with(google, KEY) == 1
    [line] = shown(client, scene)
    assert 'state="open",reason="key_invalid"' in line
    assert state_of(scene.merchant_id, "gemini").merchant_message
    assert [event.data["reason"] for event in scene.events("engine.unavailable")] == ["key_invalid"]
    assert in_time(outsider_scene).engine == "gemini"
    assert (shown(client, outsider_scene), outsider_scene.events("engine.unavailable")) == ([], [])
    google.bad_keys.clear()
    pause_is_over(scene)
    assert in_time(scene).engine == "gemini"
    assert (shown(client, scene), len(scene.events("engine.recovered"))) == ([], 1)


def test_a_minute_of_429(google: FakeGemini, scene: Scene, outsider_scene: Scene, client: FlaskClient) -> None:
    wait = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "60s"}
    google.behave(google_error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted.", wait))
    first, second = in_time(scene), in_time(scene)
    assert (first.status, first.engine, first.fallback_from) == ("completed", "local", "gemini")
    assert (second.status, second.engine, second.fallback_from) == ("completed", "local", "gemini")
    assert heard_with(google, KEY) == 1
    found = state_of(scene.merchant_id, "gemini")
    assert found.state == "open"
    assert found.opened_at is not None
    assert found.retry_at is not None
    assert 50 < (found.retry_at - found.opened_at).total_seconds() <= 66
    assert len(shown(client, scene)) == 1
    assert in_time(outsider_scene).engine == "gemini"


def test_silence(google: FakeGemini, scene: Scene, outsider_scene: Scene, client: FlaskClient) -> None:
    google.behave(Behaviour(way="silence"), Behaviour(way="silence"))
    for _ in range(3):
        assert outcome(in_time(scene)) == ("completed", "local", "gemini", "no_answer")
    assert heard_with(google, KEY) == 2
    [line] = shown(client, scene)
    assert 'reason="no_answer"' in line
    assert in_time(outsider_scene).engine == "gemini"


def test_silence_where_nobody_may_fall_in(google: FakeGemini, scene: Scene) -> None:
    settle(scene, engine="gemini", engine_fallback=[])
    google.behave(Behaviour(way="silence"))
    generation = in_time(scene)
    assert (generation.status, generation.error_code) == ("failed", "engine_timeout")
    [event] = scene.events("tryon.job.failed")
    assert event.data["error"]["retryable"]
