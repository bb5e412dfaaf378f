"""The size of a finished picture: it fits into the box that was asked for, and is never enlarged."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon.engines.base import Size
from tryon.imaging.encode import quick_png

Picture = NDArray[np.uint8]


def size_in(box: Size | None, width: int, height: int) -> Size:
    """Width and height of a picture of that size in the box, in its own proportions; at least one pixel each."""
    if box is None:
        return width, height
    scale = min(1.0, box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def fitted(picture: Picture, box: Size | None) -> Picture:
    """uint8 (height, width, 3), reduced where it is larger than the box."""
    height, width = picture.shape[:2]
    size = size_in(box, width, height)
    if size == (width, height):
        return picture
    return np.asarray(_reduced(Image.fromarray(picture), size))


def fitted_file(data: bytes, box: Size | None) -> bytes | None:
    """The same for an encoded picture, as PNG; None where it fits as it is."""
    with Image.open(io.BytesIO(data)) as file:
        size = size_in(box, *file.size)
        if size == file.size:
            return None
        return quick_png(_reduced(file.convert("RGB"), size))


def _reduced(picture: Image.Image, size: Size) -> Image.Image:
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
