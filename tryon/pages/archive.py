"""An archive that leaves while it is made: one file after the other, never all of it in memory."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tryon.generations.exporting import Export
from tryon.storage.base import Storage
from tryon.storage.folders import read_if_there

BYTES_MAX = 1024**3
"""What would go beyond is left out, and said to be."""
FIRST_NAME, LAST_NAME = "about-me.json", "left-out.txt"


def stream_archive(export: Export, moment: datetime, *, storage: Storage) -> Iterator[bytes]:
    """The bytes of a ZIP file: what is said, then the pictures. Pictures are small already, and stored as they are."""
    pipe = _Pipe()
    left_out, sent = [], 0
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        said = json.dumps(export.said, indent=2, ensure_ascii=False).encode()
        archive.writestr(_entry(FIRST_NAME, moment), said, zipfile.ZIP_DEFLATED)
        yield pipe.take()
        for name, key in export.files:
            data = read_if_there(storage, key) if sent < BYTES_MAX else None
            if data is None:  # deleted meanwhile, or too much
                left_out.append(name)
                continue
            sent += len(data)
            archive.writestr(_entry(name, moment), data)
            yield pipe.take()
        if left_out:
            archive.writestr(_entry(LAST_NAME, moment), "\n".join(left_out) + "\n")
    yield pipe.take()


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


class _Pipe:
    """What a ZIP file is written to: it can't be rewound, and forgets what was taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data
