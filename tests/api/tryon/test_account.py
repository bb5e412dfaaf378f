from io import BytesIO

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene, work
from tryon.generations.models import Generation
from tryon.wiring import tools


def put(as_merchant: Caller, **form: object) -> TestResponse:
    data = {name: (BytesIO(value), "logo.png") if isinstance(value, bytes) else value for name, value in form.items()}
    return as_merchant("PUT", "/account/watermark", data=data)


def logo(colour: str = "blue") -> bytes:
    return card(colour, (300, 120), "PNG")


def corner(generation: Generation) -> tuple[int, ...]:
    """The colour where the logo's middle is."""
    picture = Image.open(BytesIO(tools().storage.read(generation.result_key or "")))
    short = min(picture.size)
    spot = round(short * (0.03 + 0.11)), round(picture.height - short * (0.03 + 0.04))
    return tuple(np.asarray(picture)[spot[1], spot[0]])


def is_blue(colour: tuple[int, ...]) -> bool:
    return int(colour[2]) > 150 > 100 > int(colour[0])


def test_the_balance_is_shown(as_merchant: Caller, as_outsider: Caller) -> None:
    assert as_merchant("GET", "/account/credits").json == {"creditBalance": 100}
    assert as_outsider("GET", "/tryon/v1/account/credits").json == {"creditBalance": 100}


def test_a_logo_goes_on_every_picture_from_then_on(as_merchant: Caller, scene: Scene) -> None:
    answer = put(as_merchant, logo=logo())
    assert (answer.status_code, answer.json["size"]) == (200, 0.22)
    generation = scene.request()
    work(generation)
    assert is_blue(corner(generation))


def test_a_picture_without_watermark_has_none(as_merchant: Caller, scene: Scene) -> None:
    put(as_merchant, logo=logo())
    generation = scene.request()
    generation.has_watermark = False
    work(generation)
    assert not is_blue(corner(generation))


def test_the_outsiders_pictures_carry_no_logo_of_somebody_else(as_merchant: Caller, outsider_scene: Scene) -> None:
    put(as_merchant, logo=logo())
    generation = outsider_scene.request()
    work(generation)
    assert not is_blue(corner(generation))


def test_settings_change_without_sending_the_logo_again(as_merchant: Caller) -> None:
    put(as_merchant, logo=logo())
    answer = put(as_merchant, size="0.4", opacity="0.5")
    assert (answer.json["size"], answer.json["margin"], answer.json["opacity"]) == (0.4, 0.03, 0.5)


def test_a_new_logo_and_a_removal_leave_no_file_behind(as_merchant: Caller, client: FlaskClient) -> None:
    put(as_merchant, logo=logo())
    put(as_merchant, logo=logo("red"))
    assert len(list(tools().storage.keys("logos/"))) == 1
    shown = as_merchant("GET", "/account/watermark").json["logoUrl"]
    assert client.get(shown.removeprefix("http://127.0.0.1:8000")).mimetype == "image/png"
    assert as_merchant("DELETE", "/account/watermark").status_code == 204
    assert list(tools().storage.keys("logos/")) == []
    assert as_merchant("GET", "/account/watermark").json["code"] == "WATERMARK_NOT_FOUND"


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"logo": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, 415, "UNSUPPORTED_IMAGE_TYPE"),
        ({"logo": b"\x89PNG" + b"x" * 1_100_000}, 413, "IMAGE_TOO_LARGE"),
        ({"logo": b"nothing"}, 400, "INVALID_IMAGE"),
        ({"size": "0.9"}, 400, "VALIDATION_FAILED"),
        ({"size": "0.2"}, 404, "WATERMARK_NOT_FOUND"),
    ],
)
def test_what_is_no_logo_is_refused(as_merchant: Caller, form: dict[str, object], status: int, code: str) -> None:
    answer = put(as_merchant, **form)
    assert (answer.status_code, answer.json["code"]) == (status, code)
