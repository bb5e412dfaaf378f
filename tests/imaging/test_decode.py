"""From hostile bytes to a clean picture."""

import io
import time

import pytest
from PIL import Image, ImageCms

from tests.photos.hostile import (
    encode,
    exif,
    hostile_uploads,
    jpeg_claiming,
    png_header,
    scene,
    sixteen_bit,
    webp_claiming,
)
from tryon.errors import ImageTooLarge, InvalidImage, TryOnError, UnsupportedImageType
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import to_jpeg, to_png
from tryon.imaging.normalise import normalise_photo, normalise_product_image

UPLOADS = hostile_uploads()
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 30), (30, 30, 220), (250, 250, 250)


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    right, bottom = image.width - 20, image.height - 20
    return [image.convert("RGB").getpixel(at) for at in ((20, 20), (right, 20), (20, bottom), (right, bottom))]


def is_close(one: tuple[int, ...], other: tuple[int, ...], tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", UPLOADS)
def test_each_hostile_upload_gets_its_code_in_little_time(name: str) -> None:
    data, expected = UPLOADS[name]
    started = time.process_time()
    if expected is None:
        picture = normalise_photo(data)
        reread = Image.open(io.BytesIO(picture.data))
        assert (reread.format, reread.mode, reread.size) == ("JPEG", "RGB", (picture.width, picture.height))
    else:
        with pytest.raises(TryOnError) as caught:
            normalise_photo(data)
        assert caught.value.code == expected, caught.value.message
        assert caught.value.status in (400, 413, 415)
    assert time.process_time() - started < 4


@pytest.mark.parametrize("name", [name for name, (_, code) in UPLOADS.items() if code is None])
def test_nothing_but_pixels_survives(name: str) -> None:
    image = decode_picture(UPLOADS[name][0], fit_side=400)
    assert image.info == {}
    assert not image.getexif()
    for data in (to_jpeg(image), to_png(image), normalise_photo(UPLOADS[name][0]).data):
        for secret in (b"Exif", b"GPS", b"Spy Camera", b"ICC_PROFILE", b"<script>", b"evil.php", b"xmp", b"eXIf"):
            assert secret not in data


def test_the_uploads_do_carry_a_place_before() -> None:
    for name in ("orientation 1", "webp with place", "png with place", "heic"):
        read = Image.open(io.BytesIO(UPLOADS[name][0]))
        read.load()
        assert read.getexif().get_ifd(0x8825)[1] == "N", name


@pytest.mark.parametrize(
    ("turn", "expected"),
    {
        1: [RED, GREEN, BLUE, WHITE],
        2: [GREEN, RED, WHITE, BLUE],
        3: [WHITE, BLUE, GREEN, RED],
        4: [BLUE, WHITE, RED, GREEN],
        5: [RED, BLUE, GREEN, WHITE],
        6: [BLUE, RED, WHITE, GREEN],
        7: [WHITE, GREEN, BLUE, RED],
        8: [GREEN, WHITE, RED, BLUE],
    }.items(),
)
def test_a_picture_is_turned_as_its_camera_says(turn: int, expected: list[tuple[int, int, int]]) -> None:
    for data in (encode(scene(), "JPEG", quality=95, exif=exif(turn)), encode(scene(), "PNG", exif=exif(turn))):
        image = decode_picture(data)
        assert image.size == ((240, 320) if turn < 5 else (320, 240))
        assert all(is_close(*pair) for pair in zip(corners(image), expected, strict=True))


def test_a_turned_heic_is_upright_once_and_not_twice() -> None:
    upright = decode_picture(encode(scene(), "HEIF", quality=95))
    turned = decode_picture(encode(scene(), "HEIF", quality=95, exif=exif(6)))
    assert is_close(corners(upright)[0], RED, 20)
    assert turned.size == (320, 240)
    assert is_close(corners(turned)[0], BLUE, 20)


def test_only_the_first_frame_of_an_animation_is_taken() -> None:
    for name in ("animated webp", "animated png", "two pictures in one jpeg (mpo)"):
        assert is_close(corners(decode_picture(UPLOADS[name][0]))[0], RED, 30), name


def test_sixteen_bits_keep_their_whole_range() -> None:
    for mode in (0, 2):
        image = decode_picture(sixteen_bit(mode))
        assert [image.getpixel((x, 0))[0] for x in (0, 64, 128, 255)] == [0, 64, 128, 255]


def test_a_wide_colour_space_is_brought_to_srgb() -> None:
    # light written without a curve: whoever ignores the profile shows it far too dark
    profile = linear_srgb_profile()
    middle_grey = Image.new("RGB", (200, 200), (55, 55, 55))
    image = decode_picture(encode(middle_grey, "PNG", icc_profile=profile))
    assert is_close(image.getpixel((5, 5)), (128, 128, 128), 3)


def test_a_cmyk_picture_has_the_colours_it_was_made_from() -> None:
    assert all(
        is_close(*pair, 40)
        for pair in zip(corners(decode_picture(UPLOADS["cmyk"][0])), [RED, GREEN, BLUE, WHITE], strict=True)
    )


def test_transparency_is_kept_for_products_and_lands_on_white_for_people() -> None:
    cut_out = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    cut_out.paste((10, 120, 200, 255), (50, 50, 150, 150))
    product = normalise_product_image(encode(cut_out, "PNG"))
    kept = Image.open(io.BytesIO(product.data))
    assert (product.extension, product.media_type, kept.mode) == ("png", "image/png", "RGBA")
    assert kept.getpixel((5, 5))[3] == 0
    assert decode_picture(encode(cut_out, "PNG")).getpixel((5, 5)) == (255, 255, 255)


def test_an_opaque_product_picture_becomes_a_jpeg_whatever_it_was() -> None:
    assert normalise_product_image(encode(scene(mode="RGBA"), "PNG")).extension == "jpg"


def test_one_transparent_palette_colour_counts_as_transparency() -> None:
    assert normalise_product_image(UPLOADS["palette with transparency"][0]).extension == "png"


def test_a_large_photo_is_shrunk_in_its_own_proportions() -> None:
    picture = normalise_photo(encode(scene(4000, 3000), "JPEG"))
    assert (picture.width, picture.height) == (2309, 1732)
    assert picture.width * picture.height <= 4_000_000
    tall = normalise_photo(encode(scene(400, 3000), "PNG"))
    assert (tall.width, tall.height) == (320, 2400)
    product = normalise_product_image(encode(scene(3000, 3000), "JPEG"))
    assert (product.width, product.height) == (2048, 2048)


def test_a_small_photo_keeps_its_size() -> None:
    picture = normalise_photo(encode(scene(500, 700), "JPEG"))
    assert (picture.width, picture.height) == (500, 700)


def test_a_picture_that_is_kept_has_full_colour_resolution() -> None:
    picture = Image.open(io.BytesIO(normalise_photo(encode(scene(), "JPEG")).data))
    assert picture.layer[0][1:3] == picture.layer[1][1:3] == picture.layer[2][1:3]


def test_the_limits_can_be_chosen() -> None:
    data = encode(scene(64, 64), "PNG")
    assert decode_picture(data, min_side=32).size == (64, 64)
    with pytest.raises(ImageTooLarge, match="1 MB"):
        decode_picture(data + b"\0" * 2**20, max_bytes=2**20)


@pytest.mark.parametrize("upload", [png_header(30_000, 30_000), webp_claiming(13_000, 13_000)], ids=["png", "webp"])
def test_a_picture_that_claims_to_be_huge_wakes_no_decoder(upload: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []
    monkeypatch.setattr(Image, "open", lambda *arguments, **_: woken.append(arguments))
    with pytest.raises(ImageTooLarge):
        decode_picture(upload)
    assert not woken


def test_of_a_huge_jpeg_only_the_header_is_read() -> None:
    upload = jpeg_claiming(8_000, 8_000)
    before = Image.core.get_stats()["new_count"]
    with pytest.raises(ImageTooLarge):
        decode_picture(upload)
    assert Image.core.get_stats()["new_count"] == before


def test_a_large_phone_photo_is_read_at_a_reduced_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(scene(8000, 6000), "JPEG")
    sizes: list[tuple[int, int]] = []
    real = Image.core.new
    monkeypatch.setattr(Image.core, "new", lambda mode, size: sizes.append(size) or real(mode, size))
    normalise_photo(data)
    assert max(sizes) == (4000, 3000)


def test_errors_of_the_three_kinds_are_told_apart_by_content_and_never_by_name() -> None:
    with pytest.raises(UnsupportedImageType):
        decode_picture(encode(scene(), "GIF"))
    with pytest.raises(InvalidImage):
        decode_picture(b"not a picture at all")
    with pytest.raises(ImageTooLarge):
        decode_picture(png_header(17_000, 200))


def linear_srgb_profile() -> bytes:
    """The sRGB profile with its three curves replaced by straight lines."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    for entry in range(132, 132 + 12 * count, 12):
        if profile[entry : entry + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            offset = int.from_bytes(profile[entry + 4 : entry + 8], "big")
            profile[offset : offset + 12] = b"curv" + bytes(8)  # a curve of no points is the identity
    return bytes(profile)
