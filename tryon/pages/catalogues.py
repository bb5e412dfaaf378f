"""The catalogues of words: gathered from templates and code, kept in `tryon/translations/`, compiled for the pages.

Each language has a `messages.po`, which people and translators' programs edit, and a `messages.mo` made of it, which
the pages read. `messages.pot` lists what there is to translate.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tryon.config import PROJECT_ROOT
from tryon.pages.languages import SPOKEN

FOLDER = PROJECT_ROOT / "tryon" / "translations"
TEMPLATE = FOLDER / "messages.pot"
TRANSLATED = SPOKEN[1:]

_SOURCES = (("tryon", "**.py", "python"), ("templates", "**.html", "jinja2"))
_JINJA_OPTIONS = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
COMMENT_TAG = "Translators:"
"""A comment that begins so, just above a message, is shown to who translates it."""


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """Every message that templates and code hold now."""
    catalog = _new_catalog()
    for folder, pattern, method in _SOURCES:
        found = extract_from_dir(
            PROJECT_ROOT / folder, [(pattern, method)], {pattern: _JINJA_OPTIONS}, _KEYWORDS, [COMMENT_TAG]
        )
        for file_name, _, message, comments, context in found:
            place = (f"{folder}/{file_name}", 0)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None if path == TEMPLATE else path.parts[-3])


def update() -> None:
    """Bring the template and every language's catalogue up to what `extract` finds, then compile them."""
    template = _write_template(extract())
    for language in TRANSLATED:
        path = path_of(language)
        catalog = read(path) if path.exists() else _new_catalog(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(catalog, path)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def missing(language: str) -> list[str]:
    """The messages, in English, that this language has no words for yet."""
    return [str(_english(message)) for message in _messages(read(path_of(language))) if not all(_forms(message))]


def signature(catalog: Catalog) -> list[tuple[object, ...]]:
    """What two catalogues that list the same messages, from the same files, have in common."""
    return [(message.id, message.context, _files_of(message)) for message in _messages(catalog)]


def _new_catalog(language: str | None = None) -> Catalog:
    return Catalog(
        language,
        header_comment="# The words of tryon's pages. See docs/languages.md.",
        project="tryon",
        version="1",
        msgid_bugs_address="the issue tracker",
        last_translator="the maintainers",
        language_team="the maintainers",
        revision_date=datetime.now(UTC),
        charset="utf-8",
        fuzzy=False,
    )


def _write_template(found: Catalog) -> Catalog:
    """Left as it is where nothing changed, so that its date does not change either."""
    if TEMPLATE.exists():
        kept = read(TEMPLATE)
        if signature(kept) == signature(found):
            return kept
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    _write(found, TEMPLATE)
    return found


def _write(catalog: Catalog, path: Path) -> None:
    with path.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False, ignore_obsolete=True)


def _messages(catalog: Catalog) -> Iterator[Message]:
    """Without the header."""
    return (message for message in catalog if message.id)


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _files_of(message: Message) -> list[str]:
    return sorted({file_name for file_name, _ in message.locations})
