"""A sheet of single try-ons: product, photo and result side by side on a card with a caption, many cards on a sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tryon.engines.base import Engine
from tryon.engines.errors import EngineError
from tryon.engines.local.analysis import Picture
from tryon.engines.local.engine import read_picture
from tryon.engines.local.lab.folders import Combination
from tryon.engines.local.lab.recorder import answer

CELL: Final = (300, 400)
"""Width and height of one picture on a card, pixels."""
CAPTION_PX: Final = 22
GAP_PX: Final = 12
CARDS_IN_A_ROW: Final = 3
PAPER: Final = (255, 255, 255)
REFUSED: Final = (244, 243, 240)
INK: Final = (60, 58, 55)


def draw_cards(engine: Engine, combinations: Sequence[Combination], out: Path) -> None:
    """Dress every combination and write the sheet as PNG, in the order given; a refusal shows its code."""
    cards = [_card(engine, combination) for combination in combinations]
    while len(cards) % CARDS_IN_A_ROW:
        cards.append(np.full_like(cards[0], 255))
    rows = [np.hstack(cards[i : i + CARDS_IN_A_ROW]) for i in range(0, len(cards), CARDS_IN_A_ROW)]
    Image.fromarray(np.vstack(rows)).save(out, optimize=True)


def _card(engine: Engine, combination: Combination) -> Picture:
    product, photo = (read_picture(path.read_bytes()) for path in (combination.garment, combination.person))
    caption = f"{combination.person.stem} in {combination.garment.stem} ({combination.category})"
    said = answer(engine, combination)
    after = _said(said.code, said.reason) if isinstance(said, EngineError) else _fitted(read_picture(said.picture))
    tiles = np.hstack([_fitted(product), _fitted(photo), after])
    whole = cv2.copyMakeBorder(tiles, 0, CAPTION_PX + GAP_PX, 0, GAP_PX, cv2.BORDER_CONSTANT, value=PAPER)
    return _lettered(np.asarray(whole, np.uint8), caption, (4, CELL[1] + 3))


def _fitted(picture: Picture | None) -> Picture:
    """The whole picture in a cell, on paper."""
    if picture is None:
        return _said("unreadable", "")
    factor = min(CELL[0] / picture.shape[1], CELL[1] / picture.shape[0])
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    cell = np.full((CELL[1], CELL[0], 3), PAPER, np.uint8)
    y, x = (CELL[1] - size[1]) // 2, (CELL[0] - size[0]) // 2
    cell[y : y + size[1], x : x + size[0]] = small
    return cell


def _said(code: str, reason: str) -> Picture:
    cell = np.full((CELL[1], CELL[0], 3), REFUSED, np.uint8)
    cell = _lettered(cell, code, (16, CELL[1] // 2 - 20))
    return _lettered(cell, reason, (16, CELL[1] // 2 + 4))


def _lettered(picture: Picture, text: str, at: tuple[int, int]) -> Picture:
    image = Image.fromarray(picture)
    ImageDraw.Draw(image).text(at, text, fill=INK, font=ImageFont.load_default(size=14))
    return np.asarray(image)
