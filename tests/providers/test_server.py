"""The stand-in for a provider is a server one can break in every way: seen through our own HTTP client."""

import time
from collections.abc import Iterator

import pytest

from tryon.errors import OutboundFailure
from tryon.fake_providers.server import Behaviour, FakeProvider, Heard, Reply, Way, failing, json_reply
from tryon.outbound import Answer, Outbound


class Echo(FakeProvider):
    def reply_to(self, heard: Heard) -> Reply:
        return json_reply({"said": heard.body.decode()})


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    with server.running():
        yield server


def call(server: FakeProvider, said: str = "hello", seconds: float = 5.0, max_bytes: int = 10_000) -> Answer:
    outbound = Outbound(frozenset({server.host}))
    return outbound.exchange(
        "POST",
        f"{server.address}/v1/things?a=b",
        said.encode(),
        {"X-Key": "secret"},
        timeout_seconds=seconds,
        max_response_bytes=max_bytes,
    )


def test_it_answers_honestly_and_keeps_what_it_heard(echo: Echo) -> None:
    answer = call(echo)
    assert (answer.status, answer.body) == (200, b'{"said": "hello"}')
    [heard] = echo.heard
    assert (heard.method, heard.path, heard.headers["x-key"], heard.body) == (
        "POST", "/v1/things?a=b", "secret", b"hello",
    )  # fmt: skip


def test_behaviours_are_used_up_in_turn_and_then_the_default_one_for_ever(echo: Echo) -> None:
    echo.behave(failing(503, {"error": "busy"}, {"retry-after": "3"}), Behaviour())
    echo.default = failing(410)
    answers = [call(echo) for _ in range(4)]
    assert [answer.status for answer in answers] == [503, 200, 410, 410]
    assert answers[0].headers["retry-after"] == "3"
    assert len(echo.heard) == 4


def test_an_honest_answer_can_be_edited(echo: Echo) -> None:
    echo.behave(Behaviour(edit=lambda reply: Reply(reply.status, reply.body[:5], reply.headers)))
    assert call(echo).body == b'{"sai'


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("drip", "timeout"),
        ("silence", "timeout"),
        ("reset", "reset"),
        ("truncated", "reset"),
        ("hang_up", "reset"),
        ("not_http", "reset"),
        ("endless", "too_large"),
    ],
)
def test_every_bad_way_to_answer_is_one_our_client_names(echo: Echo, way: Way, reason: str) -> None:
    echo.behave(Behaviour(way=way, drip_seconds=1.0))
    began = time.monotonic()
    with pytest.raises(OutboundFailure) as caught:
        call(echo, seconds=0.6)
    assert caught.value.reason == reason
    assert time.monotonic() - began < 5
    assert len(echo.heard) == 1


def test_a_late_answer_is_late_and_whole(echo: Echo) -> None:
    echo.behave(Behaviour(wait_seconds=0.3))
    answer = call(echo)
    assert answer.status == 200
    assert answer.seconds >= 0.3


def test_stopping_ends_silent_answers_too() -> None:
    server = Echo(Behaviour(way="silence"))
    with server.running(), pytest.raises(OutboundFailure):
        call(server, seconds=0.1)
    began = time.monotonic()
    assert not server.wait(None)
    assert time.monotonic() - began < 1
