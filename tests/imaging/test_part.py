"""A part of a photo, cut from the photo as it was sent."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.photos.hostile import encode, exif
from tryon.imaging.encode import to_jpeg
from tryon.imaging.normalise import PHOTO_PIXELS_MAX, PHOTO_SIDE_MAX_PX, normalise_part, normalise_photo


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def stripes(size: tuple[int, int], width: int = 2) -> Image.Image:
    """Upright black and white stripes of that many pixels: gone once they are shrunk far enough."""
    row = (np.arange(size[0]) // width % 2 * 255).astype(np.uint8)
    return Image.fromarray(np.repeat(row[None], size[1], axis=0)).convert("RGB")


def test_a_small_part_of_a_large_photo_keeps_the_detail_it_was_sent_with() -> None:
    data = to_jpeg(stripes((6000, 4000)))
    whole = normalise_photo(data)
    assert whole.width == 2400
    part = normalise_part(data, whole, (800, 400, 1600, 1400))
    assert part.width / part.height == pytest.approx(0.8, abs=0.01)
    assert part.width * part.height > 0.98 * PHOTO_PIXELS_MAX
    assert np.asarray(opened(part.data).convert("L")).std() > 60
    assert np.asarray(opened(whole.data).convert("L")).std() < 30


@pytest.mark.parametrize("box", [(0, 0, 2400, 1599), (0, 0, 60, 1600), (100, 100, 2300, 400), (1000, 500, 1080, 600)])
def test_it_obeys_the_limits_of_a_whole_photo(box: tuple[int, int, int, int]) -> None:
    data = to_jpeg(Image.new("RGB", (6001, 4001), "teal"), 60)
    whole = normalise_photo(data)
    part = normalise_part(data, whole, box)
    assert max(part.width, part.height) <= PHOTO_SIDE_MAX_PX
    assert part.width * part.height <= PHOTO_PIXELS_MAX
    assert part.width / part.height == pytest.approx((box[2] - box[0]) / (box[3] - box[1]), rel=0.02)


def test_of_a_photo_that_was_not_shrunk_it_is_exactly_those_pixels() -> None:
    image = Image.effect_noise((900, 700), 90).convert("RGB")
    data = encode(image, "PNG")
    part = normalise_part(data, normalise_photo(data), (101, 53, 733, 691))
    assert (part.width, part.height) == (632, 638)
    assert part.data == to_jpeg(image.crop((101, 53, 733, 691)), 95)


def test_the_box_is_that_of_the_upright_photo() -> None:
    image = Image.new("RGB", (4000, 3000), "white")
    image.paste((200, 20, 20), (0, 0, 800, 3000))
    data = encode(image, "JPEG", exif=exif(6))
    whole = normalise_photo(data)
    assert whole.height > whole.width
    red = normalise_part(data, whole, (0, 0, whole.width, whole.height // 6))
    assert opened(red.data).getpixel((red.width // 2, red.height // 2)) == pytest.approx((200, 20, 20), abs=12)
