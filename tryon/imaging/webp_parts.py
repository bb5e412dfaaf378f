"""A WebP file cut into its RIFF chunks, and put together again with an XMP chunk."""

from dataclasses import dataclass
from typing import Final

XMP_FLAG, ALPHA_FLAG = 0x04, 0x10
HEAD: Final = 12
"""Bytes of "RIFF", the size and "WEBP"."""


@dataclass(frozen=True, slots=True)
class Chunk:
    kind: bytes
    body: bytes


def split(data: bytes) -> list[Chunk]:
    """As many whole chunks as there are."""
    chunks: list[Chunk] = []
    at = HEAD
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > len(data):
            break
        chunks.append(Chunk(data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return chunks


def join(chunks: list[Chunk]) -> bytes:
    parts = []
    for chunk in chunks:
        parts += [chunk.kind, len(chunk.body).to_bytes(4, "little"), chunk.body, b"\0" * (len(chunk.body) % 2)]
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """The file with that packet, in the extended format, which alone has room for one; the pictures' chunks stay."""
    chunks = [chunk for chunk in split(data) if chunk.kind != b"XMP "]
    head = chunks[0] if chunks else None
    if head is None:
        return data
    if head.kind == b"VP8X":
        head = Chunk(b"VP8X", bytes((head.body[0] | XMP_FLAG,)) + head.body[1:])
        chunks = chunks[1:]
    else:
        described = _described(head)
        if described is None:
            return data
        head = described
    return join([head, *chunks, Chunk(b"XMP ", packet)])


def _described(picture: Chunk) -> Chunk | None:
    """The extended format's head for a file that had none: size and transparency, as the picture's own chunk says."""
    body, flags = picture.body, XMP_FLAG
    if picture.kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    elif picture.kind == b"VP8L" and body[:1] == b"\x2f" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags |= ALPHA_FLAG if bits >> 28 & 1 else 0
    else:
        return None
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return Chunk(b"VP8X", bytes((flags, 0, 0, 0)) + sizes)
