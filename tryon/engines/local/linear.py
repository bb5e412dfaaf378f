"""sRGB and linear light, and the colour difference a merchant would see."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

Linear = NDArray[np.float32]
"""Linear light, 0..1, any shape ending in 3."""

LUMA = np.asarray([0.2126, 0.7152, 0.0722], np.float32)
"""Share of red, green and blue in luminance (Rec. 709)."""


def _decode_table() -> NDArray[np.float32]:
    code = np.arange(256) / 255.0
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _encode_table() -> NDArray[np.uint8]:
    light = np.arange(_ENCODE_STEPS + 1) / _ENCODE_STEPS
    code = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(code * 255).astype(np.uint8)


_ENCODE_STEPS = 16383
"""Fine enough that every sRGB code survives the way to linear light and back."""

_DECODE = _decode_table()
_ENCODE = _encode_table()


def to_linear(picture: Picture) -> Linear:
    # OpenCV's table is several times faster than an index, but knows no empty picture.
    return cv2.LUT(picture, _DECODE).reshape(picture.shape) if picture.ndim > 1 and picture.size else _DECODE[picture]


def to_srgb(light: Linear) -> Picture:
    index = np.clip(light * np.float32(_ENCODE_STEPS) + np.float32(0.5), 0, _ENCODE_STEPS)
    return _ENCODE[index.astype(np.uint16)]


def luminance(light: Linear) -> NDArray[np.float32]:
    return light @ LUMA


def to_lab(pixels: Picture) -> NDArray[np.float32]:
    """(…, 3) sRGB to CIE Lab, L 0..100."""
    flat = np.ascontiguousarray(pixels.reshape(-1, 1, 3))
    lab = cv2.cvtColor(flat.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return np.asarray(lab.reshape(pixels.shape), np.float32)


def lab_to_linear(lab: NDArray[np.floating]) -> Linear:
    """(3,) CIE Lab to linear RGB."""
    rgb = cv2.cvtColor(np.asarray(lab, np.float32).reshape(1, 1, 3), cv2.COLOR_Lab2RGB).reshape(3)
    return to_linear(np.clip(np.rint(rgb * 255), 0, 255).astype(np.uint8))


def difference(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """CIEDE2000 of two Lab colours (Sharma, Wu, Dalal 2005); 1 is just visible, 5 is another shade."""
    l1, a1, b1 = (float(v) for v in one)
    l2, a2, b2 = (float(v) for v in other)
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grey = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + grey), a2 * (1 + grey)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l_m, c_m = (l1 + l2) / 2, (c1 + c2) / 2
    h_m = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (
        1 - 0.17 * np.cos(np.radians(h_m - 30)) + 0.24 * np.cos(np.radians(2 * h_m))
        + 0.32 * np.cos(np.radians(3 * h_m + 6)) - 0.20 * np.cos(np.radians(4 * h_m - 63))
    )  # fmt: skip
    s_l = 1 + 0.015 * (l_m - 50) ** 2 / np.sqrt(20 + (l_m - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_m, 1 + 0.015 * c_m * t
    bend = -np.sin(np.radians(60 * np.exp(-(((h_m - 275) / 25) ** 2)))) * 2 * np.sqrt(c_m**7 / (c_m**7 + 25.0**7))
    terms = (d_l / s_l, d_c / s_c, d_h / s_h)
    return float(np.sqrt(terms[0] ** 2 + terms[1] ** 2 + terms[2] ** 2 + bend * terms[1] * terms[2]))
