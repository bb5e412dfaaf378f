"""However a call to Google fails: the key stands in nothing that is raised, nor in what led to it, nor in any repr."""

import traceback

import pytest

from tryon.config import Settings
from tryon.engines.gemini.wire import headers_of
from tryon.engines.hosted.calls import call
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.registry import Credential, EngineParts
from tryon.fake_providers.gemini import FakeGemini
from tryon.fake_providers.server import Behaviour, Way
from tryon.outbound import Outbound

KEY = "AIzaSy" + "a-key-that-nobody-should-read-0123456"


def told(key: str, address: str, outbound: Outbound) -> str:
    """All of what a log could hold of the failure."""
    with pytest.raises(ProviderFailure) as failed:
        call(outbound, "GET", address, headers=headers_of(key), seconds=2.0)
    error = failed.value.as_error()
    chain = "".join(traceback.format_exception(failed.value))
    return f"{chain} {failed.value!r} {error!r} {error.message} {error.merchant_message}"


@pytest.mark.parametrize("way", ["drip", "reset", "truncated", "silence", "hang_up", "not_http"])
def test_a_broken_answer_repeats_no_key(way: Way) -> None:
    provider = FakeGemini(default=Behaviour(way=way, drip_seconds=1.0))
    with provider.running():
        said = told(KEY, f"{provider.base_url}/models", Outbound(frozenset({provider.host})))
    assert "ProviderFailure" in said
    assert KEY not in said


def test_a_server_that_is_not_there_or_not_allowed_repeats_no_key() -> None:
    for allowed in (frozenset[str](), frozenset({"127.0.0.1:9"})):
        said = told(KEY, "http://127.0.0.1:9/v1beta/models", Outbound(allowed))
        assert "not_reachable" in said
        assert KEY not in said


@pytest.mark.parametrize("bad", ["\n", "\r\nx-other: 1", "é", " ", "\0"])
def test_a_key_that_no_header_can_carry_is_not_quoted_by_the_library_that_would_refuse_it(bad: str) -> None:
    said = told(f"{KEY}{bad}end", "http://127.0.0.1:9/v1beta/models", Outbound(frozenset({"127.0.0.1:9"})))
    assert "key_invalid" in said
    assert KEY not in said


def test_what_an_engine_is_made_of_shows_no_key(settings: Settings) -> None:
    settings.gemini_api_key = KEY
    parts = EngineParts(settings, Outbound(frozenset()), lambda: pytest.fail("not needed"), Credential(KEY, "operator"))
    assert KEY not in repr(parts)
    assert "operator" in repr(parts)
