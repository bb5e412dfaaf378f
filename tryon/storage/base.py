"""What a place to keep files must offer. Keys look like photos/mer_…/mdl_….jpg: folders, then a name with an ending."""

import re
from collections.abc import Iterator
from typing import Protocol

from tryon.errors import TryOnError

_KEY = re.compile(r"[A-Za-z0-9_]+(?:/[A-Za-z0-9_\-]+)*/[A-Za-z0-9_\-]+\.[a-z0-9]{1,8}")

MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


class StorageError(TryOnError):
    code = "storage_error"


class MissingFile(StorageError):
    code = "file_missing"
    status = 404
    default_message = "This file is no longer kept."


def check_key(key: str) -> str:
    """Raise StorageError for a key that no code of ours would make (dots, backslashes, absolute paths)."""
    if len(key) > 250 or not _KEY.fullmatch(key):
        raise StorageError(f"Not a storage key: {key!r}")
    return key


def media_type_of(key: str) -> str:
    return MEDIA_TYPES.get(key.rpartition(".")[2], "application/octet-stream")


class Storage(Protocol):
    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, all or nothing, replacing what was there."""
        ...

    def read(self, key: str) -> bytes:
        """Raises MissingFile."""
        ...

    def delete(self, key: str) -> None:
        """Deleting what is not there is no error."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with `prefix`, in no particular order."""
        ...

    def check(self) -> None:
        """Raise StorageError if files can't be kept at this moment."""
        ...
