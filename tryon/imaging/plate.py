"""What lies under a logo that can't be made out: nothing where it can, else the faintest plate on which it can."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tryon.imaging.outline import REACHES, Outline

CONTRAST_NEEDED: Final = 28.0
"""In lightness (L*, 0 to 100), between a fully opaque logo and the ground beside it."""
WEAK_MAX: Final = 0.06
"""A logo is legible when no more than this share of its outline has less contrast: a letter of a dozen."""
WEAK_ON_PLATE_MAX: Final = 0.12
"""The same on a plate: what is weak there is not lost in the ground, but was drawn thin or pale."""
WORTH_IT: Final = 0.1
"""A plate on which the logo is still not legible is laid only where it spares this much more of the outline."""
TONES: Final = (16, 250, 119)
"""Dark, light, and the grey on which black and white are equally legible."""
STRENGTHS: Final = (0.45, 0.6, 0.75, 0.88)
"""Opacity of a plate."""
ROOM_SHARE: Final = 0.32
ROOM_WIDE: Final = 0.4
"""How far a plate reaches beyond the logo: this share of its height, or of so much of its width where that is less."""
ROOM_MIN_PX: Final = 6


@dataclass(frozen=True, slots=True)
class Plate:
    tone: int
    """Of red, green and blue alike."""
    strength: float
    """0 to 1."""


class Spot:
    """The piece of a picture on which a logo stands, with room for a plate around it."""

    def __init__(self, picture: Image.Image, mark: Image.Image, corner: tuple[int, int], opacity: float) -> None:
        """`mark` is RGBA and as large as it will be, `corner` its left upper one, `opacity` 0 to 1."""
        room = max(ROOM_MIN_PX, *REACHES, round(min(mark.height, mark.width * ROOM_WIDE) * ROOM_SHARE))
        left, top = corner[0] - room, corner[1] - room
        whole = left, top, corner[0] + mark.width + room, corner[1] + mark.height + room
        self.box = max(0, left), max(0, top), min(picture.width, whole[2]), min(picture.height, whole[3])
        self.opacity = opacity
        self._ground = picture.crop(self.box).convert("RGB")
        self._mark = Image.new("RGBA", self._ground.size, (0, 0, 0, 0))
        self._mark.paste(mark, (corner[0] - self.box[0], corner[1] - self.box[1]))
        self._fading = self._mark.getchannel("A").point(lambda alpha: round(alpha * opacity))
        shape = _soft_plate((whole[2] - left, whole[3] - top), room)
        self._plate = shape.crop((self.box[0] - left, self.box[1] - top, self.box[2] - left, self.box[3] - top))
        self._calm = self._ground.filter(ImageFilter.GaussianBlur(room))

    def outline(self) -> Outline:
        return Outline.of(np.asarray(self._mark.getchannel("A")))

    def finished(self, plate: Plate | None) -> Image.Image:
        """With the logo; the ground under a plate is blurred, as behind frosted glass."""
        seen = self._ground.copy()
        if plate is not None:
            tone = Image.new("RGB", seen.size, (plate.tone,) * 3)
            seen.paste(Image.blend(self._calm, tone, plate.strength), mask=self._plate)
        seen.paste(self._mark, mask=self._fading)
        return seen


def best_plate(spot: Spot) -> Plate | None:
    """None where the logo is legible as it is; else the faintest plate on which it is, or comes nearest to it.

    A logo that the merchant wants faint may be as faint against a plate as against a plain ground.
    """
    outline, needed = spot.outline(), CONTRAST_NEEDED * spot.opacity

    def weakness(plate: Plate | None) -> tuple[float, float]:
        """The share of the outline that is weak; among equals the plate with more contrast is better."""
        seen = spot.finished(plate)
        return round(outline.weak_share(seen, needed), 2), -outline.contrast(seen)

    bare = weakness(None)
    if bare[0] <= WEAK_MAX:
        return None
    tried: list[tuple[tuple[float, float], Plate]] = []
    for strength in STRENGTHS:
        plates = [Plate(tone, strength) for tone in TONES]
        tried.append(_best(plates, weakness))
        if tried[-1][0][0] <= WEAK_ON_PLATE_MAX:
            return tried[-1][1]
    least, plate = min(tried, key=lambda each: each[0])
    return plate if least[0] <= bare[0] - WORTH_IT else None


def _best(plates: list[Plate], weakness: Callable[[Plate], tuple[float, float]]) -> tuple[tuple[float, float], Plate]:
    return min(((weakness(plate), plate) for plate in plates), key=lambda each: each[0])


def _soft_plate(size: tuple[int, int], room: int) -> Image.Image:
    """The plate's shape: round corners and an edge that fades out."""
    soft = max(1, room // 3)
    shape = Image.new("L", size, 0)
    inner = (soft, soft, size[0] - 1 - soft, size[1] - 1 - soft)
    ImageDraw.Draw(shape).rounded_rectangle(inner, radius=room, fill=255)
    return shape.filter(ImageFilter.GaussianBlur(soft / 2))
