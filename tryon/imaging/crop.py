"""Cropping a photo to 4:5 around its person: geometry only, no pixels."""

from dataclasses import dataclass

ASPECT = 4 / 5
"""Width by height of a portrait as shops show it."""
ROOM_SIDES, ROOM_ABOVE, ROOM_BELOW = 0.12, 0.07, 0.05
"""Air around the person, as shares of the person's height."""
WORTH_IT = 0.06
"""A crop that takes away less than this share of the picture is not worth another encoding."""


@dataclass(frozen=True, slots=True)
class Box:
    """Shares of the picture's width and height, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


def portrait_around(width: int, height: int, person: Box) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom in pixels, or None where the picture is better left as it is.

    Nothing of the person is ever cut off. Where the picture has no room for 4:5 around them (somebody from head to toe
    in a narrow photo), it comes as near to it as the picture allows.
    """
    tall = (person.bottom - person.top) * height
    left = max(0.0, person.left * width - ROOM_SIDES * tall)
    right = min(float(width), person.right * width + ROOM_SIDES * tall)
    top = max(0.0, person.top * height - ROOM_ABOVE * tall)
    bottom = min(float(height), person.bottom * height + ROOM_BELOW * tall)
    if (right - left) / (bottom - top) < ASPECT:
        left, right = _widened(left, right, (bottom - top) * ASPECT, width)
    else:
        top, bottom = _widened(top, bottom, (right - left) / ASPECT, height)
    box = round(left), round(top), round(right), round(bottom)
    kept = (box[2] - box[0]) * (box[3] - box[1])
    return box if kept < (1 - WORTH_IT) * width * height else None


def _widened(low: float, high: float, length: float, limit: int) -> tuple[float, float]:
    """The span grown to that length on both sides alike, moved inward where the picture ends."""
    length = min(length, float(limit))
    low = (low + high - length) / 2
    low = min(max(0.0, low), limit - length)
    return low, low + length
