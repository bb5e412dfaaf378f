"""The catalogues hold every word of the pages, in every language we speak, and fit the sentences they stand for."""

import io
import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from tryon.pages import catalogues
from tryon.pages.catalogues import TRANSLATED, path_of, read

PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]")
COUNTS = {"num", "count"}
"""What the first forms of a plural may leave out: Hebrew and Arabic say “a day” and “two days” without a digit."""


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(sentence: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(sentence))


def test_the_template_lists_the_words_that_pages_hold_now() -> None:
    listed = catalogues.signature(read(catalogues.TEMPLATE))
    assert listed == catalogues.signature(catalogues.extract()), "run `tryon words`, then translate what it names"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_every_message(language: str) -> None:
    catalog = read(path_of(language))
    assert [message.id for message in messages(catalog)] == [
        message.id for message in messages(read(catalogues.TEMPLATE))
    ]
    assert [message.id for message in messages(catalog) if message.fuzzy] == []
    assert catalogues.missing(language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_plural_forms_of_its_language_and_the_placeholders_of_the_english(language: str) -> None:
    catalog = read(path_of(language))
    for message in messages(catalog):
        if message.pluralizable:
            assert len(forms(message)) == catalog.num_plurals, message.id
        wanted = placeholders(message.id[-1] if message.pluralizable else message.id)
        *few, most = [placeholders(form) for form in forms(message)]
        assert most == wanted, message.id
        for form in few:
            assert set(wanted) - COUNTS <= set(form) <= set(wanted), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_pages_read_was_compiled_from_what_translators_wrote(language: str) -> None:
    path = path_of(language)
    compiled = io.BytesIO()
    write_mo(compiled, read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `tryon words`"
