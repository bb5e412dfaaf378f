"""Ruined pictures: everything a shopper or a shop might send instead of a good photo, made from good ones by a seed."""

import io
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon.engines.local.analysis import Picture

Random = np.random.Generator
Pixels = NDArray[np.generic]
"""Grey, RGB or RGBA, 8 or 16 bit."""
Mutation = Callable[[Picture, Random], Pixels]

HUGE_SIDE_PX = 2400
"""The largest photo that the rest of the system hands to an engine; larger ones are reduced where they come in."""


def ruin(picture: Picture, mutation: str, random: Random) -> bytes:
    """The picture after one mutation, encoded: PNG or JPEG where that can hold it."""
    if mutation in BYTES:
        return BYTES[mutation](encode(picture, ".jpg"), random)
    changed = PIXELS[mutation](picture, random)
    is_jpeg = changed.dtype == np.uint8 and (changed.ndim == 2 or changed.shape[2] == 3) and random.random() < 0.5
    return encode(changed, ".jpg" if is_jpeg or mutation == "huge" else ".png")


def encode(picture: Pixels, extension: str) -> bytes:
    if picture.ndim == 3:
        picture = picture[..., [2, 1, 0, 3][: picture.shape[2]]]
    return cv2.imencode(extension, np.ascontiguousarray(picture))[1].tobytes()


# ---- what is left of the frame


def _crop(picture: Picture, random: Random) -> Pixels:
    height, width = picture.shape[:2]
    tall, wide = (max(1, int(side * random.uniform(0.08, 0.9))) for side in (height, width))
    top, left = random.integers(0, height - tall + 1), random.integers(0, width - wide + 1)
    return picture[top : top + tall, left : left + wide]


def _without_head(picture: Picture, random: Random) -> Pixels:
    return picture[int(picture.shape[0] * random.uniform(0.1, 0.4)) :]


def _without_legs(picture: Picture, random: Random) -> Pixels:
    return picture[: int(picture.shape[0] * random.uniform(0.3, 0.65))]


def _half(picture: Picture, random: Random) -> Pixels:
    middle = int(picture.shape[1] * random.uniform(0.4, 0.6))
    return picture[:, :middle] if random.random() < 0.5 else picture[:, middle:]


def _one_row(picture: Picture, random: Random) -> Pixels:
    row = int(random.integers(0, picture.shape[0]))
    return picture[row : row + 1]


def _one_column(picture: Picture, random: Random) -> Pixels:
    column = int(random.integers(0, picture.shape[1]))
    return picture[:, column : column + 1]


def _one_pixel(picture: Picture, random: Random) -> Pixels:
    return picture[:1, :1]


# ---- size and shape


def _tiny(picture: Picture, random: Random) -> Pixels:
    side = int(random.integers(2, 90))
    return cv2.resize(picture, (side, max(1, side * picture.shape[0] // picture.shape[1])))


def _huge(picture: Picture, random: Random) -> Pixels:
    factor = HUGE_SIDE_PX / max(picture.shape[:2])
    return cv2.resize(picture, None, fx=factor, fy=factor)


def _wide(picture: Picture, random: Random) -> Pixels:
    return cv2.resize(picture, (int(400 * random.uniform(4, 9)), int(random.integers(20, 260))))


def _tall(picture: Picture, random: Random) -> Pixels:
    return cv2.resize(picture, (int(random.integers(20, 260)), int(400 * random.uniform(4, 9))))


def _stretched(picture: Picture, random: Random) -> Pixels:
    return cv2.resize(picture, None, fx=float(random.uniform(0.4, 1.8)), fy=float(random.uniform(0.4, 1.2)))


def _rotated(picture: Picture, random: Random) -> Pixels:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-180, 180)), 1.0)
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _tilted(picture: Picture, random: Random) -> Pixels:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-25, 25)), 0.9)
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)


def _upside_down(picture: Picture, random: Random) -> Pixels:
    return picture[::-1, ::-1]


def _mirrored(picture: Picture, random: Random) -> Pixels:
    return picture[:, ::-1]


# ---- colour and noise


def _noisy(picture: Picture, random: Random) -> Pixels:
    noise = random.normal(0, random.uniform(8, 90), picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def _pure_noise(picture: Picture, random: Random) -> Pixels:
    return random.integers(0, 256, picture.shape, dtype=np.uint8)


def _flat(picture: Picture, random: Random) -> Pixels:
    return np.broadcast_to(random.integers(0, 256, 3, dtype=np.uint8), picture.shape)


def _grey(picture: Picture, random: Random) -> Pixels:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def _inverted(picture: Picture, random: Random) -> Pixels:
    return 255 - picture


def _dark(picture: Picture, random: Random) -> Pixels:
    return (picture * random.uniform(0.0, 0.12)).astype(np.uint8)


def _bright(picture: Picture, random: Random) -> Pixels:
    return np.clip(picture * random.uniform(2, 6) + 40, 0, 255).astype(np.uint8)


def _blurred(picture: Picture, random: Random) -> Pixels:
    return cv2.GaussianBlur(picture, (0, 0), float(random.uniform(4, 60)))


def _posterised(picture: Picture, random: Random) -> Pixels:
    return (picture // 96 * 96).astype(np.uint8)


def _deep(picture: Picture, random: Random) -> Pixels:
    return picture.astype(np.uint16) * 257


# ---- transparency


def _random_alpha(picture: Picture, random: Random) -> Pixels:
    veil = cv2.resize(random.integers(0, 256, (9, 7), dtype=np.uint8), (picture.shape[1], picture.shape[0]))
    return np.dstack([picture, veil])


def _hole(picture: Picture, random: Random) -> Pixels:
    height, width = picture.shape[:2]
    veil = np.full((height, width), 255, np.uint8)
    cv2.circle(veil, (width // 2, height // 2), int(random.integers(5, width // 2)), 0, -1)
    return np.dstack([picture, veil])


def _invisible(picture: Picture, random: Random) -> Pixels:
    return np.dstack([picture, np.zeros(picture.shape[:2], np.uint8)])


# ---- other things than one photo of one person


def _drawing(picture: Picture, random: Random) -> Pixels:
    edges = cv2.Canny(cv2.GaussianBlur(picture, (0, 0), 2), 30, 90)
    return cv2.cvtColor(255 - cv2.dilate(edges, np.ones((2, 2), np.uint8)), cv2.COLOR_GRAY2RGB)


def _stick_figure(picture: Picture, random: Random) -> Pixels:
    page = np.full((800, 600, 3), 250, np.uint8)
    ink = tuple(int(v) for v in random.integers(0, 200, 3))
    cv2.circle(page, (300, 150), 70, ink, int(random.choice([-1, 4])))
    for start, end in (((300, 220), (300, 500)), ((300, 280), (160, 420)), ((300, 280), (440, 420))):
        cv2.line(page, start, end, ink, int(random.integers(2, 60)))
    for foot in (200, 400):
        cv2.line(page, (300, 500), (foot, 760), ink, int(random.integers(2, 60)))
    return page


def _twins(picture: Picture, random: Random) -> Pixels:
    return np.hstack([picture, picture[:, ::-1]])


def _collage(picture: Picture, random: Random) -> Pixels:
    quarter = cv2.resize(picture, None, fx=0.5, fy=0.5)
    return np.tile(quarter, (2, 2, 1))


def _covered(picture: Picture, random: Random) -> Pixels:
    changed = picture.copy()
    height, width = picture.shape[:2]
    for _ in range(int(random.integers(1, 7))):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        wide, tall = int(random.integers(10, width)), int(random.integers(10, height // 2))
        changed[y : y + tall, x : x + wide] = random.integers(0, 256, 3, dtype=np.uint8)
    return changed


def _on_a_bright_field(picture: Picture, random: Random) -> Pixels:
    """The subject, small, anywhere on a large even ground."""
    field = np.full((1100, 1400, 3), random.integers(0, 256, 3, dtype=np.uint8), np.uint8)
    factor = random.uniform(0.05, 0.6) * 1000 / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=factor, fy=factor)
    y, x = random.integers(0, 1100 - small.shape[0]), random.integers(0, 1400 - small.shape[1])
    field[y : y + small.shape[0], x : x + small.shape[1]] = small
    return field


PIXELS: Mapping[str, Mutation] = {
    "crop": _crop, "without_head": _without_head, "without_legs": _without_legs, "half": _half,
    "one_row": _one_row, "one_column": _one_column, "one_pixel": _one_pixel,
    "tiny": _tiny, "huge": _huge, "wide": _wide, "tall": _tall, "stretched": _stretched,
    "rotated": _rotated, "tilted": _tilted, "upside_down": _upside_down, "mirrored": _mirrored,
    "noisy": _noisy, "pure_noise": _pure_noise, "flat": _flat, "grey": _grey, "inverted": _inverted,
    "dark": _dark, "bright": _bright, "blurred": _blurred, "posterised": _posterised, "deep": _deep,
    "random_alpha": _random_alpha, "hole": _hole, "invisible": _invisible,
    "drawing": _drawing, "stick_figure": _stick_figure, "twins": _twins, "collage": _collage,
    "covered": _covered, "on_a_bright_field": _on_a_bright_field,
}  # fmt: skip


def _cut_short(encoded: bytes, random: Random) -> bytes:
    return encoded[: int(len(encoded) * random.uniform(0.0, 0.95))]


def _bitten(encoded: bytes, random: Random) -> bytes:
    changed = bytearray(encoded)
    for place in random.integers(20, len(changed), 60):
        changed[place] = int(random.integers(0, 256))
    return bytes(changed)


def _babble(encoded: bytes, random: Random) -> bytes:
    return random.bytes(int(random.integers(0, 4000)))


def _as(mode: str, kind: str) -> Callable[[bytes, Random], bytes]:
    """The same picture in another colour model and file format."""

    def convert(encoded: bytes, random: Random) -> bytes:
        written = io.BytesIO()
        Image.open(io.BytesIO(encoded)).convert(mode).save(written, kind)
        return written.getvalue()

    return convert


BYTES: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "grey_alpha": _as("LA", "PNG"),
    "palette": _as("P", "PNG"),
    "one_bit": _as("1", "PNG"),
    "cmyk": _as("CMYK", "JPEG"),
    "webp": _as("RGBA", "WEBP"),
    "gif": _as("P", "GIF"),
    "cut_short": _cut_short,
    "bitten": _bitten,
    "babble": _babble,
}
MUTATIONS = (*PIXELS, *BYTES)
