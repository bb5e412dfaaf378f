"""Uploads in the one shape we keep: small enough to work with, large enough to look good."""

from dataclasses import dataclass

from tryon.imaging.decode import UPLOAD_MAX_BYTES, decode_picture
from tryon.imaging.encode import to_jpeg, to_png

PHOTO_SIDE_MAX_PX = 2400
PHOTO_PIXELS_MAX = 4_000_000
PRODUCT_SIDE_MAX_PX = 2048
KEPT_QUALITY = 95
"""Kept pictures are worked on and encoded again: a little more than an eye can see."""
_ROUNDING = 0.998
"""Of a size that was reckoned from rounded ones: keeps it within the limits."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture, upright, sRGB, without metadata."""

    data: bytes
    width: int
    height: int
    extension: str
    """jpg or png"""

    @property
    def media_type(self) -> str:
        return "image/png" if self.extension == "png" else "image/jpeg"


def normalise_photo(data: bytes, *, max_bytes: int = UPLOAD_MAX_BYTES) -> Picture:
    """A shopper's photo as JPEG, at most 4 megapixels and 2,400 pixels on a side. Raises what decode_picture raises."""
    image = decode_picture(data, max_bytes=max_bytes, fit_side=PHOTO_SIDE_MAX_PX, fit_pixels=PHOTO_PIXELS_MAX)
    return Picture(to_jpeg(image, KEPT_QUALITY), image.width, image.height, "jpg")


def normalise_part(data: bytes, whole: Picture, box: tuple[int, int, int, int]) -> Picture:
    """What `box` (left, top, right, bottom) cuts out of `whole`, which is `data` as normalise_photo gave it.

    It is cut from the photo before that was shrunk, so that a small part of a large photo keeps all its detail; what
    comes out obeys the same limits as a whole photo.
    """
    wide, tall = box[2] - box[0], box[3] - box[1]
    finer = min(PHOTO_SIDE_MAX_PX / max(wide, tall), (PHOTO_PIXELS_MAX / (wide * tall)) ** 0.5)
    image = decode_picture(data, fit_side=int(max(whole.width, whole.height) * finer * _ROUNDING))
    across, down = image.width / whole.width, image.height / whole.height
    left, top = int(box[0] * across), int(box[1] * down)
    part = image.crop((left, top, left + round(wide * across), top + round(tall * down)))
    return Picture(to_jpeg(part, KEPT_QUALITY), part.width, part.height, "jpg")


def normalise_product_image(data: bytes, *, max_bytes: int = UPLOAD_MAX_BYTES) -> Picture:
    """A product picture, at most 2,048 pixels on a side: PNG where it is transparent, else JPEG."""
    image = decode_picture(data, max_bytes=max_bytes, keep_alpha=True, fit_side=PRODUCT_SIDE_MAX_PX)
    if image.mode == "RGBA":
        return Picture(to_png(image), image.width, image.height, "png")
    return Picture(to_jpeg(image, KEPT_QUALITY), image.width, image.height, "jpg")
