"""Cropping a photo to 4:5 around its person: geometry only, no pixels."""

from dataclasses import dataclass
from math import inf

from tryon.imaging.box import Box

ASPECT = 4 / 5
"""Width by height of a portrait as shops show it."""
ROOM_SIDES, ROOM_ABOVE, ROOM_BELOW = 0.12, 0.07, 0.05
"""Air around the person, as shares of the person's height. Where there is no room for it, there is less."""
SAFE = 0.02
"""Of that air, what is never given up: eyes that see where somebody ends are a little unsure of it."""
WORTH_IT = 0.06
"""A crop that takes away less than this share of the picture is not worth another encoding."""


def portrait_around(width: int, height: int, person: Box) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom in pixels, or None where the picture is better left as it is.

    Nothing of the person is ever cut off, and the air around them is given up before 4:5 is. Where the picture has no
    room for 4:5 around them at all (somebody from head to toe in a narrow photo), it comes as near to it as it can.
    """
    tall = (person.bottom - person.top) * height
    sides, safe = ROOM_SIDES * tall, SAFE * tall
    widest = min(float(width), height * ASPECT)
    across = _Span(person.left * width, person.right * width, width).grown(safe, safe)
    down = _Span(person.top * height, person.bottom * height, height).grown(safe, safe)
    across = across.grown(sides - safe, sides - safe, at_most=widest)
    down = down.grown(ROOM_ABOVE * tall - safe, ROOM_BELOW * tall - safe, at_most=widest / ASPECT)
    if across.length < down.length * ASPECT:
        across = across.widened(down.length * ASPECT)
    else:
        down = down.widened(across.length / ASPECT)
    box = round(across.low), round(down.low), round(across.high), round(down.high)
    kept = (box[2] - box[0]) * (box[3] - box[1])
    return box if kept < (1 - WORTH_IT) * width * height else None


@dataclass(frozen=True, slots=True)
class _Span:
    """From one pixel to another along a side of the picture that is `limit` pixels long."""

    low: float
    high: float
    limit: int

    @property
    def length(self) -> float:
        return self.high - self.low

    def grown(self, before: float, after: float, *, at_most: float = inf) -> "_Span":
        """By so much as the picture has there; by the same part of both where more than `at_most` would come out."""
        before, after = min(before, self.low), min(after, self.limit - self.high)
        spare = max(0.0, at_most - self.length)
        part = 1.0 if before + after <= spare else spare / (before + after)
        return _Span(self.low - part * before, self.high + part * after, self.limit)

    def widened(self, length: float) -> "_Span":
        """To that length on both sides alike, moved inward where the picture ends."""
        length = min(length, float(self.limit))
        low = min(max(0.0, (self.low + self.high - length) / 2), self.limit - length)
        return _Span(low, low + length, self.limit)
