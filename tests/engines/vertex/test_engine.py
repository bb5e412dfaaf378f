"""What the Vertex engine sends, what it makes of the answers, and what it costs."""

from base64 import b64decode

import pytest

from tests.engines.hosted.clothes import PERSON, SIZE, garment, picture, size_of
from tests.engines.vertex.conftest import MakeEngine
from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.errors import (
    ContentBlocked,
    EngineError,
    EngineMisconfigured,
    EngineTimeout,
    EngineUnavailable,
    LowQuality,
)
from tryon.engines.hosted.engine import TRIES_MAX
from tryon.engines.vertex.engine import PICTURE_MICRODOLLARS
from tryon.engines.vertex.wire import address_of
from tryon.fake_providers.drawing import pasted, turned
from tryon.fake_providers.server import Behaviour, failing
from tryon.fake_providers.vertex import FakeVertex, error_reply, held_back

ONE = TryOnRequest(PERSON, (garment(),))


def test_one_request_holds_the_photo_and_the_product_and_brings_the_picture(
    make: MakeEngine, google: FakeVertex
) -> None:
    made = make().dress(ONE)
    [heard] = google.predictions
    assert heard.path == (
        "/v1/projects/corner-shop/locations/europe-west4/publishers/google/models/virtual-try-on-001:predict"
    )
    [instance] = heard.json["instances"]
    assert size_of(b64decode(instance["personImage"]["image"]["bytesBase64Encoded"])) == SIZE
    assert len(instance["productImages"]) == 1
    assert heard.json["parameters"] == {
        "sampleCount": 1,
        "addWatermark": True,
        "personGeneration": "allow_adult",
        "safetySetting": "block_medium_and_above",
        "outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 95},
    }
    assert (made.engine, made.model, made.media_type) == ("vertex", "virtual-try-on-001", "image/jpeg")
    assert (made.cost_microdollars, made.is_untouched) == (PICTURE_MICRODOLLARS, True)
    assert size_of(made.picture) == SIZE


def test_an_outfit_is_put_on_from_the_body_outwards_each_on_the_picture_before(
    make: MakeEngine, google: FakeVertex
) -> None:
    colours = {"outerwear": "black", "tops": "red", "bottoms": "blue"}
    told: list[int] = []
    outfit = tuple(garment(category, colour) for category, colour in colours.items())
    made = make().dress(TryOnRequest(PERSON, outfit, report_progress=lambda stage, done: told.append(done)))
    sent = [heard.json["instances"][0] for heard in google.predictions]
    products = [each["productImages"][0]["image"]["bytesBase64Encoded"] for each in sent]
    people = [each["personImage"]["image"]["bytesBase64Encoded"] for each in sent]
    assert len(set(products)) == len(set(people)) == 3
    single = make()
    for number, name in enumerate(("bottoms", "tops", "outerwear")):
        single.dress(TryOnRequest(PERSON, (garment(name, colours[name]),)))  # type: ignore[arg-type]
        alone = google.predictions[-1].json["instances"][0]["productImages"][0]["image"]["bytesBase64Encoded"]
        assert alone == products[number]
    assert b64decode(people[2]) != made.picture
    assert made.cost_microdollars == 3 * PICTURE_MICRODOLLARS
    assert told == sorted(told)
    assert {10, 32, 53, 100} <= set(told)


def test_an_outfit_that_fails_half_way_tells_what_was_paid(make: MakeEngine, google: FakeVertex) -> None:
    google.behave(Behaviour(), Behaviour(error_reply(400, "INVALID_ARGUMENT", "no")))
    with pytest.raises(EngineMisconfigured) as caught:
        make().dress(TryOnRequest(PERSON, (garment(), garment("bottoms"))))
    assert caught.value.cost_microdollars == PICTURE_MICRODOLLARS


@pytest.mark.parametrize(
    ("behaviour", "error", "reason", "requests", "cost"),
    [
        (failing(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}), EngineMisconfigured, "key_invalid", 2, 0),
        (Behaviour(error_reply(403, "PERMISSION_DENIED", "no")), EngineMisconfigured, "key_forbidden", 1, 0),
        (
            Behaviour(error_reply(403, "PERMISSION_DENIED", "no", [{"reason": "BILLING_DISABLED"}])),
            EngineMisconfigured, "billing_off", 1, 0,
        ),
        (Behaviour(error_reply(404, "NOT_FOUND", "no such model")), EngineMisconfigured, "model_gone", 1, 0),
        (Behaviour(error_reply(400, "INVALID_ARGUMENT", "no")), EngineMisconfigured, "bad_request", 1, 0),
        (Behaviour(error_reply(429, "RESOURCE_EXHAUSTED", "slow")), EngineUnavailable, "rate_limited", TRIES_MAX, 0),
        (Behaviour(error_reply(500, "INTERNAL", "oh")), EngineUnavailable, "provider_error", TRIES_MAX, 0),
        (Behaviour(error_reply(503, "UNAVAILABLE", "oh")), EngineUnavailable, "provider_busy", TRIES_MAX, 0),
        (Behaviour(error_reply(504, "DEADLINE_EXCEEDED", "oh")), EngineTimeout, "provider_late", TRIES_MAX, 0),
        (Behaviour(held_back("58061214")), ContentBlocked, "prompt_blocked", 1, 0),
        (Behaviour(held_back("17301594")), ContentBlocked, "output_blocked", 2, 0),
        (failing(200, {"predictions": []}), LowQuality, "no_picture", 2, 0),
        (failing(200, {"predictions": [{"mimeType": "image/png"}]}), LowQuality, "no_picture", 2, 0),
        (
            failing(200, {"predictions": [{"bytesBase64Encoded": "not base64!"}]}),
            EngineUnavailable, "broken_picture", 2, 2 * PICTURE_MICRODOLLARS,
        ),
        (
            failing(200, {"predictions": [{"bytesBase64Encoded": "bm90IGEgcGljdHVyZQ=="}]}),
            EngineUnavailable, "broken_picture", 2, 2 * PICTURE_MICRODOLLARS,
        ),
        (failing(200, b"<html>"), EngineUnavailable, "unreadable_answer", TRIES_MAX, 0),
        (Behaviour(way="reset"), EngineUnavailable, "connection_lost", TRIES_MAX, 0),
        (Behaviour(way="truncated"), EngineUnavailable, "connection_lost", TRIES_MAX, 0),
    ],
)  # fmt: skip
def test_each_failure_has_its_row(
    make: MakeEngine,
    google: FakeVertex,
    behaviour: Behaviour,
    error: type[EngineError],
    reason: str,
    requests: int,
    cost: int,
) -> None:
    google.default = behaviour
    with pytest.raises(error) as caught:
        make().dress(ONE)
    assert (caught.value.reason, len(google.predictions)) == (reason, requests)
    assert caught.value.cost_microdollars == cost
    assert caught.value.merchant_message


def test_a_picture_in_another_frame_is_paid_and_not_shown(make: MakeEngine, google: FakeVertex) -> None:
    google.drawing = turned(pasted)
    with pytest.raises(LowQuality) as caught:
        make().dress(ONE)
    assert caught.value.reason == "failed_checks"
    assert caught.value.cost_microdollars == 2 * PICTURE_MICRODOLLARS


def test_a_webp_product_goes_out_as_a_kind_that_google_takes(make: MakeEngine, google: FakeVertex) -> None:
    make().dress(TryOnRequest(PERSON, (Garment(picture("navy", kind="WEBP"), "tops"),)))
    [instance] = google.predictions[0].json["instances"]
    assert instance["productImages"][0]["image"]["mimeType"] in ("image/jpeg", "image/png")


def test_a_stranger_s_project_and_a_model_of_another_name_are_told_apart(make: MakeEngine) -> None:
    with pytest.raises(EngineMisconfigured) as caught:
        make(project="other-shop").dress(ONE)
    assert caught.value.reason == "key_forbidden"
    with pytest.raises(EngineMisconfigured) as caught:
        make(model="virtual-try-on-009").dress(ONE)
    assert caught.value.reason == "model_gone"


def test_without_an_address_the_region_s_own_is_called() -> None:
    place = "/projects/p/locations/{0}/publishers/google/models/m:predict"
    assert address_of("", "p", "europe-west4", "m") == (
        "https://europe-west4-aiplatform.googleapis.com/v1" + place.format("europe-west4")
    )
    assert address_of("", "p", "global", "m") == "https://aiplatform.googleapis.com/v1" + place.format("global")
