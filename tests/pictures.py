"""Real pictures for tests: people and garments of the installed openvto package, and cards of one colour."""

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image


@cache
def openvto_folder() -> Path:
    spec = find_spec("openvto")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "assets"


def person(number: int = 1) -> bytes:
    """A full-length photo of one of four people."""
    return (openvto_folder() / "people" / f"{number}_posture.jpg").read_bytes()


@cache
def small_person() -> bytes:
    """The first of them at a third of the size: for tests that need a person's photo and none of its detail."""
    with Image.open(io.BytesIO(person())) as photo:
        photo.draft("RGB", (photo.width // 2, photo.height // 2))
        buffer = io.BytesIO()
        photo.resize((256, 256 * photo.height // photo.width)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def shirt(number: int = 1) -> bytes:
    return (openvto_folder() / "clothes" / "shirts" / f"{number}_front.jpg").read_bytes()


def card(color: str = "red", size: tuple[int, int] = (320, 400), kind: str = "JPEG") -> bytes:
    """A picture of nothing but a colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    return buffer.getvalue()
