"""What the FASHN engine sends, how it asks after a picture, and what it makes of the answers."""

import time
from base64 import b64decode

import pytest

from tests.engines.fashn.conftest import KEY, MakeEngine
from tests.engines.hosted.accepting import accept
from tests.engines.hosted.clothes import PERSON, SIZE, garment, size_of
from tests.engines.quick import QuickEngine
from tryon.engines.base import Category, TryOnRequest
from tryon.engines.errors import (
    ContentBlocked,
    EngineError,
    EngineMisconfigured,
    EngineTimeout,
    EngineUnavailable,
    LowQuality,
    PoseNotSupported,
)
from tryon.engines.fashn.credits import credits_left
from tryon.engines.fashn.engine import CREDIT_MICRODOLLARS, POLL_FAILURES_MAX, POLL_SECONDS, FashnEngine
from tryon.engines.hosted.engine import TRIES_MAX
from tryon.engines.hosted.failures import ProviderFailure
from tryon.fake_providers.fashn import FakeFashn, error_reply
from tryon.fake_providers.server import HONEST, Behaviour, failing, json_reply
from tryon.outbound import Outbound

ONE = TryOnRequest(PERSON, (garment(),), seed=7)


def test_a_picture_is_begun_asked_after_and_brought(make: MakeEngine, fashn: FakeFashn, pauses: list[float]) -> None:
    told: list[tuple[str, int]] = []
    made = make().dress(
        TryOnRequest(PERSON, (garment(),), seed=7, report_progress=lambda stage, done: told.append((stage, done)))
    )
    [run] = fashn.heard_at("run")
    inputs = run.json["inputs"]
    assert run.json["model_name"] == "tryon-v1.6"
    assert size_of(b64decode(inputs.pop("model_image").removeprefix("data:image/jpeg;base64,"))) == SIZE
    assert inputs.pop("garment_image").startswith("data:image/jpeg;base64,")
    assert inputs == {
        "category": "tops",
        "mode": "balanced",
        "moderation_level": "permissive",
        "seed": 7,
        "num_samples": 1,
        "output_format": "jpeg",
        "return_base64": True,
    }
    assert len(fashn.heard_at("status")) == 4
    assert pauses == [POLL_SECONDS] * 4
    assert {heard.headers["authorization"] for heard in fashn.heard} == {f"Bearer {KEY}"}
    assert (made.engine, made.model, made.media_type) == ("fashn", "tryon-v1.6", "image/jpeg")
    assert (made.cost_microdollars, made.is_untouched) == (CREDIT_MICRODOLLARS, True)
    assert size_of(made.picture) == SIZE
    assert "drawing" in dict(told)
    assert [done for _, done in told] == sorted(done for _, done in told)


@pytest.mark.parametrize(
    ("category", "theirs"),
    [("tops", "tops"), ("outerwear", "tops"), ("bottoms", "bottoms"), ("dresses", "one-pieces")],
)
def test_each_category_has_fashn_s_word(make: MakeEngine, fashn: FakeFashn, category: Category, theirs: str) -> None:
    make().dress(TryOnRequest(PERSON, (garment(category),)))
    assert fashn.heard_at("run")[0].json["inputs"]["category"] == theirs


def test_an_outfit_is_several_predictions_each_on_the_picture_before(make: MakeEngine, fashn: FakeFashn) -> None:
    made = make().dress(TryOnRequest(PERSON, (garment("tops", "red"), garment("bottoms", "blue"))))
    first, second = (heard.json["inputs"] for heard in fashn.heard_at("run"))
    assert (first["category"], second["category"]) == ("bottoms", "tops")
    assert first["model_image"] != second["model_image"]
    assert made.cost_microdollars == 2 * CREDIT_MICRODOLLARS
    assert fashn.credits == 98


def test_a_picture_given_as_an_address_is_fetched_without_the_key(make: MakeEngine, fashn: FakeFashn) -> None:
    fashn.gives_addresses = True
    assert size_of(make().dress(ONE).picture) == SIZE
    [fetched] = fashn.heard_at("cdn")
    assert "authorization" not in fetched.headers


def test_an_address_that_leads_inside_is_not_fetched(make: MakeEngine, fashn: FakeFashn) -> None:
    inside = {"id": "x", "status": "completed", "output": ["http://169.254.169.254/latest"], "error": None}
    fashn.states = ()
    fashn.behave(*[HONEST, failing(200, inside)] * 2)
    with pytest.raises(EngineUnavailable) as caught:
        make().dress(ONE)
    assert (caught.value.reason, caught.value.cost_microdollars) == ("broken_picture", 2 * CREDIT_MICRODOLLARS)


@pytest.mark.parametrize(
    ("behaviour", "error", "reason", "runs"),
    [
        (Behaviour(error_reply(400, "BadRequest", "no")), EngineMisconfigured, "bad_request", 1),
        (Behaviour(error_reply(401, "UnauthorizedAccess", "no")), EngineMisconfigured, "key_invalid", 1),
        (Behaviour(error_reply(404, "NotFound", "no")), EngineMisconfigured, "model_gone", 1),
        (Behaviour(error_reply(429, "OutOfCredits", "no")), EngineUnavailable, "quota_used_up", 1),
        (Behaviour(error_reply(429, "RateLimitExceeded", "no")), EngineUnavailable, "rate_limited", TRIES_MAX),
        (Behaviour(error_reply(429, "ConcurrencyLimitExceeded", "no")), EngineUnavailable, "rate_limited", TRIES_MAX),
        (Behaviour(error_reply(500, "InternalServerError", "no")), EngineUnavailable, "provider_error", TRIES_MAX),
        (failing(503, b"<html>busy"), EngineUnavailable, "provider_busy", TRIES_MAX),
        (failing(504, b""), EngineTimeout, "provider_late", TRIES_MAX),
        (failing(200, b"<html>"), EngineUnavailable, "unreadable_answer", TRIES_MAX),
        (failing(200, {"id": "../credits", "error": None}), EngineUnavailable, "unreadable_answer", TRIES_MAX),
        (Behaviour(way="reset"), EngineUnavailable, "connection_lost", TRIES_MAX),
        (Behaviour(way="hang_up"), EngineUnavailable, "connection_lost", TRIES_MAX),
    ],
)
def test_each_failure_to_begin_has_its_row(
    make: MakeEngine, fashn: FakeFashn, behaviour: Behaviour, error: type[EngineError], reason: str, runs: int
) -> None:
    fashn.default = behaviour
    with pytest.raises(error) as caught:
        make().dress(ONE)
    assert (caught.value.reason, len(fashn.heard_at("run"))) == (reason, runs)
    assert (caught.value.cost_microdollars, len(fashn.heard_at("status"))) == (0, 0)
    assert KEY not in str(caught.value) + caught.value.merchant_message


@pytest.mark.parametrize(
    ("name", "error", "reason", "runs"),
    [
        ("ImageLoadError", LowQuality, "pictures_unreadable", 1),
        ("ContentModerationError", ContentBlocked, "prompt_blocked", 1),
        ("ThirdPartyError", LowQuality, "no_picture", 2),
        ("PoseError", PoseNotSupported, "no_pose", 1),
        ("InputValidationError", EngineMisconfigured, "bad_request", 1),
        ("PipelineError", EngineUnavailable, "provider_error", TRIES_MAX),
        ("3rdPartyProviderError", EngineUnavailable, "provider_error", TRIES_MAX),
        ("SomethingNew", EngineUnavailable, "provider_error", TRIES_MAX),
    ],
)
def test_each_failed_prediction_has_its_row_and_costs_nothing(
    make: MakeEngine, fashn: FakeFashn, name: str, error: type[EngineError], reason: str, runs: int
) -> None:
    fashn.fails_with = {"name": name, "message": "what happened"}
    with pytest.raises(error) as caught:
        make().dress(ONE)
    assert (caught.value.reason, len(fashn.heard_at("run"))) == (reason, runs)
    assert caught.value.cost_microdollars == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"status": "time_out"}, "provider_late"),
        ({"status": "canceled"}, "provider_error"),
        ({"status": "completed", "output": []}, "no_picture"),
        ({"status": "completed", "output": None}, "no_picture"),
        ({"status": "completed", "output": ["data:image/jpeg;base64,!!"]}, "broken_picture"),
        ({"status": "completed", "output": ["data:image/jpeg,plain"]}, "broken_picture"),
    ],
)
def test_an_end_without_a_picture_is_no_picture(
    make: MakeEngine, fashn: FakeFashn, body: dict[str, object], reason: str
) -> None:
    fashn.behave(*[HONEST, failing(200, {"id": "x", "error": None} | body)] * TRIES_MAX)
    with pytest.raises(EngineError) as caught:
        make().dress(ONE)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "hiccup",
    [
        failing(503, b""),
        failing(500, b""),
        Behaviour(way="reset"),
        Behaviour(error_reply(429, "RateLimitExceeded", "")),
    ],
)
def test_a_hiccup_while_asking_begins_no_second_prediction(
    make: MakeEngine, fashn: FakeFashn, hiccup: Behaviour
) -> None:
    fashn.behave(HONEST, *[hiccup] * (POLL_FAILURES_MAX - 1), HONEST, hiccup)
    assert size_of(make().dress(ONE).picture) == SIZE
    assert len(fashn.heard_at("run")) == 1


def test_the_pause_that_fashn_asks_for_is_made(make: MakeEngine, fashn: FakeFashn, pauses: list[float]) -> None:
    slower = json_reply({"error": "RateLimitExceeded", "message": ""}, 429, {"retry-after": "3"})
    fashn.behave(HONEST, Behaviour(slower))
    make().dress(ONE)
    assert pauses[:2] == [POLL_SECONDS, 3.0]


def test_a_prediction_that_does_not_come_ends_at_the_deadline_and_is_counted(fashn: FakeFashn) -> None:
    fashn.states = ("processing",) * 1000
    engine = FashnEngine(
        Outbound(frozenset({fashn.host})), QuickEngine, base_url=fashn.base_url, key=KEY, model="tryon-v1.6",
        judge=accept,
    )  # fmt: skip
    began = time.monotonic()
    with pytest.raises(EngineTimeout) as caught:
        engine.dress(TryOnRequest(PERSON, (garment(),), deadline=began + 3))
    assert time.monotonic() - began < 3.5
    assert caught.value.cost_microdollars == CREDIT_MICRODOLLARS
    assert len(fashn.heard_at("run")) == 1


def test_a_key_that_no_header_can_carry_is_a_dead_key(make: MakeEngine, fashn: FakeFashn) -> None:
    for key in ("with space", "schlüssel", "two\nlines"):
        with pytest.raises(EngineMisconfigured):
            make(key=key).dress(ONE)
    assert fashn.heard == []


def test_what_is_left_on_a_key_can_be_asked_for(fashn: FakeFashn) -> None:
    outbound = Outbound(frozenset({fashn.host}))
    assert credits_left(outbound, base_url=fashn.base_url, key=KEY, seconds=5) == 100
    with pytest.raises(ProviderFailure) as caught:
        credits_left(outbound, base_url=fashn.base_url, key="fa-other", seconds=5)
    assert caught.value.name == "key_invalid"
    fashn.behave(failing(200, {"credits": None}))
    with pytest.raises(ProviderFailure) as caught:
        credits_left(outbound, base_url=fashn.base_url, key=KEY, seconds=5)
    assert caught.value.name == "unreadable_answer"
