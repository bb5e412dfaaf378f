"""A JPEG file cut into its segments before the first scan, and put together again byte for byte."""

from dataclasses import dataclass
from typing import Final

ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a body."""
SCAN: Final = 0xDA


@dataclass(frozen=True, slots=True)
class Segment:
    marker: int
    body: bytes
    """Without marker and length."""


def split_jpeg(data: bytes) -> tuple[list[Segment], bytes]:
    """The segments after the start of the image, and everything from the first scan on (or from where it is no JPEG
    any more)."""
    segments: list[Segment] = []
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == SCAN or marker in ALONE or length < 2 or at + 2 + length > len(data):
            break
        segments.append(Segment(marker, data[at + 4 : at + 2 + length]))
        at += 2 + length
    return segments, data[at:]


def join_jpeg(segments: list[Segment], rest: bytes) -> bytes:
    parts = [b"\xff\xd8"]
    for segment in segments:
        parts += [bytes((0xFF, segment.marker)), (len(segment.body) + 2).to_bytes(2, "big"), segment.body]
    return b"".join([*parts, rest])
