"""The language of a page: which of ours a visitor reads, and the direction it is laid out in.

Words stand in templates and code in English, marked with Flask-Babel's `_(…)` (in code that is read before a request,
`lazy_gettext`); the catalogues in `tryon/translations/` hold the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale
from babel.localedata import exists
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, refresh

SPOKEN = ("en", "fr", "de", "es", "it", "pt", "ja", "he", "ar")
"""English is what our words are written in; every other one has a whole catalogue."""
ALSO_CALLED = {"iw": "he"}
"""Old codes that some browsers still send."""


@dataclass(frozen=True, slots=True)
class Language:
    tag: str = SPOKEN[0]
    """As HTML and HTTP write it: en, pt-BR."""

    @property
    def locale(self) -> Locale:
        """With the region where one was asked for: dates and numbers follow it."""
        return Locale.parse(self.tag, sep="-")

    @property
    def direction(self) -> str:
        return self.locale.text_direction


def install(app: Flask) -> None:
    Babel(app, locale_selector=lambda: language().locale)
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # a sentence may be broken over lines of a template
    app.context_processor(lambda: {"language": language()})
    app.before_request(_begin)
    app.after_request(_tell_caches)


def speak(*wishes: str | None) -> None:
    """Answer the present request in the first of these languages that we speak; else as the browser asks."""
    g.language = choose([*(wish for wish in wishes if wish), *request.accept_languages.values()])
    refresh()


def language() -> Language:
    """Of the present request."""
    if "language" not in g:
        g.language = choose(list(request.accept_languages.values())) if has_request_context() else Language()
    spoken: Language = g.language
    return spoken


def _begin() -> None:
    """A context may serve several requests: each is spoken to in its own language."""
    g.pop("language", None)
    refresh()


def _tell_caches(response: Response) -> Response:
    if "language" in g and response.mimetype == "text/html":
        response.vary.add("Accept-Language")
        response.content_language.add(language().tag)
    return response


def choose(wishes: Iterable[str]) -> Language:
    """The first that we speak, with its region: ["nl", "pt_BR"] → Language("pt-BR"); English if there is none."""
    for wish in wishes:
        primary, *others = wish.replace("_", "-").split("-")
        primary = ALSO_CALLED.get(primary.lower(), primary.lower())
        if primary in SPOKEN:
            region = next((part.upper() for part in others if len(part) == 2), "")
            return Language(f"{primary}-{region}" if exists(f"{primary}_{region}") else primary)
    return Language()
