"""A logo as large as it will stand on a picture."""

from typing import Final

import numpy as np
from PIL import Image

from tryon.imaging.look import WatermarkLook
from tryon.imaging.outline import core_of

WIDTH_MIN_PX: Final = 72
TALL_SHARE: Final = 0.6
"""A logo is at most this many of its widest width tall, so that a tall one does not grow over the person."""
GAIN_MAX: Final = 2.2
"""Lines thinner than a pixel are made up to this much more opaque again."""


def sized(logo: Image.Image, picture: Image.Image, look: WatermarkLook) -> Image.Image:
    """`logo` (RGBA) as wide as `look` asks for on `picture`; hair lines stay as strong as they were drawn."""
    short = min(picture.size)
    width = min(max(WIDTH_MIN_PX, short * look.size), short * 0.9)
    scale = min(width / logo.width, width * TALL_SHARE / logo.height)
    size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    mark = logo.resize(size, Image.Resampling.LANCZOS)
    gain = min(GAIN_MAX, _strength(logo) / max(1.0, _strength(mark)))
    if gain > 1:
        mark.putalpha(mark.getchannel("A").point([min(255, round(alpha * gain)) for alpha in range(256)]))
    return mark


def _strength(logo: Image.Image) -> float:
    """How opaque its thinner parts are, 0 to 255."""
    alpha = np.asarray(logo.getchannel("A"))
    core = alpha[core_of(alpha)]
    return float(np.percentile(core, 25)) if len(core) else 0.0
