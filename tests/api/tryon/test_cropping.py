"""Uploading a person's picture, with the crop around them."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene
from tryon.db import db
from tryon.imaging.encode import to_jpeg
from tryon.shoppers.models import Photo
from tryon.wiring import tools

ROOM = (4800, 3200)
"""The quick engine sees a person from 25 to 75 % of the width and from 10 to 95 % of the height."""


def photo_of_a_room() -> bytes:
    """Darker to the right, with a white and a black spot at two corners of the person."""
    ramp = np.tile(np.linspace(60, 200, ROOM[0]), (ROOM[1], 1))
    for left, top, level in ((0.25, 0.1, 255), (0.74, 0.94, 0)):
        down, across = round(top * ROOM[1]), round(left * ROOM[0])
        ramp[down : down + 32, across : across + 48] = level
    return to_jpeg(Image.fromarray(ramp.astype(np.uint8)), 90)


def upload(caller: Caller, data: bytes, **form: object) -> Photo:
    answer = caller("POST", "/images/upload", data={"file": (BytesIO(data), "me.jpg"), **form})
    assert answer.status_code == 200, answer.text
    return db.session.get_one(Photo, answer.json["imageId"])


def kept(photo: Photo) -> Image.Image:
    return Image.open(BytesIO(tools().storage.read(photo.file_key)))


def test_the_crop_is_made_of_the_photo_as_it_was_sent(as_merchant: Caller) -> None:
    cropped = upload(as_merchant, photo_of_a_room())
    whole = upload(as_merchant, photo_of_a_room(), crop="false")
    assert (whole.width, whole.height) == (2400, 1600)
    assert kept(cropped).size == (cropped.width, cropped.height)
    assert cropped.height > 1.2 * whole.height


def test_nothing_of_the_person_is_cut_off_in_an_upload(as_merchant: Caller) -> None:
    photo = upload(as_merchant, photo_of_a_room())
    assert photo.width / photo.height == pytest.approx(0.8, abs=0.01)
    levels = np.asarray(kept(photo).convert("L"), float)
    assert levels.max() > 245, "the upper left corner of the person"
    assert levels.min() < 10, "the lower right corner of the person"


def test_a_picture_of_nobody_is_kept_as_it_is(as_merchant: Caller) -> None:
    photo = upload(as_merchant, card("teal", (900, 600)))
    assert (photo.width, photo.height) == (900, 600)


@pytest.mark.parametrize("crop", ["true", "false"])
def test_what_one_merchant_uploads_no_other_can_use(
    as_merchant: Caller, as_outsider: Caller, scene: Scene, crop: str
) -> None:
    photo = upload(as_merchant, photo_of_a_room(), crop=crop)
    body = {
        "products": [{"title": "Shirt", "images": [{"source": {"url": "https://corner.example/1.jpg"}}]}],
        "person": {"image": {"source": {"id": photo.id}}},
    }
    answer = as_outsider("POST", "/try-on", json=body)
    assert (answer.status_code, answer.json["code"]) == (404, "IMAGE_NOT_FOUND")
