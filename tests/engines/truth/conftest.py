"""The real eyes, and real try-ons of openvto's people (MIT) to judge: each made once for the whole run."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.pictures import openvto_folder
from tryon.config import PROJECT_ROOT
from tryon.engines.base import Category, Garment, TryOnRequest
from tryon.engines.local.analysis import Picture
from tryon.engines.local.engine import LocalEngine, read_picture
from tryon.engines.truth.judging import judge
from tryon.engines.truth.verdict import Verdict

PRODUCTS: dict[str, tuple[Category, str]] = {
    "denim jacket": ("outerwear", "clothes/jackets/1_front.jpg"),
    "leather jacket": ("outerwear", "clothes/jackets/4_front.jpg"),
    "camp shirt": ("tops", "clothes/shirts/2_front.jpg"),
    "white t-shirt": ("tops", "clothes/shirts/3_front.jpg"),
    "black t-shirt": ("tops", "clothes/shirts/4_front.jpg"),
    "jeans": ("bottoms", "clothes/pants/1_front.jpg"),
}
OUR_PRODUCTS: dict[str, tuple[Category, str]] = {
    "sneakers": ("footwear", "footwear/1_front.jpg"),
    "sunglasses": ("eyewear", "eyewear/2_front.jpg"),
    "tortoise glasses": ("eyewear", "eyewear/1_front.jpg"),
    "straw hat": ("headwear", "headwear/2_front.jpg"),
}
"""Of the demo shop, drawn."""
SIDE_PX = 1000
"""Photos are reduced to this, so that a test does not wait for pixels."""

Dress = Callable[..., tuple[TryOnRequest, Picture]]
Judge = Callable[[TryOnRequest, Picture], Verdict]


def encoded(picture: Picture, ending: str = ".png") -> bytes:
    return bytes(cv2.imencode(ending, np.ascontiguousarray(picture[..., ::-1]))[1])


def decoded(data: bytes) -> Picture:
    picture = read_picture(data)
    assert picture is not None
    return picture


@cache
def photo_of(number: int, view: str = "posture") -> bytes:
    picture = decoded((openvto_folder() / "people" / f"{number}_{view}.jpg").read_bytes())
    scale = SIDE_PX / max(picture.shape[:2])
    return encoded(np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8))


def product(name: str) -> Garment:
    if name in OUR_PRODUCTS:
        category, path = OUR_PRODUCTS[name]
        return Garment((PROJECT_ROOT / "static" / "demo" / "products" / path).read_bytes(), category)
    category, path = PRODUCTS[name]
    return Garment((openvto_folder() / path).read_bytes(), category)


@pytest.fixture(scope="session")
def local(networks_folder: Path) -> LocalEngine:
    return LocalEngine(networks_folder)


@pytest.fixture(scope="session")
def dress(local: LocalEngine) -> Dress:
    """A person in a product: what was asked for, and an honest picture of it."""

    @cache
    def make(number: int, name: str, view: str = "posture") -> tuple[TryOnRequest, Picture]:
        request = TryOnRequest(photo_of(number, view), (product(name),))
        return request, decoded(local.dress(request).picture)

    return make


@pytest.fixture(scope="session")
def judged(local: LocalEngine) -> Judge:
    def look(request: TryOnRequest, picture: Picture) -> Verdict:
        return judge(request, encoded(picture), "image/png", eyes=local)

    return look
