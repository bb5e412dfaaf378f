"""Good drawings show the product and drift a little; each bad one is bad in its own way."""

import io

from PIL import Image, ImageChops, ImageStat

from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tryon.engines.base import Garment
from tryon.engines.errors import PoseNotSupported
from tryon.fake_providers.drawing import (
    cropped,
    drifted,
    empty,
    of_somebody_else,
    opened,
    pasted,
    turned,
    unchanged,
    worn,
)

RED = [Garment(card("red"), "tops")]


def photo() -> bytes:
    buffer = io.BytesIO()
    image = opened(person())
    image.thumbnail((600, 600))
    image.save(buffer, "PNG")
    return buffer.getvalue()


def difference(first: Image.Image, second: Image.Image) -> float:
    assert first.size == second.size
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def test_drift_is_small_and_everywhere() -> None:
    still, moved = pasted(photo(), RED), drifted(pasted)(photo(), RED)
    assert 1 < difference(still, moved) < 12
    corner = (0, 0, still.width // 4, still.height // 4)
    assert difference(still.crop(corner), moved.crop(corner)) > 1
    mean = [sum(ImageStat.Stat(image).mean) / 3 for image in (still, moved)]
    assert abs(mean[0] - mean[1]) < 4


def test_an_engine_of_ours_can_draw_and_what_it_refuses_is_pasted() -> None:
    dressed = worn(QuickEngine)(photo(), RED)
    assert dressed.getpixel((dressed.width // 2, dressed.height // 2)) == (254, 0, 0)
    refusing = QuickEngine(errors=[PoseNotSupported()])
    assert difference(worn(lambda: refusing)(photo(), RED), pasted(photo(), RED)) == 0


def test_each_bad_drawing_is_bad() -> None:
    good, plain = pasted(photo(), RED), opened(photo())
    assert difference(unchanged(photo(), RED), plain) == 0
    assert difference(cropped(pasted)(photo(), RED), good) > 5
    assert difference(empty(photo(), RED), plain) > 5
    assert difference(of_somebody_else(person(2), pasted)(photo(), RED), good) > 5
    swapped = turned(pasted)(photo(), RED)
    assert swapped.size == (good.height, good.width)
