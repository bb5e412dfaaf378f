"""Opaque ids with a prefix that tells what they name; the rest is a ULID, so they sort by time of birth."""

import secrets
import string
from datetime import datetime

from ulid import ULID

_LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """For example new_id("gen") → "gen_01JZ…"."""
    return f"{prefix}_{ULID()}"


def first_id(prefix: str, moment: datetime) -> str:
    """The lowest id that could have been born at that moment: for ranges of time over an index of ids."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return f"{prefix}_{ULID.from_bytes(milliseconds.to_bytes(6, 'big') + bytes(10))}"


def random_text(length: int) -> str:
    """Letters and digits from the system's secure source, about 5.95 bits each."""
    number, letters = secrets.randbelow(len(_LETTERS) ** length), []
    for _ in range(length):
        number, index = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[index])
    return "".join(letters)
