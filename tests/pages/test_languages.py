import pytest

from tryon.pages.languages import Language, language_of


@pytest.mark.parametrize(
    ("locale", "tag", "direction"),
    [
        ("en-US", "en-US", "ltr"),
        ("he", "he", "rtl"),
        ("fa_IR", "fa-IR", "rtl"),
        ("az-Arab", "az-Arab", "rtl"),
        ("ur-Latn-PK", "ur-Latn-PK", "ltr"),
        ("", "en", "ltr"),
        (None, "en", "ltr"),
        ('"><script>', "en", "ltr"),
    ],
)
def test_a_locale_gives_a_language_and_a_direction(locale: str | None, tag: str, direction: str) -> None:
    assert language_of(locale) == Language(tag, direction)


def test_our_texts_are_declared_english_on_a_page_of_another_language() -> None:
    assert language_of("en-GB").is_written
    assert not language_of("ar").is_written
