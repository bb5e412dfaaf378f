"""A token is got once, kept until shortly before it ends, and nobody waits for it longer than they can."""

import json
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest
from google.auth.compute_engine import _metadata

from tests.engines.hosted.clothes import PERSON, garment
from tests.engines.vertex.conftest import MakeEngine
from tests.providers.google_account import write_account
from tryon.engines.base import TryOnRequest
from tryon.engines.errors import EngineMisconfigured, EngineTimeout, EngineUnavailable
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.vertex import tokens as module
from tryon.engines.vertex.tokens import Tokens
from tryon.fake_providers.server import Behaviour, Heard, Reply, failing, json_reply
from tryon.fake_providers.vertex import FakeVertex
from tryon.outbound import Outbound

ONE = TryOnRequest(PERSON, (garment(),))


def test_one_token_serves_many_pictures(make: MakeEngine, google: FakeVertex) -> None:
    engine = make()
    engine.dress(ONE)
    engine.dress(ONE)
    assert len(google.token_requests) == 1
    [assertion] = parse_qs(google.token_requests[0].body.decode())["assertion"]
    claims = jwt.decode(assertion, options={"verify_signature": False})
    assert claims["iss"] == "fitting-room@corner-shop.iam.gserviceaccount.com"
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    assert {heard.headers["authorization"] for heard in google.predictions} == {f"Bearer {google.tokens.pop()}"}


def test_a_token_that_ends_in_three_minutes_is_not_used_again(make: MakeEngine, google: FakeVertex) -> None:
    google.token_seconds = 180
    engine = make()
    engine.dress(ONE)
    engine.dress(ONE)
    assert len(google.token_requests) == 2


def test_a_token_withdrawn_before_its_time_is_replaced_unseen(make: MakeEngine, google: FakeVertex) -> None:
    engine = make()
    engine.dress(ONE)
    google.tokens.clear()
    assert engine.dress(ONE).cost_microdollars == 60_000
    assert len(google.token_requests) == 2


def test_many_who_need_a_token_at_once_ask_for_one(google: FakeVertex, account: Path) -> None:
    google.token_behaviour = Behaviour(wait_seconds=0.3)
    tokens, found = Tokens(Outbound(frozenset({google.host}))), []
    threads = [threading.Thread(target=lambda: found.append(tokens.headers(10.0)["authorization"])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == len(google.token_requests) == 1


def test_a_silent_sign_in_keeps_nobody_past_their_deadline(make: MakeEngine, google: FakeVertex) -> None:
    google.token_behaviour = Behaviour(way="silence")
    began = time.monotonic()
    with pytest.raises(EngineTimeout) as caught:
        make().dress(TryOnRequest(PERSON, (garment(),), deadline=began + 3))
    assert time.monotonic() - began < 4
    assert caught.value.reason == "no_answer"
    assert google.predictions == []


def test_an_account_that_google_does_not_know_is_a_dead_key(
    make: MakeEngine, google: FakeVertex, tmp_path: Path
) -> None:
    write_account(tmp_path, google.token_uri, key="somebody else's")
    with pytest.raises(EngineMisconfigured) as caught:
        make().dress(ONE)
    assert caught.value.reason == "key_invalid"


def test_a_file_that_is_replaced_is_read_anew(make: MakeEngine, google: FakeVertex, tmp_path: Path) -> None:
    engine = make()
    write_account(tmp_path, google.token_uri, key="somebody else's")
    with pytest.raises(EngineMisconfigured):
        engine.dress(ONE)
    write_account(tmp_path, google.token_uri)
    assert engine.dress(ONE).engine == "vertex"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"type": "service_account"}', '{"type": "unheard of"}'])
def test_a_file_that_is_no_account_is_a_dead_key(make: MakeEngine, account: Path, content: str) -> None:
    account.write_text(content)
    with pytest.raises(EngineMisconfigured) as caught:
        make().dress(ONE)
    assert caught.value.reason == "key_invalid"


def test_a_file_that_is_not_there_is_a_dead_key(make: MakeEngine, account: Path) -> None:
    account.unlink()
    with pytest.raises(EngineMisconfigured):
        make().dress(ONE)


def test_a_busy_or_broken_sign_in_is_passing(google: FakeVertex, account: Path) -> None:
    rows = {"provider_busy": failing(503, {"error": "unavailable"}), "connection_lost": Behaviour(way="hang_up")}
    for name, behaviour in rows.items():
        google.token_behaviour = behaviour
        with pytest.raises(ProviderFailure) as caught:
            Tokens(Outbound(frozenset({google.host}))).headers(15.0)
        assert caught.value.name == name
        assert caught.value.row.error is EngineUnavailable


def test_a_sign_in_address_inside_our_own_network_is_not_called(google: FakeVertex, account: Path) -> None:
    with pytest.raises(ProviderFailure) as caught:
        Tokens(Outbound(frozenset())).headers(5.0)
    assert caught.value.name == "not_reachable"
    assert google.heard == []


def test_a_machine_s_own_account_is_asked_of_the_metadata_server(
    google: FakeVertex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Google's address for it is not ours to open; the request is seen to go to the client that may."""
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GCE_METADATA_IP", google.host)
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", google.host)
    monkeypatch.setattr(module, "METADATA_HOSTS", frozenset({google.host}))
    flavour = {"Metadata-Flavor": "Google"}
    account = {"email": "robot@corner-shop", "aliases": ["default"], "scopes": ["cloud-platform"]}

    def answer(heard: Heard) -> Reply:
        path = heard.path.partition("?")[0]
        if path.endswith("/token"):
            return json_reply({"access_token": "ya29.machine", "expires_in": 3000}, headers=flavour)
        if path.endswith("/service-accounts/default/"):
            return json_reply(account, headers=flavour)
        return Reply(200, b"corner-shop", flavour | {"content-type": "application/text"})

    google.reply_to = answer  # type: ignore[method-assign]
    headers = Tokens(Outbound(frozenset())).headers(20.0)
    assert headers == {"authorization": "Bearer ya29.machine"}


def test_without_any_account_the_answer_comes_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    began = time.monotonic()
    with pytest.raises(ProviderFailure) as caught:
        Tokens(Outbound(frozenset())).headers(2.0)
    assert time.monotonic() - began < 3
    assert caught.value.name in ("no_answer", "key_invalid")


def test_no_secret_stands_in_what_is_raised(make: MakeEngine, google: FakeVertex, account: Path) -> None:
    secret = json.loads(account.read_text())["private_key"].splitlines()[3]
    google.token_behaviour = failing(400, {"error": "invalid_grant", "error_description": secret})
    with pytest.raises(EngineMisconfigured) as caught:
        make().dress(ONE)
    assert secret not in caught.value.message + caught.value.merchant_message + str(caught.value)
