import io
import time

import numpy as np
import pytest
from PIL import Image

from tests.pictures import card, person, shirt
from tryon.imaging.normalise import normalise_photo
from tryon.imaging.shrink import shrunk


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("ending", "format"), [("webp", "WEBP"), ("jpg", "JPEG"), ("png", "PNG")])
def test_it_is_as_wide_as_asked_for_in_the_same_proportions(ending: str, format: str) -> None:
    picture = opened(shrunk(card(size=(900, 1200)), 320, ending))
    assert (picture.size, picture.format) == ((320, 427), format)


def test_it_never_grows() -> None:
    assert opened(shrunk(card(size=(200, 100)), 320, "webp")).size == (200, 100)


def test_what_is_transparent_stays_so_where_the_format_can() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (800, 400), (200, 0, 0, 0)).save(buffer, "PNG")
    assert opened(shrunk(buffer.getvalue(), 320, "webp")).convert("RGBA").getpixel((5, 5))[3] == 0
    assert opened(shrunk(buffer.getvalue(), 320, "png")).mode == "RGBA"


def test_it_costs_a_fraction_of_the_bytes() -> None:
    for whole in (normalise_photo(person()).data, normalise_photo(shirt()).data):
        assert len(shrunk(whole, 320, "webp")) < len(whole) / 8
        assert len(shrunk(whole, 640, "webp")) < len(whole) / 3


def test_it_looks_like_the_picture_it_was_made_of() -> None:
    whole = np.asarray(opened(person()).convert("RGB").resize((16, 16)), int)
    small = np.asarray(opened(shrunk(person(), 320, "webp")).convert("RGB").resize((16, 16)), int)
    assert np.abs(whole - small).max() < 12


def test_it_takes_no_time_to_speak_of() -> None:
    photo = normalise_photo(person()).data
    began = time.process_time()
    for _ in range(4):
        shrunk(photo, 640, "webp")
    assert (time.process_time() - began) / 4 < 0.2
