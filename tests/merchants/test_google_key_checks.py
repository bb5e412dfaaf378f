"""What Google says of a merchant's key, and what becomes of the key then."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select, update

from tryon import jobs
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import GoogleKeyRefused, InvalidRequest
from tryon.fake_providers.server import Behaviour, FakeProvider, Heard, Reply, failing, json_reply
from tryon.jobqueue import DELIVERIES
from tryon.merchants.google_key import find_google_key, open_google_key, put_google_key, sealer_of
from tryon.merchants.google_key_checks import enqueue_due_checks, verify_and_put, warn_of_operators_key
from tryon.merchants.models import GoogleKey
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.providers.checking import check_google_key
from tryon.webhooks.models import Event
from tryon.wiring import tools

KEY, EARLIER = "AIzaSy-a-key-that-is-long-enough-1234", "AIzaSy-the-key-that-was-there-before"
MODEL, OTHER_MODEL = "gemini-nano-banana-2.1", "gemini-3-pro-image"


def refusal(status: int, name: str, reason: str = "") -> Behaviour:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return failing(status, {"error": {"code": status, "message": f"{KEY} is bad", "status": name, "details": details}})


INVALID = refusal(400, "INVALID_ARGUMENT", "API_KEY_INVALID")
REFUSALS = {
    "google_key_invalid": INVALID,
    "google_key_forbidden": refusal(403, "PERMISSION_DENIED"),
    "google_billing_off": refusal(403, "PERMISSION_DENIED", "BILLING_DISABLED"),
    "google_model_retired": refusal(404, "NOT_FOUND"),
}


class Models(FakeProvider):
    """Google's two calls about models: one by name, and all of them."""

    def reply_to(self, heard: Heard) -> Reply:
        models = [
            {"name": f"models/{name}", "supportedGenerationMethods": ["generateContent"]}
            for name in (MODEL, OTHER_MODEL)
        ]
        if heard.path.partition("?")[0].endswith("/models"):
            return json_reply({"models": models})
        found = [model for model in models if heard.path.endswith(str(model["name"]))]
        return json_reply(found[0]) if found else json_reply({"error": {"code": 404, "status": "NOT_FOUND"}}, 404)


@pytest.fixture
def google(app: object) -> Iterator[Models]:
    provider = Models()
    with provider.running():
        kit = tools()
        kit.settings.gemini_base_url = f"{provider.address}/v1beta"
        kit.outbound = Outbound(frozenset({provider.host}))
        yield provider


def verify(merchant: NewMerchant, key: str = KEY, model: str | None = None) -> GoogleKey:
    return verify_and_put(merchant.merchant, key, model, outbound=tools().outbound, settings=tools().settings)


def check_again(merchant: NewMerchant) -> str:
    """What Google said of it."""
    kit = tools()
    found = check_google_key(merchant.merchant.id, outbound=kit.outbound, settings=kit.settings, queue=kit.queue)
    return found.state if found else "nothing"


def told(merchant: NewMerchant) -> list[str]:
    mine = select(Event.type).where(Event.merchant_id == merchant.merchant.id, Event.type.startswith("engine."))
    return list(db.session.scalars(mine.order_by(Event.id)))


def kept(merchant: NewMerchant) -> GoogleKey:
    key = find_google_key(merchant.merchant)
    assert key is not None
    db.session.refresh(key)
    return key


def opened(merchant: NewMerchant) -> Any:
    return open_google_key(merchant.merchant.id, sealer=sealer_of(tools().settings))


def test_a_key_that_google_accepts_is_kept_as_verified(google: Models, merchant: NewMerchant) -> None:
    key = verify(merchant)
    assert (key.state, key.message, key.last4) == ("ok", "", KEY[-4:])
    assert key.verified_at is not None
    [heard] = google.heard
    assert (heard.method, heard.path) == ("GET", f"/v1beta/models/{tools().settings.gemini_model}")
    assert heard.headers["x-goog-api-key"] == KEY


@pytest.mark.parametrize("code", REFUSALS)
def test_a_key_that_google_refuses_is_not_kept_and_the_earlier_one_stays(
    google: Models, merchant: NewMerchant, outsider: NewMerchant, code: str
) -> None:
    verify(merchant, EARLIER)
    google.behave(REFUSALS[code])
    with pytest.raises(GoogleKeyRefused) as refused:
        verify(merchant, KEY, MODEL)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert KEY not in f"{refused.value!r} {refused.value.message} {refused.value.members}"
    assert opened(merchant).secret == EARLIER
    assert opened(outsider) is None


def test_a_retired_model_is_refused_with_those_to_choose_instead(google: Models, merchant: NewMerchant) -> None:
    with pytest.raises(GoogleKeyRefused) as refused:
        verify(merchant, KEY, "gemini-2.5-flash-image")
    assert set(refused.value.members["replacements"]) == {MODEL, OTHER_MODEL}
    assert OTHER_MODEL in refused.value.message


def test_a_key_is_kept_where_google_can_not_be_asked_and_checked_again_at_once(
    google: Models, merchant: NewMerchant
) -> None:
    google.behave(Behaviour(way="hang_up"))
    key = verify(merchant)
    assert (key.state, key.verified_at) == ("unknown", None)
    assert "could not be checked" in key.message
    assert key.next_check_at <= now()
    assert check_again(merchant) == "ok"
    assert (kept(merchant).state, kept(merchant).message) == ("ok", "")


def test_what_can_be_no_key_is_not_even_asked_for(google: Models, merchant: NewMerchant) -> None:
    for key, model in (("short", None), (KEY, "../models"), (f"{KEY}\n", None)):
        with pytest.raises(InvalidRequest):
            verify(merchant, key, model)
    assert google.heard == []


def test_a_key_that_dies_is_marked_told_once_and_noticed_when_it_works_again(
    google: Models, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    verify(merchant)
    google.behave(INVALID, INVALID)
    assert [check_again(merchant), check_again(merchant)] == ["key_invalid", "key_invalid"]
    assert (told(merchant), told(outsider)) == (["engine.unavailable"], [])
    assert (kept(merchant).state, kept(merchant).invalid_since is None) == ("key_invalid", False)
    assert kept(merchant).next_check_at < now() + timedelta(hours=2)
    assert check_again(merchant) == "ok"
    assert (kept(merchant).state, kept(merchant).message, kept(merchant).invalid_since) == ("ok", "", None)


def test_no_answer_changes_nothing_of_what_is_known(google: Models, merchant: NewMerchant) -> None:
    verify(merchant)
    google.behave(failing(503))
    assert check_again(merchant) == "unknown"
    assert (kept(merchant).state, told(merchant)) == ("ok", [])


def test_an_answer_about_a_key_that_was_replaced_meanwhile_is_not_written(
    app: Flask, google: Models, merchant: NewMerchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(merchant, EARLIER)

    def put_another(heard: Heard) -> Reply:
        with app.app_context():
            put_google_key(merchant.merchant, KEY, None, sealer=sealer_of(tools().settings), state="ok")
        assert INVALID.reply
        return INVALID.reply

    monkeypatch.setattr(google, "reply_to", put_another)
    assert check_again(merchant) == "nothing"
    assert (opened(merchant).secret, kept(merchant).state, told(merchant)) == (KEY, "ok", [])


def test_the_sweep_has_each_key_checked_once_a_day(
    google: Models, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    verify(merchant)
    verify(outsider, EARLIER)
    queue = tools().queue
    assert enqueue_due_checks(now(), 10, queue=queue) == 0
    with transaction():
        db.session.execute(update(GoogleKey).values(next_check_at=now() - timedelta(seconds=1)))
    assert enqueue_due_checks(now(), 10, queue=queue) == 2
    assert enqueue_due_checks(now(), 10, queue=queue) == 0
    waiting = Queue(DELIVERIES, connection=queue.redis).jobs
    asked = [job.args[0] for job in waiting if job.func_name == "tryon.jobs.check_google_key"]
    assert sorted(asked) == sorted([merchant.merchant.id, outsider.merchant.id])
    google.behave(INVALID)
    jobs.check_google_key(merchant.merchant.id)
    assert (kept(merchant).state, kept(outsider).state) == ("key_invalid", "ok")


def test_the_operator_reads_of_a_retired_model_in_the_log(google: Models, caplog: pytest.LogCaptureFixture) -> None:
    settings = tools().settings
    settings.gemini_api_key, settings.gemini_model = KEY, "gemini-2.5-flash-image"
    found = warn_of_operators_key(outbound=tools().outbound, settings=settings)
    said = caplog.text
    assert found.state == "model_gone"
    assert "gemini.model_gone" in said
    assert OTHER_MODEL in said
    assert KEY not in said
