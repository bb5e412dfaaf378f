"""Secrets are cut out of whatever is about to be written: by their look, by where they stand, or because they are
known. The last net under everything; what is careful above it never writes one.
"""

import re
import threading
from collections import OrderedDict
from urllib.parse import urlsplit

from tryon.config import Settings

MASK = "…"
KNOWN_MIN_LENGTH = 8
"""A shorter secret would be found in words that are none."""
KNOWN_MAX = 512

_AFTER = re.compile(
    r"""((?:x-goog-api-key|x-api-key|api[_-]?key|authorization)['"]?\s*[:=,]\s*b?['"]?(?:bearer\s+)?|\bbearer\s+)"""
    r"""([^\s'",;&)}\]\\]{8,})""",
    re.IGNORECASE,
)
"""A header or a parameter as it is written down: its name, and what stands after it."""
_LOOK = re.compile(
    r"(?:(?<![\w-])|(?<=\\[nrt]))(?:AIza[\w-]{16,}|AQ\.[\w-]{16,}|ya29\.[\w.-]{16,}|fa-[\w-]{16,}"
    r"|dress_sk_(?:live|test)_\w{16,}|whsec_[\w+/=]{16,})"
)
"""Google's keys of both kinds and its access tokens, FASHN's keys, our merchants' secret keys and signing secrets."""

_known: OrderedDict[str, None] = OrderedDict()
_lock = threading.Lock()


def hide(*secrets: str) -> None:
    """From now on these are cut out, whatever they look like. Of those in use the last 512 are known."""
    with _lock:
        for secret in secrets:
            if len(secret) >= KNOWN_MIN_LENGTH:
                _known[secret] = None
                _known.move_to_end(secret)
        while len(_known) > KNOWN_MAX:
            _known.popitem(last=False)


def hide_those_of(settings: Settings) -> None:
    hide(*secrets_of(settings))


def secrets_of(settings: Settings) -> list[str]:
    """Every value of the operator's that nobody else may read."""
    found: list[str] = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if not field.repr:
            found += [value] if isinstance(value, str) else value
        elif isinstance(value, str) and "://" in value:
            found.append(urlsplit(value).password or "")
    return [secret for secret in found if secret]


def masked(text: str) -> str:
    for secret in tuple(_known):
        if secret in text:
            text = text.replace(secret, MASK)
    return _AFTER.sub(rf"\1{MASK}", _LOOK.sub(MASK, text))
