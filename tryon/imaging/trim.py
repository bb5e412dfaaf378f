"""A logo without the empty canvas that drawing programs leave around it."""

from PIL import Image

FAINT = 24
"""Of 255: what is no more opaque than this is not seen."""
SEEN_PIXELS_MIN = 32
"""A logo with fewer pixels to be seen is a speck, or nothing at all."""


def trimmed(logo: Image.Image) -> Image.Image | None:
    """`logo` (any mode) without its transparent margins, as RGBA; None where nothing of it can be seen."""
    picture = logo.convert("RGBA")
    seen = picture.getchannel("A").point([255 if alpha > FAINT else 0 for alpha in range(256)])
    box = seen.getbbox()
    if box is None or seen.histogram()[255] < SEEN_PIXELS_MIN:
        return None
    return picture if box == (0, 0, *picture.size) else picture.crop(box)
