"""A merchant's logo as it stands on a page: small, and only where it can be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from tryon.merchants.colours import contrast

HEIGHT_PX, WIDTH_MAX_PX = 32, 160
SHARPNESS = 3
"""Screen pixels for each of these."""
SEEN_FROM = 1.6
"""Contrast of a colour that still stands out: logos may be pale."""
SEEN_SHARE = 0.6
"""Of a logo's visible area."""
_COLOURS_MAX = 32


@dataclass(frozen=True, slots=True)
class ScreenLogo:
    """`data` is a WebP; `colours` are those of its visible area with their shares."""

    data: bytes
    width: int
    height: int
    colours: Mapping[str, float]

    def can_be_seen_on(self, ground: str) -> bool:
        return (
            sum(share for colour, share in self.colours.items() if contrast(colour, ground) >= SEEN_FROM) >= SEEN_SHARE
        )


def draw_for_screen(data: bytes) -> ScreenLogo:
    """Of a kept logo."""
    logo = Image.open(BytesIO(data)).convert("RGBA")
    scale = min(HEIGHT_PX / logo.height, WIDTH_MAX_PX / logo.width)
    width, height = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    colours = _colours_of(logo)
    logo.thumbnail((width * SHARPNESS, height * SHARPNESS), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    logo.save(buffer, "WEBP", lossless=True, method=6)
    return ScreenLogo(buffer.getvalue(), width, height, colours)


def _colours_of(logo: Image.Image) -> dict[str, float]:
    small = logo.copy()
    small.thumbnail((128, 128))
    pixels = np.asarray(small).reshape(-1, 4)
    visible = pixels[pixels[:, 3] > 127][:, :3]
    if not len(visible):
        return {}
    strip = Image.fromarray(np.ascontiguousarray(visible[None]))
    counted = strip.quantize(_COLOURS_MAX).convert("RGB").getcolors(len(visible)) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour): count / len(visible) for count, colour in counted}  # type: ignore[misc]
