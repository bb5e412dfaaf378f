"""A photo goes to a provider in proportions it knows, and comes back in its own frame and size."""

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from tryon.engines.errors import GarmentNotFound, NoPersonFound
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.photos import SentPhoto, nearest_ratio, photo_to_send, product_to_send, quick_png

RATIOS = ("1:1", "2:3", "3:4", "4:5", "9:16", "4:3", "16:9")


def scene(size: tuple[int, int]) -> Image.Image:
    """No two places alike, so that a shift or another scale shows."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (across, down, ImageChops.difference(across, down)))
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width * 0.4, height * 0.1, width * 0.6, height * 0.3), fill="white", outline="black", width=5)
    draw.rectangle((width * 0.3, height * 0.4, width * 0.7, height * 0.8), fill="navy")
    return image


def jpeg(image: Image.Image, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95, **more)  # type: ignore[arg-type]
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def difference(first: Image.Image, second: Image.Image) -> float:
    """Mean, of 255."""
    assert first.size == second.size
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def answer_of(sent: SentPhoto, size: tuple[int, int] | None = None) -> bytes:
    """What a provider would give that changed nothing."""
    return quick_png(opened(sent.picture).resize(size or sent.size))


@pytest.mark.parametrize("size", [(700, 1000), (1500, 2400), (900, 3000), (1333, 1000), (600, 601), (2000, 900)])
def test_a_padded_photo_comes_back_in_its_frame_and_size(size: tuple[int, int]) -> None:
    photo = scene(size)
    sent = photo_to_send(jpeg(photo), RATIOS)
    assert sent.ratio == nearest_ratio(size, RATIOS)
    width, _, height = (sent.ratio or "").partition(":")
    assert sent.size[0] / sent.size[1] == pytest.approx(int(width) / int(height), rel=0.012)
    assert opened(sent.picture).size == sent.size
    back = sent.cut_back(answer_of(sent))
    assert opened(back.picture).size == size
    assert difference(opened(back.picture), photo) < 4


def test_an_answer_at_another_resolution_of_the_same_proportions_is_the_same_frame() -> None:
    photo = scene((700, 1000))
    sent = photo_to_send(jpeg(photo), RATIOS)
    assert sent.is_padded
    for wide, tall in ((848, 1264), (1696, 2528)):  # what "2:3" is at a provider that knows multiples of 16
        back = sent.cut_back(answer_of(sent, (wide, tall)))
        assert not back.is_untouched
        assert opened(back.picture).size == (700, 1000)
        assert difference(opened(back.picture), photo) < 6


def test_padding_draws_the_edges_on() -> None:
    photo = scene((700, 1000))
    sent = photo_to_send(jpeg(photo), ("1:1",))
    whole = opened(sent.picture)
    assert sent.inner == (150, 0, 850, 1000)
    for height in (100, 500, 900):
        assert whole.getpixel((20, height)) == pytest.approx(photo.getpixel((0, height)), abs=12)
        assert whole.getpixel((980, height)) == pytest.approx(photo.getpixel((699, height)), abs=12)


@pytest.mark.parametrize("size", [(768, 1024), (900, 1205), (1000, 1000), (1080, 1920)])
def test_a_photo_of_known_proportions_is_not_padded_and_the_answer_stays_untouched(size: tuple[int, int]) -> None:
    sent = photo_to_send(jpeg(scene(size)), RATIOS)
    assert not sent.is_padded
    answer = answer_of(sent, (size[0] // 2, size[1] // 2))
    back = sent.cut_back(answer)
    assert back.is_untouched
    assert back.picture == answer
    assert back.media_type == "image/png"


def test_an_answer_larger_than_the_photo_is_shrunk_to_it() -> None:
    photo = scene((768, 1024))
    sent = photo_to_send(jpeg(photo), RATIOS)
    back = sent.cut_back(answer_of(sent, (1792, 2400)))
    assert not back.is_untouched
    assert opened(back.picture).size == (768, 1024)
    assert difference(opened(back.picture), photo) < 4


def test_an_answer_of_other_proportions_fails_the_checks() -> None:
    sent = photo_to_send(jpeg(scene((768, 1024))), RATIOS)
    with pytest.raises(ProviderFailure) as caught:
        sent.cut_back(answer_of(sent, (1024, 1024)))
    assert (caught.value.name, caught.value.detail) == ("failed_checks", "other_frame")


@pytest.mark.parametrize("answer", [b"", b"no picture", quick_png(Image.new("RGB", (900, 1200)))[:200]])
def test_an_answer_that_is_no_picture_is_a_broken_one(answer: bytes) -> None:
    sent = photo_to_send(jpeg(scene((768, 1024))), RATIOS)
    with pytest.raises(ProviderFailure) as caught:
        sent.cut_back(answer)
    assert caught.value.name == "broken_picture"


def test_what_is_sent_is_small_upright_and_carries_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "a camera", "at home"
    sent = photo_to_send(jpeg(scene((2400, 1800)), exif=exif), RATIOS)
    whole = Image.open(io.BytesIO(sent.picture))
    assert max(whole.size) == 1536
    assert whole.height > whole.width
    assert not whole.getexif()
    assert b"a camera" not in sent.picture
    assert sent.photo_size == (1800, 2400)


def test_without_a_providers_proportions_a_photo_keeps_its_own() -> None:
    sent = photo_to_send(jpeg(scene((700, 1000))))
    assert (sent.ratio, sent.is_padded, sent.size) == (None, False, (700, 1000))


def test_a_product_is_shrunk_and_stands_on_white() -> None:
    cut_out = Image.new("RGBA", (1600, 2000), (0, 0, 0, 0))
    ImageDraw.Draw(cut_out).rectangle((400, 400, 1200, 1600), fill="red")
    buffer = io.BytesIO()
    cut_out.save(buffer, "PNG")
    sent = product_to_send(buffer.getvalue())
    whole = opened(sent.picture)
    assert max(whole.size) == 1024
    assert whole.getpixel((5, 5)) == (255, 255, 255)
    assert sent.media_type == "image/png"
    assert product_to_send(jpeg(scene((800, 800)))).media_type == "image/jpeg"


def test_bytes_that_are_no_picture_are_the_shoppers_or_the_shops_to_change() -> None:
    with pytest.raises(NoPersonFound):
        photo_to_send(b"GIF89a", RATIOS)
    with pytest.raises(GarmentNotFound):
        product_to_send(b"")
