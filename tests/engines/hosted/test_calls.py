"""JSON to a provider and back: what is sent, and what each way of not answering is called."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tryon.engines.hosted.calls import call, read_json
from tryon.engines.hosted.failures import ProviderFailure
from tryon.fake_providers.server import Behaviour, FakeProvider, Heard, Reply, Way, failing, json_reply
from tryon.outbound import Answer, Outbound


class Echo(FakeProvider):
    def reply_to(self, heard: Heard) -> Reply:
        return json_reply({"heard": heard.json if heard.body else None})


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    with server.running():
        yield server


def ask(echo: Echo, *, max_bytes: int = 10_000, allowed: bool = True, body: dict[str, str] | None = None) -> Answer:
    outbound = Outbound(frozenset({echo.host} if allowed else ()))
    address = f"{echo.address}/v1"
    return call(outbound, "POST", address, headers={"x-key": "k"}, seconds=0.8, body=body, max_bytes=max_bytes)


def test_a_body_goes_out_as_json_with_the_headers_beside_it(echo: Echo) -> None:
    answer = ask(echo, body={"a": "ü"})
    assert read_json(answer) == {"heard": {"a": "ü"}}
    [heard] = echo.heard
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["accept"] == "application/json"
    assert heard.headers["x-key"] == "k"


def test_an_answer_of_any_status_is_an_answer(echo: Echo) -> None:
    echo.behave(failing(503, {"error": 1}), failing(302, b"", {"location": f"{echo.address}/elsewhere"}))
    assert [ask(echo).status for _ in range(2)] == [503, 302]
    assert [heard.path for heard in echo.heard] == ["/v1", "/v1"]


@pytest.mark.parametrize(
    ("way", "name"),
    [
        ("silence", "no_answer"),
        ("drip", "no_answer"),
        ("reset", "connection_lost"),
        ("truncated", "connection_lost"),
        ("hang_up", "connection_lost"),
        ("endless", "unreadable_answer"),
    ],
)
def test_what_comes_in_no_whole_answer_has_a_row(echo: Echo, way: Way, name: str) -> None:
    echo.behave(Behaviour(way=way, drip_seconds=0.5))
    with pytest.raises(ProviderFailure) as caught:
        ask(echo, body={"a": "long" * 50})
    assert caught.value.name == name


def test_an_address_that_may_not_be_called_is_not(echo: Echo) -> None:
    with pytest.raises(ProviderFailure) as caught:
        ask(echo, allowed=False)
    assert (caught.value.name, caught.value.detail) == ("not_reachable", "forbidden_address")
    assert not echo.heard


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"7", b'"text"', b"{", b"[" * 100_000, b"\xff\xfe"])
def test_only_a_json_object_is_an_answer(body: bytes) -> None:
    with pytest.raises(ProviderFailure) as caught:
        read_json(Answer(200, {}, body, 0.1))
    assert caught.value.name == "unreadable_answer"


def test_a_process_that_only_answers_pages_loads_no_eyes_to_know_the_engine() -> None:
    """The truth checks bring OpenCV and the local engine; they are loaded when the first picture is made."""
    code = (
        "import sys, tryon.engines.gemini.kind, tryon.engines.gemini.models, tryon.engines.gemini.engine;"
        "print([name for name in sys.modules if name == 'cv2' or name.startswith('tryon.engines.local')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
