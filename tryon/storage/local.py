"""Files in a folder of this machine."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tryon.storage.base import MissingFile, StorageError, check_key


class LocalStorage:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, key: str, data: bytes) -> None:
        path = self._path(key)
        try:
            handle, temporary = _temporary_beside(path)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())  # a row that names this file may be committed next
                os.replace(temporary, path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageError(f"Could not keep {key}: {error.strerror}") from error

    def read(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise MissingFile from error
        except OSError as error:
            raise StorageError(f"Could not read {key}: {error.strerror}") from error

    def delete(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"Could not delete {key}: {error.strerror}") from error
        with suppress(OSError):
            self._path(key).parent.rmdir()  # only where it is empty now

    def keys(self, prefix: str = "") -> Iterator[str]:
        start = self.folder / prefix.rpartition("/")[0]
        for path in start.rglob("*"):
            key = path.relative_to(self.folder).as_posix()
            if path.is_file() and not path.name.startswith(".part-") and key.startswith(prefix):
                yield key

    def check(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".part-"):
                pass
        except OSError as error:
            raise StorageError(f"The folder {self.folder} can't be written to: {error.strerror}") from error

    def _path(self, key: str) -> Path:
        return self.folder / check_key(key)


def _temporary_beside(path: Path) -> tuple[int, str]:
    """A new file in the folder of `path`; that folder may be removed, being empty, at this very moment."""
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            return tempfile.mkstemp(dir=path.parent, prefix=".part-")
