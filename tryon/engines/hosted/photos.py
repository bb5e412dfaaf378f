"""What a provider gets to see, and the way back from its answer to the photo's own frame and size.

Providers draw in a few fixed proportions. A photo of other ones is continued at its edges until it fits, and what was
added is cut off again afterwards. A photo that has one of them already goes as it is, so that the provider's bytes,
with the marks it put into them, can be passed on untouched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from PIL import Image

from tryon.engines.base import Size
from tryon.engines.errors import EngineError, GarmentNotFound, NoPersonFound
from tryon.engines.hosted.failures import ProviderFailure
from tryon.errors import InvalidRequest
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import quick_png, to_jpeg, to_png
from tryon.imaging.header import sniff

PHOTO_SIDE_PX: Final = 1536
PRODUCT_SIDE_PX: Final = 1024
SENT_QUALITY: Final = 92
SAME_RATIO: Final = 0.01
"""Proportions this near (1 %) are the same: pictures have whole pixels, and providers round to multiples of 16."""
ANSWER_RATIO: Final = 0.03
"""An answer further than this from the proportions that were asked for shows another frame."""
ANSWER_SIDE_MIN_PX: Final = 64
ANSWER_MAX_BYTES: Final = 40 * 1024 * 1024
READ_MAX_BYTES: Final = 40 * 1024 * 1024
MEDIA_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True)
class SentPicture:
    """Encoded, upright, without metadata."""

    picture: bytes
    media_type: str
    size: Size


@dataclass(frozen=True, slots=True)
class CutBack:
    """A provider's picture in the photo's frame."""

    picture: bytes
    media_type: str
    is_untouched: bool
    """The provider's bytes; their picture may then be smaller than the photo, never larger."""


@dataclass(frozen=True, slots=True)
class SentPhoto(SentPicture):
    photo_size: Size
    """Of the photo before it was shrunk and padded."""
    inner: tuple[int, int, int, int]
    """Where the photo lies in what is sent: left, top, right, bottom in pixels."""
    ratio: str | None = None
    """The provider's name for the proportions, "3:4"; None where it was not asked to keep to any."""

    @property
    def is_padded(self) -> bool:
        return self.inner != (0, 0, *self.size)

    def cut_back(self, answer: bytes) -> CutBack:
        """The answer without what was added to the photo, as large as the photo.

        It may come at any resolution of the right proportions. Raises ProviderFailure: broken_picture, or
        failed_checks where it shows another frame.
        """
        image = _decoded_answer(answer)
        if abs(log(_ratio(image.size) / _ratio(self.size))) > ANSWER_RATIO:
            raise ProviderFailure("failed_checks", detail="other_frame")
        kind = MEDIA_TYPES.get(sniff(answer) or "")
        if kind and not self.is_padded and _fits_into(image.size, self.photo_size):
            return CutBack(answer, kind, is_untouched=True)
        across, down = image.width / self.size[0], image.height / self.size[1]
        left, top, right, bottom = self.inner
        box = (left * across, top * down, right * across, bottom * down)
        cut = image.resize(self.photo_size, Image.Resampling.LANCZOS, box=box)
        return CutBack(quick_png(cut), "image/png", is_untouched=False)


def photo_to_send(photo: bytes, ratios: Sequence[str] = (), *, side_px: int = PHOTO_SIDE_PX) -> SentPhoto:
    """`ratios` are the provider's own, as "3:4"; without any the photo keeps its proportions.

    Raises NoPersonFound for bytes that are no picture.
    """
    image = _decoded(photo, NoPersonFound)
    photo_size = image.size
    image.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    ratio = nearest_ratio(image.size, ratios)
    padded, inner = _padded(image, ratio)
    return SentPhoto(to_jpeg(padded, SENT_QUALITY), "image/jpeg", padded.size, photo_size, inner, ratio)


def product_to_send(picture: bytes, *, side_px: int = PRODUCT_SIDE_PX) -> SentPicture:
    """On white where it was transparent. PNG where that is smaller, as it is for flat prints and drawings.

    Raises GarmentNotFound for bytes that are no picture.
    """
    image = _decoded(picture, GarmentNotFound)
    image.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    lossy = to_jpeg(image, SENT_QUALITY)
    if sniff(picture) == "PNG" and len(lossless := to_png(image)) <= len(lossy):
        return SentPicture(lossless, "image/png", image.size)
    return SentPicture(lossy, "image/jpeg", image.size)


def nearest_ratio(size: Size, ratios: Sequence[str]) -> str | None:
    """The one that needs the least padding; None of none."""
    return min(ratios, key=lambda ratio: abs(log(_ratio(size) / value_of(ratio))), default=None)


def value_of(ratio: str) -> float:
    """Width by height: "3:4" is 0.75."""
    width, _, height = ratio.partition(":")
    return int(width) / int(height)


def _padded(image: Image.Image, ratio: str | None) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The picture on a canvas of that ratio, its outermost pixels drawn on to the edges, and where it lies there."""
    width, height = image.size
    if ratio is None or abs(log(_ratio(image.size) / value_of(ratio))) <= SAME_RATIO:
        return image, (0, 0, width, height)
    wide = max(width, round(height * value_of(ratio)))
    tall = max(height, round(width / value_of(ratio)))
    left, top = (wide - width) // 2, (tall - height) // 2
    canvas = Image.new("RGB", (wide, tall))
    strips = {
        (0, top, left, height): (0, 0, 1, height),
        (left + width, top, wide - left - width, height): (width - 1, 0, width, height),
        (left, 0, width, top): (0, 0, width, 1),
        (left, top + height, width, tall - top - height): (0, height - 1, width, height),
    }
    for (x, y, strip_wide, strip_tall), edge in strips.items():
        if strip_wide > 0 and strip_tall > 0:
            canvas.paste(image.crop(edge).resize((strip_wide, strip_tall)), (x, y))
    canvas.paste(image, (left, top))
    return canvas, (left, top, left + width, top + height)


def _decoded(picture: bytes, refusal: Callable[..., EngineError]) -> Image.Image:
    try:
        return decode_picture(picture, max_bytes=READ_MAX_BYTES, min_side=1)
    except InvalidRequest as error:
        raise refusal(reason="unreadable_picture") from error


def _decoded_answer(answer: bytes) -> Image.Image:
    try:
        return decode_picture(answer, max_bytes=ANSWER_MAX_BYTES, min_side=ANSWER_SIDE_MIN_PX)
    except InvalidRequest as error:
        raise ProviderFailure("broken_picture", detail=error.code) from error


def _fits_into(size: Size, box: Size) -> bool:
    return size[0] <= box[0] and size[1] <= box[1]


def _ratio(size: Size) -> float:
    return size[0] / size[1]
