"""Smaller copies of a kept picture, made when first asked for and kept beside it: they go when it goes."""

from typing import Final

from tryon.storage.base import Storage
from tryon.storage.folders import read_if_there

WIDTHS: Final = (320, 640, 960, 1280)
"""In pixels. A phone's whole screen, at three to one, is about as wide as the largest."""
ENDINGS: Final = ("webp", "jpg", "png")


def variant_key(key: str, width: int, ending: str) -> str:
    """photos/mer_1/mdl_1/photo.jpg → photos/mer_1/mdl_1/photo-640.webp"""
    return f"{key.rpartition('.')[0]}-{width}.{ending}"


def keep_variant(storage: Storage, source: str, key: str, data: bytes) -> None:
    """Unless the picture was deleted meanwhile: whoever deletes it deletes it first, and then its variants."""
    storage.write(key, data)
    if read_if_there(storage, source) is None:
        storage.delete(key)


def delete_picture(storage: Storage, key: str) -> None:
    """The picture, then its variants. For one in a folder of its own there is `delete_folder`."""
    storage.delete(key)
    for width in WIDTHS:
        for ending in ENDINGS:
            storage.delete(variant_key(key, width, ending))
