"""Cameras write which way up they were held; here the picture is turned so that nobody need know."""

import struct

from PIL import Image

_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turn_upright(image: Image.Image, source: Image.Image) -> Image.Image:
    """Turn `image` as the metadata of `source`, the file it was read from, says."""
    turn = _TURNS.get(_orientation_of(source))
    return image if turn is None else image.transpose(turn)


def _orientation_of(source: Image.Image) -> int:
    """1 to 8; 1 where the metadata say nothing, or nonsense: a picture with damaged metadata is still a picture."""
    try:
        value = source.getexif().get(_ORIENTATION_TAG, 1)
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, AttributeError, struct.error):
        return 1
    return value if isinstance(value, int) else 1
