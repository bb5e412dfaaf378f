"""The stand-in for Google Cloud is as strict as Google Cloud: what is refused there is refused here."""

import io
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import requests
from PIL import Image

from tests.pictures import card
from tests.providers.google_account import key_pair
from tryon.fake_providers.drawing import pasted
from tryon.fake_providers.server import Behaviour
from tryon.fake_providers.vertex import AUDIENCE, GRANT, FakeVertex, held_back

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
PLACE = "/projects/corner-shop/locations/us-central1/publishers/google/models/{}:predict"


@pytest.fixture
def google() -> Iterator[FakeVertex]:
    with FakeVertex(public_key=key_pair("ours")[1], drawing=pasted).running() as fake:
        assert isinstance(fake, FakeVertex)
        yield fake


def sign_in(google: FakeVertex, *, key: str = "ours", grant: str = GRANT, **claims: Any) -> requests.Response:
    now = int(time.time())
    said = {"iss": "robot@corner-shop", "aud": AUDIENCE, "scope": SCOPE, "iat": now, "exp": now + 3600} | claims
    assertion = jwt.encode(said, key_pair(key)[0], algorithm="RS256")
    return requests.post(google.token_uri, data={"grant_type": grant, "assertion": assertion}, timeout=10)


def image(data: bytes) -> dict[str, Any]:
    return {"image": {"bytesBase64Encoded": b64encode(data).decode(), "mimeType": "image/jpeg"}}


def body(**parameters: Any) -> dict[str, Any]:
    instance = {"personImage": image(card("tan", (300, 400))), "productImages": [image(card("navy"))]}
    return {"instances": [instance], "parameters": {"sampleCount": 1} | parameters}


def predict(
    google: FakeVertex, json: Any, *, token: str | None = None, model: str = "virtual-try-on-001"
) -> requests.Response:
    token = sign_in(google).json()["access_token"] if token is None else token
    headers = {"authorization": f"Bearer {token}"}
    return requests.post(google.base_url + PLACE.format(model), json=json, headers=headers, timeout=10)


def test_a_signed_assertion_gets_a_token_for_an_hour(google: FakeVertex) -> None:
    answer = sign_in(google)
    assert answer.status_code == 200
    assert answer.json() | {"access_token": ""} == {"access_token": "", "expires_in": 3600, "token_type": "Bearer"}
    assert answer.json()["access_token"].startswith("ya29.")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"key": "somebody else's"}, "invalid_grant"),
        ({"exp": 1}, "invalid_grant"),
        ({"aud": "https://elsewhere.example"}, "invalid_grant"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope"),
        ({"grant": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_sign_in_that_google_refuses(google: FakeVertex, wrong: dict[str, Any], error: str) -> None:
    answer = sign_in(google, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert google.tokens == set()


def test_a_prediction_is_a_picture_of_the_photo_s_size(google: FakeVertex) -> None:
    answer = predict(google, body())
    [prediction] = answer.json()["predictions"]
    assert prediction["mimeType"] == "image/jpeg"
    with Image.open(io.BytesIO(b64decode(prediction["bytesBase64Encoded"]))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (300, 400))


@pytest.mark.parametrize(
    "wrong",
    [
        {"instances": []},
        {"instances": [{"personImage": image(b"x")}]},
        {"instances": [{"personImage": image(b""), "productImages": [image(b"y")]}]},
        {"instances": [{"personImage": image(b"x"), "productImages": [image(b"y"), image(b"z")]}]},
        {"instances": [{"personImage": image(b"no picture"), "productImages": [image(b"none either")]}]},
        {"parameters": {"sampleCount": 5}},
        {"parameters": {"seed": 7}},
        {"parameters": {"seed": 7, "addWatermark": True}},
        {"parameters": {"safetySetting": "never"}},
        {"parameters": {"personGeneration": "anybody"}},
    ],
)
def test_a_request_that_google_refuses(google: FakeVertex, wrong: dict[str, Any]) -> None:
    answer = predict(google, body() | wrong)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_a_seed_is_taken_without_the_watermark(google: FakeVertex) -> None:
    assert predict(google, body(seed=7, addWatermark=False)).status_code == 200


def test_strangers_and_unknown_models_get_google_s_errors(google: FakeVertex) -> None:
    assert predict(google, body(), token="ya29.made-up").json()["error"]["status"] == "UNAUTHENTICATED"
    assert predict(google, body(), model="virtual-try-on-009").json()["error"]["status"] == "NOT_FOUND"
    token = sign_in(google).json()["access_token"]
    google.project = "other-shop"
    assert predict(google, body(), token=token).json()["error"]["status"] == "PERMISSION_DENIED"


def test_it_can_hold_a_picture_back_and_withdraw_a_token(google: FakeVertex) -> None:
    google.behave(Behaviour(held_back("17301594")))
    [prediction] = predict(google, body()).json()["predictions"]
    assert set(prediction) == {"raiFilteredReason"}
    assert "17301594" in prediction["raiFilteredReason"]
    token = sign_in(google).json()["access_token"]
    google.tokens.clear()
    assert predict(google, body(), token=token).status_code == 401
