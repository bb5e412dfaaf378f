"""Whether a key and its model are good is found out by looking at the list of models, and no picture is made."""

from typing import Any

import pytest

from tests.engines.gemini.conftest import KEY, MODEL, Bench
from tryon.config import Settings
from tryon.engines.gemini.image_models import IMAGE_MODELS, image_model
from tryon.engines.gemini.kind import replacements_of
from tryon.engines.gemini.models import DEFAULT_REPLACEMENTS, ModelCheck, check_model, suggest_models
from tryon.fake_providers.gemini import error_info, google_error, key_invalid, out_of_quota
from tryon.fake_providers.server import Behaviour, failing
from tryon.outbound import Outbound


def check(bench: Bench, model: str = MODEL, key: str = KEY, **more: Any) -> ModelCheck:
    outbound = Outbound(frozenset({bench.fake.host}))
    parts = {"base_url": bench.fake.base_url, "seconds": 2.0} | more
    return check_model(outbound, key=key, model=model, **parts)


def test_a_good_key_and_a_living_model_are_one_cheap_call(bench: Bench) -> None:
    assert check(bench).state == "ok"
    [heard] = bench.fake.heard
    assert (heard.method, heard.path, heard.body) == ("GET", f"/v1beta/models/{MODEL}", b"")
    assert heard.headers["x-goog-api-key"] == KEY


def test_a_retired_model_is_named_with_those_this_key_can_really_use(bench: Bench) -> None:
    del bench.fake.models["gemini-3-pro-image"]
    found = check(bench, "gemini-2.5-flash-image")
    assert found.state == "model_gone"
    assert found.replacements == (MODEL, "gemini-3.1-flash-lite-image")
    assert found.sentence == (
        "Google has retired gemini-2.5-flash-image, or does not know it. "
        f"Choose another: {MODEL}, gemini-3.1-flash-lite-image."
    )


def test_where_none_of_the_listed_is_left_what_is_there_is_suggested(bench: Bench) -> None:
    bench.fake.models = {"gemini-4-image": ("generateContent",), "gemini-4-flash": ("generateContent",)}
    assert check(bench).replacements == ("gemini-4-image",)


def test_where_the_list_cannot_be_had_the_configured_one_is_named(bench: Bench) -> None:
    bench.fake.behave(google_error(404, "NOT_FOUND", "gone"), failing(503))
    assert check(bench, "gemini-old").replacements == DEFAULT_REPLACEMENTS


@pytest.mark.parametrize("model", ["gemini-embedding-002", "../../v1/files", "Gemini", ""])
def test_a_model_that_cannot_draw_is_no_model_of_ours(bench: Bench, model: str) -> None:
    assert check(bench, model).state == "model_gone"
    assert "files" not in "".join(heard.path for heard in bench.fake.heard)


@pytest.mark.parametrize(
    ("behaviour", "state", "words"),
    [
        (key_invalid(), "key_invalid", "does not accept this key"),
        (google_error(403, "PERMISSION_DENIED", KEY, error_info("API_KEY_SERVICE_BLOCKED")), "key_forbidden", "limits"),
        (google_error(403, "PERMISSION_DENIED", KEY, error_info("BILLING_DISABLED")), "billing_off", "billing"),
        (google_error(400, "FAILED_PRECONDITION", "User location is not supported"), "key_forbidden", "country"),
        (out_of_quota(), "unknown", "could not be checked now"),
        (failing(500), "unknown", "could not be checked now"),
        (failing(200, b"<html>"), "unknown", "could not be checked now"),
        (Behaviour(way="silence"), "unknown", "could not be checked now"),
        (Behaviour(way="reset"), "unknown", "could not be checked now"),
        (Behaviour(way="endless", drip_seconds=0), "unknown", "could not be checked now"),
    ],
)
def test_what_google_says_of_the_key_is_said_in_our_words(
    bench: Bench, behaviour: Behaviour, state: str, words: str
) -> None:
    bench.fake.default = behaviour
    found = check(bench, seconds=1.0)
    assert found.state == state
    assert words in found.sentence
    assert KEY not in repr(found)
    assert found.replacements == ()


@pytest.mark.parametrize("key", ["", "two words", "schlüssel", "a\r\nhost: evil"])
def test_what_is_no_key_is_not_sent(bench: Bench, key: str) -> None:
    assert check(bench, key=key).state == "key_invalid"
    assert not bench.fake.heard


def test_an_address_we_may_not_call_is_unknown_and_nothing_is_raised() -> None:
    found = check_model(Outbound(frozenset()), base_url="http://127.0.0.1:1", key=KEY, model=MODEL)
    assert found.state == "unknown"


def test_only_models_that_draw_are_suggested_and_those_we_know_come_first(bench: Bench) -> None:
    bench.fake.models = {"gemini-9-image": ("generateContent",)} | bench.fake.models | {"imagen-9": ("predict",)}
    outbound = Outbound(frozenset({bench.fake.host}))
    names = suggest_models(outbound, base_url=bench.fake.base_url, key=KEY)
    assert names == (MODEL, "gemini-3-pro-image", "gemini-3.1-flash-lite-image", "gemini-9-image")


def test_the_operators_list_of_replacements_is_read_from_its_setting() -> None:
    assert replacements_of(Settings()) == DEFAULT_REPLACEMENTS
    assert replacements_of(Settings(GEMINI_MODEL_REPLACEMENTS=" a, b ,,")) == ("a", "b")


def test_a_model_nobody_knows_is_priced_as_the_dearest() -> None:
    unknown = image_model("gemini-99")
    assert unknown.picture_price == max(model.picture_price for model in IMAGE_MODELS.values())
    assert unknown.cost_of_picture(None) >= max(model.cost_of_picture("1K") for model in IMAGE_MODELS.values())
