"""The shop's own pictures, in the sizes its pages ask for."""

import io
from functools import lru_cache

from flask import Blueprint, Response, make_response, request, url_for
from PIL import Image

from tryon.demo_shop.wares import View, Ware, find_ware
from tryon.errors import NotFound

blueprint = Blueprint("demo_pictures", __name__)

WIDTHS = (320, 640, 960)
KEPT_SECONDS = 24 * 3600
QUALITY = 80
SHELF_RATIO = 4 / 5
"""Width to height of a picture on the shelves."""


@blueprint.get("/pictures/<sku>/<name>-<int:width>.webp")
def show_picture(sku: str, name: str, width: int) -> Response:
    ware = find_ware(sku)
    view = ware.view(name) if ware else None
    if view is None or width not in WIDTHS:
        raise NotFound
    response = make_response(_scaled(view, width))
    response.mimetype = "image/webp"
    response.cache_control.public, response.cache_control.max_age = True, KEPT_SECONDS
    response.add_etag()
    response.make_conditional(request)
    return response


def picture_url(ware: Ware, view: View, width: int = 640) -> str:
    return url_for("demo_pictures.show_picture", sku=ware.sku, name=view.name, width=width)


def picture_set(ware: Ware, view: View) -> str:
    """For `srcset`."""
    return ", ".join(f"{picture_url(ware, view, width)} {width}w" for width in WIDTHS)


@lru_cache(maxsize=256)
def picture_size(view: View) -> tuple[int, int]:
    """Width and height as shown, to reserve the place."""
    with Image.open(view.file) as picture:
        left, top, right, bottom = _box(view, picture.size)
    width, height = right - left, bottom - top
    return width, height + 2 * max(0, (_full_height(width) - height) // 2) if view.is_padded else height


@lru_cache(maxsize=256)
def _scaled(view: View, width: int) -> bytes:
    with Image.open(view.file) as picture:
        part = picture.convert("RGB").crop(_box(view, picture.size))
    if view.is_padded:
        part = _pad(part)
    if part.width > width:
        part = part.resize((width, round(part.height * width / part.width)), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    part.save(buffer, "WEBP", quality=QUALITY)
    return buffer.getvalue()


def _pad(picture: Image.Image) -> Image.Image:
    """As high as the shelves are, the ground going on above and below."""
    width, height = picture.size
    above = (_full_height(width) - height) // 2
    if above <= 0:
        return picture
    padded = Image.new("RGB", (width, height + 2 * above))
    padded.paste(picture.crop((0, 0, width, 4)).resize((width, above)), (0, 0))
    padded.paste(picture, (0, above))
    padded.paste(picture.crop((0, height - 4, width, height)).resize((width, above)), (0, above + height))
    return padded


def _full_height(width: int) -> int:
    return round(width / SHELF_RATIO / 2) * 2


def _box(view: View, size: tuple[int, int]) -> tuple[int, int, int, int]:
    (left, top, right, bottom), (width, height) = view.part, size
    return round(left * width), round(top * height), round(right * width), round(bottom * height)
