"""Pictures as wide as they are shown: which widths a page offers, and making one that nobody asked for before."""

import threading
import zlib
from typing import Final

from flask import Flask

from tryon.imaging.provenance import telling_the_same
from tryon.imaging.shrink import shrunk
from tryon.pages.addresses import media_path
from tryon.storage.base import Storage
from tryon.storage.folders import read_if_there
from tryon.storage.variants import WIDTHS, keep_variant, variant_key

LANES: Final = tuple(threading.Lock() for _ in range(2))
"""So many are made at once; two requests for the same one take the same lane, and the second finds it made."""
PATIENCE_SECONDS: Final = 0.25
"""Waiting longer for a lane costs a visitor more than the larger picture does."""


def install(app: Flask) -> None:
    app.jinja_env.globals["media_srcset"] = srcset


def srcset(key: str, width: int) -> str:
    """For a picture `width` pixels wide: every width up to the first that shows all of it."""
    wanted = [each for each in WIDTHS if each < width]
    wanted += [each for each in WIDTHS if each >= width][:1]
    return ", ".join(f"{media_path(key, width=each)} {min(each, width)}w" for each in wanted)


def read_sized(storage: Storage, key: str, width: int, *, takes_webp: bool) -> tuple[bytes, str]:
    """The picture at that width, and the key whose ending names its format; the whole one where there is no time.

    Raises MissingFile.
    """
    ending = "webp" if takes_webp else key.rpartition(".")[2]
    wanted = variant_key(key, width, ending)
    kept = read_if_there(storage, wanted)
    if kept is not None:
        return kept, wanted
    lane = LANES[zlib.crc32(wanted.encode()) % len(LANES)]
    if not lane.acquire(timeout=PATIENCE_SECONDS):
        return storage.read(key), key
    try:
        return read_if_there(storage, wanted) or _make(storage, key, wanted, width), wanted
    finally:
        lane.release()


def _make(storage: Storage, key: str, wanted: str, width: int) -> bytes:
    whole = storage.read(key)
    data = telling_the_same(whole, shrunk(whole, width, wanted.rpartition(".")[2]))
    keep_variant(storage, key, wanted, data)
    return data
