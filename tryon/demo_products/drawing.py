"""Which drawing is which of the demo shop's pictures."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image

from tryon.demo_products import clothes, eyewear, footwear, headwear
from tryon.demo_products.studio import Picture

JPEG_QUALITY: Final = 88

DRAWINGS: Final[dict[str, Callable[[], Picture]]] = {
    "dresses/1_front.jpg": lambda: clothes.swing_dress((122, 42, 54)),
    "skirts/1_front.jpg": lambda: clothes.pleated_skirt((58, 72, 62)),
    "eyewear/1_front.jpg": lambda: eyewear.draw(eyewear.KINDS["tortoise_panto"]).picture,
    "eyewear/2_front.jpg": lambda: eyewear.draw(eyewear.KINDS["black_wayfarer"]).picture,
    "headwear/1_front.jpg": lambda: headwear.draw(headwear.KINDS["mustard_beanie"]).picture,
    "headwear/2_front.jpg": lambda: headwear.draw(headwear.KINDS["straw_hat"]).picture,
    "footwear/1_front.jpg": lambda: footwear.from_the_front("sneaker", (44, 62, 104)),
    "footwear/2_front.jpg": lambda: footwear.from_the_front("boot", (112, 70, 42)),
}
"""By the picture's name below the products' folder."""


def draw_products(folder: Path) -> list[Path]:
    """Draw every product's picture into the folder; the files written."""
    written = []
    for name, draw in DRAWINGS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        stored = io.BytesIO()
        Image.fromarray(draw()).save(stored, "JPEG", quality=JPEG_QUALITY, optimize=True)
        file.write_bytes(stored.getvalue())
        written.append(file)
    return written
