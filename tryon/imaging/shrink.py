"""Kept pictures as wide as a page shows them, in the format that costs the visitor the fewest bytes."""

import io
from typing import Final

from PIL import Image

WEBP_QUALITY: Final = 80
WEBP_EFFORT: Final = 2
"""Of 6: twice the time of the fastest, a tenth fewer bytes. AVIF would save another tenth for four times the time."""
JPEG_QUALITY: Final = 82


def shrunk(data: bytes, width: int, ending: str) -> bytes:
    """One of our own pictures (JPEG, PNG or WebP), at most `width` pixels wide, as webp, jpg or png.

    A narrower one is only encoded anew. Transparency stays, but for jpg.
    """
    with Image.open(io.BytesIO(data)) as file:
        file.draft(None, (width, 1))  # a JPEG is decoded at half its size, or a quarter, where that is enough
        image = file.convert("RGBA" if file.mode in ("RGBA", "LA", "P") and ending != "jpg" else "RGB")
    if image.width > width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    if ending == "webp":
        image.save(buffer, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
    elif ending == "jpg":
        image.save(buffer, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    else:
        image.save(buffer, "PNG")
    return buffer.getvalue()
