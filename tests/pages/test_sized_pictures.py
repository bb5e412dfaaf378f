"""A picture's address with a width: smaller copies, made once, that go with the picture."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.pictures import person
from tests.scene import Scene, work
from tests.together import at_once
from tryon.generations.erasing import erase_shopper
from tryon.imaging import shrink
from tryon.imaging.normalise import normalise_photo
from tryon.pages import sized_pictures
from tryon.pages.addresses import media_path
from tryon.wiring import tools

KEY = "photos/mer_a/mdl_a/photo.jpg"
BROWSER = {"Accept": "image/avif,image/webp,image/apng,*/*;q=0.8"}


@pytest.fixture
def photo(app: Flask) -> bytes:
    data = normalise_photo(person()).data
    tools().storage.write(KEY, data)
    return data


def get(client: FlaskClient, width: int, **headers: str) -> TestResponse:
    return client.get(media_path(KEY, width=width), headers=BROWSER | headers)


def test_a_browser_gets_webp_as_wide_as_it_asked(client: FlaskClient, photo: bytes) -> None:
    answer = get(client, 320)
    picture = Image.open(io.BytesIO(answer.data))
    assert (answer.status_code, answer.mimetype, picture.format, picture.width) == (200, "image/webp", "WEBP", 320)
    assert len(answer.data) < len(photo) / 5
    assert answer.vary.to_header() == "Accept"
    assert answer.headers["Cache-Control"].startswith("private, max-age=")


def test_a_program_that_does_not_say_it_reads_webp_gets_the_pictures_own_format(
    client: FlaskClient, photo: bytes
) -> None:
    answer = get(client, 320, Accept="*/*")
    assert (answer.mimetype, Image.open(io.BytesIO(answer.data)).size[0]) == ("image/jpeg", 320)


def test_it_is_made_once(client: FlaskClient, photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def count(data: bytes, width: int, ending: str) -> bytes:
        made.append(width)
        return shrink.shrunk(data, width, ending)

    monkeypatch.setattr(sized_pictures, "shrunk", count)
    first = get(client, 640)
    again = get(client, 640, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, made) == (304, [640])


def test_many_at_once_make_it_once_and_none_waits_long(
    app: Flask, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def count(data: bytes, width: int, ending: str) -> bytes:
        made.append(width)
        return shrink.shrunk(data, width, ending)

    monkeypatch.setattr(sized_pictures, "shrunk", count)
    storage = tools().storage
    seen: list[str] = []
    at_once(app, [lambda: seen.append(sized_pictures.read_sized(storage, KEY, 320, takes_webp=True)[1])] * 6)
    assert set(seen) == {"photos/mer_a/mdl_a/photo-320.webp"}
    assert made == [320]


def test_where_there_is_no_time_the_whole_picture_comes(
    client: FlaskClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sized_pictures, "PATIENCE_SECONDS", 0.01)
    for lane in sized_pictures.LANES:
        lane.acquire()
    try:
        answer = get(client, 320)
    finally:
        for lane in sized_pictures.LANES:
            lane.release()
    assert (answer.mimetype, answer.data) == ("image/jpeg", photo)
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_only_our_widths_can_be_asked_for(client: FlaskClient, photo: bytes) -> None:
    for width in ("321", "0", "-320", "1e3", "", "32000", "３２０"):
        assert client.get(f"{media_path(KEY)}&w={width}").status_code == 400


def test_the_whole_picture_and_what_is_saved_stay_as_they_were(client: FlaskClient, photo: bytes) -> None:
    assert client.get(media_path(KEY)).data == photo
    assert client.get(media_path(KEY, width=320, download=True)).data == photo


def test_a_width_opens_no_other_file_and_no_expired_address(client: FlaskClient, photo: bytes) -> None:
    signed = media_path(KEY, width=320)
    assert client.get(signed.replace("mdl_a", "mdl_b")).status_code == 403
    assert client.get("/media/photos/mer_a/mdl_a/photo-320.webp").status_code == 403


def test_a_picture_that_is_gone_is_gone_in_every_width(client: FlaskClient, photo: bytes) -> None:
    tools().storage.delete(KEY)
    assert get(client, 320).status_code == 404


def test_the_widths_offered_end_with_the_first_that_shows_all(app: Flask) -> None:
    with app.test_request_context():
        offered = [part.rpartition(" ")[2] for part in sized_pictures.srcset(KEY, 900).split(", ")]
        assert offered == ["320w", "640w", "900w"]
        assert len(sized_pictures.srcset(KEY, 4000).split(", ")) == 4
        assert sized_pictures.srcset(KEY, 200).endswith("w=320 200w")


def test_a_forgotten_shopper_leaves_no_copy_behind(client: FlaskClient, scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    for key in (scene.photo.file_key, generation.result_key):
        assert client.get(media_path(str(key), width=320), headers=BROWSER).status_code == 200
    kit = tools()
    erase_shopper(scene.shopper, storage=kit.storage, queue=kit.queue)
    left = [key for folder in ("photos/", "results/") for key in kit.storage.keys(f"{folder}{scene.merchant_id}/")]
    assert left == []
