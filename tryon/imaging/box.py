"""A part of a picture, whatever its size."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """Shares of the picture's width and height, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in a picture of that size: at least one pixel."""
        left, top = min(round(self.left * width), width - 1), min(round(self.top * height), height - 1)
        return left, top, max(left + 1, round(self.right * width)), max(top + 1, round(self.bottom * height))


WHOLE = Box(0.0, 0.0, 1.0, 1.0)
