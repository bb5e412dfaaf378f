import pytest
from flask import Flask
from flask_babel import force_locale

from tryon.catalog.categories import CATEGORIES
from tryon.pages.kinds import KIND_NAMES, list_kinds


def test_every_category_has_a_name() -> None:
    assert set(KIND_NAMES) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "tops, dresses, and shoes"),
        ("fr", "hauts, robes et chaussures"),
        ("de", "Oberteile, Kleider und Schuhe"),
        ("ja", "トップス、ワンピース・ドレス、シューズ"),
    ],
)
def test_kinds_are_listed_as_a_sentence_holds_them(app: Flask, locale: str, words: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert list_kinds(["tops", "dresses", "footwear"]) == words
        assert list_kinds([]) == ""
