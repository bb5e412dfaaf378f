"""A contact sheet of an engine's work: garments along the top, people down the side, one picture for each pair."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tryon.engines.base import Category, Engine, Garment, TryOnRequest
from tryon.engines.errors import EngineError
from tryon.engines.local.analysis import Picture
from tryon.engines.local.engine import read_picture

CELL: Final = (300, 400)
"""Width and height of a picture on the sheet, pixels."""
GAP: Final = 10
PAPER: Final = (255, 255, 255)
CARD: Final = (244, 243, 240)
INK: Final = (120, 116, 110)
HEAD_SHARE: Final = 0.45
"""Room above the changed part, as a share of its height, so that the head is seen."""

Box = tuple[int, int, int, int]


def contact_sheet(
    engine: Engine,
    people: Sequence[Path],
    garments: Sequence[Path],
    out: Path,
    *,
    categories: Mapping[Path, Category] | None = None,
    cell: tuple[int, int] = CELL,
) -> None:
    """Dress everybody in everything and write the sheet as PNG; a refusal is a card that shows its code.

    `categories` tells what a garment is where it is not a top.
    """
    known = categories or {}
    wares = [Garment(path.read_bytes(), known.get(path, "tops")) for path in garments]
    square = (cell[0], cell[0])
    header = [_card("", square, PAPER), *(_product_tile(ware, square) for ware in wares)]
    rows = [_joined(header, axis=1)]
    for path in people:
        photo = path.read_bytes()
        rows.append(_joined(_person_row(engine, photo, wares, cell), axis=1))
    sheet = cv2.copyMakeBorder(_joined(rows, axis=0), GAP, GAP, GAP, GAP, cv2.BORDER_CONSTANT, value=PAPER)
    Image.fromarray(sheet).save(out, optimize=True)


def _person_row(engine: Engine, photo: bytes, wares: Sequence[Garment], cell: tuple[int, int]) -> list[Picture]:
    """The photo as it was, then the person in each garment, all cropped alike."""
    before = read_picture(photo)
    if before is None:
        return [_card("unreadable", cell, CARD) for _ in range(len(wares) + 1)]
    results = [_dressed(engine, photo, ware) for ware in wares]
    box = _crop_around([r for r in results if not isinstance(r, str)], before, cell)
    tiles = [_tile(before, box, cell)]
    for result in results:
        tiles.append(_card(result, cell, CARD) if isinstance(result, str) else _tile(result, box, cell))
    return tiles


def _dressed(engine: Engine, photo: bytes, ware: Garment) -> Picture | str:
    """The result's pixels, or the code of the refusal."""
    try:
        made = engine.dress(TryOnRequest(photo, (ware,)))
    except EngineError as refusal:
        return refusal.code
    picture = read_picture(made.picture)
    return "unreadable" if picture is None else picture


def _crop_around(results: Sequence[Picture], before: Picture, cell: tuple[int, int]) -> Box:
    """A part of the photo in the cell's shape around all that changed, with the head above it."""
    height, width = before.shape[:2]
    changed = np.zeros((height, width), bool)
    for result in results:
        changed |= np.abs(result.astype(np.int16) - before).max(axis=2) > 8
    if not changed.any():
        return _in_shape((0, 0, width, height), before.shape, cell)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    tall = rows[-1] - rows[0]
    around = (
        int(columns[0] - 0.05 * tall), int(rows[0] - HEAD_SHARE * tall),
        int(columns[-1] + 0.05 * tall), int(rows[-1] + 0.15 * tall),
    )  # fmt: skip
    return _in_shape(around, before.shape, cell)


def _in_shape(box: Box, shape: tuple[int, ...], cell: tuple[int, int]) -> Box:
    """The smallest box of the cell's proportions around `box`, moved and shrunk to lie in the picture."""
    left, upper, right, lower = max(box[0], 0), max(box[1], 0), min(box[2], shape[1]), min(box[3], shape[0])
    tall = max(lower - upper, (right - left) * cell[1] / cell[0])
    tall = min(tall, shape[0], shape[1] * cell[1] / cell[0])
    wide = tall * cell[0] / cell[1]
    x = float(np.clip((left + right - wide) / 2, 0, shape[1] - wide))
    y = float(np.clip(lower - tall if lower - upper > tall else upper, 0, shape[0] - tall))
    return round(x), round(y), round(x + wide), round(y + tall)


def _tile(picture: Picture, box: Box, cell: tuple[int, int]) -> Picture:
    part = picture[box[1] : box[3], box[0] : box[2]]
    way = cv2.INTER_AREA if part.shape[0] > cell[1] else cv2.INTER_CUBIC
    return cv2.resize(part, cell, interpolation=way)


def _product_tile(ware: Garment, cell: tuple[int, int]) -> Picture:
    """The product's own picture, whole, on paper."""
    picture = read_picture(ware.picture)
    if picture is None:
        return _card("unreadable", cell, CARD)
    factor = min(cell[0] / picture.shape[1], cell[1] / picture.shape[0])
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    tile = np.full((cell[1], cell[0], 3), PAPER, np.uint8)
    y, x = (cell[1] - small.shape[0]) // 2, (cell[0] - small.shape[1]) // 2
    tile[y : y + small.shape[0], x : x + small.shape[1]] = small
    return tile


def _card(text: str, cell: tuple[int, int], ground: tuple[int, int, int]) -> Picture:
    card = Image.new("RGB", cell, ground)
    if text:
        font = ImageFont.load_default(size=max(12, cell[0] // 16))
        ImageDraw.Draw(card).text((cell[0] / 2, cell[1] / 2), text, fill=INK, font=font, anchor="mm")
    return np.asarray(card)


def _joined(tiles: Sequence[Picture], axis: int) -> Picture:
    gap: NDArray[np.uint8] = np.full(
        (tiles[0].shape[0], GAP, 3) if axis == 1 else (GAP, tiles[0].shape[1], 3), 255, np.uint8
    )
    parts: list[Picture] = []
    for tile in tiles:
        parts += [tile, gap]
    return np.concatenate(parts[:-1], axis=axis)
