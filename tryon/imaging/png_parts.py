"""A PNG file cut into its chunks, and put together again byte for byte."""

import zlib
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    kind: bytes
    body: bytes


def split_png(data: bytes) -> list[Chunk]:
    """As many whole chunks as there are."""
    chunks: list[Chunk] = []
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + length > len(data):
            break
        chunks.append(Chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


def join_png(chunks: list[Chunk]) -> bytes:
    parts = [SIGNATURE]
    for chunk in chunks:
        parts += [len(chunk.body).to_bytes(4, "big"), chunk.kind, chunk.body]
        parts.append(zlib.crc32(chunk.kind + chunk.body).to_bytes(4, "big"))
    return b"".join(parts)
