"""Small pictures for what lies on the wire: somebody, and things to wear, as different as files can be."""

import io

from PIL import Image

from tryon.engines.base import Category, Garment

SIZE = (300, 400)


def picture(colour: str, size: tuple[int, int] = SIZE, kind: str = "JPEG") -> bytes:
    image = Image.new("RGB", size, colour)
    image.paste("white", (0, 0, 20, 20))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


PERSON = picture("tan")


def garment(category: Category = "tops", colour: str = "navy") -> Garment:
    return Garment(picture(colour, (120, 160)), category)


def size_of(encoded: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(encoded)) as image:
        return image.size
