"""Uploads that mean harm, are damaged, or are merely strange: name → (bytes, the error code they must get or None).

Everything is generated here, so that no booby-trapped file lies in the repository.
"""

import io
import struct
import zipfile
import zlib
from functools import cache

import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

LONDON = {1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)}
"""A place that must not survive an upload, as EXIF writes it."""

NOISE = bytes(number * number % 251 for number in range(400))

pillow_heif.register_heif_opener()


def scene(width: int = 240, height: int = 320, mode: str = "RGB") -> Image.Image:
    """A picture whose four corners differ, so that a turned or mirrored copy shows: red, green, blue, white."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    draw = ImageDraw.Draw(image)
    x, y = width // 3, height // 3
    draw.rectangle((0, 0, x, y), fill=(220, 30, 30))
    draw.rectangle((width - x, 0, width, y), fill=(30, 180, 30))
    draw.rectangle((0, height - y, x, height), fill=(30, 30, 220))
    draw.rectangle((width - x, height - y, width, height), fill=(250, 250, 250))
    return image.convert(mode)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def exif(orientation: int = 1, *, with_place: bool = True) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Spy Camera Ltd"
    if with_place:
        tags.get_ifd(0x8825).update(LONDON)
    return tags.tobytes()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + png_chunk(b"IEND", b"")


def png_with(*chunks: bytes) -> bytes:
    """A good PNG with chunks put in right after its header."""
    good = encode(scene(), "PNG")
    return good[:33] + b"".join(chunks) + good[33:]


def png_bomb() -> bytes:
    """Few bytes that are 49 megapixels once decoded: within the limit, so they must be survived, not refused."""
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(b"\0" * 7001) for _ in range(7000)) + rows.flush()
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 7000, 7000, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def gif_bomb() -> bytes:
    """A GIF whose first bytes claim 65,535 × 65,535 pixels."""
    good = encode(scene(), "GIF")
    return good[:6] + struct.pack("<HH", 65535, 65535) + good[10:]


def jpeg_claiming(width: int, height: int) -> bytes:
    good = bytearray(encode(scene(), "JPEG"))
    start = good.index(b"\xff\xc0")
    good[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(good)


def webp_claiming(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0"
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body += encode(scene(), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("evil.php", "<?php system($_GET['c']); ?>")
    return buffer.getvalue()


def palette_with_transparency() -> bytes:
    image = scene(mode="P")
    return encode(image, "PNG", transparency=image.getpixel((0, 0)))


def sixteen_bit(mode: int) -> bytes:
    """A PNG of 16 bits a channel, grey (0) or RGB (2), whose brightness runs from 0 to 65,535."""
    width = height = 256
    channels = 3 if mode == 2 else 1
    row = b"\0" + b"".join(struct.pack(">H", x * 257) * channels for x in range(width))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, mode, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(row * height)) + png_chunk(b"IEND", b"")


@cache
def text_bomb() -> bytes:
    return png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 200_000_000, 9))


def many_chunks() -> bytes:
    return png_with(png_chunk(b"tEXt", b"k\0v") * 300_000)


def damaged_exif_jpeg() -> bytes:
    return encode(scene(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + NOISE)


@cache
def hostile_uploads() -> dict[str, tuple[bytes, str | None]]:
    """Built once a test run; the largest is some 10 MB."""
    jpeg, png = encode(scene(), "JPEG"), encode(scene(), "PNG")
    webp, heic = encode(scene(), "WEBP"), encode(scene(), "HEIF", quality=80)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    frames = [scene(), scene().rotate(180)]
    rotated = {f"orientation {turn}": (encode(scene(), "JPEG", exif=exif(turn)), None) for turn in range(1, 9)}
    place = PngInfo()
    place.add_itxt("XML:com.adobe.xmp", '<x xmp:GPSLatitude="51,30.44N"/>')
    return rotated | {
        "empty": (b"", "invalid_image"),
        "garbage": (bytes(range(7, 256)) * 40, "invalid_image"),
        "one byte": (b"\xff", "invalid_image"),
        "jpeg start only": (b"\xff\xd8\xff", "invalid_image"),
        "png signature only": (b"\x89PNG\r\n\x1a\n", "invalid_image"),
        "riff webp and nothing": (b"RIFF\x04\0\0\0WEBP", "invalid_image"),
        "truncated jpeg": (jpeg[: len(jpeg) // 2], "invalid_image"),
        "truncated png": (png[: len(png) // 2], "invalid_image"),
        "truncated webp": (webp[: len(webp) // 2], "invalid_image"),
        "truncated heic": (heic[: len(heic) // 2], "invalid_image"),
        "png of 30000 by 30000": (png_header(30_000, 30_000), "image_too_large"),
        "png of 4 billion by 4 billion": (png_header(2**32 - 1, 2**32 - 1), "image_too_large"),
        "png of 0 by 0": (png_header(0, 0), "invalid_image"),
        "png 20000 wide and 200 high": (png_header(20_000, 200), "image_too_large"),
        "jpeg of 65500 by 65500": (jpeg_claiming(65_500, 65_500), "image_too_large"),
        "webp of 16383 by 16383": (webp_claiming(16_383, 16_383), "image_too_large"),
        "49 megapixels in 50 KB": (png_bomb(), None),
        "gif": (encode(scene(), "GIF"), "unsupported_image_type"),
        "gif bomb": (gif_bomb(), "unsupported_image_type"),
        "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "unsupported_image_type"),
        "svg with xml line": (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "unsupported_image_type"),
        "html named .jpg": (b"\n <!DOCTYPE html><html><script>alert(1)</script></html>", "unsupported_image_type"),
        "pdf": (b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj", "unsupported_image_type"),
        "tiff": (encode(scene(), "TIFF"), "unsupported_image_type"),
        "bmp": (encode(scene(), "BMP"), "unsupported_image_type"),
        "ico": (encode(scene(), "ICO"), "unsupported_image_type"),
        "avif": (encode(scene(), "AVIF"), "unsupported_image_type"),
        "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file", "unsupported_image_type"),
        "zip": (zipped(), "unsupported_image_type"),
        "mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100, "unsupported_image_type"),
        "too many bytes": (jpeg + b"\0" * 10 * 2**20, "image_too_large"),
        "too small": (encode(scene(64, 64), "JPEG"), "invalid_image"),
        "too narrow": (encode(scene(20, 4000), "PNG"), "invalid_image"),
        "text bomb in a png": (png_with(text_bomb()), "invalid_image"),
        "text bomb after the pixels": (png[:-12] + text_bomb() + png[-12:], "invalid_image"),
        "broken checksum in a png": (png[:60] + b"\0\0\0\0" + png[64:], "invalid_image"),
        "heic of random bytes": (heic[:40] + bytes(3000), "invalid_image"),
        "jpeg and zip in one": (jpeg + zipped(), None),
        "jpeg and html in one": (jpeg + b"<script>alert(1)</script>", None),
        "html in a jpeg comment": (encode(scene(), "JPEG", comment=b"<script>alert(1)</script>"), None),
        "cmyk": (encode(scene(mode="CMYK"), "JPEG"), None),
        "grey jpeg": (encode(scene(mode="L"), "JPEG"), None),
        "grey with alpha": (encode(scene(mode="LA"), "PNG"), None),
        "one bit": (encode(scene(mode="1"), "PNG"), None),
        "16 bit grey": (sixteen_bit(0), None),
        "16 bit colour": (sixteen_bit(2), None),
        "palette with transparency": (palette_with_transparency(), None),
        "animated webp": (encode(frames[0], "WEBP", save_all=True, append_images=frames[1:]), None),
        "animated png": (encode(frames[0], "PNG", save_all=True, append_images=frames[1:]), None),
        "two pictures in one jpeg (mpo)": (encode(frames[0], "MPO", save_all=True, append_images=frames[1:]), None),
        "progressive jpeg": (encode(scene(), "JPEG", progressive=True), None),
        "heic": (encode(scene(), "HEIF", quality=90, exif=exif(1)), None),
        "webp with place": (encode(scene(), "WEBP", exif=exif(6)), None),
        "png with place": (encode(scene(), "PNG", exif=exif(8), pnginfo=place), None),
        "damaged exif": (damaged_exif_jpeg(), None),
        "huge exif": (encode(scene(), "JPEG", exif=exif(1)[:-4] + b"\0" * 60_000), None),
        "damaged colour profile": (encode(scene(), "JPEG", icc_profile=srgb[:200] + NOISE), None),
        "huge colour profile": (encode(scene(), "JPEG", icc_profile=srgb + b"\0" * 6_000_000), None),
        "press profile on a screen picture": (encode(scene(), "PNG", icc_profile=b"\0" * 12 + b"prtrCMYKLab "), None),
        "300,000 text chunks": (many_chunks(), "invalid_image"),
        "2.5 million jpeg segments": (jpeg[:2] + b"\xff\xe5\0\2" * 2_500_000 + jpeg[2:], "invalid_image"),
        "10 million padding bytes": (jpeg[:2] + b"\xff" * 10_000_000 + jpeg[2:], "invalid_image"),
        "10 million bytes of junk between segments": (
            jpeg[:2] + b"\xff\xe0\0\2" + b"\0" * 10_000_000 + jpeg[2:],
            "invalid_image",
        ),
    }
