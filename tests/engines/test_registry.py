"""Which engines there are: ours, and those that other packages bring."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.engines.hosted.clothes import PERSON, garment, size_of
from tryon.config import PROJECT_ROOT, Settings
from tryon.engines.base import TryOnRequest
from tryon.engines.errors import EngineRefusal
from tryon.engines.rack import EngineRack
from tryon.engines.registry import GROUP, Credential, EngineParts, get_kind, kinds
from tryon.errors import ConfigurationError
from tryon.outbound import Outbound

DOCUMENT = (PROJECT_ROOT / "docs" / "engines.md").read_text()
[SOURCE] = re.findall(r"```python\n(.*?class Mirror:.*?)```", DOCUMENT, re.DOTALL)
"""The example in the documentation, word for word."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Puts a package with entry points where Python finds it, as pip would."""

    def install(**points: str) -> None:
        (tmp_path / "mirror_engine.py").write_text(SOURCE + "\nNOT_A_KIND = object()\n")
        facts = tmp_path / "mirror_engine-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: mirror-engine\nVersion: 1.0\n")
        lines = [f"{name} = {place}" for name, place in points.items()]
        (facts / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]) + "\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        kinds.cache_clear()

    yield install
    kinds.cache_clear()
    sys.modules.pop("mirror_engine", None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:  # type: ignore[override]
    return Settings(data_dir=tmp_path / "data")


def test_ours_are_there_and_can_be_told_apart_by_where_a_photo_goes(settings: Settings) -> None:
    found = kinds()
    assert {"local", "gemini", "vertex", "fashn"} <= set(found)
    assert [name for name, kind in found.items() if not kind.is_hosted] == ["local"]
    assert {kind.recipient for kind in found.values()} == {"", "Google", "FASHN"}
    assert all(kind.privacy_url.startswith("https://") for kind in found.values() if kind.is_hosted)
    for kind in found.values():
        readiness = kind.readiness(settings)
        assert not readiness.is_ready
        assert readiness.sentence


def test_what_is_missing_is_said_before_an_engine_is_made(settings: Settings) -> None:
    rack = EngineRack(settings, Outbound(frozenset()))
    for name, missing in {"gemini": "GEMINI_API_KEY", "vertex": "VERTEX_PROJECT", "fashn": "FASHN_API_KEY"}.items():
        assert missing in get_kind(name).readiness(settings).sentence
        with pytest.raises(ConfigurationError, match=missing):
            rack.get(name)


def test_what_an_engine_is_made_of_is_what_it_dresses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = settings.model_copy(update={"vertex_project": "p", "fashn_api_key": "fa-1", "gemini_api_key": "AIza1"})
    rack = EngineRack(ready, Outbound(frozenset()))
    for name in ("vertex", "fashn", "gemini"):
        engine, kind = rack.get(name), get_kind(name)
        assert (engine.name, engine.categories) == (name, kind.categories)
        assert kind.readiness(ready).is_ready
        assert "fa-1" not in repr(engine) + repr(vars(rack))
    own = rack.get("fashn", Credential("fa-merchants", "merchant", model="tryon-v1.5"))
    assert own is not rack.get("fashn")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/account.json")
    assert "GOOGLE_APPLICATION_CREDENTIALS" in get_kind("vertex").readiness(ready).sentence


def test_the_engine_of_another_package_is_listed_made_and_used(install, settings: Settings) -> None:  # type: ignore[no-untyped-def]
    install(mirror="mirror_engine:KIND")
    assert list(kinds())[-1] == "mirror"
    assert get_kind("mirror").readiness(settings).sentence == "ready"
    rack = EngineRack(settings, Outbound(frozenset()))
    made = rack.get("mirror").dress(TryOnRequest(PERSON, (garment(),)))
    assert (made.engine, size_of(made.picture)) == ("mirror", size_of(PERSON))
    assert rack.get("mirror") is rack.get("mirror")
    small = rack.get("mirror").dress(TryOnRequest(PERSON, (garment(),), output_size=(100, 100)))
    assert size_of(small.picture) == (75, 100)
    for wrong in (TryOnRequest(PERSON, (garment("bottoms"),)), TryOnRequest(b"", (garment(),))):
        with pytest.raises(EngineRefusal):
            rack.get("mirror").dress(wrong)


def test_the_entry_point_is_documented_as_it_works(install) -> None:  # type: ignore[no-untyped-def]
    [table] = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    points = tomllib.loads(table)["project"]["entry-points"][GROUP]
    install(**points)
    assert {name: get_kind(name).title for name in points} == {"mirror": "A mirror"}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("mirror_engine:NO_SUCH_NAME", "NO_SUCH_NAME"),
        ("no_such_package_of_mirrors:KIND", "no_such_package_of_mirrors"),
        ("mirror_engine:NOT_A_KIND", "is no EngineKind"),
    ],
)
def test_an_engine_that_can_not_be_loaded_is_listed_with_the_reason_and_stops_nobody(
    install,
    settings: Settings,
    place: str,
    said: str,  # type: ignore[no-untyped-def]
) -> None:
    install(shattered=place, mirror="mirror_engine:KIND")
    assert {"local", "mirror", "shattered"} <= set(kinds())
    readiness = get_kind("shattered").readiness(settings)
    assert not readiness.is_ready
    assert said in readiness.sentence
    with pytest.raises(ConfigurationError, match="shattered"):
        get_kind("shattered").make(EngineParts(settings, Outbound(frozenset()), eyes=lambda: None))  # type: ignore[arg-type,return-value]


def test_another_package_can_not_take_one_of_our_names(install) -> None:  # type: ignore[no-untyped-def]
    install(local="mirror_engine:KIND")
    with capture_logs() as lines:
        assert get_kind("local").title != "A mirror"
    assert [line["engine"] for line in lines if line["event"] == "engine.name_taken"] == ["local"]
