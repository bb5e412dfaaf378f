"""The stand-in for Google is as strict as Google: what it would refuse there is refused here."""

import io
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from PIL import Image

from tests.pictures import card
from tryon.fake_providers.drawing import pasted, unchanged
from tryon.fake_providers.gemini import PIXELS_OF_RATIO, FakeGemini, finished, out_of_quota

MODEL = "gemini-nano-banana-2.1"
KEY = {"x-goog-api-key": "k"}


@pytest.fixture
def google() -> Iterator[FakeGemini]:
    fake = FakeGemini(drawing=pasted, bad_keys=["dead"], retired=["gemini-3-pro-image"])
    with fake.running():
        yield fake


def inline(data: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/jpeg", "data": b64encode(data).decode()}}


def body(**look: str) -> dict[str, Any]:
    parts = [
        {"text": "the person"}, inline(card("grey", (300, 400))), {"text": "(footwear)"}, inline(card("red")),
        {"text": "Edit."},
    ]  # fmt: skip
    return {
        "contents": [{"parts": parts}],
        "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "3:4"} | look},
    }


def ask(google: FakeGemini, model: str = MODEL, headers: dict[str, str] | None = None, **json: Any) -> Any:
    address = f"{google.base_url}/models/{model}:generateContent"
    return requests.post(address, json=json or body(), headers=KEY if headers is None else headers, timeout=10)


def drawn(answer: Any) -> Image.Image:
    last = answer.json()["candidates"][0]["content"]["parts"][-1]
    assert not last.get("thought")
    return Image.open(io.BytesIO(b64decode(last["inlineData"]["data"]))).convert("RGB")


def test_the_product_is_drawn_where_its_kind_is_worn(google: FakeGemini) -> None:
    answer = ask(google)
    picture = drawn(answer)
    assert picture.size == (896, 1200)
    red, green, _ = picture.getpixel((448, 1116))  # type: ignore[misc]
    assert red > 200 > green + 100
    assert picture.getpixel((448, 400)) == pytest.approx((128, 128, 128), abs=6)
    usage = answer.json()["usageMetadata"]
    assert usage["candidatesTokensDetails"] == [{"modality": "IMAGE", "tokenCount": 1120}]
    assert usage["totalTokenCount"] == sum(
        usage[name] for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    )


@pytest.mark.parametrize("ratio", PIXELS_OF_RATIO)
def test_every_proportion_has_about_the_pixels_of_a_square(google: FakeGemini, ratio: str) -> None:
    wide, tall = PIXELS_OF_RATIO[ratio]
    across, _, down = ratio.partition(":")
    assert wide / tall == pytest.approx(int(across) / int(down), rel=0.04)
    assert wide * tall == pytest.approx(1024 * 1024, rel=0.04)
    assert drawn(ask(google, **body(aspectRatio=ratio))).size == (wide, tall)


def test_a_larger_size_has_as_many_times_the_pixels(google: FakeGemini) -> None:
    assert drawn(ask(google, **body(imageSize="2K"))).size == (1792, 2400)


@pytest.mark.parametrize(
    "look", [{"aspectRatio": "3:5"}, {"imageSize": "512"}, {"personGeneration": "ALLOW_ADULT"}], ids=repr
)
def test_what_google_does_not_know_is_refused(google: FakeGemini, look: dict[str, str]) -> None:
    answer = ask(google, **body(**look))
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("content", [{}, {"contents": []}, {"contents": [{"parts": [{"inlineData": {"data": "%"}}]}]}])
def test_a_body_of_another_shape_is_refused(google: FakeGemini, content: dict[str, Any]) -> None:
    assert ask(google, **({"generationConfig": {}} | content)).status_code == 400


def test_keys_and_models_are_looked_at(google: FakeGemini) -> None:
    assert ask(google, headers={}).status_code == 403
    dead = ask(google, headers={"x-goog-api-key": "dead"})
    assert dead.status_code == 400
    assert dead.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert ask(google, model="gemini-3-pro-image").status_code == 404
    assert ask(google, model="gemini-embedding-002").status_code == 404
    listed = requests.get(f"{google.base_url}/models", headers=KEY, timeout=10).json()["models"]
    assert f"models/{MODEL}" in [each["name"] for each in listed]
    one = requests.get(f"{google.base_url}/models/{MODEL}", headers=KEY, timeout=10).json()
    assert "generateContent" in one["supportedGenerationMethods"]
    assert requests.get(google.address + "/elsewhere", headers=KEY, timeout=10).status_code == 404


def test_drawings_are_used_up_in_turn_and_behaviours_before_them(google: FakeGemini) -> None:
    google.behave(out_of_quota("2s"), finished("IMAGE_SAFETY"))
    google.drawings.append(unchanged)
    refused, kept_back, bad, good = (ask(google) for _ in range(4))
    assert refused.status_code == 429
    assert refused.json()["error"]["details"][1]["retryDelay"] == "2s"
    assert "content" not in kept_back.json()["candidates"][0]
    assert drawn(bad).getpixel((448, 1116)) == pytest.approx((128, 128, 128), abs=6)
    assert drawn(good).getpixel((448, 1116))[0] > 200  # type: ignore[index]
