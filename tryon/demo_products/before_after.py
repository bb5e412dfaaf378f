"""A before/after of every category: the photo, the photo dressed, and a small picture of the product between them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image

from tryon.demo import Look
from tryon.demo_products.studio import Picture
from tryon.engines.base import Engine, Garment, TryOnRequest
from tryon.engines.local.engine import read_picture

Pair = tuple[Picture, Picture, Picture]
"""Before, after, and the product's picture."""

CELL: Final = (360, 480)
"""Width and height of one half, pixels."""
GAP: Final = 4
INSET: Final = 108
INSET_RIM: Final = 4
"""The product's picture on the seam between before and after."""
ALL: Final = "every-category.jpg"
ALL_COLUMNS: Final = 4
ALL_GAP: Final = 16
ALL_HALF: Final = (224, 299)
"""The same on the picture that shows all."""
JPEG_QUALITY: Final = 84
CHANGED: Final = 8
"""Levels by which a pixel has visibly changed."""

ROOM: Final[dict[str, tuple[float, float]]] = {
    "eyewear": (1.0, 1.25), "headwear": (0.25, 0.9), "footwear": (1.7, 0.2),
    "tops": (0.42, 0.15), "outerwear": (0.42, 0.15), "bottoms": (0.82, 0.06), "dresses": (0.30, 0.22),
}  # fmt: skip
"""Shown above and below what changed, in shares of its longer side."""


def make_before_after(engine: Engine, looks: Sequence[Look], pictures: Path, folder: Path) -> None:
    """One JPEG for each look, named after it, and one of all. A refusal is raised: a look has to be shown."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs: list[Pair] = []
    for look in looks:
        photo = (pictures / "people" / look.person).read_bytes()
        product = look.ware.file(pictures).read_bytes()
        result = engine.dress(TryOnRequest(photo, (Garment(product, look.ware.category),))).picture
        before, after, ware = (_read(data) for data in (photo, result, product))
        box = frame_around(before, after, look.ware.category)
        pairs.append((_part(before, box), _part(after, box), ware))
        _save(_side_by_side(pairs[-1], CELL), folder / look.file_name)
    _save(_all(pairs), folder / ALL)


def frame_around(before: Picture, after: Picture, category: str) -> tuple[int, int, int, int]:
    """Left, upper, right and lower edge of a part of the photo, in a cell's shape, that shows what was put on."""
    height, width = before.shape[:2]
    changed = np.abs(after.astype(np.int16) - before).max(axis=2) > CHANGED
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not rows.size:
        return 0, 0, width, height
    wide, tall = float(np.ptp(columns)), float(np.ptp(rows))
    above, below = (share * max(wide, tall) for share in ROOM[category])
    high = max(tall + above + below, 1.12 * wide * CELL[1] / CELL[0])
    high = min(high, height, width * CELL[1] / CELL[0])
    across = high * CELL[0] / CELL[1]
    upper = rows[0] - above - (high - tall - above - below) * above / (above + below)
    upper = float(np.clip(upper, 0, height - high))
    left = float(np.clip((columns[0] + columns[-1] - across) / 2, 0, width - across))
    return round(left), round(upper), round(left + across), round(upper + high)


def _side_by_side(pair: Pair, half: tuple[int, int]) -> Picture:
    """Before, after, and the product on the seam below."""
    before, after, ware = pair
    white = np.full((half[1], GAP, 3), 255, np.uint8)
    picture = np.concatenate([_fitted(before, half), white, _fitted(after, half)], axis=1)
    side = round(INSET * half[0] / CELL[0])
    rim, white_rim = INSET_RIM, (255, 255, 255)
    small = _fitted(_square(ware), (side, side))
    card = cv2.copyMakeBorder(small, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=white_rim)
    left, upper = (picture.shape[1] - len(card)) // 2, picture.shape[0] - len(card) - 2 * rim
    picture[upper : upper + len(card), left : left + len(card)] = card
    return picture


def _all(pairs: Sequence[Pair]) -> Picture:
    tiles = [_side_by_side(pair, ALL_HALF) for pair in pairs]
    tall, wide = tiles[0].shape[:2]
    rows = -(-len(tiles) // ALL_COLUMNS)
    sheet = np.full((rows * (tall + ALL_GAP) - ALL_GAP, ALL_COLUMNS * (wide + ALL_GAP) - ALL_GAP, 3), 255, np.uint8)
    for number, tile in enumerate(tiles):
        y, x = number // ALL_COLUMNS * (tall + ALL_GAP), number % ALL_COLUMNS * (wide + ALL_GAP)
        sheet[y : y + tall, x : x + wide] = tile
    return sheet


def _read(data: bytes) -> Picture:
    picture = read_picture(data)
    if picture is None:
        raise ValueError("a picture of the demo can't be read")
    return picture


def _part(picture: Picture, box: tuple[int, int, int, int]) -> Picture:
    return picture[box[1] : box[3], box[0] : box[2]]


def _square(picture: Picture) -> Picture:
    """The whole picture on a square of its own ground."""
    long = max(picture.shape[:2])
    down, across = long - picture.shape[0], long - picture.shape[1]
    edges = (down // 2, down - down // 2, across // 2, across - across // 2)
    return cv2.copyMakeBorder(picture, *edges, cv2.BORDER_REPLICATE)


def _fitted(picture: Picture, size: tuple[int, int]) -> Picture:
    way = cv2.INTER_AREA if picture.shape[0] > size[1] else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=way)


def _save(picture: Picture, file: Path) -> None:
    Image.fromarray(picture).save(file, "JPEG", quality=JPEG_QUALITY, optimize=True)
