"""The language a page declares and the direction it is laid out in, from a session's locale."""

import re
from dataclasses import dataclass

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
WRITTEN_IN = "en"
"""The language of our own texts for now; it is declared where it differs from the page's."""


@dataclass(frozen=True, slots=True)
class Language:
    tag: str = WRITTEN_IN
    direction: str = "ltr"

    @property
    def is_written(self) -> bool:
        return self.tag.partition("-")[0].lower() == WRITTEN_IN


def language_of(locale: str | None) -> Language:
    """For example "ar-EG" → Language("ar-EG", "rtl"); anything that is no language tag counts as English."""
    tag = (locale or "").replace("_", "-")
    if not _TAG.fullmatch(tag):
        return Language()
    primary, _, rest = tag.lower().partition("-")
    script = rest.partition("-")[0]
    is_rtl = primary in _RIGHT_TO_LEFT if len(script) != 4 else script in ("arab", "hebr", "thaa", "syrc", "nkoo")
    return Language(tag, "rtl" if is_rtl else "ltr")
