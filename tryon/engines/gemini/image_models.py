"""What is known of Google's image models: the proportions and sizes they draw in, and what they cost.

Sources, read in 2026-11: https://ai.google.dev/gemini-api/docs/image-generation (proportions, sizes) and
https://ai.google.dev/gemini-api/docs/pricing (US dollars per million tokens, tokens of a picture by its size).
A model that is not listed is asked for only what all of them know, and is taken to cost as much as the dearest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from tryon.engines.base import Size
from tryon.engines.hosted.photos import value_of

COMMON_RATIOS: Final = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
ALL_RATIOS: Final = (*COMMON_RATIOS, "1:4", "4:1")
"""But 1:8 and 8:1, in which nobody takes a photo of a person."""
SIDE_OF_SIZE: Final[Mapping[str, int]] = {"1K": 1024, "2K": 2048, "4K": 4096}
"""The side of a square of that size; other proportions have about as many pixels."""
LARGEST_OF_ITS_OWN_ACCORD: Final = "2K"
"""4K takes twice as long and no screen shows it."""
SHARP_ENOUGH: Final = 0.8
"""A picture this much of the wanted size is still worth enlarging; below it the next size is asked for."""


@dataclass(frozen=True, slots=True)
class ImageModel:
    """Prices are US dollars per million tokens, which is also millionths of a dollar per token."""

    ratios: tuple[str, ...]
    picture_tokens: Mapping[str, int] = field(default_factory=dict)
    """By size; empty where the model is not told a size."""
    input_price: float = 2.0
    words_price: float = 12.0
    """Of what it writes and thinks."""
    picture_price: float = 120.0

    def size_for(self, wanted: Size, ratio: str | None, setting: str = "auto") -> str | None:
        """The smallest of its sizes that is sharp enough for a picture of `wanted` pixels; None: do not name one."""
        if setting != "auto":
            return setting if setting in self.picture_tokens else None
        offered = [size for size in SIDE_OF_SIZE if size in self.picture_tokens]
        shape = value_of(ratio) if ratio else wanted[0] / wanted[1]
        for size in offered:
            longest = SIDE_OF_SIZE[size] * sqrt(max(shape, 1 / shape))
            if longest >= SHARP_ENOUGH * max(wanted) or size == LARGEST_OF_ITS_OWN_ACCORD:
                return size
        return offered[-1] if offered else None

    def cost_of_picture(self, size: str | None) -> int:
        """Millionths of a dollar, where the answer does not say what it took."""
        tokens = self.picture_tokens.get(size or "", max(self.picture_tokens.values(), default=2000))
        return round(tokens * self.picture_price)


IMAGE_MODELS: Final[Mapping[str, ImageModel]] = {
    "gemini-nano-banana-2.1": ImageModel(ALL_RATIOS, {"1K": 1120, "2K": 1680, "4K": 3780}, 1.5, 7.5, 30.0),
    "gemini-3.1-flash-lite-image": ImageModel(COMMON_RATIOS, {"1K": 1120}, 0.25, 1.5, 30.0),
    "gemini-3.1-flash-image": ImageModel(ALL_RATIOS, {"1K": 1120, "2K": 1680, "4K": 2520}, 0.5, 3.0, 60.0),
    "gemini-3-pro-image": ImageModel(COMMON_RATIOS, {"1K": 1120, "2K": 1120, "4K": 2000}, 2.0, 12.0, 120.0),
}
UNKNOWN_MODEL: Final = ImageModel(COMMON_RATIOS)


def image_model(name: str) -> ImageModel:
    return IMAGE_MODELS.get(name, UNKNOWN_MODEL)
