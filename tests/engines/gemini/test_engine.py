"""One picture from Gemini, over real HTTP: what is sent, what comes back, and what it is called and costs."""

import io
from base64 import b64decode

import pytest
from PIL import Image

from tests.engines.gemini.conftest import KEY, MODEL, SHIRT, Bench, photo
from tests.pictures import card
from tryon.config import Settings
from tryon.engines.base import Garment
from tryon.engines.errors import GarmentNotFound, LowQuality, NoPersonFound
from tryon.engines.gemini.kind import KIND
from tryon.engines.gemini.wire import THRESHOLD
from tryon.engines.registry import Credential, EngineParts
from tryon.errors import ConfigurationError
from tryon.fake_providers.drawing import drifted, pasted
from tryon.outbound import Outbound

TROUSERS = Garment(card("blue"), "bottoms")
COAT = Garment(card("green"), "outerwear")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_the_person_comes_back_in_the_product_in_the_photos_frame(bench: Bench) -> None:
    result = bench.engine().dress(bench.request(size=(700, 1000)))
    picture = opened(result.picture).convert("RGB")
    assert picture.size == (700, 1000)
    red, green, blue = picture.getpixel((350, 370))  # type: ignore[misc]
    assert red > 200
    assert green < 60
    assert blue < 60
    assert (result.engine, result.model, result.provenance) == ("gemini", MODEL, "generated")
    assert result.scores == {"same_face": 0.9}
    assert {"asking", "checking"} <= set(result.seconds)


def test_the_key_travels_in_its_header_and_nowhere_else(bench: Bench) -> None:
    bench.engine(key=KEY + "\n").dress(bench.request())
    [heard] = bench.fake.heard
    assert heard.path == f"/v1beta/models/{MODEL}:generateContent"
    assert heard.headers["x-goog-api-key"] == KEY
    others = {name: value for name, value in heard.headers.items() if name != "x-goog-api-key"}
    assert KEY not in repr(others)
    assert KEY.encode() not in heard.body


def test_the_request_has_googles_shape(bench: Bench) -> None:
    bench.engine().dress(bench.request(size=(700, 1000), seed=2**31 + 5))
    [body] = bench.bodies()
    config = body["generationConfig"]
    assert config["responseModalities"] == ["IMAGE"]
    assert config["imageConfig"] == {"aspectRatio": "2:3", "imageSize": "1K"}
    assert config["seed"] == 5
    assert {setting["threshold"] for setting in body["safetySettings"]} == {THRESHOLD}
    assert len(body["safetySettings"]) == 4
    parts = body["contents"][0]["parts"]
    assert ["text" in part for part in parts] == [True, False, True, False, True]
    person = opened(b64decode(parts[1]["inlineData"]["data"]))
    assert parts[1]["inlineData"]["mimeType"] == "image/jpeg"
    assert person.width / person.height == pytest.approx(2 / 3, rel=0.01)


def test_an_outfit_is_one_request_with_a_numbered_picture_for_each_product_from_the_body_outward(bench: Bench) -> None:
    inner, outer = Garment(card("red"), "tops", title="Vest"), Garment(card("white"), "tops", title="Shirt")
    bench.engine().dress(bench.request(COAT, inner, outer, TROUSERS))
    [body] = bench.bodies()
    labels = [part["text"] for part in body["contents"][0]["parts"] if "text" in part]
    assert [label.split(".")[0] for label in labels[:-1]] == [
        "Picture 1: the photo of the person",
        "Picture 2: a product of the shop (bottoms)",
        "Picture 3: a product of the shop (tops)",
        "Picture 4: a product of the shop (tops)",
        "Picture 5: a product of the shop (outerwear)",
    ]
    assert "Vest" in labels[2]
    assert "Shirt" in labels[3]


@pytest.mark.parametrize(("size", "wanted"), [((600, 800), "1K"), ((1050, 1400), "1K"), ((1500, 2000), "2K")])
def test_a_picture_is_asked_for_as_large_as_is_needed(bench: Bench, size: tuple[int, int], wanted: str) -> None:
    bench.engine().dress(bench.request(size=size))
    assert bench.bodies()[0]["generationConfig"]["imageConfig"]["imageSize"] == wanted


def test_a_smaller_result_needs_no_larger_drawing(bench: Bench) -> None:
    result = bench.engine().dress(bench.request(size=(1500, 2000), output_size=(600, 600)))
    assert bench.bodies()[0]["generationConfig"]["imageConfig"]["imageSize"] == "1K"
    assert opened(result.picture).size == (448, 600)
    assert not result.is_untouched


def test_the_operator_can_fix_the_size_and_a_model_without_sizes_is_told_none(bench: Bench) -> None:
    bench.engine(image_size="2K").dress(bench.request())
    bench.engine(model="gemini-3.8-flash").dress(bench.request())
    looks = [body["generationConfig"]["imageConfig"] for body in bench.bodies()]
    assert looks == [{"aspectRatio": "3:4", "imageSize": "2K"}, {"aspectRatio": "3:4"}]


def test_googles_own_bytes_are_kept_where_nothing_had_to_be_cut_or_shrunk(bench: Bench) -> None:
    result = bench.engine().dress(bench.request(size=(960, 1280)))
    [(candidate, media_type)] = bench.judge.seen
    assert result.is_untouched
    assert result.picture == candidate
    assert (media_type, opened(candidate).size) == ("image/png", (896, 1200))
    padded = bench.engine().dress(bench.request(size=(900, 1280)))
    assert not padded.is_untouched


def test_the_last_picture_that_is_no_thought_is_taken(bench: Bench) -> None:
    """The stand-in sends a sketch of an eighth of the size first, as a thought."""
    result = bench.engine().dress(bench.request(size=(960, 1280)))
    assert opened(result.picture).size == (896, 1200)


def test_the_cost_is_what_google_counted_at_its_list_price(bench: Bench) -> None:
    result = bench.engine().dress(bench.request())
    assert result.cost_microdollars == round((300 + 2 * 258) * 1.5 + 210 * 7.5 + 1120 * 30)
    dear = bench.engine(model="gemini-3-pro-image").dress(bench.request())
    assert dear.cost_microdollars == ((300 + 2 * 258) * 2 + 210 * 12 + 1120 * 120)


def test_a_picture_that_fails_the_checks_is_asked_for_once_more_with_another_seed(bench: Bench) -> None:
    bench.judge.refusals = ["other_face"]
    result = bench.engine().dress(bench.request(seed=7))
    assert [body["generationConfig"]["seed"] for body in bench.bodies()] == [7, 8]
    once = round((300 + 2 * 258) * 1.5 + 210 * 7.5 + 1120 * 30)
    assert result.cost_microdollars == 2 * once


def test_two_pictures_that_fail_the_checks_are_enough(bench: Bench) -> None:
    bench.judge.refusals = ["other_face", "cropped", "nobody"]
    with pytest.raises(LowQuality) as caught:
        bench.engine().dress(bench.request())
    assert caught.value.code == "engine_low_quality"
    assert caught.value.reason == "failed_checks"
    assert len(bench.fake.heard) == 2


def test_pictures_that_cannot_be_read_are_not_sent(bench: Bench) -> None:
    import dataclasses

    with pytest.raises(NoPersonFound):
        bench.engine().dress(dataclasses.replace(bench.request(), person=b"no photo"))
    with pytest.raises(GarmentNotFound):
        bench.engine().dress(bench.request(Garment(b"no product", "tops")))
    assert not bench.fake.heard


def test_a_drawing_with_a_models_drift_comes_through(bench: Bench) -> None:
    bench.fake.drawing = drifted(pasted)
    result = bench.engine().dress(bench.request(SHIRT))
    assert opened(result.picture).size == (384, 512)


def parts(settings: Settings, credential: Credential | None = None) -> EngineParts:
    def nobody() -> None:
        raise AssertionError

    return EngineParts(settings, Outbound(frozenset()), nobody, credential)  # type: ignore[arg-type]


def test_a_merchants_key_and_model_come_before_the_operators(bench: Bench) -> None:
    settings = Settings(GEMINI_API_KEY="the-operators-key-of-google", GEMINI_BASE_URL=bench.fake.base_url)
    allowed = Outbound(frozenset({bench.fake.host}))
    for credential in (None, Credential(KEY, "merchant", "gemini-3-pro-image")):
        made = EngineParts(settings, allowed, lambda: bench.engine(), credential)
        engine = KIND.make(made)
        engine._judge = bench.judge  # type: ignore[attr-defined]
        engine.dress(bench.request())
    assert [(heard.path, heard.headers["x-goog-api-key"]) for heard in bench.fake.heard] == [
        (f"/v1beta/models/{MODEL}:generateContent", "the-operators-key-of-google"),
        ("/v1beta/models/gemini-3-pro-image:generateContent", KEY),
    ]


def test_without_any_key_the_operator_is_told_how_to_get_one() -> None:
    settings = Settings(GEMINI_API_KEY="")
    assert not KIND.readiness(settings).is_ready
    assert "GEMINI_API_KEY" in KIND.readiness(settings).sentence
    with pytest.raises(ConfigurationError, match="GEMINI_API_KEY"):
        KIND.make(parts(settings))
    ready = KIND.readiness(Settings(GEMINI_API_KEY=KEY))
    assert ready.is_ready
    assert MODEL in ready.sentence
    assert KEY not in ready.sentence


def test_the_photo_is_looked_at_by_the_local_eyes(bench: Bench) -> None:
    assert bench.engine().check_person(photo()).ok
    assert not bench.engine().check_person(card("grey")).ok
    assert bench.engine().prepare_person(photo()) is None
