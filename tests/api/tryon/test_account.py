from io import BytesIO

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene, work
from tests.shop import Shop
from tryon.generations.models import Generation
from tryon.imaging.encode import to_png
from tryon.wiring import tools


def put(as_merchant: Caller, **form: object) -> TestResponse:
    data = {name: (BytesIO(value), "logo.png") if isinstance(value, bytes) else value for name, value in form.items()}
    return as_merchant("PUT", "/account/watermark", data=data)


def put_json(as_merchant: Caller, **body: object) -> TestResponse:
    return as_merchant("PUT", "/account/watermark", json=body)


def logo(colour: str = "blue") -> bytes:
    return card(colour, (300, 120), "PNG")


def clear_canvas(alpha: int, *, size: tuple[int, int] = (400, 200), drawn: tuple[int, ...] | None = None) -> bytes:
    """A PNG of that opacity all over (0 to 255), with a blue box at `drawn` where that is given."""
    canvas = Image.new("RGBA", size, (20, 20, 20, alpha))
    if drawn is not None:
        ImageDraw.Draw(canvas).rectangle(drawn, fill="blue")
    return to_png(canvas)


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


def test_the_empty_canvas_around_a_logo_is_cut_off_before_it_is_shrunk(as_merchant: Caller, scene: Scene) -> None:
    assert put(as_merchant, logo=clear_canvas(0, size=(4000, 3000), drawn=(2000, 1500, 2599, 1739))).status_code == 200
    (key,) = tools().storage.keys("logos/")
    assert Image.open(BytesIO(tools().storage.read(key))).size == (600, 240)
    generation = scene.request()
    work(generation)
    assert is_blue(corner(generation))


def test_a_logo_that_is_refused_leaves_the_earlier_one(as_merchant: Caller, scene: Scene) -> None:
    put(as_merchant, logo=logo())
    assert put(as_merchant, logo=clear_canvas(0)).status_code == 400
    assert as_merchant("GET", "/account/watermark").status_code == 200
    generation = scene.request()
    work(generation)
    assert is_blue(corner(generation))


def test_the_logo_and_its_look_may_come_as_json(as_merchant: Caller, scene: Scene, shop: Shop) -> None:
    address = shop.serve("/logo.png", logo(), "image/png")
    answer = put_json(as_merchant, logo={"source": {"url": address}}, opacity=1)
    assert (answer.status_code, answer.json["size"], answer.json["opacity"]) == (200, 0.22, 1.0)
    generation = scene.request()
    work(generation)
    assert is_blue(corner(generation))
    changed = put_json(as_merchant, size=0.4, logo=None)
    assert (changed.json["size"], changed.json["opacity"]) == (0.4, 1.0)
    assert shop.visits == ["/logo.png"]


def test_a_logo_given_by_its_address_is_nobody_elses(
    as_merchant: Caller, as_outsider: Caller, outsider_scene: Scene, shop: Shop
) -> None:
    put_json(as_merchant, logo={"source": {"url": shop.serve("/logo.png", logo(), "image/png")}})
    assert as_outsider("GET", "/account/watermark").status_code == 404
    assert as_outsider("PUT", "/account/watermark", json={"size": 0.3}).status_code == 404
    generation = outsider_scene.request()
    work(generation)
    assert not is_blue(corner(generation))


@pytest.mark.parametrize(
    ("page", "status", "code"),
    [
        (None, 400, "IMAGE_FETCH_FAILED"),
        (b"nothing", 400, "INVALID_IMAGE"),
        (clear_canvas(0), 400, "LOGO_NOT_VISIBLE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "UNSUPPORTED_IMAGE_TYPE"),
        (b"x" * 1_100_000, 400, "IMAGE_FETCH_FAILED"),
    ],
)
def test_an_address_without_a_logo_is_named(
    as_merchant: Caller, shop: Shop, page: bytes | None, status: int, code: str
) -> None:
    address = shop.url + "/gone.png" if page is None else shop.serve("/logo.png", page, "image/png")
    answer = put_json(as_merchant, logo={"source": {"url": address}})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert [problem["path"] for problem in answer.json["details"]] == ["logo.source.url"]
    assert as_merchant("GET", "/account/watermark").status_code == 404


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/logo.png", "http://169.254.169.254/", "file:///etc/passwd"])
def test_an_address_that_must_not_be_called_is_not_called(as_merchant: Caller, url: str) -> None:
    answer = put_json(as_merchant, logo={"source": {"url": url}})
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_IMAGE_INPUT")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"logo": "https://corner.example/logo.png"}, "logo"),
        ({"logo": {"source": {}}}, "logo.source.url"),
        ({"size": "0.2"}, "size"),
        ({"opacity": 0.1}, "opacity"),
        ({"margin": 0.3}, "margin"),
    ],
)
def test_a_json_body_of_another_shape_is_refused(as_merchant: Caller, body: dict[str, object], path: str) -> None:
    answer = put_json(as_merchant, **body)
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")
    assert [problem["path"] for problem in answer.json["details"]] == [path]


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"logo": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, 415, "UNSUPPORTED_IMAGE_TYPE"),
        ({"logo": b"\x89PNG" + b"x" * 1_100_000}, 413, "IMAGE_TOO_LARGE"),
        ({"logo": b"nothing"}, 400, "INVALID_IMAGE"),
        ({"logo": clear_canvas(0)}, 400, "LOGO_NOT_VISIBLE"),
        ({"logo": clear_canvas(9)}, 400, "LOGO_NOT_VISIBLE"),
        ({"size": "0.9"}, 400, "VALIDATION_FAILED"),
        ({"size": "0.2"}, 404, "WATERMARK_NOT_FOUND"),
    ],
)
def test_what_is_no_logo_is_refused(as_merchant: Caller, form: dict[str, object], status: int, code: str) -> None:
    answer = put(as_merchant, **form)
    assert (answer.status_code, answer.json["code"]) == (status, code)
