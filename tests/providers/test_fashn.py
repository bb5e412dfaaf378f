"""The stand-in for FASHN is as strict as FASHN: what is refused there is refused here."""

import io
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from PIL import Image

from tests.pictures import card
from tryon.fake_providers.drawing import pasted
from tryon.fake_providers.fashn import FakeFashn

KEY = "fa-key"


@pytest.fixture
def fashn() -> Iterator[FakeFashn]:
    with FakeFashn(key=KEY, drawing=pasted, credits=2).running() as fake:
        assert isinstance(fake, FakeFashn)
        yield fake


def uri(data: bytes) -> str:
    return "data:image/jpeg;base64," + b64encode(data).decode()


def inputs(**more: Any) -> dict[str, Any]:
    pictures = {"model_image": uri(card("tan", (300, 400))), "garment_image": uri(card("navy"))}
    return pictures | {"return_base64": True} | more


def run(fashn: FakeFashn, *, model: str = "tryon-v1.6", key: str = KEY, **more: Any) -> requests.Response:
    body = {"model_name": model, "inputs": inputs(**more)}
    return requests.post(f"{fashn.base_url}/run", json=body, headers={"authorization": f"Bearer {key}"}, timeout=10)


def get(fashn: FakeFashn, path: str) -> requests.Response:
    return requests.get(f"{fashn.base_url}/{path}", headers={"authorization": f"Bearer {KEY}"}, timeout=10)


def finished(fashn: FakeFashn, number: str) -> requests.Response:
    return [get(fashn, f"status/{number}") for _ in range(4)][-1]


def test_a_prediction_goes_through_its_states_to_a_picture(fashn: FakeFashn) -> None:
    begun = run(fashn).json()
    assert begun["error"] is None
    answers = [get(fashn, f"status/{begun['id']}") for _ in range(4)]
    assert [answer.json()["status"] for answer in answers] == ["starting", "in_queue", "processing", "completed"]
    [output] = answers[-1].json()["output"]
    head, _, encoded = output.partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(b64decode(encoded))) as picture:
        assert picture.size == (300, 400)
    assert answers[-1].headers["x-fashn-credits-used"] == "1"
    assert get(fashn, "credits").json() == {"credits": {"total": 1, "subscription": 0, "on_demand": 1}}
    assert get(fashn, f"status/{begun['id']}").json()["output"] == [output]
    assert fashn.credits == 1


def test_without_base64_the_picture_lies_at_an_address(fashn: FakeFashn) -> None:
    done = finished(fashn, run(fashn, return_base64=False).json()["id"]).json()
    [address] = done["output"]
    assert requests.get(address, timeout=10).headers["content-type"] == "image/jpeg"
    assert requests.get(address.replace("-u1", "-u2"), timeout=10).status_code == 403


def test_a_prediction_can_fail_and_costs_nothing(fashn: FakeFashn) -> None:
    fashn.fails_with = {"name": "PoseError", "message": "no pose"}
    done = finished(fashn, run(fashn).json()["id"]).json()
    assert (done["status"], done["output"], done["error"]["name"]) == ("failed", None, "PoseError")
    fashn.fails_with = None
    done = finished(fashn, run(fashn, model_image=uri(b"no picture")).json()["id"]).json()
    assert done["error"]["name"] == "ImageLoadError"
    assert fashn.credits == 2


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"key": "fa-other"}, 401, "UnauthorizedAccess"),
        ({"model": "tryon-v9"}, 404, "NotFound"),
        ({"category": "shoes"}, 400, "BadRequest"),
        ({"mode": "best"}, 400, "BadRequest"),
        ({"seed": -1}, 400, "BadRequest"),
        ({"seed": 2**32}, 400, "BadRequest"),
        ({"num_samples": 9}, 400, "BadRequest"),
        ({"output_format": "gif"}, 400, "BadRequest"),
        ({"moderation_level": "some"}, 400, "BadRequest"),
        ({"model_image": None}, 400, "BadRequest"),
        ({"garment_image": "bm8gcHJlZml4"}, 400, "BadRequest"),
    ],
)
def test_a_request_that_fashn_refuses(fashn: FakeFashn, wrong: dict[str, Any], status: int, error: str) -> None:
    answer = run(fashn, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert fashn.predictions == {}


def test_without_credits_nothing_begins(fashn: FakeFashn) -> None:
    fashn.credits = 0
    answer = run(fashn)
    assert (answer.status_code, answer.json()["error"]) == (429, "OutOfCredits")


def test_unknown_places_and_predictions_are_not_found(fashn: FakeFashn) -> None:
    assert get(fashn, "status/nobody-u1").status_code == 404
    assert get(fashn, "elsewhere").json()["error"] == "NotFound"
