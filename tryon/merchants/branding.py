"""A merchant's logo, and how it stands on their pictures."""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image

from tryon.db import transaction
from tryon.errors import InvalidImage, NotFound, UnsupportedImageType
from tryon.ids import new_id
from tryon.imaging.decode import decode_picture
from tryon.imaging.encode import to_png
from tryon.imaging.look import WatermarkLook
from tryon.imaging.trim import trimmed
from tryon.merchants.models import Merchant
from tryon.storage.base import Storage
from tryon.storage.folders import read_if_there
from tryon.storage.variants import delete_picture

LOGO_MAX_BYTES = 1024 * 1024
LOGO_SIDE_MAX_PX = 1024
LOGO_SIDE_MIN_PX = 16
CANVAS_SIDE_MAX_PX = 4096
"""A logo may lie small on a large empty canvas: that is cut off before the logo is shrunk."""


def set_logo(merchant: Merchant, data: bytes, *, storage: Storage) -> None:
    """Keep the logo, without its transparent margins, instead of any earlier one.

    Raises what decode_picture raises (a drawing in text is no raster), and InvalidImage (logo_not_visible) where there
    is nothing to be seen.
    """
    logo = _read_logo(data)
    key, earlier = f"logos/{merchant.id}/{new_id('lgo')}.png", merchant.logo_key
    storage.write(key, to_png(logo))
    try:
        with transaction():
            merchant.logo_key = key
    except BaseException:
        storage.delete(key)
        raise
    if earlier is not None:
        delete_picture(storage, earlier)


def _read_logo(data: bytes) -> Image.Image:
    if data.lstrip()[:1] == b"<":
        raise UnsupportedImageType("An SVG can't be used. Use a PNG, JPEG or WebP picture.")
    canvas = decode_picture(
        data, max_bytes=LOGO_MAX_BYTES, keep_alpha=True, min_side=LOGO_SIDE_MIN_PX, fit_side=CANVAS_SIDE_MAX_PX
    )
    logo = trimmed(canvas)
    if logo is None:
        raise InvalidImage("This logo is transparent: there is nothing to be seen of it.", code="logo_not_visible")
    logo.thumbnail((LOGO_SIDE_MAX_PX, LOGO_SIDE_MAX_PX), Image.Resampling.LANCZOS)
    return logo


def change_look(merchant: Merchant, changes: Mapping[str, float]) -> None:
    """`changes` may hold size, margin and opacity, in the ranges of WatermarkLook."""
    with transaction():
        merchant.watermark = merchant.watermark | dict(changes)


def remove_logo(merchant: Merchant, *, storage: Storage) -> None:
    """The look goes with it."""
    earlier = merchant.logo_key
    with transaction():
        merchant.logo_key, merchant.watermark = None, {}
    if earlier is not None:
        delete_picture(storage, earlier)


def look_of(merchant: Merchant) -> WatermarkLook:
    return WatermarkLook(**merchant.watermark)


def require_logo(merchant: Merchant) -> str:
    """The key of the logo's file. Raises NotFound."""
    if merchant.logo_key is None:
        raise NotFound("There is no logo. PUT one first.", code="watermark_not_found")
    return merchant.logo_key


def find_logo(merchant: Merchant, *, storage: Storage) -> Image.Image | None:
    data = read_if_there(storage, merchant.logo_key) if merchant.logo_key else None
    return Image.open(BytesIO(data)) if data else None
