"""Finds the people and the products of two folders, and what each product is."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from tryon.engines.base import Category
from tryon.engines.local.category_guess import guess_category
from tryon.engines.local.engine import read_opacity, read_picture

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})

CATEGORIES_FILE: Final = "categories.tsv"
"""Lies beside the products: a file's name, a tab, its category."""

WORDS: Final[Mapping[Category, str]] = {
    "outerwear": "outerwear jacket coat blazer parka cardigan anorak",
    "bottoms": "bottom lower pant trouser jean shorts legging skirt",
    "dresses": "dress overall jumpsuit gown",
    "footwear": "footwear shoe boot sneaker",
    "eyewear": "eyewear glasses sunglasses",
    "headwear": "headwear hat cap beanie",
    "tops": "top upper shirt tshirt blouse sweater hoodie",
}
"""What a word in a file's or folder's name says of the product; the word nearest to the file decides."""


@dataclass(frozen=True, slots=True)
class Combination:
    person: Path
    garment: Path
    category: Category


def pictures_of(folder: Path) -> list[Path]:
    """Every picture below the folder, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def categories_of(garments: Sequence[Path], folder: Path, otherwise: Category | None) -> dict[Path, Category]:
    """Of every product: as the folder's categories file says, else as its name does, else `otherwise`, or where that
    is not given as its silhouette looks.

    Raises ValueError where the file names a category that does not exist.
    """
    given = _read_categories(folder / CATEGORIES_FILE)
    return {
        path: given.get(path.relative_to(folder).as_posix()) or _named(path, folder) or otherwise or _seen(path)
        for path in garments
    }


def combine(people: Sequence[Path], garments: Mapping[Path, Category]) -> list[Combination]:
    return [Combination(person, garment, category) for person in people for garment, category in garments.items()]


def drawn(combinations: Sequence[Combination], number: int, seed: int) -> list[Combination]:
    """So many of them, the same ones for the same seed."""
    return random.Random(seed).sample(combinations, min(number, len(combinations)))  # noqa: S311 - a lottery, no secret


def _read_categories(path: Path) -> dict[str, Category]:
    if not path.exists():
        return {}
    found: dict[str, Category] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, word = line.partition("\t")
        category = next((known for known in get_args(Category) if known == word.strip()), None)
        if category is None:
            raise ValueError(f"{path}, line {number}: {word.strip()!r} is no category")
        found[name.strip()] = category
    return found


def _named(path: Path, folder: Path) -> Category | None:
    for name in (path.stem, *reversed(path.relative_to(folder).parent.parts), folder.name):
        words = set(re.findall(r"[a-z]+", name.lower()))
        for category, told in WORDS.items():
            if any(word in words or f"{word}s" in words or f"{word}es" in words for word in told.split()):
                return category
    return None


def _seen(path: Path) -> Category:
    """What the picture looks like; what can't be cut out counts as a top."""
    encoded = path.read_bytes()
    picture = read_picture(encoded)
    return (guess_category(picture, read_opacity(encoded)) if picture is not None else None) or "tops"
