"""`tryon engines`, as an operator runs it."""

from pathlib import Path

import pytest

from tests.providers.google_account import key_pair, write_account
from tests.test_cli import Operator
from tryon.fake_providers.fashn import FakeFashn
from tryon.fake_providers.gemini import FakeGemini
from tryon.fake_providers.vertex import FakeVertex

KEY = "fa-3kLongSecretOfCornerShop9"


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(monkeypatch, capsys, TRYON_DATA_DIR=str(tmp_path / "var"), SECRET_KEY="known only to me")


def test_every_engine_is_listed_with_what_it_needs_and_where_a_photo_goes(operator: Operator) -> None:
    listed = operator.does("engines")
    assert listed == operator.does("engines", "list")
    assert [line[:8].split()[-1] for line in listed.splitlines()[::2]] == ["local", "gemini", "vertex", "fashn"]
    for word in ("tryon engines fetch", "GEMINI_API_KEY", "VERTEX_PROJECT", "FASHN_API_KEY"):
        assert word in listed
    assert "photos stay here" in listed
    assert listed.count("photos are sent to Google") == 2
    assert "photos are sent to FASHN" in listed


def test_a_star_marks_what_is_in_use(operator: Operator) -> None:
    def starred() -> list[str]:
        return [line.split()[1] for line in operator.does("engines").splitlines() if line.startswith("*")]

    assert starred() == ["local"]
    operator.set("GEMINI_API_KEY", "AIzaSyExampleExampleExampleExample12345")
    assert starred() == ["local", "gemini"]
    operator.set("TRYON_ENGINE", "fashn")
    assert starred() == ["fashn"]


def test_a_key_stands_in_no_list(operator: Operator) -> None:
    operator.set("FASHN_API_KEY", KEY)
    listed = operator.does("engines")
    assert "ready: tryon-v1.6" in listed
    assert KEY not in listed


def test_a_provider_s_key_is_checked_without_a_picture(operator: Operator) -> None:
    fake = FakeFashn(key=KEY, credits=42)
    with fake.running():
        operator.set("OUTBOUND_ALLOW_HOSTS", fake.host)
        operator.set("FASHN_BASE_URL", fake.base_url)
        assert "FASHN_API_KEY" in operator.is_told("engines", "check", "fashn")
        operator.set("FASHN_API_KEY", KEY)
        assert "42 credits" in operator.does("engines", "check", "fashn")
        operator.set("FASHN_API_KEY", KEY + "x")
        told = operator.is_told("engines", "check", "fashn")
        assert "does not accept this key" in told
        assert KEY not in told
    assert fake.heard_at("run") == []


def test_gemini_s_key_and_model_are_checked(operator: Operator) -> None:
    fake = FakeGemini(bad_keys=["AIzaBad"])
    with fake.running():
        operator.set("OUTBOUND_ALLOW_HOSTS", fake.host)
        operator.set("GEMINI_BASE_URL", fake.base_url)
        operator.set("GEMINI_API_KEY", "AIzaGood")
        assert "accepts this key" in operator.does("engines", "check", "gemini")
        operator.set("GEMINI_MODEL", "gemini-of-last-year")
        assert "retired" in operator.is_told("engines", "check", "gemini")
        operator.set("GEMINI_API_KEY", "AIzaBad")
        assert "AIzaBad" not in operator.is_told("engines", "check", "gemini")


def test_vertex_signs_in(operator: Operator, tmp_path: Path) -> None:
    fake = FakeVertex(public_key=key_pair("ours")[1])
    with fake.running():
        operator.set("OUTBOUND_ALLOW_HOSTS", fake.host)
        operator.set("GOOGLE_APPLICATION_CREDENTIALS", str(write_account(tmp_path, fake.token_uri)))
        assert "VERTEX_PROJECT" in operator.is_told("engines", "check", "vertex")
        operator.set("VERTEX_PROJECT", "corner-shop")
        assert "gives a token for corner-shop" in operator.does("engines", "check", "vertex")
        write_account(tmp_path, fake.token_uri, key="another")
        assert "does not accept this key" in operator.is_told("engines", "check", "vertex")
    assert fake.predictions == []


def test_without_a_name_all_that_is_set_up_is_checked(operator: Operator) -> None:
    fake = FakeFashn(key=KEY)
    with fake.running():
        operator.set("OUTBOUND_ALLOW_HOSTS", fake.host)
        operator.set("FASHN_BASE_URL", fake.base_url)
        operator.set("FASHN_API_KEY", KEY)
        code, output, errors = operator.run("engines", "check")
    assert code == 1
    assert output.startswith("fashn: FASHN accepts the key")
    assert "local" in errors
    assert "tryon engines fetch" in errors


def test_an_unknown_engine_is_said_with_those_there_are(operator: Operator) -> None:
    assert "There are: fashn, gemini, local, vertex" in operator.is_told("engines", "check", "oil")
