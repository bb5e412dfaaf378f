"""`/metrics` says how the system stands, to whoever may know it, and nothing of anybody's key."""

import re

import pytest
from flask.testing import FlaskClient
from rq.worker import Worker

from tests.choosing.conftest import KEY, PRICE, ScriptedProvider, failing, give_key, keyed, local, made, provider
from tests.scene import Scene
from tryon.generations.measuring import Gauge, Sample
from tryon.pages.metrics import exposition
from tryon.providers.calls import begin_call
from tryon.providers.choosing import Choice
from tryon.wiring import tools

__all__ = ["keyed", "local", "provider"]
pytestmark = pytest.mark.usefixtures("provider", "local")
_LINE = re.compile(r'[a-z_]+(\{([a-z]+="(\\.|[^"\\])*",?)+\})? -?[0-9.e+]+')


def lines(client: FlaskClient) -> list[str]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text.splitlines()


@pytest.mark.both_databases
def test_what_was_made_by_whom_and_why_not_by_another_is_counted(
    keyed: Scene, provider: ScriptedProvider, client: FlaskClient, outsider_scene: Scene
) -> None:
    give_key(outsider_scene)
    made(keyed)
    provider.errors.append(failing("key_invalid"))
    made(keyed)
    made(keyed)
    made(outsider_scene)
    waiting = keyed.request()
    shown = lines(client)
    assert 'tryon_generations_last_hour{status="completed",engine="gemini"} 2' in shown
    assert 'tryon_generations_last_hour{status="completed",engine="local"} 2' in shown
    assert 'tryon_generations_last_hour{status="queued",engine="local"} 1' in shown
    assert 'tryon_fallbacks_last_hour{wished="gemini",reason="key_invalid",engine="local"} 2' in shown
    assert "tryon_generations_waiting 1" in shown
    assert 'tryon_engine_calls_last_hour{engine="gemini",key="merchant",outcome="ok"} 2' in shown
    assert 'tryon_engine_calls_last_hour{engine="gemini",key="merchant",outcome="key_invalid"} 1' in shown
    assert f'tryon_engine_cost_microdollars_last_hour{{engine="gemini",key="merchant"}} {2 * PRICE}' in shown
    assert 'tryon_engine_breakers{engine="gemini",key="merchant",state="open"} 1' in shown
    whose = f'tryon_engine_breaker{{engine="gemini",owner="{keyed.merchant_id}",state="open",reason="key_invalid"}} 1'
    assert whose in shown
    assert not any(outsider_scene.merchant_id in line for line in shown)
    assert 'tryon_queue_depth{queue="deliveries"} 0' in shown
    assert waiting.status == "queued"


def test_the_lines_are_in_prometheus_format_and_hold_no_key(
    keyed: Scene, client: FlaskClient, provider: ScriptedProvider
) -> None:
    provider.errors.append(failing("key_invalid"))
    made(keyed)
    begin_call(keyed.merchant_id, "gen_1", Choice("gemini", True, "merchant", "0123456789abcdef"), seconds=9)
    shown = lines(client)
    assert 'tryon_engine_calls_open{engine="gemini",key="merchant"} 1' in shown
    assert [line for line in shown if not line.startswith("#") and not _LINE.fullmatch(line)] == []
    names = [line.split()[2] for line in shown if line.startswith("# TYPE")]
    assert len(names) == len(set(names)) > 8
    assert KEY not in "".join(shown)
    assert "0123456789abcdef" not in "".join(shown)


def test_workers_are_known_by_their_last_sign_of_life(scene: Scene, client: FlaskClient) -> None:
    worker = Worker(["generations"], connection=tools().queue.redis, name="one")
    worker.register_birth()
    shown = lines(client)
    assert "tryon_workers 1" in shown
    assert any(line.startswith('tryon_worker_silent_seconds{worker="one"} ') for line in shown)


def test_what_would_break_a_line_is_escaped() -> None:
    gauge = Gauge("tryon_odd", "Odd.", (Sample(1.5, {"reason": 'a "b"\\c\nd'}),))
    assert exposition([gauge]).splitlines()[2] == r'tryon_odd{reason="a \"b\"\\c\nd"} 1.5'


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("::1", {}, 200),
        ("8.8.8.8", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 403),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, 403),
        ("", {}, 403),
    ],
)
def test_without_a_token_only_neighbours_may_look(
    client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_with_a_token_it_is_for_whoever_shows_it(client: FlaskClient) -> None:
    tools().settings.metrics_token = "a-token-of-the-monitor"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    mine = {"Authorization": "Bearer a-token-of-the-monitor", "X-Forwarded-For": "8.8.8.8"}
    assert client.get("/metrics", headers=mine).status_code == 200
