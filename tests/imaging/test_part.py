"""A part of a photo, cut from the photo as it was sent."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.photos.hostile import encode, exif
from tests.photos.hostile import scene as four_corners
from tryon.imaging.box import Box
from tryon.imaging.decode import decode_picture
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
    whole, part = normalise_photo(data), normalise_part(data, Box(1 / 3, 0.25, 2 / 3, 0.875))
    assert part.width / part.height == pytest.approx(0.8, abs=0.01)
    assert part.width * part.height > 0.98 * PHOTO_PIXELS_MAX
    assert np.asarray(opened(part.data).convert("L")).std() > 60
    assert np.asarray(opened(whole.data).convert("L")).std() < 30


@pytest.mark.parametrize(
    "box", [(0, 0, 1, 0.999), (0, 0, 0.03, 1), (0.05, 0.1, 0.95, 0.2), (0.4, 0.3, 0.44, 0.36), (0.9999, 0, 1, 1)]
)
def test_it_obeys_the_limits_of_a_whole_photo(box: tuple[float, float, float, float]) -> None:
    part = normalise_part(to_jpeg(Image.new("RGB", (6001, 4001), "teal"), 60), Box(*box))
    assert max(part.width, part.height) <= PHOTO_SIDE_MAX_PX
    assert part.width * part.height <= PHOTO_PIXELS_MAX


def test_of_a_photo_that_need_not_be_shrunk_it_is_exactly_those_pixels() -> None:
    image = Image.effect_noise((900, 700), 90).convert("RGB")
    part = normalise_part(encode(image, "PNG"), Box(101 / 900, 53 / 700, 733 / 900, 691 / 700))
    assert (part.width, part.height) == (632, 638)
    assert part.data == to_jpeg(image.crop((101, 53, 733, 691)), 95)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("fit_side", [None, 60])
def test_the_part_is_one_of_the_upright_picture(orientation: int, kind: str, fit_side: int | None) -> None:
    data = encode(four_corners(480, 640), kind, exif=exif(orientation))
    whole = decode_picture(data)
    part = Box(0.1, 0.55, 0.4, 0.95)
    wanted = whole.crop(part.pixels(*whole.size))
    found = decode_picture(data, part=part, fit_side=fit_side)
    assert found.size == wanted.size if fit_side is None else max(found.size) == 60
    difference = np.abs(np.asarray(found.resize(wanted.size), int) - np.asarray(wanted, int))
    assert difference.mean() < 6


def test_transparency_and_palettes_survive_being_cut() -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((200, 20, 20, 255), (0, 0, 150, 300))
    for given in (image, image.quantize(8)):
        part = decode_picture(encode(given, "PNG"), part=Box(0.25, 0.25, 0.75, 0.75), keep_alpha=True)
        assert (part.mode, part.size) == ("RGBA", (150, 150))
        assert part.getpixel((10, 75)) == pytest.approx((200, 20, 20, 255), abs=4)
        assert part.getpixel((140, 75))[3] == 0
