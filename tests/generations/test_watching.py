from collections.abc import Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore

import pytest

from tryon.generations import watching
from tryon.generations.watching import STREAMS_MAX, follow


@dataclass(frozen=True)
class Step:
    name: str
    is_last: bool = False


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.001)


def names(steps: Iterator[Step | None]) -> list[str | None]:
    return [step.name if step else None for step in steps]


def shown(*steps: str) -> Iterator[Step]:
    """The last one is the job's last."""
    yield from (Step(name) for name in steps[:-1])
    while True:
        yield Step(steps[-1], is_last=True)


def test_each_step_is_told_once_and_the_last_one_ends_it() -> None:
    steps = shown("a", "a", "b", "b", "c")
    assert names(follow(lambda: next(steps))) == ["a", "b", "c"]


def test_what_was_heard_before_is_not_told_again() -> None:
    steps = shown("a", "a", "b")
    assert names(follow(lambda: next(steps), after="a")) == ["b"]
    assert names(follow(lambda: Step("c", is_last=True), after="c")) == []


def test_a_job_that_is_gone_ends_it() -> None:
    assert names(follow(lambda: None)) == []


def test_silence_is_filled_and_does_not_last_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "HEARTBEAT_SECONDS", 0.01)
    found = names(follow(lambda: Step("a"), seconds=0.05))
    assert found[0] == "a"
    assert 1 <= found[1:].count(None) == len(found) - 1


def test_where_too_many_listen_each_hears_once_and_comes_again() -> None:
    listeners = [follow(lambda: Step("a")) for _ in range(STREAMS_MAX)]
    assert [next(listener) for listener in listeners] == [Step("a")] * STREAMS_MAX
    assert names(follow(lambda: Step("a"))) == ["a"]
    for listener in listeners:
        listener.close()  # type: ignore[attr-defined]
    assert next(follow(lambda: Step("a"))) == Step("a")


def test_listeners_of_one_kind_take_no_place_from_another() -> None:
    few = BoundedSemaphore(1)
    listener = follow(lambda: Step("a"), places=few)
    assert next(listener) == Step("a")
    assert names(follow(lambda: Step("a"), places=few)) == ["a"], "looked at once only"
    others = shown("a", "b", "c")
    assert names(follow(lambda: next(others))) == ["a", "b", "c"]
    del listener  # closed by whoever wrote it out
    again = shown("a", "b")
    assert names(follow(lambda: next(again), places=few)) == ["a", "b"]
