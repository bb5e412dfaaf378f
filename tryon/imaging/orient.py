"""Cameras write which way up they were held; here the picture is turned so that nobody need know."""

import struct

from PIL import Image

from tryon.imaging.box import Box

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


def before_turning(box: Box, source: Image.Image) -> Box:
    """Where a part of the upright picture lies in the picture as `source` stores it."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    turned = {
        2: Box(1 - right, top, 1 - left, bottom),
        3: Box(1 - right, 1 - bottom, 1 - left, 1 - top),
        4: Box(left, 1 - bottom, right, 1 - top),
        5: Box(top, left, bottom, right),
        6: Box(top, 1 - right, bottom, 1 - left),
        7: Box(1 - bottom, 1 - right, 1 - top, 1 - left),
        8: Box(1 - bottom, left, 1 - top, right),
    }
    return turned.get(_orientation_of(source), box)


def _orientation_of(source: Image.Image) -> int:
    """1 to 8; 1 where the metadata say nothing, or nonsense: a picture with damaged metadata is still a picture."""
    try:
        value = source.getexif().get(_ORIENTATION_TAG, 1)
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, AttributeError, struct.error):
        return 1
    return value if isinstance(value, int) else 1
