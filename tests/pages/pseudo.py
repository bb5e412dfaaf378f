"""A made-up language, in which every word that can be translated stands in ⟦brackets⟧: what stands outside can't be."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

import flask_babel
import pytest
from babel.support import NullTranslations

SEEN_ATTRIBUTES = frozenset(
    {"alt", "title", "aria-label", "aria-valuetext", "placeholder", "aria-description", "label"}
)
NOT_WORDS = frozenset({"script", "style", "svg", "code"})
VOID = frozenset({"img", "input", "br", "meta", "link", "hr", "source", "wbr", "path"})
WORDS_FOR_SCRIPTS = re.compile(r"data-(?:words|offline|failed|checking|sending|copied|title|said|label)(?:-\w+)*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
UNITS = frozenset({"px", "MB", "svg", "QR"})


class Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return f"⟦{singular if count == 1 else plural}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"

    ugettext, ungettext, upgettext = gettext, ngettext, pgettext


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page speaks it."""
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda self: Pseudo())


class _Seen(HTMLParser):
    """What somebody reads, sees in a tip or hears of a page, and the words it holds for its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.pieces += [text for name, text in given.items() if name in SEEN_ATTRIBUTES or _is_for_scripts(name)]
        if tag == "meta" and (given.get("name") == "description" or given.get("property", "").startswith("og:title")):
            self.pieces.append(given.get("content", ""))
        if tag in NOT_WORDS and tag not in VOID:
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _is_for_scripts(name: str) -> bool:
    return WORDS_FOR_SCRIPTS.fullmatch(name) is not None


def unmarked_words(page: str, names: Iterable[str] = ()) -> list[str]:
    """What of a page in the made-up language nobody could translate. `names` (of shops, products) need not be."""
    seen = _Seen()
    seen.feed(page)
    return sorted({left for piece in seen.pieces if _LETTERS.search(left := _without(piece, names))})


def _without(piece: str, names: Iterable[str]) -> str:
    while _BRACKETED.search(piece):  # one sentence may stand within another
        piece = _BRACKETED.sub(" ", piece)
    for name in sorted(names, key=len, reverse=True):
        piece = piece.replace(name, " ")
    return " ".join(word for word in piece.split() if word.strip(".,:;·…") not in UNITS and not _is_code(word))


def _is_code(word: str) -> bool:
    """K7M4-2QX9, or a piece of an address."""
    return "/" in word or any(letter.isdigit() for letter in word)
