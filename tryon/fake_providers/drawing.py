"""What a stand-in for a provider draws: a picture that a real one could have given, good or bad.

A drawing takes the person's picture and the products, and gives a picture of any size that shows the same frame.
"""

import io
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageChops, ImageEnhance, ImageOps

from tryon.engines.base import Engine, Garment, TryOnRequest
from tryon.engines.errors import EngineError

Drawing = Callable[[bytes, Sequence[Garment]], Image.Image]

PLACES: Final = {
    "tops": (0.32, 0.22, 0.68, 0.52),
    "outerwear": (0.28, 0.20, 0.72, 0.58),
    "dresses": (0.30, 0.22, 0.70, 0.75),
    "bottoms": (0.34, 0.50, 0.66, 0.88),
    "footwear": (0.36, 0.88, 0.64, 0.98),
    "headwear": (0.40, 0.02, 0.60, 0.12),
    "eyewear": (0.42, 0.10, 0.58, 0.15),
}
"""Where a product roughly lies on somebody who stands in the middle of the photo: left, top, right, bottom."""
NOISE_SIGMA: Final = 4.0
DRIFT_PX: Final = 1
"""What a generative model changes although nobody asked: grain, a little of the light, a pixel of the place."""


def pasted(person: bytes, garments: Sequence[Garment]) -> Image.Image:
    """Quick: the products' pictures laid on the person, what is near white in them left out."""
    picture = opened(person)
    for garment in garments:
        left, top, right, bottom = PLACES[garment.category]
        box = (round(left * picture.width), round(top * picture.height))
        size = round((right - left) * picture.width), round((bottom - top) * picture.height)
        product = ImageOps.fit(opened(garment.picture), size)
        opaque = ImageChops.invert(product.convert("L")).point([0 if value < 12 else 255 for value in range(256)])
        picture.paste(product, box, opaque)
    return picture


def worn(engine: Callable[[], Engine]) -> Drawing:
    """Slower and good: the person as an engine of ours dresses them; pasted where that engine refuses."""

    def draw(person: bytes, garments: Sequence[Garment]) -> Image.Image:
        try:
            return opened(engine().dress(TryOnRequest(person, tuple(garments))).picture)
        except EngineError:
            return pasted(person, garments)

    return draw


def drifted(drawing: Drawing) -> Drawing:
    """With the small changes that a generative model makes everywhere."""

    def draw(person: bytes, garments: Sequence[Garment]) -> Image.Image:
        still = drawing(person, garments)
        picture = still.crop((DRIFT_PX, DRIFT_PX, *still.size)).resize(still.size, Image.Resampling.BICUBIC)
        grain = Image.effect_noise(picture.size, NOISE_SIGMA).convert("RGB")
        noisy = ImageChops.add(picture, grain, scale=1, offset=-128)
        return ImageEnhance.Brightness(noisy).enhance(1.01)

    return draw


def unchanged(person: bytes, garments: Sequence[Garment]) -> Image.Image:
    """Bad: the photo as it came."""
    return opened(person)


def cropped(drawing: Drawing) -> Drawing:
    """Bad: zoomed in on the middle."""

    def draw(person: bytes, garments: Sequence[Garment]) -> Image.Image:
        picture = drawing(person, garments)
        wide, tall = picture.width // 6, picture.height // 6
        return picture.crop((wide, tall, picture.width - wide, picture.height - tall)).resize(picture.size)

    return draw


def empty(person: bytes, garments: Sequence[Garment]) -> Image.Image:
    """Bad: the colours of the place, and nobody there."""
    picture = opened(person)
    return picture.resize((3, 4)).resize(picture.size, Image.Resampling.BICUBIC)


def of_somebody_else(other: bytes, drawing: Drawing) -> Drawing:
    """Bad: another person wears it."""

    def draw(person: bytes, garments: Sequence[Garment]) -> Image.Image:
        size = opened(person).size
        buffer = io.BytesIO()
        ImageOps.fit(opened(other), size).save(buffer, "PNG")
        return drawing(buffer.getvalue(), garments)

    return draw


def turned(drawing: Drawing) -> Drawing:
    """Bad: another shape than was asked for. A stand-in gives a picture whose sides it finds swapped as it is."""

    def draw(person: bytes, garments: Sequence[Garment]) -> Image.Image:
        return drawing(person, garments).transpose(Image.Transpose.ROTATE_90)

    return draw


def opened(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as file:
        return file.convert("RGB")
