"""Uploads in the one shape we keep: small enough to work with, large enough to look good."""

from dataclasses import dataclass

from tryon.imaging.box import Box
from tryon.imaging.decode import UPLOAD_MAX_BYTES, decode_picture
from tryon.imaging.encode import to_jpeg, to_png

PHOTO_SIDE_MAX_PX = 2400
PHOTO_PIXELS_MAX = 4_000_000
PRODUCT_SIDE_MAX_PX = 2048
KEPT_QUALITY = 95
"""Kept pictures are worked on and encoded again: a little more than an eye can see."""


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


def normalise_part(data: bytes, part: Box) -> Picture:
    """A part of a shopper's photo, cut out as the photo was sent and only then shrunk to the limits of a whole one.

    A small part of a large photo keeps all its detail. Raises what decode_picture raises.
    """
    image = decode_picture(data, part=part, fit_side=PHOTO_SIDE_MAX_PX, fit_pixels=PHOTO_PIXELS_MAX)
    return Picture(to_jpeg(image, KEPT_QUALITY), image.width, image.height, "jpg")


def normalise_product_image(data: bytes, *, max_bytes: int = UPLOAD_MAX_BYTES) -> Picture:
    """A product picture, at most 2,048 pixels on a side: PNG where it is transparent, else JPEG."""
    image = decode_picture(data, max_bytes=max_bytes, keep_alpha=True, fit_side=PRODUCT_SIDE_MAX_PX)
    if image.mode == "RGBA":
        return Picture(to_png(image), image.width, image.height, "png")
    return Picture(to_jpeg(image, KEPT_QUALITY), image.width, image.height, "jpg")
