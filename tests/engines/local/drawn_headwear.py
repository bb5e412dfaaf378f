"""Hats drawn as they are photographed for shops: from the front on a plain ground, shaded as round things are."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

Colour = tuple[float, float, float]
Shape = Literal["beanie", "cap", "brim", "bucket", "headband"]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

WIDTH, HEIGHT = 760, 578
PX_A_MM = 1.75
FINER = 2
"""Drawn at twice the size and reduced, so that every edge is antialiased."""
CROWN_MM = {"beanie": 186.0, "cap": 184.0, "brim": 172.0, "bucket": 174.0, "headband": 180.0}
"""Width of the crown where it meets the head."""


@dataclass(frozen=True)
class Hat:
    shape: Shape
    colour: Colour
    trim: Colour
    """Cuff, visor or band."""
    ground: Colour = (244, 243, 241)
    shadow: float = 0.25


@dataclass(frozen=True)
class DrawnHat:
    picture: Picture
    mask: Mask
    points: dict[str, tuple[float, float]]
    """Where the crown meets the head, left and right, and the highest and lowest point of the middle."""


KINDS: dict[str, Hat] = {
    "grey_beanie": Hat("beanie", (120, 124, 132), (112, 116, 124)),
    "mustard_beanie": Hat("beanie", (206, 152, 44), (196, 142, 38)),
    "navy_cap": Hat("cap", (34, 44, 78), (28, 36, 66)),
    "white_cap": Hat("cap", (238, 237, 234), (230, 229, 226), ground=(206, 208, 212)),
    "straw_hat": Hat("brim", (214, 184, 132), (60, 44, 36)),
    "black_hat": Hat("brim", (30, 30, 32), (70, 66, 62)),
    "olive_bucket": Hat("bucket", (104, 108, 70), (96, 100, 64)),
    "red_headband": Hat("headband", (176, 40, 52), (176, 40, 52)),
}


def draw(kind: Hat, seed: int = 9) -> DrawnHat:
    shape = (HEIGHT * FINER, WIDTH * FINER)
    x, y = _grid(shape)
    layers = {"beanie": _beanie, "cap": _cap, "brim": _brim, "bucket": _bucket, "headband": _headband}[kind.shape](x, y)
    mask = np.logical_or.reduce([area for area, _, _ in layers])
    light = np.broadcast_to(_linear(kind.ground), (*shape, 3)).astype(np.float32)
    light = light * (1 - kind.shadow * _soft(_moved(mask, (10, 22)), 16))[..., None]
    for area, shade, is_trim in layers:
        cloth = _linear(kind.trim if is_trim else kind.colour) * shade[..., None]
        light = light + (cloth - light) * _soft(area, 0.6)[..., None]
    coded = np.clip(light, 0, 1) ** (1 / 2.2) * 255
    small = cv2.resize(coded.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(seed).normal(0, 1.0, small.shape)
    small_mask = cv2.resize(mask.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) > 0.5
    return DrawnHat(np.clip(small + noise, 0, 255).astype(np.uint8), small_mask, _points(kind, small_mask))


def _points(kind: Hat, mask: Mask) -> dict[str, tuple[float, float]]:
    half, middle = CROWN_MM[kind.shape] / 2 * PX_A_MM, WIDTH / 2
    rows = np.flatnonzero(mask[:, WIDTH // 2])
    return {
        "crown_left": (middle + half, HEIGHT * 0.6),
        "crown_right": (middle - half, HEIGHT * 0.6),
        "top": (middle, float(rows[0])),
        "front": (middle, float(rows[-1])),
    }


Layers = list[tuple[Mask, Floats, bool]]


def _beanie(x: Floats, y: Floats) -> Layers:
    half = CROWN_MM["beanie"] / 2
    dome = _dome(x, y, half * 0.985, 138.0, 0.0, 2.4) & (y < 6)
    sag = 5 * (1 - (x / half) ** 2)
    cuff = (
        (np.abs(x) < half - 5 * np.clip((np.abs(y - 30 - sag) - 24) / 8, 0, 1) ** 2) & (y > -4 + sag) & (y < 62 + sag)
    )
    ribs = np.sin(np.arcsin(np.clip(x / half, -1, 1)) * 46)
    knit = (1 + 0.10 * ribs + 0.05 * np.sin(y * 1.9)).astype(np.float32)
    edge = 1 - 0.35 * np.exp(-np.abs(y - sag + 3) / 3)
    return [(dome, _round(x, half) * knit * edge, False), (cuff, _round(x, half) * knit * 1.04, True)]


def _cap(x: Floats, y: Floats) -> Layers:
    half = CROWN_MM["cap"] / 2
    sag = 14 * (1 - (x / half) ** 2)
    crown = _dome(x, y, half, 122.0, 8.0, 2.3) & (y < 8 + sag)
    crown |= np.hypot(x, (y + 114) * 1.4) < 6
    seam = np.minimum(np.abs(x), np.abs(np.abs(x) - 0.62 * half * np.sqrt(np.clip(1 - (y / -122) ** 2, 0, 1))))
    shade = _round(x, half) * (1 - 0.22 * np.exp(-((seam / 0.9) ** 2))) * (1 - 0.1 * np.clip((y + 10) / 40, 0, 1))
    out = np.clip(1 - (x / (half * 1.0)) ** 2, 0, 1)
    visor = (np.abs(x) < half) & (y > 4 + 14 * out - 8) & (y < 2 + 56 * out**0.55)
    stitch = np.sin((y - 44 * out**0.6) * 1.1)
    visor_shade = (0.86 + 0.12 * np.clip((y - 10) / 50, 0, 1) - 0.10 * x / half + 0.03 * stitch).astype(np.float32)
    under = 1 - 0.45 * np.exp(-np.clip(y - 8 - sag, 0, None) / 5)
    return [(visor, (visor_shade * under).astype(np.float32), True), (crown, shade.astype(np.float32), False)]


def _brim(x: Floats, y: Floats) -> Layers:
    half = CROWN_MM["brim"] / 2
    base = 18 * np.sqrt(np.clip(1 - (x / half) ** 2, 0, 1))
    crown = _dome(x, y, half, 118.0, 0.0, 3.4) & (y < base) & (y > -118 + 12 * np.exp(-((x / 26) ** 2)))
    band = (np.abs(x) < half) & (y < base) & (y > base - 26) & (y > -60)
    brim = (x / 196) ** 2 + ((y - 4) / 46) ** 2 < 1
    weave = (1 + 0.05 * np.sin(x * 1.3) * np.sin(y * 1.6)).astype(np.float32)
    flat = (0.92 + 0.10 * y / 46 - 0.08 * x / 196).astype(np.float32)
    cast = 1 - 0.4 * np.exp(-(np.clip(np.hypot(x / half, (y - 6) / 24) - 1, 0, None) / 0.12))
    return [
        (brim, (flat * weave * cast).astype(np.float32), False),
        (crown, _round(x, half) * weave, False),
        (band, _round(x, half), True),
    ]


def _bucket(x: Floats, y: Floats) -> Layers:
    half = CROWN_MM["bucket"] / 2
    share = np.clip((y + 92) / 92, 0, 1)
    sag = 10 * (1 - (x / half) ** 2)
    crown = (
        (np.abs(x) < half * (0.80 + 0.20 * share))
        & (y < sag)
        & (y > -92 - 12 * np.sqrt(np.clip(1 - (x / 76) ** 2, 0, 1)))
    )
    wide = half + 44 * np.clip(y / 58, 0, 1.1)
    low = 50 + 22 * (1 - (x / 132) ** 2)
    brim = (np.abs(x) < wide) & (y > -4) & (y < low)
    rings = 1 - 0.10 * (np.sin((y - 0.3 * sag) * 0.55) > 0.92)
    line = 1 - 0.3 * np.exp(-np.abs(y - sag) / 2)
    return [
        (brim, (_round(x, 150.0) * 0.94 * rings * line).astype(np.float32), True),
        (crown, (_round(x, half) * line).astype(np.float32), False),
    ]


def _headband(x: Floats, y: Floats) -> Layers:
    half = CROWN_MM["headband"] / 2
    sag = 12 * (1 - (x / half) ** 2)
    strip = (np.abs(x) < half) & (y > -30 + sag) & (y < 32 + sag)
    twist = 1 - 0.25 * np.exp(-((x / 9) ** 2)) + 0.08 * np.sin(x * 0.5 + y * 0.7)
    return [(strip, (_round(x, half) * twist).astype(np.float32), False)]


def _dome(x: Floats, y: Floats, half: float, tall: float, base: float, power: float) -> Mask:
    return np.asarray(np.abs(x / half) ** power + np.clip((base - y) / tall, 0, None) ** power < 1)


def _round(x: Floats, half: float) -> Floats:
    out = np.clip(x / half, -1, 1)
    return (0.62 + 0.40 * np.sqrt(1 - out * out) - 0.07 * out).astype(np.float32)


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Millimetres from where the crown meets the head, to the right and down."""
    rows, columns = np.indices(shape, dtype=np.float32)
    scale = np.float32(1 / (PX_A_MM * FINER))
    return (columns - shape[1] / 2) * scale, (rows - shape[0] * 0.6) * scale


def _moved(mask: Mask, shift: tuple[float, float]) -> Mask:
    move = np.array(((1, 0, shift[0] * FINER), (0, 1, shift[1] * FINER)), np.float32)
    return cv2.warpAffine(mask.astype(np.uint8), move, mask.shape[::-1]) > 0


def _soft(mask: Mask, sigma: float) -> Floats:
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma * FINER)


def _linear(colour: Colour) -> Floats:
    return ((np.array(colour) / 255) ** 2.2).astype(np.float32)
