"""Which drawing is which of the demo shop's pictures."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image

from tryon.demo_products import clothes, eyewear, footwear, headwear
from tryon.demo_products.studio import GRAIN, Picture

JPEG_QUALITY: Final = 88
TALL: Final = 1.25
"""Least height over width: the shop's cards cut off what is wider."""

DRAWINGS: Final[dict[str, Callable[[], Picture]]] = {
    "dresses/1_front.jpg": lambda: clothes.swing_dress((122, 42, 54)),
    "skirts/1_front.jpg": lambda: clothes.pleated_skirt((58, 72, 62)),
    "eyewear/1_front.jpg": lambda: eyewear.draw(eyewear.KINDS["tortoise_panto"]).picture,
    "eyewear/2_front.jpg": lambda: eyewear.draw(eyewear.KINDS["black_wayfarer"]).picture,
    "headwear/1_front.jpg": lambda: headwear.draw(headwear.KINDS["mustard_beanie"]).picture,
    "headwear/2_front.jpg": lambda: headwear.draw(headwear.KINDS["straw_hat"]).picture,
    "footwear/1_front.jpg": lambda: footwear.from_the_front("sneaker", (108, 38, 44)),
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
        Image.fromarray(_upright(draw())).save(stored, "JPEG", quality=JPEG_QUALITY, optimize=True)
        file.write_bytes(stored.getvalue())
        written.append(file)
    return written


def _upright(picture: Picture) -> Picture:
    """With more of its ground above and below, where it is wider than the shop's cards."""
    more = max(0, round(TALL * picture.shape[1]) - picture.shape[0])
    # The ground at the edge without its grain, which would be drawn out to stripes.
    bands = [cv2.GaussianBlur(band, (0, 0), 24) for band in (picture[:8], picture[-8:])]
    above, below = (np.repeat(band.mean(axis=0, keepdims=True), more // 2, axis=0) for band in bands)
    grain = np.random.default_rng(1).normal(0, GRAIN, (more // 2 * 2, picture.shape[1], 3))
    ground = np.clip(np.concatenate([above, below]) + grain, 0, 255).astype(np.uint8)
    return np.concatenate([ground[: more // 2], picture, ground[more // 2 :]])
