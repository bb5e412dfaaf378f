"""The categories we dress, their other names, and a guess where a merchant gave none."""

import re
import unicodedata
from collections.abc import Iterator
from typing import get_args

from tryon.catalog.category_words import DETAILS, ENDINGS, ENDS_A_PART, FIRST, LAST, LETTERS_BEFORE_ENDING, WEAK
from tryon.engines.base import Category
from tryon.errors import FieldProblem, InvalidRequest

CATEGORIES: tuple[str, ...] = get_args(Category)
DEFAULT_CATEGORY = "tops"
"""The most common case, where nothing tells."""

OTHER_NAMES = {"shoes": "footwear", "glasses": "eyewear"}
_GUESS_ME = frozenset({"apparel"})
_TEXT_READ_MAX = 1_000

_LAST, _FIRST, _WEAK = (
    {word: category for category, words in given.items() for word in words.split()} for given in (LAST, FIRST, WEAK)
)
_ENDINGS = sorted(
    ((ending, category) for category, endings in ENDINGS.items() for ending in endings),
    key=lambda pair: -len(pair[0]),
)
"""The longest first: a "Fischerhut" is no "hut" of another kind."""


def read_category(given: str | None) -> str | None:
    """A merchant's word as one of CATEGORIES; None where it leaves the choice to us; InvalidRequest if unknown."""
    if given is None or given.strip().lower() in _GUESS_ME:
        return None
    category = OTHER_NAMES.get(given.strip().lower(), given.strip().lower())
    if category not in CATEGORIES:
        supported = ", ".join(CATEGORIES)
        raise InvalidRequest(
            f"The category {given!r} is not supported. Supported are: {supported}.",
            code="unsupported_category",
            details=[FieldProblem("category", f"One of {supported}.")],
        )
    return category


def told_category(*texts: str | None) -> str | None:
    """From title, then description: what the first part with a telling word tells; None where none does."""
    for text in texts:
        for part in _parts(text or ""):
            told = _told(part)
            if told is not None:
                return told
    return None


def guess_category(*texts: str | None) -> str:
    return told_category(*texts) or DEFAULT_CATEGORY


def _parts(text: str) -> Iterator[list[str]]:
    """Words between punctuation and prepositions, lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text[:_TEXT_READ_MAX].lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    part: list[str] = []
    for word in re.findall(r"[a-z0-9]+(?:[-'’][a-z0-9]+)*|[^\s\w]", DETAILS.sub(" ", plain)):
        if word in ENDS_A_PART or not word[0].isalnum():
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _told(words: list[str]) -> str | None:
    for word in words:
        category = _FIRST.get(word)
        if category is not None:
            return category
        if word in _LAST:
            break
    strong = [category for category in map(_by_main_word, words) if category is not None]
    return strong[-1] if strong else next((_WEAK[word] for word in reversed(words) if word in _WEAK), None)


def _by_main_word(word: str) -> str | None:
    known = _LAST.get(word) or _FIRST.get(word)
    if known is not None:
        return known
    end = word[LETTERS_BEFORE_ENDING:]
    return next((category for ending, category in _ENDINGS if end.endswith(ending)), None)
