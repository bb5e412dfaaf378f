"""From hostile bytes to a clean picture: upright, sRGB, 8 bits, and nothing in it but its pixels."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

import pillow_heif
from PIL import Image

from tryon.errors import ImageTooLarge, InvalidImage, UnsupportedImageType
from tryon.imaging.box import WHOLE, Box
from tryon.imaging.colour import to_srgb
from tryon.imaging.header import claimed_size, has_too_many_parts, sniff
from tryon.imaging.orient import before_turning, turn_upright

UPLOAD_MAX_BYTES = 10 * 1024 * 1024
PIXELS_MAX = 50_000_000
SIDE_MAX_PX = 16_000
SIDE_MIN_PX = 128

_TOO_MANY_PIXELS = (
    f"This picture has too many pixels. The limit is {PIXELS_MAX // 10**6} megapixels and {SIDE_MAX_PX:,} on a side."
)

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)

_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow and its plugins have been seen to raise for damaged files; they promise no narrower set."""


def decode_picture(
    data: bytes,
    *,
    max_bytes: int = UPLOAD_MAX_BYTES,
    keep_alpha: bool = False,
    min_side: int = SIDE_MIN_PX,
    fit_side: int | None = None,
    fit_pixels: int | None = None,
    part: Box | None = None,
) -> Image.Image:
    """Read a JPEG, PNG, WebP or HEIC file: its first frame, upright, in sRGB, without any metadata.

    The mode is RGB; with `keep_alpha`, RGBA where the picture is transparent anywhere. Without it, transparent
    pixels come out on white. `fit_side` and `fit_pixels` shrink what is larger, saving memory on the way. `part` is
    cut out of the upright picture before that is shrunk; they count for the part then.
    Raises ImageTooLarge (bytes, or pixels as the header claims them, before any is decoded), UnsupportedImageType,
    InvalidImage.
    """
    kind = _kind_of(data, max_bytes)
    size = claimed_size(data, kind)
    if size is not None:
        _check_size(*size, min_side)
    with _translated(), Image.open(io.BytesIO(data), formats=[kind]) as file:
        _check_size(*file.size, min_side)
        stored = WHOLE if part is None else before_turning(part, file)
        wide, tall = _size(stored.pixels(*file.size))
        target = _fitting((wide, tall), fit_side, fit_pixels)
        if kind == "JPEG":  # the decoder itself halves as often as it can: a quarter of the memory each time
            file.draft(None, (ceil(file.width * target[0] / wide), ceil(file.height * target[1] / tall)))
        file.load()
        _check_size(*file.size, 1)
        image = file if part is None else file.crop(stored.pixels(*file.size))
        return _clean(image, file, target, keep_alpha=keep_alpha)


def _kind_of(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise ImageTooLarge(f"This file is too large. The limit is {max_bytes // 2**20} MB.")
    if not data:
        raise InvalidImage("This file is empty.")
    kind = sniff(data)
    if kind is None:
        raise InvalidImage
    if not kind:
        raise UnsupportedImageType
    if has_too_many_parts(data, kind):
        raise InvalidImage
    return kind


def _check_size(width: int, height: int, min_side: int) -> None:
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX_PX:
        raise ImageTooLarge(_TOO_MANY_PIXELS)
    if min(width, height) < min_side:
        raise InvalidImage(
            f"This picture is too small ({width} × {height}). Use one that is at least {min_side} pixels on each side."
        )


def _fitting(size: tuple[int, int], fit_side: int | None, fit_pixels: int | None) -> tuple[int, int]:
    """The size to shrink to, in the same proportions; the same size where it fits already."""
    width, height = size
    scale = 1.0
    if fit_side is not None:
        scale = min(scale, fit_side / max(size))
    if fit_pixels is not None:
        scale = min(scale, (fit_pixels / (width * height)) ** 0.5)
    return (width, height) if scale == 1 else (max(1, int(width * scale)), max(1, int(height * scale)))


def _size(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def _clean(image: Image.Image, file: Image.Image, target: tuple[int, int], *, keep_alpha: bool) -> Image.Image:
    """`image` is what was read of `file`, all or part of it."""
    profile = file.info.get("icc_profile")
    image = _eight_bits(image)
    if image.size != target:
        image = image.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = to_srgb(image, profile)
    image = turn_upright(image, file)
    image = image if image.mode == "RGB" else _settle_alpha(image, keep_alpha=keep_alpha)
    if image is file:
        image = image.copy()
    image.info = {}
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """One of the modes L, LA, RGB, RGBA, CMYK."""
    if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
        has_key_colour = "transparency" in image.info  # one colour of an opaque PNG that means transparent
        return image.convert("RGBA" if image.mode == "RGB" else "LA") if has_key_colour else image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image.convert("RGBA")  # one bit, and palettes with or without transparency


def _settle_alpha(image: Image.Image, *, keep_alpha: bool) -> Image.Image:
    """RGBA where alpha is wanted and means something, else RGB on white."""
    lowest, _ = image.getchannel("A").getextrema()
    if lowest == 255:
        return image.convert("RGB")
    if keep_alpha:
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


@contextmanager
def _translated() -> Iterator[None]:
    """The decoders' exceptions to ours, once."""
    try:
        yield
    except (InvalidImage, ImageTooLarge):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(_TOO_MANY_PIXELS) from error
    except _UNREADABLE as error:
        raise InvalidImage from error
