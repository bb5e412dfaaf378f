"""Engines are made once for each name and key, and shared between threads."""

import gc
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engines.quick import QuickEngine
from tryon.config import Settings
from tryon.engines import rack as module
from tryon.engines.base import Engine
from tryon.engines.rack import KEYED_MAX, EngineRack
from tryon.engines.registry import Credential, EngineKind, EngineParts, Readiness
from tryon.errors import ConfigurationError
from tryon.outbound import Outbound

ANN = Credential("AIza-anns-own-key", "merchant")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[EngineParts]:
    """What every engine of the kind `painter` was made of, in order."""
    made: list[EngineParts] = []

    def make(parts: EngineParts) -> Engine:
        made.append(parts)
        return QuickEngine(name="painter")

    kind = EngineKind("painter", "Painter", make=make, readiness=lambda settings: Readiness(True, "ready"))
    monkeypatch.setattr(module, "get_kind", lambda name: kind)
    return made


@pytest.fixture
def rack(tmp_path: Path) -> EngineRack:
    return EngineRack(Settings(data_dir=tmp_path), Outbound(frozenset()))


def test_the_same_name_and_key_give_the_same_engine_and_another_key_another(
    rack: EngineRack, made: list[EngineParts]
) -> None:
    anns = rack.get("painter", ANN)
    assert rack.get("painter", replace(ANN)) is anns
    others = [replace(ANN, secret="bens"), replace(ANN, owner="operator"), replace(ANN, model="newer"), None]
    engines = [anns, *(rack.get("painter", credential) for credential in others)]
    assert len({id(engine) for engine in engines}) == 5
    assert [parts.credential for parts in made] == [ANN, *others]


def test_the_engine_unused_for_longest_goes_when_there_are_too_many(rack: EngineRack, made: list[EngineParts]) -> None:
    plain = rack.get("painter")
    for number in range(KEYED_MAX + 1):
        rack.get("painter", Credential(f"key {number}", "merchant"))
        rack.get("painter", Credential("key 0", "merchant"))
    assert len(made) == KEYED_MAX + 2
    rack.get("painter", Credential("key 1", "merchant"))
    assert len(made) == KEYED_MAX + 3
    assert rack.get("painter") is plain
    gc.collect()
    alive = [thing for thing in gc.get_objects() if type(thing) is QuickEngine and thing.name == "painter"]
    assert len(alive) == KEYED_MAX + 1


def test_many_threads_make_one_engine(rack: EngineRack, made: list[EngineParts]) -> None:
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        found.append(rack.get("painter", ANN))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(engine) for engine in found}) == len(made) == 1


def test_an_engine_may_ask_for_the_eyes_while_it_is_made(
    rack: EngineRack, made: list[EngineParts], monkeypatch: pytest.MonkeyPatch
) -> None:
    rack.get("painter")
    rack.use("local", QuickEngine())
    assert made[0].eyes() is rack.get("local")


def test_an_engine_that_was_set_is_used_whatever_the_key(rack: EngineRack, made: list[EngineParts]) -> None:
    own = QuickEngine()
    rack.use("painter", own)
    assert rack.get("painter") is rack.get("painter", ANN) is own
    assert made == []


def test_no_key_can_be_read_from_what_is_kept(rack: EngineRack, made: list[EngineParts]) -> None:
    rack.get("painter", ANN)
    assert ANN.secret not in repr(vars(rack)) + repr(made)


def test_an_unknown_engine_is_said_with_those_there_are(rack: EngineRack) -> None:
    with pytest.raises(ConfigurationError, match=r"no engine named 'oil'.*fashn, gemini, local, vertex"):
        rack.get("oil")
